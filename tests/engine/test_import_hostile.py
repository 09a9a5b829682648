"""A file from outside: whatever stands in it, nothing runs, nothing else is written, and the words are plain."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

from manuscript.cli import app
from manuscript.engine.embedded import render
from manuscript.errors import ManuscriptError
from manuscript.paths import Project
from manuscript.roundtrip import package
from manuscript.roundtrip.bring_home import file_names
from manuscript.roundtrip.word import WordFile

from conftest import EPOCH
from git_project import git, make_repository
from word_edits import Editor

_DIFF = "diff --git a/Makefile b/Makefile\n--- /dev/null\n+++ b/Makefile\n@@ -0,0 +1,2 @@\n+render:\n+\ttouch owned\n"
_MAIN = "word/document.xml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = make_repository(tmp_path_factory.mktemp("hostile") / "article")
    render(made, ["docx"], EPOCH)
    return made


def _parts(project: Project) -> dict[str, bytes]:
    with zipfile.ZipFile(project.output / "index.docx") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(path: Path, parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def _with(name: str, change: Callable[[bytes], bytes]) -> Callable[[Project, Path], Path]:
    def make(project: Project, path: Path) -> Path:
        parts = _parts(project)
        parts[name] = change(parts.get(name, b""))
        return _zip(path, parts)

    return make


def _bytes(change: Callable[[bytearray], object]) -> Callable[[Project, Path], Path]:
    def make(project: Project, path: Path) -> Path:
        data = bytearray(_zip(path, _parts(project)).read_bytes())
        change(data)
        path.write_bytes(bytes(data))
        return path

    return make


def _encrypt(data: bytearray) -> None:
    """Set the flag of encryption on every entry, in both places where it stands."""
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        found = data.find(mark)
        while found >= 0:
            data[found + at] |= 1
            found = data.find(mark, found + 4)


def _method(data: bytearray) -> None:
    found = data.find(b"PK\x01\x02")
    while found >= 0:
        struct.pack_into("<H", data, found + 10, 98)
        found = data.find(b"PK\x01\x02", found + 4)


def _spoil(data: bytearray) -> None:
    at = data.find(_MAIN.encode())
    data[at + 60 : at + 400] = b"\xff" * 340


def _entities(data: bytes) -> bytes:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(9))
    return data.replace(b"?>", b"?><!DOCTYPE d [" + lol.encode() + b"]>", 1)


def _huge(project: Project, path: Path) -> Path:
    parts = _parts(project)
    head, _, tail = parts[_MAIN].partition(b"<w:body>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            if name != _MAIN:
                archive.writestr(name, data)
        with archive.open(_MAIN, "w", force_zip64=True) as stream:
            stream.write(head + b"<w:body>")
            for _ in range(60):
                stream.write(b"<w:p/>" * 170_000)
            stream.write(tail)
    return path


def _part(name: str, data: bytes = b"x") -> Callable[[Project, Path], Path]:
    return lambda project, path: _zip(path, {**_parts(project), name: data})


_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REFUSED: dict[str, tuple[Callable[[Project, Path], Path], str]] = {
    "an old .doc": (lambda _, path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) and path, "password"),
    "text": (lambda _, path: path.write_text("no") and path, "not a Word file"),
    "empty": (lambda _, path: path.touch() or path, "not a Word file"),
    "no file": (lambda _, path: path, "not a Word file"),
    "another zip": (lambda _, path: _zip(path, {"a.txt": b"a"}), "no document part"),
    "encrypted": (_bytes(_encrypt), "password"),
    "cut off": (_bytes(lambda data: data.__delitem__(slice(len(data) // 2, None))), "not a Word file"),
    "bad deflate": (_bytes(_spoil), "damaged"),
    "unknown compression": (_bytes(_method), "unknown way"),
    "Strict": (_with(_MAIN, lambda data: data.replace(_TRANSITIONAL, _STRICT)), "Strict"),
    "HTML": (_with(_MAIN, lambda _: b"<html><body><p>no</p></body></html>"), "HTML"),
    "HTML with its type": (_with(_MAIN, lambda _: b"<!DOCTYPE html><html><body/></html>"), "HTML"),
    "not XML": (_with(_MAIN, lambda data: data[:-20]), "not XML"),
    "another root": (_with(_MAIN, lambda data: data.replace(b"w:document", b"w:glossary")), "not Word's XML"),
    "entities": (_with(_MAIN, _entities), "entities"),
    "entities in UTF-16": (
        _with(_MAIN, lambda data: _entities(data).decode().replace("UTF-8", "UTF-16").encode("utf-16")), "entities",
    ),
    "an odd encoding": (_with(_MAIN, lambda data: data.replace(b"UTF-8", b"UTF-7", 1)), "encoding"),
    "entities in the comments": (_with("word/comments.xml", _entities), "entities"),
    "a bomb": (_huge, "unpacks to more"),
    "a bomb of one byte": (_with(_MAIN, lambda data: data.replace(b"</w:body>", b" " * 30_000_000 + b"</w:body>")), "times"),
    "elements without end": (
        _with(_MAIN, lambda d: d.replace(b"</w:body>", b"".join(b"<a%x/>" % (n * 7919) for n in range(1_700_000)) + b"</w:body>")),
        "memory",
    ),
    "deep": (_with(_MAIN, lambda d: d.replace(b"</w:body>", b"<w:p>" * 5000 + b"</w:p>" * 5000 + b"</w:body>")), "not XML"),
    "a long paragraph": (
        _with(_MAIN, lambda d: d.replace(b"</w:t>", b"word " * 30_000 + b"</w:t>", 1)), "characters",
    ),
    "a path upwards": (_part("../../evil.sh"), "unsafe"),
    "a path from the root": (_part("/etc/cron.d/evil"), "unsafe"),
    "a path of Windows": (_part("C:\\evil.bat"), "unsafe"),
    "a name twice": (_part("word/Document.xml", b"<w:document/>"), "repeated"),
    "the text elsewhere": (
        _with("_rels/.rels", lambda data: data.replace(b'Target="word/document.xml"', b'TargetMode="External" Target="https://example.org/x"')),
        "outside",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_damaged_or_hostile_file_is_a_clean_error(project: Project, tmp_path: Path, case: str) -> None:
    make, said = REFUSED[case]
    with pytest.raises(ManuscriptError, match=said) as caught:
        WordFile(make(project, tmp_path / "bad.docx"))
    assert caught.value.mend


def test_too_many_paragraphs_parts_or_people_are_refused(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = Editor(project.output / "index.docx", tmp_path / "back.docx")
    editor.replace("Nobody", "No company", "Ada")
    document = editor.save()
    for name, said in (("MAX_PARAGRAPHS", "paragraphs"), ("MAX_PARTS", "parts"), ("MAX_FILE", "larger")):
        with monkeypatch.context() as patch:
            patch.setattr(package, name, 1)
            with pytest.raises(ManuscriptError, match=said):
                WordFile(document)


def _imported(project: Project, document: Path, folder: Path, *more: str) -> tuple[int, str]:
    arguments = ["--project", str(project.root), "import", str(document), "--to", str(folder), *more]
    result = CliRunner().invoke(app, arguments)
    if isinstance(result.exception, ManuscriptError):
        return 1, str(result.exception)
    assert result.exception is None, result.exception
    return result.exit_code, result.output + result.stderr


@pytest.mark.parametrize(
    "name", [f"Ada\n{_DIFF}", f"Ada\r{_DIFF}", "Ada\u2028diff --git a/x b/x", "../../../tmp/x", "report", "-x"]
)
def test_the_name_of_a_reviewer_is_only_a_name(project: Project, tmp_path: Path, name: str) -> None:
    editor = Editor(project.output / "index.docx", tmp_path / "back.docx")
    editor.replace("Nobody", "No company", name)
    editor.comment("cascade", "Which?", name)
    before = git(project, "status", "--porcelain")
    code, said = _imported(project, editor.save(), tmp_path / "out", "--branch")
    assert code == 0, said
    [patch] = (tmp_path / "out").glob("*.patch")
    assert patch.resolve().parent == (tmp_path / "out").resolve()
    touched = git(project, "apply", "--numstat", str(patch)).split()
    assert touched == ["1", "1", "chapters/02-results.qmd"] and "Makefile" not in patch.read_text(encoding="utf-8")
    assert "\ndiff --git a/Makefile" not in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert git(project, "status", "--porcelain") == before and not (project.root / "Makefile").exists()


def _property(project: Project, path: Path, value: str) -> Path:
    parts = _parts(project)
    root = etree.fromstring(parts["docProps/custom.xml"])
    for item in root:
        if item.get("name") == "manuscript-commit":
            item[0].text = value
    parts["docProps/custom.xml"] = etree.tostring(root)
    return _zip(path, parts)


@pytest.mark.parametrize(
    "value", ["--output={}", "HEAD:_quarto.yml", "HEAD", "main", "$(touch {})", "0123abc", "@{{u}}"]
)
def test_the_property_of_the_commit_is_a_hash_or_refused(project: Project, tmp_path: Path, value: str) -> None:
    target = tmp_path / "written"
    document = _property(project, tmp_path / "back.docx", value.format(target))
    code, said = _imported(project, document, tmp_path / "out")
    assert code == 1 and "--base" in said
    assert not target.exists() and not (tmp_path / "out").exists()


def test_the_text_of_a_reviewer_cannot_become_a_patch_or_a_shortcode(project: Project, tmp_path: Path) -> None:
    editor = Editor(project.output / "index.docx", tmp_path / "back.docx")
    text = f"{{{{< include /etc/passwd >}}}} <script>x</script> [a](javascript:x) `x`{{=html}}\n{_DIFF}"
    editor.new_paragraph("Nobody paid", text, "Ada")
    editor.replace("Two invented trials", f'Two" \nfilters: [evil.lua]\nx: "{_DIFF}', "Ada")
    code, said = _imported(project, editor.save(), tmp_path / "out")
    assert code == 0, said
    [patch] = (tmp_path / "out").glob("*.patch")
    touched = git(project, "apply", "--numstat", str(patch)).split()[2::3]
    assert set(touched) <= {"chapters/02-results.qmd", "index.qmd"}
    added = [line[1:] for line in patch.read_text(encoding="utf-8").split("\n") if line.startswith("+")]
    assert not any(line.startswith(("filters:", "diff ", "@@ -0")) for line in added)
    bare = [re.sub(r"\\.", "", line) for line in added]
    assert not any(sign in line for line in bare for sign in ("{{<", "<script", "](javascript", "`"))


def test_two_reviewers_never_share_a_file() -> None:
    names = ["J. Doe", "J Doe", "J.Doe", "j doe", "Jörg", "Jorg", "report", "con", "李", "王", "", "a" * 300, "a" * 301]
    files = file_names(names)
    assert len(set(files.values())) == len(names)
    assert all(name.isascii() and "/" not in name and 0 < len(name) < 60 for name in files.values())
    assert not {"report", "con"} & set(files.values())


def test_the_code_of_the_revision_that_was_sent_is_not_run(tmp_path: Path) -> None:
    project = make_repository(tmp_path / "article")
    marker = tmp_path / "ran"
    code = project.root / "scripts" / "manuscript"
    code.mkdir(parents=True)
    for name in ("__init__.py", "cli.py", "__main__.py"):
        (code / name).write_text(f"open({str(marker)!r}, 'w').write('x')\n", encoding="utf-8")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "Old code")
    render(project, ["docx"], EPOCH)
    editor = Editor(project.output / "index.docx", tmp_path / "back.docx")
    editor.replace("Nobody", "No company", "Ada")
    code, said = _imported(project, editor.save(), tmp_path / "out")
    assert code == 0, said
    assert not marker.exists()


def test_what_no_commit_holds_is_made_for_the_base_and_an_earlier_import_stays(tmp_path: Path) -> None:
    """In a real repository the variables and the supplement are made, not committed."""
    made = make_repository(tmp_path / "article")
    text = made.config.read_text(encoding="utf-8")
    listed = "  render: [index.qmd]\n  resources: [supplement.pdf, supplement.xlsx, supplement.zip]\n"
    made.config.write_text(text.replace("  render: [index.qmd]\n", listed), encoding="utf-8")
    (made.root / ".gitignore").write_text("/_manuscript/\n/build/\n/_variables.yml\n/supplement.*\n/review/\n")
    git(made, "rm", "-rq", "--cached", "build", "_variables.yml")
    git(made, "add", "-A")
    git(made, "commit", "-qm", "As authors have it")
    for name in ("pdf", "xlsx", "zip"):
        (made.root / f"supplement.{name}").write_bytes(b"made")
    render(made, ["docx"], EPOCH)
    for folder in ("index", "index-2"):
        result = CliRunner().invoke(app, ["--project", str(made.root), "import", str(made.output / "index.docx")])
        assert result.exception is None, result.exception
        assert "Nothing was changed." in (made.root / "review" / folder / "report.md").read_text(encoding="utf-8")
    again = [
        "--project",
        str(made.root),
        "import",
        str(made.output / "index.docx"),
        "--to",
        str(made.root / "review/index"),
    ]
    assert "earlier import" in str(CliRunner().invoke(app, again).exception)
