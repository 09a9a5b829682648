"""Findings as text for a person, JSON for a program, SARIF for code scanning, or GitHub's annotations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from manuscript import __version__
from manuscript.check.rules import all_rules
from manuscript.diagnostics import Diagnostic

_SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_text(found: list[Diagnostic]) -> str:
    """One finding per two lines, then counts and the next step."""
    return "\n".join([*(str(item) for item in found), summary(found)])


def summary(found: list[Diagnostic]) -> str:
    """How many of what, and the one next step."""
    if not found:
        return "nothing to mend"
    count = Counter(item.severity for item in found)
    families = Counter(item.rule.partition("/")[0] for item in found)
    listed = ", ".join(f"{name} {number}" for name, number in families.most_common())
    parts = [f"{count[name]} {name}{'' if count[name] == 1 else 's'}" for name in ("error", "warning") if count[name]]
    return f"{', '.join(parts)} ({listed})\nnext: {next_step(found)}"


def next_step(found: list[Diagnostic]) -> str:
    """The one thing to do first: what hides or causes other findings comes before them."""
    rank = (
        "structure",
        "quarto",
        "ledger",
        "numbers",
        "names",
        "refs",
        "freshness",
        "cite",
        "prose",
        "outputs",
        "layout",
        "settings",
    )
    worst = min(found, key=lambda item: (item.severity != "error", rank.index(item.rule.partition("/")[0]), item.order))
    if worst.rule.startswith("freshness/"):
        return "type: manuscript prepare"
    same = sum(item.rule == worst.rule for item in found)
    if same > 20:
        return f"type: manuscript explain {worst.rule} ({same} findings)"
    return f"{worst.place}: {worst.mend or worst.message}"


def as_json(found: list[Diagnostic]) -> str:
    """A list of objects, one per finding."""
    return json.dumps([vars(item) for item in found], indent=1, ensure_ascii=False)


def as_sarif(found: list[Diagnostic]) -> str:
    """SARIF 2.1.0, one run."""
    rules = all_rules()
    names = sorted({item.rule for item in found})
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "manuscript",
                "version": __version__,
                "rules": [
                    {"id": name, "shortDescription": {"text": rules[name].summary}, "help": {"text": rules[name].why}}
                    for name in names
                ],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, names) for item in found],
    }
    return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False)


def _result(item: Diagnostic, names: list[str]) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": item.file}}
    if item.line:
        place["region"] = {"startLine": item.line} | ({"startColumn": item.column} if item.column else {})
    return {
        "ruleId": item.rule,
        "ruleIndex": names.index(item.rule),
        "level": item.severity,
        "message": {"text": f"{item.message}. {item.mend}".strip()},
        "locations": [{"physicalLocation": place}],
    }


def as_github(found: list[Diagnostic]) -> str:
    """Workflow commands, which GitHub shows at the lines of a pull request."""
    lines = []
    for item in found:
        place = [f"file={_property(item.file)}"]
        place += [f"line={item.line}"] if item.line else []
        place += [f"col={item.column}"] if item.column else []
        lines.append(
            f"::{item.severity} {','.join(place)},title={_property(item.rule)}::{_data(f'{item.message}. {item.mend}')}"
        )
    return "\n".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[list[Diagnostic]], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}
