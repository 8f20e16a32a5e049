"""A folium map that needs no network: Leaflet is written into the page from the installed package, and nothing else is linked."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import folium
from branca.element import Element
from jinja2 import Template
from xstatic.pkg import leaflet

_REMOTE = re.compile(r"<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)\s*=\s*[\"'](?!data:|#)[^\"']*[\"']", re.IGNORECASE)
_LICENCE = "Leaflet, (c) 2010-2022 Vladimir Agafonkin, (c) 2010-2011 CloudMade. BSD 2-Clause."


class Verbatim(Element):
    """Text of the page that is written as it stands: branca reads the text of a plain Element as a template, and a name may hold "{{"."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class OfflineMap(folium.Map):
    """``folium.Map`` without tiles, links or random names: the same content gives the same bytes."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  (folium's own class attribute)
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        super().__init__(tiles=None, prefer_canvas=True, **options)
        self._id = "plan"
        figure: Any = self.get_root()
        figure._id = "page"
        figure.header.add_child(Verbatim(f"<style>/* {_LICENCE} */\n{_leaflet('leaflet.css')}</style>"), name="leaflet_css")
        figure.header.add_child(Verbatim(f"<script>/* {_LICENCE} */\n{_leaflet('leaflet.js')}</script>"), name="leaflet_js")


@cache
def _leaflet(name: str) -> str:
    text = (Path(leaflet.BASE_DIR) / name).read_text(encoding="utf-8")
    text = re.sub(r"/[/*]# sourceMappingURL=.*", "", text)
    text = re.sub(r"url\([^)]*\)", "none", text) if name.endswith(".css") else text
    return text.replace("</script", "<\\/script")


def remote_links(page: str) -> list[str]:
    """Tags that would make a browser ask the network or a sibling file; a finished page must have none."""
    markup = re.sub(r"(<script\b[^>]*>).*?(</script>)", r"\1\2", page, flags=re.DOTALL | re.IGNORECASE)
    return _REMOTE.findall(markup)
