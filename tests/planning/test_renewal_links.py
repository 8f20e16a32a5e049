"""An older plan renewed on the road: who goes on, who gets another partner, and what is written about it."""

import dataclasses

import pandas as pd
import pytest

import districting as dt
from districting.errors import DataError, InfeasibleError
from districting.model.pairing_settings import RenewalSettings, SchoolSettings
from districting.model.plan import empty_table
from districting.outputs.geopackage import read_plan, write_plan
from districting.outputs.public import public_plan
from districting.outputs.summary import summary_lines
from districting.planning.yearly import Base, base_of
from districting.reading.balance_profile import balance_profile
from tests.planning.road_city import changed, road_city, row

QUALITY = balance_profile().quality.indicators


def of_form(coverage):
    """What a form leaves out, without the list of who is in no link at all."""
    return coverage[coverage["decision"] != "pairing.inclusion"]


def road(x=60.0, y=60.0, **more):
    """A at 0 km and B at 10 km strong; X at 1 km and Y at 9 km weak."""
    rows = [row("A", 0, "lead", 90), row("B", 10, "lead", 90), row("X", 1, "weak", x), row("Y", 9, "weak", y)]
    return [r | more.get(r["school_id"], {}) for r in rows]


def first(**pairing):
    return Base(dt.make_plan(road_city(road(), **pairing)), "plan.gpkg", "0" * 64)


def renewed(city, old):
    plan = dt.make_plan(city, renew=old)
    outcome = {r.to_id: (r.from_id, r.outcome, r.term_from, r.term_to) for r in plan.links.itertuples()}
    decided = {r.to_id: (r.decision, r.reason) for r in plan.renewals.itertuples()}
    return plan, outcome, decided


def test_a_running_pair_is_kept_with_its_term_and_the_gap_it_began_with():
    moved = road(x=50.0, A={"score": 70.0}, B={"km": 0.5})  # B now stands between A and X
    plan, outcome, decided = renewed(road_city(moved, year=2028), first())
    assert outcome == {"X": ("A", "kept", 2026, 2028), "Y": ("B", "kept", 2026, 2028)}
    assert decided == {"X": ("keep", "running"), "Y": ("keep", "running")}
    assert plan.links["pinned"].all()
    gaps = dict(zip(plan.links["to_id"], plan.links["score_gap"], strict=True))
    assert gaps == {"X": 30.0, "Y": 30.0}
    assert plan.renewals.set_index("to_id").loc["X", ["gap_then", "gap_now"]].tolist() == [30.0, 20.0]


def test_a_rematch_that_leaves_no_donor_says_that_the_renewal_stands_in_the_way_and_what_helps():
    old = first()
    city = road_city(road(x=75.0, y=61.0), year=2029)
    with pytest.raises(InfeasibleError) as caught:
        dt.make_plan(city, renew=old)
    assert [c.rule for c in caught.value.conflicts] == ["donor_cap", "renewal"]
    assert "donor_cap >= 2" in caught.value.say("en")
    _, outcome, _ = renewed(changed(city, donor_cap=2), old)
    assert outcome == {"X": ("A", "renewed", 2029, 2031), "Y": ("A", "rematched", 2029, 2031)}
    _, outcome, decided = renewed(changed(city, school=SchoolSettings(forbidden=(("A", "X"),))), old)
    assert outcome == {"X": ("B", "new", 2029, 2031), "Y": ("A", "rematched", 2029, 2031)}
    assert decided["X"] == ("end", "not_taken")
    _, outcome, decided = renewed(changed(city, school=SchoolSettings(pins=(("B", "Y"),))), old)
    assert outcome == {"X": ("A", "renewed", 2029, 2031), "Y": ("B", "renewed", 2029, 2031)}
    assert decided["Y"] == ("renew", "pinned")


