"""What lies outside the project stays there, and rendering never asks the network."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from manuscript.engine.embedded import render
from manuscript.engine.formats.html import check_asked
from manuscript.engine.settings import load_settings
from manuscript.errors import ManuscriptError
from manuscript.ledger.tables import load_ledger
from manuscript.paths import Project
from manuscript.source.resolved import load_source
from manuscript.supplement.sheets import harmless

from conftest import EPOCH

CHAPTER = "chapters/02-results.qmd"
SECRET = "a word that nobody else may see"
Edit = Callable[[Path], None]


def raw(kind: str, text: str) -> Edit:
    return append(CHAPTER, f"\n```{{={kind}}}\n{text}\n```\n")


def append(name: str, text: str) -> Edit:
    def edit(root: Path) -> None:
        with (root / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return edit


def header(root: Path) -> None:
    config = root / "_quarto.yml"
    text = config.read_text(encoding="utf-8")
    assert "include-in-header: build/" in text
    config.write_text(text.replace("include-in-header: build/", "include-in-header: ../", 1), encoding="utf-8")


def moved_out(name: str) -> Edit:
    """A link in place of a file or folder, to the same outside."""

    def edit(root: Path) -> None:
        outside = root.parent / f"moved-{Path(name).name}"
        shutil.move(root / name, outside)
        (root / name).symlink_to(outside)

    return edit


def picture(text: str) -> Edit:
    def edit(root: Path) -> None:
        (root / "figures" / "own.svg").write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{text}</svg>'
        )
        append(CHAPTER, '\n![A caption](figures/own.svg){#fig-own fig-alt="A picture."}\n')(root)

    return edit


# what is done to the article, the format that would bring it in (nothing where reading is enough), words of the error
OUTSIDE: dict[str, tuple[Edit, str, str]] = {
    "include": (append(CHAPTER, "\n{{< include ../secret.txt >}}\n"), "", "outside the project"),
    "image": (append(CHAPTER, "\n![A caption](../secret.svg){fig-alt='x'}\n"), "html", "outside the project"),
    "header": (header, "html", "outside the project"),
    "raw HTML": (raw("html", '<script src="../secret.txt"></script>'), "html", "outside the project"),
    "raw Typst": (raw("typst", '#read("../secret.txt")'), "pdf", "escape the project"),
    "raw JATS": (raw("jats", '<!DOCTYPE p [<!ENTITY x SYSTEM "../secret.txt">]><p>&x;</p>'), "jats", "not well-formed"),
    "image in an image": (picture('<image xlink:href="../../secret.svg"/>'), "pdf", "escape the project"),
    "link to a bibliography": (moved_out("references.bib"), "", "outside the project"),
    "link to a style": (moved_out("build/apa.csl"), "", "outside the project"),
    "link to a chapter": (moved_out(CHAPTER), "", "outside the project"),
    "link to a folder": (moved_out("chapters"), "", "outside the project"),
    "link to the settings": (moved_out("_quarto.yml"), "", "outside the project"),
    "link to the article": (moved_out("index.qmd"), "", "outside the project"),
    "link to the variables": (moved_out("_variables.yml"), "", "outside the project"),
}  # fmt: skip


@pytest.mark.parametrize("case", OUTSIDE)
def test_nothing_outside_the_project_is_read(ready_article: Project, case: str) -> None:
    edit, form, message = OUTSIDE[case]
    for ending in ("txt", "svg"):
        (ready_article.root.parent / f"secret.{ending}").write_text(f"<svg><!-- {SECRET} --></svg>", encoding="utf-8")
    edit(ready_article.root)
    with pytest.raises(ManuscriptError, match=message) as caught:
        if form:
            render(ready_article, [form], EPOCH)
        load_settings(ready_article)
        load_source(ready_article)
    assert SECRET not in str(caught.value)
    assert not list(ready_article.output.glob("index.*"))


@pytest.mark.parametrize(
    "text",
    [
        "<script src='../x.txt'></script>",
        '<script async SRC = "../x.txt"></script>',
        "<script src=../x.txt></script>",
        '<iframe src="%2e%2e/x.txt"></iframe>',
        '<iframe src="&#46;&#46;/x.txt"></iframe>',
        '<iframe\nsrc="/etc/passwd"></iframe>',
        '<iframe src="file:///etc/passwd"></iframe>',
        '<object data="../x.svg"></object>',
        '<video poster="../x.svg"></video>',
        '<picture><source srcset="figures/approvals.svg 1x, ../x.svg 2x"></picture>',
        '<link rel="stylesheet" href="../x.css">',
        '<svg><image xlink:href="../x.svg"/></svg>',
        "<style>b { background: url( '../x.svg' ) }</style>",
        '<style>@import "../x.css";</style>',
        "<style>@import url(../x.css);</style>",
        '<link rel="stylesheet" href="styles/own.css">',
        '<script src="http://example.org/x.js"></script>',
        '<script src="//example.org/x.js"></script>',
        "<style>@import url(https://example.org/x.css);</style>",
    ],
)
def test_a_page_asks_for_nothing_outside(small_article: Project, text: str) -> None:
    (small_article.root / "styles" / "own.css").write_text('@import "../../x.css";', encoding="utf-8")
    with pytest.raises(ManuscriptError, match=r"outside the project|another host"):
        check_asked(text, small_article, small_article.root)


def test_a_page_may_ask_for_what_is_its_own(small_article: Project) -> None:
    (small_article.root / "styles" / "own.css").write_text("b { background: url(#here) }", encoding="utf-8")
    text = '<img src="figures/approvals.svg"><link rel="stylesheet" href="styles/own.css"><img src="data:image/png;base64,AA">'
    check_asked(text + '<a href="https://example.org">elsewhere</a>', small_article, small_article.root)


@pytest.mark.parametrize("name", ["data/facts.csv", "data/datapackage.json", "data"])
def test_the_ledger_is_not_read_through_a_link(small_article: Project, name: str) -> None:
    moved_out(name)(small_article.root)
    with pytest.raises(ManuscriptError, match="outside the project"):
        load_ledger(small_article)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[object]]]:
    """The address of a host, through which all programs go to the network, and who has knocked there."""
    knocks: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"

        def listen() -> None:
            while True:
                connection, address = server.accept()
                connection.close()
                if knocks and knocks[-1] == "end":
                    return
                knocks.append(address)

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://{host}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        yield host, knocks
        knocks.append("end")
        socket.create_connection(server.getsockname()).close()
        thread.join(10)


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("html", "<script src='http://{host}/x.js'></script>", "another host"),
        ("typst", '#import "@preview/cetz:0.3.4": canvas', "package"),
    ],
)
def test_what_is_elsewhere_is_refused_and_not_asked_for(
    ready_article: Project, elsewhere: tuple[str, list[object]], kind: str, text: str, message: str
) -> None:
    host, knocks = elsewhere
    raw(kind, text.format(host=host) if kind == "html" else text)(ready_article.root)
    with pytest.raises(ManuscriptError, match=message):
        render(ready_article, ["pdf" if kind == "typst" else kind], EPOCH)
    assert knocks == []


def test_a_whole_render_asks_nobody(ready_article: Project, elsewhere: tuple[str, list[object]]) -> None:
    render(ready_article, ["html", "pdf", "docx", "jats"], EPOCH)
    assert elsewhere[1] == []


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "-"])
def test_no_cell_of_a_csv_is_run(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-1.5", "0.73", "-12", "1=1", "a@b", ""])
def test_other_cells_of_a_csv_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_yaml_has_one_reader() -> None:
    package = Path(load_ledger.__code__.co_filename).parents[1]
    readers = [
        path.name
        for path in package.rglob("*.py")
        if "yaml.load(" in (text := path.read_text(encoding="utf-8")) or "safe_load" in text
    ]
    assert readers == []
