"""`evidence due`, `evidence add` and `update`: what to read again, rows that are sound or refused, a report of news."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import httpx
import pytest
from rich.console import Console
from typer.testing import CliRunner

from manuscript.cite.records import Record, Update
from manuscript.cite.update import update
from manuscript.cli import app
from manuscript.errors import BibliographyError, LedgerError, ManuscriptErrors
from manuscript.ledger import due as due_module
from manuscript.ledger.add_rows import add_rows, row_of_words, rows_of_file
from manuscript.ledger.due import GAP, OLD, PUBLISHED, SECOND_HAND, due, months_before
from manuscript.ledger.tables import load_ledger
from manuscript.ledger.vocabulary import read_vocabulary
from manuscript.paths import Project

from cite_project import TODAY, answers, make_project, make_registry, offline
from rows import edit, of

PFS = "emilia.pfs.2026"
WORDS = [
    f"id={PFS}", "trial=emilia", "endpoint=pfs", "population=itt", "analysis=updated", "assessor=bicr",
    "exp_median_months=9.6", "ctl_median_months=6.4", "effect_measure=HR", "effect=0.65", "effect_low=0.55",
    "effect_high=0.77", "ci_level_percent=95", "p_value=<0.001", "source=verma2012trastuzumab;metzger2026palbociclib", "locator=table 2",
    "seen_at=https://example.org/paper", "supersedes=emilia.pfs.2012", "note=a comma, and \"quotes\"",
]  # fmt: skip


def changed(*words: str) -> list[str]:
    """The words of the good row with some of them said otherwise; ``name=`` leaves a cell empty."""
    other = {word.partition("=")[0]: word for word in words}
    return [other.pop(word.partition("=")[0], word) for word in WORDS] + list(other.values())


def run(project: Project, *arguments: str, typed: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["--project", str(project.root), *arguments], input=typed)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_a_row_is_due_when_it_is_older_than_the_months(article: Project) -> None:
    edit(article, "outcomes", lambda rows: of(rows, "emilia.pfs.2012").update(checked_on="2025-05-24"))
    edit(article, "agents", lambda rows: of(rows, "lapatinib").update(checked_on="2025-05-25"))

    def old(months: int) -> list[str]:
        return [item.row for item in due(article, date(2026, 11, 25), months) if item.kind == OLD]

    # a day more than 18 months, exactly 18 months
    assert old(18) == ["emilia.pfs.2012"]
    assert old(17) == ["emilia.pfs.2012", "lapatinib"]
    assert old(19) == []


def test_months_end_where_the_month_is_shorter() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert months_before(date(2026, 1, 15), 13) == date(2024, 12, 15)
    assert months_before(date(2026, 1, 15), 0) == date(2026, 1, 15)


def test_rows_known_at_second_hand_are_due_until_a_later_readout_supersedes_them(article: Project) -> None:
    def second_hand() -> set[str]:
        return {item.row for item in due(article, date(2026, 11, 25), 12) if item.kind == SECOND_HAND}

    edit(article, "outcomes", lambda rows: of(rows, "emilia.pfs.2012").update(locator="abstract"))
    assert "emilia.pfs.2012" not in second_hand()
    edit(article, "outcomes", lambda rows: of(rows, "emilia.pfs.2012").update(locator="meeting abstract LBA1"))
    assert "emilia.pfs.2012" in second_hand()
    add_rows(article, "outcomes", [row_of_words(read_vocabulary(article), "outcomes", WORDS, TODAY)])
    assert "emilia.pfs.2012" not in second_hand()


@pytest.mark.parametrize(
    ("text", "weak"),
    [
        ("abstract", False), ("table 2", False), ("label section 6.1, table 6, in a copy", False),
        ("registry record", False), ("report of the paper", True), ("meeting abstract", True),
        ("ESMO Congress 2025, abstract LBA24, as reported", True), ("press release for the intervals", True),
        ("slide of the ASCO 2022 presentation", True), ("Trial registration", False),
    ],
)  # fmt: skip
def test_words_that_tell_second_hand_reading(text: str, weak: bool) -> None:
    assert bool(due_module._SECOND_HAND.search(text)) == weak


def test_gaps_and_published_preprints_are_due(tmp_path: Path) -> None:
    project = make_project(tmp_path / "article")
    (project.data / "gaps.csv").write_text(
        "id,topic,wanted,reason,tried\nemilia.qol,outcomes,quality of life,no page,two searches\n", encoding="utf-8"
    )
    registry = make_registry(project)
    registry.cache.put(Record("crossref", "10.5555/one.1", TODAY, doi="10.5555/one.1", published_as=["10.5555/good.1"]))
    registry.cache.save()
    edit(project, "facts", lambda rows: rows[0].update(locator="news"))
    found = due(project, date(2026, 11, 25), 1200)
    assert [(item.kind, item.row) for item in found] == [
        (PUBLISHED, "adams2019one"), (SECOND_HAND, "her2.prevalence"), (GAP, "emilia.qol"),
    ]  # fmt: skip
    assert found[2].place == "data/gaps.csv:2"
    out = io.StringIO()
    assert due_module.show(project, Console(file=out, width=200), date(2026, 11, 25), 1200) == 3
    assert "as 10.5555/good.1" in out.getvalue() and "quality of life: no page" in out.getvalue()


def test_due_runs_as_a_command(article: Project) -> None:
    code, text = run(article, "evidence", "due", "--months", "6")
    assert code == 0
    assert f"{len(load_ledger(article).gaps)} {GAP}" in " ".join(text.split())


def test_a_sound_row_goes_to_its_place_and_nothing_else_changes(article: Project) -> None:
    path = article.data / "outcomes.csv"
    before = path.read_text(encoding="utf-8").splitlines()
    code, text = run(article, "evidence", "add", "outcomes", *WORDS)
    assert code == 0 and PFS in text and "0.65" in text
    after = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in after if not line.startswith(PFS)] == before
    assert after[1:] == sorted(after[1:], key=lambda line: line.partition(",")[0])
    row = load_ledger(article).outcomes[PFS]
    assert row["note"] == 'a comma, and "quotes"' and re.fullmatch(r"\d{4}-\d\d-\d\d", row["checked_on"])
    # what was added is what the checks of the ledger take
    assert run(article, "evidence", "show", "emilia.pfs")[0] == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (changed("effect=0.75"), "geometric middle"),
        (changed("effect=0.9"), "outside its interval"),
        (changed("effect_low=0,55"), "expected a number"),
        (changed("exp_median_months=5.6", "note="), "point apart"),
        (changed("source=nobody2020"), "not in references.bib"),
        (changed("trial=emilie"), "not in data/trials.csv"),
        (changed("supersedes="), "is the newest readout of the same estimate too"),
        (changed("locator="), "must not be empty"),
        (changed("analysis=last"), "expected `primary`"),
        (changed("id=emilia.os.2030"), "the id does not fit the row"),
        (changed("id=emilia.pfs.2012"), "the id is in data/outcomes.csv already"),
        (changed("hazard=0.6"), "no column 'hazard'"),
        ([*WORDS, "effect=0.6"], "named twice"),
        (["0.65"], "is not column=value"),
        ([], "say the cells in one way"),
    ],
)
def test_an_unsound_row_is_refused_and_nothing_is_written(article: Project, words: list[str], expected: str) -> None:
    before = (article.data / "outcomes.csv").read_bytes()
    with pytest.raises((LedgerError, ManuscriptErrors)) as caught:
        run(article, "evidence", "add", "outcomes", *words)
    assert expected in str(caught.value) and "mend:" in str(caught.value)
    assert (article.data / "outcomes.csv").read_bytes() == before


def test_rows_come_from_a_file_whose_columns_stand_in_any_order(article: Project, tmp_path: Path) -> None:
    cells = dict(word.split("=", 1) for word in WORDS)
    cells |= {"checked_on": "2026-11-01"}
    path = tmp_path / "row.csv"

    def write(row: dict[str, str]) -> None:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, sorted(row, reverse=True))
            writer.writeheader()
            writer.writerow(row)

    write({**cells, "effect": "0.9"})
    with pytest.raises(ManuscriptErrors) as caught:
        add_rows(article, "outcomes", rows_of_file(read_vocabulary(article), "outcomes", path, TODAY))
    assert (caught.value.file, caught.value.line) == (str(path), 2)
    write(cells)
    assert run(article, "evidence", "add", "outcomes", "--from", str(path), "--dry-run")[0] == 0
    assert PFS not in load_ledger(article).outcomes
    assert run(article, "evidence", "add", "outcomes", "--from", str(path))[0] == 0
    assert load_ledger(article).outcomes[PFS]["checked_on"] == "2026-11-01"
    write({**cells, "hr": "0.6"})
    with pytest.raises(LedgerError, match="no column hr"):
        rows_of_file(read_vocabulary(article), "outcomes", path, TODAY)
    path.write_text("id,trial\n", encoding="utf-8")
    with pytest.raises(LedgerError, match="no row below the header"):
        rows_of_file(read_vocabulary(article), "outcomes", path, TODAY)
    with pytest.raises(LedgerError, match="no such file"):
        rows_of_file(read_vocabulary(article), "outcomes", tmp_path / "absent.csv", TODAY)


def test_asked_for_cell_by_cell(article: Project) -> None:
    # an empty answer to a required cell is asked again
    typed = "\nemilia.qol\noutcomes\nquality of life in EMILIA\nno page with the figures\n\n"
    code, text = run(article, "evidence", "add", "gaps", "--ask", typed=typed)
    assert code == 0 and "what was looked for" in text
    assert dict(load_ledger(article).gaps["emilia.qol"]) == {
        "id": "emilia.qol", "topic": "outcomes", "wanted": "quality of life in EMILIA",
        "reason": "no page with the figures", "tried": "",
    }  # fmt: skip


def test_an_unknown_table_is_answered(article: Project) -> None:
    with pytest.raises(LedgerError, match="no table 'outcome'"):
        run(article, "evidence", "add", "outcome", "id=x")


LIVING = """\
@article{adams2019one,
  title = {One author only},
  author = {Adams, Zoë},
  journal = {Annals of Tests},
  year = {2019},
  doi = {10.5555/concern.1},
}

