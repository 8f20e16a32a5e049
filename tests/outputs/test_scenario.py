"""The editor's arithmetic: the browser and Python reckon the same whole numbers and find the same rules broken, move by move."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import districting as dt
from districting.auditing import audit_plan
from districting.measures.scenario_figures import broken_rules, figures, shown
from districting.model.edit_ground import EditGround, EditStage
from districting.outputs.edited import edited_lines
from districting.outputs.map.content import page_content
from districting.outputs.map.editing import packed_ground
from districting.planning.edit_ground import edit_ground
from districting.planning.editing import EditedPlan, StageEdit, apply_moves
from districting.reading.moves import read_moves

SIDE, ZONES = 8, 5


def _stage(rng, name, metric, parts, below=""):
    """A grid of blocks with some edges cut, two counties, every rule in force and tight enough to break."""
    n = SIDE * SIDE
    at = np.arange(n)
    pairs = [(i, i + 1) for i in at if i % SIDE < SIDE - 1] + [(i, i + SIDE) for i in at if i < n - SIDE]
    edges = np.array(sorted(p for p in pairs if rng.random() > 0.08), dtype=np.int64)
    homes = np.sort(rng.choice(n, ZONES + 1, replace=False))
    zone_of_school = np.append(np.arange(ZONES), 0)
    place = np.column_stack([at % SIDE, at // SIDE]) * 1000
    school = place[homes] + rng.integers(-400, 400, (ZONES + 1, 2))
    base = zone_of_school[((place[:, None] - school[None]) ** 2).sum(axis=2).argmin(axis=1)]
    base[homes] = zone_of_school
    today = np.where(rng.random(n) < 0.1, -1, np.where(rng.random(n) < 0.2, rng.integers(0, ZONES, n), base))
    pupils = rng.integers(0, 9, n) * (1 if parts == 1 else 333)
    load = np.bincount(base, pupils, ZONES).astype(np.int64)
    keep = rng.random((n, ZONES)) < 0.9
    keep[at, base] = True
    block, zone = np.nonzero(keep)
    far = rng.integers(100, 90_000, len(block))
    inside = (today[edges[:, 0]] == today[edges[:, 1]]) & (today[edges[:, 0]] >= 0)
    free = np.setdiff1d(at, homes)
    return EditStage(
        *(name, tuple(f"{name[0]}-{z}" for z in range(ZONES)), base, today, pupils, load + rng.integers(0, 3, ZONES), np.column_stack([homes, zone_of_school])),
        *(edges, rng.integers(0, 300, len(edges)), (at % SIDE > 5).astype(np.int64), np.array([0, 0, 1, 0, 1])),
        metric=metric,
        **({"block_dm": place, "school_dm": school, "zone_of_school": zone_of_school} if metric == "straight" else {}),
        **({"arcs": np.column_stack([block, zone, far])} if metric == "table" else {}),
        limit_dm=rng.integers(-1, 4000, n),
        growth_dm=np.where(rng.random(n) < 0.3, -1, rng.integers(500, 5000, n)),
        locked=np.column_stack([free[:2], base[free[:2]]]),
        excused=np.array([[b, today[b]] for b in free[2:6] if today[b] >= 0], dtype=np.int64).reshape(-1, 2),
        beside=edges[inside],
        share_beside=0.5,
        least=load * 9 // 10,
        low=load * 8 // 10,
        high=load * 11 // 10,
        cap=int(pupils.sum() // 3),
        whole_below=below,
    )


def _ground(seed, parts):
    rng = np.random.default_rng(seed)
    stages = (_stage(rng, "primary", "straight", parts), _stage(rng, "junior", "table", parts, below="primary"), _stage(rng, "senior", "none", parts))
    return EditGround("f" * 64, "town", 2026, tuple(f"B{i:03d}" for i in range(SIDE * SIDE)), parts, stages)


def _steps(rng, ground, count):
    """Random steps: (kind, stage, blocks, zone)."""
    kinds = rng.choice(["move", "move", "move", "preview", "lock", "undo", "undo", "redo"], count)
    names = [s.stage for s in ground.stages]
    for kind in kinds.tolist():
        first = int(rng.integers(0, SIDE * SIDE))
        blocks = sorted({first, *(int(b) for b in first + rng.choice([1, SIDE, -1], int(rng.integers(0, 3))) if 0 <= b < SIDE * SIDE)})
        yield [kind, names[int(rng.integers(0, len(names)))], blocks, int(rng.integers(0, ZONES))]


class Played:
    """The same steps in the plainest way: a copy of everything before each step."""

    def __init__(self, ground):
        self.ground = ground
        self.now = {s.stage: (s.base.copy(), np.zeros(len(s.base), dtype=bool)) for s in ground.stages}
        self.before, self.after = [], []

    def step(self, kind, name, blocks, zone):
        label, locks = self.now[name]
        if kind == "undo":
            if self.before:
                self.after.append(self.now)
                self.now = self.before.pop()
            return
        if kind == "redo":
            if self.after:
                self.before.append(self.now)
                self.now = self.after.pop()
            return
        if kind == "preview":
            return
        stage = self.ground.stage(name)
        new, held = label.copy(), locks.copy()
        if kind == "lock":
            held[blocks] = zone % 2 == 0
        else:
            free = [b for b in blocks if not locks[b] and b not in stage.homes[:, 0]]
            new[free] = zone
        if (new != label).any() or (held != locks).any():
            self.before.append(self.now)
            self.after = []
            self.now = {**self.now, name: (new, held)}

    def told(self, name):
        stage, label = self.ground.stage(name), self.now[name][0]
        below = self.now[stage.whole_below][0] if stage.whole_below else None
        return {
            "label": label.tolist(),
            "figures": figures(stage, label),
            "broken": [b.as_json() for b in broken_rules(stage, label, below, self.ground.pupil_parts)],
        }


PLAY = """([edit, ids, steps, every]) => {
  const s = districtingScenario(edit, ids), out = [], wrong = [];
  const told = name => ({ label: Array.from(s.zoneOf(name)), figures: s.figures(name), broken: s.broken(name) });
  steps.forEach(([kind, name, blocks, zone], i) => {
    if (kind === 'undo') { s.undo(); } else if (kind === 'redo') { s.redo(); } else if (kind === 'lock') { s.lock(name, blocks, zone % 2 === 0); }
    else {
      const before = JSON.stringify(told(name)), seen = s.preview(name, blocks, zone);
      if (JSON.stringify(told(name)) !== before) { wrong.push('preview changed something at ' + i); }
      if (kind === 'move') {
        const made = s.move(name, blocks, zone);
        if (JSON.stringify(seen) !== JSON.stringify(made)) { wrong.push('preview and move differ at ' + i); }
        if (made.total.pupils_after !== s.figures(name).total.pupils) { wrong.push('total at ' + i); }
      }
    }
    if (i % every === 0) { out.push(s.stages.map(told)); }
  });
  return [out, wrong];
}"""


@pytest.fixture(scope="module")
def blank(chromium):
    """A page that holds the arithmetic and nothing else."""
    context = chromium.new_context(offline=True)
    page = context.new_page()
    for name in ("packing.js", "scenario_schools.js", "scenario_stage.js", "scenario.js", "scenario_table.js"):
        page.add_script_tag(content=resources.files("districting.outputs.map").joinpath("assets", name).read_text(encoding="utf-8"))
    yield page
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("parts", [1, 1000])
def test_thousands_of_moves_give_the_same_whole_numbers_and_broken_rules_in_the_browser_and_in_python(blank, parts):
    ground, every = _ground(parts, parts), 25
    steps = list(_steps(np.random.default_rng(7), ground, 2000))
    told, wrong = blank.evaluate(PLAY, [packed_ground(ground), list(ground.block_ids), steps, every])
    assert wrong == []
    played, seen = Played(ground), set()
    for i, step in enumerate(steps):
        played.step(*step)
        if i % every == 0:
            mine = [played.told(s.stage) for s in ground.stages]
            assert told[i // every] == mine, i
            seen |= {b["rule"] for one in mine for b in one["broken"]}
    assert any(mine_of["figures"]["total"]["unmeasured"] for mine_of in mine if mine_of["figures"]["total"]["mean_dm"] is not None)
    assert {
        "seats",
        "connected",
        "within_county",
        "known_way",
        "maximum_distance",
        "travel_growth",
        "locked",
        "minimum_fill",
        "size_band",
        "whole_units",
    } <= seen
    assert {"neighbours_together"} <= seen


@pytest.mark.browser
def test_moves_of_the_page_laid_on_the_plan_give_the_figures_of_the_page(grid_plan, blank, tmp_path):
    path = tmp_path / "plan.gpkg"
    dt.write_plan(grid_plan, path)
    plan = dt.read_plan(path)
    content = page_content(grid_plan, "internal", "en")
    edit = {**content["edit"], "ids": content["unit"]["id"], "school_ids": [s["id"] for s in content["schools"]]}
    found = blank.evaluate(
        """edit => { const s = districtingScenario(edit); s.move('primary', [5, 4], 0); s.move('junior', [12], s.zoneOf('junior')[12] === 3 ? 0 : 3); s.lock('primary', [9], true);
        const moves = s.exported({note: '=1+1', author: 'x', lang: 'en'}), again = districtingScenario(edit), loaded = again.load(moves);
        return { moves: moves, figures: s.figures('primary'), junior: s.figures('junior'), csv: s.csv('primary'), loaded: loaded, same: JSON.stringify(again.exported({note: '=1+1', author: 'x', lang: 'en'})) === JSON.stringify(moves),
          lock: again.isLocked('primary', 9), undone: again.undo() && again.moves().length, other: again.load(Object.assign({}, moves, {base: {key: 'x'}})), bad: again.load({format: 'moves-1', base: {key: edit.key}, moves: [1, ['primary', '__proto__', '', 'P-P1'], ['constructor', 'b00', '', '']]}) }; }""",
        edit,
    )
    assert found["same"]
    assert found["lock"]
    assert found["undone"] == 0
    assert found["loaded"] == {"applied": 3, "refused": []}
    assert found["other"]["refused"] == [{"row": -1, "why": "base"}]
    assert [r["why"] for r in found["bad"]["refused"]] == ["malformed", "unknown_block", "unknown_stage"]
    (tmp_path / "moves.json").write_text(json.dumps(found["moves"]), encoding="utf-8")
    edited = apply_moves(plan, read_moves(tmp_path / "moves.json"))
    assert [s.after for s in edited.stages] == [found["figures"], found["junior"]]
    (tmp_path / "moves.csv").write_text(found["csv"], encoding="utf-8", newline="")
    by_table = apply_moves(plan, read_moves(tmp_path / "moves.csv"), "primary")
    assert by_table.plan.blocks["zone_id_primary"].tolist() == edited.plan.blocks["zone_id_primary"].tolist()
    again = figures(edit_ground(edited.plan).stage("primary"), edit_ground(edited.plan).stage("primary").base)
    assert [z["pupils"] for z in again["zones"]] == [z["pupils"] for z in found["figures"]["zones"]]
    assert edit_ground(edited.plan).key != found["moves"]["base"]["key"] == edit_ground(plan).key


def test_figures_of_moves_across_the_county_line_are_those_of_the_audit_of_the_written_plan(grid_plan):
    rng, ids, crossed = np.random.default_rng(5), grid_plan.blocks["block_id"].tolist(), 0
    zones = sorted(set(grid_plan.zones.loc[grid_plan.zones["stage"] == "primary", "zone_id"]))
    for _ in range(3):
        moves = {str(b): str(rng.choice(zones)) for b in rng.choice(ids, 6, replace=False)}
        edited = apply_moves(grid_plan, moves, "primary")
        found = audit_plan(edited.plan).laid_on(edited.plan).findings
        said = found[(found["stage"] == "primary") & (found["scope"] == "all")].set_index("measure")["value"]
        told = edited.stages[0].after["total"]
        assert told["unmeasured"] == 0
        assert abs(told["mean_dm"] / 10 - said["mean_distance_m"]) <= 0.1
        assert abs(told["farthest_dm"] / 10 - said["max_distance_m"]) <= 0.1
        assert abs(float(edited.plan.recorded("zoning.primary", "objective") or 0) * 10 - told["pupil_dm"]) <= told["pupils"]
        crossed += sum(len(b.blocks) for b in edited.stages[0].broken if b.rule == "within_county")
    assert crossed


def test_pupils_without_a_known_way_are_counted_apart_and_said():
    stage = _ground(1, 1).stage("junior")
    known = {(b, z) for b, z, _ in stage.arcs.tolist()}
    block = next(b for b in range(len(stage.base)) if stage.pupils[b] and any((b, z) not in known for z in range(ZONES)))
    label = stage.base.copy()
    label[block] = next(z for z in range(ZONES) if (block, z) not in known)
    before, after = figures(stage, stage.base), figures(stage, label)
    assert before["total"]["unmeasured"] == 0
    assert after["total"]["unmeasured"] == stage.pupils[block]
    assert after["total"]["pupils"] == before["total"]["pupils"]
    edit = StageEdit("junior", (), before, after, (), (), stage.zone_ids, ())
    lines = edited_lines(EditedPlan(None, (edit,), (), 1), "en")
    assert any(f"{stage.pupils[block]} pupil(s) without a distance, not counted" in line for line in lines)


@pytest.mark.browser
def test_browser_and_python_round_what_is_shown_alike(blank):
    rng = np.random.default_rng(3)
    given = [
        [int(v), int(u), int(d)]
        for v, u, d in zip(rng.integers(-(10**6), 10**6, 3000), rng.choice([1, 7, 8, 10, 1000], 3000), rng.integers(0, 4, 3000), strict=True)
    ]
    assert blank.evaluate("given => given.map(g => districtingShown(g[0], g[1], g[2]))", given) == [shown(*g) for g in given]


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6), st.integers(0, 3))
def test_what_is_shown_is_never_more_than_half_a_step_away(value, unit, digits):
    scaled = round(float(shown(value, unit, digits)) * 10**digits)
    assert 2 * abs(scaled * unit - value * 10**digits) <= unit


def test_a_public_page_holds_nothing_of_the_editor(grid_plan):
    assert "edit" not in page_content(grid_plan, "public", "zh")
    assert page_content(grid_plan, "internal", "zh")["edit"]["format"] == "edit-1"


def test_a_zone_cut_in_two_is_said_with_the_blocks_that_lie_apart(grid_plan):
    stage = edit_ground(grid_plan).stage("primary")
    label = stage.base.copy()
    label[3] = stage.base[0]  # the corner of P4 goes to the zone of the corner across
    found = {(b.rule, b.zone): b for b in broken_rules(replace(stage, keep_home=False), label)}
    assert found["connected", int(stage.base[0])].blocks == (3,)
    assert found["connected", int(stage.base[0])].amount == 1
