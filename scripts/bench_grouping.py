"""Time and gap of grouping (60 and 200 schools) and of pairing (1,000 x 1,000) on synthetic cities, one JSON line each."""

from __future__ import annotations

import argparse
import json
from time import perf_counter

import numpy as np
from scipy.spatial import Delaunay

from districting.checking.grouping import check_grouping
from districting.grouping import district_form, group_units
from districting.model.grouping_problem import GroupingProblem
from districting.model.pairing_problem import PairingProblem
from districting.pairing import pair_schools


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


def grouping_row(schools: int, seed: int, time_limit_s: float, evenness: bool) -> dict[str, object]:
    problem = city(schools, seed)
    if not evenness:
        problem = GroupingProblem(**{**problem.__dict__, "spec": problem.spec.replace(evenness=0.0)})
    found = group_units(problem, time_limit_s=time_limit_s)
    broken = check_grouping(problem, found.district_of_unit, found.lead_of_district)
    return {
        "case": f"grouping {schools}{'' if evenness else ' without evenness'} seed {seed}",
        "seconds": round(found.seconds, 2),
        "status": found.status,
        "gap": found.gap,
        "districts": len(found.lead_of_district),
        "violations": len(broken),
    }


def pairing_row(each: int, seed: int) -> dict[str, object]:
    rng = np.random.default_rng(seed)
    donor = np.arange(2 * each) < each
    score = np.where(donor, 80.0, 60.0) + rng.uniform(-9.0, 9.0, 2 * each)
    begin = perf_counter()
    found = pair_schools(PairingProblem(score, donor, ~donor, rng.uniform(0, 60_000, (2 * each, 2))))
    return {"case": f"pairing {each} x {each}", "seconds": round(perf_counter() - begin, 2), "pairs": len(found.donor_of_pair), "gap": found.gap}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--schools", type=int, nargs="*", default=[60, 200])
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args()
    for schools in options.schools:
        for seed in range(options.seeds):
            for evenness in (False, True):
                print(json.dumps(grouping_row(schools, seed, options.time_limit, evenness)), flush=True)
    print(json.dumps(pairing_row(1000, 0)))


if __name__ == "__main__":
    main()
