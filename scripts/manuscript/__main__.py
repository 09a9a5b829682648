"""``python -m manuscript``: the same as the command ``manuscript``."""

from manuscript.cli import main

if __name__ == "__main__":
    main()
