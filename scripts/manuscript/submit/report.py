"""``report.md``: each limit of the journal beside the article's figure; what is missing; what is not known of the journal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from manuscript.source.syntax import count_words
from manuscript.submit.figures import FigureFile
from manuscript.submit.layout import Layout
from manuscript.submit.measure import Measures
from manuscript.submit.papers import ASKED_AS, Missing
from manuscript.submit.profile import FIELDS, Profile
from manuscript.submit.texts import Text

_PAGE = {
    "own": "",
    "publisher": ", a page of its publisher",
    "copy": ", read in a copy or an older edition",
    "other": ", as others quote or sum it up",
}
_ABBREVIATION = re.compile(r"\b\w*[A-Z]\w*[A-Z]\w*\b")
_PUNCTUATION = re.compile(r"[:;,.?!]")
_ROOM = 0.5  # millimetres by which a file may miss a width


@dataclass(frozen=True)
class Finding:
    """One limit: the journal's words, the article's figure, whether it keeps it."""

    key: str
    limit: str
    figure: str
    passed: bool


@dataclass
class Files:
    """What was read back from the files of a bundle."""

    figures: list[FigureFile] = field(default_factory=list)
    manuscript: Layout | None = None
    names: list[str] = field(default_factory=list)
    graphical_abstract: tuple[int, int] | None = None


def limits(profile: Profile, measures: Measures, texts: dict[str, Text], files: Files | None = None) -> list[Finding]:
    """Every limit that is known, checked; what is asked of files only where ``files`` are given."""
    found = [
        *_counts(profile, measures),
        *_words(profile, measures),
        *_texts(profile, texts),
        *(_figures(profile, files.figures) if files and files.figures else []),
        *(_layout(profile, files.manuscript) if files and files.manuscript else []),
        *(_names(profile, files) if files else []),
    ]
    order = list(FIELDS)
    return sorted(found, key=lambda item: order.index(item.key))


def _counts(profile: Profile, measures: Measures) -> Iterator[Finding]:
    density = round(1000 * measures.references / measures.words) if measures.words else 0
    counts = {
        "words": (measures.words, "words"),
        "title_characters": (len(measures.title), "characters"),
        "title_words": (count_words(measures.title), "words"),
        "abstract_words": (measures.abstract_words, "words"),
        "heading_levels": (measures.heading_levels, "levels"),
        "keywords": (measures.keywords, "keywords"),
        "key_points": (len(measures.key_points), "key points"),
        "references": (measures.references, "references"),
        "figures": (measures.figures, "figures"),
        "tables": (measures.tables, "tables"),
        "caption_words": (measures.caption_words, "words"),
        "table_columns": (measures.table_columns, "columns"),
        "display_items": (measures.figures + measures.tables, "figures and tables"),
    }
    for name, (count, unit) in counts.items():
        least, most = profile.wants(f"{name}_min"), profile.wants(f"{name}_max")
        shown = f"{count}"
        if name == "references" and measures.references_in_text != count:
            shown += f" ({measures.references_in_text} cited outside the evidence table)"
        if least is not None:
            yield Finding(f"{name}_min", f"at least {least} {unit}", shown, count >= least)
        if most is not None:
            yield Finding(f"{name}_max", f"at most {most} {unit}", shown, count <= most)
    if most := profile.wants("references_per_1000_words"):
        limit = f"at most {most} references per 1,000 words"
        yield Finding("references_per_1000_words", limit, str(density), density <= most)
    if (most := profile.wants("running_title_characters_max")) and measures.running_title:
        length = len(measures.running_title)
        yield Finding("running_title_characters_max", f"at most {most} characters", str(length), length <= most)


def _words(profile: Profile, measures: Measures) -> Iterator[Finding]:
    if form := profile.wants("abstract_form"):
        own = "structured" if measures.abstract_headings else "unstructured"
        yield Finding("abstract_form", form, own, own == form)
    if headings := profile.wants("abstract_headings"):
        there = [heading.lower() for heading in measures.abstract_headings]
        lacking = [name for name in headings if name.lower() not in there]
        figure = f"without {', '.join(lacking)}" if lacking else "all there"
        yield Finding("abstract_headings", ", ".join(headings), figure, not lacking)
    if profile.wants("key_points") == "required":
        yield Finding("key_points", "required", "there" if measures.key_points else "none", bool(measures.key_points))
    if measures.key_points and (most := profile.wants("key_point_words_max")):
        longest = max(measures.key_points)
        yield Finding(
            "key_point_words_max", f"at most {most} words each", f"the longest has {longest}", longest <= most
        )
    if wanted := profile.wants("title_without"):
        found = [*_ABBREVIATION.findall(measures.title)] if "abbreviations" in wanted else []
        found += _PUNCTUATION.findall(measures.title) if "punctuation" in wanted else []
        yield Finding(
            "title_without", f"no {', no '.join(wanted)}", f"with {' '.join(found)}" if found else "so", not found
        )
    if profile.wants("abstract_citations") is False:
        count = measures.abstract_citations
        yield Finding("abstract_citations", "none", str(count), not count)
    if limits_ := profile.wants("heading_characters_max"):
        pairs = list(zip(measures.heading_characters, limits_, strict=False))
        limit, figure = (", ".join(map(str, item)) for item in (limits_, [length for length, _ in pairs]))
        kept = all(length <= most for length, most in pairs)
        yield Finding("heading_characters_max", f"at most {limit} by level", f"the longest {figure}", kept)
    if profile.wants("table_cells_filled"):
        empty = measures.empty_cells
        figure = f"empty cells in {', '.join(empty)}" if empty else "so"
        yield Finding("table_cells_filled", "an entry in every cell", figure, not empty)
    if profile.wants("orcid") == "required":
        yield Finding("orcid", "required", "of all authors" if measures.orcid else "not of all authors", measures.orcid)
    for key, name in (("data_statement", "data"), ("ai_disclosure", "ai")):
        if profile.wants(key) == "required":
            stated = name in measures.statements
            yield Finding(key, "required", "there" if stated else "none", stated)
    if wanted := profile.wants("statements"):
        lacking = [name for name in wanted if name not in measures.statements]
        there = [name for name in measures.statements if name in wanted]
        figure = f"without {', '.join(lacking)}" if lacking else ", ".join(there)
        yield Finding("statements", ", ".join(wanted), figure, there == list(wanted))
    for key, own in (
        ("statements_heading", measures.statements_heading),
        ("statements_place", measures.statements_place),
    ):
        if stated_ := profile.wants(key):
            yield Finding(key, stated_, own or "none", own == stated_)


def _texts(profile: Profile, texts: dict[str, Text]) -> Iterator[Finding]:
    items = texts["highlights"].items
    if items:
        longest = max(map(len, items))
        if least := profile.wants("highlights_min"):
            yield Finding("highlights_min", f"at least {least} highlights", str(len(items)), len(items) >= least)
        if most := profile.wants("highlights_max"):
            yield Finding("highlights_max", f"at most {most} highlights", str(len(items)), len(items) <= most)
        if most := profile.wants("highlight_characters_max"):
            figure = f"the longest has {longest}"
            yield Finding("highlight_characters_max", f"at most {most} characters each", figure, longest <= most)
    for key, name in ASKED_AS.items():
        if profile.wants(name) == "required":
            yield Finding(name, "required", "there" if texts[key].body else "none", bool(texts[key].body))
    summary = texts["simple-summary"].body
    if summary and (most := profile.wants("simple_summary_words_max")):
        count = count_words(summary)
        yield Finding("simple_summary_words_max", f"at most {most} words", str(count), count <= most)


def _figures(profile: Profile, files: list[FigureFile]) -> Iterator[Finding]:
    def finding(key: str, limit: str, bad: list[FigureFile], good: str) -> Finding:
        names = ", ".join(item.path.name for item in bad)
        return Finding(key, limit, f"not so: {names}" if bad else good, not bad)

    rasters = [item for item in files if item.dpi is not None]
    spread = f"{min(item.width_mm for item in files):.0f}–{max(item.width_mm for item in files):.0f} mm"
    if dpi := profile.wants("figure_dpi"):
        good = f"{min(item.dpi or 0 for item in rasters):g} dpi" if rasters else "vectors only"
        bad = [item for item in rasters if (item.dpi or 0) < dpi - 0.5]
        yield finding("figure_dpi", f"at least {dpi} dpi", bad, good)
    if widths := profile.wants("figure_widths_mm"):
        bad = [item for item in files if all(abs(item.width_mm - width) > _ROOM for width in widths)]
        yield finding("figure_widths_mm", f"{' or '.join(f'{width:g}' for width in widths)} mm", bad, spread)
    if least := profile.wants("figure_width_min_mm"):
        bad = [item for item in files if item.width_mm < least - _ROOM]
        yield finding("figure_width_min_mm", f"at least {least} mm", bad, spread)
    if most := profile.wants("figure_height_max_mm"):
        bad = [item for item in files if item.height_mm > most + _ROOM]
        tallest = f"{max(item.height_mm for item in files):.0f} mm"
        yield finding("figure_height_max_mm", f"at most {most} mm", bad, tallest)
    sized = [item for item in files if item.type_pt is not None]
    if sized and (least := profile.wants("figure_type_min_pt")):
        bad = [item for item in sized if (item.type_pt or 0) < least - 0.05]
        smallest = f"{min(item.type_pt or 0 for item in sized):g} pt"
        yield finding("figure_type_min_pt", f"at least {least} pt", bad, smallest)
    lined = [item for item in files if item.line_pt is not None]
    if lined and (least := profile.wants("figure_line_min_pt")):
        bad = [item for item in lined if (item.line_pt or 0) < least - 0.005]
        thinnest = f"{min(item.line_pt or 0 for item in lined):g} pt"
        yield finding("figure_line_min_pt", f"at least {least:g} pt", bad, thinnest)
    if pattern := profile.wants("figure_names"):
        form = re.compile(re.escape(pattern).replace(r"\{\}", r"\d+"))
        bad = [item for item in files if not form.fullmatch(item.path.stem)]
        yield finding("figure_names", pattern.replace("{}", "1"), bad, files[0].path.name)
    if colour := profile.wants("colour_mode"):
        # a grey figure keeps to any mode
        yield finding("colour_mode", colour, [x for x in files if x.colours not in (colour, "grey")], colour)
    if wanted := profile.wants("figure_formats"):
        made = {item.path.suffix.removeprefix(".") for item in files}
        lacking = [kind for kind in wanted if kind not in made]
        figure = f"without {', '.join(lacking)}" if lacking else ", ".join(sorted(made))
        yield Finding("figure_formats", ", ".join(wanted), figure, not lacking)


def _layout(profile: Profile, own: Layout) -> Iterator[Finding]:
    made = {
        "font": own.font,
        "font_size_pt": own.size_pt,
        "line_spacing": f"{own.spacing:g}",
        "margins_mm": own.margins_mm,
        "line_numbers": own.line_numbers,
        "page_numbers": own.page_numbers,
        "table_type_min_pt": own.table_pt,
        "figures_in_text": own.pictures > 0,
    }
    for key, value in made.items():
        if (wanted := profile.wants(key)) is not None:
            # more than was asked for does no harm: numbers of lines, larger type in tables
            more = own.line_numbers if key == "line_numbers" else key == "table_type_min_pt" and own.table_pt >= wanted
            yield Finding(key, shown(wanted), shown(value), more or str(value) == str(wanted))


def _names(profile: Profile, files: Files) -> Iterator[Finding]:
    """What is asked of the bundle's files as such."""
    names = files.names
    stems = {name.rpartition("/")[2].partition(".")[0]: name for name in names}
    if wanted := profile.wants("manuscript_formats"):
        # LaTeX, JATS and MECA name the authors: they lie with the editors' files
        made = [
            kind
            for kind, form in (
                ("docx", r"manuscript(?:-blinded)?\.docx$"), ("pdf", r"manuscript(?:-blinded)?\.pdf$"),
                ("tex", r"manuscript\.tex$"), ("jats", r"/jats/index\.xml$"), ("meca", r"meca\.zip$"),
            )
            if any(re.search(form, name) for name in names)
        ]  # fmt: skip
        lacking = [kind for kind in wanted if kind not in made]
        figure = f"without {', '.join(lacking)}" if lacking else ", ".join(kind for kind in made if kind in wanted)
        yield Finding("manuscript_formats", ", ".join(wanted), figure, not lacking)
    if profile.wants("blinding") == "double":
        there = "manuscript-blinded" in stems
        yield Finding("blinding", "double", "a copy without authors" if there else "no blinded copy", there)
    if profile.wants("cover_letter") == "required":
        yield Finding("cover_letter", "required", stems.get("cover-letter", "none"), "cover-letter" in stems)
    if profile.wants("graphical_abstract") == "required":
        there = "graphical-abstract" in stems
        yield Finding("graphical_abstract", "required", "there" if there else "none", there)
    if files.graphical_abstract and (least := profile.wants("graphical_abstract_pixels_min")):
        kept = all(own >= wanted for own, wanted in zip(files.graphical_abstract, least, strict=False))
        limit, figure = (" by ".join(f"{side:g}" for side in item) for item in (least, files.graphical_abstract))
        yield Finding("graphical_abstract_pixels_min", f"at least {limit}", figure, kept)
    own = [name for name in names if "/supplement/" in f"/{name}" and not name.startswith("for-editors/")]
    if own and (taken := profile.wants("supplement_formats")):
        refused = [name.rpartition("/")[2] for name in own if name.rpartition(".")[2] not in taken]
        figure = f"not so: {', '.join(refused)}" if refused else ", ".join(sorted({n.rpartition(".")[2] for n in own}))
        yield Finding("supplement_formats", ", ".join(taken), figure, not refused)
    if own and (pattern := profile.wants("supplement_names")):
        form = re.compile(re.escape(pattern).replace(r"\{\}", r"\d+"))
        bad = [name.rpartition("/")[2] for name in own if not form.fullmatch(name.rpartition("/")[2].partition(".")[0])]
        figure = f"not so: {', '.join(bad)}" if bad else ", ".join(name.rpartition("/")[2] for name in own)
        yield Finding("supplement_names", pattern.replace("{}", "1"), figure, not bad)


