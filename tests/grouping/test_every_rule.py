"""Every rule and every weight of a form, one at a time: the answer is the best of all ways to divide a town of six units, and there is none only where none exists."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.errors import InfeasibleError
from districting.grouping import group_units
from districting.model.district_spec import DistrictSpec
from tests.grouping.towns import School, is_lawful, least, town

FREE = DistrictSpec("custom", ("primary", "junior"), units="schools", centre="school", connected=False, complementarity=0.0, evenness=0.0)
RULES = {
    "a stage": {"counts": {"junior": (1, 1)}, "centre": "junior"},
    "a stage and tier": {"counts": {"junior_lead": (1, None), "primary": (1, 3)}},
    "leads": {"counts": {"lead": (1, 1)}, "centre": "lead"},
    "weak schools": {"counts": {"weak": (1, 2)}},
    "regular schools": {"counts": {"regular": (0, 1)}},
    "schools": {"counts": {"school": (2, 3)}},
    "nine-year schools": {"counts": {"nine_year": (1, None)}, "centre": "nine_year"},
    "urban and rural": {"counts": {"urban": (1, None), "rural": (1, 2)}},
    "fringe": {"counts": {"fringe": (0, 1), "school": (2, 4)}},
    "spread": {"counts": {"school": (1, 3)}, "spread": ("lead",), "evenness": 300.0},
    "spread over a number": {"spread": ("weak",), "districts": (2, 3)},
    "tiers": {"min_tiers": 2},
    "three tiers": {"min_tiers": 3},
    "a number of districts": {"districts": (2, 2)},
    "at least a number": {"districts": (3, None), "counts": {"school": (1, 4)}},
    "a radius": {"radius_m": 2000.0, "centre": "junior"},
    "a diameter": {"diameter_m": 3000.0, "counts": {"school": (1, 3)}, "evenness": 2000.0},
    "junior places": {"junior_seats": 1.0, "centre": "junior"},
    "backbone teachers": {"backbone_floor": 1.0, "centre": "lead"},
    "a theme": {"theme_share": 0.6, "theme": 300.0, "counts": {"school": (2, 4)}},
    "old and new town": {"apart": True, "counts": {"school": (2, None)}},
    "connected": {"connected": True, "centre": "junior", "evenness": 1500.0},
    "counties": {"counts": {"school": (2, None)}, "within_county": True},
    "across counties": {"counts": {"school": (2, None)}, "within_county": False, "evenness": 700.0},
    "stability": {"stability": 900.0, "counts": {"school": (2, None)}, "centre": "junior"},
    "evenness": {"evenness": 900.0, "counts": {"school": (2, 3)}},
    "even places in lead schools": {"seat_evenness": 40.0, "districts": (2, 2)},
    "an even mix of town and country": {"mix_evenness": 900.0, "counts": {"school": (2, 4)}},
    "even filling": {"fill_evenness": 200.0, "centre": "junior"},
    "from homes": {"from_homes": True, "counts": {"school": (2, None)}},
    "feeding, the juniors without ground": {"connected": True, "counts": {"junior": (1, 1)}, "centre": "junior", "junior_seats": 0.7, "fill_evenness": 90.0},
    "ground in one piece, two juniors without": {"connected": True, "counts": {"junior": (1, 2), "primary": (1, None)}, "centre": "junior", "from_homes": True},
    "everything": {
        "counts": {"school": (2, 4), "junior": (1, None)},
        "min_tiers": 2,
        "connected": True,
        "radius_m": 4000.0,
        "evenness": 300.0,
        "centre": "junior",
    },
}

pytestmark = pytest.mark.usefixtures("exact_part_alone")


@st.composite
def schools(draw):
    """Six units in a row or scattered, the last two of which may be one nine-year school in one unit."""
    kinds = draw(st.permutations(["JL", "JW", "J", "PL", "P", "PW"]))
    nine = draw(st.booleans())
    found = []
    for kind in kinds:
        found.append(
            School(
                kind,
                x=draw(st.integers(0, 6)),
                y=draw(st.integers(0, 2)),
                pupils=float(draw(st.integers(1, 300))),
                area=draw(st.sampled_from(["urban", "fringe", "rural"])),
                seats=float(draw(st.integers(10, 200))) if kind[0] == "J" else 0.0,
                graduates=float(draw(st.integers(10, 150))) if kind[0] == "P" else 0.0,
                spare=float(draw(st.integers(-2, 0)) if "L" not in kind else draw(st.integers(0, 6))),
                themes=draw(st.sampled_from(["", "a", "b", "ab"])),
                today=draw(st.sampled_from([-1, *(j for j, k in enumerate(kinds) if k[0] == "J")])),
            )
        )
    if nine:
        twin = next(s for s in found if s.kind == "J")
        found.append(School("P", twin.x, twin.y, of=f"J{found.index(twin)}", unit=found.index(twin), area=twin.area, graduates=20.0, themes=twin.themes))
        found[found.index(twin)] = School(**{**vars(twin), "of": f"J{found.index(twin)}"})
    return found


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_the_answer_is_the_best_there_is(rule, data):
    who = data.draw(schools())
    county = data.draw(st.sampled_from([[0] * 6, [0, 0, 0, 0, 1, 1], [0, 1, 0, 1, 1, 0]])) if "count" in rule else None
    part = data.draw(st.sampled_from([[0] * 6, [0, 0, 0, 1, 1, 1]])) if "town" in rule else None
    extra = data.draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda e: e[0] != e[1]), max_size=3))
    metres = np.random.default_rng(data.draw(st.integers(0, 99))).integers(0, 90_000, (6, 6)).astype(float)
    metres = np.column_stack([metres, *([metres[:, who[6].unit]] if len(who) > 6 else [])])
    ground = [s.stage == "primary" or s.of != "" for s in who[:6]] if "ground" in rule else None
    residents = data.draw(st.lists(st.integers(1, 50), min_size=6, max_size=6)) if "even places" in rule else None
    problem = town(
        FREE.replace(**RULES[rule]),
        who,
        edges=[*((i, i + 1) for i in range(5)), *extra],
        county=county,
        part=part,
        homes_m=metres,
        residents=residents,
        ground=ground,
    )
    best = least(problem)
    try:
        found = group_units(problem, time_limit_s=5.0, relaxing=False)
    except InfeasibleError:
        assert best == np.inf
        return
    assert is_lawful(problem, found)
    assert found.objective == pytest.approx(best)
    assert found.bound == pytest.approx(best)
    assert sum(found.terms.values()) == pytest.approx(found.objective)
    assert min(found.terms.values()) >= 0
