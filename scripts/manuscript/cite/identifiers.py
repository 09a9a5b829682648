"""DOIs, PMIDs, ISSNs and page ranges: their canonical form, and what is wrong with one."""

from __future__ import annotations

import re

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+$")
_DOI_PREFIX = re.compile(r"^(?:(?:info:|urn:)?doi[:/]?\s*|(?:dx\.|www\.)?doi\.org/)", re.I)
# the DOI in an address: behind doi.org, a library's proxy of it or a publisher's folder
_DOI_ADDRESS = re.compile(r"^<?https?://[^/\s]+/(?:[^?#]*/)?(?P<doi>10\.\d{4,9}(?:\.\d+)*(?:/|%2F)[^?#\s]+)", re.I)
_ESCAPED = re.compile(r"%[0-9A-F]{2}", re.I)
# sheets of one article that publishers hang on its address
_SHEET = re.compile(r"/(?:full|abstract|abs|pdf|epdf|fulltext|meta|summary)/?$", re.I)
_PMID_PREFIX = re.compile(
    r"^(?:https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/|pmid:?\s*)", re.I
)
_DASHES = re.compile(r"\s*(?:-{1,3}|[‐‑‒–—−])\s*")
_RANGE = re.compile(
    r"(?P<a>[A-Za-z]{0,4})(?P<first>\d+)(?P<z>[A-Za-z]{0,2})--(?P<b>[A-Za-z]{0,4})(?P<last>\d+)(?P<y>[A-Za-z]{0,2})$"
)
_PAGE = re.compile(r"[A-Za-z0-9][\w.:/-]*$")


# names of servers that show a page before it is public, or in place of the publisher's
_TEST_SERVER = re.compile(
    r"(?:^|[.-])(?:staging|stage|preview|preprod|qa\d*|dev|test|uat|inte|cache|proxy|ezproxy|mirror|localhost)(?=[.-])"
    r"|(?:^|\.)(?:[\w-]*proxy|mirror)\.[a-z]+$"
    r"|\.(?:vercel\.app|netlify\.app|herokuapp\.com|pages\.dev|fastly\.net|supabase\.co|weglot\.com|ngrok\.io|local)$",
    re.I,
)


def canonical_doi(text: str) -> str:
    """A DOI without address, prefix or LaTeX escapes, its case kept."""
    text = re.sub(r"\\([_&%#$])", r"\1", text.replace("{\\_}", "_").replace("\u200b", "").strip())
    if match := _DOI_ADDRESS.match(text):
        return _SHEET.sub("", _unescaped(match["doi"])).rstrip(".,;" + ">" * text.startswith("<"))
    return _unescaped(_DOI_PREFIX.sub("", text).strip())


def doi_address(doi: str) -> str:
    """The address of a canonical DOI, every sign escaped that an address cannot hold."""
    from urllib.parse import quote

    return "https://doi.org/" + quote(doi, safe="/:;()@!$'*+,=-._~&%")


def _unescaped(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text) if _ESCAPED.search(text) else text


def doi_problem(text: str) -> str:
    """What is wrong with a DOI as written, or nothing."""
    bare = canonical_doi(text)
    if not _DOI.match(bare):
        return f"{text!r} is not a DOI"
    if bare[-1] in ".,;" or bare.count("(") != bare.count(")"):
        return f"the DOI ends wrongly: {bare!r}"
    return f"{text!r} is not written as {bare!r}" if bare != text else ""


def good_doi(text: str) -> str:
    """The canonical DOI; nothing when the text cannot be one."""
    doi = canonical_doi(text)
    return "" if doi_problem(doi) else doi


def makeshift(address: str) -> str:
    """Why an address is none to send readers to (what is not public or not permanent); nothing where it may be one."""
    from ipaddress import ip_address
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "it cannot be read"
    if parts.scheme not in ("http", "https") or not {".", ":"} & set(host):
        return "it is no public address"
    try:
        ip_address(host)
    except ValueError:
        pass
    else:
        return "it names a machine by its number"
    if port not in (None, 80, 443):
        return "it names a port"
    if found := _TEST_SERVER.search(host):
        return f"{found.group().strip('.-')!r} in it says a test server, a preview or a proxy"
    return ""


