"""Chapters as a PDF: cover, contents with page numbers, tables whose header repeats, maps; by weasyprint, which needs pango of the system."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

from districting.errors import DependencyError
from districting.outputs.report.fonts import SANS, SERIF
from districting.outputs.report.map_letters import letters_wide
from districting.outputs.report.parts import Chapter, Heading, Para, Picture, Table, clean, shown
from districting.wording import say, text

PANGO_PACKAGES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""What Debian calls it."""

_LETTERS: Final = {False: 57, True: 103}
"""Letters of Chinese in a line across a table, upright and on a turned page."""
_MOST_LINES: Final = 40
"""A cell of more lines, three quarters of a turned page, stands below its row."""

_CSS: Final = """
@page { size: A4; margin: 22mm 20mm 20mm 20mm; @bottom-center { content: "PAGE_BEFORE" counter(page) "PAGE_AFTER" counter(pages) "PAGE_LAST"; font: 9pt SERIF; white-space: nowrap } @top-right { content: "RUNNING"; font: 8pt SERIF; color: #555 } }
@page cover { @bottom-center { content: none } @top-right { content: none } }
@page turned { size: A4 landscape; margin: 16mm 12mm 16mm 12mm }
html { font: 11pt/1.6 SERIF; color: #000 }
h1, h2, h3, th, .cover .title, figcaption { font-family: SANS }
.cover { page: cover; text-align: center; padding-top: 65mm }
.cover .title { font-size: 26pt; line-height: 1.5; font-weight: bold; overflow-wrap: anywhere }
.cover p { font-size: 14pt; margin: 8mm 0 0 0 } .mark { color: #c00000; font-weight: bold }
.cover p { text-align: center } .contents, .chapter { break-before: page } h1 { font-size: 19pt; text-align: center; margin: 0 0 6mm 0 } h2 { font-size: 14pt; margin: 6mm 0 2mm 0 } h3 { font-size: 12pt; margin: 4mm 0 1mm 0 }
h1, h2, h3 { break-after: avoid; overflow-wrap: anywhere }
.contents a { color: #000; text-decoration: none; display: block; border-bottom: 0.4pt dotted #999; margin: 1.5mm 0 } .contents a::after { content: target-counter(attr(href), page); float: right } .contents a.two { padding-left: 8mm; font-size: 10pt }
p { margin: 1mm 0; overflow-wrap: anywhere } .chapter p { text-align: justify } p.body, p.item { text-indent: 2em } .chapter p.right { text-align: right; text-indent: 0; margin-right: 10mm } .chapter p.centre { text-align: center; text-indent: 0 } p.note { font-size: 9pt; color: #333 }
.turned { page: turned }
table { border-collapse: collapse; width: 100%; margin: 2mm 0 4mm 0; font-size: 8.5pt; line-height: 1.35; table-layout: fixed } .turned table { font-size: 7.5pt }
th, td { border: 0.5pt solid #333; padding: 0.8mm 1mm; overflow-wrap: anywhere; vertical-align: top } th { background: #e8eef5; text-align: center; vertical-align: middle } td.number { text-align: right } tr { break-inside: avoid } tr.below { break-inside: auto; break-before: avoid } thead { display: table-header-group }
figure { margin: 0; break-inside: avoid; text-align: center } figure img { width: 100%; max-height: 240mm; object-fit: contain } figcaption { font: 9pt SANS } h1 + figure img { max-height: 218mm }
"""


def weasy() -> Any:
    """The library, imported when it is needed.

    Raises
    ------
    DependencyError : pango is not on this machine; names the packages
    """
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise DependencyError(text("report.no_pango", packages=PANGO_PACKAGES)) from error
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return weasyprint


def write_pdf(path: Path, chapters: Sequence[Chapter], title: str, cover: Sequence[str], marks: Sequence[str], lang: str) -> None:
    """Write a cover with the lines of ``cover`` and ``marks``, the contents, then ``chapters``. The same chapters give the same bytes."""
    page = pdf_html(chapters, title, cover, marks, lang)
    printed = weasy().HTML(string=page).write_pdf(pdf_identifier=hashlib.sha256(page.encode()).digest()[:16])
    path.write_bytes(printed)


