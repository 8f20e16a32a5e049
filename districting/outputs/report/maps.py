"""The maps of the notice (公示图), drawn from the plan: every zone of a stage, every district of a scheme, one zone with its neighbours."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from districting.model.draft_mark import is_draft
from districting.model.estimate_mark import estimated_columns
from districting.outputs.map.colours import PALETTE, colour_numbers
from districting.outputs.report.facts import Report, ZoneFacts
from districting.outputs.report.fonts import map_fonts
from districting.outputs.report.map_letters import Frame, Room, label, scale_bar, short_name
from districting.outputs.report.parts import clean, safe_name
from districting.outputs.scheme_names import scheme_name
from districting.wording import say

A4_IN: Final = (8.27, 11.69)
DPI = 150
_FRAME: Final = (0.06, 0.16, 0.88, 0.74)
"""Where the map stands on its page: left, bottom, width, height, as shares."""
_ROAD, _WATER, _EDGE = "#B8860B", "#4A90D9", "#444444"
_MANY_BLOCKS: Final = 20_000
_NAMED_BLOCKS: Final = 60
_SMALL_PT, _NUMBER_PT, _SCHOOL_PT = 7.5, 8.5, 9.5
"""Sizes of letters. In the PDF and Word documents a map is printed at 0.8 of its size, where the smallest letters are still 6 points."""
_SEEN_PT: Final = 0.2
"""What is smaller on paper is not drawn: a line of a border is four times as wide."""
_AROUND: Final = ((0, 12), (0, -12), (1, 0), (-1, 0), (0.6, 12), (-0.6, 12), (0.6, -12), (-0.6, -12), (0, 22), (0, -22))
"""Where a name may stand beside its dot."""


@dataclass(frozen=True)
class MapOf:
    """An overall map: ``kind`` zones (``of``: a stage; ``county``: its code, "" = all) or districts (``of``: a scheme)."""

    kind: str
    of: str
    county: str = ""

    @property
    def name(self) -> str:
        """Part of a file name."""
        return safe_name("-".join(w for w in (self.kind, self.of, self.county) if w))


@contextmanager
def _lettering() -> Iterator[None]:
    """The fonts of maps; letters that none of them has are drawn as boxes without a word, as the command says it once."""
    import matplotlib

    with matplotlib.rc_context({"font.family": map_fonts(), "axes.unicode_minus": False, "pdf.fonttype": 42, "path.simplify": True}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        finder = logging.getLogger("matplotlib.font_manager")  # says of every face that has no bold that it has none
        level = finder.level
        finder.setLevel(logging.ERROR)
        try:
            yield
        finally:
            finder.setLevel(level)


def has_maps(report: Report) -> bool:
    """Whether any zone or district has an outline."""
    return any(z.shape is not None for zones in report.zones.values() for z in zones) or bool(_district_shapes(report))


@lru_cache(maxsize=64)
def map_png(report: Report, spot: MapOf) -> bytes:
    """One map as PNG, drawn once for all the documents that show it."""
    from PIL import Image

    with _lettering():
        figure, held = _figure(report, spot), io.BytesIO()
        figure.set_dpi(DPI)
        figure.canvas.draw()
        # Without the layer of transparency, which a PDF would hold as a second picture.
        Image.fromarray(np.ascontiguousarray(np.asarray(figure.canvas.buffer_rgba())[..., :3])).save(held, format="png", dpi=(DPI, DPI))
        return held.getvalue()


def write_map_book(report: Report, path: Path) -> None:
    """All maps as one PDF in vectors: overall, county by county, district by district, then a page for every zone. The same report gives the same bytes."""
    from matplotlib.backends.backend_pdf import PdfPages

    about = {"CreationDate": None, "Producer": None, "Creator": "districting", "Title": say("report.doc_maps", report.lang)}
    with _lettering(), PdfPages(path, metadata=about) as book:
        for spot in overall_maps(report):
            book.savefig(_figure(report, spot))
        for scheme, rows in _district_shapes(report).items():
            for district, name, shape in rows:
                book.savefig(_district_figure(report, scheme, district, name, shape))
        for stage, zones in report.zones.items():
            ground = _Ground(report, stage)
            for zone in zones:
                if zone.shape is not None:
                    book.savefig(_zone_figure(report, ground, zone))


def overall_maps(report: Report) -> list[MapOf]:
    """The overall maps: zones by stage, the same county by county where there are several, districts by scheme."""
    found = []
    for stage in report.zones:
        drawn = [z for z in report.zones[stage] if z.shape is not None]
        counties = sorted({_county_of(report, z) for z in drawn} - {""})
        found += [MapOf("zones", stage)] if drawn else []
        found += [MapOf("zones", stage, county) for county in counties] if len(counties) > 1 else []
    return found + [MapOf("districts", s) for s in _district_shapes(report)]


def map_title(report: Report, spot: MapOf) -> str:
    """What is written over a map."""
    named: dict[str, Any] = {"name": report.plan.name, "year": report.plan.year}
    if spot.kind == "districts":
        return str(say("report.map_districts", report.lang, scheme=scheme_name(spot.of, report.lang), **named))
    named["stage"] = say(f"word.{spot.of}", report.lang)
    if not spot.county:
        return str(say("report.map_zones", report.lang, **named))
    return str(say("report.map_county", report.lang, county=_county_name(report, spot.county), **named))


def _county_of(report: Report, zone: ZoneFacts) -> str:
    """The county of its first school; "" where not known."""
    return report.column("county_code").get(zone.school_ids[0], "") if zone.school_ids else ""


def _county_name(report: Report, code: str) -> str:
    """The name of the county that holds the first school of this code; the code where the plan has no such area."""
    schools, ground = report.plan.schools, report.plan.backdrop
    if "geometry" in schools.columns and len(ground):
        points = [g for c, g in zip(schools["county_code"].astype(str), schools["geometry"], strict=True) if c == code and g is not None and not g.is_empty]
        for kind, name, shape in zip(ground["kind"], ground["name"], ground["geometry"], strict=True):
            if kind == "county" and name and points and shapely.get_dimensions(shape) == 2 and shape.covers(points[0]):
                return str(name)
    return code


def _district_shapes(report: Report) -> dict[str, list[tuple[str, str, Any]]]:
    """Scheme -> (id, name, polygon) of its top districts that have one."""
    plan, found = report.plan, dict[str, list[tuple[str, str, Any]]]()
    if "geometry" not in plan.districts.columns:
        return found
    for scheme in dict.fromkeys(plan.districts["scheme"].astype(str)):
        top = plan.top_districts(scheme)
        rows = [(str(i), str(n), g) for i, n, g in zip(top["district_id"], top["name"], top["geometry"], strict=True) if g is not None and not g.is_empty]
        if rows:
            found[scheme] = rows
    return found


def _figure(report: Report, spot: MapOf) -> Any:
    figure, axes = _page(report, map_title(report, spot))
    if spot.kind == "zones":
        zones = [z for z in report.zones[spot.of] if z.shape is not None]
        shapes, labels = [z.shape for z in zones], [str(z.number) for z in zones]
        shown = [i for i, z in enumerate(zones) if spot.county in ("", _county_of(report, z))]
        schools = [s for i in shown for s in zones[i].school_ids]
        note = say("report.map_numbers", report.lang)
    else:
        rows = _district_shapes(report)[spot.of]
        shapes, labels, shown = [g for *_, g in rows], [i for i, *_ in rows], list(range(len(rows)))
        schools = list(dict.fromkeys(report.plan.top_members(spot.of)["school_id"].astype(str)))
        note = ("；" if report.lang == "zh" else "; ").join(short_name(f"{i} {n}".strip(), 24) for i, n, _ in rows[:40])
    fills = [PALETTE[c] for c in colour_numbers(len(shapes), _touching(shapes))]
    frame = _frame_of([shapes[i] for i in shown])
    for i, (shape, fill) in enumerate(zip(shapes, fills, strict=True)):
        if i in shown:
            _fill(axes, frame, shape, fill, alpha=0.6)
        elif shape.intersects(shapely.box(*frame)):
            _fill(axes, frame, shape, "#F2F2F2", alpha=1.0, edge="#999999")
    room = _room(frame)
    _dots(report, axes, schools)
    for i in shown:
        point, size = shapes[i].representative_point(), _NUMBER_PT + (1 if spot.county else 0)
        where = room.place(point, labels[i], size) or (point.x, point.y)  # a number is never left out
        label(axes, where, labels[i], size=size)
    _backdrop(report, axes, frame, room if spot.county else None)
    _finish(report, figure, axes, frame, note, "zone" if spot.kind == "zones" else "district")
    return figure


def _district_figure(report: Report, scheme: str, district: str, name: str, shape: Any) -> Any:
    title = say("report.map_district", report.lang, district=short_name(name or district, 40), scheme=scheme_name(scheme, report.lang), year=report.plan.year)
    figure, axes = _page(report, title)
    frame = _frame_of([shape], margin=0.12)
    for other, _, ground in _district_shapes(report)[scheme]:
        if other == district or ground.intersects(shapely.box(*frame)):
            mine = other == district
            _fill(axes, frame, ground, "#88CCEE" if mine else "#F2F2F2", alpha=0.5 if mine else 1.0, edge="#332288" if mine else "#999999")
    members = report.plan.memberships
    here = members[(members["scheme"] == scheme) & (members["district_id"] == district)]
    lead = set(here.loc[here["role"] == "lead", "school_id"].astype(str))
    ids = sorted(set(here["school_id"].astype(str)), key=lambda i: (i not in lead, i))
    room = _room(frame)
    listed = _schools(report, axes, ids, room, lead=lead)
    _backdrop(report, axes, frame, room)
    _finish(report, figure, axes, frame, _noted(report, "report.map_district_note", listed), "district")
    return figure


class _Ground:
    """What the pages of single zones share."""

    def __init__(self, report: Report, stage: str) -> None:
        self.zones = [z for z in report.zones[stage] if z.shape is not None]
        self.tree = shapely.STRtree([z.shape for z in self.zones])
        blocks = report.plan.blocks
        shapes = np.asarray(blocks["geometry"].array, dtype=object) if "geometry" in blocks.columns else np.empty(0, dtype=object)
        self.of_block = blocks[f"zone_id_{stage}"].astype(str).to_numpy()
        self.blocks, self.names = shapes, blocks["name"].astype(str).to_numpy()


def _zone_figure(report: Report, ground: _Ground, zone: ZoneFacts) -> Any:
    stage = say(f"word.{zone.stage}", report.lang)
    figure, axes = _page(
        report, say("report.map_zone", report.lang, school=short_name(report.schools(zone.school_ids), 60), stage=stage, year=report.plan.year)
    )
    frame = _frame_of([zone.shape], margin=0.25)
    window = shapely.box(*frame)
    near = [ground.zones[i] for i in sorted(ground.tree.query(window).tolist())]
    for other in near:
        _fill(
            axes,
            frame,
            other.shape,
            "#44AA99" if other is zone else "#F2F2F2",
            alpha=0.45 if other is zone else 1.0,
            edge="#117733" if other is zone else "#999999",
        )
    mine = ground.of_block == zone.zone_id
    _outlines(axes, frame, [b for b in ground.blocks[mine] if b is not None] if len(ground.blocks) else [])
    room = _room(frame)
    listed = _schools(report, axes, list(zone.school_ids), room)
    if mine.sum() <= _NAMED_BLOCKS:
        for shape, name in zip(ground.blocks[mine], ground.names[mine], strict=True):
            if shape is not None and name:
                _name(axes, room, shape.representative_point(), short_name(name), size=_SMALL_PT)
    for other in near:
        spot = shapely.intersection(other.shape, window)
        if other is not zone and not spot.is_empty:
            _name(axes, room, spot.representative_point(), short_name(report.schools(other.school_ids)), size=_SMALL_PT + 0.5, colour="#555555")
    _backdrop(report, axes, frame, room)
    _finish(report, figure, axes, frame, _noted(report, "report.map_zone_note", listed), "zone")
    return figure


def _room(frame: Frame) -> Room:
    return Room(frame, _FRAME[2] * A4_IN[0] * 72)


def _name(axes: Any, room: Room, point: Any, words: str, *, size: float, colour: str = "black") -> None:
    """A name where there is room for it, else none."""
    where = room.place(point, words, size)
    if where:
        label(axes, where, words, size=size, colour=colour)


def _noted(report: Report, key: str, listed: Sequence[str]) -> str:
    """What the map shows, and the names of the schools that only have a number on it."""
    comma = "；" if report.lang == "zh" else "; "
    return say(key, report.lang) + (say("report.map_listed", report.lang, names=comma.join(listed)) if listed else "")


def _page(report: Report, title: str) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=A4_IN)
    FigureCanvasAgg(figure)
    figure.text(0.5, 0.945, clean(title), ha="center", va="center", size=16, weight="bold", parse_math=False, wrap=True)
    marks = [say("governance.internal", report.lang)] if report.audience == "internal" else []
    marks += [say("report.map_draft", report.lang)] if is_draft(report.plan) else []
    marks += [say("osm.estimated_word", report.lang)] if estimated_columns(report.plan) else []
    if marks:
        figure.text(0.5, 0.915, " · ".join(marks), ha="center", size=9, color="#C00000")
    axes = figure.add_axes(_FRAME)
    axes.set_aspect("equal", adjustable="box")
    axes.set_xticks([])
    axes.set_yticks([])
    return figure, axes


def _finish(report: Report, figure: Any, axes: Any, frame: Frame, note: str, area: str) -> None:
    axes.set_xlim(frame[0], frame[2])
    axes.set_ylim(frame[1], frame[3])
    scale_bar(axes, frame, report.lang)
    wide, high = frame[2] - frame[0], frame[3] - frame[1]
    x, y = frame[2] - 0.05 * wide, frame[3] - 0.03 * high
    axes.annotate(say("report.north", report.lang), xy=(x, y), xytext=(x, y - 0.07 * max(wide, high)), ha="center", va="center", size=11, weight="bold", zorder=20,
                  arrowprops={"arrowstyle": "-|>", "color": "black", "lw": 2})  # fmt: skip
    _legend(report, figure, area)
    lines = [note] if note else []
    lines.append(say("report.map_source", report.lang, year=report.plan.year, name=report.plan.name, crs=report.plan.crs))
    lines.append(say("report.map_review", report.lang, number=report.map_number or "____________"))
    figure.text(0.06, 0.115, "\n".join(_wrapped(line) for line in lines), ha="left", va="top", size=8, linespacing=1.5, parse_math=False)


def _wrapped(line: str, most: int = 120) -> str:
    """Broken where it would run off the page; wide letters count twice."""
    out, width = "", 0
    for c in clean(line):
        step = 2 if ord(c) > 0x2E7F else 1
        if width + step > most and (c == " " or step == 2 or width > most + 12):
            out, width = out + "\n", 0
        out, width = out + c, width + step
    return out


def _legend(report: Report, figure: Any, area: str) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    lang, kinds = report.lang, set(report.plan.backdrop["kind"].astype(str)) if len(report.plan.backdrop) else set()
    items = [
        Patch(facecolor="#88CCEE", edgecolor=_EDGE, label=say(f"word.{area}", lang)),
        Line2D([], [], marker="o", ls="", color="black", label=say("word.school", lang)),
    ]
    for kind, colour, width in (("road", _ROAD, 1.6), ("barrier", _WATER, 2.2)):
        if kind in kinds:
            items.append(Line2D([], [], color=colour, lw=width, label=say(f"report.legend_{kind}", lang)))
    if "county" in kinds:
        items.append(Line2D([], [], color=_EDGE, lw=1.2, ls=(0, (6, 2, 1, 2)), label=say("report.legend_county", lang)))
    figure.legend(handles=items, loc="lower center", bbox_to_anchor=(0.5, 0.122), ncol=len(items), frameon=False, fontsize=8.5)


def _frame_of(shapes: Sequence[Any], margin: float = 0.04) -> Frame:
    """Bounds of the shapes with a margin, as wide and high as the map on its page."""
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
    wide, high = max(east - west, 1.0) * (1 + 2 * margin), max(north - south, 1.0) * (1 + 2 * margin)
    ratio = (_FRAME[2] * A4_IN[0]) / (_FRAME[3] * A4_IN[1])
    wide, high = max(wide, high * ratio), max(high, wide / ratio)
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _touching(shapes: Sequence[Any]) -> Any:
    """(m, 2) pairs that are within a step of each other, as zones may leave a road between them."""
    tree = shapely.STRtree(list(shapes))
    pairs = tree.query(list(shapes), predicate="dwithin", distance=30.0).T
    return np.array(sorted({(int(a), int(b)) for a, b in pairs if a < b}), dtype=np.int64).reshape(-1, 2)


def _fill(axes: Any, frame: Frame, shape: Any, colour: str, *, alpha: float, edge: str = _EDGE) -> None:
    """An area and its border, as artists: a patch would have its limits sought along every curve, which takes longer than drawing it."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    paths = [
        Outline(shapely.get_coordinates(ring), closed=True)
        for p in shapely.get_parts(_as_seen(shape, frame))
        if shapely.get_dimensions(p) == 2
        for ring in (p.exterior, *p.interiors)
    ]
    if paths:
        whole = Outline.make_compound_path(*paths)
        axes.add_artist(PathPatch(whole, facecolor=colour, alpha=alpha, lw=0, zorder=2))
        axes.add_artist(PathPatch(whole, facecolor="none", edgecolor=edge, lw=0.8, zorder=4))


