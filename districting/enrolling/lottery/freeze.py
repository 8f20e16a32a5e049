"""Rules and tables to the frozen list; what is personal is kept apart, joined by position and pseudonym."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from districting.enrolling.lottery.bundles import bundles
from districting.enrolling.lottery.ids import id_faults
from districting.enrolling.lottery.order import keys_of, pools_of, tiers_of
from districting.enrolling.lottery.wishes import Wishes, folded, school_index, wishes_in_columns, wishes_in_rows
from districting.enrolment.engines import ENGINES
from districting.enrolment.frozen import clean
from districting.errors import DataError, Fault, Gathered
from districting.model.draw_list import DrawBatch, DrawEntry, DrawList, DrawPool, DrawSchool
from districting.model.lottery_rules import LotteryRules, SeatsOfSchool
from districting.reading.enrolment_tables import Table, load_table
from districting.reading.lottery_rules import seat_misfits
from districting.wording import Text, text

TOKEN_DIGITS: Final = 16


@dataclass(frozen=True, eq=False)
class Frozen:
    """``draw``: the list without names. ``salt``, ``ids``, ``names`` are private, in the order of the entries; ``blocks`` "" where the table has none; ``notes`` to be said."""

    draw: DrawList
    salt: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    blocks: tuple[str, ...]
    notes: tuple[Fault, ...]
    remarks: tuple[Text, ...]


def freeze(rules: LotteryRules) -> Frozen:
    """Read the tables of the rules and make the list.

    Raises
    ------
    DataError : every fault of the tables and of how they fit the rules; none of them holds an id or a name
    """
    gathered = Gathered()
    pupils: Table | None = None
    schools: tuple[DrawSchool, ...] = ()
    with gathered:
        pupils = load_table(rules.folder, rules.pupils, "enrolment_pupils")
    with gathered:
        schools = _schools(rules)
    if pupils is None or not schools:
        gathered.refuse()
        raise AssertionError("a table without a fault")  # pragma: no cover
    gathered.faults += id_faults(pupils)
    index = school_index(schools)
    draw_rules: dict[str, Any] = {}
    with gathered:
        draw_rules = _rules_at_schools(rules, index, schools)
    parts: dict[str, Any] = {}
    for name, make in (("tier", tiers_of), ("pools", pools_of), ("keys", keys_of)):
        with gathered:
            parts[name] = make(pupils, rules)
    with gathered:
        parts["wishes"] = _wishes(pupils, index, rules)
        parts["bundle"] = bundles(pupils, parts["wishes"])
    gathered.refuse()
    ids = tuple(str(i) for i in pupils.columns["pupil_id"])
    names = _texts(pupils, "name")
    salt = salt_of(pupils, ids)
    entries = tuple(
        DrawEntry(token(salt, own), *row)
        for own, *row in zip(ids, parts["bundle"], parts["tier"].tolist(), parts["keys"], parts["pools"], parts["wishes"], strict=True)
    )
    labels = {"name": rules.name, "year": str(rules.year or ""), "stage": rules.stage, "order_keys": ",".join(rules.order_keys)}
    draw = DrawList(
        {key: clean(value) for key, value in labels.items()},
        rules.engine,
        rules.direction,
        rules.digits,
        rules.bundle,
        schools,
        entries,
        tuple((clean(t.name), clean(t.when)) for t in rules.tiers),
        **draw_rules,
    )
    return Frozen(draw, salt, ids, names, _texts(pupils, "block_id"), pupils.notes, tuple(_remarks(draw)))


def token(salt: str, pupil_id: str) -> str:
    """The pseudonym of a pupil: nobody who does not know the whole table can try ids against it."""
    return hashlib.sha256(f"{salt}|{pupil_id}".encode()).hexdigest()[:TOKEN_DIGITS]


def salt_of(pupils: Table, ids: Sequence[str]) -> str:
    """SHA-256 of the whole table of pupils: secret as the table is, and the same whenever the same files are frozen."""
    digest = hashlib.sha256(b"draw-1 salt\n")
    digest.update("\n".join(ids).encode())
    for header in dict.fromkeys(pupils.headers.values()):
        digest.update("\n".join([f"\n{header}", *(c if isinstance(c, str) else str(c) for c in pupils.columns[header])]).encode())
    return digest.hexdigest()


def _texts(pupils: Table, column: str) -> tuple[str, ...]:
    cells = pupils.columns.get(column)
    return ("",) * len(pupils) if cells is None else tuple(c if isinstance(c, str) else "" for c in cells)


def _schools(rules: LotteryRules) -> tuple[DrawSchool, ...]:
    if rules.schools_file is None:
        return tuple(DrawSchool(clean(s.id), clean(s.school), s.plan, s.cap) for s in rules.schools)
    table = load_table(rules.folder, rules.schools_file, "enrolment_schools")
    ids, caps = _texts(table, "id"), table.columns.get("cap")
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    found = []
    for i, (name, plan) in enumerate(zip(table.columns["school"], table.columns["plan"], strict=True)):
        if pd.isna(name) or pd.isna(plan):
            faults.append(table.fault(text("enrolment.blank"), text("enrolment.fill_cell"), i, "school" if pd.isna(name) else "plan"))
            continue
        cap = None if caps is None or pd.isna(caps.iloc[i]) else int(caps.iloc[i])
        faults += [table.fault(problem, remedy, i, "cap") for _, problem, remedy in seat_misfits("", SeatsOfSchool(str(name), int(plan), cap=cap))]
        if seen.setdefault(folded(str(name)), i) != i:
            faults.append(table.fault(text("enrolment.school_twice", school=str(name)), text("enrolment.school_twice_remedy"), i, "school"))
        found.append(DrawSchool(clean(ids[i]), clean(str(name)), int(plan), cap))
    if faults:
        raise DataError(faults)
    return tuple(found)


def _wishes(pupils: Table, index: dict[str, int], rules: LotteryRules) -> Wishes:
    if rules.wishes is None:
        wishes = wishes_in_columns(pupils, index, rules.pupils)
    else:
        wishes = wishes_in_rows(pupils, load_table(rules.folder, rules.wishes, "enrolment_wishes"), index, rules.wishes)
    most = ENGINES[rules.engine].most_wishes
    if most is not None and any(len(w) > most for w in wishes):
        places = [i for i, w in enumerate(wishes) if len(w) > most]
        raise DataError(
            pupils.faults(places, text("enrolment.too_many_wishes", engine=rules.engine, most=most), text("enrolment.too_many_wishes_remedy"), "wish_2")
        )
    return wishes


def _rules_at_schools(rules: LotteryRules, index: dict[str, int], schools: Sequence[DrawSchool]) -> dict[str, Any]:
    """Reserved seats, batches and default order with positions of schools."""
    faults: list[Fault] = []

    def at(name: str, place: str) -> int:
        if folded(name) not in index:
            faults.append(Fault(text("enrolment.unknown_school", school=name), text("enrolment.unknown_school_remedy"), file=rules.file, column=place))
        return index.get(folded(name), 0)

    pools = tuple(DrawPool(at(p.school, f"reserved.{i}.school"), p.seats, p.unfilled, clean(p.name), clean(p.when)) for i, p in enumerate(rules.reserved, 1))
    batches = tuple(
        DrawBatch(clean(b.name), b.engine, *b.wishes, tuple(at(s, f"batches.{i}.schools") for s in b.schools)) for i, b in enumerate(rules.batches, 1)
    )
    order = tuple(dict.fromkeys(at(s, "default_order") for s in rules.default_order))
    if not faults:
        for s, school in enumerate(schools):
            kept = sum(p.seats for p in pools if p.school == s)
            if kept > school.plan:
                problem = text("enrolment.too_many_reserved", school=school.name, reserved=kept, plan=school.plan)
                faults.append(Fault(problem, text("enrolment.too_many_reserved_remedy"), file=rules.file, column="reserved"))
    if faults:
        raise DataError(faults)
    return {"pools": pools, "batches": batches, "default_order": order}


def _remarks(draw: DrawList) -> list[Text]:
    seats, pupils = sum(s.plan for s in draw.schools), len(draw.entries)
    said = [text("enrolment.too_few_seats", seats=seats, pupils=pupils, missing=pupils - seats)] if seats < pupils else []
    without = sum(not e.wishes for e in draw.entries)
    return [*said, text("enrolment.without_wishes", count=without)] if without else said
