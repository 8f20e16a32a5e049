"""Time and gap of grouping (60, 200 and 1,000 schools, beside CP-SAT and clustering) on synthetic cities."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.spatial import Delaunay

from districting.checking.grouping import check_grouping
from districting.grouping import district_form, group_units
from districting.model.grouping_problem import GroupingProblem
from scripts.bench_grouping_peers import by_clustering, by_cp_sat
from scripts.bench_row import Row

TARGETS = {60: 3.0, 200: 30.0, 1000: 120.0}
"""Seconds by number of schools."""
PEER_S = 60.0


@dataclasses.dataclass(frozen=True)
class Case:
    schools: int
    seed: int = 0
    connected: bool = True
    evenness: bool = False
    peers: bool = True

    @property
    def limit_s(self) -> float:
        return max(60.0, TARGETS[self.schools])


def city(schools: int, seed: int) -> GroupingProblem:
    """Three primaries to a junior; of the juniors 35 % lead, 45 % weak; one unit per school, neighbours by Delaunay triangles."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0.0, 1500.0 * np.sqrt(schools), (schools, 2))
    stage = np.where(np.arange(schools) % 4 == 0, "junior", "primary")
    juniors = np.flatnonzero(stage == "junior")
    tier = np.full(schools, "regular", dtype="<U7")
    lead, weak = round(0.35 * len(juniors)), round(0.45 * len(juniors))
    shuffled = rng.permutation(juniors)
    tier[shuffled[:lead]], tier[shuffled[lead : lead + weak]] = "lead", "weak"
    resources = rng.normal(size=(schools, 6)) + np.where(tier == "lead", 0.8, np.where(tier == "weak", -0.8, 0.0))[:, None]
    triangles = Delaunay(xy).simplices
    edges = np.unique(np.sort(np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]]), axis=1), axis=0).astype(np.int64)
    quality = resources.mean(axis=1)
    return GroupingProblem(
        spec=district_form("alliance"),
        unit_of_member=np.arange(schools),
        stage_of_member=stage,
        tier_of_member=tier,
        pupils=rng.integers(300, 2000, schools).astype(np.float64),
        quality=(quality - quality.mean()) / quality.std(),
        resources=resources,
        member_xy=xy,
        edges=edges,
        county_of_unit=np.zeros(schools, dtype=np.int64),
        weight_of_unit=np.ones(schools),
    )


def grouping_rows(case: Case) -> list[Row]:
    """Ours, CP-SAT and clustering on the same schools."""
    problem = city(case.schools, case.seed)
    alone = np.zeros(case.schools, dtype=bool)
    spec = problem.spec.replace(evenness=500.0 if case.evenness else 0.0, connected=case.connected)
    problem = dataclasses.replace(problem, spec=spec, ground_of_unit=None if case.connected else alone)
    found = group_units(problem, time_limit_s=case.limit_s)
    broken = check_grouping(problem, found.district_of_unit, found.lead_of_district)
    kind = "connected" if case.connected else "single schools"
    work = f"alliance, {case.schools:,} schools, {kind}{', with evenness' if case.evenness else ''}, seed {case.seed}"
    remark = f"{found.status}, {len(found.lead_of_district)} districts, {len(broken)} rules broken, objective {found.objective / 1e6:.2f}, gap {100 * found.gap:.3g} %"
    rows = [Row(work, found.seconds, "s", None if case.evenness else TARGETS[case.schools], remark=remark)]
    if case.peers:
        for name, (seconds, said) in {"OR-Tools CP-SAT, 2 workers": by_cp_sat(problem, PEER_S), "scikit-learn, and repair": by_clustering(problem)}.items():
            rows.append(Row(work, found.seconds, "s", None, name, seconds, said))
    return rows


def rows(full: bool = False) -> list[Row]:
    """What `make bench` prints for grouping."""
    short = [
        Case(60),
        Case(60, connected=False),
        Case(60, evenness=True, peers=False),
        Case(200),
        Case(200, connected=False),
        Case(1000, connected=False),
        Case(1000),
    ]
    more = [Case(60, 1), Case(200, 1), Case(200, evenness=True, peers=False), Case(1000, 1, connected=False)]
    return [row for case in short + (more if full else []) for row in grouping_rows(case)]
