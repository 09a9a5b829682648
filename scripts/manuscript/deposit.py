"""What archives and licences say of the article: ``CITATION.cff``, ``.zenodo.json`` and ``LICENSE``, as its front matter has it.

Title, authors, keywords and licence are the front matter's; the rest of each file is left alone, a file that is not there
is not made, and one that says it already keeps its layout.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from manuscript.atomic import write_text
from manuscript.engine.authors import Affiliation, Author, read_authors
from manuscript.errors import ConfigError
from manuscript.paths import Project
from manuscript.source.files import front_matter, read_text, read_yaml
from manuscript.source.resolved import Source

# the part of LICENSE that is made; another heading is its author's own
ARTICLE = "2. The article (all other files):\n"
_PARTS = {"BY": "Attribution", "NC": "NonCommercial", "SA": "ShareAlike", "ND": "NoDerivatives"}
_CREATIVE = re.compile(r"CC[ -]((?:BY|NC|SA|ND)(?:-(?:BY|NC|SA|ND))*)[ -](\d\.\d)", re.I)


def files(project: Project) -> list[Path]:
    """Those of the three that are there."""
    return [path for path in (project.citation, project.zenodo, project.licence) if path.is_file()]


def make_records(project: Project, *_: Any) -> None:
    """Bring what the front matter says into the files.

    Raises ``ConfigError`` for a file that cannot be read, ``SourceError`` for an author that cannot be.
    """
    metadata, lines = front_matter(project)
    said = _Said(metadata, *read_authors(Source("", [], metadata, lines, project.relative(project.article))))
    if project.citation.is_file():
        have = read_yaml(project.citation, project.relative(project.citation))
        wanted = said.citation(have)
        if wanted != have:
            write_text(project.citation, _yaml(wanted))
    if project.zenodo.is_file():
        shown = project.relative(project.zenodo)
        try:
            have = json.loads(read_text(project.zenodo, shown))
        except (ValueError, RecursionError) as error:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else None
            raise ConfigError(
                f"not JSON: {str(error)[:80]}", file=shown, line=line, mend="look at quotes, commas and brackets"
            ) from error
        if not isinstance(have, dict):
            raise ConfigError("names with values are expected", file=shown, mend='write {"title": "…"}')
        wanted = said.zenodo(have)
        if wanted != have:
            write_text(project.zenodo, json.dumps(wanted, indent=2, ensure_ascii=False) + "\n")
    if project.licence.is_file():
        head, mark, _rest = read_text(project.licence, project.relative(project.licence)).partition(ARTICLE)
        if mark:
            write_text(project.licence, head + mark + said.licence())


def plain_title(metadata: Mapping[str, Any]) -> str:
    """The title without the marks of Markdown; programs that read it know none."""
    return " ".join(re.sub(r"(?<!\w)[*_]+|[*_]+(?!\w)", "", str(metadata.get("title") or "")).split())


class _Said:
    """The front matter for the three files."""

    def __init__(self, metadata: dict[str, Any], authors: list[Author], places: list[Affiliation]) -> None:
        licence = metadata.get("license") or ""
        stated = licence if isinstance(licence, dict) else {"text": licence}
        self.terms, self.address = str(stated.get("text") or ""), str(stated.get("url") or "")
        self.title = plain_title(metadata)
        self.keywords = [str(item) for item in metadata.get("keywords") or []]
        self.year = str(metadata.get("date") or "")[:4]
        self.authors, self.places = authors, places

    def citation(self, have: dict[str, Any]) -> dict[str, Any]:
        """``CITATION.cff``; an article that it prefers to be cited has the authors if it is this one."""
        result = deepcopy(have)
        preferred = result.get("preferred-citation")
        for part in (result, preferred):
            if part is result or (isinstance(part, dict) and self._is_ours(part.get("title"))):
                self._put_title(part)
                part["authors"] = self._persons(part.get("authors"), self._person, ("family-names", "given-names"))
        if code := self._code():
            listed = result.get("license") or []
            others = [
                item for item in (listed if isinstance(listed, list) else [listed]) if not _CREATIVE.match(str(item))
            ]
            result["license"] = [*others, code] if others else code
        return result

    def zenodo(self, have: dict[str, Any]) -> dict[str, Any]:
        """``.zenodo.json``."""
        result = deepcopy(have)
        self._put_title(result)
        result["creators"] = self._persons(result.get("creators"), self._creator, ("name",))
        if self.keywords:
            result["keywords"] = self.keywords
        if code := self._code():
            result["license"] = code.lower()
        return result

    def licence(self) -> str:
        """The second part of ``LICENSE``."""
        found = _CREATIVE.fullmatch(self.terms)
        name, address = self.terms, self.address
        if found:
            kind = "-".join(_PARTS[part] for part in found[1].upper().split("-"))
            name = f"Creative Commons {kind} {found[2]} International ({self.terms})"
            address = f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/legalcode"
        holders = ", ".join(author.name for author in self.authors)
        return f"   {name}\n\nCopyright (c) {self.year} {holders}\n" + (f"\n{address}\n" if address else "")

    def _code(self) -> str:
        """The licence by its short name of spdx.org, where it is a Creative Commons one."""
        return self.terms.replace(" ", "-").upper() if _CREATIVE.fullmatch(self.terms) else ""

    def _is_ours(self, title: Any) -> bool:
        return str(title or "").casefold().startswith(self.title.casefold())

    def _put_title(self, part: dict[str, Any]) -> None:
        # a title may go on: "(reproducible edition)"
        if not self._is_ours(part.get("title")):
            part["title"] = self.title

    def _persons(self, have: Any, person: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
        """The authors; what the file alone says of one by that name (an ORCID) stays."""
        known = {tuple(item.get(name) for name in names): item for item in have or [] if isinstance(item, dict)}
        wanted = [person(author) for author in self.authors]
        return [{**known.get(tuple(item.get(name) for name in names), {}), **item} for item in wanted]

    def _person(self, author: Author) -> dict[str, Any]:
        return _filled(
            {
                **({"given-names": author.given, "name-particle": author.particle, "family-names": author.family}
                   if author.given else {"name": author.family}),
                "affiliation": "; ".join(self.places[index].text for index in author.affiliations),
                "email": author.email,
                "orcid": f"https://orcid.org/{author.orcid}" if author.orcid else "",
            }
        )  # fmt: skip

    def _creator(self, author: Author) -> dict[str, Any]:
        given = f"{author.given} {author.particle}".strip()
        return _filled(
            {
                "name": f"{author.family}, {given}" if given else author.family,
                "affiliation": "; ".join(self.places[index].text for index in author.affiliations),
                "orcid": author.orcid,
            }
        )


def _filled(values: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _yaml(value: dict[str, Any]) -> str:
    import yaml

    class Plain(yaml.SafeDumper):
        """Authors that stand twice are written twice."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    return yaml.dump(value, Dumper=Plain, sort_keys=False, allow_unicode=True, width=10_000)
