"""After a render: the formats say the same, no link leads nowhere, the page asks nobody for anything.

Reading four formats takes longer than all other rules, so the verdict is kept in ``build/check.json`` with the digests of
the files; it holds until one of them changes.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from manuscript.atomic import write_text
from manuscript.check.context import Context
from manuscript.diagnostics import Diagnostic
from manuscript.digests import of_file
from manuscript.engine import fresh
from manuscript.errors import RenderError
from manuscript.formats import BUNDLE, FORMATS
from manuscript.ooxml import W, body, links
from manuscript.paths import Project

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_ASKS = {
    "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src", "embed": "src",
    "object": "data", "image": "href", "use": "href",
}  # fmt: skip
_LINKS = {"stylesheet", "preload", "prefetch", "preconnect", "dns-prefetch", "icon", "modulepreload"}
_CSS = re.compile(
    r"url\(\s*['\"]?((?:https?:)?//[^)'\"\s]+)|@import\s+(?:url\()?['\"]?((?:https?:)?//[^)'\"\s;]+)", re.I
)
_UNRESOLVED = re.compile(
    r"\?(?:@[\w-]+|fig-[\w-]+|tbl-[\w-]+|sec-[\w-]+|var:[\w.-]+|(?:invalid )?meta(?: type)?:[\w.-]*)"
)
# what a shortcode that prints nothing leaves in a sentence
_HOLE = re.compile(r"(?<=[\w)]) [,;:.](?=\s|$)|\(\s*\)")
Pairs = list[tuple[str, str]]
_RENDER = "render again: manuscript render"
_AGAIN = "type: manuscript render --force; if it stays, it is a fault of the engine"


def check(context: Context) -> None:
    """Report everything of this family; a project that was not rendered has nothing to report."""
    project = context.project
    files = {name: project.output / FORMATS[name].output for name in ("html", "pdf", "docx", "jats")}
    files = {name: path for name, path in files.items() if path.is_file()}
    _recorded(context, files)
    if not files:
        return
    bundle = project.output / BUNDLE
    read = {
        **files,
        **({"meca": bundle} if bundle.is_file() else {}),
        "rules": Path(__file__),
        "render": project.render_state,
    }
    digests = {name: of_file(path).hex() for name, path in read.items()}
    known = _kept(project)
    if known is not None and known[0] == digests:
        context.found += known[1]
        return
    start = len(context.found)
    _bundle(context)
    _compare(context, files)
    found = context.found[start:]
    record = {"files": digests, "found": [vars(item) for item in found]}
    try:
        write_text(project.build / "check.json", json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    except RenderError:
        return  # a folder that cannot be written only makes the next run slower


def _kept(project: Project) -> tuple[dict[str, str], list[Diagnostic]] | None:
    try:
        record = json.loads((project.build / "check.json").read_text(encoding="utf-8"))
        return record["files"], [Diagnostic(**item) for item in record["found"]]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None


def _recorded(context: Context, files: dict[str, Path]) -> None:
    """Against what the last render noted: outputs that are missing, edited or cut; all of them older than the sources."""
    project = context.project
    if not project.output.is_dir():
        return
    try:
        state = json.loads(project.render_state.read_text(encoding="utf-8"))
        known = {str(name): str(digest) for name, digest in state["outputs"].items()}
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        _by_time(context, files)  # rendered by Quarto, or elsewhere
        return
    for shown, digest in known.items():
        path = project.root / shown
        if not path.is_file():
            context.report("outputs/missing", (shown, None, None), "the last render made it, and it is gone", _RENDER)
        elif of_file(path).hex() != digest:
            context.report("outputs/damaged", (shown, None, None), "not the file that the last render wrote", _RENDER)
    stated = state.get("sources")
    if stated and stated != fresh.article_digest(project) and files:
        context.report(
            "outputs/stale",
            (project.relative(next(iter(files.values()))), None, None),
            "the outputs are older than the sources",
            _RENDER,
        )


def _by_time(context: Context, files: dict[str, Path]) -> None:
    project = context.project
    formats = [name for name in FORMATS if name != "tex"] if len(files) > 1 else []
    for name in formats:
        if name not in files:
            shown = project.relative(project.output / FORMATS[name].output)
            context.report(
                "outputs/missing", (shown, None, None), "the other formats are there, and this one is not", _RENDER
            )
    try:
        made = {name: path.stat().st_mtime for name, path in files.items()}
        sources = {
            path: path.stat().st_mtime
            for path in (
                project.article,
                project.bibliography,
                *project.chapters.glob("*.qmd"),
                *project.data.glob("*.csv"),
            )
            if path.is_file()
        }
    except OSError:
        return
    # a checkout touches everything at once: only what was written a minute later was edited
    newer = [path for path, time in sources.items() if made and time > min(made.values()) + 60]
    if newer and len(newer) < len(sources):
        context.report(
            "outputs/stale",
            (project.relative(next(iter(files.values()))), None, None),
            f"the outputs are older than {project.relative(newer[0])}",
            _RENDER,
        )
    if len(made) > 1 and max(made.values()) - min(made.values()) > 3600:
        oldest = min(made, key=lambda name: made[name])
        context.report(
            "outputs/stale",
            (project.relative(files[oldest]), None, None),
            "it is older than the other formats: not of one render",
            _RENDER,
        )


def _bundle(context: Context) -> None:
    """The MECA bundle opens, and holds the formats that lie beside it."""
    path = context.project.output / BUNDLE
    shown = context.project.relative(path)
    if not path.is_file():
        return
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.rpartition("/")[2]: name for name in archive.namelist()}
            jats = context.project.output / FORMATS["jats"].output
            inside = archive.read(names[jats.name]) if jats.name in names else None
        if inside is not None and jats.is_file() and inside != jats.read_bytes():
            context.report(
                "outputs/stale",
                (shown, None, None),
                f"it holds another {jats.name} than the one beside it: not of one render",
                _RENDER,
            )
    except Exception as error:  # zipfile has errors of many kinds; each means the same here
        context.report(
            "outputs/damaged",
            (shown, None, None),
            f"cannot be read: {str(error)[:80] or type(error).__name__}",
            _RENDER,
        )


def _compare(context: Context, files: dict[str, Path]) -> None:
    readers: dict[str, Callable[[Path], Any]] = {
        "html": _read_html,
        "docx": body,
        "jats": _read_jats,
        "pdf": _read_pdf,
    }
    trees: dict[str, Any] = {}
    for name, path in files.items():
        try:
            trees[name] = readers[name](path)
        except Exception as error:  # lxml, zipfile and PDFium have errors of many kinds; each means the same here
            context.report(
                "outputs/damaged", (context.project.relative(path), None, None), f"cannot be read: {str(error)[:80] or type(error).__name__}", "type: manuscript render"
            )  # fmt: skip
    if "html" in trees:
        _page(context, trees["html"], context.project.relative(files["html"]))
    for name in trees.keys() & {"docx", "jats"}:
        _unresolved(context, "".join(trees[name].itertext()), context.project.relative(files[name]))
    if trees.get("pdf"):
        shown = context.project.relative(files["pdf"])
        _unresolved(context, _whole(trees["pdf"]), shown)
        pages = overprinted(files["pdf"])
        if pages:
            message = f"words stand over words on page {', '.join(map(str, pages[:5]))}"
            context.report(
                "outputs/overprinted", (shown, None, None), message, "let the table break, or make it narrower"
            )
    if "html" in trees and len(trees) > 1:
        _agree(context, trees, files)


def _read_html(path: Path) -> Any:
    from lxml import html

    page = html.fromstring(path.read_bytes())
    if page.find(".//body") is None:
        raise ValueError("no body")
    if not path.read_bytes().rstrip().endswith(b"</html>"):
        raise ValueError("the end is missing")
    return page


def _read_jats(path: Path) -> Any:
    from lxml import etree

    return etree.parse(str(path), etree.XMLParser(load_dtd=False, no_network=True)).getroot()


def _read_pdf(path: Path) -> list[list[str]] | None:
    """The lines of each page without white space, or nothing where no reader of PDF is installed."""
    try:
        import pypdfium2
    except ImportError:
        return None
    with pypdfium2.PdfDocument(path) as document:
        # within the page: what runs over its edge nobody can read
        texts = [page.get_textpage().get_text_bounded() for page in document]
    return [_lines(_without_head(text, number)) for number, text in enumerate(texts, start=1)]


def _lines(text: str) -> list[str]:
    return [_squeezed(line) for line in text.splitlines()]


def _whole(pages: list[list[str]]) -> str:
    return "".join(line for page in pages for line in page)


def overprinted(path: Path) -> list[int]:
    """The numbers of the pages of a PDF on which words stand over other words."""
    import pypdfium2

    found = []
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document, start=1):
            words = page.get_textpage()
            boxes = sorted((words.get_rect(index) for index in range(words.count_rects())), key=lambda box: box[1])
            if _collide(boxes):
                found.append(number)
    return found


def _collide(boxes: list[tuple[float, float, float, float]]) -> bool:
    """Whether two of these boxes (left, bottom, right, top), sorted by their bottoms, share half of the smaller one."""
    for index, (left, bottom, right, top) in enumerate(boxes):
        for other in boxes[index + 1 :]:
            if other[1] >= top:
                break
            width, height = min(right, other[2]) - max(left, other[0]), min(top, other[3]) - max(bottom, other[1])
            smaller = min((right - left) * (top - bottom), (other[2] - other[0]) * (other[3] - other[1]))
            if width > 0 and height > 0 and width * height > smaller / 2 > 0:
                return True
    return False


def _without_head(text: str, number: int) -> str:
    """A page's text without its running head: what comes before the number of the page, on its line or the next one.

    A number at the foot goes where a word parted by a hyphen runs into it.
    """
    head = re.match(rf"[^\r\n]*\S\s+{number}\s*?(?:[\r\n]+|$)", text)
    return re.sub(rf"(?<=[\ufffe\x02]){number}\s*$", "", text[head.end() :] if head else text)


def _squeezed(text: str) -> str:
    # Typst sets a minus where a hyphen stands before a number
    return re.sub(r"[\s\u00a0\u202f\u00ad\-‐−\ufffe\x02]+", "", text)


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " ")).strip()


def _text(element: Any) -> str:
    return _fold("".join(element.itertext()))


def _page(context: Context, page: Any, shown: str) -> None:
    identifiers = set(page.xpath("//@id"))
    told: set[str] = set()

    def report(rule: str, element: Any, message: str, mend: str) -> None:
        if (rule + message) not in told:
            told.add(rule + message)
            context.report(rule, (shown, element.sourceline, None), message, mend)

    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        target = element.get("href") or ""
        if element.tag == "a" and target.startswith("#") and len(target) > 1 and target[1:] not in identifiers:
            report(
                "outputs/dead-link", element, f"{target} is nowhere on the page", "label the place, and render again"
            )
        asked = element.get(_ASKS.get(element.tag, "")) if element.tag in _ASKS else None
        if element.tag == "link" and _LINKS.intersection((element.get("rel") or "").split()):
            asked = target
        if asked and re.match(r"(?:https?:)?//", asked):
            report("outputs/external-request", element, f"asks for {asked[:80]}", "embed it, or leave it out")
        styles = [element.get("style") or "", (element.text or "") if element.tag == "style" else ""]
        for match in (item for text in styles for item in _CSS.finditer(text)):
            report(
                "outputs/external-request",
                element,
                f"asks for {(match[1] or match[2])[:80]}",
                "embed it, or leave it out",
            )
        if element.tag == "img" and not (element.get("alt") or "").strip() and element.get("role") != "presentation":
            report("outputs/alt", element, "an image without alt text", "give the figure a fig-alt, and render again")
    main = page.find(".//main")
    main = main if main is not None else page
    _unresolved(context, _text(main), shown)
    for paragraph in main.iter("p", "li", "td"):
        hole = _HOLE.search(_text(paragraph))
        if hole:
            report(
                "outputs/empty",
                paragraph,
                f"nothing stands where words should, before {hole.group().strip()!r}: {_around(hole)!r}",
                "give the name of something that prints: meta license.text, not meta license",
            )


def _around(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 30) : match.end() + 10]


def _unresolved(context: Context, text: str, shown: str) -> None:
    """Report what stands in a text where a name was not resolved, each once."""
    for found in dict.fromkeys(match.group() for match in _UNRESOLVED.finditer(text)):
        context.report(
            "outputs/unresolved",
            (shown, None, None),
            f"{found} stands in the text",
            "correct the name, and render again",
        )


def _agree(context: Context, trees: dict[str, Any], files: dict[str, Path]) -> None:
    shown = {name: context.project.relative(path) for name, path in files.items()}
    page = trees["html"].find(".//main")
    page = trees["html"] if page is None else page
    for rule, prefix in (("outputs/numbers", "ev-"), ("outputs/citations", "src-"), ("outputs/citations", "ref-")):
        of_html = [
            (a.get("href")[1:], _text(a)) for a in page.iter("a") if (a.get("href") or "").startswith(f"#{prefix}")
        ]
        others: dict[str, Pairs] = {}
        if "docx" in trees:
            others["docx"] = _docx_links(files["docx"], of_html)
        if "jats" in trees:
            others["jats"] = _jats_links(trees["jats"], prefix)
        for name, pairs in others.items():
            # citations are written otherwise where the reader's style sheet sets them
            compared = (of_html, pairs) if prefix != "ref-" else ([a for a, _ in of_html], [a for a, _ in pairs])
            _differ(context, rule, shown[name], *compared)
        _not_in_pdf(context, rule, trees, shown, "say", [text for _, text in of_html])
    captions_of_html = [_caption(item) for item in page.iter("figcaption", "caption")]
    if "docx" in trees:
        _differ(context, "outputs/captions", shown["docx"], captions_of_html, _docx_captions(trees["docx"]))
    if "jats" in trees:
        captions = [
            _fold(f"{_part(item, 'label')}: {_part(item, 'caption')}")
            for item in trees["jats"].iter("fig", "table-wrap")
            if item.find("caption") is not None
        ]
        _differ(context, "outputs/captions", shown["jats"], captions_of_html, captions)
    _not_in_pdf(
        context, "outputs/captions", trees, shown, "have", [caption.split(". ")[0] for caption in captions_of_html]
    )
    paragraphs = [_text(item) for item in page.xpath(".//section/p[not(.//math)] | .//section//li/p[not(.//math)]")]
    _not_in_pdf(
        context, "outputs/words", trees, shown, "have", [" ".join(text.split()[:6]) for text in paragraphs if text]
    )
    _rows(context, page, trees, shown)
    _references(context, page, trees, shown)
    _alternatives(context, page, trees, shown)


def _caption(item: Any) -> str:
    """A caption of the page; the notes below a table are part of it."""
    following = item.xpath("parent::table/parent::*/following-sibling::*[1][@class='table-notes']")
    return _fold(" ".join([_text(item), *map(_text, following)]))


def _rows(context: Context, page: Any, trees: dict[str, Any], shown: dict[str, str]) -> None:
    """Report each table of the page of which the PDF has not every cell."""
    pages = trees.get("pdf")
    if not pages:
        return
    whole = _whole(pages)
    for table in page.iter("table"):
        rows = list(table.iter("tr"))
        lost = [row for row in rows if any(_squeezed(_text(cell)) not in whole for cell in row.iter("td", "th"))]
        if lost:
            caption = table.find("caption")
            name = _text(caption).split(":")[0] if caption is not None else "a table"
            words = f"{name}: {len(lost)} of {len(rows)} rows cannot be read, the first is {_text(lost[0])[:60]!r}"
            context.report(
                "outputs/rows", (shown["pdf"], None, None), words, "let the table break over pages, or make it narrower"
            )


def _references(context: Context, page: Any, trees: dict[str, Any], shown: dict[str, str]) -> None:
    entries = page.xpath(".//*[contains(concat(' ', @class, ' '), ' csl-entry ')]")
    if "docx" in trees:
        _differ(
            context, "outputs/references", shown["docx"], [_text(entry) for entry in entries], _docx_paragraphs(trees["docx"], "Bibliography")
        )  # fmt: skip
    if "jats" in trees:
        _differ(
            context, "outputs/references", shown["jats"], [entry.get("id") for entry in entries], [ref.get("id") for ref in trees["jats"].iter("ref")]
        )  # fmt: skip
    heads = [" ".join(_text(entry).split()[:5]) for entry in entries]
    _not_in_pdf(context, "outputs/references", trees, shown, "list", heads)


def _alternatives(context: Context, page: Any, trees: dict[str, Any], shown: dict[str, str]) -> None:
    of_html = [_fold(image.get("alt") or "") for figure in page.iter("figure") for image in figure.iter("img")]
    of_html += [
        _fold(item.get("aria-label") or "")
        for figure in page.iter("figure")
        for item in figure.iter("svg")
        if item.get("aria-label")
    ]
    if not of_html:
        return
    if "docx" in trees:
        # the further pieces of a tall picture are marked as decoration: the first one says it all
        found = [
            _fold(item.get("descr") or "")
            for item in trees["docx"].iter(f"{_DRAWING}docPr")
            if item.find(".//{*}decorative") is None
        ]
        _differ(context, "outputs/alt", shown["docx"], of_html, found)
    if "jats" in trees:
        _differ(
            context, "outputs/alt", shown["jats"], of_html, [_text(item) for item in trees["jats"].iter("alt-text")]
        )


def _docx_links(path: Path, of_html: Pairs) -> Pairs:
    # Word allows 40 characters for a bookmark; pandoc names longer ones by their digest
    bookmarks = {
        target if len(target) <= 40 else "X" + hashlib.sha1(target.encode()).hexdigest()[1:]: target
        for target, _ in of_html
    }
    targets = [(address.rpartition("#"), text) for address, text in links(path)]
    # what stands in the supplement is outside the file
    return [
        (bookmarks.get(place, place) if not page else place, _fold(text))
        for (page, _, place), text in targets
        if place in (bookmarks if not page else bookmarks.values())
    ]


def _jats_links(article: Any, prefix: str) -> Pairs:
    address = "{http://www.w3.org/1999/xlink}href"
    found = (
        (item.get("rid") or (item.get(address) or "").rpartition("#")[2], item)
        for item in article.iter("xref", "ext-link")
    )
    return [(target, _text(item)) for target, item in found if target.startswith(prefix)]


def _docx_captions(document: Any) -> list[str]:
    """The captions of Word's file, each with the notes that stand below its table."""
    found: list[str] = []
    for style, text in _docx_styled(document):
        if style == "TableNote" and found:
            found[-1] += f" {text}"
        elif style in ("ImageCaption", "TableCaption"):
            found.append(text)
    return found


