"""What the web page gains, in both engines: source cards, data of figures, a searchable ledger, metadata, "cite this"."""
