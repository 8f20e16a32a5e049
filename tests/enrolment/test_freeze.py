"""From tables to the frozen list: Chinese headers, every fault at once, and no word of it about a person."""

from __future__ import annotations

import pytest
import xlsxwriter

from districting.enrolling.lottery import freeze
from districting.enrolling.lottery.ids import check_digit, damaged_ids
from districting.enrolment.frozen import frozen_lines
from districting.errors import DataError
from districting.reading.lottery_rules import parse_rules

HEAD = "学生编号,姓名,志愿1,志愿2"
SCHOOLS = [{"school": "一小", "plan": 2}, {"school": "二小", "plan": 2, "id": "2111000002"}]


def frozen(folder, rows, *, head=HEAD, encoding="utf-8", **rules):
    """A table of pupils under ``head``, and its list."""
    (folder / "p.csv").write_bytes("\n".join([head, *rows]).encode(encoding))
    return freeze(parse_rules({"name": "试", "engine": "number_first", "pupils": "p.csv", "schools": SCHOOLS, **rules}, folder=folder, file="rules.toml"))


def faults(folder, rows, **given):
    with pytest.raises(DataError) as error:
        frozen(folder, rows, **given)
    for fault in error.value.faults:
        for lang in ("zh", "en"):
            assert "机密" not in fault.say(lang)
    return [(f.problem.key.partition(".")[2], f.row) for f in error.value.faults]


def test_a_table_in_gbk_with_full_width_digits_is_read(tmp_path):
    made = frozen(tmp_path, ["Ａ０１,机密甲,一小,二小", "A02,机密乙,2111000002,"], encoding="gbk")
    assert made.ids == ("A01", "A02")
    assert [e.wishes for e in made.draw.entries] == [(0, 1), (1,)]


def test_neither_id_nor_name_stands_in_the_list(tmp_path):
    lines = "\n".join(frozen_lines(frozen(tmp_path, ["A0001,机密甲,一小,二小"]).draw))
    assert "A0001" not in lines
    assert "机密" not in lines


def test_the_same_files_give_the_same_list_and_another_name_other_pseudonyms(tmp_path):
    first, second = frozen(tmp_path, ["A1,机密甲,一小,"]), frozen(tmp_path, ["A1,机密甲,一小,"])
    assert frozen_lines(first.draw) == frozen_lines(second.draw)
    assert frozen(tmp_path, ["A1,机密乙,一小,"]).draw.entries[0].token != first.draw.entries[0].token


def test_a_workbook_with_dates_and_a_title(tmp_path):
    import datetime as dt

    book = xlsxwriter.Workbook(str(tmp_path / "p.xlsx"))
    sheet = book.add_worksheet("报名")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write(0, 0, "2026年一年级报名表")
    for c, header in enumerate(["学号", "姓名", "报名日期", "第一志愿", "第二志愿"]):
        sheet.write(1, c, header)
    for r, (own, when) in enumerate([("A1", dt.date(2026, 3, 2)), ("A2", dt.date(2026, 3, 1)), ("A3", dt.date(2026, 3, 2))], 2):
        sheet.write(r, 0, own)
        sheet.write(r, 1, "机密")
        sheet.write_datetime(r, 2, dt.datetime.combine(when, dt.time()), day)
        sheet.write(r, 3, "一小")
    book.close()
    rules = {"name": "试", "engine": "number_first", "pupils": {"path": "p.xlsx", "sheet": "报名"}, "schools": SCHOOLS, "order_keys": ["registration_date"]}
    made = freeze(parse_rules(rules, folder=tmp_path))
    assert [e.keys for e in made.draw.entries] == [(2,), (1,), (2,)]


