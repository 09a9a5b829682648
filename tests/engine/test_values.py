"""How the numbers of a row are printed."""

from __future__ import annotations

import pytest

from manuscript.ledger import values
from manuscript.ledger.tables import Row

from rows import Cells, ledger_of

NB = "\u00a0"


def row(table: str, **cells: str) -> Row:
    return next(iter(ledger_of({table: [cells]}).tables[table].values()))


HR: Cells = {"effect": "0.70", "effect_low": "0.50", "effect_high": "0.98", "ci_level_percent": "95"}


@pytest.mark.parametrize(
    ("cells", "whole", "within"),
    [
        (HR, "0.70 (95% CI 0.50–0.98)", "0.70, 95% CI 0.50–0.98"),
        (HR | {"ci_level_percent": "97.5"}, "0.70 (97.5% CI 0.50–0.98)", "0.70, 97.5% CI 0.50–0.98"),
        (HR | {"ci_level_percent": ""}, "0.70 (95% CI 0.50–0.98)", "0.70, 95% CI 0.50–0.98"),
        (HR | {"effect_high": ""}, "0.70 (95% CI 0.50–NE)", "0.70, 95% CI 0.50–NE"),
        (HR | {"effect_low": ""}, "0.70 (95% CI NE–0.98)", "0.70, 95% CI NE–0.98"),
        (HR | {"effect_low": "", "effect_high": ""}, "0.70", "0.70"),
        (HR | {"effect": ""}, "", ", 95% CI 0.50–0.98"),
        (
            HR | {"effect": "-1.8", "effect_low": "-8.5", "effect_high": "5.0"},
            "−1.8 (95% CI −8.5 to 5.0)",
            "−1.8, 95% CI −8.5 to 5.0",
        ),
    ],
)
def test_an_effect(cells: Cells, whole: str, within: str) -> None:
    found = row("outcomes", **cells)
    assert values.effect(found) == whole
    assert values.effect_within(found) == within


@pytest.mark.parametrize("arm", ["exp", "ctl"])
def test_medians_and_shares_of_an_arm(arm: str) -> None:
    found = row("outcomes", **{f"{arm}_median_months": "28.0", f"{arm}_median_low_months": "22.4"})
    assert values.median(found, arm) == f"28.0{NB}months"
    assert values.median_with_interval(found, arm) == f"28.0{NB}months (95% CI 22.4–NE)"
    assert values.percent(found, arm) == values.percent_with_interval(found, arm) == ""
    other = "ctl" if arm == "exp" else "exp"
    assert values.median(found, other) == values.median_with_interval(found, other) == ""
    assert values.median(row("outcomes", **{f"{arm}_median_months": values.NOT_REACHED}), arm) == "not reached"
    shares = {f"{arm}_percent": "79.0", f"{arm}_percent_low": "74.3", f"{arm}_percent_high": "84.4"}
    assert values.percent_with_interval(row("outcomes", **shares), arm) == "79.0% (95% CI 74.3–84.4)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""), ("<0.001", f"p{NB}<{NB}0.001"), ("0.0037", f"p{NB}={NB}0.0037"), ("=0.04", f"p{NB}={NB}0.04"),
        (">0.9", f"p{NB}>{NB}0.9"), ("< 0.001", f"p{NB}<{NB}0.001"),
    ],
)  # fmt: skip
def test_a_p_value(text: str, expected: str) -> None:
    assert values.p_value(row("outcomes", p_value=text)) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"value_low": "15", "value_high": "20", "unit": "percent"}, "15–20%"),
        ({"value": "2.3 million", "unit": "count"}, "2.3 million"),
        ({"value": "0.70", "unit": "fold"}, "0.70-fold"),
        ({"value": "185", "unit": "kDa"}, f"185{NB}kDa"),
        ({"value": "6", "unit": "months"}, f"6{NB}months"),
        ({"value": "6", "unit": "years"}, f"6{NB}years"),
        ({"value_low": "10000", "value_high": "20000", "unit": ""}, "10\u202f000–20\u202f000"),
        ({"value": "43000", "value_low": "1", "unit": "percent"}, "43\u202f000%"),
    ],
)
def test_a_fact(cells: Cells, expected: str) -> None:
    assert values.fact(row("facts", **cells)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1998-09-25", f"25{NB}September{NB}1998"), ("2022-05-06", f"6{NB}May{NB}2022"), ("1998-09", f"September{NB}1998"),
        ("1998", "1998"), ("1998-01-01", f"1{NB}January{NB}1998"), ("1998-12", f"December{NB}1998"),
        ("1998-13-01", "1998-13-01"), ("1998-00", "1998-00"),
    ],
)  # fmt: skip
def test_a_date(text: str, expected: str) -> None:
    assert values.date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("999", "999"), ("9999", "9999"), ("10000", "10\u202f000"), ("1234567", "1\u202f234\u202f567"),
        ("-10000", "-10\u202f000"), ("10000.5", "10000.5"), ("about 10000", "about 10000"), ("", ""),
    ],
)  # fmt: skip
def test_a_count(text: str, expected: str) -> None:
    assert values.count(text) == expected


def test_what_the_pages_read_do_not_say() -> None:
    assert values.approval(row("approvals", approval_type="regular")) == "regular approval"
    assert values.approval(row("approvals", approval_type="unstated")) == "approval, kind not stated"
    assert values.analysis(row("outcomes", analysis="final")) == "final analysis"
    assert values.analysis(row("outcomes", analysis="unstated")) == "analysis, kind not stated"
    assert values.attribution(row("safety", attribution="adjudicated")) == "adjudicated"
    assert values.attribution(row("safety", attribution="unstated")) == "attribution not stated"
