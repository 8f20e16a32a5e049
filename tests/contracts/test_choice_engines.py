"""What every engine in CHOICE_ENGINES keeps to, on random choices with priorities, bundles and further options."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from districting.checking.choice import overfilled
from districting.cli.choice import ENGINES as ON_THE_COMMAND_LINE
from districting.enrolment.choice import CHOICE_ENGINES
from districting.enrolment.choice.engines import number_first, run_engine
from districting.model.choice_problem import NONE, ChoiceProblem
from districting.wording import LANGUAGES, catalogue

SEEDS = range(15)


def choice(seed: int) -> ChoiceProblem:
    """Twelve pupils, some of them twins, and five schools with too few seats; the last options of a row are no wishes."""
    rng = np.random.default_rng(seed)
    n, s, w = 12, 5, 4
    options = np.array([rng.permutation(s)[:w] for _ in range(n)], dtype=np.int32)
    options[np.arange(w) >= rng.integers(0, w + 1, n)[:, None]] = NONE
    known = (options >= 0).sum(axis=1)
    wishes = np.array([rng.integers(0, k + 1) for k in known], dtype=np.int64)
    seats = rng.integers(0, 4, s)
    return ChoiceProblem(options, wishes, rng.integers(0, 3, (n, w)).astype(np.uint8), rng.permutation(n), seats, rng.integers(1, 3, n) if seed % 2 else None)


def turned(problem: ChoiceProblem, order: np.ndarray) -> ChoiceProblem:
    size = None if problem.size is None else problem.size[order]
    return replace(
        problem, options=problem.options[order], wishes=problem.wishes[order], tier=problem.tier[order], number=problem.number[order], size=size
    )  # fmt: skip


def schools_turned(problem: ChoiceProblem, order: np.ndarray) -> ChoiceProblem:
    place = np.argsort(order).astype(np.int32)
    return replace(problem, options=np.where(problem.options >= 0, place[np.maximum(problem.options, 0)], NONE).astype(np.int32), seats=problem.seats[order])


def broken(name: str) -> set[str]:
    """The laws that an engine breaks."""
    found = set()
    for seed in SEEDS:
        problem = choice(seed)
        before = {f.name: np.copy(getattr(problem, f.name)) for f in fields(problem)}
        got = np.array(run_engine(name, problem))
        if any(not np.array_equal(before[f], getattr(problem, f)) for f in before if before[f].dtype != object):
            found.add("pure")
        known = (problem.options >= 0).sum(axis=1)
        if got.shape != problem.wishes.shape or ((got < NONE) | (got >= known)).any():
            found.add("options")
            continue
        found |= {"seats"} if overfilled(problem, got) else set()
        found |= set() if np.array_equal(run_engine(name, problem), got) else {"same again"}
        order = np.random.default_rng(seed).permutation(len(got))
        found |= set() if np.array_equal(run_engine(name, turned(problem, order)), got[order]) else {"order of rows"}
        schools = np.random.default_rng(seed).permutation(len(problem.seats))
        found |= set() if np.array_equal(run_engine(name, schools_turned(problem, schools)), got) else {"order of schools"}
        found |= _wasted(problem, got)
    return found


def _wasted(problem: ChoiceProblem, got: np.ndarray) -> set[str]:
    """Who has nothing, or less than a wish, finds no free seat at a school wished more."""
    placed = np.flatnonzero(got >= 0)
    taken = np.bincount(problem.options[placed, got[placed]], problem.sizes[placed], minlength=len(problem.seats))
    for i, at in enumerate(got):
        better = problem.options[i, : min(int(problem.wishes[i]), int(at) if at >= 0 else len(problem.options[i]))]
        if any(taken[a] < problem.seats[a] for a in better if a >= 0):
            return {"wasted"}
    return set()


@pytest.mark.parametrize("engine", CHOICE_ENGINES)
def test_an_engine_keeps_every_law(engine):
    assert broken(engine) == set()


def test_the_command_line_offers_them_all_and_says_them_in_both_languages():
    assert tuple(CHOICE_ENGINES) == ON_THE_COMMAND_LINE
    assert all(set(catalogue("choice")[f"engine_{e}"]) == set(LANGUAGES) for e in CHOICE_ENGINES)


def _beyond_seats(problem):
    return np.where(problem.wishes > 0, 0, NONE)


def _by_rows(problem):
    return number_first(replace(problem, number=np.arange(len(problem.number))))


def _by_schools(problem):
    got = number_first(problem)
    got[(got >= 0) & (problem.options[:, 0] == 0)] = NONE
    return got


def _nobody(problem):
    return np.full(len(problem.wishes), NONE)


def _sixth_option(problem):
    return np.full(len(problem.wishes), 6)


def _eats_seats(problem):
    got = number_first(problem)
    problem.seats[:] = 0
    return got


@pytest.mark.parametrize(
    ("engine", "law"),
    [
        (_beyond_seats, "seats"),
        (_by_rows, "order of rows"),
        (_by_schools, "order of schools"),
        (_nobody, "wasted"),
        (_sixth_option, "options"),
        (_eats_seats, "pure"),
        (lambda p: number_first(replace(p, number=np.random.default_rng().permutation(len(p.number)))), "same again"),
    ],
)
def test_a_bad_engine_that_is_registered_is_caught(engine, law, monkeypatch):
    monkeypatch.setitem(CHOICE_ENGINES, "planted", engine)
    assert law in broken("planted")
