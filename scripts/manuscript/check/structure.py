"""Files, front matter, headings, blocks, limits: what must hold before anything else can be judged."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from manuscript.check.context import Context
from manuscript.errors import ConfigError, SourceError
from manuscript.source.files import parse_yaml, read_yaml
from manuscript.source.lines import Line, SourceFile, read_source
from manuscript.source.syntax import CODE, HEADING, INCLUDE, SHORTCODE, SHORTCODES, count_words, pipe_cells, spaced

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\ufeff]")
# UTF-8 that was read as Latin-1 or Windows-1252 and written again
_DAMAGED = re.compile("\ufffd|Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0090-\u00bf™œ“”˜¦]|Â[\u00a0-\u00bf]")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
# {#label .class key="value"}: pandoc prints what it cannot read so
_BRACES = re.compile(r"(?<![{\\\w$^_])\{(?=[#.][A-Za-z]|[a-z-]+=)[^{}]*\}")
_ATTRIBUTES = re.compile(r"\{\s*(?:(?:[#.][\w:.-]+|[\w:-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\"'{}]+)|-)(?:\s+|(?=\})))*\}")
_NEEDED = ("title", "author", "date", "abstract", "keywords", "license")
_CONFIG = ("project", "bibliography", "csl", "format")


def check(context: Context) -> None:
    """Report everything of this family."""
    for path in _files(context):
        _file(context, path)
    _config(context)
    _front_matter(context)
    for file, line, name, wrong in context.article.trouble:
        mend = "correct the path, from the article's folder"
        if wrong == "is not there" and name.partition("/")[0] in ("tables", "figures"):
            mend = "it is made by `manuscript prepare`; run that, or correct the path"
        context.report("structure/missing-include", (file, line, 1), f"{name} {wrong}", mend)
    for source in context.article.sources.values():
        _blocks(context, source)
        for item in source.lines:
            _line(context, item)
    _headings(context)
    _tables(context)
    _orphans(context)
    _beginnings(context)
    _words(context)


def _files(context: Context) -> list[Path]:
    project = context.project
    found = [project.article, project.config, project.bibliography]
    for folder, pattern in (
        (project.chapters, "*.qmd"), (project.data, "*.csv"), (project.tables, "*.md"), (project.figures, "*.md"),
        (project.styles, "*.txt"),
    ):  # fmt: skip
        found += sorted(folder.glob(pattern))
    return found


def _file(context: Context, path: Path) -> None:
    shown = context.project.relative(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        context.report(
            "structure/unreadable",
            (shown, None, None),
            f"cannot be read: {error.strerror}",
            "restore the file from git",
        )
        return
    if raw.startswith(b"\xef\xbb\xbf"):
        context.report(
            "structure/byte-order-mark",
            (shown, 1, 1),
            "begins with a byte-order mark",
            "save as UTF-8 without BOM, or --fix",
        )
    if b"\r" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\r")) + 1
        count = raw.count(b"\r")
        context.report(
            "structure/line-endings", (shown, line, None), f"{count} Windows line endings from here on", "save with line feeds, or --fix"
        )  # fmt: skip
    if raw and (not raw.endswith(b"\n") or raw.endswith(b"\n\n")):
        context.report(
            "structure/final-newline", (shown, raw.rstrip().count(b"\n") + 1, None), "does not end with exactly one line feed", "--fix mends it"
        )  # fmt: skip
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        context.report(
            "structure/encoding", (shown, line, column), f"not UTF-8 (byte {raw[error.start]:#04x})", "save the file as UTF-8"
        )  # fmt: skip
        return
    for pattern, rule, what, mend in (
        (_DAMAGED, "structure/encoding", "damaged by a wrong encoding", "type the character again"),
        (_CONTROL, "structure/control-character", "an invisible character", "remove it"),
    ):
        for match in pattern.finditer(text):
            start = text.rfind("\n", 0, match.start()) + 1
            place = (shown, text.count("\n", 0, match.start()) + 1, match.start() - start + 1)
            seen = match.group() if match.group().isprintable() else f"U+{ord(match.group()[0]):04X}"
            context.report(rule, place, f"{seen!r}: {what}" if seen == match.group() else f"{seen}: {what}", mend)


def _config(context: Context) -> None:
    shown = context.project.relative(context.project.config)
    try:
        raw = read_yaml(context.project.config, shown)
    except (ConfigError, SourceError) as error:
        context.error("structure/config", error)
        return
    if not raw and not context.project.config.is_file():
        return  # reported as unreadable
    for name in _CONFIG:
        if not raw.get(name):
            context.report("structure/config", (shown, 1, None), f"{name} is not set", f"write {name}: …")
    bibliography = raw.get("bibliography")
    if isinstance(bibliography, str) and not (context.project.root / bibliography).is_file():
        line = _line_of(context.project.config, "bibliography")
        context.report(
            "structure/config", (shown, line, 1), f"{bibliography} is not there", "restore it or correct the name"
        )


def _line_of(path: Path, key: str) -> int:
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if line.startswith(f"{key}:")), 1)


def front_matter(context: Context) -> dict[str, Any]:
    """The article's metadata, empty when it cannot be read."""
    lines = [line for line in _article_lines(context) if line.kind in ("front", "abstract", "blank")]
    end = next((index for index, line in enumerate(lines[1:], start=1) if line.text.rstrip() in ("---", "...")), None)
    if end is None:
        return {}
    try:
        return parse_yaml("\n".join(line.text for line in lines[1:end]), lines[0].file, first_line=2)
    except ConfigError:
        return {}


