"""Odds of admission on the page: one entry per zone, from the pupils and seats of its schools that the page holds already; the plan stores nothing for it.

For the public too: the number is the same for every block of a zone, and both what it is made of, pupils and seats of a school, are published.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from districting.measures.admission import admission_odds
from districting.model.plan import Plan

ENDS: Final = (0.5, 0.7, 0.9, 0.999)
"""Upper ends of all classes but the last, which holds the zones where every child gets a seat: shares below 1 are never shown as 1."""


def zone_odds(content: dict[str, Any], stage: str) -> list[dict[str, Any] | None]:
    """Odds of each zone of ``stage``: ``any`` school of it in the plan and ``today`` (None = not known), and for each of its schools ``lot`` and ``first``; None where nothing is known.

    See :func:`districting.measures.admission.admission_odds`.
    """
    zones = content["zones"][stage]
    schools = [s for zone in zones for s in zone["schools"]]
    zone_of_school = np.repeat(np.arange(len(zones)), [len(zone["schools"]) for zone in zones])
    told = np.array([_figures(content["schools"][s]["load"].get(stage)) for s in schools], dtype=np.float64).reshape(len(schools), 3)
    now, seats, before = told.T
    plan = admission_odds(np.bincount(zone_of_school, now, len(zones)).astype(np.float64), seats, zone_of_school)
    today = admission_odds(np.bincount(zone_of_school, before, len(zones)).astype(np.float64), seats, zone_of_school)
    made: list[dict[str, Any] | None] = []
    for z, zone in enumerate(zones):
        mine = np.flatnonzero(zone_of_school == z)
        known = bool(zone["id"]) and math.isfinite(plan.any_school[z])
        shares = {"lot": [_share(v) for v in plan.by_lot[mine]], "first": [_share(v) for v in plan.first_wish[mine]]}
        made.append({"any": _share(plan.any_school[z]), "today": _share(today.any_school[z]), **shares} if known else None)
    return made


def add_odds(content: dict[str, Any], plan: Plan) -> list[dict[str, Any]]:
    """Puts ``odds`` into the zones that have any, and returns the entries of the list of measures: none for a stage without seats or without children."""
    made = []
    for stage, zones in content["zones"].items():
        if not any(school["load"].get(stage, [0])[0] != 0 for school in content["schools"]):
            continue  # the plan knows of no child of this stage
        found = zone_odds(content, stage)
        for zone, odds in zip(zones, found, strict=True):
            if odds is not None:
                zone["odds"] = odds
        if any(found):
            rule = "odds_roll" if plan.recorded(f"zoning.{stage}", "demand") == "roll" else "odds_intake"
            made.append({"name": "odds", "stage": stage, "unit": "share", "ends": list(ENDS), "rule": rule})
    return made


def _figures(load: list[Any] | None) -> list[float]:
    """Pupils of the plan, seats, pupils of today; NaN where one is not known."""
    return [math.nan if v is None else float(v) for v in load] if load else [math.nan] * 3


def _share(value: Any) -> float | None:
    """Cut after three decimals, so that what is not certain never reads as certain.

    >>> _share(0.99996), _share(1.0), _share(float("nan"))
    (0.999, 1.0, None)
    """
    return math.floor(round(float(value) * 1000, 6)) / 1000 if math.isfinite(value) else None
