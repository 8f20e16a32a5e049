"""Files of a split: the matrix as a table and a workbook, a summary, and with a draw its record, private file and masked list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from districting.enrolling.split import DistrictSplit, Split
from districting.outputs.enrolment_files import Book, csv_text, head
from districting.outputs.lottery import as_text, mask_id, mask_name
from districting.outputs.workbook import Row, Share, Sheet
from districting.wording import say


def split_rows(split: Split, lang: str) -> list[Row]:
    """District, primary, stratum, junior, pupils, target; what has no place comes with an empty junior."""
    rows: list[Row] = []
    for done in split.districts:
        shape = (len(done.district.primaries), len(split.strata), len(done.district.juniors))
        pupils, target = done.split.pupils.reshape(shape), done.split.target.reshape(shape)
        left = done.split.left_over.reshape(shape[:2])
        for p, primary in enumerate(done.district.primaries):
            for s, stratum in enumerate(split.strata):
                start = (done.district.district_id, done.district.name, *primary, stratum or say("enrolment.all_pupils", lang))
                for j, junior in enumerate(done.district.juniors):
                    rows.append((*start, *junior, int(pupils[p, s, j]), round(float(target[p, s, j]), 3)))
                if left[p, s]:
                    rows.append((*start, "", say("enrolment.surplus", lang), int(left[p, s]), round(float(done.graduates[p, s] - target[p, s].sum()), 3)))
    for district, primary, count in split.alone:
        rows.append((district, "", *primary, say("enrolment.all_pupils", lang), "", say("enrolment.surplus", lang), count, float(count)))
    return rows


SPLIT_HEAD = ("district_id", "district", "primary_id", "primary", "stratum", "junior_id", "junior", "pupils", "target")


def split_csv(split: Split, lang: str) -> str:
    """``split.csv``."""
    return csv_text(head(lang, *SPLIT_HEAD), split_rows(split, lang))


def split_book(split: Split, lang: str) -> Book:
    """``split.xlsx``: the matrix of every cell, the districts with their indices, and who has no place."""
    rows = split_rows(split, lang)
    surplus: list[Row] = [(*r[:5], r[7]) for r in rows if r[5] == ""]
    districts = [_district_row(d) for d in split.districts]
    note = say("enrolment.split_note", lang, off=f"{split.off:.2f}", bound=f"{split.bound:.2f}")
    sheets = [
        Sheet(say("enrolment.sheet_split", lang), head(lang, *SPLIT_HEAD), rows, note),
        Sheet(
            say("enrolment.sheet_districts", lang),
            head(lang, "district_id", "district", "graduates", "places", "placed", "surplus", "largest_deviation", "dissimilarity", "off", "bound"),
            districts,
            say("enrolment.districts_note", lang),
        ),
        Sheet(
            say("enrolment.sheet_surplus", lang),
            head(lang, "district_id", "district", "primary_id", "primary", "stratum", "pupils"),
            surplus,
            say("enrolment.surplus_note", lang),
        ),
    ]
    return sheets, lambda sheet: say("enrolment.split_title", lang, name=split.name, year=split.year, sheet=sheet.name)


def _district_row(done: DistrictSplit) -> Row:
    split = done.split
    counts = (int(done.graduates.sum()), int(done.district.plans.sum()), int(split.pupils.sum()), int(split.left_over.sum()))
    index = (Share(split.largest_deviation), Share(split.dissimilarity), round(split.off, 3), round(split.bound, 3))
    return (done.district.district_id, done.district.name, *counts, *index)


def split_summary(split: Split) -> dict[str, Any]:
    """What ``--json`` and ``split.json`` say."""
    gap = (split.off - split.bound) / split.off if split.off > 0 else 0.0
    return {
        "status": "optimal" if gap < 1e-9 else "feasible",
        "objective": split.off,
        "bound": split.bound,
        "gap": gap,
        "unit": "pupil",
        "scheme": split.scheme,
        "strata": [s for s in split.strata if s],
        "placed": split.pupils,
        "surplus": split.surplus,
        "largest_deviation": split.largest_deviation,
        "dissimilarity": split.dissimilarity,
        "violations": [],
        "districts": [_district(d, split) for d in split.districts],
        "without_junior": [{"district_id": d, "primary_id": p[0], "primary": p[1], "pupils": n} for d, p, n in split.alone],
    }


def _district(done: DistrictSplit, split: Split) -> dict[str, Any]:
    return {
        "district_id": done.district.district_id,
        "name": done.district.name,
        "primaries": [{"school_id": i, "name": n} for i, n in done.district.primaries],
        "juniors": [{"school_id": i, "name": n, "plan": int(c)} for (i, n), c in zip(done.district.juniors, done.district.plans, strict=True)],
        "graduates": done.graduates.sum(axis=1).tolist(),
        "pupils": done.split.pupils.sum(axis=1).tolist(),
        "by_stratum": {s: done.split.pupils[:, i].tolist() for i, s in enumerate(split.strata) if s},
        "surplus": done.split.left_over.sum(axis=-1).tolist(),
        "largest_deviation": done.split.largest_deviation,
        "dissimilarity": done.split.dissimilarity,
        "objective": done.split.off,
        "bound": done.split.bound,
    }


def split_list(split: Split, record: Mapping[str, Any], lang: str) -> str:
    """``split_list.csv``: who goes where, ids and names masked."""
    draw, private = split.draw, split.private
    assert draw is not None
    assert private is not None
    rows = []
    for i, (number, at) in enumerate(zip(record["numbers"], record["results"], strict=True)):
        junior = say("enrolment.surplus", lang) if at is None else draw.juniors[at - 1][1]
        who = (as_text(mask_id(private.ids[i])), as_text(mask_name(private.names[i])))
        rows.append((i + 1, as_text(number), *who, draw.primaries[draw.primary[i]][1], junior))
    return csv_text(head(lang, "position", "number", "pupil_id", "pupil_name", "primary", "junior"), rows)
