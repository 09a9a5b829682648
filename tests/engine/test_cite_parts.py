"""The pieces: names, titles, identifiers, keys, near-duplicates, characters, the canonical form."""

from __future__ import annotations

import pytest
from pybtex.database import parse_string

from manuscript.cite import identifiers, keys, personal_names, titles
from manuscript.cite.canonical import canonical_value, format_text, insert_entry
from manuscript.cite.near import near_duplicates
from manuscript.cite.reader import Entry, Field, parse
from manuscript.cite.text import ascii_letters, comparable, damage, from_html, from_latex


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("Ana de la Cruz", "de la Cruz, Ana"),
        ("de la Cruz, Ana", "de la Cruz, Ana"),
        ("De Laurentiis, Michelino", "De Laurentiis, Michelino"),
        ("King, Jr., Martin Luther", "King, Jr., Martin Luther"),
        (r"M{\"u}ller, Karl and {\O}rsted, Hans", "Müller, Karl and Ørsted, Hans"),
        ("{US Food and Drug Administration} and Lee, Min", "{US Food and Drug Administration} and Lee, Min"),
        ("family=Laurentiis, given=Michelino, prefix=de", "de Laurentiis, Michelino"),
        ("Lee, Min and others", "Lee, Min and others"),
        ("Kim SB, Chung WP, Im SA, Park YH", "Kim SB, Chung WP, Im SA, Park YH"),
    ],
)
def test_names(written: str, canonical: str) -> None:
    assert personal_names.canonical(written) == canonical
    assert personal_names.canonical(canonical) == canonical


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("Laurentiis, Michelino De", True),
        ("Laurentiis, M. D.", True),
        ("Re, M. D.", True),
        ("Conte, G. D.", True),
        ("Uribe, B. G. D. de S.", True),
        ("Uribe, B. G. D. {de S.}", False),
        ("Berg, Maria van den", True),
        ("de Laurentiis, Michelino", False),
        ("Del Re, Marzia", False),
        ("Conte, PierFranco", False),
        ("Kim, S.-B.", False),
        ("Chung, W. P.", False),
        ("Nguyen, Van", False),
        ("Im, Seock-Ah", False),
    ],
)
def test_lost_particles(name: str, lost: bool) -> None:
    parsed = personal_names.parse(name)
    assert parsed is not None
    assert bool(personal_names.lost_particle(parsed, {})) is lost


def test_a_particle_is_known_from_elsewhere_in_the_file() -> None:
    known = personal_names.known_particles(personal_names.names_of("van Ramshorst, Mette S."))
    parsed = personal_names.parse("Ramshorst, M. V.")
    assert parsed is not None
    assert "van Ramshorst" in personal_names.lost_particle(parsed, known)


@pytest.mark.parametrize(
    ("title", "protected"),
    [
        ("HER2-positive disease", "{HER2}-positive disease"),
        ("Anti-HER2 therapy", "Anti-{HER2} therapy"),
        ("T-DM1 and T-DXd (DS-8201)", "{T-DM1} and {T-DXd} ({DS-8201})"),
        ("The DESTINY-Breast03 trial", "The {DESTINY-Breast03} trial"),
        ("A phase Ib/II trial", "A phase {Ib/II} trial"),
        ("A phase I trial", "A phase {I} trial"),
        ("A Focus on ADCs and TKIs", "A Focus on {ADCs} and {TKIs}"),
        ("Data in EudraVigilance", "Data in {EudraVigilance}"),
        ("Licensed in Europe", "Licensed in {Europe}"),
        ("Current Challenges in Breast Cancer", "Current Challenges in Breast Cancer"),
        ("{HER2} and {T-DM1}", "{HER2} and {T-DM1}"),
        (r"The \emph{ERBB2} gene", r"The \emph{ERBB2} gene"),
        ("Twenty-five years with 21 genes", "Twenty-five years with 21 genes"),
        ("A Review: 2020", "A Review: 2020"),
    ],
)
def test_protected_capitals(title: str, protected: str) -> None:
    assert titles.protect(title) == protected
    assert titles.protect(protected) == protected


def test_braces_around_a_whole_title() -> None:
    assert titles.wrapped("{A whole title}")
    assert not titles.wrapped("{HER2} and {T-DM1}")
    assert canonical_value("title", "{Therapy of HER2-low disease}") == "Therapy of {HER2}-low disease"


