"""Endpoints and adverse events in words: what the short names in the columns of the ledger stand for."""

from __future__ import annotations

from manuscript.ledger.values import NO_BREAK

_ENDPOINTS = {
    "brain-free": "freedom from brain metastases",
    "cbr": "clinical benefit rate",
    "cns-first": "recurrence first in the central nervous system",
    "cns-intervention": "time to intervention for brain metastases",
    "cns-pfs": "central nervous system progression-free survival",
    "cr": "complete response",
    "dfs": "disease-free survival",
    "distant-recurrence": "distant recurrence",
    "dor": "duration of response",
    "efs": "event-free survival",
    "ic-dor": "duration of intracranial response",
    "ic-orr": "intracranial objective response",
    "ic-shrinkage": "shrinkage of brain metastases",
    "idfs": "invasive disease-free survival",
    "orr": "objective response",
    "os": "overall survival",
    "pcr": "pathological complete response",
    "pfs": "progression-free survival",
    "qol-deterioration": "time to deterioration of quality of life",
    "rcb-0-1": "residual cancer burden 0 or I",
    "time-to-radiotherapy": "time to radiotherapy",
    "ttp": "time to progression",
}
_QUALIFIERS = {
    "active": "active brain metastases",
    "brain": "brain metastases",
    "hrneg": "hormone receptor-negative",
    "hrpos": "hormone receptor-positive",
    "ihc3": "immunohistochemistry 3+",
    "inv": "investigator",
    "lmc": "leptomeningeal disease",
    "japan": "Japan",
    "low": "HER2-low",
    "npos": "node-positive",
    "stable": "stable brain metastases",
    "untreated": "untreated brain metastases",
}
_EVENTS = {
    "alt-increase": "increase of alanine aminotransferase",
    "any-related": "any drug-related adverse event",
    # the name says nothing of counting, which is what the attribution is for
    "any-teae": "any adverse event",
    "ast-increase": "increase of aspartate aminotransferase",
    "discontinuation": "discontinuation for adverse events",
    "grade3": "adverse events of grade 3 or higher",
    "hand-foot": "palmar–plantar erythrodysaesthesia",
    "ild": "interstitial lung disease or pneumonitis",
    "lvef-decrease": "decrease of ejection fraction",
    "serious": "serious adverse events",
}


def endpoint(slug: str) -> str:
    """``progression-free survival at 12 months, brain metastases`` of ``pfs-12mo-brain``; unknown words stay as they are."""
    known, rest = _split(slug, _ENDPOINTS)
    time = [f"at {part.removesuffix('mo')}{NO_BREAK}months" for part in rest if part.removesuffix("mo").isdigit()]
    rest = [part for part in rest if not part.removesuffix("mo").isdigit()]
    return ", ".join((" ".join((known, *time)), *_qualified(rest)))


def event(slug: str) -> str:
    """``interstitial lung disease or pneumonitis, Japan`` of ``ild-japan``; unknown words stay as they are."""
    known, rest = _split(slug, _EVENTS)
    return ", ".join((known, *_qualified(rest)))


def _split(slug: str, names: dict[str, str]) -> tuple[str, list[str]]:
    """The words of the longest name that the slug begins with, and what follows it."""
    known = max((name for name in names if f"{slug}-".startswith(f"{name}-")), key=len, default="")
    if not known:
        return slug.replace("-", " "), []
    return names[known], [part for part in slug.removeprefix(known).split("-") if part]


def _qualified(parts: list[str]) -> list[str]:
    """What is known in its words; the rest together, since ``pertuzumab-arm`` is one thing."""
    unknown = " ".join(part for part in parts if part not in _QUALIFIERS)
    return [_QUALIFIERS[part] for part in parts if part in _QUALIFIERS] + ([unknown] if unknown else [])
