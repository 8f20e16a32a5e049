"""``enrol overflow`` in a street a person can check: four primaries in a row, two districts next to each other and a third behind, one education group."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import tomllib
from importlib import resources
from pathlib import Path

import geopandas as gpd
import jsonschema
import openpyxl
import pandas as pd
import pytest
from shapely.geometry import Point, box

import districting as dt
from districting.model.plan import Plan
from districting.reading.overflow_rules import load_overflow
from tests.cli.test_commands import call

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
CRS = "EPSG:4545"
WHERE = {"A": 0, "B": 900, "C": 2230, "D": 9000}
"""School -> metres east. A and B are district D1, C is D2 next to it, D is D3 next to D2; A and D are one education group."""
GRADES = "一二三四五六"


def layer(rows, geometry):
    return gpd.GeoDataFrame(rows, geometry=geometry, crs=CRS)


@pytest.fixture(scope="module")
def plan():
    blocks, schools = [f"b{s}" for s in WHERE], list(WHERE)
    spots = [*WHERE.values(), 230]
    return Plan(
        name="street", year=2026, language="zh", crs=CRS,
        blocks=layer({"block_id": [*blocks, "bH"], "name": "", "county_code": "", "zone_id_primary": [*(f"P-{s}" for s in schools), "P-A"]},
                     [box(x - 50, -50, x + 50, 50) for x in spots]),
        zones=layer({"zone_id": [f"P-{s}" for s in schools], "stage": "primary"}, [box(x - 50, -50, x + 50, 50) for x in WHERE.values()]),
        schools=layer({"school_id": schools, "name": [f"{s}小学" for s in schools], "county_code": "", "ownership": "public", "urban_rural_code": "", "themes": ""},
                      [Point(x, 0) for x in WHERE.values()]),
        districts=layer({"district_id": ["D1", "D2", "D3"], "scheme": "alliance", "level": 1, "parent_id": "", "name": ["一", "二", "三"], "theme": "", "county_code": ""},
                        [box(0, 0, 1, 1)] * 3),
        memberships=pd.DataFrame({"scheme": "alliance", "district_id": ["D1", "D1", "D2", "D3"], "school_id": schools, "stage": "primary", "role": ""}),
        zone_schools=pd.DataFrame({"zone_id": [f"P-{s}" for s in schools], "stage": "primary", "school_id": schools}),
        school_stages=pd.DataFrame({"school_id": [*schools, "C"], "stage": ["primary"] * 4 + ["junior"], "tier": "", "score": 0.0, "pupils": [0.0] * 4 + [1999.0]}),
        edges=pd.DataFrame({"block_a": ["bA", "bB", "bC"], "block_b": ["bB", "bC", "bD"], "shared_m": 100.0, "cut": False}),
    )  # fmt: skip


@pytest.fixture
def street(plan, tmp_path, monkeypatch, request):
    """Writes tables and rules. ``left``: school -> seats left in the first grade (other grades are full); ``pupils``: rows after the id and name."""
    if "from_the_plan_file" in request.node.name:
        dt.write_plan(plan, tmp_path / "plan.gpkg")
    else:  # a plan of forty tables takes longer to read than to use
        monkeypatch.setattr("districting.outputs.geopackage.read_plan", lambda path: plan)

    def write(pupils, left, *, rules="", head="地块编号,经度,纬度,对口学校,年级,类别,房屋编码,家庭编号,双胞胎组", extra=(), register=None):
        listed = [f"S{i:07d},机密{i},{row}" for i, row in enumerate(pupils)]
        (tmp_path / "p.csv").write_text("\n".join([f"学生编号,姓名,{head}", *listed]) + "\n", encoding="utf-8")
        seats = [f"{s}小学,{GRADES[g]}年级,1,{45 - (left.get(s, 0) if g == 0 else 0)},0,{'甲集团' if s in 'AD' else ''}" for s in WHERE for g in range(6)]
        (tmp_path / "s.csv").write_text("\n".join(["学校,年级,班数,在校生数,保留学位,教育集团", *seats, *extra]) + "\n", encoding="utf-8")
        lines = ['plan = "plan.gpkg"', f'pupils = {{ path = "p.csv", datum = "{CRS}" }}', 'schools = "s.csv"']
        if register is not None:
            (tmp_path / "d.csv").write_text("\n".join(["房屋编码,家庭编号,使用年份,入学年级,状态", *register]) + "\n", encoding="utf-8")
            lines.append('dwellings = "d.csv"')
        (tmp_path / "o.toml").write_text("\n".join([*lines, rules]) + "\n", encoding="utf-8")
        return tmp_path / "o.toml"

    return write


def run(rules, *words, code=0, lang="zh"):
    result = call("enrol", "overflow", rules, "-o", rules.parent / "out", "--overwrite", *words, lang=lang)
    assert result.exit_code == code, result.output
    assert "机密" not in result.output
    assert "S000000" not in result.output
    return result


def told(rules, *words, code=0, lang="zh"):
    return json.loads(run(rules, "--json", *words, code=code, lang=lang).stdout)


def seated(tree):
    return [p["school_id"] for p in tree["pupils"]]


HOME = ",230,0,A小学,1,,,,"
"""230 m from A, 2,000 m from C."""
BLOCK_HOME = "bH,,,A小学,1,,,,"
"""The same, by the block."""


def test_nearest_school_at_230_m_is_full_and_both_distances_and_the_reason_are_printed(street):
    """Policy section 7, fixture 10: A at 230 m and B are full, C at 2,000 m takes the child."""
    rules = street([BLOCK_HOME], {"C": 1})
    tree = told(rules)
    (child,) = tree["pupils"]
    assert (child["own_m"], child["nearest_m"], child["distance_m"], child["rank"], child["scope"]) == (230.0, 230.0, 2000.0, 3, "adjacent_district")
    assert (tree["status"], tree["objective"], tree["bound"], tree["gap"], tree["unit"], tree["violations"]) == (
        "optimal",
        2000.0,
        2000.0,
        0.0,
        "pupil-metre",
        [],
    )
    zh, en = run(rules).stdout, run(rules, lang="en").stdout
    assert "第 2 行：对口学校A小学（230 米）该年级已满；按“相邻学区”安排到C小学，2000 米，离家由近到远第 3" in zh
    assert "own school A小学 (230 m) is full in this grade; placed by 'adjacent district' at C小学, 2000 m, number 3 by nearness" in en
    (row,) = csv.DictReader(io.StringIO((rules.parent / "out" / "overflow.csv").read_text(encoding="utf-8-sig")))
    assert [row[h] for h in ("to own school (m)", "to placed school (m)", "scope")] == ["230", "2000", "adjacent district"]
    assert "230 m" in row["reason"]


def test_exact_distances_of_a_home_given_by_coordinates_stand_in_the_private_list_only(street):
    rules = street([HOME], {"C": 1})
    (child,) = told(rules, "--unmasked")["pupils"]
    assert (child["own_m"], child["nearest_m"], child["distance_m"], child["scope"]) == (200.0, 200.0, 2000.0, "adjacent_district")
    out = rules.parent / "out"
    masked, private = ((out / name).read_text(encoding="utf-8-sig") for name in ("overflow.csv", "overflow_list.private.csv"))
    assert "230" not in masked + run(rules).stdout
    assert "230" in private


def test_districts_and_zones_come_from_the_plan_file(street):
    assert seated(told(street([HOME], {"C": 1}))) == ["C"]


@pytest.mark.parametrize(
    ("order", "school"),
    [('["own_school", "group", "nearest"]', "D"), ('["own_district", "adjacent_district"]', "C"), ('["nearest"]', "C"), ('["own_district"]', None)],
)
def test_the_order_is_the_planners(street, order, school):
    tree = told(street([HOME], {"C": 1, "D": 1}, rules=f"order = {order}"))
    assert seated(tree) == [school]
    assert tree["unplaced"] == (school is None)


def test_the_own_school_comes_from_the_zone_of_the_home_and_a_block_will_do(street):
    assert seated(told(street(["bB,,,,1,,,,", ",2230,10,,一年级,,,,"], {"B": 1, "C": 1}))) == ["B", "C"]


def test_kept_seats_and_schools_at_their_cap_are_not_spare(street):
    """C keeps its two seats; it is a nine-year school of 1,999 juniors and 268 in primary grades: 2,267 of 2,500."""
    rules = street([HOME], {"C": 2})
    table = rules.parent / "s.csv"
    kept = table.read_text(encoding="utf-8").replace("C小学,一年级,1,43,0", "C小学,一年级,1,43,2")
    table.write_text(kept, encoding="utf-8")
    tree = told(rules)
    assert seated(tree) == [None]
    assert [s["reserve"] for s in tree["schools"] if (s["school_id"], s["grade"]) == ("C", 1)] == [2]
    table.write_text(kept.replace("43,2", "43,0"), encoding="utf-8")
    assert seated(told(rules)) == ["C"]
    rules.write_text(rules.read_text(encoding="utf-8") + "nine_year_cap = 2267\n", encoding="utf-8")
    assert seated(told(rules)) == [None]
    rules.write_text(rules.read_text(encoding="utf-8").replace("2267", "2268"), encoding="utf-8")
    assert seated(told(rules)) == ["C"]


def test_no_transfer_into_the_first_term_of_the_first_grade_nor_the_last_of_the_final_one(street):
    pupils = [",230,0,A小学,1,转学,,,", ",230,0,A小学,6,转学,,,"]
    extra = ["A小学,七年级,1,10,0,甲集团"]
    first = told(street(pupils, {"A": 3}, extra=extra))
    assert [p["code"] for p in first["pupils"]] == ["first_term", "no_seat"]
    second = told(street(pupils, {"A": 3}, rules='term = "second"', extra=extra))
    assert [p["code"] for p in second["pupils"]] == ["own_school", "last_term"]
    assert second["by_reason"] == {"last_term": 1}


LOCKED = [",0,0,A小学,1,,F1,J9,", ",230,0,A小学,1,,F2,J2,"]
"""The first lives nearer, but her dwelling's seat is taken by family J1; F2's is taken by the second's own family."""
REGISTER = ["F1,J1,2023,1,在读", "F2,J2,2023,1,在读"]


