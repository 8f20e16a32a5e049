"""Checks of the tables against themselves and against each other (policy 3.5). Each adds its faults; none changes anything."""

from __future__ import annotations

import difflib
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.model.school_levels import level_of
from districting.reading.alike import NameIndex, in_a_line
from districting.reading.damaged_ids import unknown_id
from districting.reading.labels import ID_TYPES
from districting.reading.repair import polygonal
from districting.reading.school_names import SchoolName, school_name
from districting.reading.table import Found
from districting.wording import text

LARGEST_CLASS: Final = 66.0
ROLL_TOLERANCE: Final = 0.20
SAME_PLACE_M: Final = 1.0
HOME_M: Final = 20.0
"""A point this near to its block counts as standing in it."""
_FEW: Final = 20
LEVEL_EXAMPLES: Final = ["市级", "县级", "镇级", "村级"]


def duplicates(ids: pd.Series, row: Any, column: str, found: Found, *, masked: bool = False) -> None:
    """A fault for every id that stands twice, and for every missing one; ``masked``: ids of persons, which are not repeated."""
    for i in np.flatnonzero(ids.isna())[:_FEW]:
        found.add(text("reading.no_id", column=column), text("reading.give_id"), row=int(row[i]), column=column)
    first: dict[str, int] = {}
    for i in np.flatnonzero((ids.duplicated(keep=False) & ids.notna()).to_numpy()):
        name = str(ids.iloc[i])
        if name in first:
            said = "…" if masked else name
            found.add(text("reading.duplicate", value=said, first=first[name]), text("reading.make_unique"), row=int(row[i]), column=column)
        first.setdefault(name, int(row[i]))


def duplicate_stages(stages: pd.DataFrame, rows: pd.DataFrame) -> None:
    """The same school and stage in two rows."""
    first: dict[tuple[str, str], int] = {}
    for at in np.flatnonzero(stages.duplicated(["school_id", "stage"], keep=False) & stages["school_id"].notna()):
        key = (str(stages["school_id"].iloc[at]), str(stages["stage"].iloc[at]))
        source = int(stages["_at"].iloc[at])
        row = int(rows["_row"].iloc[source])
        if key in first:
            rows["_place"].iloc[source].add(text("reading.duplicate", value=key[0], first=first[key]), text("reading.make_unique"), row=row, column="school_id")
        first.setdefault(key, row)


def school_warnings(rows: pd.DataFrame) -> None:
    """Same name under several ids; id that does not fit stage or county; more than 66 pupils to a class."""
    several = rows.groupby("name")["school_id"].transform("nunique") > 1
    for i in np.flatnonzero(several):
        _warn(rows, i, text("reading.same_name", name=str(rows["name"].iloc[i])), text("reading.add_campus"), "name")
    names_alike(rows)
    for at, school_id in enumerate(rows["school_id"]):
        if not (isinstance(school_id, str) and len(school_id) == 10 and school_id.isdigit()):
            continue
        allowed, stages = ID_TYPES.get(school_id[:2]), rows["_stages"].iloc[at]
        if allowed and stages and not set(stages) & set(allowed):
            _warn(rows, at, text("reading.id_against_stage", value=school_id), text("reading.check_id"), "school_id")
        county = rows["county_code"].iloc[at]
        if isinstance(county, str) and len(county) >= 6 and county[:2] != school_id[2:4]:
            _warn(rows, at, text("reading.id_against_county", value=school_id, county=county), text("reading.check_id"), "school_id")
    if {"pupils", "classes"} <= set(rows.columns):
        crowded = (rows["pupils"] > LARGEST_CLASS * rows["classes"]) & (rows["classes"] > 0)
        for i in np.flatnonzero(crowded):
            size = float(rows["pupils"].iloc[i] / rows["classes"].iloc[i])
            _warn(rows, i, text("reading.huge_class", name=str(rows["name"].iloc[i]), size=f"{size:.0f}"), text("reading.check_classes"), "classes")


def names_alike(rows: pd.DataFrame) -> None:
    """Schools whose names differ in their spelling alone, under different ids: perhaps one school twice."""
    first: dict[SchoolName, int] = {}
    for i, (name, own) in enumerate(zip(rows["name"], rows["school_id"], strict=True)):
        if not isinstance(name, str) or not isinstance(own, str):
            continue
        at = first.setdefault(school_name(name), i)
        other = str(rows["name"].iloc[at])
        if other != name and rows["school_id"].iloc[at] != own:
            _warn(rows, i, text("names.alike", name=in_a_line(name), other=in_a_line(other), row=int(rows["_row"].iloc[at])), text("names.check_alike"), "name")


def two_places(rows: pd.DataFrame) -> None:
    """Rows of one school at different points (metre CRS): the first point is the one used."""
    points = rows["geometry"].to_numpy(dtype=object)
    first: dict[str, int] = {}
    for i in np.flatnonzero(~shapely.is_missing(points) & rows["school_id"].notna().to_numpy()):
        at = first.setdefault(str(rows["school_id"].iloc[i]), int(i))
        metres = float(shapely.distance(points[at], points[i]))
        if metres > SAME_PLACE_M:
            problem = text("reading.two_places", name=str(rows["name"].iloc[i]), metres=f"{metres:.0f}", first=int(rows["_row"].iloc[at]))
            _warn(rows, i, problem, text("reading.one_place"), "lng")


