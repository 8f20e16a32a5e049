"""Who asks for a seat: home, own school, grade, dwelling, brothers and sisters. No fault holds a cell: rows are children."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from districting.enrolling.lottery.bundles import bundles
from districting.enrolling.lottery.ids import id_faults
from districting.enrolling.lottery.wishes import folded
from districting.enrolling.overflow.ground import Ground
from districting.enrolling.privacy import texts_of
from districting.errors import DataError, Gathered
from districting.geography.block_middles import block_middles_xy
from districting.model.overflow_rules import OverflowRules
from districting.reading.enrolment_tables import Table, load_table
from districting.reading.overflow_rules import grade_number
from districting.wording import Text, text

KINDS: Final = {
    "": "entrant", "新生": "entrant", "入学": "entrant", "entrant": "entrant", "new": "entrant", "转学": "transfer", "转入": "transfer", "转学生": "transfer",
    "插班": "transfer", "插班生": "transfer", "transfer": "transfer",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Pupils:
    """n pupils in the order of the list. ``xy`` (n, 2) metres; ``own`` (n,) position of the school; ``grade`` (n,) 1 to 9; ``transfer`` (n,); ``group`` (n,) -1 alone;
    ``dwelling``, ``family`` codes, "" unknown. ``at_point`` (n,): the home is given by coordinates, so that exact distances would tell where it is.
    """

    table: Table
    xy: NDArray[np.float64]
    own: NDArray[np.int64]
    grade: NDArray[np.int64]
    transfer: NDArray[np.bool_]
    group: NDArray[np.int64]
    dwelling: tuple[str, ...]
    family: tuple[str, ...]
    at_point: NDArray[np.bool_]
    remarks: tuple[Text, ...]


def pupils_of(rules: OverflowRules, ground: Ground) -> Pupils:
    """Read the list.

    Raises
    ------
    DataError : every fault of it
    """
    table = load_table(rules.folder, rules.pupils, "overflow_pupils")
    gathered = Gathered()
    gathered.faults += id_faults(table)
    first, last = rules.grades
    grades = [grade_number(c) for c in texts_of(table, "grade")]
    wrong = [i for i, g in enumerate(grades) if g is None]
    gathered.faults += table.faults(wrong, text("overflow.bad_grade"), text("overflow.bad_grade_remedy"), "grade")
    outside = [i for i, g in enumerate(grades) if g is not None and not first <= g <= last]
    gathered.faults += table.faults(outside, text("overflow.other_grade", first=first, last=last), text("overflow.other_grade_remedy"), "grade")
    kinds = [KINDS.get(c.casefold()) for c in texts_of(table, "kind")]
    unknown = [i for i, k in enumerate(kinds) if k is None]
    gathered.faults += table.faults(unknown, text("overflow.bad_kind"), text("overflow.bad_kind_remedy"), "kind")
    named = np.full(len(table), -1, dtype=np.int64)
    own, xy, bound = named, np.zeros((len(table), 2)), list(range(len(table)))
    with gathered:
        named = _named_schools(table, rules, ground)
    with gathered:
        xy, block = _homes(table, rules, ground)
        own = _own_schools(table, named, ground, xy, block)
    with gathered:
        bound = bundles(table, [()] * len(table))
    dwelling, family = texts_of(table, "dwelling"), texts_of(table, "family")
    if rules.dwellings is not None and rules.lock != "off":
        nameless = [i for i, (d, f) in enumerate(zip(dwelling, family, strict=True)) if d and not f]
        gathered.faults += table.faults(nameless, text("overflow.no_family"), text("overflow.no_family_remedy"), "family")
    gathered.refuse()
    size = np.bincount(bound, minlength=len(table))
    group = np.where(size[bound] > 1, bound, -1).astype(np.int64)
    remarks = [text("overflow.no_dwelling", count=dwelling.count(""))] if rules.dwellings is not None and rules.lock != "off" and "" in dwelling else []
    transfer = np.array([k == "transfer" for k in kinds], dtype=bool)
    return Pupils(table, xy, own, np.array(grades, dtype=np.int64), transfer, group, dwelling, family, _has_point(table), tuple(remarks))


def _has_point(table: Table) -> NDArray[np.bool_]:
    """(n,) whether both coordinates are given."""
    if not {"lng", "lat"} <= set(table.columns):
        return np.zeros(len(table), dtype=np.bool_)
    return np.isfinite(table.columns["lng"].to_numpy(dtype=np.float64)) & np.isfinite(table.columns["lat"].to_numpy(dtype=np.float64))


def _homes(table: Table, rules: OverflowRules, ground: Ground) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(n, 2) metres, and (n,) the block of the home, -1 unknown: coordinates before the middle of the block.

    Raises
    ------
    DataError : no home, an unknown block, coordinates that are none or have no datum
    """
    from districting.reading.locate import is_degrees, points_in

    n = len(table)
    pair = [table.columns[c].to_numpy(dtype=np.float64) if c in table.columns else np.full(n, np.nan) for c in ("lng", "lat")]
    has_point = _has_point(table)
    cells = texts_of(table, "block_id")
    faults = table.faults([i for i in range(n) if not has_point[i] and not cells[i]], text("overflow.no_home"), text("overflow.no_home_remedy"), "block_id")
    xy = np.full((n, 2), np.nan)
    block = np.full(n, -1, dtype=np.int64)
    ids = {str(b): k for k, b in enumerate(ground.plan.blocks["block_id"])}
    block[:] = [ids.get(c, -1) if c else -1 for c in cells]
    lost = [i for i, c in enumerate(cells) if c and block[i] < 0]
    faults += table.faults(lost, text("overflow.unknown_block"), text("overflow.unknown_block_remedy"), "block_id")
    shapes = np.asarray(ground.plan.blocks["geometry"].to_numpy() if len(ids) and "geometry" in ground.plan.blocks.columns else [], dtype=object)
    known = block >= 0
    if len(shapes) and known.any():
        xy[known] = block_middles_xy(ground.plan.blocks)[block[known]]
    if has_point.any():
        datum = rules.pupils.datum
        if datum is None:
            faults.append(table.fault(text("overflow.no_datum"), text("overflow.no_datum_remedy"), None, "lng"))
        elif (degrees := is_degrees(datum)) is None:
            faults.append(table.fault(text("overflow.unknown_datum"), text("overflow.no_datum_remedy"), None, "lng"))
        else:
            off = has_point & degrees & ((np.abs(pair[0]) > 180) | (np.abs(pair[1]) > 90))
            faults += table.faults(np.flatnonzero(off).tolist(), text("overflow.bad_point"), text("overflow.bad_point_remedy"), "lng")
            mine = has_point & ~off
            xy[mine] = points_in(pair[0][mine], pair[1][mine], datum, ground.plan.crs)
            _find_blocks(xy, block, mine & (block < 0), shapes)
            far = mine & (_farthest(xy, ground) > 500_000)
            faults += table.faults(np.flatnonzero(far).tolist(), text("overflow.bad_point"), text("overflow.bad_point_remedy"), "lng")
    nowhere = np.flatnonzero(~np.isfinite(xy).all(axis=1) & known)
    faults += table.faults(nowhere.tolist(), text("overflow.block_without_place"), text("overflow.no_home_remedy"), "block_id")
    if faults:
        raise DataError(faults)
    return xy, block


