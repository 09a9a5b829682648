"""What a journal asks for, made from the article: profiles, limits, files, report."""
