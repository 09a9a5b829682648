"""Articles of a given size that use what a review uses: sections, citations, cross-references, figures, tables."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

_WORDS = [
    "patients",
    "receptor",
    "trial",
    "survival",
    "response",
    "progression",
    "antibody",
    "payload",
    "linker",
    "kinase",
    "median",
    "interval",
    "disease",
    "cohort",
    "analysis",
    "treatment",
    "arm",
    "control",
    "randomised",
    "metastatic",
    "brain",
    "lesion",
    "dose",
    "toxicity",
    "evidence",
    "reader",
    "estimate",
    "label",
    "follow-up",
    "subgroup",
]
_SYLLABLES = [
    "tra",
    "stu",
    "zu",
    "mab",
    "de",
    "rux",
    "te",
    "can",
    "per",
    "tu",
    "ne",
    "ra",
    "ti",
    "nib",
    "her",
    "lo",
    "mi",
]
# people are as different as in references.bib, where 1,346 people have 998 surnames and 19 of them the commonest
_SURNAMES, _COMMON = 30_000, 12
_GIVEN = ("Anna", "Boris", "Chiara", "David", "Elena", "Farid", "Grace", "Hiro", "Ines", "Jan", "Kofi", "Lin", "Maria")
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="510" height="255" viewBox="0 0 510 255">'
    '<rect width="510" height="255" fill="#fff"/><path d="{path}" fill="none" stroke="#14507d" stroke-width="2"/></svg>\n'
)


@dataclass(frozen=True)
class Size:
    """Words of prose, entries of the bibliography, figures, and how many surnames the authors share."""

    words: int
    references: int
    figures: int
    surnames: int = _SURNAMES

    @property
    def name(self) -> str:
        """What the report calls this size."""
        shared = "" if self.surnames == _SURNAMES else f", {self.surnames} surnames"
        return f"{self.words // 1000}k words, {self.references} references, {self.figures} figures{shared}"


def write_article(folder: Path, size: Size, config: str) -> None:
    """Write a project into ``folder`` (new): the same size gives the same bytes. ``config`` is its ``_quarto.yml``."""
    chance = random.Random(size.words)
    for name in ("chapters", "figures", "build"):
        (folder / name).mkdir(parents=True)
    (folder / "_quarto.yml").write_text(config, encoding="utf-8")
    people = random.Random(size.references)
    (folder / "references.bib").write_text(
        "\n".join(_entry(index, size.surnames, people) for index in range(size.references)), encoding="utf-8"
    )
    (folder / "_variables.yml").write_text(
        '"trial":\n  "hr": "[0.33 (95% CI 0.26–0.43)](#ev-row){.ev}"\n', encoding="utf-8"
    )
    for index in range(size.figures):
        _figure(folder / "figures", index, chance)
    count = max(1, size.words // 2500)
    for index in range(count):
        figures = range(index * size.figures // count, (index + 1) * size.figures // count)
        text = _chapter(index, size.words // count, size.references, figures, chance)
        (folder / "chapters" / f"{index:03}.qmd").write_text(text, encoding="utf-8")
    includes = "\n\n".join(f"{{{{< include chapters/{index:03}.qmd >}}}}" for index in range(count))
    (folder / "index.qmd").write_text(
        "---\ntitle: A synthetic review\nauthor:\n  - name: A. Author\ndate: 2026-01-01\nabstract: |\n  One sentence.\n---\n\n"
        f"{includes}\n\n# Evidence\n\n[A row]{{#ev-row}} of evidence.\n\n# References {{.unnumbered}}\n\n::: {{#refs}}\n:::\n",
        encoding="utf-8",
    )


def _chapter(number: int, words: int, references: int, figures: range, chance: random.Random) -> str:
    parts = [f"# Chapter {number + 1} {{#sec-c{number}}}"]
    waiting = list(figures)
    written = 0
    while written < words:
        sentences = []
        for _ in range(5):
            length = chance.randint(10, 22)
            sentence = " ".join(chance.choices(_WORDS, k=length)).capitalize()
            key = f"author{chance.randrange(references)}"
            tail = chance.random()
            if tail < 0.55:
                sentence += f" [@{key}]"
            elif tail < 0.65:
                sentence += " ({{< var trial.hr >}})"
            sentences.append(sentence + ".")
            written += length
        parts.append("\n".join(sentences))
        if waiting and chance.random() < 0.5:
            parts.append(_image(waiting.pop(0)))
    parts += [_image(index) for index in waiting]
    parts.append(
        f"See @sec-c{number}.\n\n| Trial | HR |\n|:--|:--|\n| A | 0.5 |\n\n: A table {{#tbl-t{number}}}\n\n@tbl-t{number} has it."
    )
    return "\n\n".join(parts) + "\n"


def _image(index: int) -> str:
    return f'@fig-f{index} shows it.\n\n![Figure number {index}.](figures/f{index}){{#fig-f{index} fig-alt="A line."}}'


def _figure(folder: Path, index: int, chance: random.Random) -> None:
    points = " ".join(f"{'M' if step == 0 else 'L'}{step * 10} {chance.randint(10, 240)}" for step in range(51))
    (folder / f"f{index}.svg").write_text(_SVG.format(path=points), encoding="utf-8")
    (folder / f"f{index}.png").write_bytes(_png(index))


def _png(index: int) -> bytes:
    """A small grey picture; its grey differs, so that no format can store it once."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + bytes([50 + index % 200]) * 100
    header = struct.pack(">IIBBBBB", 100, 50, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * 50)) + chunk(b"IEND", b"")