def canonical_pmid(text: str) -> str:
    """A PMID without address or prefix."""
    return _PMID_PREFIX.sub("", text.strip()).strip().rstrip("/")


def pmid_problem(text: str) -> str:
    """What is wrong with a PMID as written, or nothing."""
    if re.match(r"PMC\d+$", text, re.I):
        return f"{text!r} is an identifier of PubMed Central, not of PubMed"
    bare = canonical_pmid(text)
    if not re.fullmatch(r"[1-9]\d{0,7}", bare):
        return f"{text!r} is not a PMID (one to eight digits)"
    return f"{text!r} is not written as {bare!r}" if bare != text else ""


def good_pmid(text: str) -> str:
    """The canonical PMID; nothing when the text cannot be one."""
    pmid = canonical_pmid(text)
    return "" if pmid_problem(pmid) else pmid


def canonical_issn(text: str) -> str:
    """ISSNs as ``NNNN-NNNN``, joined by commas, without notes such as ``(Print)``."""
    found = re.findall(r"\b\d{4}[-‐–]?\d{3}[\dXx]\b", text)
    if not found or len(re.sub(r"\([^)]*\)|[\s,;]|[A-WYZa-wyz]", "", text)) > sum(map(len, found)):
        return text
    return ", ".join(f"{item[:4]}-{item[-4:].upper()}" for item in found)


def issn_problem(text: str) -> str:
    """What is wrong with the ISSNs as written (form or check digit), or nothing."""
    for item in re.split(r"\s*[,;]\s*|\s+", canonical_issn(text)):
        if not re.fullmatch(r"\d{4}-\d{3}[\dX]", item):
            return f"{item!r} is not an ISSN (NNNN-NNNN)"
        digits = item.replace("-", "")
        total = sum(int(digit) * weight for digit, weight in zip(digits[:7], range(8, 1, -1), strict=True))
        check = (11 - total % 11) % 11
        if digits[7] != ("X" if check == 10 else str(check)):
            return f"the check digit of {item} should be {'X' if check == 10 else check}"
    return f"{text!r} is not written as {canonical_issn(text)!r}" if canonical_issn(text) != text else ""


def canonical_pages(text: str) -> str:
    """Pages with ``--`` and whole last numbers: ``1143-54`` is ``1143--1154``; what is no range stays."""
    parts = []
    for part in re.split(r"\s*,\s*", re.sub(r"^pp?\.\s*", "", text.strip(), flags=re.I)):
        dashed = _DASHES.sub("--", part)
        match = _RANGE.match(dashed)
        if match is None:
            parts.append(part)
            continue
        first, last = match["first"], match["last"]
        if len(last) < len(first) and match["b"] in ("", match["a"]):
            last = first[: len(first) - len(last)] + last
        whole = f"{match['a']}{first}{match['z']}--{match['b'] or match['a']}{last}{match['y']}"
        parts.append(whole if int(last) >= int(first) else dashed)
    return ", ".join(parts)


def pages_problem(text: str) -> str:
    """What is wrong with pages as written, or nothing."""
    canonical = canonical_pages(text)
    for part in canonical.split(", "):
        if re.search(r"\d[lIO]\d", part):
            return f"{part!r} has a letter among its digits"
        match = _RANGE.match(part)
        if match and int(match["last"]) < int(match["first"]) and match["b"] == match["a"]:
            return f"the range {part} runs backwards"
        if (
            not match
            and (not _PAGE.match(part) or not any(letter.isdigit() for letter in part))
            and not re.fullmatch("[ivxlc]+--[ivxlc]+", part)
        ):
            return f"{part!r} is not a page, a range or an article number"
    return f"{text!r} is not written as {canonical!r}" if canonical != text else ""
