"""A public table of an enrolment may name a school in another spelling; what is taken is told with its row, what is near is offered."""

import numpy as np
import pandas as pd

from districting.enrolling.spellings import Spellings
from districting.reading.enrolment_tables import Table
from districting.wording import text


def test_a_spelling_is_taken_once_and_told_and_a_near_name_is_offered():
    cells = ["第１小学", "第1小学", "堂湖小学", "第二小学", "第１小学"]
    table = Table({"school": pd.Series(cells)}, {"school": "学校"}, np.arange(2, 7), "seats.csv", "")
    found = Spellings([("第一小学", 0), ("棠湖小学", 1), ("第二小学（东校区）", 2), ("第二小学（西校区）", 3)], table)
    assert [found.position(c, i) for i, c in enumerate(cells)] == [0, 0, -1, -1, 0]
    assert [(n.problem.key, n.row, n.column, n.severity) for n in found.notes] == [("names.taken", 2, "学校", "warning"), ("names.taken", 3, "学校", "warning")]
    assert found.remedy("堂湖小学", text("overflow.unknown_school_remedy")).say("zh").startswith("是否指：棠湖小学？")
    assert found.remedy("外国语学校", text("overflow.unknown_school_remedy")).key == "overflow.unknown_school_remedy"
