"""Rows of the benchmark: the map page of large cities in a browser with the network cut, beside folium.GeoJson on the same blocks.

"Opened" is from navigation to the second animation frame after ``load``. A frame of the walk is from a pan or a zoom to the second animation frame after it, so that it is
never under one to two frames of the screen (17 to 33 ms). CPU seconds are those of all processes of the browser: they say what a loaded machine hides.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import folium

from districting.outputs.map import map_html
from districting.outputs.map.compact import compacted
from districting.outputs.map.content import page_content
from districting.outputs.map.ground import drawn_shapes, in_degrees
from districting.outputs.map.offline import OfflineMap
from districting.outputs.map.page import finished, script_json
from districting.outputs.map.topology import topology
from scripts.bench_row import Row
from scripts.jittered_mesh import CRS, jittered_mesh
from scripts.mesh_plan import mesh_plan

_TARGETS: Final = {2_000: (None, None), 20_000: (3.0, 0.9), 100_000: (16.0, 2.5)}
"""Blocks -> megabytes of the page, seconds until it is open."""
_FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info", "--js-flags=--expose-gc", "--disable-background-networking"]
_WALK: Final = [0.5, (200, 100), 0.5, (-300, 150), 1, (200, -300), 1, (400, 0), 1, (0, 300), 2, (300, 300), -2, -2, -2, -2]
"""From the whole into the streets and back beyond the whole: zoom steps, and pans in pixels."""
_OPENED: Final = "addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(() => { window.opened = performance.now(); })))"
_STEP: Final = """async ([map, step]) => {
  const two = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  await two();
  const begun = performance.now();
  if (Array.isArray(step)) { map.panBy(step, { animate: false }); } else { map.setZoom(map.getZoom() + step, { animate: false }); }
  await two();
  return performance.now() - begun;
}"""
_MAP: Final = "() => window.districting ? districting.map : map_plan"


@dataclass(frozen=True)
class Seen:
    """What a browser took for a page: seconds until it was open (wall, CPU), megabytes of its heap, milliseconds of each frame by view, CPU milliseconds of each frame."""

    opened_s: float
    opened_cpu_s: float
    heap_mb: float
    frames_ms: dict[str, list[float]]
    frames_cpu_ms: list[float]


def rows(full: bool) -> list[Row]:
    """2 000, 20 000 and 100 000 blocks; folium beside them up to 20 000 (``full``: 100 000 too, which takes minutes)."""
    if shutil.which("chromium") is None:
        return [Row("map page", float("nan"), "", remark="no chromium on this machine")]
    return [row for n in _TARGETS for row in _of_size(n, full)]


def _of_size(n: int, full: bool) -> Iterator[Row]:
    plan = mesh_plan(n)
    shapes = in_degrees(drawn_shapes(jittered_mesh(n).shapes), CRS)
    cpu, ground = _cpu(lambda: topology(shapes).encoded())
    yield Row(f"page, {n:,} blocks: geometry encoded", cpu, "s CPU", 3.0 if n == 100_000 else None)
    unit = compacted(page_content(plan, "internal", "zh")["unit"])
    labels = sum(len(script_json(part).encode()) for part in (ground, unit["id"], unit["name"])) / 1e6
    yield Row(f"page, {n:,} blocks: geometry and labels", labels, "MB", 9.0 if n == 100_000 else None)
    cpu, page = _cpu(lambda: map_html(plan))
    views = ["grouping:0", "primary", "lens:0"]
    with _file(page) as (file, size):
        seen = _seen(file, views)
    peer = _folium(plan) if n < 100_000 or full else None
    with _file(peer or "") as (file, peer_size):
        other = _seen(file, [""]) if peer else None
    beside = {"peer": "folium.GeoJson, canvas"} if other else {}
    megabytes, opened = _TARGETS[n]
    frames = [ms for of_view in seen.frames_ms.values() for ms in of_view]
    peer_frames = other.frames_ms[""] if other else None
    each = ", ".join(f"{view} {statistics.median(ms):.0f} / {max(ms):.0f}" for view, ms in seen.frames_ms.items())
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    yield Row(
        f"page, {n:,} blocks: everything", size, "MB", megabytes, **beside, peer_measured=peer_size if other else None, remark=f"written in {cpu:.1f} s CPU"
    )
    yield Row(
        f"page, {n:,} blocks: opened",
        seen.opened_s,
        "s",
        opened,
        **beside,
        peer_measured=other and other.opened_s,
        remark=f"{seen.opened_cpu_s:.2f} s CPU; {load}",
    )
    yield Row(f"page, {n:,} blocks: heap", seen.heap_mb, "MB", 160.0 if n == 100_000 else None, **beside, peer_measured=other and other.heap_mb)
    target = (120.0, 300.0) if n == 100_000 else (None, None)
    yield Row(
        f"page, {n:,} blocks: frame, median",
        statistics.median(frames),
        "ms",
        target[0],
        **beside,
        peer_measured=peer_frames and statistics.median(peer_frames),
        remark=f"{statistics.median(seen.frames_cpu_ms):.0f} ms CPU; {load}",
    )
    yield Row(
        f"page, {n:,} blocks: frame, worst",
        max(frames),
        "ms",
        target[1],
        **beside,
        peer_measured=peer_frames and max(peer_frames),
        remark=f"{max(seen.frames_cpu_ms):.0f} ms CPU; median / worst by view: {each}",
    )


def _folium(plan: Any) -> str:
    """The same blocks as folium draws them at its fastest: one canvas, shared borders simplified as ours, six decimals, a tooltip, a colour by zone."""
    palette = page_content(plan, "internal", "zh")["palette"]
    frame = plan.blocks[["block_id", "name", "zone_id_primary", "geometry"]].copy()
    frame["geometry"] = in_degrees(drawn_shapes(frame.geometry.to_numpy()), plan.crs)
    frame = frame.set_crs(4326, allow_override=True)
    frame["geometry"] = frame.geometry.set_precision(1e-6, mode="pointwise")
    zones = {zone: palette[k % len(palette)] for k, zone in enumerate(sorted(set(frame["zone_id_primary"])))}
    page = OfflineMap()
    folium.GeoJson(
        frame.to_json(drop_id=True),
        style_function=lambda f: {"fillColor": zones[f["properties"]["zone_id_primary"]], "weight": 0.6, "fillOpacity": 1},
        tooltip=folium.GeoJsonTooltip(["block_id", "name"]),
    ).add_to(page)
    west, south, east, north = frame.total_bounds.tolist()
    page.fit_bounds([[south, west], [north, east]])
    return finished(page, "folium", "zh")


@contextmanager
def _file(text: str) -> Iterator[tuple[Path, float]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(text, encoding="utf-8")
        yield file, file.stat().st_size / 1e6


def _seen(file: Path, views: list[str]) -> Seen:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        page = browser.new_context(offline=True, bypass_csp=True, viewport={"width": 1366, "height": 768}).new_page()
        page.set_default_timeout(600_000)
        page.add_init_script(_OPENED)
        before = _browser_cpu()
        page.goto(file.as_uri(), timeout=600_000)
        page.wait_for_function("window.opened")
        opened, cpu = page.evaluate("window.opened") / 1000, _browser_cpu() - before
        frames, spent = {}, []
        for view in views:
            if view:
                page.select_option("#view", view)
                page.click("#whole")
            page.wait_for_timeout(1000)
            shown = page.evaluate_handle(_MAP)
            frames[view] = []
            for step in _WALK:
                before = _browser_cpu()
                frames[view].append(page.evaluate(_STEP, [shown, step]))
                spent.append(1000 * (_browser_cpu() - before))
        for _ in range(2):  # the first may only end a round that was under way, and keeps what was made since that began
            page.evaluate("gc()")
        heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
        browser.close()
    return Seen(opened, cpu, heap, frames, spent)


def _cpu(function: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    result = function()
    return time.process_time() - begun, result


def _browser_cpu() -> float:
    """CPU seconds of every process of the browser below this one."""
    total, todo = 0, [os.getpid()]
    while todo:
        one = todo.pop()
        try:
            children = [int(child) for task in Path(f"/proc/{one}/task").iterdir() for child in (task / "children").read_text(encoding="ascii").split()]
            name, _, rest = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")
        except OSError:  # it has ended since its parent named it
            continue
        if "(chrom" in name:
            total += sum(map(int, rest.split()[11:13]))
        todo += children
    return total / os.sysconf("SC_CLK_TCK")
