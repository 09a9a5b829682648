"""What each column of the ledger means: the single source of the schemas and of the data dictionary."""

from __future__ import annotations

from dataclasses import dataclass

NUMBER = r"-?\d+(\.\d+)?"
DATE = r"(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
DAY = r"(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds, and the pattern of its cells; empty cells are allowed unless required."""

    name: str
    description: str
    pattern: str = ""
    required: bool = False
    allowed: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What may stand in a cell, in words."""
        if self.allowed:
            return " or ".join(f"`{item}`" for item in self.allowed)
        return _WORDS.get(self.pattern, "text")


_NUMBER_NR = rf"{NUMBER}|NR|NE"
_COUNT = r"\d+"
_PERCENT = r"\d+(\.\d+)?"
_P_VALUE = r"[<>=]?0?\.?\d+(\.\d+)?(e-\d+)?|[<>=]?\d\.\d+"
_URLS = r"https?://\S+(; ?https?://\S+)*"
_KEYS = r"[a-z0-9]+(; ?[a-z0-9]+)*"
_SLUGS = rf"{SLUG}(; ?{SLUG})*"
_WORDS = {
    NUMBER: "a number",
    _NUMBER_NR: "a number, `NR` (not reached) or `NE` (not estimable)",
    _COUNT: "a whole number",
    _PERCENT: "a number without the % sign",
    _P_VALUE: "a p value as printed, without spaces: `<0.001`, `0.0037`",
    _URLS: "addresses, `;` between several",
    _KEYS: "keys of `references.bib`, `;` between several",
    _SLUGS: "ids, `;` between several",
    DATE: "a date: `2023-05-21`, `2023-05` or `2023`",
    DAY: "a day: `2023-05-21`",
    SLUG: "a short name: lower case, digits, hyphens",
}

_PROVENANCE = (
    Column("source", "the publication or label that the values belong to", _KEYS, required=True),
    Column("locator", "where in the source: abstract, table 2, label section 14", required=True),
    Column("seen_at", "the page at which the values were read", _URLS, required=True),
    Column("checked_on", "the day on which they were read", DAY, required=True),
)
_NOTE = Column(
    "note", "what a reader of the row must know: other figures published, how it was read, why a cell is empty"
)


def _arms(name: str, unit: str, meaning: str, pattern: str) -> tuple[Column, ...]:
    return tuple(
        Column(f"{arm}_{name}", f"{meaning}, {words} arm{unit}", pattern)
        for arm, words in (("exp", "experimental"), ("ctl", "control"))
    )


def _with_interval(name: str, meaning: str, unit: str, pattern: str) -> tuple[Column, ...]:
    columns: list[Column] = []
    for arm, words in (("exp", "experimental"), ("ctl", "control")):
        suffix = "_months" if unit == "months" else ""
        stem = name.removesuffix("_months")
        for part, label in (("", ""), ("_low", ", lower bound"), ("_high", ", upper bound")):
            columns.append(Column(f"{arm}_{stem}{part}{suffix}", f"{meaning}{label}, {words} arm ({unit})", pattern))
    return tuple(columns)


TABLE_TITLES = {
    "trials": "One row per clinical trial or cohort",
    "outcomes": "One row per published efficacy estimate",
    "safety": "One row per adverse event and readout of a trial",
    "agents": "One row per anti-HER2 agent",
    "approvals": "One row per regulatory decision",
    "facts": "One row per number that is no outcome of a trial in the ledger: epidemiology, biology, pooled and real-world figures",
    "resistance": "One row per mechanism of resistance",
    "pipeline": "One row per ongoing study",
    "references": "One row per reference: where its metadata was checked",
    "gaps": "One row per thing that was looked for and could not be verified",
}

COLUMNS: dict[str, tuple[Column, ...]] = {
    "trials": (
        Column("id", "stable name of the trial, used in every other table", SLUG, required=True),
        Column("name", "the trial's name as its authors write it", required=True),
        Column("registry_id", "registration number, such as NCT03529110", r"j?[A-Z]{2,}[A-Za-z0-9/-]+"),
        Column("phase", "phase", required=True, allowed=("1", "1b", "1/2", "1b/2", "2", "2/3", "3", "3b", "3b/4", "4", "cohort")),
        Column("design", "design, such as randomised open-label", required=True),
        Column("setting", "disease setting", required=True, allowed=("early", "metastatic", "brain", "tumour-agnostic", "other")),
        Column(
            "line",
            "line of therapy",
            required=True,
            allowed=(
                "neoadjuvant", "adjuvant", "post-neoadjuvant", "extended-adjuvant", "first", "second",
                "third-or-later", "maintenance", "mixed",
            ),
        ),
        Column("her2_status", "HER2 status of the patients", required=True, allowed=("positive", "low", "low-ultralow", "mixed")),
        Column("experimental_arm", "treatment under study", required=True),
        Column("control_arm", "treatment it was compared with; empty in a single-arm trial"),
        Column("arms_short", "the comparison as figures and tables print it: T-DXd v T-DM1"),
        Column("agents", "agents of the experimental arm (ids of agents.csv), the one under test first", _SLUGS),
        Column("n", "patients randomised, or treated in a single-arm trial", _COUNT),
        Column("primary_endpoint", "primary endpoint as registered or published"),
        *_PROVENANCE,
        _NOTE,
    ),
    "outcomes": (
        Column("id", "trial.endpoint.year of publication", rf"{SLUG}\.{SLUG}\.(19|20)\d\d", required=True),
        Column("trial", "id in trials.csv", SLUG, required=True),
        Column("endpoint", "endpoint: pfs, os, orr, dor, idfs, pcr, ic-orr, pfs-12mo …", SLUG, required=True),
        Column("population", "patients analysed: itt, brain metastases …", required=True),
        Column(
            "analysis",
            "kind of analysis as a source calls it; primary also: the planned analysis of an endpoint in the trial's first full report",
            required=True,
            allowed=("primary", "interim", "updated", "final", "exploratory", "post hoc", "subgroup", "unstated"),
        ),
        Column("assessor", "who judged progression or response, as a source says of this endpoint", required=True,
            allowed=("bicr", "investigator", "unstated", "none"),),
        Column("data_cutoff", "data cut-off", DATE),
        *_arms("n", "", "patients analysed", _COUNT),
        *_arms("events_n", "", "events", _COUNT),
        *_arms("follow_up_months", " (months)", "median follow-up", NUMBER),
        Column("timepoint_months", "time at which a landmark rate was read (months)", NUMBER),
        *_with_interval("median_months", "median time to event or duration", "months", _NUMBER_NR),
        *_with_interval("percent", "rate or proportion", "percent", _PERCENT),
        Column("effect_measure", "what the effect is", allowed=("HR", "OR", "RR", "difference")),
        Column("effect", "effect of the experimental against the control arm", NUMBER),
        Column("effect_low", "lower bound of its interval", NUMBER),
        Column("effect_high", "upper bound of its interval", NUMBER),
        Column("ci_level_percent", "confidence level of all intervals of the row (percent)", _PERCENT),
        Column("p_value", "p value", _P_VALUE),
        Column("p_note", "what limits the p value: nominal, boundary not crossed, one-sided"),
        *_PROVENANCE,
        Column("supersedes", "id of the earlier readout that this row updates", rf"{SLUG}\.{SLUG}\.(19|20)\d\d"),
        _NOTE,
    ),
    "safety": (
        Column("id", "trial.event.year of publication", rf"{SLUG}\.{SLUG}\.(19|20)\d\d", required=True),
        Column("trial", "id in trials.csv", SLUG, required=True),
        Column("event", "adverse event: ild, nausea, any-teae (all events, however counted) …", SLUG, required=True),
        Column(
            "attribution", "how events were counted, as a source says of this event", required=True,
            allowed=("treatment-emergent", "drug-related", "adjudicated", "any-cause", "unstated"),
        ),
        Column("population", "patients counted", required=True),
        Column("data_cutoff", "data cut-off", DATE),
        *_arms("n", "", "patients in the safety population", _COUNT),
        *(
            Column(f"{arm}_{grade}_{unit}", f"{meaning}, {words} arm ({label})", pattern)
            for arm, words in (("exp", "experimental"), ("ctl", "control"))
            for grade, meaning in (("any", "any grade"), ("grade3plus", "grade 3 or higher"), ("fatal", "grade 5"))
            for unit, label, pattern in (("n", "patients", _COUNT), ("percent", "percent", _PERCENT))
        ),
        *_PROVENANCE,
        Column("supersedes", "id of the earlier readout that this row updates", rf"{SLUG}\.{SLUG}\.(19|20)\d\d"),
        _NOTE,
    ),
    "agents": (
        Column("id", "stable name of the agent", SLUG, required=True),
        Column("name", "international non-proprietary name, or code", required=True),
        Column("abbreviation", "abbreviation in use"),
        Column(
            "class", "class of agent", required=True,
            allowed=("antibody", "bispecific antibody", "antibody–drug conjugate", "tyrosine kinase inhibitor"),
        ),
        Column("target", "molecular target", required=True),
        Column("epitope", "where an antibody binds"),
        Column("backbone", "antibody of a conjugate"),
        Column("linker", "linker of a conjugate"),
        Column("linker_cleavable", "whether the linker is cleaved", allowed=("yes", "no")),
        Column("payload", "payload of a conjugate"),
        Column("payload_class", "what the payload does"),
        Column("dar", "drug-to-antibody ratio (payload molecules per antibody, mean)", NUMBER),
        Column("membrane_permeable", "whether the released payload crosses membranes", allowed=("yes", "no")),
        Column("mechanism", "mechanism, in a few words"),
        Column("dose", "dose and schedule"),
        Column("dose_context", "what the dose is for: label or trial, and combination"),
        Column("maker", "company"),
        *_PROVENANCE,
        _NOTE,
    ),
    "approvals": (
        Column("id", "agency.agent.date", rf"{SLUG}\.{SLUG}\.(19|20)\d\d(-\d\d)?(-\d\d)?(-{SLUG})?", required=True),
        Column("agency", "agency", required=True, allowed=("FDA", "EMA", "NMPA")),
        Column("agent", "id in agents.csv", SLUG, required=True),
        Column("combination", "what it is given with"),
        Column("date", "date of the decision", DATE, required=True),
        Column("approval_type", "kind of approval", required=True,
            allowed=("regular", "accelerated", "conversion", "conditional", "unstated"),),
        Column("setting", "disease setting", required=True, allowed=("metastatic", "early", "tumour-agnostic", "other")),
        Column("line", "line of therapy, in words"),
        Column("indication", "indication, in our own words", required=True),
        Column("basis_trial", "ids of the trials that the decision rests on", _SLUGS),
        *_PROVENANCE,
        _NOTE,
    ),
    "facts": (
        Column("id", "topic.name", rf"{SLUG}\.{SLUG}", required=True),
        Column("topic", "topic", SLUG, required=True),
        Column("statement", "one sentence of our own that the number answers", required=True),
        Column("value", "the number, or words"),
        Column("value_low", "lower end of a range or interval", NUMBER),
        Column("value_high", "upper end of a range or interval", NUMBER),
        Column("unit", "unit", required=True, allowed=("percent", "fold", "kDa", "months", "years", "count", "year", "ratio", "text")),
        *_PROVENANCE,
        _NOTE,
    ),
    "resistance": (
        Column("id", "stable name of the mechanism", SLUG, required=True),
        Column("mechanism", "mechanism", required=True),
        Column(
            "step", "step between receptor and payload", required=True,
            allowed=("target", "internalisation", "trafficking", "payload release", "payload", "signalling", "microenvironment"),
        ),
        Column("agents", "agents concerned (ids)", _SLUGS),
        Column("class", "class of agent concerned"),
        Column("evidence", "strength of evidence", required=True, allowed=("clinical", "translational", "preclinical")),
        Column("statement", "what was shown, in one sentence", required=True),
        *_PROVENANCE,
        _NOTE,
    ),
    "pipeline": (
        Column("id", "stable name of the study", SLUG, required=True),
        Column("agent", "agent or combination under study", required=True),
        Column("class", "class of agent", required=True),
        Column("target", "target"),
        Column("phase", "phase", required=True),
        Column("registry_id", "registration number", r"j?[A-Z]{2,}[A-Za-z0-9/-]+"),
        Column("setting", "disease setting and population", required=True),
        Column("comparator", "comparator"),
        Column("status", "status as read"),
        *_PROVENANCE,
        _NOTE,
    ),
    "references": (
        Column("id", "key in references.bib", r"[a-z0-9]+", required=True),
        Column("doi", "digital object identifier", r"10\.\d{4,9}/\S+"),
        Column("pmid", "PubMed identifier", _COUNT),
        Column("compared", "fields compared with the page, `;` between several", required=True),
        Column("seen_at", "the page with the metadata", _URLS, required=True),
        Column("checked_on", "the day on which it was read", DAY, required=True),
        Column("supplement", "short name in tables and captions of a source that only rows of evidence rest on; it then stands in the list of further sources. Empty: the reference list holds it"),
        _NOTE,
    ),
    "gaps": (
        Column("id", "what is missing: trial.endpoint, agent.property, reference key …", rf"{SLUG}(\.{SLUG})*", required=True),
        Column("topic", "the table that would hold it", required=True, allowed=tuple(TABLE_TITLES)),
        Column("wanted", "what was looked for", required=True),
        Column("reason", "why it is not in the ledger", required=True),
        Column("tried", "where it was looked for"),
    ),
}  # fmt: skip
