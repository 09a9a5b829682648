"""Drawing figures from the ledger; the modules that draw one each are those of the article (``wing.py``)."""
