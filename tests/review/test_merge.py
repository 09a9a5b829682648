"""The merge driver: two people who each add a row or a reference do not meet; two who change the same one do."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT

DRIVER = re.search(r"git config merge\.records\.driver '([^']+)'", (ROOT / "Makefile").read_text(encoding="utf-8"))
ENTRY = "@article{{{key},\n  title = {{A title}},\n  author = {{Nobody, Ann}},\n  year = {{2026}},\n}}\n"


def git(folder: Path, *arguments: str, fails: bool = False) -> str:
    command = [
        "git",
        "-c",
        "user.name=Ann",
        "-c",
        "user.email=ann@example.org",
        "-c",
        "commit.gpgsign=false",
        *arguments,
    ]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (result.returncode != 0) == fails, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the article's records, its attributes, and the driver as the Makefile sets it."""
    assert DRIVER, "the Makefile sets no driver"
    (tmp_path / "data").mkdir()
    (tmp_path / "scripts/manuscript").mkdir(parents=True)
    for name in (".gitattributes", "references.bib", "data/outcomes.csv", "scripts/manuscript/merge.py"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "config", "merge.records.driver", DRIVER[1].replace("python3", f'"{sys.executable}"', 1))
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "-qm", "Start")
    return tmp_path


def on_branch(repository: Path, name: str, change: Callable[[], object]) -> None:
    """A branch of main with one change."""
    git(repository, "switch", "-qc", name, "main")
    change()
    git(repository, "commit", "-qam", f"Change on {name}")