def _article_lines(context: Context) -> list[Line]:
    source = context.article.sources.get(context.project.relative(context.project.article))
    return source.lines if source else []


def _front_matter(context: Context) -> None:
    shown = context.project.relative(context.project.article)
    lines = _article_lines(context)
    if not lines:
        return
    if lines[0].text.rstrip() != "---":
        context.report(
            "structure/front-matter", (shown, 1, 1), "no front matter", "begin with a YAML block between --- lines"
        )
        return
    source = context.article.sources[shown]
    if any(what == "front" for what, _ in source.open):
        context.report(
            "structure/front-matter", (shown, 1, 1), "the front matter is not closed", "end it with a line ---"
        )
        return
    end = next(index for index, line in enumerate(lines[1:], start=1) if line.text.rstrip() in ("---", "..."))
    try:
        metadata = parse_yaml("\n".join(line.text for line in lines[1:end]), shown, first_line=2)
    except ConfigError as error:
        context.error("structure/front-matter", error)
        return
    keys: dict[str, int] = {}
    for line in lines[1:end]:
        key = re.match(r"([\w-]+)\s*:", line.text)
        if key and key[1] in keys:
            context.report(
                "structure/front-matter", (shown, line.number, 1), f"{key[1]} stands already at line {keys[key[1]]}", "keep one of the two"
            )  # fmt: skip
        elif key:
            keys[key[1]] = line.number
    for name in _NEEDED:
        if not metadata.get(name):
            place = (shown, keys.get(name, 1), 1)
            context.report(
                "structure/front-matter",
                place,
                f"{name} is {'empty' if name in keys else 'not set'}",
                f"write {name}: …",
            )
    authors = metadata.get("author")
    if isinstance(authors, list) and any(not (isinstance(item, dict) and item.get("name")) for item in authors):
        context.report(
            "structure/front-matter",
            (shown, keys["author"], 1),
            "an author without a name",
            "write - name: Given Family",
        )
    date = str(metadata.get("date") or "")
    if date and not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        context.report(
            "structure/front-matter", (shown, keys["date"], 1), f"{date!r} is not a date", "write it as 2026-11-24"
        )


def _blocks(context: Context, source: SourceFile) -> None:
    words = {
        "div": ("structure/unclosed-div", "a block (:::) is not closed", "end it with a line :::"),
        "code": ("structure/unclosed-code", "a code block is not closed", "end it with a line ```"),
        "comment": ("structure/unclosed-comment", "a comment is not closed", "end it with -->"),
        "math": ("structure/unbalanced", "a formula is not closed", "end it with $$"),
    }
    for what, number in source.open:
        if what in words:
            rule, message, mend = words[what]
            context.report(rule, (source.shown, number, 1), message, mend)
    for number in source.stray:
        context.report(
            "structure/unclosed-div", (source.shown, number, 1), "::: closes nothing", "remove it, or open the block"
        )
    for line in source.lines:
        if line.kind == "code" and re.match(r"\s*(`{3,}|~{3,})\s*\{[a-zA-Z]", line.text):
            context.report(
                "structure/code-cell", (line.file, line.number, 1), "a code cell", "draw the figure from the ledger; chapters hold prose only"
            )  # fmt: skip


