"""The grid of the tests as a page with the what-if editor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from districting.outputs.map import page
from districting.outputs.map.content import page_content


def edit_data(plan: Any, content: dict[str, Any], seats: int = 25) -> dict[str, Any]:
    """What tests/outputs/editor_scenario.js wants to know of the grid."""
    ids = content["unit"]["id"]
    xy = np.column_stack([plan.blocks.geometry.centroid.x, plan.blocks.geometry.centroid.y])
    spot = {s: (p.x, p.y) for s, p in zip(plan.schools["school_id"], plan.schools.geometry, strict=True)}
    names = [s["id"] for s in content["schools"]]
    edges = [[a, b] for a in range(len(ids)) for b in range(a) if abs(xy[a] - xy[b]).sum() < 150]
    found: dict[str, Any] = {"pupil_parts": 1, "key": "k" * 64, "stages": list(content["zones"]), "ids": ids, "edges": edges}
    for part in ("zones", "zone", "pupils", "seats", "dm", "home", "today"):
        found[part] = {}
    for stage, rows in content["zones"].items():
        zones = [z for z in rows if z["id"]]
        schools = [names[z["schools"][0]] for z in zones]
        away = np.array([[np.hypot(*(b - np.array(spot[s]))) for s in schools] for b in xy])
        here = content["unit"]["stage"][stage]
        found["zones"][stage] = [z["id"] for z in zones]
        found["zone"][stage] = here["zone"]
        found["pupils"][stage] = here["pupils"]
        found["seats"][stage] = [seats] * len(zones)
        found["dm"][stage] = np.rint(away * 10).astype(int).tolist()
        found["home"][stage] = away.argmin(axis=0).tolist()
        found["today"][stage] = [next((k for k, z in enumerate(zones) if t in z["schools"]), -1) for t in here["today"]]
    return found


def edited_html(plan: Any, monkeypatch: Any, lang: str = "zh") -> str:
    """A page for planners whose scenario is the plain one of the tests."""
    asset = page._asset
    monkeypatch.setattr(page, "_asset", lambda name: (Path(__file__).parent / "editor_scenario.js").read_text("utf-8") if name == "scenario.js" else asset(name))
    content = page_content(plan, "internal", lang)
    content["edit"] = edit_data(plan, content)
    return page.finished(page.framed(content), f"{plan.name} {plan.year}", lang)