def _entry(index: int, surnames: int, chance: random.Random) -> str:
    authors = " and ".join(_person(surnames, chance) for _ in range(min(1 + int(chance.expovariate(1 / 6)), 30)))
    return (
        f"@article{{author{index},\n  title = {{A study of {{DNA}} number {index}}},\n"
        f"  author = {{{authors}}},\n  journal = {{Journal of Measurements}},\n"
        f"  year = {{{2000 + index % 26}}},\n  volume = {{{index % 90 + 1}}},\n  pages = {{{index}--{index + 9}}},\n"
        f"  doi = {{10.1000/bench.{index}}},\n}}\n"
    )


def _person(surnames: int, chance: random.Random) -> str:
    """Someone whose surname may be common (few are) or rare (most are)."""
    rank = int(_COMMON * ((1 + surnames / _COMMON) ** chance.random() - 1))
    surname = "".join(_SYLLABLES[rank // len(_SYLLABLES) ** place % len(_SYLLABLES)] for place in range(4))
    return f"{surname.capitalize()}, {chance.choice(_GIVEN)} {chance.choice('ABCDEFGHJKLMPRSTVW')}."


def write_bibliography(path: Path, entries: int) -> None:
    """Write a foreign .bib file of ``entries`` articles and, last, a twin of the hundredth without its DOI.

    The twin (key ``twin``) has the title of another entry, so that a check has something to find; ``entries`` > 100.
    """
    chance = random.Random(1)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(2500)]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    made = []
    for number in range(entries):
        title = " ".join(chance.choices(words, weights, k=chance.randint(8, 22)))
        people = " and ".join(f"Family{name}, Given X." for name in chance.sample(range(900), chance.randint(1, 20)))
        made.append(
            f"@article{{key{number},\n  title = {{{title}}},\n  author = {{{people}}},\n  journal = {{Journal}},\n"
            f"  year = {{2020}},\n  volume = {{1}},\n  pages = {{{number}--{number + 9}}},\n"
            f"  doi = {{10.5555/x.{number}}},\n}}\n"
        )
    twin = made[100].replace("key100", "twin").replace("10.5555/x.100", "").replace("Family", "Familie")
    path.write_text("\n".join([*made, twin]), encoding="utf-8")
