"""Door numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.reading.doors import DoorRange, address_exceptions, asked_address, door_ranges, plain_address


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("雁城路1-70号", [("雁城路", 1, 70, "", "door")]),
        ("雁城路１号至７０号", [("雁城路", 1, 70, "", "door")]),
        ("雁城路70-1号单号", [("雁城路", 1, 70, "odd", "door")]),
        ("雁城路12-1号", [("雁城路", 12, 12, "", "door", (1, 1))]),
        ("雁城路12号之1", [("雁城路", 12, 12, "", "door", (1, 1))]),
        ("雁城路12之3号", [("雁城路", 12, 12, "", "door", (3, 3))]),
        ("雁城路12-1号至12-9号", [("雁城路", 12, 12, "", "door", (1, 9))]),
        ("解放路一百零五号至二百号双号", [("解放路", 105, 200, "even", "door")]),
        ("和平路128弄", [("和平路", 128, 128, "", "lane")]),
        ("和平路一百二十八弄1-20号、25号", [("和平路128弄", 1, 20, "", "door"), ("和平路128弄", 25, 25, "", "door")]),
        ("雁城路88号院3号楼", [("雁城路88号院", 3, 3, "", "building")]),
        ("春风苑3幢2单元", [("春风苑3幢", 2, 2, "", "unit")]),
        ("雁城村3、4组", [("雁城村", 3, 3, "", "group"), ("雁城村", 4, 4, "", "group")]),
        ("雁城路1-31号(单号)、2-40号(双号)", [("雁城路", 1, 31, "odd", "door"), ("雁城路", 2, 40, "even", "door")]),
        ("雁城路1-9号、人民路2-8号", [("雁城路", 1, 9, "", "door"), ("人民路", 2, 8, "", "door")]),
        ("雁城路70号以后", [("雁城路", 70, 10**9, "", "door")]),
        ("雁城路1-69号(单号)", [("雁城路", 1, 69, "odd", "door")]),
        ("雁城路双号2-70号", [("雁城路", 2, 70, "even", "door")]),
        ("雁城路2~70双号", [("雁城路", 2, 70, "even", "door")]),
        ("雁城路单号", [("雁城路", 1, 10**9, "odd", "door")]),
        ("12号楼", [("", 12, 12, "", "building")]),
        ("12-15号楼", [("", 12, 15, "", "building")]),
        ("春风苑3、5、7幢", [("春风苑", n, n, "", "building") for n in (3, 5, 7)]),
        ("十二号楼", [("", 12, 12, "", "building")]),
        ("人民路1-9号、20号", [("人民路", 1, 9, "", "door"), ("人民路", 20, 20, "", "door")]),
        ("雁城花园", []),
        ("雁城路1号以东", []),  # where that is only a map says
        ("春风苑3、5幢1单元", []),  # whether 3 is a building or a unit is not said
    ],
)
def test_a_range_is_read_as_people_mean_it(said, expected):
    assert door_ranges(plain_address(said)) == tuple(DoorRange(*e) for e in expected)


def test_a_cell_of_several_exceptions_with_schools_and_years():
    first, second, third = address_exceptions("雁城路1-70号双号→第二小学（至2027年）；12号楼划归三小\n滨江里:四小")
    assert (first.place, first.school, first.until, first.ranges[0].parity) == ("雁城路", "第二小学", 2027, "even")
    assert (second.place, second.school, second.until, second.ranges[0].kind) == ("", "三小", None, "building")
    assert (third.place, third.school, third.ranges) == ("滨江里", "四小", ())


@pytest.mark.parametrize(
    ("said", "place", "door", "building"),
    [
        ("雁城路 12 号", "雁城路", 12, None),
        ("雁城路12-3号", "雁城路", 12, None),
        ("春风苑3号楼2单元501", "春风苑", None, 3),
        ("雁城路12号春风苑5栋", "雁城路", 12, 5),
        ("雁城路八十八号院3号楼", "雁城路", 88, 3),
        ("和平路128弄5号602", "和平路", 5, None),
        ("雁城路No. 12", "雁城路", 12, None),
        ("春风苑", "春风苑", None, None),
    ],
)
def test_an_address_has_words_and_numbers(said, place, door, building):
    asked = asked_address(said)
    assert (asked.place, asked.number("door"), asked.number("building")) == (place, door, building)


@given(st.integers(1, 500), st.integers(1, 500), st.sampled_from(["", "单号", "双号"]), st.integers(1, 500))
def test_a_number_is_in_a_range_as_counting_says(low, high, side, number):
    if high < low and not side:  # 12-1号 is one door
        low, high = high, low
    (found,) = door_ranges(f"雁城路{low}-{high}号{side}")
    held = {n for n in range(min(low, high), max(low, high) + 1) if not side or n % 2 == (side == "单号")}
    assert found.holds(number) == (number in held)


@given(st.text(max_size=40))
def test_no_text_breaks_the_parser(said):
    address_exceptions(said)
    asked_address(said)
