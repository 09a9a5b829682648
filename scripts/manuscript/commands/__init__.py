"""One module per group of commands; a new group is one file here and one line in ``cli``."""
