"""``manuscript preview``: the page on this machine, shown anew as the sources change."""
