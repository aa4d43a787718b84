"""Parts of a DOCX that python-docx has no words for."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

LINE_PITCH, CHARACTER_SPACE = 579, -5
"""Twentieths of a point: for 22 lines in 225 mm; by which 三号 is set closer for 28 characters in 156 mm."""
_THICK, _THIN = 8, 6
"""Eighths of a point: 0.35 mm and 0.25 mm."""


def element(name: str, **attributes: object) -> Any:
    """`w:name` with its attributes in the same namespace."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def grid(section: Any) -> None:
    """22 lines. A grid of characters is read otherwise by other programs (two cells for a character): `characters` sets
    them closer instead."""
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(element("docGrid", type="lines", linePitch=LINE_PITCH))


def characters(style: Any) -> None:
    """28 of them in a line; no space between Chinese and figures."""
    after = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:lang")
    style.get_or_add_rPr().insert_element_before(element("spacing", val=CHARACTER_SPACE), *after)
    properties = style.get_or_add_pPr()
    for name in ("autoSpaceDE", "autoSpaceDN"):
        properties.insert_element_before(element(name, val=0), "w:spacing", "w:ind", "w:jc", "w:rPr")


def border_of(line: Any, color: str, eighths: int) -> None:
    """A rule 4 mm below a paragraph."""
    borders = element("pBdr")
    borders.append(element("bottom", val="single", sz=eighths, space=11, color=color))
    line._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def floating(table: Any) -> None:
    """At the foot of the page's text, between two thick rules with thin ones within."""
    properties = table._tbl.tblPr
    borders = element("tblBorders")
    for side, size in (("top", _THICK), ("bottom", _THICK), ("insideH", _THIN)):
        borders.append(element(side, val="single", sz=size, space=0, color="000000"))
    position = element(
        "tblpPr", leftFromText=0, rightFromText=0, vertAnchor="margin", horzAnchor="margin",
        tblpXSpec="center", tblpYSpec="bottom",
    )  # fmt: skip
    after = (
        "w:tblOverlap",
        "w:bidiVisual",
        "w:tblStyleRowBandSize",
        "w:tblStyleColBandSize",
        "w:tblW",
        "w:jc",
    )
    rest = (
        "w:tblCellSpacing",
        "w:tblInd",
        "w:tblBorders",
        "w:shd",
        "w:tblLayout",
        "w:tblCellMar",
        "w:tblLook",
    )
    properties.insert_element_before(position, *after, *rest)
    properties.insert_element_before(borders, *rest[3:])


def page_number(line: Any) -> list[Any]:
    """— 1 — as a field."""
    runs = [line.add_run("— "), line.add_run(), line.add_run(), line.add_run(), line.add_run(" —")]
    runs[1]._r.append(element("fldChar", fldCharType="begin"))
    code = element("instrText")
    code.text = "PAGE"
    runs[2]._r.append(code)
    runs[3]._r.append(element("fldChar", fldCharType="end"))
    return runs
