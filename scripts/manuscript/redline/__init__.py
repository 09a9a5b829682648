"""What changed between two revisions: a Word file with tracked changes, an HTML view and an evidence changelog."""
