"""What ``_quarto.yml`` asks of the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from manuscript.errors import ConfigError, SetupError
from manuscript.paths import Project
from manuscript.source.files import inside, read_yaml

# our names of the outputs, and Quarto's names of the formats
OUTPUT_NAME = {
    "html": "index.html",
    "pdf": "index.pdf",
    "docx": "index.docx",
    "jats": "index.xml",
    "meca": "index-meca.zip",
    "tex": "index.tex",
}
QUARTO_NAME = {"html": "html", "pdf": "typst", "docx": "docx", "jats": "jats", "tex": "latex"}
_IMAGE_EXTENSION = {"html": "svg", "typst": "svg", "docx": "png", "jats": "png", "latex": "png"}


@dataclass(frozen=True)
class Settings:
    """The part of ``_quarto.yml`` that the engine reads; ``raw`` is all of it."""

    lang: str
    csl: Path | None
    bibliography: Path | None
    number_sections: bool
    link_citations: bool
    formats: dict[str, dict[str, Any]]
    raw: dict[str, Any] = field(repr=False)
    # files of the project, as paths from its folder, that go with the outputs
    resources: tuple[str, ...] = ()

    @property
    def defaults(self) -> dict[str, Any]:
        """What the shortcode ``meta`` may name besides the front matter: all but the formats and the project."""
        return {key: value for key, value in self.raw.items() if key not in ("format", "project")}

    def option(self, format_name: str, name: str, default: Any = None) -> Any:
        """An option of one format (Quarto's name), else of the whole project."""
        options = self.formats.get(format_name) or {}
        return options.get(name, self.raw.get(name, default))

    def image_extension(self, format_name: str) -> str:
        """What an image's path without an extension gets in one format (Quarto's name)."""
        return str(self.option(format_name, "default-image-extension", _IMAGE_EXTENSION[format_name]))


def load_settings(project: Project, csl_instead: Path | None = None) -> Settings:
    """Read ``_quarto.yml``; ``csl_instead`` takes the place of the citation style that it names.

    Raises ``ConfigError`` for a file that is not YAML or names files that are not there, ``SetupError`` when the
    citation style has not been made yet.
    """
    shown = project.relative(project.config)
    raw = read_yaml(project.config, shown)
    formats = raw.get("format") or {}
    if not isinstance(formats, dict):
        formats = {str(formats): {}}
    bibliography = _file(project, raw.get("bibliography"))
    if bibliography and not bibliography.is_file():
        raise ConfigError(
            f"the bibliography {project.relative(bibliography)} is not there",
            file=shown,
            mend="restore it or correct bibliography:",
        )
    csl = csl_instead or _file(project, raw.get("csl"))
    if csl and not csl.is_file():
        raise SetupError(
            f"the citation style {project.relative(csl)} is not there",
            file=shown,
            mend="type: manuscript prepare (it makes it)",
        )
    return Settings(
        lang=str(raw.get("lang") or "en"),
        csl=csl,
        bibliography=bibliography,
        number_sections=bool(raw.get("number-sections", False)),
        link_citations=bool(raw.get("link-citations", True)),
        formats={str(name): options if isinstance(options, dict) else {} for name, options in formats.items()},
        raw=raw,
        resources=resources(project, raw),
    )


def resources(project: Project, raw: dict[str, Any]) -> tuple[str, ...]:
    """The files that ``project: resources:`` lists, as paths from the project's folder.

    Raises ``ConfigError`` for one outside the project, ``SetupError`` for one that is not there.
    """
    settings = raw.get("project")
    listed = (settings.get("resources") if isinstance(settings, dict) else None) or []
    found = []
    for item in [listed] if isinstance(listed, str) else listed:
        path = _file(project, item)
        if path is None or not path.is_file():
            raise SetupError(
                f"the resource {item} is not there",
                file=project.relative(project.config),
                mend="type: manuscript prepare (it makes the supplement), or correct resources:",
            )
        found.append(project.relative(path))
    return tuple(found)


def _file(project: Project, value: Any) -> Path | None:
    """The file that a setting names.

    Raises ``ConfigError`` for one outside the project.
    """
    if not value:
        return None
    path = project.root / str(value)
    if not inside(project, path):
        raise ConfigError(
            f"{value} lies outside the project",
            file=project.relative(project.config),
            mend="copy the file into the article's folder",
        )
    return path
