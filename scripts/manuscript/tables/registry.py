"""The tables of the article: name and module. A new table is one module and one line here."""

TABLES = {
    "agents": "manuscript.tables.agents",
    "adc-properties": "manuscript.tables.adc_properties",
    "metastatic": "manuscript.tables.metastatic",
    "early": "manuscript.tables.early",
    "tkis": "manuscript.tables.tkis",
    "brain": "manuscript.tables.brain",
    "safety": "manuscript.tables.safety",
    "ongoing": "manuscript.tables.ongoing",
    "evidence": "manuscript.tables.evidence",
    "sources": "manuscript.tables.sources",
}