@pytest.mark.parametrize(
    ("rules", "register", "schools"),
    [("", REGISTER, ["C", "A"]), ('lock = "off"', REGISTER, ["A", "C"]), ('lock = "refuse"', REGISTER, [None, "A"]), ("", ["F1,J1,2019,1,在读"], ["A", "C"]),
     ("", ["F1,J1,2023,1,毕业"], ["A", "C"]), ("", ["F1,J1,2023,5,在读"], ["A", "C"]), ("lock_years = 3", REGISTER, ["A", "C"]), ("year = 2029", REGISTER, ["A", "C"])],
)  # fmt: skip
def test_a_dwelling_gives_one_seat_in_six_years_except_to_the_same_family(street, rules, register, schools):
    assert seated(told(street(LOCKED, {"A": 1, "C": 1}, rules=rules, register=register))) == schools


def test_a_lock_that_holds_at_crowded_schools_only_is_open_where_seats_suffice(street):
    refuse = 'lock = "refuse"\nlock_where = "oversubscribed"'
    assert seated(told(street(LOCKED, {"A": 1, "C": 1}, rules=refuse, register=REGISTER))) == [None, "A"]
    assert seated(told(street(LOCKED, {"A": 2}, rules=refuse, register=REGISTER))) == ["A", "A"]