def test_wishes_one_a_row_and_schools_from_a_table(tmp_path):
    (tmp_path / "w.csv").write_text("学生编号,志愿序号,学校\nA2,1,二小\nA1,2,一小\nA1,1,二小\n", encoding="utf-8")
    (tmp_path / "s.csv").write_text("学校名称,招生计划,招生上限\n一小,3,\n二小,4,5\n", encoding="utf-8")
    made = frozen(tmp_path, ["A1,机密", "A2,机密"], head="学生编号,姓名", wishes="w.csv", schools="s.csv")
    assert [e.wishes for e in made.draw.entries] == [(1, 0), (1,)]
    assert [(s.plan, s.cap) for s in made.draw.schools] == [(3, None), (4, 5)]


def test_tiers_and_reserved_seats_are_expressions_over_the_table(tmp_path):
    head = "学生编号,姓名,户籍在片区,产权人关系,军人子女,志愿1"
    tiers = [{"name": "一", "when": "hukou_in_zone and owner_relation == '父母'"}, {"name": "二", "when": "户籍在片区 == '是'"}]
    reserved = [{"school": "二小", "seats": 1, "when": "soldier"}]
    rows = ["A1,机密,是,父母,否,一小", "A2,机密,是,祖父母,是,一小", "A3,机密,否,父母,,一小"]
    made = frozen(tmp_path, rows, head=head, tiers=tiers, reserved=reserved)
    assert [e.tier for e in made.draw.entries] == [1, 2, 3]
    assert [e.pools for e in made.draw.entries] == [(), (0,), ()]


def test_an_expression_runs_no_code(tmp_path):
    for when in ("__import__('os').system('x')", "name.upper() == 'A'", "unknown == 1", "(lambda: 1)()"):
        assert faults(tmp_path, ["A1,机密,一小,"], tiers=[{"name": "一", "when": when}]) == [("bad_when", None)]


def test_siblings_who_name_each_other_are_bound(tmp_path):
    made = frozen(tmp_path, ["A1,机密,A2,一小", "A2,机密,A1,一小", "A3,机密,,一小"], head="学生编号,姓名,同胞编号,志愿1")
    assert [e.bundle for e in made.draw.entries] == [0, 0, 2]
    made = frozen(tmp_path, ["A1,机密,甲,一小", "A2,机密,,一小", "A3,机密,甲,一小"], head="学生编号,姓名,双胞胎组,志愿1")
    assert [e.bundle for e in made.draw.entries] == [0, 1, 0]


@pytest.mark.parametrize(
    ("links", "found"),
    [
        (["A2", "A3", "A1"], [("sibling_ring", 2)]),
        (["A2", "", ""], [("sibling_one_sided", 2)]),
        (["A1", "", ""], [("sibling_self", 2)]),
        (["A9", "", ""], [("sibling_unknown", 2)]),
    ],
)
def test_links_that_are_not_mutual_are_refused(tmp_path, links, found):
    rows = [f"A{i},机密,{link},一小" for i, link in enumerate(links, 1)]
    assert faults(tmp_path, rows, head="学生编号,姓名,同胞编号,志愿1") == found


def test_the_bound_wish_alike(tmp_path):
    rows = ["A1,机密,甲,一小,二小", "A2,机密,甲,二小,一小"]
    assert faults(tmp_path, rows, head="学生编号,姓名,双胞胎组,志愿1,志愿2") == [("bundle_wishes", 3)]


def test_every_fault_is_listed_at_once_with_its_row(tmp_path):
    rows = ["A1,机密,一小,二小", "A1,机密,三小,二小", ",机密,一小,一小", "A4,机密,一小,三小"]
    found = set(faults(tmp_path, rows, tiers=[{"name": "一", "when": "nobody"}]))
    assert found == {("blank_id", 4), ("id_twice", 3), ("bad_when", None), ("unknown_school_once", 3), ("unknown_school_once", 5), ("wish_twice", 4)}


def test_columns_shifted_by_one_do_not_spill_a_name(tmp_path):
    assert {key for key, _ in faults(tmp_path, ["A1,x,机密甲,一小"])} == {"unknown_school_once"}
    assert {key for key, _ in faults(tmp_path, ["机密甲,一小"], head="机密乙,机密丙")} == {"no_column"}


