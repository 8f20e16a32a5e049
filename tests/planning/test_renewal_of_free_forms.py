"""Forms that are made anew every year: what they make again goes on with its term, what is over and made again is renewed, the rest has ended."""

import dataclasses

import pandas as pd
import pytest

import districting as dt
from districting.errors import DataError
from districting.model.pairing_settings import ApprenticeSettings, BaseSchoolSettings, PairingSettings
from districting.outputs.summary import summary_lines
from districting.planning.yearly import Base
from tests.planning.test_difference_links import MIXED
from tests.planning.test_difference_links import city_with as city_of_differences
from tests.planning.test_incubation_links import row_city
from tests.planning.test_research_links import TEACHERS, table
from tests.planning.test_uds_links import NORMAL, places
from tests.planning.test_uds_links import city_with as city_of_communities

SHARES = pd.DataFrame(
    [("book", "L", "W"), ("lesson", "L", "W"), ("book", "M", "V")],
    columns=["layer", "from_id", "to_id"],
)
BASES = BaseSchoolSettings(subjects=("语文",), bases=2)


def paired(city, form, **own):
    pairing = PairingSettings(form=form, stages=("junior",), **own)
    return dataclasses.replace(city, settings=dataclasses.replace(city.settings, zoning={}, grouping=None, pairing=pairing))


def staffed(city, rows=TEACHERS):
    return dataclasses.replace(city, teachers=table(rows))


MAKE = {
    "difference": lambda city: city_of_differences(city, MIXED),
    "uds": lambda city: city_of_communities(city, places(NORMAL)),
    "base_school": lambda city: paired(staffed(city), "base_school", base_school=BASES),
    "master_apprentice": lambda city: paired(staffed(city), "master_apprentice", master_apprentice=ApprenticeSettings()),
    "six_shares": lambda city: paired(dataclasses.replace(city, shares=SHARES), "six_shares"),
    "incubation": lambda _: row_city(),
}


def in_year(city, year, old=None):
    project = dataclasses.replace(city.settings.project, year=year)
    return dt.make_plan(dataclasses.replace(city, settings=dataclasses.replace(city.settings, project=project)), renew=old)


def base(plan):
    return Base(plan, "plan.gpkg", "0" * 64)


def told(plan):
    links = plan.links[["outcome", "term", "term_from", "term_to"]].drop_duplicates()
    return links.to_numpy().tolist(), sorted(set(zip(plan.renewals["decision"], plan.renewals["reason"], strict=True)))


def pairs_of(plan):
    return {(r.master_id, r.apprentice_id): (r.term_from, r.term_to) for r in plan.apprentices.itertuples()}


@pytest.mark.parametrize("form", MAKE)
def test_a_running_link_that_is_made_again_keeps_its_term_and_one_that_is_over_is_renewed(form, grid_city):
    city = MAKE[form](grid_city)
    first = in_year(city, 2026)
    assert len(first.links) > 0
    second = in_year(city, 2027, base(first))
    assert told(second) == ([["kept", 3, 2026, 2028]], [("keep", "running")])
    assert len(second.renewals) == len(first.links)
    assert not second.links["pinned"].any()  # made again, not held by a pin
    third = in_year(city, 2029, base(second))
    assert told(third) == ([["renewed", 3, 2029, 2031]], [("renew", "no_measure")])
    assert f"0 kept, {len(first.links)} renewed, 0 rematched, 0 graduated, 0 ended" in "\n".join(summary_lines(third, "en"))


@pytest.mark.parametrize("year", [2027, 2029])
def test_a_share_that_is_no_more_has_ended_and_another_layer_between_the_same_schools_goes_on(year, grid_city):
    first = in_year(MAKE["six_shares"](grid_city), 2026)
    less = pd.DataFrame([("book", "L", "W"), ("venue", "L", "W")], columns=["layer", "from_id", "to_id"])
    plan = in_year(paired(dataclasses.replace(grid_city, shares=less), "six_shares"), year, base(first))
    going_on = ("kept", 2026, "keep") if year == 2027 else ("renewed", 2029, "renew")
    links = {r.channel: (r.outcome, r.term_from) for r in plan.links.itertuples()}
    assert links == {"book": going_on[:2], "venue": ("new", year)}
    decided = {(r.channel, r.to_id): r.decision for r in plan.renewals.itertuples()}
    assert decided == {("book", "W"): going_on[2], ("lesson", "W"): "end", ("book", "V"): "end"}


def test_a_new_subject_between_the_same_schools_is_a_new_link(grid_city):
    first = in_year(MAKE["base_school"](grid_city), 2026)
    more = [*TEACHERS, *((f"m{s}", s, "junior", "数学", 20, s in "LM", s in "LM", "") for s in "LWMV")]
    both = dataclasses.replace(BASES, subjects=("语文", "数学"))
    plan = in_year(paired(staffed(grid_city, more), "base_school", base_school=both), 2027, base(first))
    outcome = {(r.subject, r.from_id, r.to_id): r.outcome for r in plan.links.itertuples()}
    known = set(first.links[["subject", "from_id", "to_id"]].itertuples(index=False, name=None))
    assert {k: v == "kept" for k, v in outcome.items()} == {k: k in known for k in outcome}
    assert {s for s, *_ in outcome} == {"语文", "数学"}


def test_pairs_of_master_and_apprentice_keep_their_years(grid_city):
    city = MAKE["master_apprentice"](grid_city)
    first = in_year(city, 2026)
    joined = paired(staffed(grid_city, [*TEACHERS, ("t11", "W", "junior", "语文", 1, False, False, "")]), "master_apprentice")
    second = in_year(joined, 2027, base(first))
    known = pairs_of(first)
    running = {k: (2026, 2028) if k in known else (2027, 2029) for k in pairs_of(second)}
    assert pairs_of(second) == running
    kept = sum(k in known for k in running)
    assert kept >= 1
    said = f"masters and apprentices: {kept} kept, 0 renewed, {len(running) - kept} new, {len(known) - kept} ended"
    assert said in "\n".join(summary_lines(second, "en"))
    third = in_year(city, 2029, base(second))
    assert pairs_of(third) == {k: (2026 + 3, 2028 + 3) if k not in running or running[k][1] < 2029 else running[k] for k in pairs_of(third)}


def test_incubation_areas_say_how_many_go_on_with_their_centre():
    first = in_year(row_city(), 2026)
    assert "incubation areas: 2 with their old centre, 0 with another" in "\n".join(summary_lines(in_year(row_city(), 2027, base(first)), "en"))
    moved = in_year(row_city(incubators=("S0", "S3")), 2027, base(first))
    assert "incubation areas: 1 with their old centre, 1 with another" in "\n".join(summary_lines(moved, "en"))
    assert set(moved.renewals["decision"]) == {"keep", "end"}


def test_a_form_without_terms_is_refused_alone_and_noted_beside_others(grid_city):
    first = in_year(MAKE["six_shares"](grid_city), 2026)
    with pytest.raises(DataError) as caught:
        in_year(paired(grid_city, "second_level"), 2027, base(first))
    (fault,) = caught.value.faults
    assert (fault.problem.key, "school, county, incubation, chain" in fault.remedy.say("en")) == ("pairing.renew_without_terms", True)
    both = paired(dataclasses.replace(grid_city, shares=SHARES), ("six_shares", "second_level"))
    plan = in_year(both, 2027, base(first))
    assert plan.notes["problem"].str.contains("没有任期").any()
    assert set(plan.links["outcome"]) == {"kept"}
