"""``report.md``: each limit of the journal beside the article's figure; what is missing; what was not read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from manuscript.submit.figures import FigureFile
from manuscript.submit.measure import Measures
from manuscript.submit.papers import Missing
from manuscript.submit.profile import FIELDS, Profile


@dataclass(frozen=True)
class Finding:
    """One limit: the journal's words, the article's figure, whether it keeps it."""

    key: str
    limit: str
    figure: str
    passed: bool


def limits(profile: Profile, measures: Measures, files: list[FigureFile] | None = None) -> list[Finding]:
    """Every limit that was read, checked; those of the figure files only where ``files`` are given."""
    found: list[Finding] = []
    counts = {
        "words": (measures.words, "words"),
        "abstract_words": (measures.abstract_words, "words"),
        "keywords": (measures.keywords, "keywords"),
        "references": (measures.references, "references"),
        "figures": (measures.figures, "figures"),
        "tables": (measures.tables, "tables"),
        "display_items": (measures.figures + measures.tables, "figures and tables"),
    }
    for name, (count, unit) in counts.items():
        least, most = profile.wants(f"{name}_min"), profile.wants(f"{name}_max")
        shown = f"{count}"
        if name == "references":
            shown += f" ({measures.references_in_text} cited outside the evidence table)"
        if least is not None:
            found.append(Finding(f"{name}_min", f"at least {least} {unit}", shown, count >= least))
        if most is not None:
            found.append(Finding(f"{name}_max", f"at most {most} {unit}", shown, count <= most))
    headings = profile.wants("abstract_headings", [])
    lacking = [name for name in headings if name.lower() not in measures.abstract_text.lower()]
    if headings:
        figure = f"without {', '.join(lacking)}" if lacking else "all there"
        found.append(Finding("abstract_headings", ", ".join(headings), figure, not lacking))
    wanted = profile.wants("statements", [])
    lacking = [name for name in wanted if name not in measures.statements]
    if wanted:
        figure = f"without {', '.join(lacking)}" if lacking else "all there"
        found.append(Finding("statements", ", ".join(wanted), figure, not lacking))
    return found + (_figure_limits(profile, files) if files else [])


def _figure_limits(profile: Profile, files: list[FigureFile]) -> list[Finding]:
    found = []

    def add(key: str, limit: str, bad: list[FigureFile], good: str) -> None:
        names = ", ".join(item.path.name for item in bad)
        found.append(Finding(key, limit, f"not so: {names}" if bad else good, not bad))

    dpi, colour = profile.wants("figure_dpi"), profile.wants("colour_mode")
    least, most = profile.wants("figure_width_min_mm"), profile.wants("figure_width_max_mm")
    rasters = [item for item in files if item.dpi is not None]
    if dpi:
        good = f"{min(item.dpi or 0 for item in rasters):g} dpi" if rasters else "vectors only"
        add("figure_dpi", f"at least {dpi} dpi", [item for item in rasters if (item.dpi or 0) < dpi - 0.5], good)
    widths = f"{min(item.width_mm for item in files):.0f}–{max(item.width_mm for item in files):.0f} mm"
    if least:
        add("figure_width_min_mm", f"at least {least} mm", [x for x in files if x.width_mm < least - 0.5], widths)
    if most:
        add("figure_width_max_mm", f"at most {most} mm", [x for x in files if x.width_mm > most + 0.5], widths)
    if colour:
        # a grey figure keeps to any mode
        add("colour_mode", colour, [x for x in files if x.colours not in (colour, "grey")], colour)
    wanted = profile.wants("figure_formats")
    if wanted:
        made = {item.path.suffix.removeprefix(".") for item in files}
        lacking = [kind for kind in wanted if kind not in made]
        figure = f"without {', '.join(lacking)}" if lacking else ", ".join(sorted(made))
        found.append(Finding("figure_formats", ", ".join(wanted), figure, not lacking))
    return found


def text(
    profile: Profile, findings: list[Finding], lacking: list[Missing], notes: list[str], files: list[Path], root: Path
) -> str:
    """The report as Markdown. ``files`` lie below ``root``."""
    broken = [item for item in findings if not item.passed]
    lines = [
        f"# Submission to {profile.title}",
        "",
        f"{len(findings)} limits checked, {len(broken)} broken; {len(lacking)} items missing.",
        "",
        "## Limits",
        "",
        "| Limit | Journal | Article | Result | Read at |",
        "|---|---|---|---|---|",
    ]
    for item in findings:
        value = profile.values[item.key]
        result = "pass" if item.passed else "**FAIL**"
        lines.append(f"| {item.key} | {item.limit} | {item.figure} | {result} | <{value.source}>, {value.seen_on} |")
    lines += [
        "",
        "Words: running text and lists of the numbered sections, with citations; no headings, captions, tables.",
    ]
    lines += ["", "## Missing", ""]
    lines += [f"- {item.what} (write it in {item.mend})" for item in lacking] or ["- nothing"]
    lines += ["", "## Other requirements that were read", ""]
    checked = {item.key for item in findings}
    others = [(key, value) for key, value in profile.values.items() if key not in checked]
    for key, value in others:
        shown = ", ".join(map(str, value.value)) if isinstance(value.value, list) else value.value
        lines.append(f"- {key}: {shown} (<{value.source}>, {value.seen_on})")
    lines += [] if others else ["- none"]
    remarks = [f"- {key}: {value.note}" for key, value in profile.values.items() if value.note]
    lines += ["", "## Caution", "", *remarks, *(f"- {item}" for item in notes)]
    unread = ", ".join(key for key in FIELDS if key not in profile.values)
    lines += [f"- Not read in the journal's instructions, and not checked: {unread}." if unread else "- All was read."]
    if files:
        lines += ["", "## Files", "", *(f"- {path.relative_to(root).as_posix()}" for path in files)]
    return "\n".join(lines) + "\n"