def test_twins_go_to_one_school_and_are_listed_when_none_holds_both(street):
    twins = [",230,0,A小学,1,,,,T1"] * 2
    assert seated(told(street(twins, {"A": 1, "B": 1, "C": 2}))) == ["C", "C"]
    tree = told(street(twins, {"A": 1, "B": 1}))
    assert tree["by_reason"] == {"group": 2}
    assert "没有一所学校容得下同组的全部学生" in tree["pupils"][0]["reason"]


def test_farther_schools_than_the_largest_distance_are_not_offered(street):
    tree = told(street([HOME], {"C": 1}, rules="max_distance_m = 1999"))
    assert (seated(tree), tree["by_reason"]) == ([None], {"far": 1})
    assert seated(told(street([HOME], {"C": 1}, rules="max_distance_m = 2000"))) == ["C"]


def test_nobody_is_dropped_and_the_counts_add_up(street):
    tree = told(street([HOME] * 7, {"A": 1, "B": 1, "C": 2, "D": 1}))
    assert tree["by_scope"] == {"own_school": 1, "own_district": 1, "group": 1, "adjacent_district": 2, "nearest": 0}
    assert (tree["placed"], tree["moved"], tree["unplaced"], tree["by_reason"]) == (5, 4, 2, {"no_seat": 2})
    assert {s["school_id"]: (s["spare"], s["placed"], s["left"]) for s in tree["schools"] if s["grade"] == 1} == {
        "A": (1, 1, 0), "B": (1, 1, 0), "C": (2, 2, 0), "D": (1, 1, 0),
    }  # fmt: skip


