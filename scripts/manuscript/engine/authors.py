"""Authors and affiliations of the front matter in one shape for every title block."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from manuscript.source.resolved import Source

_ORCID = re.compile(r"^(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])$")
_AUTHOR_KEYS = {
    "name", "orcid", "email", "corresponding", "affiliations", "affiliation", "roles", "url", "equal-contributor", "deceased",
}  # fmt: skip
_AFFILIATION_KEYS = {
    "id", "ref", "name", "department", "group", "address", "city", "region", "state", "country", "postal-code", "url",
    "isni", "ringgold", "ror", "number",
}  # fmt: skip
# https://credit.niso.org: the fourteen roles, by their slug in its addresses
CREDIT = {
    "conceptualization": "Conceptualization",
    "data-curation": "Data curation",
    "formal-analysis": "Formal analysis",
    "funding-acquisition": "Funding acquisition",
    "investigation": "Investigation",
    "methodology": "Methodology",
    "project-administration": "Project administration",
    "resources": "Resources",
    "software": "Software",
    "supervision": "Supervision",
    "validation": "Validation",
    "visualization": "Visualization",
    "writing-original-draft": "Writing – original draft",
    "writing-review-editing": "Writing – review & editing",
}


@dataclass(frozen=True)
class Affiliation:
    """One institution; ``identifier`` is what authors refer to, an empty part was not stated."""

    identifier: str
    name: str
    department: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    url: str = ""

    @property
    def text(self) -> str:
        """All parts in one line, from the department to the country."""
        parts = (self.department, self.name, self.city, self.region, self.country)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Role:
    """A CRediT role where ``slug`` is filled, else the author's own word."""

    name: str
    slug: str = ""


@dataclass(frozen=True)
class Author:
    """One author; ``affiliations`` are indices (from 0) into the list beside, ``orcid`` the bare identifier."""

    name: str
    given: str
    family: str
    orcid: str = ""
    email: str = ""
    corresponding: bool = False
    equal: bool = False
    affiliations: tuple[int, ...] = ()
    roles: tuple[Role, ...] = ()


def read_authors(source: Source) -> tuple[list[Author], list[Affiliation]]:
    """Authors in order, and the affiliations they name by index.

    Raises ``SourceError`` for an unknown key, an affiliation that is not defined, or a malformed ORCID.
    """
    entries = source.metadata.get("author") or source.metadata.get("authors") or []
    entries = entries if isinstance(entries, list) else [entries]
    affiliations: list[Affiliation] = []
    index: dict[str, int] = {}

    def add(entry: Any, identifier: str) -> int:
        entry = {"name": entry} if isinstance(entry, str) else entry
        _refuse_unknown(source, entry, _AFFILIATION_KEYS, "an affiliation")
        if not entry.get("name"):
            raise source.error("an affiliation has no name", "affiliation", "give it name: …")
        names = ("name", "department", "city", "region", "country", "url")
        values = {name: str(entry.get(name) or "") for name in names}
        values["region"] = values["region"] or str(entry.get("state") or "")
        affiliations.append(Affiliation(identifier, **values))
        index[identifier] = len(affiliations) - 1
        return len(affiliations) - 1

    for number, entry in enumerate(source.metadata.get("affiliations") or [], start=1):
        add(entry, str(entry.get("id") or f"aff-{number}"))

    authors = []
    for entry in entries:
        entry = {"name": entry} if isinstance(entry, str) else entry
        _refuse_unknown(source, entry, _AUTHOR_KEYS, "an author")
        name = entry.get("name")
        given, family = _split_name(name)
        numbers = []
        stated = entry.get("affiliations") or entry.get("affiliation") or []
        for item in stated if isinstance(stated, list) else [stated]:
            reference = item.get("ref") if isinstance(item, dict) else None
            if reference is not None:
                if str(reference) not in index:
                    raise source.error(
                        f"the affiliation {reference!r} is not defined",
                        f"ref: {reference}",
                        "add it under affiliations: with that id",
                    )
                numbers.append(index[str(reference)])
            else:
                numbers.append(add(item, f"aff-{len(affiliations) + 1}"))
        orcid = _ORCID.match(str(entry["orcid"])) if entry.get("orcid") else None
        if entry.get("orcid") and orcid is None:
            raise source.error(f"malformed ORCID {entry['orcid']!r}", str(entry["orcid"]), "write 0000-0000-0000-0000")
        roles = entry.get("roles") or []
        authors.append(
            Author(
                name=f"{given} {family}".strip(),
                given=given,
                family=family,
                orcid=orcid.group(1) if orcid else "",
                email=str(entry.get("email") or ""),
                corresponding=bool(entry.get("corresponding")),
                equal=bool(entry.get("equal-contributor")),
                affiliations=tuple(numbers),
                roles=tuple(_role(role) for role in (roles if isinstance(roles, list) else [roles])),
            )
        )
    return authors, affiliations


def _refuse_unknown(source: Source, entry: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        raise source.error(
            f"unknown key {unknown[0]!r} in {where}", f"{unknown[0]}:", f"known: {', '.join(sorted(known))}"
        )


def _split_name(name: Any) -> tuple[str, str]:
    if isinstance(name, dict):
        return str(name.get("given") or ""), str(name.get("family") or name.get("literal") or "")
    given, _, family = str(name or "").strip().rpartition(" ")
    return given, family


def _role(role: Any) -> Role:
    name = str(next(iter(role)) if isinstance(role, dict) else role)
    slug = re.sub(r"[^a-z]+", "-", name.lower().replace("&", " ")).strip("-").replace("-and-", "-")
    return Role(CREDIT[slug], slug) if slug in CREDIT else Role(name)
