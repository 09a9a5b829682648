"""A small article with a bibliography and a ledger, and registries that answer from files."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx

from manuscript.cite.findings import cache_of
from manuscript.cite.registry import Registry
from manuscript.paths import Project

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = "2026-11-24"

BIBLIOGRAPHY = """\
% References of the article.

@article{adams2019one,
  title = {One author only},
  author = {Adams, Zoë},
  journal = {Annals of Tests},
  year = {2019},
  volume = {7},
  pages = {55},
  doi = {10.5555/one.1},
}

% the agency's page moves now and then
@misc{eda2025notice,
  title = {Approval notice},
  author = {{Example Drug Agency}},
  year = {2025},
  url = {https://example.org/notice},
  urldate = {2025-12-01},
}
"""
CHAPTER = """\
# Results {#sec-results}

One study [@adams2019one, p. 5] and `@code` or me@example.org; see @fig-a.

<!-- @commented -->
## Safety

Again @adams2019one.
"""


def make_project(folder: Path, bibliography: str = BIBLIOGRAPHY, chapter: str = CHAPTER) -> Project:
    """Write the article into ``folder``."""
    project = Project(folder)
    project.chapters.mkdir(parents=True)
    project.data.mkdir()
    shutil.copyfile(FIXTURES / "article" / "data" / "datapackage.json", project.datapackage)
    project.config.write_text("bibliography: references.bib\ncsl: build/apa.csl\n", encoding="utf-8")
    project.article.write_text("---\ntitle: T\n---\n\n{{< include chapters/01.qmd >}}\n", encoding="utf-8")
    (project.chapters / "01.qmd").write_text(chapter, encoding="utf-8")
    project.bibliography.write_text(bibliography, encoding="utf-8")
    (project.data / "references.csv").write_text(
        "id,doi,pmid,compared,seen_at,checked_on,supplement,note\n"
        "adams2019one,10.5555/one.1,,title,https://example.org/one,2026-01-01,,kept\n"
        "eda2025notice,,,title,https://example.org/notice,2026-01-01,Notice 2025,a web page: it has no DOI\n",
        encoding="utf-8",
    )
    (project.data / "facts.csv").write_text(
        "id,source,locator\nher2.prevalence,eda2025notice,paragraph 2\n", encoding="utf-8"
    )
    return project


def answers(request: httpx.Request) -> httpx.Response:
    """What the registries would say, from ``fixtures/registry``."""
    folder = FIXTURES / "registry"
    parameters = request.url.params
    if request.url.host == "api.crossref.org":
        works = json.loads((folder / "crossref.json").read_text(encoding="utf-8"))
        if wanted := parameters.get("query.bibliographic"):
            # as Crossref does: whatever shares a word, the best first
            words = set(re.findall(r"\w+", wanted.lower()))
            ranked = [(len(words & set(re.findall(r"\w+", item["title"][0].lower()))), item) for item in works.values()]
            items = [item for count, item in sorted(ranked, key=lambda pair: -pair[0]) if count]
            return httpx.Response(200, json={"status": "ok", "message": {"items": items[: int(parameters["rows"])]}})
        asked = re.findall(r"(doi|updates):([^,]+)", parameters["filter"])
        items = [works[doi] for kind, doi in asked if kind == "doi" and doi in works]
        dois = {doi for kind, doi in asked if kind == "updates"}
        notices = json.loads((folder / "notices.json").read_text(encoding="utf-8"))
        items += [notice for notice in notices if any(update["DOI"] in dois for update in notice["update-to"])]
        return httpx.Response(200, json={"status": "ok", "message": {"items": items}})
    if request.url.path.endswith("esearch.fcgi"):
        found = ["30000001"] if "10.5555/good.1" in parameters["term"].lower() else []
        return httpx.Response(200, json={"esearchresult": {"idlist": found}})
    text = (folder / "pubmed.xml").read_text(encoding="utf-8")
    wanted = parameters["id"].split(",")
    for block in re.findall(r"<PubmedArticle>.*?</PubmedArticle>\n", text, re.S):
        if not any(f'<PMID Version="1">{pmid}</PMID>\n' in block for pmid in wanted):
            text = text.replace(block, "")
    return httpx.Response(200, text=text)


def offline(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("Name or service not known", request=request)


def make_registry(project: Project, handler: Callable[[httpx.Request], httpx.Response] = answers) -> Registry:
    """Registries without a network and without pauses."""
    return Registry(cache_of(project), TODAY, transport=httpx.MockTransport(handler), sleep=lambda _: None)
