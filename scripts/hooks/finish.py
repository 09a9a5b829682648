"""Quarto's post-render hook: what `manuscript` gives every Word file, JATS and page."""

import sys

from hand_over import ROOT, hand_over

if __name__ == "__main__":
    sys.exit(hand_over("manuscript.quarto.finish", str(ROOT)))
