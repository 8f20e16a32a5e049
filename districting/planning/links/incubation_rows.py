"""Incubation areas as rows of the plan: the layer of districts, who is in them, and a link from every centre to each of its schools."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.geography.shapes import dissolve
from districting.model.incubation_problem import IncubationProblem
from districting.model.plan import Plan
from districting.planning.links.incubation_ground import AreaGround
from districting.wording import say

FORM = "incubation"


def sorted_centres(members: Any, centre: NDArray[np.int64]) -> list[int]:
    """Centres in the order of county and code, so that numbers do not depend on the solver."""
    county, ids = members["county_code"].fillna("").to_numpy(dtype=str), members["school_id"].to_numpy(dtype=str)
    return sorted(set(centre.tolist()), key=lambda i: (county[i], ids[i]))


def district_rows(plan: Plan, members: Any, ground: AreaGround, centre: NDArray[np.int64], scheme: str) -> Any:
    """One area a row, its shape the cells of its schools."""
    import geopandas as gpd

    centres = sorted_centres(members, centre)
    rank = {c: r for r, c in enumerate(centres)}
    held = ground.holder >= 0
    label = np.array([rank[int(centre[s])] for s in ground.holder[held].tolist()], dtype=np.int64)
    names = members["name"].to_numpy(dtype=object)
    columns = {
        "district_id": _ids(len(centres)),
        "scheme": scheme,
        "level": 1,
        "parent_id": "",
        "name": [say("pairing.area_name", plan.language, lead=names[c]) for c in centres],
        "theme": "",
        "county_code": members["county_code"].fillna("").to_numpy(dtype=object)[centres],
    }
    return gpd.GeoDataFrame(columns, geometry=list(dissolve(ground.shape[held], label, len(centres))), crs=plan.crs)


def member_rows(members: Any, centre: NDArray[np.int64], scheme: str) -> pd.DataFrame:
    """The centre leads; every other school, incubator or not, is a member."""
    centres = sorted_centres(members, centre)
    ids = dict(zip(centres, _ids(len(centres)), strict=True))
    rows = pd.DataFrame(
        {
            "scheme": scheme,
            "district_id": [ids[c] for c in centre.tolist()],
            "school_id": members["school_id"].to_numpy(dtype=object),
            "stage": members["stage"].to_numpy(dtype=object),
            "role": np.where(centre == np.arange(len(centre)), "lead", "member"),
        }
    )
    return rows.sort_values(["district_id", "stage", "school_id"], kind="stable").reset_index(drop=True)


def link_rows(problem: IncubationProblem, members: Any, centre: NDArray[np.int64], stage: str, max_distance_m: float) -> pd.DataFrame:
    """From the centre of an area to each of its other schools; farther than ``max_distance_m`` is remote."""
    ids = members["school_id"].to_numpy(dtype=object)
    of = np.flatnonzero(centre != np.arange(len(centre)))
    distance = np.hypot(*(problem.xy[centre[of]] - problem.xy[of]).T)
    rows = {"kind": FORM, "stage": stage, "from_id": ids[centre[of]], "to_id": ids[of], "distance_m": distance, "remote": distance > max_distance_m}
    return pd.DataFrame(rows)


def _ids(count: int) -> list[str]:
    return [f"I{i + 1:02d}" for i in range(count)]
