"""A plan small enough to know by heart, and a browser with the network cut."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import districting
from districting.model.plan import Plan
from districting.model.settings import GroupingSettings, PairingSettings, Settings, ZoningSettings
from districting.outputs.map import map_html
from districting.reading.city import City
from tests.outputs.editor_page import begin
from tests.planning.conftest import CRS, SCORE, campus, grid_blocks

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ODD = 0.137
"""Added to every score, so that a score can be searched for in a file and means nothing else."""


@pytest.fixture(scope="session")
def grid_plan() -> Plan:
    """The grid of tests/planning: four quarters for the primaries; today all of county A goes to P3 and all of county B to P4."""
    schools, stages = campus()
    stages["score"] = [SCORE[tier] + ODD for tier in stages["tier"]]
    settings = Settings(
        zoning={"primary": ZoningSettings(), "junior": ZoningSettings()}, grouping=GroupingSettings(), pairing=PairingSettings(stages=("junior",))
    )
    blocks = grid_blocks()
    today = pd.DataFrame({"block_id": blocks["block_id"], "stage": "primary", "school_id": ["P3" if c == "A" else "P4" for c in blocks["county_code"]]})
    return districting.make_plan(City(settings=settings, schools=schools, school_stages=stages, crs=CRS, blocks=blocks, today=today))


@dataclass
class Opened:
    """A page in the browser and all it asked for and complained of."""

    page: Any
    url: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def quiet(self) -> bool:
        """Nothing was asked for but the file itself, and nothing was complained of."""
        assert self.errors == []
        assert self.requests == [self.url]
        return True

    def view(self, name: str) -> None:
        """Shows "districts" or the zones of a stage."""
        if self.page.is_visible("#view"):
            self.page.select_option("#view", "grouping:0" if name == "districts" else name)

    def colour(self, lng: float, lat: float) -> str:
        """The commonest colour of the canvas in a square of 15 pixels around a place."""
        return self.page.evaluate(_COLOUR, [lng, lat])[0]

    def colours(self, lng: float, lat: float) -> int:
        """How many colours the square has: 1 on plain ground, more where it is hatched."""
        return self.page.evaluate(_COLOUR, [lng, lat])[1]

    def click(self, lng: float, lat: float) -> None:
        self.page.mouse.click(*self.at(lng, lat))

    def at(self, lng: float, lat: float) -> tuple[float, float]:
        script = "([x, y]) => { const p = districting.map.latLngToContainerPoint([y, x]), b = districting.map.getContainer().getBoundingClientRect(); return [p.x + b.x, p.y + b.y]; }"
        return tuple(self.page.evaluate(script, [lng, lat]))


_OWN = "willReadFrequently"
"""The browser's advice about pixels read again and again, which only these tests do."""

_COLOUR = """([lng, lat]) => {
  const c = document.getElementById('areas'), r = c.getBoundingClientRect(), m = districting.map.getContainer().getBoundingClientRect();
  const p = districting.map.latLngToContainerPoint([lat, lng]), by = c.width / r.width;
  const d = c.getContext('2d').getImageData(Math.round((p.x + m.x - r.x) * by) - 7, Math.round((p.y + m.y - r.y) * by) - 7, 15, 15).data, count = {};
  for (let i = 0; i < d.length; i += 4) { const k = '#' + [0, 1, 2].map(j => d[i + j].toString(16).padStart(2, '0')).join('').toUpperCase() + (d[i + 3] < 255 ? '?' : ''); count[k] = (count[k] || 0) + 1; }
  const all = Object.keys(count).sort((a, b) => count[b] - count[a]);
  return [all[0], all.length];
}"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium without a head; the tests that need it are skipped where it is missing (and fail under CI)."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Opens HTML from disk with the network cut, recording requests and complaints."""
    contexts = []

    def opened(html: str, width: int = 1366, height: int = 768, **options: Any) -> Opened:
        file = tmp_path / f"map{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        context = chromium.new_context(offline=True, viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        found = Opened(context.new_page(), file.as_uri())
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on(
            "console", lambda message: found.errors.append(message.text) if message.type in ("error", "warning") and _OWN not in message.text else None
        )
        found.page.set_default_timeout(8000)
        found.page.goto(found.url)
        assert found.errors == []
        found.page.wait_for_selector("#areas[data-drawn]", state="attached")
        return found

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def editor_html(grid_plan):
    return map_html(grid_plan)


@pytest.fixture(scope="session")
def opened_once(editor_html, chromium, tmp_path_factory):
    """One page with the editor for all its tests; each begins on it anew."""
    file = tmp_path_factory.mktemp("editor") / "map.html"
    file.write_text(editor_html, encoding="utf-8")
    context = chromium.new_context(offline=True, viewport={"width": 1366, "height": 768})
    found = Opened(context.new_page(), file.as_uri())
    found.page.on("pageerror", lambda error: found.errors.append(str(error)))
    found.page.on("console", lambda message: found.errors.append(message.text) if message.type in ("error", "warning") and _OWN not in message.text else None)
    found.page.set_default_timeout(5000)
    found.page.goto(found.url)
    yield found
    context.close()


@pytest.fixture
def editor(opened_once):
    """The editor of the primary zones, with nothing kept in the browser."""
    opened_once.page.set_viewport_size({"width": 1366, "height": 768})
    opened_once.page.evaluate("localStorage.clear()")
    begin(opened_once)
    yield opened_once
    assert opened_once.errors == []