def _line(context: Context, line: Line) -> None:
    if line.kind in ("code", "comment", "blank", "front"):
        return

    def report(rule: str, column: int, message: str, mend: str) -> None:
        context.report(rule, (line.file, line.number, column), message, mend)

    opened = [match.start() for match in re.finditer(r"\{\{\{?<", line.text)]
    closed = [match.start() for match in SHORTCODE.finditer(line.text)]
    for start in opened:
        if start not in closed:
            report("structure/shortcode", start + 1, "a shortcode is not closed", "end it with >}}")
    for match in SHORTCODE.finditer(line.text):
        name = (match["body"].split() or [""])[0]
        if match.group().startswith("{{{"):
            continue
        if name not in SHORTCODES:
            report(
                "structure/shortcode",
                match.start() + 1,
                f"unknown shortcode {name!r}",
                f"known: {', '.join(SHORTCODES)}",
            )
        elif name == "include" and not INCLUDE.match(line.text):
            report(
                "structure/shortcode",
                match.start() + 1,
                "include stands alone on its line",
                "put it on a line of its own",
            )
    if line.made or line.kind not in ("prose", "list", "caption", "figure", "heading", "abstract", "div"):
        return
    for match in _BRACES.finditer(spaced(CODE, line.text)):
        if not _ATTRIBUTES.fullmatch(match.group()):
            report(
                "structure/attributes",
                match.start() + 1,
                f"{match.group()[:40]} is printed as it stands",
                'write {#label .class key="value"}',
            )
    if line.kind == "div":
        return
    for match in _TAG.finditer(line.prose):
        report(
            "structure/raw-html", match.start() + 1, f"HTML in the prose: {match.group()[:30]}", "write it in Markdown"
        )
    if line.kind == "prose" and (found := re.match(r"#{1,6}(?=[^\s#])", line.text)):
        report("structure/heading-space", 1, f"no space after {found.group()}", f"write {found.group()} and a space")
    _balance(line, report)


def _balance(line: Line, report: Any) -> None:
    prose = re.sub(r"\\.", "  ", line.prose)
    for left, right in ("()", "[]"):
        stack: list[int] = []
        for index, sign in enumerate(prose):
            if sign == left:
                stack.append(index)
            elif sign == right:
                if stack:
                    stack.pop()
                elif not (right == ")" and re.match(r"\s*\d{1,2}$|\s*[a-z]$", prose[:index])):
                    report("structure/unbalanced", index + 1, f"{right} closes nothing", f"remove it or add {left}")
        for index in stack:
            report("structure/unbalanced", index + 1, f"{left} is not closed", f"add {right}")
    stars = [match.start() for match in re.finditer(r"\*+", prose)]
    runs = [len(match.group()) for match in re.finditer(r"\*+", prose)]
    if sum(runs) % 2 and stars:
        report("structure/unbalanced", stars[-1] + 1, "emphasis (*) is not closed", "add or remove an asterisk")
    lines = list(re.finditer(r"(?<![\w_])_{1,2}(?=[^\W_])|(?<=[\w.,;)])(?<!_)_{1,2}(?![\w_])", prose))
    if sum(len(match.group()) for match in lines) % 2 or len(lines) % 2:
        report(
            "structure/unbalanced", lines[-1].start() + 1, "emphasis (_) is not closed", "add or remove an underscore"
        )
    tick = prose.find("`")
    if tick >= 0:
        report("structure/unbalanced", tick + 1, "` is not closed", "add or remove a backtick")