def test_a_graduate_leaves_the_pairs_and_is_listed():
    plan, outcome, decided = renewed(road_city(road(x=85.0, y=75.0), year=2029), first())
    assert outcome == {"Y": ("B", "renewed", 2029, 2031)}
    assert decided == {"X": ("graduate", "gap_closed"), "Y": ("renew", "closing")}
    assert of_form(plan.coverage)[["school_id", "reason"]].to_numpy().tolist() == [["X", "graduated"]]
    assert plan.renewals.set_index("to_id")["next_from_id"].to_dict() == {"X": "", "Y": "B"}


def test_a_pair_ends_early_when_its_school_passes_the_quality_balance_or_is_weak_no_more():
    stocked = {name: (2.0 * one.line["junior"] * 400.0 / one.per) for name, one in QUALITY.items()}
    rows = road(X=stocked, Y={"tier": "regular"})
    rows = [{**dict.fromkeys(QUALITY, 0.0), **r} for r in rows]
    _, outcome, decided = renewed(road_city(rows, year=2027), first())
    assert outcome == {}
    assert decided == {"X": ("graduate", "passes"), "Y": ("graduate", "risen")}


def test_all_graduated_is_said_in_words():
    plan, _, _ = renewed(road_city(road(x=89.0, y=89.0), year=2029), first())
    assert any("has graduated" in line for line in summary_lines(plan, "en"))
    assert not plan.notes["problem"].str.contains("is weak").any()


def test_a_donor_that_leads_no_more_keeps_its_pair_while_it_is_stronger():
    _, outcome, _ = renewed(road_city(road(A={"tier": "regular", "score": 80.0}), year=2027), first())
    assert outcome["X"] == ("A", "kept", 2026, 2028)


def test_a_school_that_is_no_more_ends_its_link_with_a_note():
    plan, outcome, decided = renewed(road_city([*road()[:3], row("Y2", 9, "weak", 60)], year=2027), first())
    assert outcome == {"X": ("A", "kept", 2026, 2028), "Y2": ("B", "new", 2027, 2029)}
    assert decided["Y"] == ("end", "gone")
    assert plan.notes["problem"].str.contains("'school B' and 'school Y' has ended").any()


def test_a_planners_pin_that_clashes_with_a_running_pair_is_a_fault_at_its_place():
    city = road_city(road(), year=2027, school=SchoolSettings(pins=(("B", "X"),)))
    with pytest.raises(DataError) as caught:
        dt.make_plan(city, renew=first())
    assert [(f.column, f.problem.key) for f in caught.value.faults] == [("pairing.school.pins.0", "pairing.pin_twice")]


def test_terms_in_a_row_are_counted_across_plans_until_the_last():
    rule = {"donor_cap": 2, "renewal": RenewalSettings(max_terms=2)}
    old = first(**rule)
    for year, x, said in ((2029, 75.0, ("renew", "closing")), (2030, 76.0, ("keep", "running")), (2032, 82.0, ("rematch", "most_terms"))):
        plan = dt.make_plan(road_city(road(x=x, y=x), year=year, **rule), renew=old)
        now = plan.renewals[plan.renewals["to_id"] == "X"].iloc[0]
        assert (now["decision"], now["reason"]) == said
        old = Base(plan, "plan.gpkg", "0" * 64)
    assert dict(zip(plan.links["to_id"], plan.links["from_id"], strict=True)) == {"X": "B", "Y": "A"}


def test_the_summary_counts_what_became_of_the_pairs_and_why():
    plan, _, _ = renewed(road_city(road(x=85.0, y=75.0), year=2029), first())
    lines = "\n".join(summary_lines(plan, "en"))
    assert "0 kept, 1 renewed, 0 rematched, 1 graduated" in lines
    assert "1 whose gap is closed" in lines
    assert plan.recorded("renewal", "school.graduate") == "1"
    public = public_plan(plan)
    assert len(public.renewals) == 0
    assert public.recorded("renewal", "school.graduate") is None
    assert "renew" not in "\n".join(summary_lines(public, "en", "public"))