@pytest.mark.parametrize(
    ("written", "canonical", "problem"),
    [
        ("1143-54", "1143--1154", "not written as"),
        ("105–117", "105--117", "not written as"),
        ("105--117", "105--117", ""),
        ("pp. 5-9", "5--9", "not written as"),
        ("S1-S10", "S1--S10", "not written as"),
        ("e1130", "e1130", ""),
        ("1130", "1130", ""),
        ("117--105", "117--105", "backwards"),
        ("n/a", "n/a", "not a page"),
        ("12, 15-18", "12, 15--18", "not written as"),
    ],
)
def test_pages(written: str, canonical: str, problem: str) -> None:
    assert identifiers.canonical_pages(written) == canonical
    assert identifiers.canonical_pages(canonical) == canonical
    found = identifiers.pages_problem(written)
    assert problem in found if problem else not found


@pytest.mark.parametrize(
    ("doi", "problem"),
    [
        ("10.1056/NEJMoa2115022", ""),
        ("10.1016/S0140-6736(22)02420-5", ""),
        ("10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2", ""),
        ("https://doi.org/10.1000/x", "not written as"),
        ("10.1000/x.", "ends wrongly"),
        ("10.1016/S0140-6736(22", "ends wrongly"),
        ("11.1000/x", "not a DOI"),
        ("10.1000", "not a DOI"),
    ],
)
def test_dois(doi: str, problem: str) -> None:
    found = identifiers.doi_problem(doi)
    assert problem in found if problem else not found


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("10.1056/NEJMoa2115022", "10.1056/NEJMoa2115022"),
        ("doi: 10.1000/x", "10.1000/x"),
        ("DOI:10.1000/x", "10.1000/x"),
        ("info:doi/10.1000/x", "10.1000/x"),
        ("urn:doi:10.1000/x", "10.1000/x"),
        ("www.doi.org/10.1000/x", "10.1000/x"),
        ("HTTP://DX.DOI.ORG/10.1000/X", "10.1000/X"),
        (" https://doi.org/10.1000/x. ", "10.1000/x"),
        ("<https://doi.org/10.1000/x>", "10.1000/x"),
        ("https://doi.org/10.1093%2Fannonc/mdx_1#frag", "10.1093/annonc/mdx_1"),
        ("https://doi-org.proxy.example.edu/10.1016/S0140-6736(22)02420-5", "10.1016/S0140-6736(22)02420-5"),
        ("https://www.nejm.org/doi/full/10.1056/NEJMoa2115022?query=main", "10.1056/NEJMoa2115022"),
        ("https://www.frontiersin.org/articles/10.3389/fonc.2021.699323/full", "10.3389/fonc.2021.699323"),
        (r"10.1007/978-3-540\_12", "10.1007/978-3-540_12"),
        ("10.1007/978-3-540{\\_}12", "10.1007/978-3-540_12"),
        ("10.1002/a16%3C1661::AID-X%3E3.0.CO;2-2", "10.1002/a16<1661::AID-X>3.0.CO;2-2"),
    ],
)
def test_a_doi_in_any_form(written: str, canonical: str) -> None:
    assert identifiers.canonical_doi(written) == canonical
    assert identifiers.canonical_doi(canonical) == canonical
    assert identifiers.good_doi(identifiers.doi_address(canonical)) == canonical


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://www.fda.gov/drugs/notice", ""),
        ("https://clinicaltrials.gov/study/NCT03529110", ""),
        ("https://pubmed.ncbi.nlm.nih.gov./38825627/", ""),
        ("https://testcentre.example.org/a", ""),
        ("https://www.cancer.gov:443/a", ""),
        ("http://203.0.113.7/38825627", "by its number"),
        ("http://[2001:db8::1]/a", "by its number"),
        ("http://example.org:8081/38825627", "a port"),
        ("https://preview-www.example.com/a", "'preview'"),
        ("https://staging.example.com/a", "'staging'"),
        ("https://mdedge-cache.qa01.example.com/a", "'cache'"),
        ("https://bmjopen-bmj-com.ezproxy.example.fr/a", "'ezproxy'"),
        ("https://1337x-proxy.example.com/a", "'proxy'"),
        ("https://websiteproxy.net/a", "proxy"),
        ("https://www2-x-git-web-7228.vercel.app/a", "vercel"),
        ("ftp://example.org/a", "no public"),
        ("https://localhost/a", "no public"),
        ("https://example.org:port/a", "cannot be read"),
    ],
)
def test_addresses_that_no_reader_can_rely_on(address: str, reason: str) -> None:
    found = identifiers.makeshift(address)
    assert reason in found if reason else not found


def test_issn_check_digits() -> None:
    assert not identifiers.issn_problem("0028-4793")
    assert not identifiers.issn_problem("2434-561X")
    assert "should be 3" in identifiers.issn_problem("0028-4794")
    assert "not an ISSN" in identifiers.issn_problem("0028-479")
    assert identifiers.canonical_issn("15334406 (Electronic) 0028-4793 (Linking)") == "1533-4406, 0028-4793"


