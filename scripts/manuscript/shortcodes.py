"""What Quarto's shortcodes look like to those who only look for them; ``engine/source.py`` resolves them all."""

from __future__ import annotations

import re

# an include stands alone on its line; its path is read from the article's folder
INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(?P<path>\S+)\s*>\}\}\s*$")
# the name may stand in quotation marks
VARIABLE = re.compile(r"\{\{<\s*var\s+(?P<name>\S+)\s*>\}\}")
