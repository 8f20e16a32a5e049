"""Today's assignment: a table of its own, or the current-school columns of the blocks; schools found by id, then name, then alias, then another spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from districting.model.stages import STAGES
from districting.reading.alike import NameIndex, in_a_line
from districting.reading.damaged_ids import unknown_id
from districting.reading.labels import stages_of
from districting.reading.table import Found
from districting.wording import Text, text

_COLUMNS = ("block_id", "stage", "school_id")


@dataclass(frozen=True)
class SchoolFinder:
    """``ids``: (stage, id or name or alias) -> school id. ``shared``: (stage, name) -> the ids of several schools that bear it; such a name finds none.
    ``spelt``: the names of each stage, by which another spelling of one of them is found.
    """

    ids: Mapping[tuple[str, str], str]
    shared: Mapping[tuple[str, str], tuple[str, ...]]
    spelt: Mapping[str, NameIndex] = field(default_factory=dict)

    def problem(self, stage: str, name: str, count: int) -> tuple[Text, Text]:
        """Why ``name`` finds no school, and what to do; ``count`` blocks name it."""
        word = text(f"word.{stage}")
        ids = self.shared.get((stage, name))
        if ids:
            return text("reading.ambiguous_current", name=name, stage=word, schools=len(ids), count=count), text("reading.give_school_code", ids=list(ids))
        return text("reading.unknown_current", name=name, stage=word, count=count), self.correct(name, (stage,))

    def correct(self, name: str, stages: Iterable[str] = STAGES) -> Text:
        """What to write for a name or id that finds no school; those near to it are offered, not taken."""
        ids = unknown_id(name, {i for (of, _), i in self.ids.items() if of in stages and isinstance(i, str)}, text("reading.give_alias", name=name))
        if ids.key != "reading.give_alias":
            return ids
        near = list(dict.fromkeys(n for stage in stages if stage in self.spelt for n in self.spelt[stage].near(name)))
        return text("names.did_you_mean", name=in_a_line(name), near=[in_a_line(n) for n in near[:3]]) if near else text("reading.give_alias", name=name)

    def with_spellings(self, rows: pd.DataFrame, column: str, found: Found) -> SchoolFinder:
        """A finder that also knows the other spellings which ``rows`` (stage, NaN for any; school; _row) use of a name that exactly one school bears.

        Each spelling that is taken is a note that holds both names; one that may mean several schools is shared.
        """
        ids, shared = dict(self.ids), dict(self.shared)
        known = {name for _, name in (*ids, *shared)}
        told: dict[tuple[str, str], None] = {}
        for name, mine in rows[~rows["school"].isin(known)].dropna(subset="school").groupby("school", sort=True):
            asked = STAGES if mine["stage"].isna().any() else tuple(sorted(set(mine["stage"])))
            for stage in asked:
                meant = self.spelt[stage].meant(str(name)) if stage in self.spelt else ()
                if len(meant) == 1 and len(meant[0].ids) == 1:
                    ids[stage, str(name)] = meant[0].ids[0]
                    if (str(name), meant[0].spelling) not in told:
                        told[str(name), meant[0].spelling] = None
                        say_taken(str(name), meant[0].spelling, mine["_row"], column, found)
                elif meant:
                    shared[stage, str(name)] = tuple(dict.fromkeys(i for b in meant for i in b.ids))
        return replace(self, ids=ids, shared=shared)


def say_taken(spelling: str, name: str, rows: Any, column: str, found: Found) -> None:
    """The note of a spelling that was taken for a name."""
    found.add(
        text("names.taken", spelling=in_a_line(spelling), name=in_a_line(name), count=len(rows)),
        text("names.check_taken"),
        row=int(rows.iloc[0]),
        column=column,
        warning=True,
    )


def school_finder(stages: pd.DataFrame, names: pd.Series, aliases: Mapping[str, str]) -> SchoolFinder:
    """How the schools of a city are found."""
    bearers: dict[tuple[str, str], dict[str, None]] = {}
    for school_id, stage in zip(stages["school_id"], stages["stage"], strict=True):
        bearers.setdefault((stage, str(names.get(school_id, school_id))), {})[school_id] = None
    finder = {key: next(iter(ids)) for key, ids in bearers.items() if len(ids) == 1}
    finder.update({(stage, i): i for i, stage in zip(stages["school_id"], stages["stage"], strict=True)})
    shared = {key: tuple(ids) for key, ids in bearers.items() if key not in finder}
    named = {stage: NameIndex((name, tuple(ids)) for (of, name), ids in bearers.items() if of == stage) for stage in STAGES}
    exact = {name for _, name in (*finder, *shared)}
    for spelling, name in aliases.items():
        for stage in STAGES:
            meant = named[stage].meant(name) if name not in exact else ()
            target = meant[0].spelling if len(meant) == 1 else name
            if (stage, target) in finder:
                finder.setdefault((stage, spelling), finder[stage, target])
            elif (stage, target) in shared:
                shared.setdefault((stage, spelling), shared[stage, target])
    return SchoolFinder(finder, shared, {stage: _with_aliases(bearers, finder, aliases, stage) for stage in STAGES})


def _with_aliases(
    bearers: Mapping[tuple[str, str], Mapping[str, None]], finder: Mapping[tuple[str, str], str], aliases: Mapping[str, str], stage: str
) -> NameIndex:
    names = [(name, tuple(ids)) for (of, name), ids in bearers.items() if of == stage]
    return NameIndex([*names, *((spelling, (finder[stage, spelling],)) for spelling in aliases if (stage, spelling) in finder)])


def today_rows(frame: pd.DataFrame, row: Any, zoned: tuple[str, ...], found: Found) -> pd.DataFrame:
    """block_id, stage, school, _row of a ``today`` table. Without a stage column the one zoned stage is meant."""
    if "stage" in frame.columns:
        said = frame["stage"].map(lambda s: (stages_of(s) or (None,))[0], na_action="ignore")
        for i in np.flatnonzero(said.isna()):
            found.add(text("reading.unknown_stage", value=str(frame["stage"].iloc[i])), text("reading.known_stages"), row=int(row[i]), column="stage")
    elif len(zoned) == 1:
        said = pd.Series(zoned[0], index=frame.index)
    else:
        found.add(text("reading.today_without_stage"), text("reading.known_stages"), column="stage")
        said = pd.Series(np.nan, index=frame.index)
    rows = pd.DataFrame({"block_id": frame["block_id"], "stage": said, "school": frame["school"], "_row": row})
    return rows.dropna(subset=["stage", "school"]).reset_index(drop=True)


def block_rows(frame: pd.DataFrame, row: Any, zoned: tuple[str, ...], found: Found) -> pd.DataFrame:
    """block_id, stage, school, _row from ``current_school`` and ``current_school_STAGE`` of the blocks."""
    parts = []
    for stage in STAGES:
        column = f"current_school_{stage}"
        if column not in frame.columns and "current_school" in frame.columns and zoned == (stage,):
            column = "current_school"
        if column in frame.columns:
            parts.append(pd.DataFrame({"block_id": frame["block_id"], "stage": stage, "school": frame[column], "_row": row}))
    if not parts:
        if "current_school" in frame.columns and len(zoned) != 1:
            found.add(text("reading.current_without_stage"), text("reading.name_stage_column"), column="current_school", warning=True)
        return pd.DataFrame({"block_id": [], "stage": [], "school": [], "_row": []})
    return pd.concat(parts, ignore_index=True).dropna(subset="school").reset_index(drop=True)


def match_today(rows: pd.DataFrame, finder: SchoolFinder, blocks: set[str], found: Found) -> pd.DataFrame:
    """block_id, stage, school_id; an unknown school or block is a fault, said once per spelling."""
    finder = finder.with_spellings(rows, _header("", found), found)
    keys = pd.Series(list(zip(rows["stage"], rows["school"], strict=True)), index=rows.index, dtype="object")
    school = keys.map(finder.ids)
    for (stage, name), group in rows[school.isna()].groupby(["stage", "school"], sort=True):
        found.add(*finder.problem(str(stage), str(name), len(group)), row=int(group["_row"].iloc[0]), column=_header(str(stage), found))
    lost = rows[rows["block_id"].notna() & ~rows["block_id"].isin(blocks)].drop_duplicates("block_id").sort_values("block_id")
    for block, row in lost[["block_id", "_row"]].head(20).itertuples(index=False):
        found.add(text("reading.unknown_block", block=block), unknown_id(block, blocks, text("reading.give_block")), row=int(row), column="block_id")
    out = rows.assign(school_id=school)[list(_COLUMNS)].dropna()
    twice = out.duplicated(["block_id", "stage"], keep=False)
    for block in sorted(set(out.loc[twice, "block_id"]))[:20]:
        found.add(text("reading.block_twice", block=block), text("reading.one_school"), column="block_id")
    return out.astype("str").reset_index(drop=True)


def _header(stage: str, found: Found) -> str:
    """The column of the file that names the schools of a stage."""
    known = [c for c in (f"current_school_{stage}", "school", "current_school") if c in found.header_of]
    return known[0] if known else next((c for c in found.header_of if c.startswith("current_school")), "current_school")
