"""``enrol forecast`` on a strip of twelve blocks and four schools of four seats: warnings, what-ifs, what is unknown, what is refused."""

import csv
import json
import math

import openpyxl
import pytest

import districting as dt
from tests.cli.test_commands import call
from tests.planning.strip_city import strip_city

HEAD = 'plan = "plan.gpkg"\ndata_date = "2026-03-01"\nyears = 4\nclass_size = 2\n'


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("strip") / "plan.gpkg"
    dt.write_plan(dt.make_plan(strip_city()), path)
    return path


@pytest.fixture
def folder(tmp_path, plan_file):
    """Entrants by year of entry: one child a block, in 2027 two in each block of school B; of 2029 nothing is known."""
    (tmp_path / "plan.gpkg").write_bytes(plan_file.read_bytes())
    rows = ["地块编号,2026入学,2027入学,2028入学"]
    rows += [f"b{x:02d},1,{2 if 3 <= x <= 5 else 1},1" for x in range(12)]
    (tmp_path / "births.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "f.toml").write_text(HEAD + 'births = "births.csv"\n[rates]\nmigration_spread = 0.0\n', encoding="utf-8")
    return tmp_path


def told(folder, *words, code=0):
    result = call("enrol", "forecast", folder / "f.toml", *words, "--json", lang="zh")
    assert result.exit_code == code, result.stderr
    return json.loads(result.stdout)


def level(tree, school, year):
    (one,) = [w for w in tree["warnings"] if w["school"] == school]
    return one["years"][str(year)]["level"]


def test_a_school_with_more_children_than_seats_is_red_and_the_classes_that_clear_it_are_said(folder):
    """B has 6 children for 4 seats in 2027; under 90 % of 7 seats it is clear: 3 seats, 2 classes of two."""
    tree = told(folder)
    assert [level(tree, "school B", y) for y in (2026, 2027, 2028)] == ["none", "red", "none"]
    (b,) = [w for w in tree["warnings"] if w["school"] == "school B"]
    assert (b["level"], b["seats_to_clear"], b["classes_to_clear"], b["years"]["2027"]["ratio"]) == ("red", 3, 2, 1.5)
    assert tree["children"]["mid"] == [12, 15, 12, 0]


def test_what_is_not_known_is_said_and_not_guessed(folder):
    tree = told(folder, "-o", folder / "out")
    assert tree["blocks_unknown"] == [0, 0, 0, 12]
    rows = list(csv.DictReader((folder / "out" / "forecast_schools.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {r["level_mid"] for r in rows if r["year"] == "2029"} == {"unknown"}
    blocks = list(csv.DictReader((folder / "out" / "forecast_blocks.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {r["2029"] for r in blocks} == {""}
    assert len(blocks) == 36
    assert "2029年有地块没有出生或登记数据" in call("enrol", "forecast", folder / "f.toml", lang="zh").stdout


@pytest.mark.parametrize(
    ("words", "clears"), [("enlarge B 3", True), ("enlarge B 2", False), ("enlarge B 2班 2027", True), ("扩建 'school B' 2班 2028", False)]
)
def test_enlarging_clears_from_its_year_on(folder, words, clears):
    (one,) = told(folder, "--what-if", words)["what_if"]
    assert one["clears"] is clears
    assert one["appear"] == []
    assert one["least_classes"] == (0 if "2028" in words else 2)


def test_closing_and_opening_name_the_warnings_that_come_and_go(folder):
    closed, opened, both = told(folder, "--what-if", "close A", "--what-if", "open 新校 b04 4 2027", "--what-if", "close A; enlarge B 12")["what_if"]
    assert {(c["school"], c["year"]) for c in closed["appear"]} == {("school B", 2026), ("school B", 2028)}
    assert (closed["blocks_moved"], closed["ways"], closed["blocks_stranded"]) == (3, "straight", 0)
    assert opened["disappear"] == []  # nothing comes nearer by a school beside B
    assert {c["school"] for c in both["disappear"]} == {"school B"}
    assert both["appear"] == []


def test_the_workbook_has_the_warning_table_its_date_and_the_caveats(folder):
    told(folder, "-o", folder / "out", "--what-if", "close A")
    book = openpyxl.load_workbook(folder / "out" / "forecast.xlsx")
    assert book.sheetnames == ["学位预警", "分校分年", "全域合计", "说明", "假设"]
    sheet = [[c.value for c in r] for r in book["学位预警"].iter_rows()]
    assert "2026-03-01" in sheet[1][0]
    assert sheet[2] == ["学校", "2026年", "2027年", "2028年", "预警等级", "解除预警需增学位", "需增班数", "不扩建的办法", "最少扩建"]
    assert sheet[3] == ["school B", 0.75, 1.5, 0.75, "红色", 3, 2, "", "2027年增2个班（仅这一年）"]
    assert any("不作为购房" in str(r[0].value) for r in book["说明"].iter_rows())


def test_the_numbers_agree_with_the_formula_reckoned_by_hand(folder):
    """Births x survival x (1 + net migration) ^ 6 x presence, calendar years shared 122 : 243, and an estate from its delivery on."""
    (folder / "births.csv").write_text("block_id,birth_year,births\nb00,2019,10\nb00,2020,20\nb01,2020,8\nb01,2021,6\n", encoding="utf-8")
    (folder / "estates.csv").write_text("地块编号,交付年份,套数\nb01,2027,100\nb01,2027,50\nb02,2020,999\n", encoding="utf-8")
    (folder / "rates.csv").write_text("地块编号,净迁移率\nb01,0.05\n", encoding="utf-8")
    (folder / "f.toml").write_text(
        HEAD
        + 'births = "births.csv"\nestates = "estates.csv"\nblock_rates = "rates.csv"\n[rates]\nnet_migration = 0.02\nmigration_spread = 0.01\nsurvival = 0.99\npresence = 0.9\noccupancy = 0.5\nentrants_per_unit = 0.04\n',
        encoding="utf-8",
    )
    told(folder, "-o", folder / "out")
    rows = {(r["block_id"], r["scenario"]): r for r in csv.DictReader((folder / "out" / "forecast_blocks.csv").read_text(encoding="utf-8-sig").splitlines())}
    for scenario, more in (("low", -0.01), ("mid", 0.0), ("high", 0.01)):
        first = (10 * 122 + 20 * 243) / 365 * 0.99 * (1.02 + more) ** 6 * 0.9
        second = (8 * 122 + 6 * 243) / 365 * 0.99 * (1.05 + more) ** 6 * 0.9 + 150 * 0.5 * 0.04
        assert math.isclose(float(rows["b00", scenario]["2026"]), first, abs_tol=5e-4)
        assert math.isclose(float(rows["b01", scenario]["2027"]), second, abs_tol=5e-4)
        assert rows["b02", scenario]["2026"] == rows["b01", scenario]["2026"] == ""


def test_whole_rolls_move_up_and_rolls_of_schools_keep_their_sums(folder):
    """Two grades: 5 now in grade 1 of A, all go up; with one entrant a block, A has 3 + 5 in 2026."""
    rows = ["学校,年份,年级,在校生数"]
    for year in (2023, 2024, 2025):
        rows += [f"school {s},{year},{g},{5 if s == 'A' else 2}" for s in "ABCD" for g in (1, 2)]
    (folder / "rolls.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "f.toml").write_text(HEAD + 'births = "births.csv"\nrolls = "rolls.csv"\nbasis = "roll"\n[rates]\nmigration_spread = 0.0\n', encoding="utf-8")
    tree = told(folder)
    (a,) = [w for w in tree["warnings"] if w["school"] == "school A"]
    assert a["years"]["2026"]["ratio"] == 2.0
    assert a["years"]["2027"]["ratio"] == 1.5
    assert tree["progression"] == [1.0]


def test_seats_of_a_school_change_from_a_year_on(folder):
    (folder / "seats.csv").write_text("学校,年份,班数\nschool B,2027,4\nschool A,2028,1\n", encoding="utf-8")
    with (folder / "f.toml").open("r+", encoding="utf-8") as file:
        text = file.read()
        file.seek(0)
        file.write('seats = "seats.csv"\n' + text)
    tree = told(folder)
    assert level(tree, "school B", 2027) == "none"
    assert [level(tree, "school A", y) for y in (2026, 2027, 2028)] == ["none", "none", "red"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ('data_date = "2026-02-30"\n', "data_date"),
        ("yellow = 1.2\n", "yellow"),
        ("years = 0\n", "years"),
        ('cutoff = "02-29"\n', "cutoff"),
        ("horizon = 3\n", "horizon"),
        ('basis = "roll"\n', "basis"),
        ('estates = "nowhere.csv"\n', ""),
        ("[rates]\nsurvival = 1.5\n", "rates.survival"),
        ("[rates]\nnet_migration = nan\n", "rates.net_migration"),
        ("[rates]\nprogresion = [1.0]\n", "rates.progresion"),
    ],
)
def test_rules_that_make_no_sense_are_faults(folder, change, place):
    key = change.split(" ")[0]
    head = "".join(line + "\n" for line in (HEAD + 'births = "births.csv"').splitlines() if not line.startswith(key))
    (folder / "f.toml").write_text(head + change, encoding="utf-8")
    assert place in [f["column"] for f in told(folder, code=4)["faults"]]


@pytest.mark.parametrize(
    ("table", "count"),
    [
        ("地块编号,2026入学\nb99,1\n,2\n", 2),
        ("地块编号,2026入学\nb00,-1\n", 1),
        ("地块编号,2026入学\nb00,many\n", 1),
        ("地块编号,2026入学\nb00,1\nb00,2\n", 1),
        ("地块编号,人数\nb00,1\n", 1),
        ("地块编号,2020出生,2026入学\nb00,1,1\n", 1),
        ("地块编号,出生年份,出生人数\nb00,,1\n", 1),
    ],
)
def test_births_that_do_not_fit_are_all_named(folder, table, count):
    (folder / "births.csv").write_text(table, encoding="utf-8")
    faults = told(folder, code=4)["faults"]
    assert len(faults) == count
    assert all(f["problem"] and f["remedy"] for f in faults)


@pytest.mark.parametrize("words", ["", "grow B 2", "enlarge B", "enlarge B 0", "enlarge Z 3", "close A 2099", "open X b99 5", "enlarge 'B 3", ";"])
def test_what_is_no_what_if_is_refused(folder, words):
    assert told(folder, "--what-if", words, code=4)["faults"]


def test_existing_files_stay_and_a_dry_run_writes_none(folder):
    told(folder, "-o", folder / "out", "--dry-run")
    assert not (folder / "out").exists()
    told(folder, "-o", folder / "out")
    assert call("enrol", "forecast", folder / "f.toml", "-o", folder / "out").exit_code == 2