def test_ids_that_a_spreadsheet_damaged_are_found(tmp_path):
    assert faults(tmp_path, ["1.10105E+17,机密,一小,", "110105194912310000,机密,一小,"]) == [("damaged_id", 2), ("damaged_id", 3)]
    whole = "11010519491231000"
    whole += check_digit(whole + "0")
    assert damaged_ids([whole], [whole]) == []
    assert damaged_ids([110105194912310000.0], ["110105194912310000"]) == [0]
    assert damaged_ids(["2026000000000010"], ["2026000000000010"]) == []
    assert damaged_ids(["x"] * 2, ["2026000000000010", "2026000000000020"]) == [0, 1]
    assert damaged_ids(["x"] * 2, ["2026000000000010", "2026000000000021"]) == []


def test_fewer_seats_than_pupils_are_allowed_and_said(tmp_path):
    made = frozen(tmp_path, [f"A{i},机密,一小," for i in range(6)] + ["B,机密,,"])
    assert [r.key for r in made.remarks] == ["enrolment.too_few_seats", "enrolment.without_wishes"]


def test_one_wish_only_where_every_school_draws_by_itself(tmp_path):
    assert faults(tmp_path, ["A1,机密,一小,二小"], engine="single_school") == [("too_many_wishes", 2)]


def test_an_order_key_needs_a_date_or_a_number_in_every_row(tmp_path):
    head = "学生编号,姓名,报名日期,志愿1"
    assert faults(tmp_path, ["A1,机密,,一小", "A2,机密,2026-03-01,一小"], head=head, order_keys=["registration_date"]) == [("bad_key", 2)]
    assert faults(tmp_path, ["A1,机密,三月,一小"], head=head, order_keys=["registration_date"]) == [("not_date", 2)]
    assert faults(tmp_path, ["A1,机密,2026-03-01,一小"], head=head, order_keys=["无"]) == [("no_key_column", None)]
    made = frozen(tmp_path, ["A1,机密,3,一小", "A2,机密,10,一小"], head="学生编号,姓名,居住年限,志愿1", order_keys=["-residence_years"])
    assert [e.keys for e in made.draw.entries] == [(2,), (1,)]


def test_many_faults_of_a_kind_are_counted(tmp_path):
    found = faults(tmp_path, [f"A{i},机密,无此校{i}," for i in range(30)])
    assert found[-1] == ("and_more", None)
    assert len(found) == 21


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"engin": "x"}, "unknown_key"),
        ({"engine": "best"}, "no_choice"),
        ({"digits": 8}, "no_choice"),
        ({"schools": []}, "no_schools"),
        ({"schools": [{"school": "一小", "plan": -1}]}, "negative"),
        ({"schools": [{"school": "一小", "plan": 3, "cap": 2}]}, "cap_below_plan"),
        ({"schools": [{"school": "一小", "plan": 3}, {"school": "一小", "plan": 3}]}, "school_twice"),
        ({"schools": [{"school": "一小", "plan": "三"}]}, "wrong_kind"),
        ({"schools": [{"school": "一小"}]}, "key_missing"),
        ({"engine": "batched"}, "no_batches"),
        ({"batches": [{"name": "一", "wishes": [1, 2]}]}, "idle_batches"),
        ({"engine": "batched", "batches": [{"name": "一", "wishes": [3, 2]}]}, "bad_range"),
        ({"reserved": [{"school": "一小", "seats": 0, "when": "a"}]}, "negative"),
        ({"tiers": [{"name": "一", "when": "a", "weight": 2}]}, "unknown_key"),
        ({"folder": "x"}, "unknown_key"),
        ({"schools_file": "x.csv"}, "unknown_key"),
        ({"pupils": {"path": "p.csv", "layer": "x"}}, "unknown_key"),
        ({"schools": {"path": "s.csv", "neighbours": "voronoi"}}, "unknown_key"),
        ({"wishes": {"path": "w.csv", "colums": {}}}, "unknown_key"),
    ],
)
def test_rules_that_are_not_true_are_refused(tmp_path, change, key):
    tree = {"name": "试", "engine": "number_first", "pupils": "p.csv", "schools": SCHOOLS, **change}
    with pytest.raises(DataError) as error:
        parse_rules(tree, folder=tmp_path, file="rules.toml")
    assert [f.problem.key.partition(".")[2] for f in error.value.faults] == [key]
    assert all(f.say(lang) for f in error.value.faults for lang in ("zh", "en"))


