"""Schools between districts: the browser and Python count the same composition and find the same rules of the form broken, move by move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from districting.checking.grouping import check_grouping
from districting.measures.composition_figures import broken_composition, composition
from districting.model.edit_grouping import EditGrouping, NotEdited
from districting.outputs.map.editing import packed_ground
from districting.planning.edit_ground import edit_ground
from districting.planning.edit_groupings import probe_of, probe_with, rules_of_scheme, spec_of_rules
from tests.outputs.test_scenario import SIDE, ZONES, _ground, blank  # noqa: F401

DISTRICTS, SCHOOLS = 3, 14


def _grouping(rng, scheme, units, **more):
    """Fourteen schools on ``units`` units in three districts, every rule in force and tight enough to break."""
    base = np.append(np.arange(DISTRICTS), rng.integers(0, DISTRICTS, units - DISTRICTS))
    unit = np.append(np.arange(units), rng.integers(0, units, SCHOOLS - units)) if units < SCHOOLS else np.arange(SCHOOLS)
    unit[-1] = -1
    kind = rng.integers(0, 3, SCHOOLS)
    return EditGrouping(
        *(scheme, 1, tuple(f"D{d}" for d in range(DISTRICTS)), base, unit, rng.integers(0, 2, units), (kind == 0).astype(np.int64)),
        *((kind == 1).astype(np.int64), rng.integers(-1, 9000, SCHOOLS), 1 << kind, rng.integers(0, 9000, (SCHOOLS, 2))),
        limits=(("junior_lead", 1, -1), ("weak", 0, 2), ("school", 2, 6)),
        amounts=np.array([kind == 0, kind == 1, np.ones(SCHOOLS)], dtype=np.int64),
        districts=(3, 3),
        min_tiers=2,
        connected=True,
        within_county=True,
        radius_dm=6000,
        diameter_dm=7000,
        **more,
    )


def grouped(seed):
    rng = np.random.default_rng(seed)
    ground = _ground(seed, 1)
    cells = np.array([[a, b] for a in range(SCHOOLS) for b in range(a + 1, SCHOOLS) if rng.random() < 0.2], dtype=np.int64)
    groupings = (
        _grouping(rng, "alliance", ZONES + 2, unit_stage="primary"),
        NotEdited("incubation_senior", 1, "not_a_form"),
        _grouping(rng, "same_stage", SCHOOLS, unit_of_block=rng.integers(-1, SCHOOLS, SIDE * SIDE), edges=cells),
    )
    return replace(ground, groupings=groupings)


PLAY = """([edit, ids, schools, steps]) => {
  const s = districtingScenario(edit, ids, schools), out = [], wrong = [];
  const told = g => { const c = s.composition(g); return { of: schools.map((_, i) => s.districtOf(g, i)), districts: c.districts, total: c.total, broken: c.broken }; };
  steps.forEach(([kind, g, list, to], i) => {
    if (kind === 'undo') { s.undo(); } else if (kind === 'redo') { s.redo(); }
    else if (kind === 'lock') { s.lockSchool(g, list, to % 2 === 0); }
    else if (kind === 'block') { s.move('primary', list, to); }
    else {
      const before = JSON.stringify(told(g)), seen = s.previewSchool(g, list, to);
      if (JSON.stringify(told(g)) !== before) { wrong.push('preview changed something at ' + i); }
      if (JSON.stringify(seen) !== JSON.stringify(s.moveSchool(g, list, to))) { wrong.push('preview and move differ at ' + i); }
    }
    if (i % 10 === 0) { out.push([told(0), told(2)]); }
  });
  const moves = s.exported({}), again = districtingScenario(edit, ids, schools), loaded = again.load(moves);
  return { out: out, wrong: wrong, moves: moves, loaded: loaded, same: JSON.stringify(again.exported({})) === JSON.stringify(moves), near: [0, 2].map(g => s.districtNeighbours(g, [0])),
    bad: again.load(Object.assign({}, moves, { schools: [['nothing', 'S0', '', ''], ['alliance', 'S99', '', 'D0'], ['alliance', 'S0', 'D0', 'D9'], ['alliance', 'S0', 'D2', 'D0'], 3] })) };
}"""


class Played:
    """The same steps in the plainest way: a copy of everything before each."""

    def __init__(self, ground):
        self.ground = ground
        self.now = {"zone": ground.stage("primary").base.copy(), **{g: (ground.groupings[g].base.copy(), frozenset()) for g in (0, 2)}}
        self.before, self.after = [], []

    def step(self, kind, g, schools, to):
        if kind in ("undo", "redo"):
            here, there = (self.before, self.after) if kind == "undo" else (self.after, self.before)
            if here:
                there.append(self.now)
                self.now = here.pop()
            return
        stage, new = self.ground.stage("primary"), dict(self.now)
        if kind == "block":
            new["zone"] = self.now["zone"].copy()
            new["zone"][[b for b in schools if b not in stage.homes[:, 0]]] = to
            same = (new["zone"] == self.now["zone"]).all()
        else:
            of, (label, locks) = self.ground.groupings[g].unit_of_school, self.now[g]
            units = [u for u in {int(of[i]) for i in schools} if u >= 0 and not any(of[i] == u for i in locks)]
            if kind == "lock":
                mine = {i for i in schools if of[i] >= 0}
                new[g] = (label, locks | mine if to % 2 == 0 else locks - mine)
                same = new[g][1] == locks
            else:
                new[g] = (label.copy(), locks)
                new[g][0][units] = to
                same = (new[g][0] == label).all()
        if not same:
            self.before.append(self.now)
            self.now, self.after = new, []

    def told(self, g):
        grouping, stage, label, zone = self.ground.groupings[g], self.ground.stage("primary"), self.now[g][0], self.now["zone"]
        return {
            "of": grouping.district_of_school(label).tolist(),
            **composition(grouping, label, zone, stage.edges),
            "broken": [b.as_json() for b in broken_composition(grouping, label, zone, stage.edges, stage.base)],
        }


@pytest.mark.browser
def test_random_moves_of_schools_give_the_same_composition_and_broken_rules_in_the_browser_and_in_python(blank):  # noqa: F811
    ground, rng = grouped(5), np.random.default_rng(6)
    steps = []
    for kind in rng.choice(["school"] * 6 + ["block", "lock", "undo", "undo", "redo"], 1500).tolist():
        g = int(rng.choice([0, 2]))
        most, choices = (SIDE * SIDE, ZONES) if kind == "block" else (SCHOOLS, DISTRICTS)
        steps.append([kind, g, sorted({int(i) for i in rng.integers(0, most, 2)}), int(rng.integers(0, choices))])
    ids = [f"S{i}" for i in range(SCHOOLS)]
    found = blank.evaluate(PLAY, [packed_ground(ground), list(ground.block_ids), ids, steps])
    assert found["wrong"] == []
    played, seen = Played(ground), set()
    for i, step in enumerate(steps):
        played.step(*step)
        if i % 10 == 0:
            mine = [played.told(0), played.told(2)]
            assert found["out"][i // 10] == mine, i
            seen |= {(b["rule"], b["unit"]) for one in mine for b in one["broken"]}
    assert {r for r, _ in seen} == {"junior_lead", "weak", "school", "centre", "min_tiers", "districts", "connected", "within_county", "radius_m", "diameter_m"}
    assert ("school", "few") in seen
    assert ("school", "many") in seen
    assert found["same"]
    assert found["loaded"]["refused"] == []
    assert found["moves"]["schools"]
    assert [r["why"] for r in found["bad"]["refused"] if r.get("school")] == ["unknown_scheme", "unknown_school", "unknown_district", "other_from", "malformed"]


def test_the_districts_of_a_plan_break_no_rule_and_are_made_of_its_zones(grid_plan):
    ground = edit_ground(grid_plan)
    grouping = ground.grouping("alliance")
    stage = ground.stage(grouping.unit_stage)
    assert grouping.unit_stage == "primary"
    assert broken_composition(grouping, grouping.base, stage.base, stage.edges) == []
    assert composition(grouping, grouping.base, stage.base, stage.edges)["total"]["districts"] == len(grid_plan.districts)


def test_what_is_counted_is_what_the_independent_check_counts(grid_plan):
    """Every way to lay the units out in two districts: the same counts are broken as by the check of a grouping."""
    ground = edit_ground(grid_plan)
    grouping = ground.grouping("alliance")
    stage = ground.stage("primary")
    rows = grid_plan.memberships[grid_plan.memberships["scheme"] == "alliance"]
    probe, member = probe_of(grid_plan, rows)
    spec = spec_of_rules(rules_of_scheme(grid_plan, "alliance"), probe)
    units = len(grouping.base)
    problem = replace(
        probe_with(probe, spec),
        unit_of_member=grouping.unit_of_school[member],
        edges=grouping.neighbours(stage.base, stage.edges),
        county_of_unit=grouping.county_of_unit,
        weight_of_unit=np.ones(units),
    )
    leads = np.array([np.flatnonzero(grouping.lead[member])[0]] * 2)
    for code in range(2**units):
        label = np.array([code >> u & 1 for u in range(units)])
        mine = {(b.rule, b.district) for b in broken_composition(grouping, label, stage.base, stage.edges) if b.rule != "centre"}
        there = set(label.tolist())
        checked = {(v.rule, v.district) for v in check_grouping(problem, label, leads) if v.rule != "centre" and v.district in there}
        assert mine == checked
