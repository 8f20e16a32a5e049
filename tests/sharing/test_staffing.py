"""Competition for posts: stable in every round, checked by hand and against all matchings there are."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from districting.checking.staffing import unstable
from districting.cli.commands import cli
from districting.model.staffing_problem import StaffingRound
from districting.sharing.staffing import adjust, hire
from tests.sharing.small_town import town_config, write_town


def drawn(seed: int) -> StaffingRound:
    rng = np.random.default_rng(seed)
    options = np.array([rng.permutation(3) for _ in range(5)], dtype=np.int32)
    options[rng.random(options.shape) < 0.2] = -1
    return StaffingRound(options, rng.integers(0, 2, options.shape).astype(np.uint8), rng.permutation(5), rng.integers(0, 3, 3))


@pytest.mark.parametrize("seed", range(6))
def test_of_all_stable_matchings_teachers_get_the_best_and_schools_proposing_the_worst(seed: int) -> None:
    problem = drawn(seed)
    all_ = (np.array(p) for p in itertools.product(range(-1, 3), repeat=5))
    stable = [p for p in all_ if not any(unstable(problem, p))]

    def place(p: np.ndarray) -> list[int]:
        return [list(row).index(x) if x >= 0 else 9 for row, x in zip(problem.options.tolist(), p.tolist(), strict=True)]

    places = np.array([place(p) for p in stable])
    assert place(hire(problem)) == places.min(axis=0).tolist()
    assert place(hire(problem, "schools")) == places.max(axis=0).tolist()


def test_a_pair_that_would_rather_have_each_other_is_found() -> None:
    problem = StaffingRound(np.array([[0, 1], [0, 1]], np.int32), np.array([[1, 1], [0, 1]], np.uint8), np.arange(2), np.ones(2, np.int64))
    assert unstable(problem, np.array([0, 1])).blocking == [(1, 0)]
    assert unstable(problem, np.array([0, 0])).overfull == 1


@pytest.mark.parametrize("seed", range(4))
def test_an_adjustment_places_as_many_as_can_be_at_the_least_travel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    metres = np.where(rng.random((4, 3)) < 0.4, np.inf, rng.integers(1, 50, (4, 3)).astype(float))
    places = rng.integers(0, 3, 3)
    best = (0, 0.0)
    for p in itertools.product(range(-1, 3), repeat=4):
        used = [i for i in range(4) if p[i] >= 0]
        if all(np.isfinite(metres[i, p[i]]) for i in used) and all(p.count(j) <= places[j] for j in range(3)):
            best = min(best, (-len(used), sum(metres[i, p[i]] for i in used)))
    got = adjust(metres, places)
    used = np.flatnonzero(got >= 0)
    assert (-len(used), float(metres[used, got[used]].sum())) == best


CITY = town_config("teachers", "posts")
SCHOOLS = (
    "学校标识码,学校名称,学段,县级代码,x,y,在校生数,学位数\n1,东小学,小学,610102,500000,3800000,100,100\n"
    "2,西小学,小学,610102,501000,3800000,100,100\n3,南小学,小学,610103,500000,3801000,100,100\n"
)
TEACHERS = """教师编号,学校标识码,任教学科,职称,教龄,轮岗意愿,教师资格学科
A,1,语文,高级教师,20,,
B,1,语文,二级教师,3,,
C,2,语文,一级教师,10,东小学,
D,1,音乐,一级教师,9,,音乐、美术
E,1,,一级教师,9,,
F,3,语文,一级教师,9,,
"""
POSTS = "学校,学段,学科,核定岗位数\n东小学,小学,语文,1\n西小学,小学,语文,1\n西小学,小学,美术,1\n南小学,小学,语文,2\n"


def test_rounds_forced_placements_unfilled_posts_and_teachers_without_a_post(tmp_path: Path) -> None:
    write_town(tmp_path, CITY, schools=SCHOOLS, teachers=TEACHERS, posts=POSTS)
    waits = '[sharing.staffing]\nwithout_wishes = "adjustment"\n'
    (tmp_path / "wait.toml").write_text(CITY + waits, "utf-8")
    hires = {}
    for config in ("city", "wait"):
        result = CliRunner(env={"DISTRICTING_LANG": "zh"}).invoke(
            cli, ["share", "staffing", str(tmp_path / f"{config}.toml"), "-o", str(tmp_path / config), "--json"]
        )
        assert result.exit_code == 0, result.output
        facts = json.loads(result.stdout)
        rows = [r.split(",") for r in (tmp_path / config / "staffing_hires.csv").read_text("utf-8-sig").splitlines()[1:]]
        hires[config] = {r[0]: (r[5], r[7]) for r in rows}
        assert (facts["posts"], facts["hired"], facts["unfilled"], facts["surplus"], facts["without_subject"]) == (5, 4, 1, 2, 1)
    # A and F keep theirs; B, without one, asks the nearest, but C of that school comes first there; D may teach art by licence; nobody goes to another county
    assert hires["city"] == {"A": ("1", "本校竞聘"), "C": ("2", "县域竞聘"), "D": ("2", "县域竞聘"), "F": ("3", "本校竞聘")}
    assert hires["wait"]["D"] == ("2", "组织调剂")
    posts = (tmp_path / "city" / "staffing_posts.csv").read_text("utf-8-sig").splitlines()
    assert posts[1] == "3,南小学,小学,语文,2,1,1"
    left = {r.split(",")[0]: r.rsplit(",", 1)[1] for r in (tmp_path / "city" / "staffing_surplus.csv").read_text("utf-8-sig").splitlines()[1:]}
    assert left == {"B": "本校本学科岗位已满（聘给得分更高的教师）", "E": "没有写明学科"}
    assert facts["surplus_reasons"] == {"no_subject": 1, "outscored": 1}


def test_every_reason_why_a_teacher_has_no_post(tmp_path: Path) -> None:
    """B: A has more points. G teaches music, which 东小学 has no post of and 西小学's goes to H. I: no school has PE. J teaches Chinese with a licence for PE only."""
    more = "G,1,音乐,,1,,\nH,2,音乐,,9,,\nI,1,体育,,9,,\nJ,1,语文,,9,,体育\n"
    write_town(tmp_path, CITY, schools=SCHOOLS, teachers=TEACHERS + more, posts=POSTS + "西小学,小学,音乐,1\n")
    result = CliRunner(env={"DISTRICTING_LANG": "zh"}).invoke(cli, ["share", "staffing", str(tmp_path / "city.toml"), "-o", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    left = {r.split(",")[0]: r.rsplit(",", 1)[1] for r in (tmp_path / "out" / "staffing_surplus.csv").read_text("utf-8-sig").splitlines()[1:]}
    assert left == {
        "B": "本校本学科岗位已满（聘给得分更高的教师）",
        "E": "没有写明学科",
        "G": "本校没有本学科岗位（本县的已满）",
        "I": "本县没有本学科岗位",
        "J": "没有任教学科的教师资格",
    }


def test_the_same_post_twice_is_a_fault_with_its_row(tmp_path: Path) -> None:
    write_town(tmp_path, CITY, schools=SCHOOLS, teachers=TEACHERS, posts=POSTS + "东小学,小学,语文,2\n")
    result = CliRunner(env={"DISTRICTING_LANG": "zh"}).invoke(cli, ["share", "staffing", str(tmp_path / "city.toml"), "-o", str(tmp_path / "out")])
    assert result.exit_code == 4
    assert "岗位写了两行" in result.output
