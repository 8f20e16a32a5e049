"""How far the roots of mentor chains reach, read from the links of a plan alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from districting.model.plan import Plan
from districting.pairing import reach_of_roots

COLUMNS = ("stage", "root_id", "root_name", "schools", "pupils", "depth", "farthest_m")
"""Schools and pupils count the root itself; ``depth`` links to the deepest school; ``farthest_m`` straight metres from the root to its farthest school."""


def chain_reach(plan: Plan) -> pd.DataFrame:
    """One row for each root that carries a school, by stage, the widest reach first; pupils not given count as none."""
    links = plan.links[plan.links["kind"] == "chain"] if len(plan.links) else plan.links
    parts = [_of_stage(plan, str(stage), mine) for stage, mine in links.groupby("stage", sort=True)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({c: pd.Series(dtype="object") for c in COLUMNS})


def _of_stage(plan: Plan, stage: str, links: pd.DataFrame) -> pd.DataFrame:
    ids = pd.Index(sorted({*links["from_id"], *links["to_id"]}))
    mentor = np.full(len(ids), -1, dtype=np.int64)
    mentor[ids.get_indexer(links["to_id"])] = ids.get_indexer(links["from_id"])
    points = plan.schools.set_index("school_id")["geometry"].reindex(ids).to_numpy(dtype=object)
    rolls = plan.school_stages[plan.school_stages["stage"] == stage].set_index("school_id")["pupils"].reindex(ids).to_numpy(dtype=np.float64)
    reach = reach_of_roots(mentor, np.column_stack([shapely.get_x(points), shapely.get_y(points)]), rolls)
    names = plan.schools.set_index("school_id")["name"].reindex(ids)
    frame = pd.DataFrame(
        {
            "stage": stage,
            "root_id": ids[reach.root].to_numpy(dtype=object),
            "root_name": names.iloc[reach.root].to_numpy(dtype=object),
            "schools": reach.schools,
            "pupils": reach.pupils,
            "depth": reach.depth,
            "farthest_m": reach.farthest_m,
        },
        columns=list(COLUMNS),
    )
    return frame.sort_values(["schools", "root_id"], ascending=[False, True], kind="stable").reset_index(drop=True)
