"""The preview: what an edit changes on the page, what it serves and to whom, what an error does."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from manuscript.commands.preview import _free
from manuscript.errors import ManuscriptError, SetupError
from manuscript.paths import Project
from manuscript.preview.part import Page, _stretches
from manuscript.preview.server import HOST, application
from manuscript.preview.watch import Watcher, _Sources

import inspectors
from check_article import make_article, make_files
from chromium import Browser
from conftest import EPOCH, once

RESULTS = "02-results.qmd"


@pytest.fixture(scope="session")
def once_small(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small article, ready to render; tests only read it."""
    return once(tmp_path_factory, "small-to-render", lambda folder: make_files(make_article(folder)))


@pytest.fixture
def small(once_small: Project, tmp_path: Path) -> Project:
    """A copy that a test may edit."""
    return Project(shutil.copytree(once_small.root, tmp_path / "small"))


def _edit(project: Project, old: str, new: str, name: str = RESULTS) -> Path:
    path = project.chapters / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


# edits that one chapter can show by itself, and the ids that change
ALONE = {
    "a word": ("The Register of", "The Long Register of", ["sec-results,sec-funding"]),
    "a number": ("{{< var alpha-1.pfs-2021.hr >}}", "{{< var alpha-1.pfs.hr >}}", ["sec-results,sec-funding"]),
    "a citation used elsewhere": ("analysis the", "analysis [@adams2019first] the", ["sec-results,sec-funding"]),
    "citations used elsewhere, together": (
        "analysis the",
        "analysis [@adams2019first; @clark2022third] the",
        ["sec-results,sec-funding"],
    ),
    "a reference to a figure": ("Nobody paid", "As in @fig-approvals, nobody paid", ["sec-results,sec-funding"]),
    "a new paragraph": ("Nobody paid", "*Nobody*.\n\nNobody paid", ["sec-results,sec-funding"]),
}
# edits that change something elsewhere on the page
WHOLE = {
    "a heading's words": ("## Safety", "## Harms"),
    "a heading more": ("The Register of", "## More {#sec-more}\n\nThe Register of"),
    "a table less": ("{#tbl-doses}", "{.unlabelled}"),
    "a footnote": ("Nobody paid", "Nobody^[As far as we know.] paid"),
    "a link to nowhere": ("(#sec-evidence)", "(#sec-nowhere)"),
    "the first heading gone": ("# Results {#sec-results}\n", ""),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_part_is_what_the_whole_page_would_show(name: str, small: Project) -> None:
    page = Page.render(small, EPOCH)
    old, new, ids = ALONE[name]
    part = page.part(_edit(small, old, new))
    assert part is not None and [piece[0] for piece in part.pieces][: len(ids)] == ids
    Page.render(small, EPOCH)
    whole = (small.output / "index.html").read_text(encoding="utf-8")
    for _, html in part.pieces:
        assert html.strip() in whole


def test_the_reference_list_follows_the_citation(small: Project) -> None:
    page = Page.render(small, EPOCH)
    part = page.part(_edit(small, "analysis the", "analysis [@davis1999approval] the"))
    assert part is not None and part.unlisted and [piece[0] for piece in part.pieces] == ["sec-results,sec-funding"]
    listed = page.references()
    assert listed is not None and [piece[0] for piece in listed.pieces] == ["refs"]
    Page.render(small, EPOCH)
    whole = (small.output / "index.html").read_text(encoding="utf-8")
    for _, html in (*part.pieces, *listed.pieces):
        assert html.strip() in whole


def test_a_year_that_needs_a_letter_asks_for_the_whole_page(small: Project) -> None:
    with small.bibliography.open("a", encoding="utf-8") as file:
        file.write("\n@misc{davis1999other,\n  title = {Other},\n  author = {Davis, Wim},\n  year = {1999},\n}\n")
    _edit(small, "analysis the", "analysis [@davis1999approval] the")
    page = Page.render(small, EPOCH)
    part = page.part(_edit(small, "Nobody paid", "Nobody [@davis1999other] paid"))
    assert part is not None and part.unlisted
    assert page.references() is None


@pytest.mark.parametrize("name", WHOLE)
def test_a_part_that_does_not_suffice_is_not_given(name: str, small: Project) -> None:
    page = Page.render(small, EPOCH)
    path = _edit(small, *WHOLE[name])
    try:
        part = page.part(path)
    except ManuscriptError as error:
        assert error.place.startswith("chapters/"), error
    else:
        assert part is None


def test_an_unknown_name_in_a_chapter_is_an_error_with_its_line(small: Project) -> None:
    page = Page.render(small, EPOCH)
    path = _edit(small, "{{< var alpha-1.n >}}", "{{< var alpha-1.nothing >}}")
    with pytest.raises(ManuscriptError) as caught:
        page.part(path)
    assert caught.value.place == "chapters/02-results.qmd:5"


def test_stretches_cut_at_headings_outside_blocks_only() -> None:
    text = "# A\n\none\n\n::: {.callout-note}\n\n## inside\n:::\n\n```\n\n# code\n```\n\n## B\n\ntwo"
    pieces = _stretches(text)
    assert [piece.split("\n")[0] for piece in pieces] == ["# A", "## B"]
    assert "\n".join(pieces) == text


def test_stretches_cut_between_paragraphs_of_prose_only() -> None:
    text = "# A\n\none\ntwo\n\nthree\n\n- item\n\n  more\n\nTerm\n\n:   meaning\n\nfour\n\nA. list\n\nfive\n\n::: {.x}\nsix\n\nseven\n:::\n"
    pieces = _stretches(text)
    assert [piece.split("\n")[0] for piece in pieces] == ["# A", "three"]
    assert "\n".join(pieces) == text


def test_only_sources_are_watched(small: Project) -> None:
    wanted = _Sources(small)
    for path in (small.article, small.config, small.bibliography, small.chapters / RESULTS, small.data / "trials.csv"):
        assert wanted(1, str(path)), path
    for path in (small.variables, small.output / "index.html", small.tables / "agents.md", small.root / ".git" / "x"):
        assert not wanted(1, str(path)), path


def test_another_engine_renders_the_whole_page_at_each_edit(small: Project) -> None:
    calls: list[list[str]] = []

    def whole(project: Project, formats: list[str], _: int, __: Path | None) -> list[Path]:
        calls.append(formats)
        return [project.output / "index.html"]

    watcher = Watcher(small, whole=whole)
    queue = watcher.subscribe()
    asyncio.run(watcher._changed({_edit(small, "Nobody paid", "No one paid")}))
    assert calls == [["html"]] and queue.get_nowait() == {"kind": "whole"}


def test_nothing_but_the_output_folder_is_served(small: Project) -> None:
    Page.render(small, EPOCH)
    (small.output / "inside.txt").write_text("inside", encoding="utf-8")
    (small.output / "way-out").symlink_to(small.bibliography)
    app = application(Watcher(small))

    def get(path: str, host: str = HOST) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{host}") as client:
                return await client.get(path)

        return asyncio.run(ask())

    assert "manuscript-preview-place" in get("/").text
    assert get("/inside.txt").text == "inside"
    for path in (
        "/../references.bib",
        "/%2e%2e/references.bib",
        "/..%2freferences.bib",
        "/way-out",
        "/data/trials.csv",
    ):
        assert get(path).status_code == 404, path
    assert get("/", "elsewhere.example").status_code == 400


def test_a_full_disk_is_told_and_the_next_edit_tries_again(small: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("manuscript.preview.watch.prepare", lambda project: [])
    answers: list[OSError | None] = [OSError(errno.ENOSPC, "No space left on device", "_manuscript"), None]

    def whole(project: Project, *_: object) -> list[Path]:
        answer = answers.pop(0)
        if answer:
            raise answer
        return [project.output / "index.html"]

    watcher = Watcher(small, whole=whole)
    queue = watcher.subscribe()
    asyncio.run(watcher._changed({small.config}))
    event = queue.get_nowait()
    assert event is not None and event["kind"] == "problem"
    assert "No space left on device" in event["errors"][0]["message"] and "free space" in event["errors"][0]["mend"]
    asyncio.run(watcher._changed({small.config}))
    assert queue.get_nowait() == {"kind": "whole"}


def test_a_removed_folder_ends_it_and_is_told(small: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("manuscript.preview.watch._PAUSE", 0.1)
    monkeypatch.setattr("manuscript.preview.watch.prepare", lambda project: [])
    watcher = Watcher(small, whole=lambda *_: small.root.rename(small.root.with_name("elsewhere")) and [])
    asyncio.run(asyncio.wait_for(watcher.run(), 30))
    assert watcher.over and isinstance(watcher.failure, SetupError)
    assert f"gone: {small.root}" in watcher.failure.message


def test_a_port_in_use_is_told_with_what_to_do() -> None:
    with socket.create_server((HOST, 0)) as other, pytest.raises(SetupError, match="is taken") as caught:
        _free(other.getsockname()[1])
    assert "--port 0" in caught.value.mend


@pytest.mark.parametrize("rendering", [True, False])
def test_ctrl_c_ends_it_at_once_without_a_traceback(small: Project, rendering: bool) -> None:
    command = [sys.executable, "-m", "manuscript", "--project", str(small.root), "preview", "--no-open"]
    port = _free(0)
    server = subprocess.Popen(
        [*command, "--port", str(port)], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert server.stderr is not None
    said = server.stderr.readline()
    assert "Ctrl-C ends it" in said
    with _connection(port) as tab:
        tab.sendall(f"GET /-/changes HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert b"200 OK" in tab.recv(100)
        if not rendering:
            said = server.stderr.readline()
            assert "rendered in" in said or said.startswith("error"), said
        # as a terminal does: everything in the foreground gets it
        os.killpg(server.pid, signal.SIGINT)
        _, rest = server.communicate(timeout=20)
    assert (server.returncode, rest) == (0, "")


def _connection(port: int) -> socket.socket:
    limit = time.monotonic() + 30
    while True:
        try:
            return socket.create_connection((HOST, port))
        except OSError:
            assert time.monotonic() < limit
            time.sleep(0.05)


@pytest.fixture
def served(small: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a running preview of the small article."""
    # its ledger is too small for most figures
    monkeypatch.setattr("manuscript.preview.watch.prepare", lambda project: [])
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(
            application(Watcher(small)), host=HOST, port=port, log_level="error", timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    limit = time.monotonic() + 20
    while not (server.started and (small.output / "index.html").is_file()):
        assert time.monotonic() < limit
        time.sleep(0.05)
    yield f"http://{HOST}:{port}/"
    server.should_exit = True
    thread.join(timeout=20)
    assert not thread.is_alive()


def test_an_edit_shows_in_the_open_page_and_an_error_goes_when_mended(small: Project, served: str) -> None:
    with Browser(inspectors.program("chromium")) as browser:
        browser.view(900, 400)
        browser.send("Page.navigate", url=served)
        browser.wait("document.querySelector('#sec-safety') !== null && document.readyState === 'complete'", 20)
        browser.run("new Promise((done) => setTimeout(done, 500))")
        browser.run("document.querySelector('#sec-safety').scrollIntoView({ behavior: 'instant' })")
        before = browser.run("document.querySelector('#sec-safety').getBoundingClientRect().top")
        _edit(small, "The Register of", "An edit makes the page longer.\n\nThe Register of")
        browser.wait("document.body.textContent.includes('An edit makes')", 20)
        # the reader's place is kept although there is more above it
        after = browser.run("document.querySelector('#sec-safety').getBoundingClientRect().top")
        assert abs(after - before) < 4
        _edit(small, "{{< var alpha-1.n >}}", "{{< var alpha-1.nothing >}}")
        browser.wait(
            "document.querySelector('.preview-problem')?.textContent.includes('chapters/02-results.qmd:5')", 20
        )
        _edit(small, "{{< var alpha-1.nothing >}}", "{{< var alpha-1.n >}}")
        browser.wait("document.querySelector('.preview-problem') === null", 20)
        # what one chapter cannot show reloads the page, the place kept
        _edit(small, "## Efficacy", "## Effect")
        browser.wait("document.querySelector('.contents, nav')?.textContent.includes('Effect')", 20)
        # the page is laid out once more when its pictures are there
        place = "document.querySelector('#sec-safety').getBoundingClientRect().top"
        browser.wait(f"Math.abs({place} - ({before})) < 40", 20)
        assert browser.complaints == []
