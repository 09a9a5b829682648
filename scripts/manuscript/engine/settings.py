"""What ``_quarto.yml`` and the front matter ask of the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from manuscript.clock import source_epoch
from manuscript.engine.kinds import Kinds
from manuscript.engine.terms import Terms
from manuscript.errors import ConfigError, SetupError
from manuscript.formats import BY_QUARTO
from manuscript.paths import Project
from manuscript.source.files import (
    front_matter,
    inside,
    line_of_key,
    listed,
    merged,
    page_address,
    project_settings,
    read_text,
    read_yaml,
    settings_files,
)
from manuscript.supplement.write_supplement import NAMES as SUPPLEMENT


@dataclass(frozen=True)
class Settings:
    """The part of the settings that the engine reads; ``raw`` is all of them, the front matter's before the project's."""

    lang: str
    csl: Path | None
    bibliographies: tuple[Path, ...]
    number_sections: bool
    link_citations: bool
    formats: dict[str, dict[str, Any]]
    moment: datetime
    raw: dict[str, Any] = field(repr=False)
    # files of the project, as paths from its folder, that go with the outputs
    resources: tuple[str, ...] = ()
    # references are numbered as the running text cites them, and what tables, figures and boxes alone cite comes behind
    text_cited_first: bool = False

    @property
    def bibliography(self) -> Path | None:
        """The first bibliography, for those who need just one."""
        return self.bibliographies[0] if self.bibliographies else None

    @property
    def defaults(self) -> dict[str, Any]:
        """What the shortcode ``meta`` may name besides the front matter: all but the formats and the project."""
        return {key: value for key, value in self.raw.items() if key not in ("format", "project")}

    @cached_property
    def shown(self) -> dict[str, str]:
        """What the shortcode ``meta`` prints in place of what the front matter states: dates, and authors' names."""
        style = self.raw.get("date-format")
        dates = {
            name: resolved_date(self.raw[name], self.moment) for name in ("date", "date-modified") if self.raw.get(name)
        }
        result = {name: self.terms.date(stated, str(style)) if style else stated for name, stated in dates.items()}
        authors = listed(self.raw.get("author") or [])
        names = [item.get("name") if isinstance(item, dict) else item for item in authors]
        if names and all(isinstance(name, str) for name in names):
            result["author"] = ", ".join(str(name) for name in names)
        return result

    @cached_property
    def terms(self) -> Terms:
        """The words that the engine prints."""
        return Terms(self.lang, self.raw.get("language"))

    @cached_property
    def kinds(self) -> Kinds:
        """What can be numbered, and by which words."""
        return Kinds(self.terms, self.raw.get("crossref"))

    @property
    def page(self) -> str:
        """The address of the page for the other formats."""
        return page_address(self.raw)

    def option(self, format_name: str, name: str, default: Any = None) -> Any:
        """An option of one format (Quarto's name), else of the whole project."""
        options = self.formats.get(format_name) or {}
        return options.get(name, self.raw.get(name, default))

    def image_endings(self, format_name: str) -> tuple[str, ...]:
        """What an image's path without an ending may get in one format (Quarto's name): the one stated, else any."""
        stated = self.option(format_name, "default-image-extension")
        return (
            (str(stated).lstrip("."),)
            if stated
            else (BY_QUARTO[format_name].images[0], "svg", "png", "jpg", "jpeg", "pdf")
        )


