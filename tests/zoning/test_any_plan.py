"""Whether there is any plan at all: drawn cases, every assignment of tiny cities as the oracle, and what the refusal then says."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting import ZoningProblem, assign_blocks, check_zoning
from districting.errors import Conflict, InfeasibleError
from districting.model.goals import Balance, Distance
from districting.model.rules import ChangeCap, Connected, HomeBlock, KeepTogether, Locked, MinimumFill, NeighboursTogether, Seats, TravelGrowth
from districting.wording import text
from districting.zoning import assign, plain
from districting.zoning.any_plan import OPEN, any_plan, is_tiny
from districting.zoning.lowering import lower
from tests.zoning.test_goals_and_rules import RULES_TRIED, best_of_all, tiny_city


def row_of_blocks(pupils: list[float], seats: list[float], homes: list[int], **changes: object) -> ZoningProblem:
    """Blocks of 100 m in a row."""
    xy = np.array([(100.0 * i, 0.0) for i in range(len(pupils))])
    edges = [(i, i + 1) for i in range(len(pupils) - 1)]
    return ZoningProblem(pupils, seats, edges, homes, xy=xy, school_xy=xy[homes], **changes)  # type: ignore[arg-type]


def any_lawful(problem: ZoningProblem, zones: int) -> bool:
    """Whether one of all assignments breaks no rule."""
    return any(not check_zoning(problem, np.array(label)) for label in product(range(zones), repeat=problem.block_count))


def refusal_of(problem: ZoningProblem, **limits: object) -> InfeasibleError:
    with pytest.raises(InfeasibleError) as refused:
        assign_blocks(problem, **{"steps": 2000, **limits})  # type: ignore[arg-type]
    return refused.value


def test_a_fill_that_only_split_blocks_could_reach_is_proven_impossible_and_named() -> None:
    """Blocks of 3, 4 and 3 pupils, A at the left and B at the right, 10 seats each, half full at least: 5 and 5 would take half of the middle block."""
    found = refusal_of(row_of_blocks([3, 4, 3], [10, 10], [0, 2], rules=(MinimumFill(0.5),)))
    assert found.proven
    assert [(c.rule, c.proven) for c in found.conflicts] == [("minimum_fill", True)]
    assert found.message.say("en") == "no feasible plan: 1 rule(s) clash"
    assert found.message.say("zh") == "没有可行方案：1条规则冲突"


def test_a_compound_that_fits_into_no_school_beside_its_home_is_proven_impossible() -> None:
    """Four blocks of 3 with A (7 seats) and B (7 seats) at the ends; the two in the middle stay together: 9 pupils at one of the two."""
    row = row_of_blocks([3, 3, 3, 3], [7, 7], [0, 3])
    assert assign_blocks(row, steps=2000).school_of_block.tolist() == [0, 0, 1, 1]
    found = refusal_of(row.replace(rules=(KeepTogether([-1, 0, 0, -1]),)))
    assert found.proven
    assert [c.rule for c in found.conflicts] == ["keep_together"]


def test_rules_of_which_none_alone_is_to_blame_are_listed_together() -> None:
    """Five blocks of 2: five pupils each do not come out of whole blocks; and hardly a change would keep today's zones A B A B B, which hang apart."""
    fill, cap = MinimumFill(0.5), ChangeCap(0.1)
    row = row_of_blocks([2, 2, 2, 2, 2], [10, 10], [0, 4], today=[0, 1, 0, 1, 1], rules=(fill, cap))
    found = refusal_of(row)
    assert found.proven
    said = found.say("en")
    assert "proved: no plan of 5 blocks and 2 schools holds all of these rules: seats, connected zones, home block, minimum fill, cap on changes" in said
    assert "could be relaxed: lift several of these rules: minimum fill, cap on changes" in said
    assert not any_lawful(row.replace(rules=(fill,)), 2)
    assert not any_lawful(row.replace(rules=(cap,)), 2)


