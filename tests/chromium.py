"""A real Chromium, driven over the DevTools protocol by a pair of pipes: no driver, no package.

https://chromedevtools.github.io/devtools-protocol/ ; messages are JSON, each ended by a null byte.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium reads from 3 and writes to 4; either number may be taken by the other pipe
_LAUNCH = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for number, end in zip((3, 4), ends):
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])
"""
_KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "Space": 32}


def find_chromium() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


class BrowserError(AssertionError):
    """The page threw, or did not do in time what was waited for."""


class Browser:
    """One Chromium with one page; ``requests`` are the addresses that the page asked for, ``complaints`` its errors."""

    def __init__(self, program: str) -> None:
        self._profile = tempfile.mkdtemp(prefix="browser-")
        ours_out, theirs_in = os.pipe()[::-1]
        theirs_out, ours_in = os.pipe()[::-1]
        arguments = [
            "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-extensions", "--hide-scrollbars",
            "--force-color-profile=srgb", "--font-render-hinting=none", f"--user-data-dir={self._profile}", "about:blank",
        ]  # fmt: skip
        command = [sys.executable, "-c", _LAUNCH, str(theirs_in), str(theirs_out), program, *arguments]
        self._process = subprocess.Popen(
            command,
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._out = os.fdopen(ours_out, "wb", buffering=0)
        self._in = os.fdopen(ours_in, "rb")
        self._number = 0
        self._session = ""
        self._events: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
        self._out.close()
        self._in.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._note(answer)

    def _read(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._in.read(1)) != b"\0":
            if not byte:
                raise BrowserError("the browser ended")
            data += byte
            # the rest of a long answer comes in one piece
            rest = self._in.peek()
            end = rest.find(b"\0")
            data += self._in.read(end if end >= 0 else len(rest))
        return json.loads(data)

    def _note(self, event: dict[str, Any]) -> None:
        method, parameters = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.complaints.append(parameters["entry"]["text"])
        self._events.append(event)

    def view(
        self, width: int, height: int, *, dark: bool = False, touch: bool = False, javascript: bool = True
    ) -> None:
        """The window's size (CSS pixels), the colours that the reader prefers, and whether fingers are used."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=touch)
        self.send("Emulation.setTouchEmulationEnabled", enabled=touch)
        self.send("Emulation.setScriptExecutionDisabled", value=not javascript)
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media="", features=[feature])

    def open(self, page: Path) -> None:
        self._events.clear()
        self.requests.clear()
        self.complaints.clear()
        self.send("Page.navigate", url=page.resolve().as_uri())
        limit = time.monotonic() + 30
        while not any(event.get("method") == "Page.loadEventFired" for event in self._events):
            if time.monotonic() > limit:
                raise BrowserError("the page did not load")
            self._note(self._read())

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression, promises awaited."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def wait(self, expression: str, seconds: float = 5) -> Any:
        """The expression's value as soon as it is true."""
        limit = time.monotonic() + seconds
        while not (value := self.run(expression)):
            if time.monotonic() > limit:
                raise BrowserError(f"this did not become true: {expression}")
            time.sleep(0.02)
        return value

    def press(self, key: str, *, shift: bool = False) -> None:
        code = _KEYS[key]
        text = {"text": "\r"} if key == "Enter" else {"text": " "} if key == "Space" else {}
        name = " " if key == "Space" else key
        common = {"key": name, "code": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **common, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        self.send("Input.insertText", text=text)

    def middle(self, selector: str) -> tuple[float, float]:
        """Where an element is, after it was scrolled into view."""
        where = self.run(
            f"""(() => {{ const item = document.querySelector({json.dumps(selector)});
            item.scrollIntoView({{ block: "center", behavior: "instant" }});
            const box = item.getClientRects()[0];
            return [box.left + box.width / 2, box.top + box.height / 2]; }})()"""
        )
        return where[0], where[1]

    def hover(self, selector: str) -> None:
        x, y = self.middle(selector)
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, selector: str) -> None:
        x, y = self.middle(selector)
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def tap(self, selector: str) -> None:
        x, y = self.middle(selector)
        self.send("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def accessibility(self) -> list[dict[str, Any]]:
        """What a screen reader is told: role, name and properties of every element that is not ignored."""
        nodes = self.send("Accessibility.getFullAXTree")["nodes"]
        return [node for node in nodes if not node.get("ignored")]

    def picture(self, target: Path, *, whole: bool = False) -> None:
        data = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        target.write_bytes(base64.b64decode(data))

    def print(self, target: Path) -> None:
        """The page on A4 paper, as PDF."""
        options = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": False, "printBackground": False}
        target.write_bytes(base64.b64decode(self.send("Page.printToPDF", **options)["data"]))
