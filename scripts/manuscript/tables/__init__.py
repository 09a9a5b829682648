"""Markdown tables made from the ledger, one small module each."""