def test_seats_in_digits_of_any_script_are_numbers(tmp_path):
    (tmp_path / "s.csv").write_text("学校,招生计划\n一小,２\n二小,٣\n", encoding="utf-8")
    made = frozen(tmp_path, ["A1,机密,一小,"], schools="s.csv")
    assert [s.plan for s in made.draw.schools] == [2, 3]


def test_a_key_that_has_no_meaning_is_named_with_those_that_have(tmp_path):
    tree = {"name": "试", "engine": "number_first", "pupils": {"path": "p.csv", "datum": "gcj02", "colums": {}}, "schools": SCHOOLS, "digit": 7}
    with pytest.raises(DataError) as error:
        parse_rules(tree, folder=tmp_path, file="rules.toml")
    said = {f.column: f.say("en") for f in error.value.faults}
    assert set(said) == {"pupils.datum", "pupils.colums", "digit"}
    assert "path, sheet, where, encoding, columns, aliases, values" in said["pupils.datum"]
    assert "did you mean columns" in said["pupils.colums"]
    assert "did you mean digits" in said["digit"]
    assert "schools_file" not in said["digit"]


def test_rules_at_schools_that_are_not_there_are_refused(tmp_path):
    given = {"reserved": [{"school": "九小", "seats": 1, "when": "wish_1 == '一小'"}], "default_order": ["八小"]}
    assert faults(tmp_path, ["A1,机密,一小,"], **given) == [("unknown_school", None), ("unknown_school", None)]
    many = {"reserved": [{"school": "一小", "seats": 3, "when": "wish_1 == '一小'"}]}
    assert faults(tmp_path, ["A1,机密,一小,"], **many) == [("too_many_reserved", None)]


@pytest.mark.parametrize("when", ["姓名 == '机密'", "pupil_id == 'A1'", "`学生编号` in ['A1']", "name != None"])
def test_a_condition_that_asks_who_a_pupil_is_is_refused_and_not_quoted(tmp_path, when):
    given = {"tiers": [{"name": "x", "when": when}]}
    assert faults(tmp_path, ["A1,机密,一小,"], **given) == [("when_of_one", None)]


def test_their_headers_values_spellings_and_filter_are_mapped_in_the_rules(tmp_path):
    pupils = {
        "path": "p.csv",
        "where": "审核 == '通过'",
        "columns": {"pupil_id": "流水号", "wish_1": "想去", "hukou_in_zone": "本地"},
        "aliases": {"第一小学": "一小"},
        "values": {"hukou_in_zone": {"本市": "是", "外市": "否"}},
    }
    rows = ["1,第一小学,本市,通过", "2,二小,外市,不通过", "3,二小,外市,通过"]
    made = frozen(tmp_path, rows, head="流水号,想去,本地,审核", pupils=pupils, tiers=[{"name": "本地", "when": "hukou_in_zone"}])
    assert made.ids == ("1", "3")
    assert [(e.wishes, e.tier) for e in made.draw.entries] == [((0,), 1), ((1,), 2)]


def test_a_footer_with_a_name_is_left_out_and_not_quoted(tmp_path):
    made = frozen(tmp_path, ["A1,x,一小,", "填表人：机密,,,"])
    assert made.ids == ("A1",)
    assert [(f.row, f.severity) for f in made.notes] == [(3, "warning")]
    assert all("机密" not in f.say(lang) for f in made.notes for lang in ("zh", "en"))


def test_a_flag_that_is_neither_yes_nor_no_is_refused_without_saying_what_it_is(tmp_path):
    assert faults(tmp_path, ["A1,x,机密,一小"], head="学生编号,姓名,军人子女,志愿1") == [("not_bool", 2)]
