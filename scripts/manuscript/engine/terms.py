"""The words that the engine itself prints, in the article's language, and its dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from manuscript.source.files import read_yaml

_FILE = Path(__file__).with_name("terms.yml")
_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d):(\d\d)(?::(\d\d))?.*)?")
_TOKEN = re.compile(r"\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|Do|DD|D|dddd|ddd|HH|mm|ss")
_STYLES = {"short": "M/D/YY", "iso": "YYYY-MM-DD"}


@cache
def _languages() -> dict[str, dict[str, Any]]:
    return read_yaml(_FILE, _FILE.name)


class Terms:
    """Words by Quarto's names for them; ``own`` are the author's, from ``language:``."""

    def __init__(self, lang: str, own: Mapping[str, Any] | None = None) -> None:
        languages = _languages()
        short = lang.partition("-")[0]
        self._words = {**languages["en"], **languages.get(short, {}), **languages.get(lang, {})}
        for words in (own or {}, (own or {}).get(short), (own or {}).get(lang)):
            if isinstance(words, Mapping):
                self._words.update({name: word for name, word in words.items() if isinstance(word, str)})

    def __getitem__(self, name: str) -> str:
        return str(self._words[name])

    def date(self, stated: str, style: str) -> str:
        """The date ``stated`` in a ``date-format`` of Quarto's; text that is no date stays as it stands."""
        day = _read(stated)
        if day is None:
            return stated
        pattern = _STYLES.get(style) or self._words.get(f"date-{style}") or style
        month, weekday = self._words["months"][day.month - 1], self._words["days"][day.weekday()]
        values = {
            "YYYY": f"{day:%Y}", "YY": f"{day:%y}", "MMMM": month, "MMM": month[:3], "MM": f"{day:%m}",
            "M": str(day.month), "DD": f"{day:%d}", "D": str(day.day), "Do": f"{day.day}{_ordinal(day.day)}",
            "dddd": weekday, "ddd": weekday[:3], "HH": f"{day:%H}", "mm": f"{day:%M}", "ss": f"{day:%S}",
        }  # fmt: skip
        return _TOKEN.sub(lambda match: values.get(match.group(), match[1]), pattern)


def _read(stated: str) -> datetime | None:
    """A date as ISO writes it, or as Quarto reads it besides: 03/05/2024 (the month first), March 5, 2024."""
    found = _DATE.fullmatch(stated)
    try:
        if found:
            return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]
        numbers = re.fullmatch(r"(\d\d?)[/-](\d\d?)[/-](\d{4})", stated)
        if numbers:
            return datetime(int(numbers[3]), int(numbers[1]), int(numbers[2]))
        named = re.fullmatch(r"(\w+) (\d\d?), (\d{4})", stated)
        months = _languages()["en"]["months"]
        return datetime(int(named[3]), months.index(named[1]) + 1, int(named[2])) if named else None
    except ValueError:
        return None


def _ordinal(day: int) -> str:
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
