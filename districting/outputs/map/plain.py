"""The plan as plain folium layers, for small plans: a file that another hand can take apart and build upon (``--renderer geojson``)."""

from __future__ import annotations

from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
from branca.element import MacroElement
from jinja2 import Template

from districting.errors import DataError, Fault
from districting.model.kinds import refuse_kind
from districting.model.plan import Plan
from districting.outputs.map.content import Audience, page_content
from districting.outputs.map.ground import in_degrees, refuse_undrawable, shapes_of
from districting.outputs.map.offline import OfflineMap
from districting.outputs.map.page import finished, script_json
from districting.wording import say, text

MOST: Final = 2000
"""Blocks of a plain page at most: every block is an object of its own in the browser, which is slow from a few thousand on."""

_STYLE: Final = {"color": "#2b2b2b", "weight": 0.6, "fillOpacity": 0.75}


class _Frame(MacroElement):
    """What the page is, in its corner; a scale in metres; Leaflet's name without a link."""

    _template = Template(
        """{% macro script(this, kwargs) %}
(function (map, lines) {
  var box = L.control({ position: "bottomright" });
  box.onAdd = function () { var e = L.DomUtil.create("div"); e.id = "about"; e.style.cssText = "background:#fff;padding:4px 8px;font:14px sans-serif"; e.textContent = lines.join(" · "); return e; };
  box.addTo(map); L.control.scale({ imperial: false }).addTo(map); map.attributionControl.setPrefix("Leaflet");
})({{ this._parent.get_name() }}, {{ this.lines }});
{% endmacro %}"""
    )

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._name, self.lines = "Frame", script_json(lines)


def _said(content: dict[str, Any]) -> list[str]:
    return [*(["internal"] if content["audience"] == "internal" else []), *(["draft"] if content["draft"] else [])]


def plain_html(plan: Plan, *, audience: Audience = "internal", lang: str | None = None) -> str:
    """Blocks by zone for each stage, districts, and schools, as ``folium.GeoJson`` layers with a layer control; no panel, no search.

    Raises
    ------
    DataError : ``plan`` is no Plan, its blocks have no outlines, or they are more than ``MOST``
    """
    refuse_kind(plan, Plan, "plan")
    refuse_undrawable(plan)
    if len(plan.blocks) > MOST:
        raise DataError(Fault(text("plain_map.too_many", n=len(plan.blocks), most=MOST), text("plain_map.too_many_remedy"), column="blocks"))
    lang = lang or plan.language
    content = page_content(plan, audience, lang)
    page = OfflineMap()
    layers = _layers(plan, content, lang)
    for number, layer in enumerate(layers):
        layer.show = number == 0
        layer.add_to(page)
    _schools(content, lang).add_to(page)
    folium.LayerControl(collapsed=False).add_to(page)
    page.add_child(_Frame([plan.name, say("map.year", lang, n=plan.year), *(say(f"map.{key}", lang) for key in _said(content))]))
    page.fit_bounds(_bounds(plan))
    _numbered(page)
    return finished(page, f"{plan.name} {plan.year}", lang)


def _layers(plan: Plan, content: dict[str, Any], lang: str) -> list[Any]:
    found = []
    palette = content["palette"]
    for stage, of in content["unit"]["stage"].items():
        zones, names = content["zones"][stage], np.array([*(s["name"] for s in content["schools"]), ""], dtype=object)
        columns = {
            "id": content["unit"]["id"],
            "name": content["unit"]["name"],
            "school": names[of["school"]].tolist(),
            "pupils": of["pupils"],
            "metres": of["metres"],
        }
        if not any(p is not None for p in of["pupils"]):
            del columns["pupils"]  # a page for the public
        colour = [palette[zones[z]["colour"] % len(palette)] if z >= 0 else "#d5d8d6" for z in of["zone"]]
        words = {"id": "map.id", "name": "map.block", "school": "map.zone_school", "pupils": "plain_map.pupils", "metres": "plain_map.metres"}
        words = {name: word for name, word in words.items() if name in columns}
        title = say("map.view_zones", lang, stage=say(f"word.{stage}", lang))
        found.append(_layer(plan.crs, shapes_of(plan.blocks), columns, (colour, words), (title, lang)))
    rows = plan.districts.reset_index(drop=True) if len(plan.districts) else plan.districts
    for grouping in content["groupings"]:
        mine = rows[(rows["scheme"] == grouping["scheme"]) & (rows["level"] == grouping["level"])]
        leads = [content["schools"][d["lead"][0]]["name"] if d["lead"] else "" for d in grouping["districts"]]
        columns = {"id": [d["id"] for d in grouping["districts"]], "name": [d["name"] for d in grouping["districts"]], "lead": leads}
        colour = [palette[d["colour"] % len(palette)] for d in grouping["districts"]]
        words = {"id": "map.id", "name": "map.district", "lead": "word.lead"}
        found.append(_layer(plan.crs, shapes_of(mine), columns, (colour, words), (grouping["names"][lang], lang)))
    return found


def _layer(crs: str, shapes: Any, columns: dict[str, Any], look: tuple[list[str], dict[str, str]], titled: tuple[str, str]) -> Any:
    """One layer: ``look`` is the colour of each area and the words of its columns, ``titled`` the title and the language."""
    (colour, words), (title, lang) = look, titled
    frame = gpd.GeoDataFrame({**columns, "fill": colour}, geometry=in_degrees(shapes, crs), crs=4326).astype({"fill": "object"})
    frame = frame[~(frame.geometry.is_empty | frame.geometry.isna())]
    frame["geometry"] = frame.geometry.set_precision(1e-6, mode="pointwise")
    tooltip = folium.GeoJsonTooltip(list(words), aliases=[say(key, lang) for key in words.values()], localize=False)
    data = frame.to_json(drop_id=True, na="null")
    return folium.GeoJson(data, name=title, style_function=lambda f: {**_STYLE, "fillColor": f["properties"]["fill"]}, tooltip=tooltip, embed=True)


def _schools(content: dict[str, Any], lang: str) -> Any:
    rows = [s for s in content["schools"] if s["at"]]
    frame = gpd.GeoDataFrame(
        {"id": [s["id"] for s in rows], "name": [s["name"] for s in rows]},
        geometry=gpd.points_from_xy([s["at"][1] for s in rows], [s["at"][0] for s in rows]),
        crs=4326,
    )
    tooltip = folium.GeoJsonTooltip(["name", "id"], aliases=[say("map.school", lang), say("map.id", lang)], localize=False)
    mark = folium.CircleMarker(radius=5, color="#fff", weight=1.5, fill_color="#14456b", fill_opacity=1)
    return folium.GeoJson(frame.to_json(drop_id=True), name=say("map.schools", lang), marker=mark, tooltip=tooltip, embed=True)


def _bounds(plan: Plan) -> list[list[float]]:
    shapes = np.concatenate([shapes_of(layer) for layer in (plan.blocks, plan.districts, plan.schools)])
    west, south, east, north = gpd.GeoSeries(in_degrees(shapes[~pd.isna(shapes)], plan.crs)).total_bounds.tolist()
    return [[south, west], [north, east]]


def _numbered(page: Any) -> None:
    """Folium names its objects at random; here the same plan gives the same bytes."""
    todo, number = [page], 0
    while todo:
        one = todo.pop()
        for child in one._children.values():
            child._id = f"n{number}"
            number += 1
            todo.append(child)
