"""The supplement: every row of evidence, as a PDF, as a workbook, as CSV and as a section of the page; made from the ledger.

``content`` says what there is, once; ``typeset``, ``sheets`` and ``evidence_tables`` set it. Nothing here goes through
pandoc or Quarto but the list of sources, which the citation style writes.
"""
