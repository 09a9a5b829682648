"""Making Markdown tables from the ledger: those that every review has; the others are modules of the article (``wing.py``)."""
