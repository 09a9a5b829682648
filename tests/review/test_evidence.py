"""`manuscript evidence`: lists, histories, uses and gaps."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from manuscript.errors import LedgerError
from manuscript.ledger import ask
from manuscript.ledger.tables import load_ledger
from manuscript.paths import Project

from rows import edit, of

PFS = "destiny-breast03.pfs.2023"


def told(
    question: Callable[..., Any], project: Project, *arguments: str, width: int = 300, **options: str
) -> tuple[Any, str]:
    """What the question gives and prints on a terminal of so many columns."""
    out = io.StringIO()
    console = Console(file=out, width=width)
    return question(project, *arguments, console, **options), out.getvalue()


def test_list_filters_by_table_trial_agent_and_words(article: Project) -> None:
    ledger = load_ledger(article)
    assert told(ask.list_rows, article, table="outcomes")[0] == len(ledger.outcomes)
    number, text = told(ask.list_rows, article, table="outcomes", trial="emilia")
    assert number == len(ledger.outcomes.where(trial="emilia")) > 0
    assert "emilia.pfs.2012" in text and "9.6 months" in text and "destiny" not in text
    _, text = told(ask.list_rows, article, table="outcomes", agent="trastuzumab-emtansine")
    assert "emilia.os.2017" in text and "destiny-breast01" not in text
    assert told(ask.list_rows, article, text="no row says this")[0] == 0
    with pytest.raises(LedgerError, match="no table 'outcome'"):
        told(ask.list_rows, article, table="outcome")


def test_a_narrow_terminal_cuts_no_id(article: Project) -> None:
    _, text = told(ask.list_rows, article, width=50, table="outcomes", trial="destiny-breast12")
    column = "".join(line.partition("  ")[0] for line in text.splitlines())
    for row in load_ledger(article).outcomes.where(trial="destiny-breast12"):
        assert row.id in column


def test_history_tells_every_readout_once_oldest_first(article: Project) -> None:
    _, text = told(ask.trial_history, article, "destiny-breast03")
    ids = [word for line in text.splitlines() if line.startswith("  ") for word in line.split()[:1]]
    assert len(ids) == len(set(ids))
    assert [row for row in ids if row.startswith("destiny-breast03.os.")] == [
        "destiny-breast03.os.2022", "destiny-breast03.os.2023", "destiny-breast03.os.2024",
    ]  # fmt: skip
    with pytest.raises(LedgerError, match="no trial 'destiny'"):
        told(ask.trial_history, article, "destiny")


def test_uses_names_prose_tables_and_figures(article: Project) -> None:
    number, text = told(ask.row_uses, article, PFS)
    assert number and number >= 3
    place = re.search(r"(\S+\.qmd):(\d+)", text)
    assert place is not None
    lines = (article.root / place[1]).read_text(encoding="utf-8").splitlines()
    assert "destiny-breast03.pfs" in lines[int(place[2]) - 1]
    assert "tables/metastatic.md" in text and "figures/forest-pfs.svg" in text


def test_gaps_tell_what_is_recorded_and_what_is_empty(article: Project) -> None:
    before, _ = told(ask.gaps, article)
    recorded = len(load_ledger(article).gaps)
    (article.data / "gaps.csv").write_text(
        "id,topic,wanted,reason,tried\nemilia.qol,outcomes,quality of life,not read,three searches\n", encoding="utf-8"
    )
    edit(article, "outcomes", lambda rows: of(rows, PFS).update(effect_low="", effect_high=""))
    after, text = told(ask.gaps, article)
    assert "emilia.qol" in text and "not read" in text
    assert PFS in text and "interval of the effect" in text
    # one recorded gap in the place of the article's, and one empty cell more
    assert after == before - recorded + 2
    only, text = told(ask.gaps, article, topic="agents")
    assert only < after and "emilia.qol" not in text