def _farthest(xy: NDArray[np.float64], ground: Ground) -> NDArray[np.float64]:
    """(n,) metres to the nearest school; 0 where there is no home yet."""
    middle = ground.xy.mean(axis=0)
    return np.nan_to_num(np.hypot(*(xy - middle).T), nan=0.0)


def _find_blocks(xy: NDArray[np.float64], block: NDArray[np.int64], wanted: NDArray[np.bool_], shapes: NDArray[np.object_]) -> None:
    """The block that a home without one lies in."""
    if not wanted.any() or not len(shapes):
        return
    rows = np.flatnonzero(wanted)
    at, hit = shapely.STRtree(shapes).query(shapely.points(xy[rows]), predicate="intersects")
    for i, b in zip(rows[at].tolist()[::-1], hit.tolist()[::-1], strict=True):
        block[i] = b


def _named_schools(table: Table, rules: OverflowRules, ground: Ground) -> NDArray[np.int64]:
    """The school that is given, -1 where none is.

    Raises
    ------
    DataError : unknown schools
    """
    aliases = {folded(k): folded(v) for k, v in rules.pupils.aliases.items()}
    cells = texts_of(table, "school")
    own = np.array([ground.index.get(aliases.get(folded(c), folded(c)), -1) if c else -1 for c in cells], dtype=np.int64)
    wrong = [i for i, c in enumerate(cells) if c and own[i] < 0]
    if wrong:
        raise DataError(table.faults(wrong, text("overflow.unknown_school_once"), text("overflow.unknown_school_remedy"), "school"))
    return own


def _own_schools(table: Table, named: NDArray[np.int64], ground: Ground, xy: NDArray[np.float64], block: NDArray[np.int64]) -> NDArray[np.int64]:
    """The school that is given, else that of the block's zone (the nearest of several).

    Raises
    ------
    DataError : pupils whose home is in no zone and who have no school given
    """
    own = named.copy()
    cells = texts_of(table, "school")
    lonely = []
    for i in (k for k, c in enumerate(cells) if not c):
        zone = -1 if ground.zones is None or block[i] < 0 else int(ground.zones.zone[block[i]])
        members = [] if zone < 0 or ground.zones is None else [ground.index[folded(s)] for s in ground.zones.schools[zone] if folded(s) in ground.index]
        if members:
            own[i] = min(members, key=lambda s: (float(np.hypot(*(ground.xy[s] - xy[i]))), s))
        else:
            lonely.append(i)
    if lonely:
        raise DataError(table.faults(lonely, text("overflow.no_own_school"), text("overflow.no_own_school_remedy"), "school"))
    return own
