"""How the plan file looks when QGIS opens it: a default style per layer, in the plan's language, kept in the file itself (``layer_styles``)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import shapely

from districting.model.plan import Plan
from districting.outputs.link_looks import coded, kinds_in, look_of
from districting.wording import say

FILLS: Final = ("#CC6677", "#332288", "#DDCC77", "#117733", "#88CCEE", "#882255", "#44AA99", "#999933", "#AA4499")
"""Paul Tol's "muted" scheme: nine colours that stay apart for colour-blind readers."""

_ROLE_COLOURS: Final = {"lead": "#B2182B", "member": "#4D4D4D", "weak": "#2166AC"}
_OTHER = "#777777"

_TABLE = """CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)"""


class LayerStyle(NamedTuple):
    """One style of one layer; the first of a layer is the one QGIS opens it with."""

    layer: str
    name: str
    qml: str


class Category(NamedTuple):
    """One entry of a categorised legend."""

    value: str
    label: str
    colour: str
    dash: tuple[int, ...] = ()


def layer_styles(plan: Plan) -> list[LayerStyle]:
    """Zones by zone, one style per stage; districts by district; schools by role; blocks as outlines; links, where there are any, by form as on the map."""
    lang = plan.language
    styles = [LayerStyle("blocks", say("outputs.style_blocks", lang), _single("fill", "#FFFFFF", alpha=0.15))]
    styles += [_zone_style(plan, stage) for stage in plan.zoned_stages]
    if len(plan.districts):
        styles.append(_district_style(plan))
    styles.append(_school_style(plan))
    if len(plan.links):
        styles.append(_link_style(plan))
    return styles


def write_styles(base: sqlite3.Connection, styles: Sequence[LayerStyle], moment: str) -> None:
    """Add the table ``layer_styles`` to an open GeoPackage; ``moment`` stands as the time of change."""
    base.execute(_TABLE)
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', ?)", (moment,)
    )
    seen: set[str] = set()
    for style in styles:
        base.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time)"
            " VALUES ('', '', ?, 'geometry', ?, ?, '', ?, '', '', ?)",
            (style.layer, style.name, style.qml, style.layer not in seen, moment),
        )
        seen.add(style.layer)


def distinct_colours(shapes: Any) -> list[str]:
    """A colour per shape; shapes that touch have different ones (as far as nine go).

    >>> left, right = distinct_colours(shapely.box([0, 1], [0, 0], [1, 2], [1, 1]))
    >>> left != right
    True
    """
    shapes = np.asarray(shapes, dtype=object)
    graph = nx.Graph()
    graph.add_nodes_from(range(len(shapes)))
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    graph.add_edges_from(sorted((int(a), int(b)) for a, b in pairs if a < b))
    number = nx.greedy_color(graph, strategy="DSATUR")
    return [FILLS[number[i] % len(FILLS)] for i in range(len(shapes))]


def _zone_style(plan: Plan, stage: str) -> LayerStyle:
    zones = plan.zones[plan.zones["stage"] == stage]
    of_stage = plan.zone_schools[plan.zone_schools["stage"] == stage]
    school_name = dict(zip(plan.schools["school_id"].astype(str), plan.schools["name"].astype(str), strict=True))
    comma = say("word.list_separator", plan.language)
    names = {str(z): comma.join(school_name.get(str(s), str(s)) for s in rows["school_id"]) for z, rows in of_stage.groupby("zone_id", sort=True)}
    colours = distinct_colours(zones["geometry"])
    categories = [Category(str(z), names.get(str(z), str(z)), c) for z, c in zip(zones["zone_id"], colours, strict=True)]
    name = say("outputs.style_zones", plan.language, stage=say(f"word.{stage}", plan.language))
    labels = {c.value: c.label for c in categories}
    return LayerStyle("zones", name, _categorised("fill", "zone_id", categories, label=_looked_up(labels, "zone_id")))


def _district_style(plan: Plan) -> LayerStyle:
    districts = plan.districts
    colours = distinct_colours(districts["geometry"])
    names = districts["name"].astype("str").where(districts["name"].notna() & (districts["name"] != ""), districts["district_id"].astype("str"))
    categories = [Category(str(d), str(n), c) for d, n, c in zip(districts["district_id"], names, colours, strict=True)]
    return LayerStyle("districts", say("outputs.style_districts", plan.language), _categorised("fill", "district_id", categories, label='"name"'))


