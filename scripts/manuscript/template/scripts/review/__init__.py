"""What this article adds to the engine: its figures, its tables, and what they share."""
