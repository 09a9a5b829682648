"""Bad input: an error that names file and line and says what to do; the last good output stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from manuscript.engine.embedded import render
from manuscript.errors import ManuscriptError, ManuscriptErrors
from manuscript.paths import Project

from conftest import EPOCH


def replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    """An edit of one file; the text to replace must be there."""

    def edit(root: Path) -> None:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def append(name: str, text: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        path = root / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return edit


def both(first: Callable[[Path], None], second: Callable[[Path], None]) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        first(root)
        second(root)

    return edit


def remove(name: str) -> Callable[[Path], None]:
    return lambda root: (root / name).unlink()


def spoil(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda root: (root / name).write_bytes(data)


def link(name: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        outside = root.parent / "outside"
        outside.write_text("secret", encoding="utf-8")
        (root / name).symlink_to(outside)

    return edit


START, MIDDLE, END = "chapters/01-start.qmd", "chapters/02-middle.qmd", "chapters/03-end.qmd"

# what is done to the document, where the error must point, words of the message, words of the mend
CASES: dict[str, tuple[Callable[[Path], None], str, str, str]] = {
    "unknown variable": (
        replace(START, "alpha.pfs.hr", "alpha.pfs.hx"), f"{START}:13", "var 'alpha.pfs.hx'", "did you mean alpha.pfs.hr",
    ),
    "variable that is a group": (replace(START, "alpha.pfs.hr", "alpha.pfs"), f"{START}:13", "not a single value", "hr, plain"),
    "variable named by a bare number": (
        both(append("_variables.yml", '\nbeta:\n  "2021":\n    hr: "0.5"\n'), replace(START, "alpha.pfs.hr", "beta.2021.hr")),
        f"{START}:13", "no name that is a bare number", "hyphen",
    ),
    "unknown variable in the abstract": (replace("index.qmd", "alpha.n", "alpha.m"), "index.qmd:25", "var 'alpha.m'", "alpha.n"),
    "unknown meta": (replace(START, "meta title", "meta titel"), f"{START}:14", "meta 'titel'", "title"),
    "unknown shortcode": (append(END, "\n{{< placeholder 3 >}}\n"), f"{END}:44", "unknown shortcode 'placeholder'", "pagebreak"),
    "missing include": (replace("index.qmd", "02-middle", "02-muddle"), "index.qmd:34", "02-muddle.qmd", "path"),
    "include of itself": (append(END, "\n{{< include chapters/03-end.qmd >}}\n"), f"{END}:44", "includes itself", "remove"),
    "include from outside": (append(END, "\n{{< include ../../etc/passwd >}}\n"), f"{END}:44", "outside the project", "copy"),
    "include through a link to outside": (
        both(link("chapters/secret.qmd"), append(END, "\n{{< include chapters/secret.qmd >}}\n")), f"{END}:44", "outside the project", "copy",
    ),
    "chapter with front matter": (
        lambda root: (root / END).write_text("---\ntitle: Another\n---\n" + (root / END).read_text("utf-8"), "utf-8"),
        f"{END}:1", "front matter", "remove",
    ),
    "comment that is not closed": (append(END, "\n<!-- thought\n"), f"{END}:44", "comment is not closed", "-->"),
    "image from outside": (
        replace(MIDDLE, "(figures/fig-b){#fig-two", "(../../x.svg){#fig-two"), f"{MIDDLE}:8", "outside the project", "figures/",
    ),
    "image through a link to outside": (
        both(remove("figures/fig-b.svg"), link("figures/fig-b.svg")), f"{MIDDLE}:8", "outside the project", "figures/",
    ),
    "bibliography from outside": (
        replace("_quarto.yml", "bibliography: ", "bibliography: ../"), "_quarto.yml", "outside the project", "copy",
    ),
    "missing figure": (remove("figures/fig-b.svg"), f"{MIDDLE}:8", "no such image: figures/fig-b.svg", "prepare"),
    "figure from elsewhere": (
        replace(MIDDLE, "(figures/fig-b){#fig-two", "(https://example.org/b.svg){#fig-two"), f"{MIDDLE}:8", "from elsewhere", "figures/",
    ),
    "missing citation key": (replace(START, "@book2018", "@book2081"), f"{START}:7", "'book2081'", "book2018"),
    "missing key in a caption": (replace(MIDDLE, "[@many2024]", "[@many2042]"), f"{MIDDLE}:25", "'many2042'", "many2024"),
    "duplicate citation key": (
        append("references.bib", "\n@misc{adams2019,\n  title = {Again}\n}\n"), "references.bib:32", "stands already at line 13", "another key",
    ),
    "syntax error in the bibliography": (
        replace("references.bib", "volume = {7}, pages", "volume = {7 pages"), "references.bib:", "not BibTeX", "brace",
    ),
    "bibliography in another encoding": (spoil("references.bib", b"@misc{a,\n title={M\xfcller}}\n"), "references.bib:2", "not UTF-8", "UTF-8"),
    "two lists of references": (append("chapters/03-end.qmd", "\n::: {#refs}\n:::\n\n::: {#refs}\n:::\n"), "chapters/03-end.qmd", "'refs' stands twice", "keep one"),
    "duplicate label": (replace(MIDDLE, "#fig-two fig-alt", "#fig-one fig-alt"), f"{MIDDLE}:8", "'fig-one' stands twice", "another name"),
    "unresolved reference": (replace(END, "@tbl-pipe", "@tbl-pype"), f"{END}:4", "@tbl-pype", "tbl-pipe"),
    "reference to an unknown kind": (append(END, "\nSee @lst-one.\n"), f"{END}:44", "unresolved reference @lst-one", "label"),
    "reference as other programs write it": (append(END, "\nSee @fig:one.\n"), f"{END}:44", "@fig:one", "fig-one"),
    "reference to an unnumbered section": (
        replace(START, "## Not numbered {.unnumbered}", "## Not numbered {#sec-no .unnumbered}\n\nSee @sec-no."), f"{START}:26", "@sec-no", "",
    ),
    "citations and references in one bracket": (
        replace(END, "[@book2018]", "[@book2018; @tbl-pipe]"), f"{END}:5", "mixes references and citations", "two brackets",
    ),
    "link to nowhere": (append(END, "\n[0.33](#ev-nothing){.ev}\n"), f"{END}:44", "#ev-nothing", "evidence list"),
    "unknown condition": (append(END, '\n::: {.content-visible when-size="x"}\nt\n:::\n'), f"{END}:44", "when-size", "when-format"),
    "condition on an unknown format": (
        append(END, '\n::: {.content-visible when-format="htlm"}\nt\n:::\n'), f"{END}:44", "'htlm'", "html",
    ),
    "raw TeX": (append(END, "\nA \\mystery{word}.\n"), f"{END}:44", "raw TeX", "Markdown"),
    "raw part for one format": (append(END, "\n`<w:p>`{=openxml}\n"), f"{END}:44", "not well-formed", "close"),
    "code within a line": (append(END, "\nThe sum is `r 1 + 1`.\n"), f"{END}:44", "code to be run", "var name"),
    "formula that cannot be read": (append(END, "\nA formula $\\ce{H2O}$.\n"), f"{END}:44", "\\ce{H2O} (unexpected", "amsmath"),
    "division in a list that is not closed": (append(END, "\n- Item\n\n  ::: {.odd}\n  Words\n\nText.\n"), f"{END}:46", "unclosed", "close"),
    "footnote without a definition": (append(END, "\nA note.[^none]\n"), f"{END}:44", "footnote [^none]", "[^none]:"),
    "link without a definition": (append(END, "\nA [link][none].\n"), f"{END}:44", "leads nowhere", "[none]:"),
    "layout that is none": (append(END, '\n::: {layout="[[a]]"}\nText.\n:::\n'), f"{END}:44", "no layout", "layout-ncol"),
    "misspelt key of an author": (replace("index.qmd", "corresponding:", "coresponding:"), "index.qmd:", "'coresponding'", "corresponding"),
    "second of two equal errors": (
        both(append(END, "\nThe code `r x` (*not* this).\n"), append(END, "\nAgain `r x`.\n")), f"{END}:44", "code to be run", "var name",
    ),
    "two headings of one name": (append(END, "\n# A {#sec-x}\n\n# B {#sec-x}\n"), f"{END}:46", "'sec-x'", "another name"),
    "row with a cell too many": (append(END, "\n> 1. | a | b \\| c | `d|e` |\n>    |:--|---|---|\n>    | f | g | h |\n"), f"{END}:44", "4 cells", "unescaped bar"),
    "code cell": (append(END, "\n```{python}\nprint(1)\n```\n"), f"{END}:44", "code cell", "prepare"),
    "code block that is not closed": (append(END, "\n```\ncode\n"), f"{END}:44", "not closed", "```"),
    "table widths that do not fit": (replace(MIDDLE, "[40,20,40]", "[40,60]"), f"{MIDDLE}:25", "tbl-colwidths", "one number per column"),
    "front matter that is not YAML": (replace("index.qmd", "subtitle: ", "subtitle: ["), "index.qmd:", "not YAML", "quotes"),
    "front matter that is not closed": (spoil("index.qmd", b"---\ntitle: x\n"), "index.qmd:1", "not closed", "---"),
    "no front matter": (spoil("index.qmd", b"# Title\n"), "index.qmd:1", "no front matter", "---"),
    "chapter in another encoding": (spoil(END, b"# Ending\n\nM\xfcller\n"), f"{END}:3", "not UTF-8", "UTF-8"),
    "unknown affiliation": (replace("index.qmd", "- ref: two", "- ref: three"), "index.qmd:11", "'three'", "affiliations"),
    "malformed ORCID": (replace("index.qmd", "0000-0002-1825-0097", "0000-0002"), "index.qmd:6", "ORCID", "0000-0000"),
    "settings that are not YAML": (append("_quarto.yml", "format: [\n"), "_quarto.yml:", "not YAML", "quotes"),
    "book": (replace("_quarto.yml", "type: manuscript", "type: book"), "_quarto.yml:1", "a book", "{{< include chapter.qmd >}}"),
    "missing bibliography": (remove("references.bib"), "_quarto.yml", "references.bib is not there", "restore"),
    "missing style": (remove("build/apa.csl"), "_quarto.yml:", "build/apa.csl is not there", "manuscript prepare"),
    "style on another host": (replace("_quarto.yml", "csl: build/apa.csl", "csl: https://example.org/a.csl"), "_quarto.yml:", "another host", "csl: a.csl"),
    "variables that are not YAML": (append("_variables.yml", "x: [\n"), "_variables.yml:", "not YAML", "quotes"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_error_names_place_and_mend(dialect: Project, case: str) -> None:
    edit, place, message, mend = CASES[case]
    good = dialect.output / "index.html"
    good.parent.mkdir()
    good.write_text("the last good output", encoding="utf-8")
    edit(dialect.root)
    with pytest.raises(ManuscriptError) as caught:
        render(dialect, ["html"], EPOCH)
    errors = caught.value.errors if isinstance(caught.value, ManuscriptErrors) else [caught.value]
    found = [error for error in errors if message in error.message]
    assert found, f"no error says {message!r}: {caught.value}"
    assert found[0].place.startswith(place)
    assert mend in found[0].mend
    assert found[0].mend
    assert good.read_text(encoding="utf-8") == "the last good output"
    assert [path.name for path in dialect.output.iterdir()] == ["index.html"]


def test_all_errors_of_a_kind_are_told_at_once(dialect: Project) -> None:
    append(END, "\n{{< var one >}}\n\n{{< var two >}}\n")(dialect.root)
    with pytest.raises(ManuscriptErrors) as caught:
        render(dialect, ["html"], EPOCH)
    assert [error.place for error in caught.value.errors] == [f"{END}:44", f"{END}:46"]


def test_an_output_folder_that_cannot_be_made(dialect: Project) -> None:
    dialect.output.write_text("a file stands in the way", encoding="utf-8")
    with pytest.raises(ManuscriptError) as caught:
        render(dialect, ["html"], EPOCH)
    assert caught.value.place == "_manuscript"
    assert caught.value.mend


def test_unknown_format(dialect: Project) -> None:
    with pytest.raises(ManuscriptError, match="unknown format 'epub'") as caught:
        render(dialect, ["epub"], EPOCH)
    assert "docx" in caught.value.mend
