"""Two terms of mentor chains and of county pairs: what stands, what is forbidden, who has graduated, and who is free again."""

import pytest

import districting as dt
from districting.errors import InfeasibleError
from districting.model.pairing_settings import ChainSettings, CountySettings, PairingSettings
from districting.model.settings import ProjectSettings, Settings
from districting.planning import start_plan
from districting.planning.links import add_links
from districting.planning.yearly import Base
from tests.planning.county_city import at, county_city, county_table
from tests.planning.road_city import road_city, row

CHAIN = {"form": "chain", "chain": ChainSettings(levels="tier", level_gap_weight_m=0.0)}


def road(x=60.0, y=60.0, **more):
    """Lead A at 0 km and B at 12 km, regular M at 10 km; weak X at 1 km and Y at 9 km."""
    rows = [row("A", 0, "lead", 90), row("B", 12, "lead", 90), row("M", 10, "regular", 80), row("X", 1, "weak", x), row("Y", 9, "weak", y)]
    return [r | more.get(r["school_id"], {}) for r in rows]


def base(city):
    return Base(dt.make_plan(city), "plan.gpkg", "0" * 64)


def told(plan):
    outcome = {r.to_id: (r.from_id, r.outcome, r.term_from, r.term_to) for r in plan.links.itertuples()}
    return outcome, {r.to_id: (r.decision, r.reason) for r in plan.renewals.itertuples()}


@pytest.fixture
def chains():
    """B carries M, which carries Y; A carries X: 2026 to 2028."""
    old = base(road_city(road(), **CHAIN))
    assert told(old.plan)[0] == {"M": ("B", "", 2026, 2028), "X": ("A", "", 2026, 2028), "Y": ("M", "", 2026, 2028)}
    return old


def test_running_chains_stand_where_nearer_mentors_are_found(chains):
    outcome, decided = told(dt.make_plan(road_city(road(A={"km": 30.0}), year=2027, **CHAIN), renew=chains))
    assert outcome["X"] == ("A", "kept", 2026, 2028)
    assert decided["X"] == ("keep", "running")


def test_the_second_term_of_a_chain(chains):
    # gaps: A-X 30 is now 29 (hardly closed); M-Y 20 is now 12 (40 % closed); B-M 10 is now 1 (90 % closed)
    plan = dt.make_plan(road_city(road(x=61.0, y=77.0, M={"score": 89.0}), year=2029, **CHAIN), renew=chains)
    outcome, decided = told(plan)
    assert decided == {"X": ("rematch", "little_closed"), "Y": ("renew", "closing"), "M": ("graduate", "gap_closed")}
    assert outcome == {"X": ("M", "rematched", 2029, 2031), "Y": ("M", "renewed", 2029, 2031)}
    assert "graduated" not in set(plan.coverage["reason"])  # M needs nobody and carries two: it is in the chains


def test_a_graduate_that_carries_nobody_is_named(chains):
    outcome, decided = told(plan := dt.make_plan(road_city(road(x=89.0, y=75.0), year=2029, **CHAIN), renew=chains))
    assert decided["X"] == ("graduate", "gap_closed")
    assert "X" not in outcome
    rows = plan.coverage[plan.coverage["decision"] == "pairing.chain.junior"]
    assert rows[["school_id", "reason"]].to_numpy().tolist() == [["X", "graduated"]]


def test_a_mentor_that_stands_no_higher_ends_its_link(chains):
    _, decided = told(dt.make_plan(road_city(road(M={"tier": "weak", "score": 70.0}), year=2027, **CHAIN), renew=chains))
    assert decided["Y"] == ("end", "not_taken")


def test_a_mentor_with_a_lower_score_has_no_gap_to_close_and_its_term_runs_on():
    odd = road(M={"score": 50.0})
    outcome, decided = told(dt.make_plan(road_city(odd, year=2027, **CHAIN), renew=base(road_city(odd, **CHAIN))))
    assert (outcome["Y"][:2], decided["Y"]) == (("M", "kept"), ("keep", "running"))
    _, decided = told(dt.make_plan(road_city(odd, year=2029, **CHAIN), renew=base(road_city(odd, **CHAIN))))
    assert decided["Y"] == ("renew", "no_measure")


