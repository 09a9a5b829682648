"""The reader of YAML: whatever the file holds, a value or an error of ours with its line."""

from __future__ import annotations

import datetime

import pytest

from manuscript import yaml_
from manuscript.errors import ConfigError

WRONG = {
    "a date that cannot be": ("a: 1\nb: 2026-02-30", 2),
    "month 13": ("a: 2026-13-01", 1),
    "hour 25": ("a: 2026-01-01 25:00:00", 1),
    "a zone that cannot be": ("a: 2026-01-01 00:00:00 +99:99", 1),
    "text called a timestamp": ("a: !!timestamp foo", 1),
    "nothing called a number": ("a: 1\nb: !!int ''", 2),
    "text called a number": ("a: !!float ten", 1),
    "text called a truth": ("a: !!bool perhaps", 1),
    "a number of 5,000 digits": (f"a: {'9' * 5000}", 1),
    "an object of Python": ("a: !!python/object/apply:os.system ['true']", 1),
    "a key twice": ("a: 1\nb: 2\na: 3", 3),
    "a key twice below another": ("a:\n  b: 1\n  b: 2", 3),
    "a list as a key": ("? [a, b]\n: 1", 1),
    "a value within itself": ("a: &x [*x]", 1),
    "aliases that multiply": ("a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(8)), None),
    "an alias of nothing": ("a: *x", 1),
    "a bracket that is not closed": ("a: [1", None),
    "a tab": ("a:\n\tb: 1", 2),
    "two documents": ("a: 1\n---\nb: 2", 2),
    "a character that is not allowed": ("a: 1\nb: \x07", 2),
    "nested without end": ("[" * 3000, 1),
    "nested and closed": ("[" * 200 + "]" * 200, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_read_is_an_error_of_ours(name: str) -> None:
    text, line = WRONG[name]
    with pytest.raises(ConfigError) as caught:
        yaml_.parse(text, "file.yml")
    assert caught.value.file == "file.yml" and caught.value.mend
    assert line is None or caught.value.line == line


def test_plain_values_and_their_places() -> None:
    text = "a: 2026-01-02\nb: &x [1, two]\nc: {d: *x}\n"
    value, node = yaml_.parse_with_nodes(text, "file.yml")
    assert value == {"a": datetime.date(2026, 1, 2), "b": [1, "two"], "c": {"d": [1, "two"]}}
    assert list(yaml_.keys(node)) == [(("a",), 0), (("b",), 1), (("c",), 2), (("c", "d"), 2)]
    assert yaml_.mapping("", "file.yml") == {}
    with pytest.raises(ConfigError, match="mapping"):
        yaml_.mapping("- a", "file.yml", first_line=4)