def test_without_any_rule_to_lift_the_refusal_says_which_of_the_usual_three_would_help() -> None:
    """Even fill is the goal; blocks 1, 9, 5 in a row, A (10 seats) in the first, B (6 seats) in the second: the 5 would have to reach A past B's block."""
    row = row_of_blocks([1, 9, 5], [6, 9], [0, 1], objectives=(Balance(),))
    assert not any_lawful(row, 2)
    assert any_lawful(row.replace(contiguous=False), 2)
    found = refusal_of(row)
    assert found.proven
    assert "could be relaxed: loosen or lift the rule “connected zones”" in found.say("en")
    assert "proved" in found.say("en")
    assert "已证明" in found.say("zh")


def test_where_homes_are_free_or_zones_may_lie_apart_the_answer_is_as_certain() -> None:
    """5, 5 and 5 pupils, 9 and 9 seats: two of the three share a school however they lie."""
    row = row_of_blocks([5, 5, 5], [9, 9], [0, 2])
    for lifted in ((Connected(hard=False),), (HomeBlock(hard=False),), (Connected(hard=False), HomeBlock(hard=False))):
        found = refusal_of(row.replace(rules=lifted))
        assert found.proven
        assert any_plan(lower(row.replace(rules=lifted))).impossible


def test_a_plan_that_the_search_misses_is_found_exactly_and_searched_on_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search gives up at once: the plan still comes, and it is the best of the two there are (A keeps its three blocks, which nobody leaves)."""
    searched = []
    real = assign.search_general

    def blind(*given: object, **named: object) -> object:
        searched.append(named["start"] is not None)
        found = real(*given, **named)  # type: ignore[arg-type]
        if named["start"] is None:
            found.label = None
        return found

    monkeypatch.setattr(assign, "search_general", blind)
    row = row_of_blocks([1, 1, 1, 1, 1], [4, 4], [0, 4], today=[0, 0, 0, 1, 1], rules=(MinimumFill(0.5), ChangeCap(0.2)))
    found = assign_blocks(row, steps=5000)
    assert searched == [False, True]
    assert found.school_of_block.tolist() in ([0, 0, 0, 1, 1], [0, 0, 1, 1, 1])
    assert found.objective == pytest.approx(400)
    assert check_zoning(row, found.school_of_block) == []


def test_what_is_not_settled_is_not_called_impossible(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same clash, the exact answer switched off: none was found, and that is all that is said."""
    monkeypatch.setattr(assign, "any_plan", lambda *_: OPEN)
    found = refusal_of(row_of_blocks([3, 4, 3], [10, 10], [0, 2], rules=(MinimumFill(0.5),)))
    assert not found.proven
    assert [(c.rule, c.proven) for c in found.conflicts] == [("minimum_fill", False)]
    assert found.message.say("en") == "no plan was found within the budget; that none exists is not proven"
    assert "未证明无解" in found.message.say("zh")
    assert "clash" not in found.say("en")
    assert "give more time" in found.say("en")
    assert found.conflicts[0].as_json()["proven"] is False


def test_one_certain_conflict_among_several_makes_the_refusal_certain() -> None:
    sure = Conflict("seats", 1.0, "seat", text("zoning.lift_home"))
    open_one = Conflict("rules", 1.0, "rule", text("zoning.lift_home"), proven=False)
    assert InfeasibleError([open_one, sure]).message.say("en") == "no feasible plan: 1 rule(s) clash"
    assert not InfeasibleError([open_one]).proven


def test_a_compound_in_two_parts_is_refused_without_calling_it_impossible() -> None:
    """Blocks 0 and 2 belong together and lie apart, yet block 1 may join them: the refusal proves nothing."""
    row = row_of_blocks([1, 1, 1, 1], [3, 3], [0, 3], rules=(KeepTogether([0, -1, 0, -1]),))
    assert any_lawful(row, 2)
    assert not refusal_of(row).proven


