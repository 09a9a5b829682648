"""Quarto, the first-class engine: run it, give its tree the shape our writers know, finish what it wrote."""
