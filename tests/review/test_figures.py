"""Every figure: text that can be read, that nothing covers and that stays inside; the same bytes each time."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import re
from functools import cache
from pathlib import Path

import pytest

from manuscript import wing
from manuscript.errors import ConfigError, FigureError
from manuscript.figures import style
from manuscript.figures.draw import export, make_figure, write_manifest
from manuscript.ledger.tables import Ledger, Table, Tables, load_ledger
from manuscript.paths import Project
from review import palette

from conftest import ROOT
from rows import edit, of

MM = 25.4
FIGURES = wing.included(Project(ROOT), "figures")


def _module(name: str):
    return wing.load(Project(ROOT), "figures", name)


@cache
def _drawn_once(name: str):
    return _drawn(Project(ROOT), name)


def _drawn(project: Project, name: str):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    with style.applied():
        figure = _module(name).draw(load_ledger(project))
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        texts = [
            (text, text.get_window_extent(renderer))
            for text in figure.findobj(Text)
            if text.get_visible() and text.get_text().strip()
        ]
    # axis labels that matplotlib keeps but does not draw have no place in the page
    return figure, [(text, box) for text, box in texts if box.width > 0 and box.height > 0 and _is_drawn(text)]


def _is_drawn(text) -> bool:
    axes = text.axes
    if axes is None:
        return True
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        labels = [label for tick in axis.get_major_ticks() for label in (tick.label1, tick.label2)]
        if text in labels or text is axis.label:
            if not axes.axison or not axis.get_visible():
                return False
            if text in labels:
                position = text.get_position()[0 if axis is axes.xaxis else 1]
                low, high = sorted(limits)
                return low - 1e-9 <= position <= high + 1e-9
    return True


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_covered_or_clipped(name: str) -> None:
    figure, texts = _drawn_once(name)
    page = figure.bbox
    assert texts
    for text, box in texts:
        inside = box.x0 >= page.x0 - 1 and box.y0 >= page.y0 - 1 and box.x1 <= page.x1 + 1 and box.y1 <= page.y1 + 1
        assert inside, f"{text.get_text()!r} leaves the page"
    for (one, first), (other, second) in itertools.combinations(texts, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        # boxes have a little air above and below the letters
        assert wide <= 0.5 or high <= 1.5, f"{one.get_text()!r} and {other.get_text()!r} overlap"


@pytest.mark.parametrize("name", FIGURES)
def test_text_is_at_least_seven_points_and_the_figure_fits_a_column(name: str) -> None:
    figure, texts = _drawn_once(name)
    assert min(text.get_fontsize() for text, _ in texts) >= 7
    width = figure.get_figwidth() * MM
    stated = style.SINGLE_COLUMN_MM if getattr(_module(name), "COLUMN", False) else style.DOUBLE_COLUMN_MM
    assert abs(width - stated) < 0.1
    assert figure.get_figheight() * MM <= style.TALLEST_MM + 0.1


@pytest.mark.parametrize("name", FIGURES)
def test_caption_and_alternative_text_can_stand_alone(name: str) -> None:
    module = _module(name)
    ledger = load_ledger(Project(ROOT))
    caption, alt = module.caption(ledger), module.alt(ledger)
    assert re.match(r"\*\*[^*]+\.\*\* \S", caption), "a title in bold, then what is shown"
    assert len(alt) > 80 and not re.search(r"[@\[\]*{}]", alt)


def test_the_article_has_the_figures_that_it_argues_with() -> None:
    assert set(FIGURES) == {
        "signalling", "decision", "early-pathway", "forest-pfs", "forest-os", "intracranial", "ild", "ild-algorithm",
    }  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_files_are_small_enough_for_a_page(once_prepared: Project, name: str) -> None:
    assert (ROOT / "figures" / f"{name}.svg").stat().st_size < 115_000
    assert (once_prepared.figures / f"{name}.png").stat().st_size < 200_000


@pytest.mark.parametrize("name", FIGURES)
def test_the_small_picture_keeps_the_colours_of_the_classes(once_prepared: Project, name: str) -> None:
    from PIL import Image

    drawn = set(re.findall(r"fill: (#[0-9a-f]{6})", (ROOT / "figures" / f"{name}.svg").read_text(encoding="utf-8")))
    with Image.open(once_prepared.figures / f"{name}.png") as picture:
        kept = [colour for _, colour in picture.convert("RGB").getcolors(1 << 16)]
    for colour in drawn & {*palette.CLASS_COLOURS.values(), style.BAND}:
        wanted = bytes.fromhex(colour[1:])
        assert min(max(abs(a - b) for a, b in zip(wanted, near, strict=True)) for near in kept) <= 12, colour
    assert (255, 255, 255) in kept


@pytest.mark.parametrize("name", FIGURES)
def test_every_letter_is_outlined_once_and_every_use_has_its_outline(name: str) -> None:
    svg = (ROOT / "figures" / f"{name}.svg").read_text(encoding="utf-8")
    ids = re.findall(r' id="([^"]+)"', svg)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', svg)) | set(re.findall(r"url\(#([^)]+)\)", svg)) == set(ids)
    outlines = re.findall(r'<path id="[^"]+" d="(m[^"]+)"', svg)
    assert len(outlines) > 40 and len(outlines) - len(set(outlines)) < 4, "letters are outlined more than once"


@pytest.mark.parametrize("name", ["decision", "early-pathway", "ild-algorithm"])
def test_every_number_of_a_pathway_is_in_a_row(name: str) -> None:
    """Differences are computed from two of them; else a number is a cell of a row, or a part of a name or text of one."""
    rows = _module(name).used(load_ledger(Project(ROOT)))
    cells = " ".join(cell.replace(",", "") for row in rows for cell in row.values())
    held = set(re.findall(r"\d+(?:\.\d+)?", cells)) | {"1", "2", "3", "4"}
    for text, _ in _drawn_once(name)[1]:
        said = re.sub(r"\([+−][\d.]+\)", "", text.get_text().replace(",", ""))
        assert set(re.findall(r"\d+(?:\.\d+)?", said)) <= held, text.get_text()


def test_a_pathway_shows_the_newest_readout(article: Project) -> None:
    assert "HR 0.73 (0.56–0.94)" in _words(article, "decision")
    newer = {"id": "destiny-breast03.os.2026", "supersedes": "destiny-breast03.os.2024", "effect": "0.71", "note": ""}
    edit(article, "outcomes", lambda rows: rows.append({**of(rows, "destiny-breast03.os.2024"), **newer}))
    assert "HR 0.71 (0.56–0.94)" in _words(article, "decision")


def test_the_same_ledger_gives_the_same_picture(article: Project, once_prepared: Project) -> None:
    """For Word; the drawings for page and print are tracked, and test_made_files.py compares them all."""
    make_figure(article, load_ledger(article), "ild")
    again, first = (project.figures / "ild.png" for project in (article, once_prepared))
    assert again.read_bytes() == first.read_bytes()


def test_a_forest_of_many_trials_still_fits_a_page() -> None:
    from manuscript.figures.forest import Group, Line, forest_plot

    line = Line(
        "DESTINY-Breast03 (2023)", "T-DXd v T-DM1", "interim", "261 v 263", ("28.8", "6.8"), 0.33, 0.26, 0.43, "0.33", "#14507d"
    )  # fmt: skip
    groups = [Group(f"Line {number}", [line] * 7) for number in range(4)]
    with style.applied():
        figure = forest_plot(
            groups, favours=("experimental", "control"), headings=("Trial", "Analysis", "n", "Median", "HR")
        )
    assert figure.get_figheight() * MM <= 230


def test_an_interval_is_computed_only_where_one_count_fits() -> None:
    from manuscript.figures.intervals import counted, wilson

    assert counted("42.1", 19) == 8 and counted("13.6", 184) == 25
    assert counted("12", 500) is None, "58 to 62 patients print as 12%"
    assert counted("50.0", 7) is None, "no number of 7 patients is 50.0%"
    assert counted("", 10) is None and counted("10", None) is None
    # Brown, Cai and DasGupta, Stat Sci 2001: Wilson's interval; 8 of 19 by hand
    low, high = wilson(8, 19)
    assert (round(low, 1), round(high, 1)) == (23.1, 63.7)


def test_a_legend_leaves_the_headings_of_a_narrow_column_alone() -> None:
    from manuscript.figures.column import Room, fitted, letters
    from manuscript.figures.forest import Group, Line, forest_plot

    def draw(label: str):  # type: ignore[no-untyped-def]
        lines = [
            Line(
                f"Trial {colour}",
                "new v old",
                "central review",
                "10 v 10",
                ("9.1", "8.2"),
                0.5,
                0.4,
                0.6,
                "0.5 (0.4–0.6; 97.5%)",
                colour,
            )
            for colour in ("#0050a0", "#b05000")
        ]
        keys = [style.Key(label, line.colour, "s") for line in lines]
        names = ("Trial", "Analysis", "Patients", "Median,\nmonths", "Hazard ratio\n(95% CI)")
        return forest_plot([Group("Line", lines)], favours=("a", "b"), headings=names, keys=keys)

    for label in ("class", "a long name of a class of drugs"):
        with style.applied():
            figure = fitted(lambda label=label: draw(label), Room(widths_mm=(140,)))
            figure.draw_without_rendering()
            boxes = [(text.get_text(), text.get_window_extent()) for text in letters(figure)]
        legend = [box for text, box in boxes if text == label]
        others = [box for text, box in boxes if text != label]
        assert len(legend) == 2 and not [1 for box in legend for other in others if box.overlaps(other)]
        assert max(box.x1 for _, box in boxes) <= figure.bbox.x1 + 1


@pytest.mark.parametrize("name", ["forest-pfs", "forest-os"])
def test_a_forest_has_its_reference_line_intervals_and_patients(name: str) -> None:
    ledger = load_ledger(Project(ROOT))
    figure, texts = _drawn_once(name)
    words = " ".join(text.get_text() for text, _ in texts)
    axes = figure.axes[0]
    assert any(list(line.get_xdata()) == [1, 1] for line in axes.lines), "the line of no effect"
    for row in _module(name).used(ledger):
        assert row["effect"] in words
        assert row["effect"] or not row["note"].startswith("immature") or "immature" in words
        if row["effect_low"]:
            assert any(
                len(line.get_xdata()) == 2 and max(axes.get_xlim()[0], float(row["effect_low"])) == line.get_xdata()[0]
                for line in axes.lines
            ), f"no interval of {row.id}"


def test_one_typeface_in_all_figures() -> None:
    found = {text.get_fontname() for name in FIGURES for text, _ in _drawn_once(name)[1]}
    assert found == {"Source Sans Pro"}


def test_manifest_tells_inputs_rows_and_digests(article: Project) -> None:
    write_manifest(article, load_ledger(article), "")
    manifest = json.loads((article.figures / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest) == FIGURES
    for name, entry in manifest.items():
        assert all((article.root / path).is_file() for path in entry["inputs"])
        assert entry["sha256"] == hashlib.sha256((article.figures / f"{name}.svg").read_bytes()).hexdigest()
        with (article.figures / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert [f"{row['table']}:{row['id']}" for row in csv.DictReader(file)] == entry["rows"]


def test_export_for_a_journal(article: Project, tmp_path: Path) -> None:
    from PIL import Image

    pdf, tiff = export(article, load_ledger(article), "ild", tmp_path, ["pdf", "tiff"])
    assert pdf.read_bytes().startswith(b"%PDF")
    with Image.open(tiff) as image:
        assert image.mode == "RGB" and round(image.info["dpi"][0]) == 600
        assert abs(image.width - 180 / MM * 600) < 3
    with pytest.raises(FigureError, match="'bmp'"):
        export(article, load_ledger(article), "ild", tmp_path, ["bmp"])


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_without_rows_is_refused(article: Project, name: str) -> None:
    full = load_ledger(article)
    empty = Ledger(full.vocabulary, Tables({key: Table(key, table.columns, {}) for key, table in full.tables.items()}))
    before = (article.figures / f"{name}.svg").read_bytes()
    with pytest.raises(FigureError, match=f"{name}.*no row"):
        make_figure(article, empty, name)
    assert (article.figures / f"{name}.svg").read_bytes() == before


def test_an_unknown_figure_is_refused(article: Project) -> None:
    with pytest.raises(ConfigError, match="no figure named 'nothing'"):
        make_figure(article, load_ledger(article), "nothing")


def test_class_colours_can_be_told_apart_without_colour_vision() -> None:
    """Simulated deficiencies after Machado, Oliveira and Fernandes (2009), severity 1.0, and grey print."""
    import numpy as np
    from matplotlib.colors import to_rgb

    matrices = {
        "protanopia": [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        "deuteranopia": [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        "tritanopia": [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    }
    colours = [np.array(to_rgb(colour)) for colour in palette.CLASS_COLOURS.values()]
    for name, matrix in matrices.items():
        seen = [np.clip(np.array(matrix) @ colour, 0, 1) for colour in colours]
        nearest = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))
        assert nearest > 0.12, f"two classes look alike with {name}"
    # in grey a marker's shape helps; every colour must still stand off white paper
    luminance = [
        float(np.dot([0.2126, 0.7152, 0.0722], [_linear(channel) for channel in colour])) for colour in colours
    ]
    assert all(1.05 / (value + 0.05) >= 3 for value in luminance)
    assert len(set(palette.CLASS_MARKERS.values())) == len(palette.CLASS_COLOURS)


def _words(project: Project, name: str) -> str:
    return " ".join(text.get_text() for text, _ in _drawn(project, name)[1])


def test_the_title_of_survival_holds() -> None:
    """Settled for the older regimens, immature for the newest."""
    from review import comparisons

    rows = {trial.id: row for trial, row in comparisons.newest(load_ledger(Project(ROOT)), "os")}
    assert all(rows[trial]["analysis"] == "final" for trial in ("emilia", "th3resa", "sophia"))
    # the end of a study, after its final analysis
    assert rows["cleopatra"]["analysis"] == "updated" and "end of the study" in rows["cleopatra"]["note"]
    newest = ("destiny-breast09", "her2climb-05", "patina", "her2climb-02")
    assert all("immature" in rows[trial]["note"] for trial in newest)


def test_the_title_of_lung_disease_holds() -> None:
    from review.figures import ild

    points = dict(ild._points(load_ledger(Project(ROOT))))
    for title, shown in points.items():
        assert title == "Other conjugates" or all(
            "T-DXd" in point.detail for point in shown if point.filled and point.shares[0]
        )
    assert [title for title in points if "early" in title], "early disease included"
    fatal = [(point.shares[0], share) for shown in points.values() for point in shown if (share := point.shares[1])]
    assert all(whole is not None and share.value < whole.value / 4 for whole, share in fatal if share.value)


def test_the_title_of_the_brain_holds() -> None:
    """Most estimates are small (fewer than 100 patients, or not counted) and of trials without a control arm."""
    from review.figures import intracranial

    ledger = load_ledger(Project(ROOT))
    rows = [row for group, row in intracranial._rows(ledger) if group != "cns-pfs"]
    small = [row for row in rows if not row["exp_n"] or int(row["exp_n"]) < 100]
    alone = [row for row in rows if not ledger.trials[row["trial"]]["control_arm"]]
    assert min(len(small), len(alone)) > len(rows) / 2


def test_the_title_of_the_decision_holds() -> None:
    ledger = load_ledger(Project(ROOT))
    compared = {row["line"] for row in ledger.trials.values()
                if "trastuzumab-deruxtecan" in row.items_of("agents") and row["control_arm"] and row["her2_status"] == "positive"}  # fmt: skip
    assert {"first", "second", "third-or-later"} <= compared
    controls = [
        row["trial"] for row in ledger.outcomes.values() if row["population"] == "active brain metastases" and row["ctl_median_months"]
    ]  # fmt: skip
    assert set(controls) == {"her2climb"}


def test_a_new_readout_takes_the_place_of_the_one_that_it_supersedes(article: Project) -> None:
    newer = {"id": "th3resa.os.2026", "supersedes": "th3resa.os.2017"}
    edit(article, "outcomes", lambda rows: rows.append({**of(rows, "th3resa.os.2017"), **newer}))
    used = {row.id for row in _module("forest-os").used(load_ledger(article))}
    assert "th3resa.os.2026" in used and "th3resa.os.2017" not in used


def test_an_update_without_a_ratio_leaves_the_one_before_in_the_forest(article: Project) -> None:
    from review import comparisons

    edit(
        article,
        "outcomes",
        lambda rows: rows.append(
            {
                **of(rows, "emilia.os.2017"),
                "id": "emilia.os.2020",
                "supersedes": "emilia.os.2017",
                "effect_measure": "",
                "effect": "",
                "effect_low": "",
                "effect_high": "",
            }
        ),
    )
    drawn = {trial.id: row.id for trial, row in comparisons.newest(load_ledger(article), "os")}
    assert drawn["emilia"] == "emilia.os.2017"


@pytest.mark.parametrize("name", FIGURES)
def test_a_caption_leaves_abbreviations_to_the_list_that_has_them(name: str) -> None:
    ledger = load_ledger(Project(ROOT))
    caption = _module(name).caption(ledger)
    known = ledger.vocabulary.section("abbreviations")
    spelled = re.findall(r"(?<=[.;] )([A-Z][\w-]*|cap|v), [a-z]", caption.split("Sources:")[0])
    assert not set(spelled) & set(known)
    assert len(caption.split("Sources:")[0].split()) < 110, "short"


def test_abbreviations_that_are_drawn_stand_in_the_list() -> None:
    known = set(load_ledger(Project(ROOT)).vocabulary.section("abbreviations"))
    drawn = {
        word for name in FIGURES for text, _ in _drawn_once(name)[1] for word in re.findall(r"[\w-]+", text.get_text())
    }
    shorts = "T-DXd T-DM1 T-Duo THP TCH TCHP AC-T FEC HP PET CT ET NR HR PFS OS pCR EFS IDFS DFS ORR"
    for short in shorts.split():
        assert short not in drawn or short in known, f"{short} is drawn and stands in no list"


def test_a_ratio_beyond_the_axis_is_an_arrow_at_its_end() -> None:
    from manuscript.figures.forest import HIGHEST, LOWEST, Group, Line, forest_plot

    def drawn(ratio: float, low: float, high: float) -> list[tuple[float, str]]:
        line = Line("A", "B v C", "final", "1 v 1", ("1", "1"), ratio, low, high, "x", "#14507d")
        with style.applied():
            figure = forest_plot([Group("Line", [line])], favours=("a", "b"), headings=("1", "2", "3", "4", "5"))
        found = [item for item in figure.axes[0].lines if item.get_marker() not in ("None", None, "")]
        return [(float(item.get_xdata()[0]), str(item.get_marker())) for item in found]

    assert drawn(0.5, 0.4, 0.6) == [(0.5, "s")]
    assert drawn(1.5, 0.9, 2.5) == [(HIGHEST, ">"), (1.5, "s")]
    assert drawn(0.1, 0.05, 0.3) == [(LOWEST, "<"), (LOWEST, "<")]


def test_an_update_without_its_number_of_patients_takes_that_of_the_readout_before(article: Project) -> None:
    from review.figures import ild

    ledger = load_ledger(article)
    assert not ledger.safety["destiny-breast03.ild.2024"]["exp_n"]
    assert "T-DXd, n = 257" in _words(article, "ild")
    # what lends a number is among the rows that the figure depends on
    assert "destiny-breast03.ild.2022" in [row.id for row in ild.used(ledger)]
    edit(article, "safety", lambda rows: of(rows, "destiny-breast03.ild.2022").update(exp_n=""))
    assert "T-DXd, n = 257" not in _words(article, "ild")


def test_intervals_that_were_read_are_drawn_and_patients_are_told() -> None:
    name, column = "intracranial", "percent_low"
    figure, texts = _drawn_once(name)
    drawn = [line for axes in figure.axes for line in axes.lines]
    lines = [list(line.get_xdata()) for line in drawn if len(line.get_xdata()) == 2]
    words = " ".join(text.get_text() for text, _ in texts)
    rows = _module(name).used(load_ledger(Project(ROOT)))
    lows = [row[f"{arm}_{column}"] for row in rows for arm in ("exp", "ctl") if row[f"{arm}_{column}"]]
    assert lows and all(any(line[0] == float(low) for line in lines) for low in lows)
    assert all(row["exp_n"] in words for row in rows)
    assert figure.axes[0].get_xlim()[0] == 0, "zero is the reference"


@pytest.mark.parametrize("name", FIGURES)
def test_text_is_black_or_grey_and_dark_enough_to_read(name: str) -> None:
    """A colour means a class of agents, and stands on marks alone; there are no grid lines."""
    from matplotlib.colors import to_hex, to_rgb

    def light(colour: str) -> float:
        return sum(
            share * _linear(channel) for share, channel in zip((0.2126, 0.7152, 0.0722), to_rgb(colour), strict=True)
        )

    figure, texts = _drawn_once(name)
    assert {to_hex(text.get_color()) for text, _ in texts} <= {style.INK, style.SOFT}
    assert all(
        (light(paper) + 0.05) / (light(style.SOFT) + 0.05) >= 4.5 for paper in ("#ffffff", "#f7f9fb", style.BAND)
    )
    assert not any(
        line.get_visible()
        for axes in figure.axes
        if axes.axison
        for line in axes.get_xgridlines() + axes.get_ygridlines()
    )


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def test_a_line_does_not_begin_with_the_end_of_what_stands_in_brackets() -> None:
    text = "more often with moderate renal impairment (US label) and at any grade (UK)"
    lines = style.wrapped(text, 38)
    assert " ".join(lines) == text and len(lines) > 2
    assert not any(line.startswith(("label)", "(UK)")) for line in lines)
