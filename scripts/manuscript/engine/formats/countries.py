"""ISO 3166-1 codes of countries by their English names, for metadata that asks for the code."""

from __future__ import annotations

_CODES = """
AE United Arab Emirates|AL Albania|AM Armenia|AR Argentina|AT Austria|AU Australia|AZ Azerbaijan|BA Bosnia and Herzegovina
BD Bangladesh|BE Belgium|BG Bulgaria|BH Bahrain|BO Bolivia|BR Brazil|BY Belarus|CA Canada|CH Switzerland|CL Chile|CM Cameroon
CN China|CO Colombia|CR Costa Rica|CU Cuba|CY Cyprus|CZ Czechia|CZ Czech Republic|DE Germany|DK Denmark|DO Dominican Republic
DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|ES Spain|ET Ethiopia|FI Finland|FR France|GB United Kingdom|GB UK|GB Great Britain
GE Georgia|GH Ghana|GR Greece|GT Guatemala|HK Hong Kong|HR Croatia|HU Hungary|ID Indonesia|IE Ireland|IL Israel|IN India
IQ Iraq|IR Iran|IS Iceland|IT Italy|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KR South Korea|KR Republic of Korea|KR Korea
KW Kuwait|KZ Kazakhstan|LB Lebanon|LK Sri Lanka|LT Lithuania|LU Luxembourg|LV Latvia|MA Morocco|MC Monaco|MD Moldova
ME Montenegro|MK North Macedonia|MO Macao|MT Malta|MX Mexico|MY Malaysia|NG Nigeria|NL Netherlands|NL The Netherlands
NO Norway|NP Nepal|NZ New Zealand|OM Oman|PA Panama|PE Peru|PH Philippines|PK Pakistan|PL Poland|PS Palestine|PT Portugal
PY Paraguay|QA Qatar|RO Romania|RS Serbia|RU Russia|RU Russian Federation|RW Rwanda|SA Saudi Arabia|SD Sudan|SE Sweden
SG Singapore|SI Slovenia|SK Slovakia|SN Senegal|SV El Salvador|SY Syria|TH Thailand|TN Tunisia|TR Türkiye|TR Turkey
TW Taiwan|TZ Tanzania|UA Ukraine|UG Uganda|US United States|US United States of America|US USA|UY Uruguay|UZ Uzbekistan
VE Venezuela|VN Vietnam|VN Viet Nam|YE Yemen|ZA South Africa|ZM Zambia|ZW Zimbabwe
"""
CODES = {
    name.casefold(): code
    for entry in _CODES.replace("\n", "|").split("|")
    if entry
    for code, _, name in [entry.partition(" ")]
}


def country_code(name: str) -> str:
    """``PL`` of ``Poland``; nothing for a name that is not in the list."""
    return CODES.get(name.strip().casefold(), "")
