"""The embedded engine: Quarto's dialect on pandoc and Typst alone.

``source`` (shortcodes) → ``document`` (one parse, the dialect, one citeproc run) → ``formats`` (writers side by side).
"""