def test_plans_that_cannot_be_renewed_are_refused_in_words():
    city, old = road_city(road(), year=2027), first()

    def fault(base, city=city):
        with pytest.raises(DataError) as caught:
            dt.make_plan(city, renew=base)
        (found,) = caught.value.faults
        return found.problem.key

    assert fault(dataclasses.replace(old, plan=public_plan(old.plan))) == "pairing.renew_public"
    assert fault(old, road_city(road(), year=2025)) == "pairing.renew_later"
    assert fault(dataclasses.replace(old, plan=old.plan.replace(links=empty_table("links")))) == "pairing.renew_nothing"


def test_pairs_of_a_stage_that_is_not_paired_now_are_noted():
    both = [*road(), row("P", 2, "lead", 90, stage="primary"), row("Q", 3, "weak", 50, stage="primary")]
    old = Base(dt.make_plan(road_city(both, stages=("primary", "junior"))), "plan.gpkg", "")
    plan, outcome, _ = renewed(road_city(both, year=2027), old)
    assert set(outcome) == {"X", "Y"}
    assert plan.notes["problem"].str.contains("1 primary link").any()


def test_a_plan_written_before_links_had_years_counts_from_its_own_year():
    old = first()
    bare = old.plan.links.assign(term_from=pd.NA, term_to=pd.NA)
    _, outcome, _ = renewed(road_city(road(), year=2028), dataclasses.replace(old, plan=old.plan.replace(links=bare)))
    assert outcome["X"] == ("A", "kept", 2026, 2028)


def test_a_form_that_cannot_hold_to_a_renewal_lists_what_it_did_not_take(monkeypatch):
    from districting.planning.links import add

    monkeypatch.setattr(add, "RENEWING", {})
    city = road_city(road(A={"km": 10}, B={"km": 0}), year=2027)  # the strong schools have changed places
    _, outcome, decided = renewed(city, first())
    assert outcome["X"] == ("B", "new", 2027, 2029)
    assert decided == {"X": ("end", "not_taken"), "Y": ("end", "not_taken")}


def test_a_first_year_that_the_config_gave_long_ago_does_not_end_new_terms_at_once():
    old = first(term_from=2026)
    _, outcome, _ = renewed(road_city(road(x=75.0, y=75.0), year=2029, term_from=2026), old)
    assert outcome["X"] == ("A", "renewed", 2029, 2031)
    _, outcome, _ = renewed(road_city(road(x=75.0, y=75.0), year=2029, term_from=2030), old)
    assert outcome["X"] == ("A", "renewed", 2030, 2032)


def test_a_plan_to_renew_without_a_table_of_pairs_is_a_fault():
    city = road_city(road(), year=2027)
    with pytest.raises(DataError) as caught:
        dt.make_plan(dataclasses.replace(city, settings=dataclasses.replace(city.settings, pairing=None)), renew=first())
    assert caught.value.faults[0].problem.key == "pairing.renew_without"


def next_year(old, year, **scores):
    """The plan of ``year`` that renews ``old``, with what became of X, and the next base."""
    plan, outcome, decided = renewed(road_city(road(**scores), year=year), old)
    return Base(plan, "plan.gpkg", "0" * 64), outcome.get("X", ("", ""))[:2], decided.get("X")


def test_a_graduate_stays_out_from_year_to_year_while_its_gap_stays_closed():
    old, link, decided = next_year(first(), 2029, x=85.0, y=75.0)
    assert (link, decided) == (("", ""), ("graduate", "gap_closed"))
    for year, x in ((2030, 84.0), (2031, 86.0)):  # the gap to A was 30: from 84 points on 80 % of it are closed
        old, link, decided = next_year(old, year, x=x, y=75.0)
        assert (link, decided) == (("", ""), ("graduate", "still_closed"))
        assert of_form(old.plan.coverage)[["school_id", "reason"]].to_numpy().tolist() == [["X", "graduated"]]
    assert old.plan.renewals.set_index("to_id").loc["X", ["term_from", "term_to", "gap_then"]].tolist() == [2026, 2028, 30.0]
    assert "graduated before" in "\n".join(summary_lines(old.plan, "en"))
    old, link, decided = next_year(old, 2032, x=83.0, y=80.0)
    assert (link, decided) == (("B", "new"), ("reopen", "widened"))  # Y has had two terms with B and goes to A
    assert "1 school(s) that had graduated are weighed as any other again" in "\n".join(summary_lines(old.plan, "en"))
    assert old.plan.notes["problem"].str.contains("'school X'|school X").any()
    _, link, decided = next_year(old, 2033, x=83.0, y=80.0)
    assert (link, decided) == (("B", "kept"), ("keep", "running"))


