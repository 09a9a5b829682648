"""From a saved edit to the changed page in a real browser, while ``manuscript preview`` runs."""

from __future__ import annotations

import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from bench.report import EDITS

_EDITS = 15


def preview_edits(tests: Path, folder: Path) -> dict[str, float]:
    """Median seconds by kind of edit (prose, a citation added); nothing where no Chromium is installed.

    ``tests`` is the folder that holds the browser's driver; ``folder`` the copy of the article to edit.
    """
    sys.path.insert(0, str(tests))
    from chromium import Browser, BrowserError, find_chromium

    program = find_chromium()
    if program is None:
        return {}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "manuscript", "preview", "--no-open", "--port", str(port)]
    server = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/"
        _wait_for(address)
        with Browser(program) as browser:
            browser.view(1440, 900)
            browser.send("Page.navigate", url=address)
            browser.wait("document.readyState === 'complete' && !!document.querySelector('main section')", 60)
            # the first whole render reloads the page once, sooner or later
            browser.run("window.isFirst = true")
            ready = "!window.isFirst && document.readyState === 'complete' && !!document.querySelector('main section')"
            limit = time.monotonic() + 30
            seen = False
            while not seen and time.monotonic() < limit:
                # a page that is going away answers with an error
                with suppress(BrowserError):
                    seen = browser.run(ready)
                time.sleep(0.1)
            time.sleep(2)
            return _measure(browser, folder)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _measure(browser: object, folder: Path) -> dict[str, float]:
    path = sorted(folder.glob("chapters/[0-9]*.qmd"))[0]
    text = path.read_text(encoding="utf-8")
    place = next(match.end() for match in re.finditer(r"\n\n(?=[A-Z])", text))
    known = sorted(
        set(re.findall(r"@([a-z]+\d{4}[a-z]+)", "".join(p.read_text() for p in folder.glob("chapters/*.qmd"))))
    )
    here = set(re.findall(r"@([a-z]+\d{4}[a-z]+)", text))
    elsewhere = [key for key in known if key not in here][:5]
    edits = {
        EDITS[0]: [f"Edit{number} of prose. " for number in range(_EDITS)],
        EDITS[1]: [f"Edit{number} cites [@{key}]. " for number, key in enumerate(elsewhere, _EDITS)],
    }
    result = {}
    for name, sentences in edits.items():
        times = []
        for sentence in sentences:
            started = time.perf_counter()
            path.write_text(text[:place] + sentence + text[place:], encoding="utf-8")
            browser.wait(f"document.querySelector('main')?.textContent.includes('{sentence.split()[0]} ')", 30)  # type: ignore[attr-defined]
            times.append(time.perf_counter() - started)
            time.sleep(0.3)
        if times:
            result[name] = statistics.median(times)
    path.write_text(text, encoding="utf-8")
    return result


def _wait_for(address: str) -> None:
    limit = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if b"<main" in answer.read():
                    return
        except (urllib.error.URLError, OSError):
            pass  # not up yet
        if time.monotonic() > limit:
            raise TimeoutError(f"no page at {address}")
        time.sleep(0.1)
