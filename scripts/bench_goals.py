"""Other people's goals on their own data: Loudoun County (balance and compactness) and Shaker Heights (social mix)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from districting import assign_blocks, check_zoning
from districting.measures.zoning_terms import zoning_terms
from districting.model.goals import Mix, Stability
from districting.model.rules import ChangeCap, ExcusedIslands, NeighboursTogether, SizeBand, TravelGrowth
from scripts.bench_row import Row
from scripts.real_problems import read_lcps, read_shaker, real_folder

PUBLISHED: dict[Literal["elem", "mid", "high"], float] = {"elem": 14.307, "mid": 3.789, "high": 3.262}
"""Best of some hundreds of published runs (see the data's README)."""
SHAKER_MIX, SHAKER_MOVED = 0.1445, 230
SECONDS = 60.0


def lcps_rows(full: bool) -> list[Row]:
    """Each level within a minute; from today's zones, and in a full run from no zones at all."""
    rows = []
    for level, best in PUBLISHED.items():
        for from_today in (True, False) if full else (True,):
            problem = read_lcps(level, from_today)
            found = assign_blocks(problem, time_limit_s=SECONDS)
            broken = len(check_zoning(problem, found.school_of_block))
            work = f"Loudoun {level}, {'from today' if from_today else 'from nothing'}"
            remark = f"{broken} rules broken, {found.seconds:.0f} s, bound {found.bound:.3f}"
            rows.append(Row(work, found.objective, "", best, "best of the published runs", best, remark))
    return rows


def shaker_rows() -> list[Row]:
    """The published limits, with ever fewer pupils moved."""
    rows = []
    for moved in (SHAKER_MOVED - 1, 139, 87):
        limits = (TravelGrowth(0.5), SizeBand(0.85, 1.15), NeighboursTogether(0.5), ExcusedIslands())
        problem, published = read_shaker((Mix(), Stability(1e-6)), limits)
        problem = problem.replace(rules=(*problem.rules, ChangeCap(moved / problem.demand.sum())))
        found = assign_blocks(problem, time_limit_s=SECONDS)
        terms, theirs = found.terms, zoning_terms(problem, published)
        remark = (
            f"{terms['stability']:.0f} pupils moved (published plan {theirs['stability']:.0f}, {theirs['mix']:.4f}), "
            f"{len(check_zoning(problem, found.school_of_block))} rules broken, bound {found.bound:.4f}"
        )
        rows.append(Row(f"Shaker Heights, at most {moved} moved: dissimilarity", terms["mix"], "", SHAKER_MIX, "CP-SAT, published", SHAKER_MIX, remark))
    return rows


def rows(full: bool = False) -> list[Row]:
    """What `make bench` prints for other goals."""
    if not real_folder("lcps").exists():
        return [Row("Loudoun, Shaker Heights", float(np.nan), "", remark="no real data: set DISTRICTING_REAL_DATA")]
    return [*lcps_rows(full), *shaker_rows()]