def rows(repository: Path) -> list[dict[str, str]]:
    with (repository / "data/outcomes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(repository: Path, changed: list[dict[str, str]]) -> None:
    with (repository / "data/outcomes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(changed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(changed, key=lambda row: row["id"]))


def add_row(repository: Path, row_id: str, note: str = "") -> None:
    present = rows(repository)
    write_rows(repository, [*present, {**dict.fromkeys(present[0], ""), "id": row_id, "note": note}])


def add_entry(repository: Path, key: str) -> None:
    """An entry at its place in the order of keys."""
    path = repository / "references.bib"
    text = path.read_text(encoding="utf-8")
    later = next(match for match in re.finditer(r"^@\w+\{(\w+),", text, re.MULTILINE) if match[1] > key)
    path.write_text(f"{text[: later.start()]}{ENTRY.format(key=key)}\n{text[later.start() :]}", encoding="utf-8")


def keys(repository: Path) -> list[str]:
    return re.findall(r"^@\w+\{(\w+),", (repository / "references.bib").read_text(encoding="utf-8"), re.MULTILINE)


# side by side, so that git's own merge of lines would meet
@pytest.mark.parametrize("ids", [("zzz.os.2025", "zzz.os.2026"), ("aaa.os.2026", "zzz.pfs.2026")])
def test_two_branches_that_each_add_a_reference_and_a_row_merge(repository: Path, ids: tuple[str, str]) -> None:
    before, known = rows(repository), keys(repository)
    for name, row_id, key in (("left", ids[0], "cortes2026aaa"), ("right", ids[1], "cortes2026aab")):
        on_branch(
            repository,
            name,
            lambda row_id=row_id, key=key: (
                add_row(repository, row_id, f'of "{key}", with\na break\u2028and a separator'),
                add_entry(repository, key),
            ),
        )
    git(repository, "merge", "-q", "--no-edit", "left")
    after = rows(repository)
    assert [row for row in after if row["id"] not in ids] == before
    assert [row["id"] for row in after] == sorted([*(row["id"] for row in before), *ids])
    assert {row["note"] for row in after if row["id"] in ids} == {
        'of "cortes2026aaa", with\na break\u2028and a separator', 'of "cortes2026aab", with\na break\u2028and a separator',
    }  # fmt: skip
    assert keys(repository) == sorted([*known, "cortes2026aaa", "cortes2026aab"])
    assert git(repository, "status", "--porcelain") == ""


def test_without_the_driver_the_same_branches_conflict(repository: Path) -> None:
    git(repository, "config", "--unset", "merge.records.driver")
    for name, row_id in (("left", "zzz.os.2025"), ("right", "zzz.os.2026")):
        on_branch(repository, name, lambda row_id=row_id: add_row(repository, row_id))
    assert "CONFLICT" in git(repository, "merge", "--no-edit", "left", fails=True)


def test_different_rows_changed_and_deleted_merge(repository: Path) -> None:
    first, second, third = rows(repository)[:3]
    on_branch(repository, "left", lambda: write_rows(repository, [{**first, "note": "left"}, *rows(repository)[1:]]))
    on_branch(repository, "right", lambda: write_rows(repository, [row for row in rows(repository) if row != second]))
    git(repository, "merge", "-q", "--no-edit", "left")
    assert rows(repository)[:2] == [{**first, "note": "left"}, third]


def change_entry(repository: Path, key: str, old: str, new: str) -> None:
    path = repository / "references.bib"
    text = path.read_text(encoding="utf-8")
    start = text.index("{" + key + ",")
    end = text.index("\n}", start)
    assert re.search(old, text[start:end])
    path.write_text(text[:start] + re.sub(old, new, text[start:end], count=1) + text[end:], encoding="utf-8")


def test_different_fields_of_one_row_and_one_reference_merge(repository: Path) -> None:
    first, *others = rows(repository)
    key = keys(repository)[0]
    on_branch(
        repository,
        "left",
        lambda: (
            write_rows(repository, [{**first, "note": 'left, "quoted"'}, *others]),
            change_entry(repository, key, r"title = .*", "title = {Another title},"),
        ),
    )
    on_branch(
        repository,
        "right",
        lambda: (
            write_rows(repository, [{**first, "locator": "table 9"}, *others]),
            change_entry(repository, key, r"year = .*", "year = {2031},\n  note = {New, with {braces} = signs},"),
        ),
    )
    git(repository, "merge", "-q", "--no-edit", "left")
    assert rows(repository)[0] == {**first, "note": 'left, "quoted"', "locator": "table 9"}
    entry = (repository / "references.bib").read_text(encoding="utf-8").split("{" + key + ",")[1].split("\n}\n")[0]
    assert "title = {Another title}," in entry and "year = {2031},\n  note = {New, with {braces} = signs}," in entry
    assert "<<<<<<<" not in entry and git(repository, "status", "--porcelain") == ""


def test_of_two_fields_only_the_one_that_both_changed_is_marked(repository: Path) -> None:
    first, *others = rows(repository)
    for name in ("left", "right"):
        own = {"note": name, "locator" if name == "left" else "p_note": f"of {name}"}
        on_branch(repository, name, lambda own=own: write_rows(repository, [{**first, **own}, *others]))
    said = git(repository, "merge", "--no-edit", "left", fails=True)
    assert f"changed on both sides: {first['id']} (note)" in said
    text = (repository / "data/outcomes.csv").read_text(encoding="utf-8")
    marked = re.search(r"<<<<<<< ours\n(.*)\n=======\n(.*)\n>>>>>>> theirs\n", text)
    assert marked and all("of left" in side and "of right" in side for side in marked.groups())


def test_a_new_column_meets_a_new_row(repository: Path) -> None:
    def add_column() -> None:
        path = repository / "data/outcomes.csv"
        lines = rows(repository)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*lines[0], "extra"], lineterminator="\n")
            writer.writeheader()
            writer.writerows({**line, "extra": "x"} for line in lines)

    on_branch(repository, "left", add_column)
    on_branch(repository, "right", lambda: add_row(repository, "zzz.os.2026", "new"))
    git(repository, "merge", "-q", "--no-edit", "left")
    merged = rows(repository)
    assert merged[-1]["note"] == "new" and merged[-1]["extra"] == "" and {row["extra"] for row in merged[:-1]} == {"x"}


