"""The RO-Crate reads back as what was put in; CITATION.cff and Zenodo's metadata say what the front matter says."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
import yaml
from rocrate.rocrate import ROCrate

from manuscript import __version__
from manuscript.archive import archive, software
from manuscript.errors import RenderError
from manuscript.git import source_files
from manuscript.ledger.outgoing import outgoing
from manuscript.page.about import read_about
from manuscript.paths import Project

from check_article import make_article
from conftest import EPOCH, ROOT

OUTPUTS = {"index.html": "<p>page</p>", "index.pdf": "%PDF", "index-meca.zip": "bundle"}


@pytest.fixture
def made(tmp_path: Path) -> tuple[Project, list[Path]]:
    """The small article with stand-ins for its outputs; what they hold does not matter here."""
    project = make_article(tmp_path / "article")
    project.output.mkdir()
    for name, text in OUTPUTS.items():
        (project.output / name).write_text(text, encoding="utf-8")
    return project, [project.output / name for name in OUTPUTS]


def read_back(project: Project, outputs: list[Path], folder: Path) -> ROCrate:
    with zipfile.ZipFile(archive(project, outputs, EPOCH)) as bundle:
        assert bundle.testzip() is None
        bundle.extractall(folder)
    return ROCrate(folder)


def test_every_source_and_output_is_in_the_crate_as_it_was(made: tuple[Project, list[Path]], tmp_path: Path) -> None:
    project, outputs = made
    sources = source_files(project)
    crate = read_back(project, outputs, tmp_path / "back")
    files = {entity.id: entity for entity in crate.data_entities if entity.type == "File"}
    assert set(files) == {*sources, *(f"_manuscript/{name}" for name in OUTPUTS)}
    assert {"data/outcomes.csv", "references.bib", "index.qmd"} <= set(files)
    for name, entity in files.items():
        content = (tmp_path / "back" / name).read_bytes()
        # the ledger without the addresses at which it was read
        assert content == outgoing(project, name)
        assert entity["sha256"] == hashlib.sha256(content).hexdigest()
        assert entity["contentSize"] == str(len(content))
    assert files["data/outcomes.csv"]["encodingFormat"] == "text/csv"
    # nothing in the folder that the metadata do not name
    present = {
        path.relative_to(tmp_path / "back").as_posix() for path in (tmp_path / "back").rglob("*") if path.is_file()
    }
    assert present == {*files, "ro-crate-metadata.json"}


def test_the_crate_says_who_when_and_with_what(made: tuple[Project, list[Path]], tmp_path: Path) -> None:
    project, outputs = made
    crate = read_back(project, outputs, tmp_path / "back")
    about = read_about(project, lambda _: "")
    assert crate.name == about.title
    authors = crate.root_dataset.get("author")
    assert [(item["givenName"], item["familyName"]) for item in authors or []] == about.authors
    assert crate.datePublished.isoformat() == "2023-11-14T22:13:20+00:00"
    action = crate.dereference("#render")
    assert {item.id for item in action["result"]} == {f"_manuscript/{name}" for name in OUTPUTS}
    assert {item.id for item in action["object"]} == set(source_files(project))
    versions = {item["name"]: item["softwareVersion"] for item in action["instrument"]}
    assert versions == software()
    assert versions["manuscript"] == __version__ and {"Python", "pandoc", "typst", "lxml"} <= set(versions)
    assert "at an unknown commit" in action["description"]
    assert "{{<" not in crate.description


def test_the_metadata_name_nothing_that_they_do_not_describe(made: tuple[Project, list[Path]], tmp_path: Path) -> None:
    project, outputs = made
    read_back(project, outputs, tmp_path / "back")
    metadata = json.loads((tmp_path / "back/ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert metadata["@context"] == "https://w3id.org/ro/crate/1.3/context"
    described = {entity["@id"] for entity in metadata["@graph"]}
    assert len(described) == len(metadata["@graph"])

    def named(value: object) -> set[str]:
        if isinstance(value, list):
            return {name for item in value for name in named(item)}
        return {value["@id"]} if isinstance(value, dict) else set()

    pointed = {name for entity in metadata["@graph"] for value in entity.values() for name in named(value)}
    assert {name for name in pointed if not name.startswith("https://w3id.org/ro/crate")} <= described


def test_the_same_content_gives_the_same_bytes(made: tuple[Project, list[Path]]) -> None:
    project, outputs = made
    first = archive(project, outputs, EPOCH).read_bytes()
    assert archive(project, outputs, EPOCH).read_bytes() == first
    (project.output / "index.pdf").unlink()
    with pytest.raises(RenderError, match="the output is not there"):
        archive(project, outputs, EPOCH)
    # the last good archive stays
    assert project.crate.read_bytes() == first


def test_citation_and_zenodo_agree_with_the_front_matter() -> None:
    about = read_about(Project(ROOT), lambda _: "")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    zenodo = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    assert [(item["given-names"], item["family-names"]) for item in citation["authors"]] == about.authors
    assert citation["preferred-citation"]["authors"] == citation["authors"]
    assert [item["name"] for item in zenodo["creators"]] == [f"{family}, {given}" for given, family in about.authors]
    assert zenodo["title"] == citation["title"] == f"{about.title} (reproducible edition)"
    assert citation["preferred-citation"]["title"] == about.title
    assert zenodo["keywords"] == about.keywords
    assert zenodo["upload_type"] == citation["type"]
    assert zenodo["license"].upper() in citation["license"]
    assert zenodo["license"] == about.licence.lower().replace(" ", "-")
    assert zenodo["related_identifiers"][0]["identifier"] == citation["preferred-citation"]["doi"]
    # no identifier or affiliation of a person is known to this repository
    assert all(set(item) == {"name"} for item in zenodo["creators"])
