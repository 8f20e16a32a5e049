"""One self-contained HTML page of a plan: folium's frame, our block layer, a side panel; it opens with no network."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

from branca.element import MacroElement
from jinja2 import Template

from districting.model.kinds import refuse_kind
from districting.model.plan import Plan
from districting.outputs.map.compact import compacted
from districting.outputs.map.content import Audience, page_content
from districting.outputs.map.ground import refuse_undrawable
from districting.outputs.map.offline import OfflineMap, Verbatim, remote_links
from districting.outputs.map.options import PageOptions
from districting.outputs.public import PUBLIC_REASONS
from districting.wording import LANGUAGES, catalogue, say

_SCRIPTS: Final = (
    *("packing.js", "helpers.js", "arcs.js", "areas.js", "marks.js", "measures.js", "why.js", "cards.js", "search.js"),
    *("panel.js", "rows.js", "charts.js", "sheet.js"),
)
_POLICY: Final = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob: {tiles}; base-uri 'none'; form-action 'none'"
"""What the browser may load: what stands in the file, and pictures of the one source that was asked for."""
_INTERNAL_SCRIPTS: Final = ("curves.js", "internal.js", "scenario_schools.js", "scenario_stage.js", "scenario.js")
_EDITOR_SCRIPTS: Final = (
    "scenario_table.js",
    "editor_ground.js",
    "editor_pick.js",
    "editor_schools.js",
    "editor_signs.js",
    "editor_effect.js",
    "editor_store.js",
    "editor.js",
)
"""The what-if editor: in the file only where ``content["edit"]`` is."""
_EXPLAIN: Final = ("nearest", "metres", "shared", "cause_seats", "cause_price", "no_cause", "goals", "not_carried")
"""Sentences of the command ``explain`` that the card of a block says too."""
_NO_ZOOM: Final = re.compile(r"<meta name=\"viewport\"[^>]*user-scalable=no[^>]*>")
"""folium's viewport, which keeps readers from enlarging the page."""
_FORMAT: Final = re.compile(r"\{(\w+)(?::[^}]*)?\}")
_INTERNAL_PREFIX: Final = ("link_", "lens_", "chart_coefficients", "chart_front", "chart_spread", "option_", "editor_")
"""Words that begin so speak of links, of good schools and unsettled blocks, or of editing, and are internal like those below."""

_INTERNAL_WORDS: Final = frozenset(
    (
        "gap_closed",
        "internal",
        "tier",
        "score",
        "reason_no_stronger_donor",
        "reason_only_forbidden_donor",
        "reason_graduated",
        "left_pairing",
        "weak",
        "regular",
    )
)
"""Words that speak of strength, and are not even in the file of a page for the public."""
_PUBLIC_REASON_WORDS: Final = frozenset((*PUBLIC_REASONS, "not_in_form"))


class CompactBlocks(MacroElement):
    """Areas from shared arcs on one canvas layer, with districts, zones and schools; see topology.py for the format.

    ``content``: what :func:`districting.outputs.map.content.page_content` gives.
    """

    _template = Template("{% macro script(this, kwargs) %}districtingPage({{ this._parent.get_name() }});{% endmacro %}")

    def __init__(self, content: Mapping[str, Any]) -> None:
        super().__init__()
        self._name, self._id, self.content = "CompactBlocks", "blocks", content
        self.words = page_words(content["audience"])

    def render(self, **kwargs: Any) -> str:
        figure: Any = self.get_root()
        internal = self.content["audience"] == "internal"
        edited = internal and "edit" in self.content
        scripts = [*_SCRIPTS, *(_INTERNAL_SCRIPTS if internal else ()), *(_EDITOR_SCRIPTS if edited else ()), "page.js"]
        styles = "\n".join(asset(name) for name in ("page.css", "charts.css", *(("internal.css",) if internal else ()), *(("editor.css",) if edited else ())))
        data = script_json(compacted({**self.content, "words": self.words}))
        figure.html.add_child(Verbatim(f'<script type="application/json" id="plan-data">{data}</script>'), name="plan_data")
        figure.html.add_child(Verbatim(asset("page.html")), name="panel", index=0)  # before the map, so that the keyboard reaches its controls first
        if edited:
            figure.html.add_child(Verbatim(f'<template id="editor-template">{asset("editor.html")}</template>'), name="editor_panel")
        figure.header.add_child(Verbatim(f"<style>{styles}</style>"), name="page_css")
        figure.header.add_child(Verbatim("<script>{}</script>".format("\n".join(asset(name) for name in scripts))), name="page_js")
        return str(super().render(**kwargs))