def _as_seen(shapes: Any, frame: Frame) -> Any:
    """Areas without the corners that are less than a line's width on paper, and without what lies off the map."""
    off = (frame[2] - frame[0]) / 20
    window = frame[0] - off, frame[1] - off, frame[2] + off, frame[3] + off
    return shapely.clip_by_rect(shapely.simplify(shapes, _SEEN_PT * (frame[2] - frame[0]) / (_FRAME[2] * A4_IN[0] * 72)), *window)


def _outlines(axes: Any, frame: Frame, shapes: Sequence[Any]) -> None:
    from matplotlib.collections import LineCollection

    seen = shapely.get_parts(_as_seen(np.asarray(shapes, dtype=object), frame))
    rings = [shapely.get_coordinates(p.exterior) for p in shapely.get_parts(seen) if shapely.get_dimensions(p) == 2]
    axes.add_collection(LineCollection(rings, colors="#777777", linewidths=0.3, zorder=3, rasterized=len(rings) > _MANY_BLOCKS), autolim=False)


def _backdrop(report: Report, axes: Any, frame: Frame, room: Room | None) -> None:
    """Roads, barriers and county borders; with their names where there is still ``room``."""
    from matplotlib.collections import LineCollection

    ground = report.plan.backdrop
    if not len(ground) or "geometry" not in ground.columns:
        return
    looks: Mapping[str, Mapping[str, Any]] = {
        "road": {"colors": _ROAD, "linewidths": 1.1, "zorder": 5}, "barrier": {"colors": _WATER, "linewidths": 2.0, "zorder": 5},
        "county": {"colors": _EDGE, "linewidths": 1.0, "zorder": 6, "linestyles": [(0, (6, 2, 1, 2))]},
    }  # fmt: skip
    window = shapely.box(*frame)
    for kind, name, shape in zip(ground["kind"].astype(str), ground["name"].astype(str), ground["geometry"], strict=True):
        if kind not in looks or shape is None or not shape.intersects(window):
            continue
        lines = shapely.boundary(shape) if shapely.get_dimensions(shape) == 2 else shape
        inside = shapely.intersection(lines, window)
        axes.add_collection(
            LineCollection([shapely.get_coordinates(p) for p in shapely.get_parts(inside) if shapely.get_dimensions(p) == 1], **looks[kind]), autolim=False
        )
        if room and name and kind != "county" and shapely.length(inside) > 0:
            longest = max(shapely.get_parts(inside).tolist(), key=lambda p: p.length)
            spot = longest.interpolate(0.35, normalized=True)
            _name(axes, room, spot, short_name(name), size=_SMALL_PT, colour="#7A5A00" if kind == "road" else "#1F5FA8")