def pdf_html(chapters: Sequence[Chapter], title: str, cover: Sequence[str], marks: Sequence[str], lang: str) -> str:
    """The page that is printed."""
    css = _CSS.replace("SERIF", _families(SERIF + SANS, "serif")).replace("SANS", _families(SANS + SERIF, "sans-serif"))
    for word, said in (("PAGE_BEFORE", "page_before"), ("PAGE_AFTER", "page_of"), ("PAGE_LAST", "page_after")):
        css = css.replace(word, _css_text(say(f"report.{said}", lang)))
    css = css.replace("RUNNING", _css_text(" · ".join([title, *marks])))  # last, as a title may hold any word
    lines = "".join(f"<p>{_said(line)}</p>" for line in cover) + "".join(f'<p class="mark">{_said(m)}</p>' for m in marks)
    contents, bodies = [], []
    for c, chapter in enumerate(chapters):
        contents.append(f'<a href="#c{c}">{_said(chapter.title)}</a>')
        bodies.append(f'<section class="chapter{" turned" if _all_wide(chapter) else ""}"><h1 id="c{c}">{_said(chapter.title)}</h1>')
        for p, part in enumerate(chapter.parts):
            if isinstance(part, Heading) and part.level == 2:
                contents.append(f'<a class="two" href="#c{c}p{p}">{_said(part.text)}</a>')
            bodies.append(_table(part, lang, turned=_all_wide(chapter)) if isinstance(part, Table) else _part(part, f"c{c}p{p}"))
        bodies.append("</section>")
    code = "zh-CN" if lang == "zh" else "en"
    return (
        f'<!DOCTYPE html><html lang="{code}"><head><meta charset="utf-8"><title>{_said(title)}</title><style>{css}</style></head><body>'
        f'<div class="cover"><div class="title">{_said(title)}</div>{lines}</div>'
        f'<div class="contents"><h1>{_said(say("report.contents", lang))}</h1>{"".join(contents)}</div>{"".join(bodies)}</body></html>'
    )


def _all_wide(chapter: Chapter) -> bool:
    return any(t.wide for t in chapter.tables)


def _part(part: Heading | Para | Picture, at: str) -> str:
    if isinstance(part, Heading):
        return f'<h{part.level} id="{at}">{_said(part.text)}</h{part.level}>'
    if isinstance(part, Para):
        return f'<p class="{part.look}">{_said(part.text)}</p>'
    image = base64.b64encode(part.png).decode()
    return f'<figure><img src="data:image/png;base64,{image}" alt="{_said(part.caption)}"><figcaption>{_said(part.caption)}</figcaption></figure>'


def _table(part: Table, lang: str, *, turned: bool) -> str:
    weights = part.weights or tuple(1.0 for _ in part.columns)
    widths = "".join(f'<col style="width:{100 * w / sum(weights):.2f}%">' for w in weights)
    heads = "".join(f"<th>{_said(c)}</th>" for c in part.columns)
    most = [_MOST_LINES * _LETTERS[turned] * w / sum(weights) for w in weights]
    rows = "".join(_row(part.columns, row, most, lang) for row in part.rows)
    note = f'<p class="note">{_said(part.note)}</p>' if part.note else ""
    return f"{note}<table><colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _row(columns: Sequence[str], row: Sequence[Any], most: Sequence[float], lang: str) -> str:
    """A row of a table; what would make its cell a column of a page and more stands below it across the whole table."""
    long = [isinstance(c, str) and len(c) > m / 2 and letters_wide(c) > m for c, m in zip(row, most, strict=True)]
    if not any(long):
        return "<tr>" + "".join(_cell(c) for c in row) + "</tr>"
    cells = "".join(_cell(say("report.cell_below", lang) if below else c) for c, below in zip(row, long, strict=True))
    whose = f"{_said(columns[0])} {_said(shown(row[0]))} · " if not long[0] else ""
    below = "".join(
        f'<tr class="below"><td colspan="{len(columns)}"><b>{whose}{_said(name)}</b>{"：" if lang == "zh" else ": "}{_said(c)}</td></tr>'
        for name, c, out in zip(columns, row, long, strict=True)
        if out
    )
    return f"<tr>{cells}</tr>{below}"


def _cell(cell: Any) -> str:
    return f"<td>{_said(cell)}</td>" if isinstance(cell, str) else f'<td class="number">{_said(shown(cell))}</td>'


def _said(words: str) -> str:
    return escape(clean(words))


def _css_text(words: str) -> str:
    """Words inside a quoted string of CSS inside a style element."""
    return "".join(f"\\{ord(c):x} " if c in '"\\<>&\n' else c for c in clean(words))


def _families(names: Sequence[str], last: str) -> str:
    return ", ".join([*(f'"{n}"' for n in names), last])
