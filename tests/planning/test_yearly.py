"""The yearly update and address exceptions on the strip of twelve blocks: what is carried over, what is listed, what runs out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import districting as dt
from districting.checking import check_zoning
from districting.model.settings import ProjectSettings, ZoningObjective, ZoningSettings
from districting.planning.exceptions import exception_rules, exceptions_in_force
from districting.planning.yearly import Base, base_of, start_from
from districting.workflow import make_plan
from tests.planning.drawn_grids import grid
from tests.planning.strip_city import QUARTERS, strip_city


def exceptions(*rows) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["block_id", "school_id", "temporary_until"]).assign(stage="primary", reason="settled by the court")
    return table.assign(temporary_until=table["temporary_until"].astype("float64"))


def in_year(city, year):
    return dataclasses.replace(city, settings=dataclasses.replace(city.settings, project=ProjectSettings(year=year)))


@pytest.fixture(scope="module")
def last_year():
    return make_plan(in_year(strip_city(), 2025))


def zones(plan) -> list[str]:
    return plan.blocks["zone_id_primary"].tolist()


def test_the_same_data_a_year_later_give_the_same_zones_at_no_price(last_year):
    plan = make_plan(in_year(strip_city(), 2026), Base(last_year, "plan.gpkg", "0" * 64))
    assert zones(plan) == QUARTERS
    assert float(plan.recorded("yearly.primary", "pupils_moved")) == 0
    assert float(plan.recorded("yearly.primary", "price_pupil_km")) == pytest.approx(0)
    assert plan.recorded("base", "sha256") == "0" * 64
    assert plan.recorded("base", "year") == "2025"


def test_a_plan_off_the_nearest_is_kept_where_moving_gains_less_than_it_weighs(last_year):
    """Last year b03 went to A (200 m) instead of B (100 m). 100 m are less than 300: it stays, at 0.1 pupil-km; at 50 m it goes to B."""
    odd = last_year.replace(blocks=last_year.blocks.assign(zone_id_primary=["P-A"] * 4 + QUARTERS[4:]))
    kept = make_plan(in_year(strip_city(), 2026), Base(odd))
    assert zones(kept) == zones(odd)
    assert float(kept.recorded("yearly.primary", "price_pupil_km")) == pytest.approx(0.1)
    assert float(kept.recorded("yearly.primary", "pupils_moved_free")) == 1
    city = in_year(strip_city(), 2026)
    light = dataclasses.replace(
        city, settings=dataclasses.replace(city.settings, zoning={"primary": ZoningSettings(objective=ZoningObjective(stability=50.0))})
    )
    moved = make_plan(light, Base(odd))
    assert zones(moved) == QUARTERS
    assert float(moved.recorded("yearly.primary", "pupils_moved")) == 1


def test_blocks_that_came_and_went_and_schools_that_closed_are_listed_one_by_one(last_year):
    """Now b12 is new; last year's plan also had b77 and the school D, which is gone."""
    ghost = last_year.blocks.iloc[[11]].assign(block_id="b77")
    base = Base(last_year.replace(blocks=pd.concat([last_year.blocks, ghost], ignore_index=True)), "old.gpkg")
    city = start_from(in_year(strip_city({"A": 1, "B": 4, "C": 7}, seats=5.0, blocks=13), 2026), base)
    said = [str(n.problem) for n in city.notes if n.file == "old.gpkg"]
    assert any("b12 is new" in s for s in said)
    assert any("b77 is in last year's plan" in s for s in said)
    assert any("school D" in s and "3 block(s)" in s for s in said)
    today = city.today.set_index("block_id")["school_id"]
    assert "b12" not in today.index
    assert "b10" not in today.index
    assert today["b00"] == "A"
    assert city.settings.zoning["primary"].objective.stability == 300


def test_an_exception_is_locked_until_its_year_and_then_runs_out_with_a_note(last_year):
    """b05, three blocks from C and next to B, goes to C until 2026."""
    city = dataclasses.replace(in_year(strip_city(), 2026), exceptions=exceptions(("b05", "D", 2026)))
    held = make_plan(city)
    assert zones(held)[5] == "P-D"
    assert held.exceptions["block_id"].tolist() == ["b05"]
    assert (held.rules["holds"]).all()
    next_year = make_plan(in_year(strip_city(), 2027), Base(held))
    assert not len(next_year.exceptions)
    assert any("2026" in p and "b05" in p for p in next_year.notes["problem"])
    still = make_plan(in_year(strip_city(), 2026), Base(held))
    assert zones(still)[5] == "P-D"


def test_the_citys_own_exception_comes_before_last_years(last_year):
    base = Base(last_year.replace(exceptions=exceptions(("b05", "D", 2030), ("b00", "B", 2030))))
    city = start_from(dataclasses.replace(in_year(strip_city(), 2026), exceptions=exceptions(("b05", "C", 2028))), base)
    assert city.exceptions.set_index("block_id")["school_id"].to_dict() == {"b05": "C", "b00": "B"}


def test_an_exception_is_no_bridge_for_its_neighbours():
    """1 x 6 blocks, schools in 0 and 5. Block 3 is excepted to school 0: block 2 can only go to school 0, block 4 only to school 5, as if block 3 were not there."""
    problem = grid(1, 6, [0, 5], [4.0, 4.0])
    bound = problem.replace(rules=exception_rules(problem, np.array([[3, 0]])))
    assert check_zoning(bound, [0, 0, 0, 0, 1, 1]) == []
    assert check_zoning(bound, [0, 0, 1, 0, 1, 1])
    assert check_zoning(bound, [0, 0, 0, 0, 0, 1])
    assert check_zoning(bound, [0, 0, 0, 1, 1, 1])


def test_two_exceptions_for_one_block_and_an_unknown_school_are_faults():
    with pytest.raises(dt.DataError, match="b05"):
        exceptions_in_force(exceptions(("b05", "D", 2030), ("b05", "C", None)), 2026)
    city = dataclasses.replace(in_year(strip_city(), 2026), exceptions=exceptions(("b05", "nowhere", None)))
    with pytest.raises(dt.DataError, match="nowhere"):
        make_plan(city)


def test_the_base_is_known_by_its_hash(last_year, tmp_path):
    from districting.outputs.geopackage import read_plan, write_plan

    path = tmp_path / "plan.gpkg"
    write_plan(last_year.replace(exceptions=exceptions(("b05", "D", 2026), ("b06", "D", None))), path)
    base = base_of(read_plan(path), path)
    assert base.name == "plan.gpkg"
    assert len(base.sha256) == 64
    assert base.plan.exceptions["temporary_until"].tolist()[0] == 2026
    assert pd.isna(base.plan.exceptions["temporary_until"].tolist()[1])
