"""What counts as a clinical number, and what is a name."""

from __future__ import annotations

import pytest

from manuscript.check.numbers import unbound
from manuscript.source.syntax import masked

NAMES = [
    "HER2-positive disease, HER3 and HER2-low disease",
    "DESTINY-Breast03 and DESTINY-Breast12, HER2CLIMB-02, TH3RESA, TUXEDO-1 and KATE2",
    "T-DM1 after CDK4/6 inhibitors, with PI3K, PD-L1, p95HER2, κB, ERBB2 and IL-6",
    "scored 3+ or 2+ by immunohistochemistry, IHC 3+, IHC 0, a score of 1+",
    "human epidermal growth factor receptor 2 and phosphatidylinositol 3-kinase",
    "a randomised phase 3 trial, phases 1 and 2, phase 1b/2, phase Ib/II, phase 2/3",
    "adverse events of grade 3 or higher, grades 3–4, grade 5",
    "in Section 2, Table 4, Figure 3 and part 2 of the supplement",
    "In 2013 and 1998, between 2015 and 2024, in 2019–2021, the 2023 update",
    "on 24 November 2026, in November 2025 and on 2026-11-24",
    "registered as NCT03529110, UMIN000044995 and 2019-000000-00 in the EudraCT",
    "the 1st and the 22nd amendment, exon 20, codon 310, chromosome 17, 17q12",
    "with 95% confidence intervals and a 95% CI, RECIST 1.1 and CTCAE 5.0",
    "see <https://doi.org/10.31435/ijitss.4(48).2025.4262> and 10.1056/NEJMoa2115022",
    "`code 12` and {{< var a.b-2022.hr >}} and [text](figures/a-12.svg) and $x = 12$",
    "cited by [@cortes2022trastuzumab, p. 12] and @modi2020trastuzumab",
    "two more lines of therapy, three trials, one cell line",
    "SHR-A1811, ARX788 and RC48, day 1 of each cycle",
    "exatecan derivative (DXd), DM1 and MMAE, COVID-19",
    "day 1 of a 21-day cycle, 5-HT3 antagonists and 5-fluorouracil",
    "half of the evidence, ten points to remember",
    "definitions differ.[^12]",
]
NUMBERS = {
    "a hazard ratio of 0.33": ["0.33"],
    "median 28.8 months": ["28.8 months"],
    "in 15–20% of patients": ["15", "20%"],
    "0.33 (95% CI 0.26–0.43)": ["0.33", "0.26", "0.43"],
    "with p < 0.001": ["0.001"],
    "524 patients": ["524 patients"],
    "2000 patients were treated": ["2000 patients"],
    "5.4 mg/kg every 3 weeks": ["5.4 mg/kg", "3 weeks"],
    "randomised 2:1": ["2", "1"],
    "a 12-month rate": ["12-month"],
    "a 2.5-fold risk": ["2.5-fold"],
    "a mean of 8 molecules": ["8 molecules"],
    "it lasted for twelve months": ["twelve months"],
    "forty-one per cent of them": ["forty-one per cent"],
    "in five patients": ["five patients"],
    "approved on 25 September 1998": ["25 September", "1998"],
    "HER2 in 12%": ["12%"],
    "12 345 tumours": ["12", "345 tumours"],
    "half of the lesions shrank": ["half of the lesions"],
    "every second patient responded": ["every second patient"],
    "enrolment of about two hundred": ["about two hundred"],
    "it fell by ten points": ["by ten points"],
    "approval followed in May of 2022": ["2022"],
}


@pytest.mark.parametrize("text", NAMES)
def test_names_are_understood(text: str) -> None:
    assert list(unbound(masked(text))) == []


@pytest.mark.parametrize("text", NUMBERS)
def test_clinical_numbers_are_found(text: str) -> None:
    found = [shown.lstrip("–-= <") for _, shown in unbound(masked(text))]
    assert found == NUMBERS[text]