def test_chains_that_the_renewal_makes_impossible_say_so(chains):
    tight = CHAIN | {"chain": ChainSettings(levels="tier", max_depth=1)}
    with pytest.raises(InfeasibleError) as caught:
        dt.make_plan(road_city(road(), year=2027, **tight), renew=chains)
    assert caught.value.conflicts[-1].rule == "renewal"


SCHOOLS = [at("a", 5, county="A"), at("g", 15), at("x", 25, county="X"), at("y", 35, county="Y")]


def counties(year, old=None, table=None, **county):
    city = county_city(SCHOOLS, table, Settings(project=ProjectSettings(year=year), pairing=PairingSettings()))
    return add_links(start_plan(city), city, PairingSettings(form="county", county=CountySettings(**county)), old)


def test_two_terms_of_county_pairs():
    first = counties(2026, pins=(("A", "X"), ("高新区", "Y")))
    assert told(first)[0] == {"X": ("A", "", 2026, 2028), "Y": ("高新区", "", 2026, 2028)}
    old = Base(first, "plan.gpkg", "")
    outcome, decided = told(counties(2028, old, pins=()))
    assert outcome == {"X": ("A", "kept", 2026, 2028), "Y": ("高新区", "kept", 2026, 2028)}
    assert decided == {"X": ("keep", "running"), "Y": ("keep", "running")}

    outcome, decided = told(counties(2029, old, pins=(("A", "X"),)))  # the term is over: the planner judges, by a pin or by leaving it open
    assert decided == {"X": ("renew", "no_measure"), "Y": ("renew", "no_measure")}
    assert outcome == {"X": ("A", "renewed", 2029, 2031), "Y": ("高新区", "renewed", 2029, 2031)}
    outcome, decided = told(counties(2029, old, pins=(("A", "Y"),)))
    assert decided == {"X": ("end", "not_taken"), "Y": ("end", "not_taken")}
    assert outcome == {"X": ("高新区", "new", 2029, 2031), "Y": ("A", "new", 2029, 2031)}


def test_the_planner_may_end_a_running_county_pair_and_a_county_may_change_sides():
    old = Base(counties(2026, pins=(("A", "X"),)), "plan.gpkg", "")
    outcome, decided = told(counties(2027, old, pins=(("A", "Y"),), donor_cap=2))
    assert outcome["Y"] == ("A", "new", 2027, 2029)
    assert decided["Y"] == ("end", "not_taken")
    assert outcome["X"] == ("A", "kept", 2026, 2028)
    turned = county_table((("A", "甲区", "城区", "受援"), (None, "高新区", "城区", "支援"), ("X", "戊县", "山区", "受援"), ("Y", "己县", "山区", "受援")))
    outcome, decided = told(counties(2027, old, turned))
    assert outcome["X"][:2] == ("高新区", "new")
    assert decided["X"] == ("end", "not_taken")


def test_a_mentee_that_nobody_else_stands_above_goes_on_with_its_mentor_and_that_is_said():
    rows = [r for r in road() if r["school_id"] in ("A", "X")]
    city = road_city(rows, **CHAIN)
    plan = dt.make_plan(road_city(rows, year=2029, **CHAIN), renew=base(city))
    outcome, decided = told(plan)
    assert (outcome["X"], decided["X"]) == (("A", "renewed", 2029, 2031), ("renew", "no_other"))
    outcome, decided = told(dt.make_plan(road_city(rows, year=2030, **CHAIN), renew=Base(plan, "plan.gpkg", "")))
    assert (outcome["X"], decided["X"]) == (("A", "kept", 2029, 2031), ("keep", "running"))


def test_a_mentee_that_graduated_needs_no_mentor_the_year_after():
    graduated = road(x=89.0, y=75.0)
    old = base(road_city(road(), **CHAIN))
    for year, said in ((2029, "gap_closed"), (2030, "still_closed"), (2031, "still_closed")):
        plan = dt.make_plan(road_city(graduated, year=year, **CHAIN), renew=old)
        outcome, decided = told(plan)
        assert ("X" in outcome, decided["X"]) == (False, ("graduate", said))
        old = Base(plan, "plan.gpkg", "")
    outcome, decided = told(dt.make_plan(road_city(road(x=70.0, y=75.0), year=2032, **CHAIN), renew=old))
    assert (outcome["X"][1], decided["X"]) == ("new", ("reopen", "widened"))