def test_pmids() -> None:
    assert not identifiers.pmid_problem("38825627")
    assert identifiers.canonical_pmid("https://pubmed.ncbi.nlm.nih.gov/38825627/") == "38825627"
    assert "Central" in identifiers.pmid_problem("PMC123")
    assert "not a PMID" in identifiers.pmid_problem("0123")


def entry(key: str, author: str, year: str, title: str) -> Entry:
    values = {"author": author, "year": year, "title": title}
    return Entry("article", key, 1, 1, 0, 0, {name: Field(name, value, 1, 1) for name, value in values.items()})


@pytest.mark.parametrize(
    ("author", "title", "key"),
    [
        ("Cortés, Javier", "Trastuzumab Deruxtecan versus", "cortes2022trastuzumab"),
        ("de Laurentiis, M.", "The {EMA} review", "delaurentiis2022ema"),
        ("Jørgensen, J. T.", "Twenty-five years", "jorgensen2022twenty"),
        ("Amiri-Kordestani, L.", "{FDA} Approval: more", "amirikordestani2022fda"),
        ("Łukasz, A.", "On the use of {T-DM1}", "lukasz2022use"),
        ("Lee, A.", "{T-DM1} again", "lee2022tdm1"),
        ("O'Brien, A.", "Hengrui's drug", "obrien2022hengruis"),
    ],
)
def test_keys(author: str, title: str, key: str) -> None:
    assert keys.wanted_key(entry("", author, "2022", title)) == key
    assert keys.key_problem(entry(key, author, "2022", title), set()) == ("", "")


def test_letters_behind_keys_need_a_partner() -> None:
    lone = entry("lee2022tucatiniba", "Lee, A.", "2022", "Tucatinib")
    assert keys.key_problem(lone, {"kim2022tucatinib"}) == ("the letter 'a' has no partner", "lee2022tucatinib")
    assert keys.key_problem(lone, {"lee2022tucatinibb"}) == ("", "")
    assert keys.free_key(lone, {"lee2022tucatinib", "lee2022tucatinibb"}) == "lee2022tucatinibc"


def test_an_agencys_key_has_the_entrys_year() -> None:
    assert keys.key_problem(entry("fda2022enhertu", "{FDA}", "2022", "Label"), set()) == ("", "")
    assert "2021" in keys.key_problem(entry("fda2021enhertu", "{FDA}", "2022", "Label"), set())[0]
    group = "{DESTINY-Breast05 investigators}"
    assert keys.key_problem(entry("destinybreast052025trastuzumab", group, "2025", "Label"), set()) == ("", "")
    assert keys.key_problem(entry("destinybreast052025trastuzumab", group, "2026", "Label"), set()) == (
        "the key says 2025, the entry 2026",
        "",
    )


def test_near_duplicates_are_found_and_different_readouts_are_not() -> None:
    found = near_duplicates(
        [
            "tucatinib first approval",
            "tucatnib first approval",
            "a randomised trial of one drug in breast cancer",
            "a randomized trial of one drug in breast cancer",
            "trastuzumab deruxtecan versus treatment of physician s choice destiny breast02 a randomised phase 3 trial",
            "trastuzumab deruxtecan versus treatment of physician s choice destiny breast02 patient reported outcomes from a randomised phase 3 trial",
            "tucatinib first approval",
            "",
            "",
        ]
    )
    assert [(later, earlier) for later, earlier, _ in sorted(found)] == [(1, 0), (3, 2), (6, 0)]


def test_characters() -> None:
    assert from_latex(r"Andr{\'e} Garc{\'\i}a {\L}uk {\ss} \"{o} \o{} na{\"\i}ve") == "André García Łuk ß ö ø naïve"
    assert from_latex(r"\textit{x} \& \alpha \ll \omega") == r"\textit{x} \& \alpha \ll \omega"
    assert ascii_letters("Jørgensen Łuć Müßig") == "Jorgensen Luc Mussig"
    assert comparable("{HER2}--positive: Étude") == "her2 positive etude"
    assert damage("MÃ¼ller") == ("Ã¼", "Müller")
    assert damage("Müller, São Paulo, Ångström, 5 µg, 15–20 %, physician’s") is None
    assert damage("Is it? Yes") is None


