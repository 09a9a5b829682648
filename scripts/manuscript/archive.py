"""``manuscript archive``: an RO-Crate of sources, ledger and outputs, with software versions and provenance, as one zip."""

from __future__ import annotations

import hashlib
import io
import platform
import re
import tempfile
import zipfile
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from manuscript import __version__, stamped
from manuscript.atomic import replacing
from manuscript.clock import source_commit
from manuscript.engine.formats.meca import MEDIA_TYPES
from manuscript.errors import RenderError
from manuscript.git import git, source_files
from manuscript.ledger.outgoing import outgoing
from manuscript.page.about import About, licence_url, read_about
from manuscript.paths import Project

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate


def archive(project: Project, outputs: list[Path], epoch: int) -> Path:
    """Write ``build/ro-crate.zip`` with every source and ``outputs``; the same content gives the same bytes.

    Raises ``RenderError`` when an output is not there.
    """
    for path in outputs:
        if not path.is_file():
            raise RenderError("the output is not there", file=project.relative(path), mend="type: manuscript render")
    crate = _describe(project, outputs, epoch)
    with tempfile.TemporaryDirectory() as name, replacing(project.crate) as target:
        folder = Path(name) / "crate"
        crate.write(folder)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    stamped.add(bundle, path.relative_to(folder).as_posix(), path.read_bytes(), epoch)
    return project.crate


def software() -> dict[str, str]:
    """Name and version of the program, of the packages it needs, of pandoc and of Python."""
    found = {"manuscript": __version__, "Python": platform.python_version()}
    for requirement in requires("manuscript") or []:
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        try:
            if "extra ==" not in requirement:
                found[name] = version(name)
        except PackageNotFoundError:
            # the environment is older than pyproject.toml; what is not installed made nothing
            continue
    import pypandoc

    return {**found, "pandoc": str(pypandoc.get_pandoc_version())}


def _describe(project: Project, outputs: list[Path], epoch: int) -> ROCrate:
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    from manuscript.ledger.tables import load_ledger
    from manuscript.ledger.variables import texts

    about = read_about(project, texts(load_ledger(project)))
    when = datetime.fromtimestamp(epoch, UTC).isoformat()
    crate = ROCrate()
    crate.name = about.title
    crate.description = about.abstract or about.title
    crate.keywords = about.keywords
    crate.datePublished = when
    crate.root_dataset["inLanguage"] = about.lang

    def add(identifier: str, **properties: Any) -> Any:
        return crate.add(ContextEntity(crate, identifier, properties=properties))

    _say_who(crate, about, add)
    sources = [_file(crate, name, outgoing(project, name)) for name in source_files(project)]
    made = [_file(crate, project.relative(path), path.read_bytes()) for path in outputs]
    tools = [
        add(f"#software-{name.lower()}", **{"@type": "SoftwareApplication", "name": name, "softwareVersion": number})
        for name, number in software().items()
    ]
    action = add("#render", **{"@type": "CreateAction", "name": "Rendering of the article", "endTime": when})
    action["instrument"], action["object"], action["result"] = tools, sources, made
    action["description"] = f"manuscript prepare and manuscript render at {_revision(project)}"
    crate.root_dataset["mentions"] = [action]
    crate.root_dataset["mainEntity"] = made[0]
    return crate


def _say_who(crate: ROCrate, about: About, add: Any) -> None:
    """Authors, licence and the published article, as the front matter and CITATION.cff have them."""
    crate.root_dataset["author"] = [
        add(
            f"#author-{number}",
            **{"@type": "Person", "name": f"{given} {family}".strip(), "givenName": given, "familyName": family},
        )
        for number, (given, family) in enumerate(about.authors, start=1)
    ]
    if address := licence_url(about.licence):
        crate.license = add(address, **{"@type": "CreativeWork", "name": about.licence})
    if about.published and about.published.url:
        crate.root_dataset["isBasedOn"] = add(
            about.published.url,
            **{
                "@type": "ScholarlyArticle",
                "name": about.published.title,
                "datePublished": about.published.date,
                "isPartOf": about.published.journal,
            },
        )


def _file(crate: ROCrate, name: str, content: bytes) -> Any:
    properties = {"name": name, "contentSize": str(len(content)), "sha256": hashlib.sha256(content).hexdigest()}
    if media_type := MEDIA_TYPES.get(Path(name).suffix):
        properties["encodingFormat"] = media_type
    return crate.add_file(io.BytesIO(content), name, properties=properties)


def _revision(project: Project) -> str:
    """The commit, with a word when files differ from it."""
    commit = source_commit(project)
    if not commit:
        return "an unknown commit"
    changed = git(project.root, "status", "--porcelain").strip()
    return f"commit {commit}{' with later changes' if changed else ''}"
