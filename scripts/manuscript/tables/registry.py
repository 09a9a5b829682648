"""The tables of the article: name and module. A new table is one module and one line here."""

TABLES = {
    "agents": "manuscript.tables.agents",
    "adc-trials": "manuscript.tables.adc_trials",
    "evidence": "manuscript.tables.evidence",
}