@pytest.mark.parametrize(
    ("left", "right", "code", "said"),
    [
        ({"note": "left"}, {"locator": "right"}, 1, "`make update` can"),
        ({"note": "left"}, {"note": "right"}, 1, "marks the rest"),
        ({}, {"note": "right"}, 0, "by itself"),
    ],
)
def test_a_pull_request_is_told_when_the_button_cannot_merge_it(
    repository: Path, left: dict[str, str], right: dict[str, str], code: int, said: str
) -> None:
    first, *others = rows(repository)
    on_branch(repository, "pull", lambda: write_rows(repository, [{**first, **right}, *others]))
    git(repository, "switch", "-q", "main")
    if left:
        write_rows(repository, [{**first, **left}, *others])
        git(repository, "commit", "-qam", "Main moved on")
    command = [sys.executable, "scripts/manuscript/merge.py", "--ask", "pull"]
    result = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert (result.returncode, said in result.stdout) == (code, True), result.stdout + result.stderr


def test_one_row_changed_on_both_sides_is_marked_and_named(repository: Path) -> None:
    first, *others = rows(repository)
    for name in ("left", "right"):
        on_branch(repository, name, lambda name=name: write_rows(repository, [{**first, "note": name}, *others]))
    said = git(repository, "merge", "--no-edit", "left", fails=True)
    assert f"changed on both sides: {first['id']}" in said
    text = (repository / "data/outcomes.csv").read_text(encoding="utf-8")
    marked = re.search(r"<<<<<<< ours\n(.*)\n=======\n(.*)\n>>>>>>> theirs\n", text)
    assert marked and marked[1].endswith("right") and marked[2].endswith("left")
    assert text.count("<<<<<<<") == 1


def test_one_entry_added_on_both_sides_with_another_title_is_marked(repository: Path) -> None:
    for name in ("left", "right"):

        def add(name: str = name) -> None:
            add_entry(repository, "cortes2026aaa")
            path = repository / "references.bib"
            path.write_text(path.read_text(encoding="utf-8").replace("A title", f"A title {name}"), encoding="utf-8")

        on_branch(repository, name, add)
    assert "changed on both sides: cortes2026aaa" in git(repository, "merge", "--no-edit", "left", fails=True)
    text = (repository / "references.bib").read_text(encoding="utf-8")
    assert text.index("<<<<<<< ours") < text.index("A title right") < text.index("=======") < text.index("A title left")


@pytest.mark.parametrize("start", ['id,note\na,"', "id,note\na,\udcfc"], ids=["an open quotation", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_left_to_a_person(repository: Path, start: str) -> None:
    for name in ("left", "right"):
        data = f"{start}{name}\n".encode("utf-8", "surrogateescape")
        on_branch(repository, name, lambda data=data: (repository / "data/outcomes.csv").write_bytes(data))
    said = git(repository, "merge", "--no-edit", "left", fails=True)
    assert "merge it by hand" in said and "CONFLICT" in said


def test_a_new_column_and_a_corrected_row_do_not_meet(repository: Path) -> None:
    first, second = (row["id"] for row in rows(repository)[:2])

    def add_column() -> None:
        table = [{**row, "read_by": "abstract"} for row in rows(repository)]
        with (repository / "data/outcomes.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)

    def correct() -> None:
        path = repository / "data/outcomes.csv"
        path.write_text(
            path.read_text(encoding="utf-8").replace(f"\n{first},", f"\n{first}-mended,", 1), encoding="utf-8"
        )

    on_branch(repository, "column", add_column)
    on_branch(repository, "row", correct)
    for into, other in (("row", "column"), ("column", "row")):
        git(repository, "switch", "-q", into)
        git(repository, "switch", "-qc", f"merged-{into}")
        git(repository, "merge", "-q", "--no-edit", other)
        merged = {row["id"]: row for row in rows(repository)}
        assert merged[second]["read_by"] == "abstract"
        assert f"{first}-mended" in merged
