"""Blank pictures that stand for the true ones while pandoc makes a Word file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from manuscript.engine.document import build_documents
from manuscript.engine.formats import docx
from manuscript.engine.formats.blank import blank, blanks
from manuscript.engine.settings import load_settings
from manuscript.paths import Project
from manuscript.source.resolved import load_source


def _picture(mode: str = "RGB", size: tuple[int, int] = (37, 5)) -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("where", "0.5")
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, "PNG", dpi=(250, 250), pnginfo=told)
    return stream.getvalue()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_a_blank_has_the_size_and_the_remarks_of_the_true_one(mode: str) -> None:
    true = _picture(mode)
    one, other = (Image.open(io.BytesIO(data)) for data in (true, blank(true, "0") or b""))
    other.load()
    assert (one.size, one.info["dpi"], one.text["where"]) == (other.size, other.info["dpi"], other.text["where"])
    assert blank(true, "0") != blank(true, "1")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xd8\xff", id="another kind"),
        pytest.param(_picture()[:-1], id="cut short"),
        pytest.param(_picture() + b"x", id="something behind it"),
        pytest.param(_picture().replace(b"IDAT", b"IDAX"), id="changed"),
        pytest.param(_picture()[:8], id="no chunk"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + _picture()[-12:], id="no head"),
    ],
)
def test_what_is_no_whole_picture_has_no_blank(data: bytes) -> None:
    assert blank(data, "0") is None


def test_the_word_file_is_the_same_as_without_blanks(
    dialect: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(name: str) -> bytes:
        document = build_documents(dialect, load_settings(dialect), load_source(dialect), ["docx"], 0)["docx"]
        docx.write(document, tmp_path / name)
        return (tmp_path / name).read_bytes()

    dialect.build.mkdir(exist_ok=True)
    used: list[int] = []
    monkeypatch.setattr(docx, "blanks", lambda *given: used.append(len(found := blanks(*given))) or found)
    first = written("a.docx")
    assert used[0] > 1
    monkeypatch.setattr(docx, "blanks", lambda *_: {})
    assert written("b.docx") == first
