"""What Quarto's Markdown looks like, line by line: the one place for its regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator

# an include stands alone on its line; its path is read from the article's folder
INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(?P<quote>[\"']?)(?P<path>[^\s\"']+)(?P=quote)\s*>\}\}\s*$")
# the name may stand in quotation marks
VARIABLE = re.compile(r"\{\{<\s*var\s+(?P<quote>[\"']?)(?P<name>[^\s\"']+)(?P=quote)\s*>\}\}")
SHORTCODE = re.compile(r"(?P<open>\{\{\{?)<\s*(?P<body>.*?)\s*>(?P<close>\}\}\}?)")
# those that both engines know
SHORTCODES = ("include", "var", "meta", "pagebreak", "kbd", "video", "lipsum", "embed")
FIGURE = re.compile(r"^\s*!\[(?P<caption>.*)\]\((?P<path>[^()\s]*)\)(?P<attributes>\{.*\})?\s*$")
HEADING = re.compile(r"^(?P<marks>#{1,6})\s+(?P<text>.*?)\s*(?P<attributes>\{[^{}]*\})?\s*$")
TABLE_CAPTION = re.compile(r"^:\s+(?P<caption>.*?)\s*(?P<attributes>\{[^{}]*\})?\s*$")
DIV = re.compile(r"^ {0,3}(?P<mark>:{3,})\s*(?P<rest>.*?)\s*$")
# also within quotations, items and definitions
FENCE = re.compile(r"^(?:[\s>]|[-*+:](?=\s)|\(?\w{1,3}[.)](?=\s))*(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)$")
CODE_CELL = re.compile(r"\s*\{[a-zA-Z]")
LIST_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)]|\(?[a-z]\))\s+")
LABEL = re.compile(r"#(?P<label>[\w][\w:.-]*)")
# an @ with such a name refers to something in the article and cites nothing
REFERENCE = re.compile(r"(?i:fig|tbl|sec|eq|lst|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg|nte|tip|wrn|imp|cau)-")
# such a reference to one of the four kinds that every article has, in prose
CROSS_REFERENCE = re.compile(r"(?<![\w\\.@])-?@(?P<id>(?P<kind>fig|tbl|sec|eq)-[\w-]+(?:[.:][\w-]+)*)", re.I)
# a bracket of citations or references; a link's words are none
BRACKET = re.compile(r"\[(?P<inside>[^\[\]]*(?<![\w\\./])-?@[\w{][^\[\]]*)\](?!\()")
COMMENT = re.compile(r"<!--.*?-->")
CODE = re.compile(r"(?P<tick>`+)(?!`).+?(?P=tick)(?!`)")
# the line below the head of a table of bars, without what may stand around it
_PIPE_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:[|+]\s*:?-+:?\s*)*\|?")
# what may stand before its first cell; pandoc looks for tables before numbers, so that of a first item is a cell
_BEFORE_CELLS = re.compile(r"(?:[\s>]|[-*+:](?=\s)|(?!1[.)])\(?\w{1,3}[.)](?=\s))*")
# no bar of these divides cells
_IN_CELL = re.compile(rf"\\.|{CODE.pattern}|\$(?=\S)[^$]*?(?<=\S)\$(?!\d)|<[^<>]*>")
# a reference as Manubot writes it, where letters follow; or code, in which it is none
BRACED_REFERENCE = re.compile(rf"(?P<code>{CODE.pattern})|\{{@(?=(?:fig|tbl|sec|eq|lst):[^{{}}\s]+\}})")
_KEY = r"\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*"
_CITATION = re.compile(rf"(?<![\w@\\./])-?@(?:\{{(?P<braced>[^{{}}\s]+)\}}|(?P<key>{_KEY}))")
# code, comments, shortcodes, addresses: an @ in them cites nothing
_NO_CITATION = re.compile(rf"{CODE.pattern}|\{{\{{<.*?>\}}\}}|<?https?://[^\s)>\]]+>?|\]\([^)]*\)")
_INLINE = re.compile(
    rf"{CODE.pattern}|{COMMENT.pattern}"
    r"|\{\{\{?<.*?>\}?\}\}"
    r"|\$\$.+?\$\$|\$(?=\S)[^$\n]+?(?<=\S)\$(?!\d)"
    r"|<(?:https?|mailto):[^>\s]*>|https?://[^\s)>\]]+"
    r"|(?<=\])\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)"
    r"|\[\^[^\[\]\s]+\]:?"
    r"|\[[^\[\]]*?-?@[^\[\]]*\](?!\()"
    rf"|(?<![\w@\\.])-?@(?:\{{[^{{}}\s]+\}}|{_KEY})"
    r"|(?<=[\]\w$`)])\{[#.:\w][^{}]*\}"
    r"|\b10\.\d{4,9}/\S+"
)
_WORD = re.compile(r"\w(?:[\w'’.,·/–-]*\w)?")
# the stage of a tumour by its size, nodes and metastases: T1N0, pT2N1M0
STAGE = r"y?[cp]?T[0-4](?:is|mi|[a-d])?[–/-]?(?:y?[cp]?[TN][0-4X][a-c]?)*(?:M[01X])?"
# stands for one blanked character of an inline element; white space would make neighbours of its neighbours
BLANK = "\x00"


def masked(text: str) -> str:
    """``text`` with code, comments, shortcodes, formulas, addresses, citations and attributes blanked out."""
    return _INLINE.sub(lambda match: BLANK * len(match.group()), text)


def spaced(pattern: re.Pattern[str], text: str) -> str:
    """``text`` with spaces in place of what ``pattern`` finds, so that columns stay true."""
    return pattern.sub(lambda match: " " * len(match.group()), text)


def pipe_columns(line: str) -> int:
    """How many columns a line below the head of a table of bars makes; 0 for any other line."""
    rule = line.strip("> \t")
    return len(pipe_cells(rule.replace("+", "|"))) if "|" in rule and _PIPE_RULE.fullmatch(rule) else 0


def pipe_cells(row: str) -> list[str]:
    """The cells of a row of a table of bars, what a bar may stand in blanked out."""
    text = _IN_CELL.sub(lambda match: BLANK * len(match.group()), _BEFORE_CELLS.sub("", row, count=1)).strip()
    return text.removeprefix("|").removesuffix("|").split("|")


def count_words(text: str) -> int:
    """The words of a text, as a word processor counts them: a number with its sign is one, blanked markup none."""
    return len(_WORD.findall(text))


def citations(text: str) -> Iterator[tuple[str, int]]:
    """The keys that a line of text cites, each with its column (from 1); references such as ``@fig-a`` are none."""
    for match in _CITATION.finditer(spaced(_NO_CITATION, text)):
        key = match["braced"] or match["key"]
        if match["braced"] or not REFERENCE.match(key):
            yield key, match.start() + match.group().index("@") + 1


def variables(text: str) -> Iterator[str]:
    """The names that the ``var`` shortcodes of a line ask for, without quotation marks."""
    return (match["name"] for match in VARIABLE.finditer(text))
