"""Time of a choice: every engine alone at 100,000 pupils x 500 schools, deferred acceptance beside PyPI ``matching`` at a size it can do, and a whole simulation."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districting.checking.choice import justified_envy
from districting.enrolment.choice import CHOICE_ENGINES, run_engine, simulate_choice
from districting.enrolment.choice.engines import school_of
from districting.model.choice_problem import ChoiceProblem, ChoiceTown
from scripts.bench_row import Row, in_turn, median_seconds, seconds

PUPILS, SCHOOLS, WISHES = 100_000, 500, 12
TARGET_S = 5.0


def drawn(pupils: int, schools: int, wishes: int) -> ChoiceProblem:
    """Some schools are wished far more than others; three priorities at random; as many seats as pupils."""
    rng = np.random.default_rng(0)
    pull = np.log(rng.exponential(size=schools)).astype(np.float32)
    options = np.empty((pupils, wishes), dtype=np.int32)
    for start in range(0, pupils, 10_000):  # in parts: the whole table of utilities is large
        part = slice(start, min(start + 10_000, pupils))
        utility = pull - np.log(rng.exponential(size=(part.stop - start, schools)).astype(np.float32))
        options[part] = np.argsort(-utility, axis=1)[:, :wishes]
    tier = rng.integers(0, 3, size=options.shape).astype(np.uint8)
    seats = np.full(schools, pupils // schools, dtype=np.int64)
    return ChoiceProblem(options, np.full(pupils, wishes, dtype=np.int64), tier, rng.permutation(pupils), seats)


def town(zones: int, blocks: int, schools: int, pupils: int) -> ChoiceTown:
    """Zones of several schools with a seat for everybody."""
    rng = np.random.default_rng(0)
    zone = np.repeat(np.arange(zones), blocks)
    options = (zone[:, None] * schools + np.arange(schools)[None, :]).astype(np.int32)
    metres = np.sort(rng.uniform(200, 5000, size=options.shape), axis=1)
    seats = np.full(zones * schools, -(-blocks * pupils // schools), dtype=np.int64)
    quality = rng.uniform(55, 95, size=zones * schools)
    return ChoiceTown(options, metres, np.zeros(options.shape, dtype=np.uint8), np.full(zones * blocks, pupils), zone, seats, quality)


def _players(problem: ChoiceProblem) -> tuple[dict[int, list[int]], dict[int, list[int]], dict[int, int]]:
    n = len(problem.wishes)
    claim = problem.tier.astype(np.int64) * n + problem.number[:, None]
    asked: dict[int, list[tuple[int, int]]] = {}
    for i in range(n):
        for j, a in enumerate(problem.options[i].tolist()):
            asked.setdefault(a, []).append((int(claim[i, j]), i))
    return (
        {i: problem.options[i].tolist() for i in range(n)},
        {a: [i for _, i in sorted(c)] for a, c in asked.items()},
        {a: int(problem.seats[a]) for a in asked},
    )


def _matching(players: Any) -> dict[int, int]:
    solved = import_module("matching.games").HospitalResident.create_from_dictionaries(*players).solve(optimal="resident")
    return {i.name: a.name for a, inside in solved.items() for i in inside}


def _beside_matching(pupils: int, schools: int) -> Row:
    problem = drawn(pupils, schools, schools)
    size = f"deferred acceptance, {pupils:,} pupils x {schools} schools, whole lists"
    ours, _ = median_seconds(lambda: run_engine("deferred_acceptance", problem))
    try:
        players = _players(problem)
        theirs = _matching(players)
    except ImportError:
        return Row(size, ours, "s", remark="`matching` is not installed")
    mine: NDArray[np.int64] = school_of(problem, run_engine("deferred_acceptance", problem))
    same = all(theirs.get(i, -1) == a for i, a in enumerate(mine.tolist()))
    ours, took = in_turn(lambda: run_engine("deferred_acceptance", problem), lambda: _matching(players))
    return Row(size, ours, "s", peer="matching", peer_measured=took, remark="the same stable outcome" if same else "ANOTHER OUTCOME")


def rows(full: bool) -> list[Row]:
    """The section ``choice``."""
    for engine in CHOICE_ENGINES:
        run_engine(engine, drawn(20, 4, 3))  # compiled before the clock runs
    found = []
    for wishes in (WISHES, SCHOOLS) if full else (WISHES,):
        problem = drawn(PUPILS, SCHOOLS, wishes)
        for engine in CHOICE_ENGINES:
            took, got = median_seconds(lambda: run_engine(engine, problem))  # noqa: B023
            envy = justified_envy(problem, got)
            remark = f"{envy.pairs:,} pairs of justified envy, {int((got < 0).sum()):,} unplaced"
            found.append(Row(f"{engine}, {PUPILS:,} pupils x {SCHOOLS} schools, {wishes} wishes each", took, "s", TARGET_S, remark=remark))
    found.append(_beside_matching(1000, 20))
    if full:
        found.append(_beside_matching(4000, 50))
    shared = town(zones=50, blocks=100, schools=4, pupils=4)
    took, result = seconds(lambda: simulate_choice(shared, draws=100))
    found.append(Row(f"simulation, {result.pupils:,} pupils in 50 zones of 4 schools, {len(CHOICE_ENGINES)} engines x 100 draws", took, "s"))
    return found