def shown(value: object) -> str:
    """A value of a profile as words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def summary(profile: Profile, findings: list[Finding]) -> str:
    """How much of the journal is known, and how the article stands to it."""
    broken = sum(not item.passed for item in findings)
    own = sum(value.page == "own" for value in profile.values.values())
    return (
        f"{len(profile.values)} of {len(FIELDS)} requirements known, {own} of them from the journal's own page"
        f"{f', {len(profile.silent)} not set by it' if profile.silent else ''}; "
        f"{len(findings)} checked: {len(findings) - broken} kept, {broken} broken"
    )


def text(
    profile: Profile, findings: list[Finding], lacking: list[Missing], notes: list[str], files: list[Path], root: Path
) -> str:
    """The report as Markdown. ``files`` lie below ``root``."""
    pages = _pages(profile)

    def source(key: str) -> str:
        value = profile.values[key]
        return f"[{pages[value.source, value.page, value.seen_on]}]"

    lines = [
        f"# Submission to {profile.title}",
        "",
        f"{summary(profile, findings)}; {len(lacking)} items missing.",
        "",
        "## Limits",
        "",
        "| Limit | Journal | Article | Result | Page |",
        "|---|---|---|---|---|",
    ]
    for item in findings:
        result = "pass" if item.passed else "**FAIL**"
        lines.append(f"| {item.key} | {item.limit} | {item.figure} | {result} | {source(item.key)} |")
    lines += [
        "",
        "Words: running text and lists of the numbered sections, with citations; no headings, captions, tables.",
    ]
    lines += ["", "## Missing", ""]
    lines += [f"- {item.what} (write it in {item.mend})" for item in lacking] or ["- nothing"]
    lines += ["", "## Other requirements that are known", ""]
    checked = {item.key for item in findings}
    others = [key for key in profile.values if key not in checked and key not in profile.silent]
    lines += [f"- {key}: {shown(profile.values[key].value)} {source(key)}" for key in others] or ["- none"]
    if profile.silent:
        lines += ["", "## Not asked for", "", "These pages were read whole and say nothing of it.", ""]
        lines += [f"- {key}: {FIELDS[key][1]} {source(key)}" for key in profile.silent]
    lines += ["", "## Not known", ""]
    if profile.unknown:
        lines += [f"Not known: look at <{profile.look_at}>.", ""]
        lines += [f"- {key}: {FIELDS[key][1]}" for key in profile.unknown]
    else:
        lines.append("- nothing")
    remarks = [f"- {key}: {value.note}" for key, value in profile.values.items() if value.note]
    lines += ["", "## Caution", "", *(remarks + [f"- {item}" for item in notes] or ["- none"])]
    lines += ["", "## Pages", ""]
    lines += [f"- [{number}] <{address}>, {day}{_PAGE[kind]}" for (address, kind, day), number in pages.items()]
    if files:
        lines += ["", "## Files", "", *(f"- {path.relative_to(root).as_posix()}" for path in files)]
    return "\n".join(lines) + "\n"


def _pages(profile: Profile) -> dict[tuple[str, str, str], int]:
    """The pages that state what is known, each with its kind and the day at which it was read, and their numbers."""
    found = dict.fromkeys((value.source, value.page, value.seen_on) for value in profile.values.values())
    return {page: number for number, page in enumerate(found, start=1)}
