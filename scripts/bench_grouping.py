"""Time and gap of grouping (60, 200 and 1,000 schools, beside CP-SAT and clustering) and of pairing (1,000 x 1,000) on synthetic cities."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import Delaunay

from districting.checking.grouping import check_grouping
from districting.grouping import district_form, group_units
from districting.model.grouping_problem import GroupingProblem
from districting.model.pairing_problem import PairingProblem
from districting.pairing import pair_schools
from scripts.bench_grouping_peers import by_clustering, by_cp_sat
from scripts.bench_row import Row, in_turn

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


def pairing_row(each: int, seed: int) -> Row:
    """Beside the bare assignment of scipy, which knows no cap, no reach and no runner-up."""
    rng = np.random.default_rng(seed)
    donor = np.arange(2 * each) < each
    score = np.where(donor, 80.0, 60.0) + rng.uniform(-9.0, 9.0, 2 * each)
    xy = rng.uniform(0, 60_000, (2 * each, 2))
    cost = np.hypot(*(xy[:each, None] - xy[None, each:]).transpose(2, 0, 1))
    ours, theirs = in_turn(lambda: pair_schools(PairingProblem(score, donor, ~donor, xy)), lambda: linear_sum_assignment(cost), 3)
    return Row(f"pairs, {each:,} x {each:,}", ours, "s", 2.0, "scipy linear_sum_assignment alone", theirs, "ours adds scores, caps, reach and runners-up")


def rows(full: bool = False) -> list[Row]:
    """What `make bench` prints for grouping and pairing."""
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
    return [*(row for case in short + (more if full else []) for row in grouping_rows(case)), pairing_row(1000, 0)]
