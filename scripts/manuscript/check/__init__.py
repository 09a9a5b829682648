"""``manuscript check``: nothing false, broken or stale gets through. One module per family of rules."""