def test_the_years_of_a_graduate_can_be_told_from_plan_files_alone(tmp_path):
    old, *_ = next_year(first(), 2029, x=85.0, y=75.0)
    for year in (2030, 2031):
        write_plan(old.plan, tmp_path / f"{year}.gpkg")
        old, link, decided = next_year(base_of(read_plan(tmp_path / f"{year}.gpkg"), tmp_path / f"{year}.gpkg"), year, x=85.0, y=75.0)
        assert (link, decided) == (("", ""), ("graduate", "still_closed"))


def test_a_graduate_whose_giver_is_no_more_is_weighed_as_new():
    old, *_ = next_year(first(), 2029, x=85.0, y=75.0)
    _, outcome, decided = renewed(road_city([r for r in road(x=85.0, y=75.0) if r["school_id"] != "A"], year=2030, donor_cap=2), old)
    assert decided["X"] == ("reopen", "no_gap_known")
    assert outcome["X"][:2] == ("B", "new")


def test_a_graduate_that_the_planner_pins_is_weighed_as_new():
    old, *_ = next_year(first(), 2029, x=85.0, y=75.0)
    _, outcome, decided = renewed(road_city(road(x=85.0, y=75.0), year=2030, school=SchoolSettings(pins=(("A", "X"),))), old)
    assert (outcome["X"][:2], decided["X"]) == (("A", "new"), ("reopen", "pinned"))


def test_a_school_that_has_no_other_donor_goes_on_with_its_old_one():
    rows = [r for r in road(x=60.0) if r["school_id"] in ("A", "X")]
    old = Base(dt.make_plan(road_city(rows)), "plan.gpkg", "0" * 64)
    plan, outcome, decided = renewed(road_city(rows, year=2029), old)
    assert outcome == {"X": ("A", "renewed", 2029, 2031)}
    assert decided == {"X": ("renew", "no_other")}
    assert plan.recorded("renewal", "school.renew") == "1"
    assert plan.recorded("renewal", "school.rematch") is None
    assert "where there is no other" in "\n".join(summary_lines(plan, "en"))


def test_a_plan_of_another_city_is_refused_and_one_with_few_of_its_schools_is_noted():
    old = first()
    with pytest.raises(DataError) as caught:
        dt.make_plan(road_city([r | {"school_id": f"Z{r['school_id']}"} for r in road()], year=2029), renew=old)
    assert caught.value.faults[0].problem.key == "pairing.renew_other_city"
    few = [r | {"school_id": r["school_id"] if r["school_id"] == "A" else f"Z{r['school_id']}"} for r in road()]
    plan, _, _ = renewed(road_city(few, year=2029), old)
    assert plan.notes["problem"].str.contains("only 25% of the schools").any()


def test_an_older_plan_whose_pairs_are_all_of_other_stages_leaves_every_pair_new():
    both = [*road(), row("P", 2, "lead", 90, stage="primary"), row("Q", 3, "weak", 50, stage="primary")]
    old = Base(dt.make_plan(road_city(both, stages=("primary",))), "plan.gpkg", "")
    plan, outcome, decided = renewed(road_city(both, year=2027), old)
    assert {v[1] for v in outcome.values()} == {"new"}
    assert decided == {}
    assert "0 kept" not in "\n".join(summary_lines(plan, "en"))