@pytest.mark.parametrize(
    ("written", "latex"),
    [
        ("a &amp;lt;i&amp;gt;b&amp;lt;/i&amp;gt; H<sub>2</sub>", r"a \emph{b} {H\textsubscript{2}}"),
        ("<i>Escherichia coli</i> <em>in vivo</em>", r"{\emph{Escherichia coli}} \emph{in vivo}"),
        ("<jats:italic>ERBB2</jats:italic> and HER2<sup>+</sup>", r"{\emph{ERBB2}} and {HER2\textsuperscript{+}}"),
        ("<i>HER2<sup>+</sup></i>", r"{\emph{{HER2\textsuperscript{+}}}}"),
        (r"{\textless}i{\textgreater}x{\textless}/i{\textgreater} p {\textless} 0.05", r"\emph{x} p {\textless} 0.05"),
        (r"\textless{}sub\textgreater{}2\textless{}/sub\textgreater{}", r"\textsubscript{2}"),
        ('<span class="nocase">Two Words</span>', "{Two Words}"),
        ('<span style="font-variant:small-caps;">met</span>', r"\textsc{met}"),
        ("<b>B</b> p<0.05 or x>3, 5 &lt; 6", r"{\textbf{B}} p<0.05 or x>3, 5 < 6"),
        ("a &#123; b &amp; c", "a &#123; b & c"),
        (
            "an <i>open tag}, title = {that</i> never leaves its field",
            "an open tag}, title = {that never leaves its field",
        ),
    ],
)
def test_tags_of_other_programs(written: str, latex: str) -> None:
    assert from_html(written) == latex


FILE = """\
% head of the file

@string{ann = "Annals"}
@preamble{"\\newcommand{\\x}{}"}

% about z
@Article{zeta2020z, author="Zeta, A", title = {Z}, journal=ann # { of Tests}, year=2020}
@comment{kept {whole}}

% about a,
% on two lines
@misc{alpha2020a, title={A}, url={https://doi.org/10.5555/A}, doi={10.5555/a}, file={x}, custom={c}, note={n} }
% the end
"""
FORMATTED = """\
% head of the file

@preamble{"\\newcommand{\\x}{}"}

@comment{kept {whole}}

% about a,
% on two lines
@misc{alpha2020a,
  title = {A},
  doi = {10.5555/a},
  custom = {c},
  note = {n},
}

% about z
@article{zeta2020z,
  title = {Z},
  author = {Zeta, A},
  journal = {Annals of Tests},
  year = {2020},
}

% the end
"""


def test_format_sorts_keeps_comments_and_is_idempotent() -> None:
    once = format_text(parse(FILE, "x.bib"))
    assert once == FORMATTED
    assert format_text(parse(once, "x.bib")) == once


def test_pybtex_reads_what_is_written_with_the_same_values() -> None:
    text = format_text(parse(FILE, "x.bib"))
    entries = parse_string(text, "bibtex").entries
    assert list(entries) == ["alpha2020a", "zeta2020z"]
    assert entries["zeta2020z"].fields["journal"] == "Annals of Tests"
    assert str(entries["zeta2020z"].persons["author"][0]) == "Zeta, A"


@pytest.mark.parametrize("key", ["aaa2000x", "mmm2000x", "zzz2000x"])
def test_an_inserted_entry_leaves_the_rest_as_it_is(key: str) -> None:
    text = insert_entry(parse(FORMATTED, "x.bib"), "misc", key, {"title": "New"})
    assert text.replace(f"@misc{{{key},\n  title = {{New}},\n}}\n\n", "", 1) == FORMATTED
    assert [item.key for item in parse(text, "x.bib").entries] == sorted([key, "alpha2020a", "zeta2020z"])


def test_an_entry_inserted_into_an_empty_file() -> None:
    assert (
        insert_entry(parse("% head\n", "x.bib"), "misc", "a", {"title": "T"})
        == "% head\n\n@misc{a,\n  title = {T},\n}\n"
    )
    assert insert_entry(parse("", "x.bib"), "misc", "a", {"title": "T"}) == "@misc{a,\n  title = {T},\n}\n"


def test_signs_that_latex_would_eat_are_escaped_in_text_only() -> None:
    assert canonical_value("journal", "Tests & Trials, 5%") == r"Tests \& Trials, 5\%"
    assert canonical_value("url", "https://example.org/a_b?c=1&d=5%20") == "https://example.org/a_b?c=1&d=5%20"
    assert canonical_value("doi", r"10.1000/a\_b") == "10.1000/a_b"


def test_places_of_fields() -> None:
    found = parse('\n@misc{a,\n  title = {T},\n\tdoi = "10.1000/x", note = {n}}', "x.bib").entries[0]
    assert (found.line, found.column) == (2, 1)
    assert found.place("doi") == (4, 2)
    assert found.place("note") == (4, 21)
    assert found.place("absent") == (2, 1)
