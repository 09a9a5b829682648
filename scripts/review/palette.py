"""The colours and marks of the classes of agents, in figures and their legends."""

from __future__ import annotations

from collections.abc import Iterable

from manuscript.figures import style

# dark to light in this order too, so that grey print keeps them apart (after Okabe and Ito)
CLASS_COLOURS = {
    "antibody": "#14507d",
    "bispecific antibody": "#7a4f9a",
    "antibody–drug conjugate": "#c2571a",
    "tyrosine kinase inhibitor": "#3f9c7a",
}
# the same classes as text: at least 4.5 to 1 on white and on the tints that figures use
CLASS_INKS = {**CLASS_COLOURS, "antibody–drug conjugate": "#a84812", "tyrosine kinase inhibitor": "#24694f"}
CLASS_MARKERS = {
    "antibody": "o",
    "bispecific antibody": "D",
    "antibody–drug conjugate": "s",
    "tyrosine kinase inhibitor": "^",
}


def keys(names: Iterable[str]) -> list[style.Key]:
    """What the marks of the classes ``names`` mean."""
    return [style.Key(name, CLASS_COLOURS[name], CLASS_MARKERS[name], CLASS_INKS[name]) for name in names]


# arms, where all marks have the colour of one class
EXPERIMENTAL = style.Key("filled: experimental arm", style.SOFT, "s")
CONTROL = style.Key("open: control arm", style.SOFT, "s", face="white")
