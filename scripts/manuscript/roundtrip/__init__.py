"""A Word file that was sent out, brought home: its edits as patches of the sources, its comments as notes."""
