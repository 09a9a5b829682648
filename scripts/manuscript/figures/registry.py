"""The figures of the article: name and module. A new figure is one module and one line here."""

FIGURES = {
    "signalling": "manuscript.figures.signalling",
    "approvals": "manuscript.figures.approvals",
    "adc-comparison": "manuscript.figures.adc_comparison",
    "forest-pfs": "manuscript.figures.forest_pfs",
    "forest-os": "manuscript.figures.forest_os",
    "medians": "manuscript.figures.medians",
    "intracranial": "manuscript.figures.intracranial",
    "ild": "manuscript.figures.ild",
    "toxicity": "manuscript.figures.toxicity",
    "resistance": "manuscript.figures.resistance",
    "pipeline": "manuscript.figures.pipeline",
    "sequence": "manuscript.figures.sequence",
}
