"""A chapter as a Word document for an office: A4, 宋体 and 黑体 set for East Asian text, tables with a repeated header row, page numbers, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from districting.outputs.report.parts import Chapter, Heading, Para, Part, Picture, Table, clean, shown
from districting.outputs.tables import CREATED

SONG, HEI, LATIN = "宋体", "黑体", "Times New Roman"
_BODY_PT: Final = 12.0
_TABLE_PT: Final = 9.0
_ZIP_DATE: Final = (2000, 1, 1, 0, 0, 0)


def write_docx(path: Path, chapters: Sequence[Chapter], title: str, page_words: tuple[str, str]) -> None:
    """Write ``chapters`` under ``title``. ``page_words``: what stands before and after the number in the footer."""
    import docx

    document = docx.Document()
    _styles(document)
    _properties(document, title)
    _page(document.sections[0], wide=False)
    _footer(document.sections[0], page_words)
    _paragraph(document, title, size=22.0, align="center", bold=True, font=HEI)
    wide = False
    for chapter in chapters:
        if len(chapters) > 1:
            document.add_heading(clean(chapter.title), 1)
        for part, turned in zip(chapter.parts, _turned(chapter.parts), strict=True):
            if turned != wide:
                _page(document.add_section(), wide=turned)
                wide = turned
            _add(document, part, wide)
    held = io.BytesIO()
    document.save(held)
    path.write_bytes(_same_bytes(held.getvalue()))


def _turned(parts: Sequence[Part]) -> list[bool]:
    """Whether each part stands on a page turned on its side: wide tables do, with the heading and paragraph before them."""
    turned = [isinstance(p, Table) and p.wide for p in parts]
    for i in range(len(parts) - 2, -1, -1):
        if turned[i + 1] and not isinstance(parts[i], Table | Picture):
            turned[i] = True
    return turned


def _add(document: Any, part: Part, wide: bool) -> None:
    from docx.shared import Cm

    if isinstance(part, Heading):
        document.add_heading(clean(part.text), part.level)
    elif isinstance(part, Para):
        _para(document, part)
    elif isinstance(part, Table):
        _table(document, part, wide)
    else:
        document.add_picture(io.BytesIO(part.png), width=Cm(24 if wide else 15.5))
        _paragraph(document, part.caption, size=10.5, align="center")


def _para(document: Any, part: Para) -> None:
    from docx.shared import Cm, Pt, RGBColor

    align = {"centre": "center", "right": "right"}.get(part.look, "")
    made = _paragraph(document, part.text, size=10.5 if part.look == "note" else _BODY_PT, align=align, bold=part.look == "mark")
    if part.look in ("body", "item"):
        made.paragraph_format.first_line_indent = Pt(2 * _BODY_PT)
        made.paragraph_format.line_spacing = 1.5
    if part.look == "right":
        made.paragraph_format.right_indent = Cm(1)
    if part.look == "mark":
        made.runs[0].font.color.rgb = RGBColor(0xC0, 0, 0)


def _table(document: Any, part: Table, wide: bool) -> None:
    from docx.shared import Cm

    if part.note:
        _paragraph(document, part.note, size=10.5)
    made = document.add_table(rows=1, cols=len(part.columns))
    made.style = "Table Grid"
    made.autofit = False
    weights = part.weights or tuple(1.0 for _ in part.columns)
    widths = [Cm((25.7 if wide else 16.0) * w / sum(weights)) for w in weights]
    for at, (head, width) in enumerate(zip(part.columns, widths, strict=True)):
        _cell(made.rows[0].cells[at], head, width, bold=True)
    _repeat(made.rows[0])
    for row in part.rows:
        cells = made.add_row().cells  # asked for once: python-docx walks the whole row each time
        for at, width in enumerate(widths):
            _cell(cells[at], shown(row[at]), width, right=not isinstance(row[at], str))
    document.add_paragraph()


def _cell(cell: Any, words: str, width: Any, *, bold: bool = False, right: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    cell.width = width
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if bold else WD_ALIGN_PARAGRAPH.RIGHT if right else None
    run = paragraph.add_run(clean(words))
    run.font.size = Pt(_TABLE_PT)
    run.bold = bold


def _paragraph(document: Any, words: str, *, size: float, align: str = "", bold: bool = False, font: str = "") -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    made = document.add_paragraph()
    run = made.add_run(clean(words))
    run.font.size, run.bold = Pt(size), bold
    if font:
        _east_asian(run._element.get_or_add_rPr(), font)
    if align:
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER if align == "center" else WD_ALIGN_PARAGRAPH.RIGHT
    return made


def _styles(document: Any) -> None:
    from docx.shared import Pt, RGBColor

    for name, font, size in (("Normal", SONG, _BODY_PT), ("Heading 1", HEI, 18.0), ("Heading 2", HEI, 15.0), ("Heading 3", HEI, 13.0)):
        style = document.styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        _east_asian(style.element.get_or_add_rPr(), font)


def _east_asian(properties: Any, font: str) -> None:
    """Without ``w:eastAsia`` Word takes another font for Chinese than it was told."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:hAnsi"), LATIN)
    fonts.set(qn("w:eastAsia"), font)


def _page(section: Any, *, wide: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Cm(29.7), Cm(21.0)) if wide else (Cm(21.0), Cm(29.7))
    section.left_margin = section.right_margin = Cm(2.0 if wide else 2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)


def _footer(section: Any, words: tuple[str, str]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(words[0])
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    number = OxmlElement("w:t")
    number.text = "1"
    run.append(number)
    field.append(run)
    paragraph._p.append(field)
    paragraph.add_run(words[1])


def _repeat(row: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _properties(document: Any, title: str) -> None:
    about = document.core_properties
    about.title, about.author, about.last_modified_by, about.comments = clean(title)[:255], "districting", "districting", ""
    about.created = about.modified = CREATED


def _same_bytes(packed: bytes) -> bytes:
    """The file packed again with one day for every entry."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name))
    return held.getvalue()
