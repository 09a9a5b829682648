"""Quarto's pre-render hook: `manuscript prepare`."""

import sys

from hand_over import ROOT, hand_over

if __name__ == "__main__":
    sys.exit(hand_over("manuscript", "--project", str(ROOT), "prepare"))