def explore(plan: Plan, *, audience: Audience = "internal", lang: str | None = None, options: PageOptions | None = None) -> OfflineMap:
    """The plan as a folium map, for notebooks and for adding layers of one's own, in the plan's language unless ``lang`` says another.

    Raises
    ------
    DataError : ``plan`` is no Plan, or its blocks have no outlines
    """
    refuse_kind(plan, Plan, "plan")
    refuse_undrawable(plan)
    return framed(page_content(plan, audience, lang or plan.language, options=options))


def framed(content: Mapping[str, Any]) -> OfflineMap:
    """The content in folium's frame."""
    page = OfflineMap(zoom_control=True, control_scale=False, zoom_snap=0.25, wheel_px_per_zoom_level=90)
    page.add_child(CompactBlocks(content), name="blocks")
    return page


def map_html(plan: Plan, *, audience: Audience = "internal", lang: str | None = None, options: PageOptions | None = None) -> str:
    """The plan as one HTML file. ``public`` holds no tiers, scores, ranks or strong-weak links, not even in its data.

    The file forbids the browser every address; with tiles, every address but theirs.

    Raises
    ------
    DataError : the blocks have no outline, so that there is nothing to draw; tiles whose address is none
    RuntimeError : the page would ask the network for something (a fault of this package, not of the plan)
    """
    options = options or PageOptions()
    page = explore(plan, audience=audience, lang=lang, options=options)
    return finished(page, f"{plan.name} {plan.year}", lang or plan.language, options.source)


def finished(page: OfflineMap, title: str, lang: str, tiles: str = "") -> str:
    """The page as text, with its language, title and viewport; refused when anything is linked. ``tiles``: the one source the browser may ask, for pictures."""
    head = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(tiles=html.escape(tiles))}">\n'
    head += f'<title>{html.escape(title)}</title>\n<meta name="viewport" content="width=device-width, initial-scale=1">'
    text = _NO_ZOOM.sub("", page.get_root().render(), count=1)
    text = text.replace("<html>", f'<html lang="{"zh-CN" if lang == "zh" else "en"}">', 1).replace("<head>", f"<head>\n{head}", 1)
    found = remote_links(text)
    if found:
        raise RuntimeError(f"the page links to {found[:3]}")
    return text


def _is_internal(name: str) -> bool:
    """Words of strength and of links, and reasons of being left out that the public is not told."""
    return (
        name in _INTERNAL_WORDS
        or name.startswith(_INTERNAL_PREFIX)
        or (name.startswith("reason_") and name.removeprefix("reason_") not in _PUBLIC_REASON_WORDS)
    )


def page_words(audience: str) -> dict[str, dict[str, str]]:
    """Every sentence of the page in both languages, so that the reader can switch."""
    words = {}
    for lang in LANGUAGES:
        found = {name: entry[lang] for name, entry in {**catalogue("map"), **catalogue("page"), **catalogue("charts")}.items()}
        found |= {f"editor_{name}": entry[lang] for name, entry in catalogue("editor").items()}
        found |= {f"editor_{name}": entry[lang] for name, entry in catalogue("grouping").items() if name.startswith("kind_") and "{" not in entry[lang]}
        found |= {f"editor_{name}": entry[lang] for name, entry in catalogue("edit").items() if name.startswith("scheme_")}
        found |= {f"editor_rule_{name}": entry[lang] for name, entry in catalogue("rules").items() if "{" not in entry[lang]}
        found |= {f"explain_{name}": _FORMAT.sub(r"{\1}", catalogue("explain")[name][lang]).replace("{rank}", "{nth}") for name in _EXPLAIN}
        found |= {name: say(f"word.{name}", lang) for name in ("preschool", "primary", "junior", "senior", "lead", "member", "weak", "regular")}
        found |= {
            f"verdict_{v}": say(f"summary.verdict_{v}", lang)
            for v in ("better", "worse", "same", "pass", "fail", "low", "medium", "high", "yellow", "red", "trend", "unknown", "single", "few")
        }
        words[lang] = {name: sentence for name, sentence in found.items() if audience == "internal" or not _is_internal(name)}
    return words


def script_json(tree: Any) -> str:
    """JSON that is safe inside a script tag whatever names it holds.

    >>> script_json("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def asset(name: str) -> str:
    """The text of a file of the page."""
    return resources.files(__package__).joinpath("assets", name).read_text(encoding="utf-8")
