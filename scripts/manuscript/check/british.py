"""American forms and the British ones that the article is written in (-ise, -our, -re, ae and oe)."""

from __future__ import annotations

import re

# -ize words that are no verbs in -ise
_SIZES = r"(?:\w*sizes?|\w*sized|\w*sizing|\w*prizes?|prized|seize\w*|seizing|capsiz\w+|maize|baize|assizes?|citizen\w*|bizarre|horizon\w*)"
_RULES = (
    (rf"(?!{_SIZES}$)(\w{{3,}})iz(e|es|ed|er|ers|ing|ation|ations|ational|able)", r"\1is\2"),
    (r"(anal|paral|catal|hydrol|dial|electrol|l)yz(e|es|ed|er|ers|ing)", r"\1ys\2"),
    (r"(tum|col|fav|behavi|lab|hon|hum|neighb|rum|vap|flav|harb|vig|endeav|sav|clam|glam|arm|parl)or(|s|ed|ing|al|able|ably|less|ful|hood|ite|ites)", r"\1our\2"),
    (r"(cent|fib|lit|theat|lust|meag|millimet|centimet|kilomet|microlit|millilit)er(|s|ed)", r"\1re\2"),
    (r"(defen|offen|preten)se(|s|less)", r"\1ce\2"),
    (r"(an|leuk|isch|hypox|bacter|septic|ur|glyc|hyperglyc|hypoglyc|hyperkal|hypokal|natr|hyponatr|hypernatr|calc|hypocalc|hypercalc|lipid|hyperlipid|vir|tox|hypophosphat|hypomagnes|hyperbilirubin|hypoalbumin|azot)emi(a|as|c)", r"\1aemi\2"),
    (r"hem(o|a)(\w*)", r"haem\1\2"),
    (r"edema(|s|tous)", r"oedema\1"),
    (r"estr(o\w+|adiol\w*)", r"oestr\1"),
    (r"gastroesophag(\w+)", r"gastro-oesophag\1"),
    (r"esophag(\w+)", r"oesophag\1"),
    (r"diarrhea(|l|s)", r"diarrhoea\1"),
    (r"(\w*)pn(ea)(|s|ic)", r"\1pnoea\3"),
    (r"pediatr(\w+)", r"paediatr\1"), (r"orthopedi(\w+)", r"orthopaedi\1"), (r"gynecolog(\w+)", r"gynaecolog\1"),
    (r"cesarean(|s)", r"caesarean\1"), (r"(|an)esthe(\w+)", r"\1aesthe\2"), (r"etiolog(\w+)", r"aetiolog\1"),
    (r"celiac", "coeliac"), (r"cecum", "caecum"), (r"feces", "faeces"), (r"fecal", "faecal"), (r"maneuver(|s|ed)", r"manoeuvre\1"),
    (r"(\w*erythrodys)esthesia", r"\1aesthesia"), (r"(|par|dys|hyper)esthesia(|s)", r"\1aesthesia\2"),
    (r"(travel|model|label|signal|cancel|counsel|fuel|level|channel|marvel|total|dial|quarrel|tunnel)(ed|ing|er|ers)", r"\1l\2"),
    (r"(ana|homo|cata|dia|mono|pro|epi)log(|s|ed|ing)", r"\1logue\2"),
    (r"gray(|s|ish)", r"grey\1"), (r"aluminum", "aluminium"), (r"aging", "ageing"), (r"artifact(|s|ual)", r"artefact\1"),
    (r"skeptic(|s|al|ally|ism)", r"sceptic\1"), (r"mold(|s|ed|ing)", r"mould\1"), (r"toward", "towards"),
    (r"percent", "per cent"), (r"program", "programme"), (r"programs", "programmes"),
    (r"fulfill(|s|ment)", r"fulfil\1"), (r"enroll(|s|ment|ments)", r"enrol\1"), (r"install?ment(|s)", r"instalment\1"),
    (r"skillful(|ly)", r"skilful\1"), (r"jewelry", "jewellery"), (r"acknowledgment(|s)", r"acknowledgement\1"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), new) for pattern, new in _RULES)


def british(word: str) -> str:
    """The British form of an American word, in its case; the word itself when it has none."""
    lower = word.lower()
    for pattern, new in _PATTERNS:
        match = pattern.fullmatch(lower)
        if match:
            changed = match.expand(new)
            if changed == lower:
                continue
            return changed[:1].upper() + changed[1:] if word[:1].isupper() else changed
    return word


_BACK = (
    (r"(\w{3,})is(e|es|ed|er|ers|ing|ation|ations|ational|able)", r"\1iz\2"),
    (r"(\w*l)ys(e|es|ed|er|ers|ing)", r"\1yz\2"),
    (r"(\w+)our(|s|ed|ing|al|able|ably|less|ful|hood|ite|ites)", r"\1or\2"),
    (r"(\w+)tre(|s|d)", r"\1ter\2"), (r"fibre(|s)", r"fiber\1"), (r"(\w+)ence(|s|less)", r"\1ense\2"),
    (r"(\w*)ae(\w+)", r"\1e\2"), (r"(\w*)oe(\w+)", r"\1e\2"), (r"(\w+)ll(ed|ing|er|ers)", r"\1l\2"),
    (r"(\w+)logue(|s)", r"\1log\2"), (r"grey(|s|ish)", r"gray\1"), (r"(\w*)artefact(|s)", r"\1artifact\2"), (r"ageing", "aging"),
    (r"sceptic(\w*)", r"skeptic\1"), (r"programme(|s)", r"program\1"), (r"(en|ful)rol(|s|ment)", r"\1roll\2"), (r"fulfil(|s|ment)", r"fulfill\1"),
    (r"licence(|s)", r"license\1"), (r"practise(|s|d)", r"practice\1"), (r"aluminium", "aluminum"), (r"manoeuvr(e|es|ed|ing)", r"maneuver\1"),
    (r"judgement(|s)", r"judgment\1"), (r"mould(\w*)", r"mold\1"), (r"acknowledgement(|s)", r"acknowledgment\1"),
)  # fmt: skip
_BACK_PATTERNS = tuple((re.compile(pattern), new) for pattern, new in _BACK)


def american_twins(word: str) -> list[str]:
    """American forms of which ``word`` may be the British one: the speller's dictionary has only those."""
    return [match.expand(new) for pattern, new in _BACK_PATTERNS if (match := pattern.fullmatch(word))]