def test_ids_and_names_are_masked_and_the_whole_list_is_for_its_owner_only(street):
    rules = street([HOME], {"C": 1})
    run(rules)
    assert not (rules.parent / "out" / "overflow_list.private.csv").exists()
    run(rules, "--unmasked")
    for path in (rules.parent / "out").iterdir():
        if path.suffix == ".xlsx":
            content = str([[c.value for row in s.iter_rows() for c in row] for s in openpyxl.load_workbook(path)])
        else:
            content = path.read_text(encoding="utf-8")
        secret = ".private." in path.name
        assert ("机密0" in content) is secret
        assert ("S0000000" in content) is secret
        assert not secret or os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_fault_of_every_table_is_told_at_once_and_no_child_is(street):
    pupils = [HOME, ",,,A小学,1,,,,", "bX,,,X小学,高一,借读,F1,,", "bA,,,A小学,8,,,,"]
    rules = street(
        pupils, {"A": 1}, extra=["Y小学,一年级,1,2,0,", "A小学,一年级,1,2,0,", "B小学,七年级,1,2,0,", "B小学,七年级,1,2,0,"], register=["F1,,2023,1,休假"]
    )
    with (rules.parent / "p.csv").open("a", encoding="utf-8") as file:
        file.write("S0000000,机密9,bA,,,A小学,1,,,,\n110105194912310000,机密8,bA,,,A小学,1,,,,\n")
    tree = told(rules, code=4)
    problems = " ".join(f["problem"] for f in tree["faults"])
    for word in ("没有住址", "没有这所学校", "看不懂的年级", "看不懂的类别", "没有家庭编号", "不在本学段", "没有这个地块", "Y小学", "第 2 行", "学籍状态"):
        assert word in problems, word
    assert any(f["row"] == 7 and f["file"] == "p.csv" for f in tree["faults"])  # the damaged id
    assert {f["file"] for f in tree["faults"]} == {"p.csv", "s.csv", "d.csv"}
    assert "X小学" not in problems
    assert not (rules.parent / "out").exists()


def test_an_id_twice_a_negative_seat_and_a_register_of_blanks_are_refused(street):
    rules = street([HOME], {"A": -1}, extra=["A小学,七年级,-1,2,0,"], register=["F1,,2023,1,休假"])
    with (rules.parent / "p.csv").open("a", encoding="utf-8") as file:
        file.write("S0000000,机密9,bA,,,A小学,1,,,,\n")
    faults = told(rules, code=4)["faults"]
    assert {(f["file"], f["column"]) for f in faults} == {("p.csv", "学生编号"), ("s.csv", "班数"), ("d.csv", "家庭编号"), ("d.csv", "状态")}


def test_coordinates_without_a_datum_and_swapped_ones_are_refused(street):
    rules = street([",34.4,107.6,A小学,1,,,,"], {"A": 1})
    whole = rules.read_text(encoding="utf-8")
    rules.write_text(whole.replace(f', datum = "{CRS}"', ""), encoding="utf-8")
    assert [f["column"] for f in told(rules, code=4)["faults"]] == ["经度"]
    rules.write_text(whole.replace(CRS, "wgs84"), encoding="utf-8")
    assert [f["row"] for f in told(rules, code=4)["faults"]] == [2]


@pytest.mark.parametrize(
    ("line", "columns"),
    [("classsize = 3", ["classsize"]), ('order = ["nearest", "nearest"]\nschool_cap = 0', ["order", "school_cap"]), ('order = ["home"]', ["order.1"]),
     ("max_distance_m = -5\nlock_years = 0", ["lock_years", "max_distance_m"]), ('scheme = "nobody"', ["scheme"])],
)  # fmt: skip
def test_rules_that_make_no_sense_are_told_all_at_once(street, line, columns):
    assert [f["column"] for f in told(street([HOME], {"A": 1}, rules=line), code=4)["faults"]] == columns


def test_the_rules_of_the_sample_fit_their_schema_and_its_tables_are_there():
    tree = tomllib.loads((SAMPLE / "overflow.toml").read_text(encoding="utf-8"))
    schema = json.loads(resources.files("districting.schemas").joinpath("overflow_rules.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**tree, "classsize": 3}, schema)
    rules = load_overflow(SAMPLE / "overflow.toml")
    assert all((rules.folder / spec.path).is_file() for spec in (rules.pupils, rules.schools, rules.dwellings))
