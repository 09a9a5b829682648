"""`manuscript prepare`: only what is stale is made, and a failure loses nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import distributions, version

import pytest

from manuscript import digests
from manuscript.errors import ConfigError, ManuscriptError, RenderError
from manuscript.paths import Project
from manuscript.prepare import prepare

from conftest import ROOT
from rows import edit, of

PFS = "destiny-breast09.pfs.2025"


@pytest.fixture
def prepared(prepared_article: Project) -> Project:
    return prepared_article


def test_nothing_is_made_twice(prepared: Project) -> None:
    assert prepare(prepared) == []


def test_nothing_heavy_is_imported_when_nothing_changed(prepared: Project) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom manuscript.paths import Project\nfrom manuscript.prepare import prepare\n"
        f"assert prepare(Project(Path({str(prepared.root)!r}))) == []\n"
        "print([name for name in ('pandas', 'matplotlib', 'numpy', 'pandera', 'lxml', 'yaml') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_a_changed_value_makes_only_what_depends_on_it(prepared: Project) -> None:
    edit(prepared, "outcomes", lambda rows: of(rows, "th3resa.os.2017").update(note="read again"))
    made = prepare(prepared)
    assert {"ledger", "variables", "table metastatic", "supplement", "figure forest-os"} <= set(made)
    assert not {"table agents", "figure ild", "figure signalling", "citation style"} & set(made)


def test_an_edited_outcome_redraws_only_the_figures_that_show_it(prepared: Project) -> None:
    edit(prepared, "outcomes", lambda rows: of(rows, "th3resa.os.2017").update(effect="0.69"))
    assert [name for name in prepare(prepared) if name.startswith("figure ")] == ["figure forest-os", "figure manifest"]
    assert prepare(prepared) == []


def test_an_edited_trial_redraws_the_figures_whose_rows_name_it(prepared: Project) -> None:
    edit(prepared, "trials", lambda rows: of(rows, "tuxedo-1").update(name="TUXEDO-2"))
    drawn = {name for name in prepare(prepared) if name.startswith("figure ")}
    assert drawn == {"figure intracranial", "figure manifest"}


def test_a_new_readout_that_supersedes_redraws_its_figures(prepared: Project) -> None:
    def newer(rows: list[dict[str, str]]) -> None:
        row = of(rows, "th3resa.os.2017")
        rows.append(
            {
                **row,
                "id": "th3resa.os.2026",
                "source": "adcreview2026syd985",
                "supersedes": row["id"],
                "effect": "0.70",
                "data_cutoff": "2020",
            }
        )

    edit(prepared, "outcomes", newer)
    assert "figure forest-os" in prepare(prepared)
    assert "th3resa.os.2026" in (prepared.figures / "forest-os.csv").read_text(encoding="utf-8")


def test_a_changed_value_reaches_text_table_and_figure(prepared: Project) -> None:
    before = {
        name: (prepared.root / name).read_bytes()
        for name in ("_variables.yml", "tables/metastatic.md", "figures/forest-pfs.svg")
    }
    edit(prepared, "outcomes", lambda rows: of(rows, PFS).update(effect="0.57"))
    prepare(prepared)
    assert [name for name, content in before.items() if (prepared.root / name).read_bytes() == content] == []


def test_a_prose_edit_asks_what_the_text_uses_and_makes_no_document(prepared: Project) -> None:
    chapter = sorted(prepared.chapters.glob("*.qmd"))[0]
    chapter.write_text(chapter.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    assert prepare(prepared) == ["variables", "content of the supplement"]


def test_a_lost_or_edited_output_is_made_again(prepared: Project) -> None:
    original = prepared.variables.read_bytes()
    prepared.variables.unlink()
    (prepared.figures / "ild.svg").write_text("<svg/>", encoding="utf-8")
    assert sorted(prepare(prepared)) == ["figure ild", "variables"]
    assert prepared.variables.read_bytes() == original


def test_tracked_outputs_are_what_the_sources_give(prepared: Project) -> None:
    """A commit with a stale table or figure fails here (and in .ci/run)."""
    root = ROOT
    tracked = [
        *root.glob("tables/*.md"),
        *root.glob("figures/*.svg"),
        *root.glob("figures/*.md"),
        root / "data" / "README.md",
    ]
    stale = [
        path.name for path in tracked if (prepared.root / path.relative_to(root)).read_bytes() != path.read_bytes()
    ]
    assert stale == []


def test_a_broken_row_leaves_the_last_good_outputs(prepared: Project) -> None:
    before = {
        path: path.read_bytes() for path in prepared.root.rglob("*") if path.is_file() and path.parent != prepared.data
    }
    edit(prepared, "outcomes", lambda rows: of(rows, PFS).update(effect="3.3"))
    with pytest.raises(ManuscriptError):
        prepare(prepared)
    assert {path: path.read_bytes() for path in before} == before


def test_a_damaged_record_is_forgotten_not_fatal(ready_article: Project) -> None:
    ready_article.prepare_state.write_text("{", encoding="utf-8")
    assert "variables" in prepare(ready_article)
    assert isinstance(json.loads(ready_article.prepare_state.read_text(encoding="utf-8")), dict)


def test_the_style_that_the_configuration_names_is_brought(prepared: Project) -> None:
    text = prepared.config.read_text(encoding="utf-8")
    prepared.config.write_text(text.replace("build/apa.csl", "build/chicago-notes-bibliography.csl"), encoding="utf-8")
    prepare(prepared)
    style = (prepared.build / "chicago-notes-bibliography.csl").read_text(encoding="utf-8")
    assert 'citation-format="note"' in style


def test_an_unknown_style_is_named_with_its_line(prepared: Project) -> None:
    text = prepared.config.read_text(encoding="utf-8")
    prepared.config.write_text(text.replace("build/apa.csl", "build/no-such-style.csl"), encoding="utf-8")
    with pytest.raises(ConfigError, match="no citation style named 'no-such-style'") as caught:
        prepare(prepared)
    assert caught.value.line == 1 + text[: text.index("csl:")].count("\n")


def test_a_folder_that_cannot_be_written_is_named(article: Project) -> None:
    article.build.write_text("in the way", encoding="utf-8")
    with pytest.raises(RenderError, match="cannot write"):
        prepare(article)


def test_versions_are_those_that_the_packages_state() -> None:
    found = {name for distribution in distributions() if (name := distribution.metadata["Name"])}
    assert {"matplotlib", "typst", "python-docx"} <= found
    assert [name for name in sorted(found) if digests.version_of(name) != version(name)] == []
    assert digests.version_of("no-such-package") == ""
