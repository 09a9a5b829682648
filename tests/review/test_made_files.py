"""What `manuscript prepare` makes of this article: the tracked files are it, and one value reaches all that shows it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from manuscript.engine.formats.docx_reference import reference_docx
from manuscript.paths import Project
from manuscript.prepare import prepare

from conftest import ROOT
from rows import edit, of


def test_tracked_outputs_are_what_the_sources_give(once_prepared: Project) -> None:
    """A commit with a stale table or figure fails here (and in .ci/run); and the same ledger gives the same bytes."""
    tracked = [
        *ROOT.glob("tables/*.md"),
        *ROOT.glob("figures/*.svg"),
        *ROOT.glob("figures/*.md"),
        *ROOT.glob("figures/*.csv"),
        ROOT / "figures" / "manifest.json",
        ROOT / "data" / "README.md",
    ]
    assert len(tracked) > 20
    stale = [
        path.name for path in tracked if (once_prepared.root / path.relative_to(ROOT)).read_bytes() != path.read_bytes()
    ]
    assert stale == []


def test_a_changed_value_reaches_text_table_and_figure_and_nothing_else(prepared_article: Project) -> None:
    project = prepared_article
    assert prepare(project) == []
    reached = ("_variables.yml", "tables/metastatic.md", "figures/forest-os.svg", "supplement.pdf")
    before = {name: (project.root / name).read_bytes() for name in reached}
    edit(project, "outcomes", lambda rows: of(rows, "th3resa.os.2017").update(effect="0.69"))
    made = prepare(project)
    assert {"ledger", "variables", "table metastatic", "supplement"} <= set(made)
    # an outcome that other figures do not show
    assert [name for name in made if name.startswith("figure ")] == ["figure forest-os", "figure manifest"]
    assert not {"table agents", "citation style"} & set(made)
    assert [name for name, content in before.items() if (project.root / name).read_bytes() == content] == []
    assert prepare(project) == []


def test_the_tracked_template_of_word_is_the_one_that_the_program_makes(tmp_path: Path) -> None:
    reference_docx(tmp_path / "reference.docx", "en-GB")
    ours, made = (_parts(path) for path in (ROOT / "styles" / "reference.docx", tmp_path / "reference.docx"))
    assert ours == made


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