@misc{early2020version,
  title = {An early version},
  author = {Adams, Zoë},
  year = {2020},
  doi = {10.5555/preprint.1},
}

@misc{eda2025notice,
  title = {Approval notice},
  author = {{Example Drug Agency}},
  year = {2025},
  url = {https://example.org/notice},
}

@article{other2018results,
  title = {Other results that could not be repeated},
  author = {Other, Ann},
  year = {2018},
  doi = {10.5555/retracted.2},
}

@article{unknown2001work,
  title = {Unknown},
  author = {Nobody, Ann},
  year = {2001},
  doi = {10.5555/nowhere.1},
}
"""


@pytest.fixture
def living(tmp_path: Path) -> Project:
    """An article whose sources were retracted, corrected and published, and with two trials."""
    project = make_project(tmp_path / "living", LIVING)
    (project.data / "facts.csv").write_text(
        "id,source,locator\nher2.prevalence,other2018results,abstract\n", encoding="utf-8"
    )
    (project.data / "trials.csv").write_text(
        "id,name,registry_id\nexample-one,EXAMPLE-01,NCT00000001\nold,OLD,\n", encoding="utf-8"
    )
    (project.data / "outcomes.csv").write_text("id,trial\nexample-one.pfs.2020,example-one\n", encoding="utf-8")
    return project


def with_trials(request: httpx.Request) -> httpx.Response:
    """The registries of the fixtures, which list two publications under the trial's number."""
    if request.url.params.get("term", "").endswith("[si]"):
        assert request.url.params["term"] == "NCT00000001[si]"
        return httpx.Response(200, json={"esearchresult": {"idlist": ["30000009", "30000001"]}})
    return answers(request)


def state(project: Project) -> dict[str, bytes]:
    return {
        str(path.relative_to(project.root)): path.read_bytes() for path in project.root.rglob("*") if path.is_file()
    }


def test_update_online_reports_and_changes_nothing_but_its_report(living: Project) -> None:
    before = state(living)
    found = update(living, TODAY, make_registry(living, with_trials))
    after = state(living)
    assert {name for name in after if after[name] != before.get(name)} == {"build/update.md"}
    assert {key: [item.kind for item in items] for key, items in found.notices.items()} == {
        "adams2019one": ["correction", "expression_of_concern"], "other2018results": ["retraction"],
    }  # fmt: skip
    assert found.published == {"early2020version": ["10.5555/good.1"]}
    assert list(found.newer) == ["example-one"]
    assert {record.id for record in found.newer["example-one"]} == {"30000001", "30000009"}
    assert (found.trials_asked, found.trials_unlisted, found.unknown) == (["example-one"], ["old"], ["unknown2001work"])
    text = after["build/update.md"].decode()
    # the retraction comes first, with the rows that lean on the source
    assert text.index("`other2018results`: RETRACTION") < text.index("`adams2019one`: correction")
    assert "rows: her2.prevalence" in text
    assert "EXAMPLE-01 (NCT00000001), newest readout in the ledger: 2020" in text
    assert "2022 — later than the ledger: `manuscript cite add 30000001`" in text
    assert "so not asked: eda2025notice" in text and "Unknown to the registries: unknown2001work" in text


def test_a_publication_that_the_bibliography_has_is_no_news(living: Project) -> None:
    text = living.bibliography.read_text(encoding="utf-8")
    living.bibliography.write_text(text.replace("10.5555/nowhere.1", "10.5555/GOOD.1"), encoding="utf-8")
    found = update(living, TODAY, make_registry(living, with_trials))
    assert [record.id for record in found.newer["example-one"]] == ["30000009"]


def test_update_offline_answers_from_the_records_of_the_repository(living: Project) -> None:
    cache = make_registry(living).cache
    notice = Update("retraction", "10.5555/notice.2", "2022-04-01", "update-to")
    cache.put(Record("crossref", "10.5555/retracted.2", TODAY, doi="10.5555/retracted.2", updates=[notice]))
    cache.save()
    code, said = run(living, "update")
    assert code == 0 and "1 things to look at" in said
    text = living.update_report.read_text(encoding="utf-8")
    assert "RETRACTION 10.5555/notice.2 of 2022-04-01" in text
    assert "Not asked: this needs `--online`." in text
    assert "Without a record in the repository: adams2019one, early2020version, unknown2001work" in text


def test_without_a_network_the_last_report_stays(living: Project) -> None:
    update(living, TODAY)
    before = state(living)
    with pytest.raises(BibliographyError, match="offline: Crossref cannot be reached"):
        update(living, TODAY, make_registry(living, offline))
    assert state(living) == before


def test_rows_are_listed_by_how_they_were_read(article: Project) -> None:
    edit(article, "outcomes", lambda rows: of(rows, "emilia.pfs.2012").update(read_as="copy", locator="abstract"))
    found = {item.row: item.kind for item in due(article, date(2026, 11, 25), 12)}
    assert found["emilia.pfs.2012"] == "read as copy"
    edit(article, "outcomes", lambda rows: of(rows, "emilia.pfs.2012").update(read_as="full text"))
    assert "emilia.pfs.2012" not in {item.row for item in due(article, date(2026, 11, 25), 12)}
    code, shown = run(article, "evidence", "due", "--read-as", "full text")
    assert code == 0
    assert "emilia.pfs.2012" in shown
    with pytest.raises(LedgerError, match="no row was read as 'dream'") as failure:
        due_module.show_read_as(article, Console(), "dream")
    assert "full text" in failure.value.mend
