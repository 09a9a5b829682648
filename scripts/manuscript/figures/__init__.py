"""Figures drawn from the ledger, one small module each."""
