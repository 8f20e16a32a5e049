"""Draws: cases a person can check, the numbers computed again from the specification in a few lines, and laws that hold under every seed."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from districting.enrolment import lottery
from districting.enrolment.draw import allot
from districting.enrolment.frozen import commitment_of, frozen_lines, read_frozen
from districting.enrolment.hall import groups_of
from districting.errors import DataError
from districting.model.draw_list import DrawBatch, DrawSchool
from tests.enrolment.lists import NAMES, drawn_list, random_list


def allotted(draw, order):
    """School of every entry (from 0) when the groups' numbers stand in ``order`` (positions of first members, best first)."""
    groups = groups_of(draw)
    rank = [order.index(g.members[0]) for g in groups]
    hall = allot(draw, groups, rank)
    found = [None] * len(draw.entries)
    for g, group in enumerate(groups):
        for i in group.members:
            found[i] = hall.school_of[g]
    return found, hall


def by_the_book(lines, seed):
    """Numbers as draw-1.md has them, from the lines alone: nothing of the package is used."""
    commitment = hashlib.sha256("".join(line + "\n" for line in lines).encode("utf-8")).hexdigest()
    rules = dict(line.split("\t")[1:] for line in lines if line.startswith("rule\t"))
    numbers = []
    for line in lines:
        if line.startswith("entry\t"):
            _, _, _, bundle, _, _, _, wishes = line.split("\t")
            message = f"{commitment}|{bundle}"
            if rules["engine"] == "single_school":
                first = wishes.split(",")[0]
                if first in ("-", "0"):
                    numbers.append("")
                    continue
                message += f"|{first}"
            digest = hmac.new(seed.encode("utf-8"), message.encode("utf-8"), hashlib.sha256).digest()
            numbers.append(str(int.from_bytes(digest[:8], "big") * 10 ** int(rules["digits"]) // 2**64).zfill(int(rules["digits"])))
    return commitment, numbers


# ---- numbers ----


@pytest.mark.parametrize("engine", NAMES)
def test_numbers_are_those_of_the_specification(engine):
    for seed in range(5):
        record = lottery(random_list(engine, seed), f"公开种子{seed}")
        commitment, numbers = by_the_book(record["frozen"], f"公开种子{seed}")
        assert (record["commitment"], record["numbers"]) == (commitment, numbers)


def test_the_published_vectors_hold():
    """The vectors of draw-1.md."""
    draw = drawn_list("number_first", [1, 1], [(0, 1), (0, 1), (1,)], bundles=[0, 0, 2], tiers=[1, 2, 1])
    draw = dataclasses.replace(draw, labels={"name": "例", "year": "2026", "stage": "primary", "order_keys": ""})
    record = lottery(draw, "20260701-384")
    commitment, numbers = by_the_book(record["frozen"], "20260701-384")
    from importlib import resources

    page = resources.files("districting.enrolment").joinpath("draw-1.md").read_text(encoding="utf-8")
    assert commitment in page
    assert "\n".join(record["frozen"]) in page
    assert all(number in page for number in numbers)
    assert "\n".join(record["log"]) in page


def test_one_bundle_has_one_number_and_the_same_list_and_seed_give_the_same_bytes():
    draw = random_list("number_first", 1)
    record = lottery(draw, "7")
    assert all(record["numbers"][i] == record["numbers"][e.bundle] for i, e in enumerate(draw.entries))
    assert lottery(draw, "7") == record
    assert lottery(draw, "8")["numbers"] != record["numbers"]


@given(st.sampled_from(NAMES), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_the_frozen_text_says_all_of_the_list(engine, seed):
    draw = random_list(engine, seed)
    lines = frozen_lines(draw)
    assert read_frozen(lines) == draw
    assert frozen_lines(read_frozen(lines)) == lines


def test_descending_turns_the_order_of_the_numbers_round():
    draw = drawn_list("number_first", [1], [(0,)] * 20)
    for seed in range(20):
        up, down = lottery(draw, str(seed)), lottery(dataclasses.replace(draw, direction="descending"), str(seed))
        for record, best in ((up, min), (down, max)):
            assert record["results"].index(1) == record["numbers"].index(best(record["numbers"]))


@pytest.mark.parametrize("seed", ["", "  ", "\t", "a\nb"])
def test_an_empty_seed_or_one_of_several_lines_is_refused(seed):
    with pytest.raises(DataError):
        lottery(drawn_list("number_first", [1], [(0,)]), seed)


def test_two_spellings_of_one_character_are_one_seed():
    draw = drawn_list("number_first", [1], [(0,)] * 3)
    assert lottery(draw, "é") == lottery(draw, "e\u0301")
    assert lottery(draw, "12") != lottery(draw, "１２")


def test_numbers_are_uniform_over_many_seeds():
    """Each of six entries is first equally often, each first digit appears equally often: chi-square over 3,000 public seeds."""
    draw = drawn_list("number_first", [1], [(0,)] * 6)
    winners, digits, orders = Counter(), Counter(), Counter()
    for seed in range(3000):
        record = lottery(draw, f"公开{seed}")
        winners[record["results"].index(1)] += 1
        digits.update(n[0] for n in record["numbers"])
        orders[tuple(sorted(range(3), key=lambda i: record["numbers"][i]))] += 1
    assert len(winners) == 6
    assert len(digits) == 10
    assert len(orders) == 6
    for found in (winners, digits, orders):
        assert chisquare(list(found.values())).pvalue > 1e-4


# ---- engines, drawn by hand ----


def test_preference_first_fills_all_first_wishes_before_any_second():
    """Two schools of one seat. 0 wants A; 1 wants A, then B; 2 wants B. 1 comes second at A and finds B taken by a first wish."""
    draw = drawn_list("preference_first", [1, 1], [(0,), (0, 1), (1,)])
    assert allotted(draw, [0, 1, 2])[0] == [0, None, 1]


def test_number_first_gives_the_second_wish_to_the_better_number():
    draw = drawn_list("number_first", [1, 1], [(0,), (0, 1), (1,)])
    assert allotted(draw, [0, 1, 2])[0] == [0, 1, None]


def test_priority_comes_before_the_number_inside_a_wish_and_not_for_what_is_left():
    """School A of one seat: the higher class takes it though its number is last. B by the default order: by number alone."""
    draw = drawn_list("preference_then_priority_then_number", [1, 1], [(0,), (0,), (0,)], tiers=[3, 2, 1], default_order=(1,))
    assert allotted(draw, [0, 1, 2])[0] == [1, None, 0]
    left = drawn_list("preference_first", [1, 1], [(0,), (0,), (0,)], tiers=[3, 2, 1], default_order=(1,))
    assert allotted(left, [0, 1, 2])[0] == [None, 1, 0]


def test_keys_come_before_the_number():
    draw = drawn_list("number_first", [2], [(0,)] * 3, keys=[(2,), (1,), (2,)])
    assert allotted(draw, [0, 2, 1])[0] == [0, 0, None]


def test_single_school_draws_each_list_by_itself():
    draw = drawn_list("single_school", [1, 2], [(0,), (0,), (1,), (1,), (1,)])
    found, hall = allotted(draw, [4, 3, 2, 1, 0])
    assert found == [None, 0, None, 1, 1]
    assert [line.split("\t")[6] for line in hall.log] == ["1", "1", "2", "2", "2"]
    record = lottery(draw, "1")
    assert len(set(record["numbers"])) == 5


def test_batches_run_one_after_another_at_their_schools_and_the_last_places_all():
    """The first batch knows wish 1 at A only; the second wishes 2; then the default order."""
    batches = (DrawBatch("一", "preference_first", 1, 1, (0,)), DrawBatch("二", "number_first", 2, 2))
    draw = drawn_list("batched", [1, 1, 2], [(0, 1), (0, 1), (0, 1), (1, 0)], batches=batches, default_order=(2,))
    found, hall = allotted(draw, [3, 0, 1, 2])
    assert found == [0, 1, 2, 2]
    assert {line.split("\t")[2] for line in hall.log} == {"0", "1", "2"}


def test_a_blank_wish_keeps_its_place():
    """0 left the first wish blank: in the first round it asks for nothing."""
    draw = drawn_list("preference_first", [1], [(None, 0), (0,)])
    assert allotted(draw, [0, 1])[0] == [None, 0]


def test_a_bundle_at_the_last_seat_overfills_or_is_passed_over():
    wishes = [(0, 1), (0, 1), (0, 1)]
    assert allotted(drawn_list("number_first", [1, 2], wishes, bundles=[0, 0, 2]), [0, 2])[0] == [0, 0, 1]
    assert allotted(drawn_list("number_first", [1, 2], wishes, bundles=[0, 0, 2], bundle="skip"), [0, 2])[0] == [1, 1, 0]
    capped = [DrawSchool("", "A", 1, 1), DrawSchool("", "B", 2)]
    assert allotted(drawn_list("number_first", capped, wishes, bundles=[0, 0, 2]), [0, 2])[0] == [1, 1, 0]


def test_binding_brings_nobody_forward():
    """A child of tier 1 bound to one of tier 2 waits with tier 2."""
    draw = drawn_list("number_first", [2], [(0,)] * 4, bundles=[0, 0, 2, 3], tiers=[1, 2, 1, 1])
    assert allotted(draw, [0, 2, 3])[0] == [None, None, 0, 0]


def test_the_eligible_take_reserved_seats_first_and_the_rest_returns_or_is_kept():
    """Three seats, two reserved; only entry 0 is eligible. It takes a reserved one; the second reserved seat goes back to all, or stays empty."""
    for unfilled, third in (("return", 0), ("keep", None)):
        draw = drawn_list("number_first", [3], [(0,)] * 3, pools=[(0,), (), ()], made_pools=((0, 2, unfilled, "军人子女", "soldier"),))
        found, hall = allotted(draw, [1, 2, 0])
        assert found == [0, 0, third]
        assert "not_eligible" in [line.split("\t")[7] for line in hall.log]


def test_a_school_goes_over_its_plan_once_and_returned_seats_pay_for_it():
    """Three seats, two of them reserved. Twins take the one general seat and one over it; the next twins are passed over; of the two seats given back one pays for the first twins."""
    draw = drawn_list(
        "number_first", [3], [(0,)] * 5, bundles=[0, 0, 2, 2, 4], pools=[(), (), (0,), (), ()], made_pools=((0, 2, "return", "军人子女", "soldier"),)
    )
    found, hall = allotted(draw, [0, 2, 4])
    assert [line.split("\t")[7] for line in hall.log] == ["placed", "skipped", "not_eligible", "returned", "placed", "full"]
    assert found == [0, 0, 0, 0, None]
    assert hall.over == [1]


def test_a_cap_holds_also_when_the_eligible_come_after_the_bundle():
    """Plan 3, one seat reserved, cap 3. With one general seat left twins would make it three, and the reserved seat a fourth: they are passed over."""
    schools = [DrawSchool("", "A", 3, 3)]
    draw = drawn_list("number_first", schools, [(0,)] * 4, bundles=[0, 1, 1, 3], pools=[(), (), (), (0,)], made_pools=((0, 1, "keep", "军人子女", "soldier"),))
    assert allotted(draw, [0, 1, 3])[0] == [0, None, None, 0]


def test_no_log_line_is_missing_or_out_of_step():
    for engine in NAMES:
        draw = random_list(engine, 2)
        record = lottery(draw, "1")
        lines = [line.split("\t") for line in record["log"]]
        assert [int(f[0]) for f in lines] == list(range(1, len(lines) + 1))
        placed = {int(f[3]): int(f[6]) for f in lines if f[7] == "placed"}
        assert {i + 1: at for i, at in enumerate(record["results"]) if at and draw.entries[i].bundle == i} == placed
        assert record["summary"]["entries"] == len(draw.entries)


# ---- against two implementations that share no line with ours ----


def dictatorship(plans, wishes, order):
    left, found = list(plans), {}
    for i in order:
        found[i] = next((s for s in wishes[i] if left[s] > 0), None)
        if found[i] is not None:
            left[found[i]] -= 1
    return [found[i] for i in range(len(wishes))]


def boston(plans, wishes, order):
    left, found = list(plans), [None] * len(wishes)
    for wish in range(max(map(len, wishes), default=0)):
        for school in range(len(plans)):
            asking = [i for i in order if found[i] is None and len(wishes[i]) > wish and wishes[i][wish] == school]
            for i in asking[: left[school]]:
                found[i] = school
            left[school] -= min(left[school], len(asking))
    return found


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_without_bundles_and_reserves_the_engines_are_the_known_mechanisms(data):
    schools, n = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 9))
    plans = data.draw(st.lists(st.integers(0, 3), min_size=schools, max_size=schools))
    wishes = [tuple(data.draw(st.permutations(range(schools)))[: data.draw(st.integers(0, schools))]) for _ in range(n)]
    order = data.draw(st.permutations(range(n)))
    assert allotted(drawn_list("number_first", plans, wishes), order)[0] == dictatorship(plans, wishes, order)
    assert allotted(drawn_list("preference_first", plans, wishes), order)[0] == boston(plans, wishes, order)


# ---- laws, under every seed ----


@given(st.sampled_from(NAMES), st.integers(0, 10_000))
@settings(max_examples=200, deadline=None)
def test_bundles_stay_together_seats_and_caps_hold_and_reserved_seats_go_to_the_eligible(engine, seed):
    draw = random_list(engine, seed)
    record = lottery(draw, f"s{seed}")
    results = record["results"]
    assert all(results[i] == results[e.bundle] for i, e in enumerate(draw.entries))
    sizes = Counter(e.bundle for e in draw.entries)
    over = max(sizes.values()) - 1 if draw.bundle == "overfill" else 0
    for s, school in enumerate(draw.schools, 1):
        count = results.count(s)
        assert count <= school.plan + over
        assert school.cap is None or count <= school.cap
    for fields in (line.split("\t") for line in record["log"]):
        if fields[7] == "placed":
            members = [i for i, e in enumerate(draw.entries) if e.bundle == int(fields[3]) - 1]
            for i, seat in zip(members, fields[8].split(","), strict=True):
                assert seat in ("0", "over") or int(seat) - 1 in draw.entries[i].pools
    named = {i: {w for w in e.wishes if w is not None} | set(draw.default_order) for i, e in enumerate(draw.entries)}
    assert all(at is None or at - 1 in named[i] for i, at in enumerate(results))


@given(st.integers(0, 10_000))
@settings(max_examples=80, deadline=None)
def test_tiers_are_honoured_under_every_seed(seed):
    """Nobody of a lower tier has a seat at a school that one of a higher tier, alone and without reserved seats, asked for and did not get."""
    draw = random_list("number_first", seed)
    draw = dataclasses.replace(draw, pools=(), default_order=(), entries=tuple(e._replace(bundle=i, pools=()) for i, e in enumerate(draw.entries)))
    results = lottery(draw, f"s{seed}")["results"]
    for i, e in enumerate(draw.entries):
        wanted = e.wishes if results[i] is None else e.wishes[: e.wishes.index(results[i] - 1)]
        for other, at in zip(draw.entries, results, strict=True):
            if at is not None and at - 1 in wanted:
                assert (other.tier, other.keys) <= (e.tier, e.keys)


def test_a_thousand_entries_and_no_wish_are_drawn_as_well():
    record = lottery(drawn_list("preference_first", [0], [()] * 1000), "1")
    assert record["results"] == [None] * 1000
    assert record["log"] == []
    assert commitment_of(record["frozen"]) == record["commitment"]