def _docx_paragraphs(document: Any, name: str) -> list[str]:
    return [text for style, text in _docx_styled(document) if style == name]


def _docx_styled(document: Any) -> Iterator[tuple[str, str]]:
    """Style and words of each paragraph that has a style of its own."""
    for paragraph in document.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None:
            yield style.get(f"{W}val"), _fold("".join(item.text or " " for item in paragraph.iter(f"{W}t")))


def _part(element: Any, name: str) -> str:
    part = element.find(name)
    return _text(part) if part is not None else ""


def _differ(context: Context, rule: str, shown: str, wanted: list[Any], found: list[Any]) -> None:
    lacks, adds = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    if not lacks and not adds:
        return
    parts = [f"lacks {_few(lacks)}" if lacks else "", f"has {_few(adds)} besides" if adds else ""]
    context.report(
        rule,
        (shown, None, None),
        f"not as in the HTML: {', '.join(part for part in parts if part)}",
        _AGAIN,
    )


def _not_in_pdf(
    context: Context, rule: str, trees: dict[str, Any], shown: dict[str, str], verb: str, wanted: list[str]
) -> None:
    """Report what the PDF does not ``verb`` (say, have, list), where there is a PDF and a reader of it."""
    pages = trees.get("pdf")
    if not pages:
        return
    whole = _whole(pages)
    missing = [text for text in wanted if _squeezed(text) not in whole and not _over_two_columns(text, pages)]
    if missing:
        context.report(rule, (shown["pdf"], None, None), f"does not {verb} {_few(missing)}", _AGAIN)


def _over_two_columns(text: str, pages: list[list[str]]) -> bool:
    """Whether a column or page ends within ``text``, a figure at its foot or at the head of the next one between the two parts."""
    text = _squeezed(text)
    cuts = [(text[:cut], text[cut:]) for cut in range(1, len(text))]
    for page, following in pairwise([*pages, []]):
        joined, after = "".join(page), "".join(following)
        ends = list(accumulate(map(len, page)))
        starts = list(accumulate(map(len, following), initial=0))
        for left, right in cuts:
            end = next((end for end in ends if joined.endswith(left, 0, end)), None)
            if end is not None and (
                any(joined.startswith(right, start) for start in ends if start >= end)
                or any(after.startswith(right, start) for start in starts)
            ):
                return True
    return False


def _few(items: Any) -> str:
    listed = [" → ".join(item[::-1]) if isinstance(item, tuple) else str(item) for item in items]
    rest = f" and {len(listed) - 2} more" if len(listed) > 2 else ""
    return ", ".join(repr(item[:60]) for item in listed[:2]) + rest