def _points(report: Report, ids: Sequence[str]) -> list[tuple[str, Any]]:
    """Where each of the schools stands, for those whose place is known."""
    schools = report.plan.schools
    at = {str(i): g for i, g in zip(schools["school_id"], schools["geometry"], strict=True)} if "geometry" in schools.columns else {}
    return [(i, at[i]) for i in ids if at.get(i) is not None and not at[i].is_empty]


def _dots(report: Report, axes: Any, ids: Sequence[str]) -> None:
    """A dot for each school, all in one go."""
    points = [p for _, p in _points(report, ids)]
    axes.plot([p.x for p in points], [p.y for p in points], marker="o", ms=3.5, color="black", mec="white", mew=0.6, ls="", zorder=10)


def _schools(report: Report, axes: Any, ids: Sequence[str], room: Room, *, lead: Set[str] = frozenset()) -> list[str]:
    """Dots, a star for a lead, with names; where a name has no room a number stands, and "number name" comes back for the list below the map."""
    points, listed = _points(report, ids), list[str]()
    for school, point in points:
        first = school in lead
        axes.plot(
            [point.x],
            [point.y],
            marker="*" if first else "o",
            ms=12 if first else 7,
            color="#B2182B" if first else "black",
            mec="white",
            mew=0.6,
            ls="",
            zorder=10,
        )
        room.keep(point.x, point.y, 10, 10)
    for school, point in points:
        words = short_name(report.school(school), 24)
        where = room.place(point, words, _SCHOOL_PT, _AROUND)
        if where is None:
            words = str(len(listed) + 1)
            listed.append(f"{words} {clean(report.school(school))}")
            where = room.place(point, words, _SCHOOL_PT, _AROUND) or (point.x, point.y)
        label(axes, where, words, size=_SCHOOL_PT, weight="bold")
    return listed
