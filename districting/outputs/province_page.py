"""The province's index page: a map and a list of the counties that lead to their maps. One file, no script, no network; what people wrote is shown as they wrote it and never run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from districting.model.province import CountyResult, Province
from districting.outputs.atomic import write_text
from districting.outputs.numbers import share_words
from districting.outputs.province import COLUMNS, counted, county_row, province_marks
from districting.outputs.workbook import Cell, Share
from districting.wording import say

SHADES: Final = ("#edf8fb", "#b3cde3", "#8c96c6", "#8856a7", "#810f7c")
"""Mean ways from short to long: one hue family from light to dark, so that it reads without colour too."""
NO_PLAN: Final = "#d9d9d9"
WIDTH: Final = 1000.0
MOST_NAMED: Final = 60
"""Names are written on the map of so many counties; of more they stand in the list and in the tip alone."""
_TEXT: Final = ("code", "name", "status", "worst")


def write_page(province: Province, path: str | Path, lang: str = "zh") -> None:
    """Write ``index.html``, whole or not at all; the same counties give the same bytes."""
    write_text(page_html(province, lang), path)


def page_html(province: Province, lang: str) -> str:
    """The page. Links are relative: the folder may be moved, or copied to a closed network."""
    title = province.name or say("batch.page_title", lang)
    total = list(county_row(province.total, lang))
    total[:3] = [say("batch.total", lang), "", counted(province, lang)]
    template = Template(resources.files("districting.outputs").joinpath("province_page.html").read_text(encoding="utf-8"))
    return template.substitute(
        html_lang="zh-CN" if lang == "zh" else "en",
        title=escape(title),
        marks="\n".join(f'<p class="mark">{escape(m)}</p>' for m in province_marks(province, lang)),
        facts="".join(f"<li>{escape(name)}<b>{escape(value)}</b></li>" for name, value in _facts(province, lang)),
        map=_map(province, lang),
        list_title=escape(say("batch.sheet_counties", lang)),
        note=escape(say("batch.note_counties", lang)),
        head="".join(f'<th scope="col"{_kind(c)}>{escape(say(f"batch.head_{c}", lang))}</th>' for c in COLUMNS),
        rows="\n".join(f"<tr>{_cells(c, lang)}</tr>" for c in province.counties),
        total="".join(f"<td{_kind(c)}>{escape(_shown(v))}</td>" for c, v in zip(COLUMNS, total, strict=True)),
    )


def _facts(province: Province, lang: str) -> list[tuple[str, str]]:
    total = province.total
    ways = [say("batch.metres", lang, metres=_whole(v)) for v in (total.mean_m, total.mean_today_m)]
    return [
        (say("batch.head_counties", lang), counted(province, lang)),
        (say("batch.head_pupils", lang), _whole(total.pupils)),
        (say("batch.head_mean", lang), ways[0]),
        (say("batch.head_mean_today", lang), ways[1]),
        (say("batch.head_over_seats", lang), _whole(total.over_seats)),
        (say("batch.head_moved", lang), _whole(total.moved)),
    ]


def _cells(county: CountyResult, lang: str) -> str:
    cells = []
    for column, value in zip(COLUMNS, county_row(county, lang), strict=True):
        shown = escape(_shown(value))
        link = _link(county) if column == "name" else f"{quote(county.code)}/{quote(county.faults_file)}" if column == "status" and county.faults_file else ""
        inside = f'<a href="{link}">{shown or escape(county.code)}</a>' if link else shown
        cells.append(f'<td class="no s">{inside}</td>' if column == "status" and county.status != "ok" else f"<td{_kind(column)}>{inside}</td>")
    return "".join(cells)


def _link(county: CountyResult) -> str:
    return f"{quote(county.code)}/map.html" if county.status == "ok" and county.mapped else ""


def _kind(column: str) -> str:
    return {"worst": ' class="w"', "status": ' class="s"'}.get(column) or ("" if column in _TEXT else ' class="n"')


def _shown(value: Cell) -> str:
    if isinstance(value, str):
        return value
    return share_words(value) if isinstance(value, Share) else _whole(value)


def _whole(value: float) -> str:
    return "" if math.isnan(value) else f"{value:,.0f}"


def _map(province: Province, lang: str) -> str:
    drawn = [c for c in province.counties if c.rings]
    if not drawn:
        return ""
    points = np.concatenate([np.asarray(ring) for c in drawn for ring in c.rings])
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    stretch = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * stretch, (north - south), 1e-9)
    size = ((east - west) * stretch * scale, (north - south) * scale)

    def placed(ring: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
        xy = np.asarray(ring)
        return np.column_stack([(xy[:, 0] - west) * stretch * scale, (north - xy[:, 1]) * scale])

    lines = shade_lines(drawn)
    shapes, names = [], []
    letter = max(8.0, min(26.0, 0.16 * math.sqrt(size[0] * size[1] / len(drawn))))
    for county in drawn:
        rings = [placed(ring) for ring in county.rings]
        path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1]) + "Z" for ring in rings)
        tip = f"{county.name or county.code}: {say('batch.metres', lang, metres=_whole(county.mean_m))}"
        shape = f'<path d="{path}" fill="{_shade(county, lines)}"><title>{escape(tip)}</title></path>'
        link = _link(county)
        shapes.append(f'<a href="{link}" aria-label="{escape(tip)}">{shape}</a>' if link else shape)
        middle = (rings[0].min(axis=0) + rings[0].max(axis=0)) / 2
        names.append(f'<text x="{middle[0]:.1f}" y="{middle[1]:.1f}" font-size="{letter:.1f}">{escape((county.name or county.code)[:12])}</text>')
    written = "".join(names) if len(drawn) <= MOST_NAMED else ""
    box = f"-8 -8 {size[0] + 16:.1f} {size[1] + 16:.1f}"
    label = escape(say("batch.map_title", lang))
    svg = f'<svg viewBox="{box}" role="group" aria-label="{label}">{"".join(shapes)}<g aria-hidden="true">{written}</g></svg>'
    return f'<section><h2>{label}</h2>{svg}<ul class="legend">{_legend(lines, lang)}</ul></section>'


def shade_lines(counties: Sequence[CountyResult]) -> list[float]:
    """Upper ends of the classes of mean ways but the last: round numbers near the fifths of the counties, each once."""
    ways = sorted(c.mean_m for c in counties if not math.isnan(c.mean_m))
    if len(ways) < 2:
        return []
    fifths = np.quantile(ways, np.arange(1, len(SHADES)) / len(SHADES))
    step = 100.0 if ways[-1] - ways[0] > 500 else 10.0
    lines = sorted({float(round(f / step) * step) for f in fifths})
    return [line for line in lines if ways[0] < line < ways[-1]]


def _shade(county: CountyResult, lines: Sequence[float]) -> str:
    if county.status != "ok" or math.isnan(county.mean_m):
        return NO_PLAN
    return SHADES[int(np.searchsorted(lines, county.mean_m))]


def _legend(lines: Sequence[float], lang: str) -> str:
    ends = [0.0, *lines]
    words = [
        say("batch.from_to", lang, low=_whole(low), high=_whole(high)) if high is not None else say("batch.from", lang, low=_whole(low))
        for low, high in zip(ends, [*lines, None], strict=True)
    ]
    items = [(SHADES[i], w) for i, w in enumerate(words)]
    return "".join(f'<li><span style="background:{colour}"></span>{escape(word)}</li>' for colour, word in items)
