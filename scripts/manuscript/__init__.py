"""From chapters, an evidence ledger and a bibliography to a reproducible clinical review."""

__version__ = "0.1.0"
