"""`manuscript check` and `manuscript explain` from the command line: formats, settings, exit codes, --fix, speed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from manuscript import wing
from manuscript.check.british import american_twins, british
from manuscript.check.options import load_settings
from manuscript.check.output_forms import summary
from manuscript.check.rules import FAMILIES, all_rules
from manuscript.check.run import run
from manuscript.check.spelling import Speller, own_words
from manuscript.errors import ConfigError
from manuscript.paths import Project

from command import manuscript
from conftest import ROOT

RESULTS = "chapters/02-results.qmd"


@pytest.fixture
def article(small_article: Project) -> Project:
    """The small article takes the place of the real one."""
    return small_article


def spoil(project: Project, old: str, new: str, name: str = RESULTS) -> None:
    path = project.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_clean_article(article: Project) -> None:
    result = manuscript(article, "check")
    assert (result.returncode, result.stdout, result.stderr) == (0, "nothing to mend\n", "")


def test_text_ends_with_counts_and_one_next_step(article: Project) -> None:
    spoil(article, "ALPHA-1 randomised", "ALPHA-1 randomized")
    spoil(article, "was the same", "was 45% better")
    result = manuscript(article, "check")
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith(f"{RESULTS}:5:9: error prose/british: 'randomized'")
    assert lines[1] == "  mend: write randomised, or --fix"
    assert lines[-2] == "2 errors (prose 1, numbers 1)"
    assert lines[-1].startswith(f"next: {RESULTS}:8:21: bind it")


def test_warnings_alone_are_let_through_unless_strict(article: Project) -> None:
    (article.tables / "dropped.md").write_text(wing.NOTICE.format(module="review.tables.dropped"), encoding="utf-8")
    assert manuscript(article, "check").returncode == 0
    assert manuscript(article, "check", "--strict").returncode == 1


def test_json(article: Project) -> None:
    spoil(article, "was the same", "was the the same")
    found = json.loads(manuscript(article, "check", "--format", "json").stdout)
    assert [(item["rule"], item["severity"], item["file"], item["line"], item["column"]) for item in found] == [
        ("prose/doubled-word", "error", RESULTS, 8, 25)
    ]


def test_sarif(article: Project) -> None:
    spoil(article, "was the same", "was the the same")
    log = json.loads(manuscript(article, "check", "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    (result,) = log["runs"][0]["results"]
    driver = log["runs"][0]["tool"]["driver"]
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "prose/doubled-word"
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": RESULTS}, "region": {"startLine": 8, "startColumn": 25}}


def test_github(article: Project) -> None:
    spoil(article, "was the same", "was 50% the same")
    lines = manuscript(article, "check", "--format", "github").stdout.splitlines()
    assert lines == [
        f"::error file={RESULTS},line=8,col=21,title=numbers/unbound::'50%25' is not bound to a row of evidence. "
        "bind it: {{< var row.field >}} (manuscript evidence list shows the rows)"
    ]


def test_unknown_format_rule_and_family(article: Project) -> None:
    for arguments in (("check", "--format", "xml"), ("check", "--select", "nonsense"), ("explain", "refs/dead-lnk")):
        result = manuscript(article, *arguments)
        assert result.returncode == 1
        assert "mend:" in result.stderr and "Traceback" not in result.stderr
    assert "refs/dead-link" in result.stderr


def test_select_and_ignore(article: Project) -> None:
    spoil(article, "was the same", "was the the same, remarkably")
    rules = {item.rule for item in run(article)[0]}
    assert rules == {"prose/doubled-word", "prose/hype"}
    assert {item.rule for item in run(article, select=["prose/hype"])[0]} == {"prose/hype"}
    assert {item.rule for item in run(article, select=["refs,numbers"])[0]} == set()
    assert {item.rule for item in run(article, ignore=["prose/hype"])[0]} == {"prose/doubled-word"}
    assert {item.rule for item in run(article, ignore=["prose"])[0]} == set()


def test_severity_of_the_settings(article: Project) -> None:
    spoil(article, "was the same", "was the the same, remarkably")
    with (article.root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('\n[tool.manuscript.check.severity]\n"prose/hype" = "off"\n"prose/doubled-word" = "warning"\n')
    assert [(item.rule, item.severity) for item in run(article)[0]] == [("prose/doubled-word", "warning")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[tool.manuscript.check]\nsentences = 3\n", 2),
        ("[tool.manuscript.check]\nabstract-words = 3\n", 2),
        ('[tool.manuscript.check]\nhype = "very"\n', 2),
        ('[tool.manuscript.check.severity]\n"prose/hype" = "low"\n', 1),
        ('[[tool.manuscript.check.exceptions]]\nfile = "x"\n', 1),
        ("[tool.manuscript.check\n", 1),
    ],
)
def test_settings_that_cannot_be_used(article: Project, text: str, line: int) -> None:
    (article.root / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(article)
    assert (caught.value.file, caught.value.line) == ("pyproject.toml", line)
    assert caught.value.mend


def test_fix_mends_what_is_safe(article: Project) -> None:
    clean = {path: path.read_bytes() for path in article.root.rglob("*") if path.is_file()}
    spoil(article, "ALPHA-1 randomised", "ALPHA-1 randomized")
    spoil(article, "was the same", "was  the same")
    spoil(article, "holds the protocol.", "holds the protocol. ")
    spoil(article, "against", "versus", RESULTS)
    spoil(article, "[@clark2022third].\nAt the first", "[@clark2022third]. At the first")
    (article.root / RESULTS).write_bytes((article.root / RESULTS).read_bytes().replace(b"\n", b"\r\n").rstrip())
    article.article.write_bytes(b"\xef\xbb\xbf" + article.article.read_bytes() + b"\n\n")
    result = manuscript(article, "check", "--fix")
    assert result.stdout == "nothing to mend\n"
    assert result.returncode == 0
    spoil(article, "versus", "against", RESULTS)
    changed = [path.name for path, data in clean.items() if path.read_bytes() != data]
    assert changed == []


def test_fix_leaves_meaning_alone(article: Project) -> None:
    spoil(article, "was the same", "was the the same, in 50%")
    before = (article.root / RESULTS).read_bytes()
    result = manuscript(article, "check", "--fix")
    assert result.returncode == 1
    assert (article.root / RESULTS).read_bytes() == before


def test_explain(article: Project) -> None:
    text = manuscript(article, "explain", "numbers/superseded").stdout
    assert text.startswith("numbers/superseded (error)")
    assert "interim" in text
    everything = manuscript(article, "explain").stdout
    assert all(name in everything for name in [*all_rules(), *FAMILIES])
    assert "refs/dead-link" not in manuscript(article, "explain", "prose").stdout


def test_every_rule_is_explained() -> None:
    for rule in all_rules().values():
        assert rule.family in FAMILIES
        assert rule.summary and rule.why


def test_summary_of_nothing() -> None:
    assert summary([]) == "nothing to mend"


@pytest.mark.parametrize(
    ("word", "better"),
    [
        ("tumor", "tumour"), ("Tumors", "Tumours"), ("randomized", "randomised"), ("analyzed", "analysed"),
        ("anemia", "anaemia"), ("diarrhea", "diarrhoea"), ("hemoglobin", "haemoglobin"), ("estrogen", "oestrogen"),
        ("esophageal", "oesophageal"), ("edema", "oedema"), ("signaling", "signalling"), ("center", "centre"),
        ("hospitalization", "hospitalisation"), ("labeled", "labelled"), ("leukemia", "leukaemia"), ("dyspnea", "dyspnoea"),
        ("behavior", "behaviour"), ("pediatric", "paediatric"), ("gastroesophageal", "gastro-oesophageal"),
        ("enrollment", "enrolment"), ("fiber", "fibre"), ("defense", "defence"), ("aging", "ageing"),
    ],
)  # fmt: skip
def test_american_forms(word: str, better: str) -> None:
    assert british(word) == better


@pytest.mark.parametrize(
    "word",
    [
        "size", "sizes", "prize", "seized", "horizon", "epidemic", "academic", "systemic", "parameter", "diameter", "letter",
        "enrolled", "controlled", "hem", "tumour", "doctor", "factor", "receptor", "major", "sensor", "donor",
        "dose", "response", "sense", "chemotherapy", "polemic", "further", "litter", "kinase", "exercise", "chemical", "estranged",
    ],
)  # fmt: skip
def test_words_that_are_british_too(word: str) -> None:
    assert british(word) == word


def test_speller_knows_british_words_and_our_own(article: Project) -> None:
    speller = Speller(article, {"Błocka"})
    for word in (
        "tumours", "randomised", "oedema", "haemoglobin", "centre", "analysed", "signalling", "oestrogen", "licence",
        "Overexpressed", "Błocka", "HER2CLIMB", "patient's", "programme", "favourable", "anaesthesia", "paediatric", "catalogue",
    ):  # fmt: skip
        assert speller.knows(word), word
    for word in ("recieve", "tumuor", "survivl", "teh", "patietns", "trastuzumbab", "occured"):
        assert not speller.knows(word), word
    assert speller.suggest("overexpresed") == "overexpressed"
    assert "oedema" not in own_words(article) and american_twins("oedema")


def test_word_list_of_the_article_is_sorted_and_needed() -> None:
    words = [
        line
        for line in (ROOT / "styles" / "words.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert words == sorted(words, key=lambda word: (word.lower(), word))
    assert len(words) == len(set(words))
    speller = Speller(Project(Path("/nowhere")), set())
    assert [word for word in words if speller.knows(word)] == []


def test_pre_commit_runs_our_own_check_and_fetches_nothing() -> None:
    import shlex

    import yaml

    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [item["repo"] for item in config["repos"]] == ["local"]
    for hook in config["repos"][0]["hooks"]:
        program, *arguments = shlex.split(hook["entry"])
        assert program == ".venv/bin/manuscript" and hook["language"] == "system"
        result = manuscript(None, *arguments, "--help")
        assert result.returncode == 0 and "--ignore" in result.stdout


def test_the_heavy_libraries_are_not_imported() -> None:
    """The check stays quick because it does without them; its time is measured by `make bench`."""
    code = (
        "import sys, pathlib\n"
        "from manuscript.check.run import run\n"
        "from manuscript.paths import Project\n"
        "run(Project(pathlib.Path(sys.argv[1])))\n"
        "print([name for name in ('pandas', 'pandera', 'matplotlib', 'numpy') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