def test_a_city_that_is_not_tiny_is_left_open() -> None:
    big = tiny_city(0, rows=20, columns=30, schools=4, rules=(MinimumFill(0.99),))
    assert not is_tiny(lower(big))
    assert any_plan(lower(big)) is OPEN


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 100_000),
    names=st.lists(st.sampled_from(sorted(RULES_TRIED)), min_size=1, max_size=4, unique=True),
    fill=st.sampled_from([0.0, 0.5, 0.8, 0.95]),
    share=st.sampled_from([0.0, 0.5, 0.8]),
)
def test_impossible_is_said_exactly_where_no_assignment_at_all_is_lawful(seed: int, names: list[str], fill: float, share: float) -> None:
    schools = 3 if "shared_zones" in names else 2
    rules = [rule for name in names for rule in RULES_TRIED[name]] + [MinimumFill(fill), NeighboursTogether(share)]
    problem = tiny_city(seed, schools=schools, rules=tuple(rules))
    lawful, refused = any_lawful(problem, 2), None
    try:
        low = lower(problem)
    except InfeasibleError as error:
        refused = error
    if refused is not None:
        assert not (refused.proven and lawful)
        return
    found = any_plan(low)
    assert found.impossible is not lawful
    assert (found.label is not None) is lawful
    if found.label is not None:
        assert check_zoning(problem, found.label[low.unit_of_block]) == []


@pytest.mark.parametrize("seed", range(6))
def test_a_refusal_of_a_tiny_city_is_always_proven_and_true(seed: int) -> None:
    rules = (MinimumFill(0.75), ChangeCap(0.25), NeighboursTogether(0.5), Locked([2], [1]), Seats())
    problem = tiny_city(seed, objectives=(Distance(), Balance(500.0)), rules=rules)
    if any_lawful(problem, 2):
        assert check_zoning(problem, assign_blocks(problem, steps=20_000).school_of_block) == []
    else:
        assert refusal_of(problem).proven


@pytest.mark.parametrize("goals", [(), (Balance(),)])
def test_where_homes_are_free_a_part_without_a_school_gets_a_zone_of_its_own(goals: tuple[Balance, ...]) -> None:
    """Blocks 0 and 1 touch neither school; both stand in the other part, and one zone must leave its school's own block."""
    row = row_of_blocks([1, 1, 1, 1], [5, 5], [2, 3], rules=(HomeBlock(hard=False),), objectives=goals).replace(edges=[(0, 1), (2, 3)])
    found = assign_blocks(row, steps=5000)
    assert check_zoning(row, found.school_of_block) == []
    assert found.school_of_block.tolist() == [0, 0, 1, 1]


def test_where_homes_are_free_a_locked_block_may_leave_its_part_to_one_school() -> None:
    row = row_of_blocks([1, 1, 1, 1], [5, 5], [2, 3], rules=(HomeBlock(hard=False), Locked([1], [1]))).replace(edges=[(0, 1), (1, 2)])
    assert assign_blocks(row, steps=5000).school_of_block.tolist() == [1, 1, 1, 0]


@pytest.mark.parametrize("rules", [(), (Locked([0], [1]),)])
def test_more_parts_than_zones_are_proven_impossible_where_homes_are_free(rules: tuple[Locked, ...]) -> None:
    row = row_of_blocks([1, 1, 1, 1], [5, 5], [0, 3], rules=(HomeBlock(hard=False), *rules)).replace(edges=[(0, 1)])
    found = refusal_of(row, relaxing=False)
    assert found.proven
    assert [(c.rule, c.amount) for c in found.conflicts] == [("connected", 1.0)]


def test_where_homes_are_free_zones_change_places_if_that_is_shorter() -> None:
    """No step from one plan to the next leads to the shortest: in the city of seed 18 the search alone stays with one that is a tenth longer."""
    for seed in (17, 18):
        city = tiny_city(seed, rows=2, columns=3, schools=3, rules=(HomeBlock(hard=False), TravelGrowth(0.6, free_m=150.0)))
        assert assign_blocks(city, steps=5000).objective == pytest.approx(best_of_all(city, 3))


def test_a_search_that_ends_in_pieces_where_homes_are_free_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "any_plan", lambda *_: OPEN)
    monkeypatch.setattr(plain, "GRACE_S", 0.1)
    row = row_of_blocks([1, 1, 3, 1], [5, 5], [0, 2], rules=(HomeBlock(hard=False),)).replace(edges=[(0, 1), (1, 2)])
    found = refusal_of(row, relaxing=False)
    assert not found.proven
    assert [c.rule for c in found.conflicts] == ["connected"]
    monkeypatch.undo()
    assert assign_blocks(row, steps=5000).school_of_block.tolist() == [1, 1, 1, 0]
