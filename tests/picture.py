"""README's picture: the page with a source card open, and a page of the PDF beside it. `make picture` runs this.

It needs Chromium, and the outputs of a render.
"""

from __future__ import annotations

import base64
import io
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from manuscript.atomic import write_bytes
from manuscript.paths import find_project

from chromium import Browser

HEIGHT = 1040  # pixels, of both halves
WIDE = 700  # of the web page
TARGET = Path(".github") / "picture.png"
# the first number of the key points, or of the text, is pointed at
_POINT = """(() => {
  const link = document.querySelector(".callout a.ev") || document.querySelector("main a.ev");
  const box = link.getClientRects()[0];
  return [box.left + box.width / 2, box.top + box.height / 2];
})()"""


def main() -> None:
    """Write the picture."""
    project = find_project()
    page, printed = project.output / "index.html", project.output / "index.pdf"
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None or not page.is_file() or not printed.is_file():
        sys.exit("needs Chromium and the rendered article: type `make`, then `make picture`")
    left, right = _screen(program, page.as_uri()), _paper(printed)
    whole = Image.new("RGB", (left.width + right.width + 24, HEIGHT), "#d5d8de")
    whole.paste(left, (0, 0))
    whole.paste(right, (left.width + 24, 0))
    data = io.BytesIO()
    # 64 colours are enough for letters and keep the file small
    whole.quantize(64, dither=Image.Dither.NONE).save(data, "png", optimize=True)
    write_bytes(project.root / TARGET, data.getvalue())
    print(TARGET, f"{len(data.getvalue()) / 1000:.0f} kB")


def _screen(program: str, address: str) -> Image.Image:
    with Browser(program) as browser:

        def send(method: str, **values: Any) -> Any:
            return browser.send(method, **values)

        send("Emulation.setDeviceMetricsOverride", width=WIDE, height=HEIGHT, deviceScaleFactor=1, mobile=False)
        send("Page.navigate", url=address)
        time.sleep(3)
        x, y = send("Runtime.evaluate", expression=_POINT, returnByValue=True)["result"]["value"]
        send("Input.dispatchMouseEvent", type="mouseMoved", x=x - 30, y=y)
        send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        time.sleep(1.5)
        shot = send("Page.captureScreenshot", format="png")["data"]
    return Image.open(io.BytesIO(base64.b64decode(shot))).convert("RGB")


def _paper(path: Path) -> Image.Image:
    """The first page with a table or figure at its head, else the first page."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
        number = next((index for index, text in enumerate(texts) if "Table\u00a0" in text[:200]), 0)
        page = document[number]
        image = page.render(scale=2 * HEIGHT / page.get_height()).to_pil().convert("RGB")
    return ImageOps.contain(image, (HEIGHT, HEIGHT))


if __name__ == "__main__":
    main()
