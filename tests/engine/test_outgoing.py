"""What leaves the repository tells no address at which a row was read, and is whole without it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from manuscript.engine.formats import meca
from manuscript.ledger.outgoing import READ_AT, outgoing
from manuscript.ledger.tables import load_ledger
from manuscript.paths import Project
from manuscript.prepare import prepare


def test_the_sources_in_a_bundle_are_an_article_without_the_addresses(small_article: Project, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    pictures = ("figures/one/a.png", "images/b.png")
    shown = "".join(
        f'<graphic xlink:href="{name}"/>' for name in (*pictures, "https://example.org/c.png", "../index.qmd")
    )
    (outputs / "index.xml").write_text(
        f'<article xmlns:xlink="http://www.w3.org/1999/xlink">{shown}</article>', encoding="utf-8"
    )
    for name in pictures:
        (outputs / name).parent.mkdir(parents=True)
        (outputs / name).write_bytes(b"picture")
    meca.write(small_article, outputs, tmp_path / "meca.zip", 0)
    with zipfile.ZipFile(tmp_path / "meca.zip") as bundle:
        assert set(pictures) <= set(bundle.namelist())
        bundle.extractall(tmp_path / "unpacked")
    packed = Project(tmp_path / "unpacked" / "source")
    ours, theirs = load_ledger(small_article), load_ledger(packed)
    assert any(row.get(READ_AT) for row in ours.sourced())
    for name, table in ours.tables.items():
        assert READ_AT not in theirs.tables[name].columns
        for identifier, row in table.items():
            left = theirs.tables[name][identifier]
            assert {**row, READ_AT: ""} == {**left, READ_AT: ""}
    assert prepare(packed), "it can be prepared and rendered again"


def test_what_is_no_table_of_the_ledger_stays(small_article: Project) -> None:
    for name in ("index.qmd", "references.bib", "data/vocabulary.yml"):
        assert outgoing(small_article, name) == (small_article.root / name).read_bytes()
