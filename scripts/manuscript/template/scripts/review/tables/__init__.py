"""The tables of this article: one module each, made when the article includes ``tables/NAME.md``."""
