"""The figures of this article: one module each, drawn when the article includes ``figures/NAME.md``."""
