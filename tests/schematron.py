"""The rules of JATS4R as one XSLT 2.0 program for the XSLT processor of npm (``xslt3``).

The package ships a compiled program too, but one that no processor accepts (it lacks the rules' own functions), so the
rules themselves are compiled here: a pattern becomes a mode, its rules templates, its tests messages. Two things are
mended on the way: ids are looked up by name, since the processor reads no DTD, and the name of the ALI namespace is the
one that the DTD of JATS 1.3 fixes (with a final slash).
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from lxml import etree

SCH = "http://purl.oclc.org/dsdl/schematron"
XSL = "http://www.w3.org/1999/XSL/Transform"
_PREFIXES = {
    "xsl": XSL,
    "xsd": "http://www.w3.org/2001/XMLSchema",
    "ali": "http://www.niso.org/schemas/ali/1.0/",
    "j4r": "http://jats4r.org/ns",
    "mml": "http://www.w3.org/1998/Math/MathML",
    "xlink": "http://www.w3.org/1999/xlink",
}


def findings(rules: Path, processor: Path, article: Path, work: Path) -> list[str]:
    """What the rules say of the article: ``errors: …`` and ``warnings: …``; nothing when it is clean."""
    program = work / "rules.xsl"
    program.write_bytes(etree.tostring(_compiled(rules), xml_declaration=True, encoding="UTF-8"))
    # the rules know the article without its document type: nothing to fetch
    bare = work / "article.xml"
    bare.write_bytes(etree.tostring(etree.parse(str(article)).getroot(), xml_declaration=True, encoding="UTF-8"))
    result = subprocess.run(
        ["node", str(processor), f"-xsl:{program}", f"-s:{bare}"], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise RuntimeError(result.stderr)
    report = etree.fromstring(result.stdout.encode())
    return [f"{item.get('phase')}: {' '.join((item.text or '').split())}" for item in report]


def _compiled(rules: Path) -> etree._Element:
    schema = _read(rules)
    program = etree.Element(f"{{{XSL}}}stylesheet", {"version": "2.0"}, nsmap=_PREFIXES)
    for function in schema.iter(f"{{{XSL}}}function"):
        program.append(function)
    # an index, or every cross-reference would read the whole article
    _add(program, "key", name="ids", match="*[@id]", use="@id")
    _add(program, "key", name="xrefs", match="xref[@rid]", use="@rid")
    start = _add(program, "template", match="/")
    report = etree.SubElement(start, "report")
    for include in schema.iter(f"{{{SCH}}}include"):
        pattern = _read(rules.parent / include.get("href"))
        mode = pattern.get("id")
        phase = mode.rsplit("-", 1)[1]
        _add(report, "apply-templates", select="/", mode=mode)
        _add(
            _add(program, "template", match="node()|@*", mode=mode, priority="-2"),
            "apply-templates",
            select="node()",
            mode=mode,
        )
        found = list(pattern.iter(f"{{{SCH}}}rule"))
        for number, rule in enumerate(found):
            template = _add(
                program,
                "template",
                match=_ids_by_name(rule.get("context")),
                mode=mode,
                priority=str(len(found) - number),
            )
            for let in rule.iter(f"{{{SCH}}}let"):
                _add(template, "variable", name=let.get("name"), select=let.get("value"))
            for test in rule.iter(f"{{{SCH}}}assert", f"{{{SCH}}}report"):
                wanted = _ids_by_name(test.get("test"))
                condition = f"not({wanted})" if test.tag.endswith("assert") else wanted
                message = etree.SubElement(_add(template, "if", test=condition), "finding", phase=phase)
                message.text = test.text
                for part in test:
                    _add(message, "value-of", select=part.get("select") or "name()").tail = part.tail
            _add(template, "apply-templates", select="node()", mode=mode)
    return program


def _ids_by_name(path: str) -> str:
    return path.replace("idref(@id)", "key('xrefs', current()/@id)").replace("id(@rid)", "key('ids', current()/@rid)")


def _read(path: Path) -> etree._Element:
    return etree.parse(str(path), etree.XMLParser(remove_comments=True)).getroot()


def _add(parent: etree._Element, element: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XSL}}}{element}", attributes)
