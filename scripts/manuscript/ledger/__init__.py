"""The evidence ledger: one row per published estimate, with its source."""
