"""What the zoning is given as tables: distances, locked and forbidden pairs, pupils and seats of coming years. Every unknown block or school is a fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from districting.errors import Fault
from districting.model.settings import RULE_TABLES, InputSpec, Settings
from districting.model.stages import STAGES
from districting.reading.damaged_ids import unknown_id
from districting.reading.load import Loaded
from districting.reading.table import Found
from districting.reading.today import SchoolFinder
from districting.wording import text

_FEW: Final = 20


def rule_specs(settings: Settings) -> dict[str, tuple[str, InputSpec]]:
    """Key of the config -> kind of table and where it is: rules and distances."""
    found = {}
    for stage, zoning in settings.zoning.items():
        if isinstance(zoning.distance, InputSpec) and not _no_table(zoning.distance):
            found[f"zoning.{stage}.distance"] = ("distances", zoning.distance)
        for rule, table in RULE_TABLES.items():
            spec = getattr(zoning.rules, rule)
            if isinstance(spec, InputSpec):
                found[f"zoning.{stage}.rules.{rule}"] = (table, spec)
    return found


def distance_faults(settings: Settings) -> list[Fault]:
    """Distances that are no known word and no file, and ways on foot without roads."""
    faults = []
    for stage, zoning in settings.zoning.items():
        place = f"zoning.{stage}.distance"
        if isinstance(zoning.distance, InputSpec) and _no_table(zoning.distance):
            faults.append(Fault(text("planning.distance_unknown", given=zoning.distance.path), text("planning.use_straight"), column=place))
        if zoning.distance == "walk" and not settings.inputs.get("roads"):
            faults.append(Fault(text("travel.no_streets"), text("travel.give_streets"), column=place))
    return faults


def _no_table(spec: InputSpec) -> bool:
    return "." not in spec.path


@dataclass(frozen=True, eq=False)
class Known:
    """What the tables may speak of: ids of blocks in order, and how a school is found by (stage, id or name)."""

    blocks: tuple[str, ...]
    finder: SchoolFinder


def rule_table(item: Loaded, known: Known, found: Found) -> pd.DataFrame | None:
    """The table of one rule with ids in place of names; None where a column is missing."""
    stage = item.key.split(".")[1]
    needed = {
        "pairs": ("block_id", "school"),
        "distances": ("block_id", "school", "distance_m"),
        "forecast": ("block_id", "year", "pupils"),
        "forecast_seats": ("school", "year", "seats"),
    }[item.table]
    if not set(needed) <= set(item.frame.columns):
        return None
    frame = item.frame[list(needed)].assign(_row=item.row)
    if "block_id" in needed:
        frame = _known_blocks(frame, known, found)
    if item.table == "distances":
        _blocks_without_rows(frame, known, found)
    if "school" in needed:
        frame = _known_schools(frame, stage, known, found)
    return _CHECKS[item.table](frame, known, found).drop(columns="_row").reset_index(drop=True)


def _known_blocks(frame: pd.DataFrame, known: Known, found: Found) -> pd.DataFrame:
    bad = ~frame["block_id"].isin(known.blocks)
    for row, block in list(zip(frame["_row"][bad], frame["block_id"][bad], strict=True))[:_FEW]:
        problem = text("reading.unknown_block", block=str(block)) if isinstance(block, str) else text("reading.no_id", column="block_id")
        remedy = text("reading.give_block")
        found.add(problem, unknown_id(block, known.blocks, remedy) if isinstance(block, str) else remedy, row=int(row), column="block_id")
    return frame[~bad]


def _known_schools(frame: pd.DataFrame, stage: str, known: Known, found: Found) -> pd.DataFrame:
    finder = known.finder.with_spellings(frame.assign(stage=stage), "school", found)
    school = frame["school"].map(lambda name: finder.ids.get((stage, name)), na_action="ignore")
    bad = school.isna()
    for row, name in list(zip(frame["_row"][bad], frame["school"][bad], strict=True))[:_FEW]:
        remedy = text("reading.give_school_of_stage")
        elsewhere = [text(f"word.{s}") for s in STAGES if (s, name) in finder.ids]
        if elsewhere:
            problem = text("reading.school_of_other_stage", name=str(name), stages=elsewhere, stage=text(f"word.{stage}"))
        else:
            problem, given = finder.problem(stage, str(name), 1)
            remedy = remedy if given.key == "reading.give_alias" else given
        found.add(problem, remedy, row=int(row), column="school")
    return frame.assign(school_id=school).loc[~bad].drop(columns="school")


def _pairs(frame: pd.DataFrame, known: Known, found: Found) -> pd.DataFrame:
    return frame.drop_duplicates(["block_id", "school_id"])


def _distances(frame: pd.DataFrame, known: Known, found: Found) -> pd.DataFrame:
    """One number for each pair."""
    _blank(frame, ("distance_m",), found)
    twice = frame.duplicated(["block_id", "school_id"])
    for row, block, school in list(zip(frame["_row"][twice], frame["block_id"][twice], frame["school_id"][twice], strict=True))[:_FEW]:
        found.add(text("reading.distance_twice", block=str(block), school=str(school)), text("reading.one_row"), row=int(row), column="school")
    return frame[~twice]


def _blocks_without_rows(frame: pd.DataFrame, known: Known, found: Found) -> None:
    """A block that may go to no school at all."""
    given = set(frame["block_id"])
    lost = [b for b in known.blocks if b not in given]
    for block in lost[:_FEW]:
        found.add(text("reading.no_distances", block=block), text("reading.give_distances"), column="block_id")
    if len(lost) > _FEW:
        found.add(text("reading.and_more", count=len(lost) - _FEW), text("reading.give_distances"), column="block_id")


def _forecast(frame: pd.DataFrame, known: Known, found: Found) -> pd.DataFrame:
    _blank(frame, ("pupils", "year"), found)
    frame = _once(frame, "block_id", found)
    years = sorted(set(frame["year"].dropna()))
    wide = frame.pivot(index="block_id", columns="year", values="pupils").reindex(index=list(known.blocks), columns=years)
    gaps = [(wide.index[i], years[j]) for i, j in np.argwhere(wide.isna().to_numpy())]
    for block, year in gaps[:_FEW]:
        found.add(text("reading.no_forecast", block=str(block), year=year), text("reading.give_forecast"), column="block_id")
    if len(gaps) > _FEW:
        found.add(text("reading.and_more", count=len(gaps) - _FEW), text("reading.give_forecast"), column="block_id")
    return frame


def _seats(frame: pd.DataFrame, known: Known, found: Found) -> pd.DataFrame:
    _blank(frame, ("seats", "year"), found)
    return _once(frame, "school_id", found)


def _once(frame: pd.DataFrame, of: str, found: Found) -> pd.DataFrame:
    """One row for each id and year."""
    twice = frame.duplicated([of, "year"])
    for row, name, year in list(zip(frame["_row"][twice], frame[of][twice], frame["year"][twice], strict=True))[:_FEW]:
        found.add(text("reading.year_twice", name=str(name), year=str(year)), text("reading.one_row"), row=int(row), column="year")
    return frame[~twice]


def _blank(frame: pd.DataFrame, columns: tuple[str, ...], found: Found) -> None:
    for name in columns:
        for row in frame["_row"][frame[name].isna()].tolist()[:_FEW]:
            found.add(text("reading.blank_number"), text("reading.fill_number"), row=int(row), column=name)


_CHECKS: Final[Mapping[str, Callable[[pd.DataFrame, Known, Found], pd.DataFrame]]] = {
    "pairs": _pairs,
    "distances": _distances,
    "forecast": _forecast,
    "forecast_seats": _seats,
}
