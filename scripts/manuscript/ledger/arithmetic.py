"""Clinical arithmetic: what must hold within a row whatever the trial says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from manuscript.errors import ManuscriptError
from manuscript.ledger.tables import Ledger, Row

# for a 95% interval; half of it is this many standard errors of the logarithm
_NEAR_ONE = 0.02


def check_arithmetic(ledger: Ledger) -> list[ManuscriptError]:
    """Every disagreement within the rows of outcomes and safety, with file and line."""
    errors: list[ManuscriptError] = []
    for row in ledger.outcomes.values():
        errors += _outcome(row)
        if row["data_cutoff"] and row["data_cutoff"][:4] > row.id[-4:]:
            errors.append(
                row.error("the data cut-off lies after the publication", "correct data_cutoff or the year of the id")
            )
    for row in ledger.safety.values():
        errors += _safety(row)
    errors += _twins(ledger)
    return errors


def rounding(text: str) -> float:
    """Half a unit of the last printed decimal: ``0.33`` stands for 0.325 to 0.335."""
    return 0.5 * 10.0 ** -len(text.partition(".")[2])


def _outcome(row: Row) -> Iterator[ManuscriptError]:
    for arm in ("exp", "ctl"):
        yield from _bracket(row, f"{arm}_median_low_months", f"{arm}_median_months", f"{arm}_median_high_months")
        yield from _bracket(row, f"{arm}_percent_low", f"{arm}_percent", f"{arm}_percent_high")
    yield from _bracket(row, "effect_low", "effect", "effect_high")
    bounds = [name for name in row if name.endswith(("_low", "_high", "_low_months", "_high_months")) and row[name]]
    if bounds and not row["ci_level_percent"]:
        yield row.error("an interval without its confidence level", "fill ci_level_percent, usually 95")
    if row["ci_level_percent"] and not bounds:
        yield row.error("a confidence level without an interval", "empty ci_level_percent, or fill the bounds")
    value, low, high = (row.number(name) for name in ("effect", "effect_low", "effect_high"))
    if value is None:
        return
    if not row["effect_measure"]:
        yield row.error("an effect without a measure", "fill effect_measure: HR, OR, RR or difference")
    if low is None or high is None or row["effect_measure"] not in ("HR", "OR", "RR"):
        return
    if min(value, low) <= 0:
        yield row.error("a ratio or its bound is not positive", "compare the cells with the source")
        return
    slack = [
        rounding(row[name]) / number for name, number in (("effect", value), ("effect_low", low), ("effect_high", high))
    ]
    middle = (math.log(low) + math.log(high)) / 2
    # stratified models and profile likelihoods are not perfectly symmetric
    tolerance = slack[0] + (slack[1] + slack[2]) / 2 + 0.05 * (math.log(high) - math.log(low))
    if abs(math.log(value) - middle) > tolerance:
        yield row.error(
            f"{row['effect_measure']} {row['effect']} is not at the geometric middle of {row['effect_low']}–{row['effect_high']}",
            "compare effect, effect_low and effect_high with the source",
        )
    yield from _p_value(row, low, high)
    yield from _direction(row, value)


def _p_value(row: Row, low: float, high: float) -> Iterator[ManuscriptError]:
    """A two-sided p value and a 95% interval say the same; tests and models differ a little, so the edge is left alone."""
    text = row["p_value"].lstrip("=")
    if not text or row["ci_level_percent"] not in ("", "95") or "one-sided" in row["p_note"]:
        return
    number = float(text.lstrip("<>"))
    excludes = high < 1 - _NEAR_ONE or low > 1 + _NEAR_ONE
    includes = low < 1 - _NEAR_ONE and high > 1 + _NEAR_ONE
    if (excludes and not text.startswith("<") and number > 0.06) or (
        includes and not text.startswith(">") and number < 0.04
    ):
        yield row.error(
            f"p {row['p_value']} does not agree with the interval {low}–{high}",
            "compare p_value and the interval with the source",
        )


def _direction(row: Row, value: float) -> Iterator[ManuscriptError]:
    exp, ctl = row.number("exp_median_months"), row.number("ctl_median_months")
    if row["effect_measure"] != "HR" or exp is None or ctl is None or exp == ctl or value == 1:
        return
    if (exp > ctl) != (value < 1) and not row["note"]:
        yield row.error(
            f"the medians ({row['exp_median_months']} and {row['ctl_median_months']}) and the hazard ratio {row['effect']} point apart",
            "compare them with the source; if that is what it says, say why in note",
        )


def _bracket(row: Row, low: str, value: str, high: str) -> Iterator[ManuscriptError]:
    lower, middle, upper = row.number(low), row.number(value), row.number(high)
    if (lower is not None and upper is not None and lower > upper) or (
        middle is not None and ((lower is not None and lower > middle) or (upper is not None and upper < middle))
    ):
        yield row.error(
            f"{value} {row[value]} lies outside its interval {row[low]}–{row[high]}",
            f"compare {low}, {value} and {high} with the source",
        )


def _safety(row: Row) -> Iterator[ManuscriptError]:
    for arm in ("exp", "ctl"):
        total = row.number(f"{arm}_n")
        counts = []
        for grade in ("any", "grade3plus", "fatal"):
            number, percent = row.number(f"{arm}_{grade}_n"), row.number(f"{arm}_{grade}_percent")
            counts.append(percent)
            if number is not None and total and number > total:
                yield row.error(
                    f"{arm}_{grade}_n {number:.0f} is more than {arm}_n {total:.0f}", "compare both with the source"
                )
            elif number is not None and percent is not None and total:
                # papers round halves either way
                slack = rounding(row[f"{arm}_{grade}_percent"]) + 1e-9
                if abs(100 * number / total - percent) > slack:
                    yield row.error(
                        f"{number:.0f} of {total:.0f} is {100 * number / total:.1f}%, not {row[f'{arm}_{grade}_percent']}%",
                        f"compare {arm}_n, {arm}_{grade}_n and {arm}_{grade}_percent with the source",
                    )
            if percent is not None and percent > 100:
                yield row.error(f"{arm}_{grade}_percent is over 100", "compare it with the source")
        known = [item for item in counts if item is not None]
        if any(later > earlier for earlier, later in pairwise(known)):
            yield row.error(
                f"{arm}: a higher grade is more frequent than a lower one", "compare the columns with the source"
            )


def _twins(ledger: Ledger) -> Iterator[ManuscriptError]:
    seen: dict[tuple[str, ...], Row] = {}
    for row in ledger.outcomes.values():
        key = tuple(
            row[name] for name in ("trial", "endpoint", "population", "assessor", "data_cutoff", "timepoint_months")
        )
        if row["data_cutoff"] and key in seen:
            yield row.error(f"the same estimate stands in {seen[key].id!r}", "keep one of the rows, or tell them apart")
        seen.setdefault(key, row)