def _school_style(plan: Plan) -> LayerStyle:
    """By role in a district. A school that is lead at one stage counts as lead, then weak, then member."""
    lang, name = plan.language, say("outputs.style_schools", plan.language)
    if not len(plan.memberships):
        return LayerStyle("schools", name, _single("marker", _ROLE_COLOURS["member"], label='"name"'))
    role_of: dict[str, str] = {}
    for role in ("member", "weak", "lead"):
        role_of |= dict.fromkeys(plan.memberships.loc[plan.memberships["role"] == role, "school_id"].astype(str), role)
    categories = [Category(role, say(f"word.{role}", lang), colour) for role, colour in _ROLE_COLOURS.items() if role != "weak" or role in role_of.values()]
    categories.append(Category("", say("outputs.style_other", lang), _OTHER))  # an empty value catches all others
    return LayerStyle("schools", name, _categorised("marker", _looked_up(dict(sorted(role_of.items())), "school_id"), categories, label='"name"'))


def _link_style(plan: Plan) -> LayerStyle:
    """Lines by form, with the colours and dashes of the map."""
    lang = plan.language
    categories = [Category(kind, coded("kind", kind, lang), look_of(kind).colour, look_of(kind).dash) for kind in kinds_in(plan.links)]
    return LayerStyle("links", say("outputs.style_links", lang), _categorised("line", "kind", categories, label=""))


def _looked_up(words: Mapping[str, str], column: str) -> str:
    """A QGIS expression: the word that stands for the value of ``column``."""
    table = json.dumps(words, ensure_ascii=False).replace("\\", "\\\\").replace("'", "\\'")
    return f"map_get(from_json('{table}'), \"{column}\")"


def _categorised(kind: str, attribute: str, categories: Iterable[Category], *, label: str) -> str:
    root = _root(label)
    renderer = ET.SubElement(root, "renderer-v2", type="categorizedSymbol", attr=attribute, enableorderby="0", forceraster="0", symbollevels="0")
    listed = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for number, category in enumerate(categories):
        ET.SubElement(listed, "category", symbol=str(number), value=category.value, label=category.label, render="true")
        _symbol(symbols, kind, str(number), category, alpha=0.55 if kind == "fill" else 1.0)
    _labels(root, label)
    return _written(root)


def _single(kind: str, colour: str, *, alpha: float = 1.0, label: str = "") -> str:
    root = _root(label)
    renderer = ET.SubElement(root, "renderer-v2", type="singleSymbol", enableorderby="0", forceraster="0", symbollevels="0")
    _symbol(ET.SubElement(renderer, "symbols"), kind, "0", Category("", "", colour), alpha=alpha)
    _labels(root, label)
    return _written(root)


def _root(label: str) -> ET.Element:
    return ET.Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling", labelsEnabled="1" if label else "0")


_LAYER_CLASSES: Final = {"fill": "SimpleFill", "marker": "SimpleMarker", "line": "SimpleLine"}


def _symbol(parent: ET.Element, kind: str, name: str, look: Category, *, alpha: float) -> None:
    symbol = ET.SubElement(parent, "symbol", type=kind, name=name, alpha=f"{alpha:g}", clip_to_extent="1", force_rhr="0")
    layer = ET.SubElement(symbol, "layer", {"class": _LAYER_CLASSES[kind], "pass": "0", "locked": "0", "enabled": "1"})
    for key, value in (_line_values(look) if kind == "line" else _area_values(kind, look)).items():
        ET.SubElement(layer, "prop", k=key, v=value)  # every version of QGIS 3 reads this form


def _area_values(kind: str, look: Category) -> dict[str, str]:
    values = {"color": _rgba(look.colour), "outline_color": "60,60,60,255", "outline_style": "solid", "outline_width": "0.26", "outline_width_unit": "MM"}
    return values | ({"style": "solid"} if kind == "fill" else {"name": "circle", "size": "2.4", "size_unit": "MM"})


def _line_values(look: Category) -> dict[str, str]:
    values = {"line_color": _rgba(look.colour), "line_style": "solid", "line_width": "0.5", "line_width_unit": "MM", "capstyle": "flat", "joinstyle": "round"}
    if look.dash:
        values |= {"use_custom_dash": "1", "customdash": ";".join(str(d) for d in look.dash), "customdash_unit": "Pixel"}
    return values


def _labels(root: ET.Element, expression: str) -> None:
    if not expression:
        return
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName=expression,
        isExpression="1",
        fontFamily="Noto Sans CJK SC",
        fontSize="9",
        fontSizeUnit="Point",
        textColor="20,20,20,255",
        namedStyle="",
    )
    ET.SubElement(style, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM", bufferColor="255,255,255,255", bufferOpacity="1")
    ET.SubElement(settings, "rendering", drawLabels="1", obstacle="1", scaleVisibility="0")


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _written(root: ET.Element) -> str:
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")