def load_settings(project: Project, csl_instead: Path | None = None) -> Settings:
    """Read ``_quarto.yml`` and the front matter; ``csl_instead`` takes the place of the citation style that they name.

    Raises ``ConfigError`` for a file that is not YAML or names files that are not there and for a book, ``SetupError``
    when the citation style has not been made yet.
    """
    own, _ = front_matter(project)
    for path in reversed(settings_files(project, own)):
        own = merged(read_yaml(path, project.relative(path)), own)
    raw = merged(project_settings(project), own, joined=("bibliography",))
    if isinstance(raw.get("project"), dict) and raw["project"].get("type") == "book":
        # of its chapters, which Quarto takes from this list, nothing but index.qmd would be printed
        file, line = _place(project, "project")
        raise ConfigError(
            "a book is not rendered",
            file=file,
            line=line,
            mend="write `type: manuscript`, put title and author into the front matter of index.qmd, and there a line "
            "`{{< include chapter.qmd >}}` for each of the chapters",
        )
    formats = raw.get("format") or {}
    if not isinstance(formats, dict):
        formats = {str(name): {} for name in listed(formats)}
    bibliographies = [_file(project, "bibliography", name) for name in listed(raw.get("bibliography") or [])]
    for path in bibliographies:
        if not path.is_file():
            file, line = _place(project, "bibliography")
            raise ConfigError(
                f"the bibliography {project.relative(path)} is not there",
                file=file,
                line=line,
                mend="restore it or correct bibliography:",
            )
    csl = csl_instead or (_file(project, "csl", raw["csl"]) if raw.get("csl") else None)
    if csl and not csl.is_file():
        file, line = _place(project, "csl")
        made = csl.is_relative_to(project.build)
        raise SetupError(
            f"the citation style {project.relative(csl)} is not there",
            file=file,
            line=line,
            mend="type: manuscript prepare (it makes it)" if made else "restore it or correct csl:",
        )
    return Settings(
        lang=str(raw.get("lang") or "en"),
        csl=csl,
        bibliographies=tuple(dict.fromkeys(bibliographies)),
        number_sections=bool(raw.get("number-sections", False)),
        link_citations=bool(raw.get("link-citations", True)),
        formats={str(name): options if isinstance(options, dict) else {} for name, options in formats.items()},
        moment=datetime.fromtimestamp(source_epoch(project), UTC),
        raw=raw,
        resources=resources(project, raw),
    )


def resources(project: Project, raw: dict[str, Any]) -> tuple[str, ...]:
    """The files that ``project: resources:`` lists, as paths from the project's folder.

    Raises ``ConfigError`` for one outside the project, ``SetupError`` for one that is not there.
    """
    settings = raw.get("project")
    found = []
    for item in listed((settings.get("resources") if isinstance(settings, dict) else None) or []):
        path = _file(project, "project", item)
        if not path.is_file():
            made = path.name in SUPPLEMENT and any(project.data.glob("*.csv"))
            raise SetupError(
                f"the resource {item} is not there",
                file=project.relative(project.config),
                mend="type: manuscript prepare" if made else "take it out of resources:, or bring the file",
            )
        found.append(project.relative(path))
    return tuple(found)


def resolved_date(stated: Any, moment: datetime) -> str:
    """A date as ISO text; ``today``, ``now`` and ``last-modified`` are the moment that the outputs are stamped with."""
    text = str(stated or "")
    return moment.date().isoformat() if text in ("today", "now", "last-modified") else text


def _file(project: Project, key: str, value: Any) -> Path:
    """The file that a setting names.

    Raises ``ConfigError`` for one outside the project or on another host.
    """
    path = project.root / str(value)
    if "://" in str(value):
        file, line = _place(project, key)
        raise ConfigError(
            f"{value} lies on another host: rendering asks none",
            file=file,
            line=line,
            mend=f"store the file beside index.qmd, and write {key}: {str(value).rpartition('/')[2]}",
        )
    if not inside(project, path):
        file, line = _place(project, key)
        raise ConfigError(
            f"{value} lies outside the project", file=file, line=line, mend="copy the file into the article's folder"
        )
    return path


def _place(project: Project, key: str) -> tuple[str, int]:
    """File and line of a setting: the front matter's where it has the key, else those of the file that was read last."""
    own, lines = front_matter(project)
    if line := line_of_key(lines, key, 2, missing=0):
        return project.relative(project.article), line
    config = project.relative(project.config)
    files = settings_files(project, read_yaml(project.config, config))
    for path in (*settings_files(project, own), project.root / "_metadata.yml", *files, project.config):
        shown = project.relative(path)
        if path.is_file() and (line := line_of_key(read_text(path, shown).split("\n"), key, missing=0)):
            return shown, line
    return config, 1
