"""The one reader of the sources: files, includes in order, what each line is, shortcodes, citations, and their places."""
