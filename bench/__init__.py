"""How fast the engines are: synthetic articles, measurements, a table and a plot. Run with ``make bench``."""
