"""What every engine in ENGINES keeps to: seats, the order of rows, the same again from its record, and its name wherever a draw is replayed."""

from __future__ import annotations

import random
import re
from importlib import resources

import numpy as np
import pytest

from districting.checking.lottery import check_lottery
from districting.enrolment import ENGINES, lottery
from districting.enrolment.draw import allot
from districting.enrolment.engines import Engine, number_first
from districting.enrolment.hall import groups_of
from districting.enrolment.verify import verify_record
from districting.errors import DistrictingError
from districting.model.lottery_rules import ENGINE_NAMES
from districting.wording import LANGUAGES, catalogue
from tests.enrolment.lists import NAMES, random_list

SEEDS = range(12)


def results_of(draw, rank):
    """School of every entry from 1, or None, when the groups stand in the places ``rank``."""
    groups = groups_of(draw)
    hall = allot(draw, groups, rank)
    found = [None] * len(draw.entries)
    for g, group in enumerate(groups):
        for i in group.members:
            found[i] = None if hall.school_of[g] is None else hall.school_of[g] + 1
    return found


def turned(draw, order):
    """The same list with its bundles in another order; and the old position of each row."""
    groups = groups_of(draw)
    was = [i for g in order for i in groups[g].members]
    now = {old: new for new, old in enumerate(was)}
    entries = tuple(draw.entries[i]._replace(bundle=min(now[m] for m in range(len(was)) if draw.entries[m].bundle == draw.entries[i].bundle)) for i in was)
    return type(draw)(**{**vars(draw), "entries": entries}), was


def broken(name: str, seeds=SEEDS) -> set[str]:
    """The laws that an engine breaks over lists with bundles, tiers, keys, reserved seats and caps."""
    found = set()
    for seed in seeds:
        draw = random_list(name, seed)
        groups = groups_of(draw)
        rank = np.random.default_rng(seed).permutation(len(groups)).tolist()
        results = results_of(draw, rank)
        found |= {v.rule for v in check_lottery(draw, results)}
        found |= set() if results_of(draw, rank) == results else {"same again"}
        order = np.random.default_rng(seed + 1).permutation(len(groups)).tolist()
        other, was = turned(draw, order)
        again = results_of(other, [rank[g] for g in order])
        found |= set() if [again[was.index(i)] for i in range(len(was))] == results else {"order of rows"}
        found |= _wasted(draw, results)
    return found


def _wasted(draw, results) -> set[str]:
    """Somebody alone, who could use any seat, has nothing while a school of the first wish, without cap and reserves, has seats left."""
    free = {s for s, school in enumerate(draw.schools) if results.count(s + 1) < school.plan and school.cap is None and all(p.school != s for p in draw.pools)}
    alone = [i for i, e in enumerate(draw.entries) if sum(o.bundle == e.bundle for o in draw.entries) == 1]
    first = [next(iter(draw.entries[i].wishes[:1]), None) for i in alone]
    open_to_all = free if not draw.batches else {s for s in free if not draw.batches[0].schools or s in draw.batches[0].schools}
    return {"wasted"} if any(results[i] is None and wish in open_to_all for i, wish in zip(alone, first, strict=True)) else set()


def test_the_engines_are_those_of_the_rules_in_their_order():
    assert tuple(ENGINES) == ENGINE_NAMES == NAMES


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_keeps_every_law(engine):
    assert broken(engine) == set()


@pytest.mark.parametrize("engine", ENGINES)
def test_every_record_is_identical_to_its_replay(engine):
    for seed in range(10):
        record = lottery(random_list(engine, seed), f"s{seed}")
        assert lottery(random_list(engine, seed), f"s{seed}") == record
        assert verify_record(record, commitment=record["commitment"].upper(), seed=f"s{seed}") == record["summary"]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_is_specified_worded_and_known_to_the_browser(engine):
    assert f"| `{engine}` |" in resources.files("districting.enrolment").joinpath("draw-1.md").read_text("utf-8")
    assert set(catalogue("lottery_page")[engine]) == set(LANGUAGES)
    script = resources.files("districting.outputs").joinpath("verifier", "lottery.js").read_text("utf-8")
    assert f'"{engine}"' in script
    assert re.search(rf"(?m)^    {engine}: ", script.partition("var ENGINES = {")[2].partition("};")[0])


def _beyond_seats(hall):
    for g in hall.waiting(hall.by_claim):
        if hall.groups[g].wishes and hall.groups[g].wishes[0] is not None:
            hall.school_of[g] = hall.groups[g].wishes[0]


def _in_order_of_rows(hall):
    for g in range(len(hall.groups)):
        for wish, school in enumerate(hall.groups[g].wishes, 1):
            if hall.school_of[g] is None and school is not None:
                hall.offer(g, school, wish)


def _at_random(hall):
    random.shuffle(hall.by_claim)
    number_first.ENGINE.wishes(hall)


def _anywhere(hall):
    for g in hall.waiting(hall.by_claim):
        any(hall.offer(g, s, 1) for s in range(len(hall.draw.schools)))


def _none_but_the_first(hall):
    for g in hall.waiting(hall.by_claim)[:1]:
        if hall.groups[g].wishes and hall.groups[g].wishes[0] is not None:
            hall.offer(g, hall.groups[g].wishes[0], 1)


@pytest.mark.parametrize(
    ("wishes", "law"),
    [
        (_beyond_seats, "seats"),
        (_in_order_of_rows, "order of rows"),
        (_at_random, "same again"),
        (_anywhere, "asked"),
        (_none_but_the_first, "wasted"),
    ],
)
def test_a_bad_engine_that_is_registered_is_caught(wishes, law, monkeypatch):
    monkeypatch.setitem(ENGINES, "number_first", Engine(wishes))
    assert law in broken("number_first")


def test_a_draw_beyond_the_seats_makes_no_record(monkeypatch):
    monkeypatch.setitem(ENGINES, "number_first", Engine(_beyond_seats))
    with pytest.raises(DistrictingError):
        lottery(random_list("number_first", 1), "1")


def test_a_record_of_an_engine_that_draws_at_random_is_not_confirmed(monkeypatch):
    record = lottery(random_list("number_first", 1), "1")
    monkeypatch.setitem(ENGINES, "number_first", Engine(_in_order_of_rows))
    with pytest.raises(DistrictingError):
        verify_record(record)
