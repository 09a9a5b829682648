"""One module per output; each has ``write(document, target)``."""