def unknown_levels(rows: pd.DataFrame) -> None:
    """A word in the level column that is no level: a warning at the first row of each file that has it."""
    said = set()
    for i in np.flatnonzero(rows["level"].notna()) if "level" in rows.columns else ():
        word, place = str(rows["level"].iloc[i]), rows["_place"].iloc[i]
        if level_of(word) is None and (id(place), word) not in said:
            said.add((id(place), word))
            _warn(rows, i, text("reading.unknown_level", word=word), text("reading.give_level", words=LEVEL_EXAMPLES), "level")


def _warn(rows: pd.DataFrame, i: Any, problem: Any, remedy: Any, column: str) -> None:
    rows["_place"].iloc[i].add(problem, remedy, row=int(rows["_row"].iloc[i]), column=column, warning=True)


def aliases_to_nobody(files: list[tuple[Any, Any, Found]], rows: pd.DataFrame) -> None:
    """An alias whose target is no school: a fault, or a note where ``where`` may have left the school out."""
    known = {*rows["name"].dropna(), *rows["school_id"].dropna()}
    filtered = any(item.table == "schools" and item.spec.where for item, _, _ in files)
    index = NameIndex((str(name), tuple(sorted(set(of.dropna())))) for name, of in rows.groupby("name")["school_id"])
    said = set()
    for item, _, found in files:
        for spelling, name in item.spec.aliases.items():
            if name in known or (item.table, spelling) in said:
                continue
            said.add((item.table, spelling))
            meant = index.meant(name)
            if len(meant) == 1:
                found.add(
                    text("names.taken_alias", spelling=name, name=meant[0].spelling),
                    text("names.check_taken"),
                    column=f"inputs.aliases.{item.table}",
                    warning=True,
                )
                continue
            near = [b.spelling for b in meant] or index.near(name) or difflib.get_close_matches(name, sorted(known), n=3)
            remedy = text("reading.give_alias_target", near=text("reading.alias_near", names=near) if near else "")
            problem = text("reading.alias_to_nobody", spelling=spelling, name=name)
            found.add(problem, remedy, column=f"inputs.aliases.{item.table}", warning=filtered)


def known_homes(rows: pd.DataFrame, blocks: Any) -> NDArray[np.bool_]:
    """(rows,) whether the block a school stands in is named; a name that no block bears is a fault."""
    given = rows["block_id"].notna().to_numpy(dtype=bool)
    ids = set() if not given.any() or blocks is None or "block_id" not in blocks.columns else set(blocks["block_id"].dropna())
    known = given & rows["block_id"].isin(ids).to_numpy(dtype=bool)
    for i in np.flatnonzero(given & ~known) if blocks is not None else ():
        problem = text("reading.unknown_home", name=str(rows["name"].iloc[i]), block=str(rows["block_id"].iloc[i]))
        remedy = unknown_id(str(rows["block_id"].iloc[i]), ids, text("reading.give_block"))
        rows["_place"].iloc[i].add(problem, remedy, row=int(rows["_row"].iloc[i]), column="block_id")
    return known


def homes_apart(rows: pd.DataFrame, blocks: Any) -> None:
    """Schools whose point lies away from the block that their own row names: one warning for each file."""
    if blocks is None or "block_id" not in blocks.columns or rows["block_id"].isna().all():
        return
    at = pd.Index(blocks["block_id"])
    if not at.is_unique:
        return
    home = at.get_indexer(rows["block_id"])
    points, shapes = rows["geometry"].to_numpy(dtype=object), np.asarray(blocks.geometry.array, dtype=object)
    named = np.flatnonzero((home >= 0) & ~shapely.is_missing(points) & polygonal(shapes)[np.maximum(home, 0)])
    metres = shapely.distance(points[named], shapes[home[named]])
    apart = pd.Series(named[metres > HOME_M], dtype="int64")
    for _, mine in apart.groupby([id(rows["_place"].iloc[i]) for i in apart]):
        first = int(mine.iloc[0])
        problem = text("reading.homes_apart", count=len(mine), of=len(named), name=str(rows["name"].iloc[first]), block=str(rows["block_id"].iloc[first]))
        _warn(rows, first, problem, text("reading.check_homes"), "block_id")


def roll_against_blocks(blocks: pd.DataFrame | None, stages: pd.DataFrame, found: Found) -> None:
    """Pupils of the blocks against the roll of the schools, stage by stage: more than 20 % apart is a warning."""
    for stage, mine in stages.groupby("stage", sort=True):
        if blocks is None or f"pupils_{stage}" not in blocks.columns or mine["pupils"].isna().any():
            continue
        living, roll = float(blocks[f"pupils_{stage}"].sum()), float(mine["pupils"].sum())
        if roll > 0 and abs(living - roll) > ROLL_TOLERANCE * roll:
            found.add(
                text("reading.sums_differ", stage=text(f"word.{stage}"), blocks=f"{living:.0f}", roll=f"{roll:.0f}"),
                text("reading.check_sums"),
                column=f"pupils_{stage}",
                warning=True,
            )
