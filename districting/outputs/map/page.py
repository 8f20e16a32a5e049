"""One self-contained HTML page of a plan: folium's frame, our block layer, a side panel; it opens with no network."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from branca.element import Element, MacroElement
from jinja2 import Template

from districting.model.plan import Plan
from districting.outputs.map.content import Audience, page_content
from districting.outputs.map.offline import OfflineMap, remote_links
from districting.wording import LANGUAGES, catalogue, say


class CompactBlocks(MacroElement):
    """Areas from shared arcs on one canvas layer, with districts, zones, schools and links; see topology.py for the format."""

    _template = Template("{% macro script(this, kwargs) %}districtingPage({{ this._parent.get_name() }});{% endmacro %}")

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__()
        self._name, self._id, self.content = "CompactBlocks", "blocks", content

    def render(self, **kwargs: Any) -> None:
        figure = self.get_root()
        data = script_json({**self.content, "words": page_words()})
        figure.html.add_child(Element(f'<script type="application/json" id="plan-data">{data}</script>'), name="plan_data")
        figure.html.add_child(Element(_asset("page.html")), name="panel")
        figure.header.add_child(Element(f"<style>{_asset('page.css')}</style>"), name="page_css")
        figure.header.add_child(Element(f"<script>{_asset('arcs.js')}\n{_asset('page.js')}</script>"), name="page_js")
        super().render(**kwargs)


def explore(plan: Plan, *, audience: Audience = "internal", lang: str = "zh") -> OfflineMap:
    """The plan as a folium map, for notebooks and for adding layers of one's own."""
    page = OfflineMap(zoom_control=True, control_scale=False)
    page.add_child(CompactBlocks(page_content(plan, audience, lang)), name="blocks")
    return page


def map_html(plan: Plan, *, audience: Audience = "internal", lang: str = "zh") -> str:
    """The plan as one HTML file. ``public`` holds no tiers, scores, ranks or strong-weak links, not even in its data.

    Raises
    ------
    RuntimeError : the page would ask the network for something (a fault of this package, not of the plan)
    """
    html = explore(plan, audience=audience, lang=lang).get_root().render()
    return finished(html, f"{plan.name} {plan.year}", lang)


def finished(html: str, title: str, lang: str) -> str:
    """Language, title and viewport set; refused when anything is linked."""
    head = f'<title>{_escaped(title)}</title><meta name="viewport" content="width=device-width, initial-scale=1">'
    html = html.replace("<html>", f'<html lang="{"zh-CN" if lang == "zh" else "en"}">', 1).replace("</head>", f"{head}</head>", 1)
    found = remote_links(html)
    if found:
        raise RuntimeError(f"the page links to {found[:3]}")
    return html


def page_words() -> dict[str, dict[str, str]]:
    """Every sentence of the page in both languages, so that the reader can switch."""
    words = {lang: {name: entry[lang] for name, entry in catalogue("map").items()} for lang in LANGUAGES}
    for lang in LANGUAGES:
        words[lang] |= {name: say(f"word.{name}", lang) for name in ("preschool", "primary", "junior", "senior", "lead", "member", "weak", "regular")}
        words[lang] |= {f"verdict_{v}": say(f"summary.verdict_{v}", lang) for v in ("better", "worse", "same", "pass", "fail")}
    return words


def script_json(tree: Any) -> str:
    """JSON that is safe inside a script tag whatever names it holds."""
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