def _headings(context: Context) -> None:
    last = 0
    seen: dict[str, Line] = {}
    pending: Line | None = None
    before: Line | None = None
    for line in context.article.lines():
        if line.kind == "heading":
            match = HEADING.match(line.text)
            assert match is not None  # kind heading
            level, words = len(match["marks"]), match["text"]
            place = (line.file, line.number, 1)
            if before is not None and before.kind in ("prose", "list") and before.file == line.file:
                context.report("structure/heading-space", place, "no blank line before the heading", "add a blank line")
            if last and level > last + 1:
                context.report(
                    "structure/heading-level", place, f"level {level} after level {last}", f"write {'#' * (last + 1)}"
                )
            if words in seen:
                other = seen[words]
                context.report(
                    "structure/heading-duplicate", place, f"{words!r} stands already at {other.file}:{other.number}", "reword one of the two"
                )  # fmt: skip
            seen.setdefault(words, line)
            attributes = match["attributes"] or ""
            if "#" not in attributes and ".unnumbered" not in attributes:
                context.report("structure/heading-label", place, f"{words!r} has no label", "add {#sec-name}")
            if pending is not None and level <= last:
                _empty(context, pending)
            pending, last = line, level
        elif line.kind not in ("blank", "comment", "front", "abstract"):
            pending = None
        before = line
    if pending is not None:
        _empty(context, pending)


def _empty(context: Context, line: Line) -> None:
    context.report(
        "structure/empty-section",
        (line.file, line.number, 1),
        "the section holds nothing",
        "write it or remove its heading",
    )


def _tables(context: Context) -> None:
    for source in context.article.sources.values():
        width = 0
        for line in source.lines:
            if line.kind != "table" or not line.text.lstrip().startswith("|"):
                width = 0
                continue
            cells = len(pipe_cells(line.text))
            if width and cells != width:
                context.report(
                    "structure/table", (line.file, line.number, 1), f"{cells} cells where the first row has {width}", "look for a missing or an unescaped bar"
                )  # fmt: skip
            width = width or cells


def _beginnings(context: Context) -> None:
    """A chapter begins with its heading: without one its text goes on with the chapter before."""
    for path in sorted(context.project.chapters.glob("*.qmd")):
        source = context.article.sources.get(context.project.relative(path))
        first = (
            next((line for line in source.lines if line.kind not in ("blank", "comment", "front")), None)
            if source
            else None
        )
        if first is not None and first.kind not in ("heading", "code", "div", "include"):
            context.report(
                "structure/empty-section", (first.file, first.number, 1), "the chapter begins without a heading", "write `# Heading {#sec-name}` above it"
            )  # fmt: skip


def _orphans(context: Context) -> None:
    for path in sorted(context.project.chapters.glob("*.qmd")):
        shown = context.project.relative(path)
        if shown not in context.article.sources:
            context.report(
                "structure/orphan-chapter",
                (shown, 1, 1),
                "index.qmd does not include this chapter",
                "include it or remove it",
            )
            _blocks(context, read_source(context.project, path))


def _words(context: Context) -> None:
    settings = context.settings
    shown = context.project.relative(context.project.article)
    abstract = [line for line in _article_lines(context) if line.kind == "abstract"]
    if abstract:
        _limit(
            context, "structure/abstract-words", abstract[0], "the abstract",
            sum(_with_variables(line) for line in abstract), settings.abstract_words,
        )  # fmt: skip
    body = [line for line in context.article.text() if line.kind in ("prose", "list")]
    if body:
        _limit(
            context, "structure/article-words", body[0], "the article",
            sum(_with_variables(line) for line in body), settings.article_words,
        )  # fmt: skip
    written = "\n".join(line.text for line in context.article.lines()).casefold()
    for words in settings.declarations:
        if not re.search(
            rf"^(?:#+\s+{re.escape(words.casefold())}\b|\*\*{re.escape(words.casefold())})", written, re.M
        ):
            context.report(
                "structure/declaration", (shown, 1, 1), f"no declaration: {words}", f"add a heading {words!r} or a paragraph that begins **{words}.**"
            )  # fmt: skip


def _with_variables(line: Line) -> int:
    # `0.33 (95% CI 0.26–0.43)` is four words
    return count_words(line.prose) + 2 * len(re.findall(r"\{\{<\s*var\b", line.text))


def _limit(context: Context, rule: str, line: Line, what: str, count: int, limits: tuple[int, int]) -> None:
    least, most = limits
    # counters of words differ by more than a hundredth, and so do journals about what they count
    if not 0.99 * least <= count <= 1.01 * most:
        context.report(
            rule, (line.file, line.number, 1), f"{what} has about {count} words", f"{least} to {most} are wanted (settings: {rule.partition('/')[2]})"
        )  # fmt: skip
