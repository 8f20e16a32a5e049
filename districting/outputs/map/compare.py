"""Plans over the same blocks side by side on one page: a map for each, linked, over one ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
from branca.element import MacroElement
from jinja2 import Template

from districting.auditing import compare_plans
from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.outputs.map.compact import compacted
from districting.outputs.map.compare_content import compare_content
from districting.outputs.map.ground import refuse_undrawable
from districting.outputs.map.offline import OfflineMap, Verbatim
from districting.outputs.map.page import asset, finished, script_json
from districting.wording import LANGUAGES, catalogue, say, text

MOST: Final = 4
"""Plans on one page at most: with more, no map is large enough to read."""

_SCRIPTS: Final = ("packing.js", "helpers.js", "arcs.js", "areas.js", "search.js", "compare_maps.js", "compare_card.js", "compare_panel.js", "compare.js")
_OF_THE_MAP: Final = (
    *(
        "year",
        "comma",
        "dot",
        "colon",
        "search",
        "search_district",
        "nothing_found",
        "and_more",
        "whole",
        "show",
        "internal",
        "draft",
        "note",
        "data_year",
        "about",
    ),
    *("pupils_n", "metres", "none", "zoom_closer", "zoom_away", "view_zones", "block", "id", "schools", "school", "findings", "district", "stages"),
)
"""Words of the page of one plan that this page says too."""


class CompareMaps(MacroElement):
    """A map for each plan beside folium's own; ``content``: what :func:`districting.outputs.map.compare_content.compare_content` gives."""

    _template = Template("{% macro script(this, kwargs) %}districtingCompare({{ this._parent.get_name() }});{% endmacro %}")

    def __init__(self, content: Mapping[str, Any]) -> None:
        super().__init__()
        self._name, self._id, self.content = "CompareMaps", "maps", content

    def render(self, **kwargs: Any) -> str:
        figure: Any = self.get_root()
        data = script_json(compacted({**self.content, "words": _words()}))
        figure.html.add_child(Verbatim(f'<script type="application/json" id="plan-data">{data}</script>'), name="plan_data")
        figure.html.add_child(Verbatim(asset("compare.html")), name="panel", index=0)  # before the map, so that the keyboard reaches its controls first
        figure.header.add_child(Verbatim(f"<style>{asset('compare.css')}</style>"), name="page_css")
        figure.header.add_child(Verbatim("<script>{}</script>".format("\n".join(asset(name) for name in _SCRIPTS))), name="page_js")
        return str(super().render(**kwargs))


def compare_html(plan_a: Plan, plan_b: Plan, *more: Plan, lang: str | None = None, compared: Sequence[pd.DataFrame] | None = None) -> str:
    """One internal page for the plans: linked maps, who moves, and the measures, seats and schools of all side by side. Plan A is what the others are held against.

    Zones of the same schools have one colour and one number in every map; blocks whose school (district) differs are hatched in all. Without zones, ground is what the
    districts of all plans cut out together. ``compared``: what :func:`districting.compare_plans` said of each other plan, where it is known already.

    Raises
    ------
    DataError : the plans do not cover the same blocks or share no stage with the first, the blocks have no outlines, or there are more than ``MOST`` plans
    """
    plans = (plan_a, plan_b, *more)
    refuse_many(len(plans))
    compared = [compare_plans(plan_a, other) for other in plans[1:]] if compared is None else compared
    refuse_undrawable(plan_a)
    lang = lang or plan_a.language
    page = OfflineMap(zoom_control=True, control_scale=False, zoom_snap=0.25, wheel_px_per_zoom_level=90, zoom_animation=False, fade_animation=False)
    page.add_child(CompareMaps(compare_content(plans, compared, lang)), name="maps")
    names = dict.fromkeys(f"{plan.name} {plan.year}" for plan in plans)
    return finished(page, " / ".join(names) + f" · {say('map.comparison', lang)}", lang)


def refuse_many(count: int) -> None:
    """DataError where there are more plans than one page shows."""
    if count > MOST:
        raise DataError(Fault(text("compare.too_many", n=count, most=MOST), text("compare.too_many_remedy", most=MOST)))


def _words() -> dict[str, dict[str, str]]:
    """Every sentence of the page in both languages."""
    words = {}
    for lang in LANGUAGES:
        found = {name: catalogue("map")[name][lang] for name in _OF_THE_MAP}
        found |= {name: entry[lang] for name, entry in catalogue("compare").items()}
        found |= {name: say(f"word.{name}", lang) for name in ("preschool", "primary", "junior", "senior")}
        words[lang] = found | {f"verdict_{v}": say(f"summary.verdict_{v}", lang) for v in ("better", "worse", "same")}
    return words
