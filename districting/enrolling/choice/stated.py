"""Wishes as families stated them: a table of pupils with their block and 志愿1, 志愿2, ... in place of the model."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.enrolling.lottery.bundles import bundles
from districting.enrolling.lottery.ids import id_faults
from districting.enrolling.lottery.wishes import folded, school_index, wishes_in_columns
from districting.errors import DataError, Fault
from districting.model.choice_problem import NONE, ChoiceTown
from districting.model.draw_list import DrawSchool
from districting.model.settings import InputSpec
from districting.reading.enrolment_tables import load_table
from districting.wording import text


def with_wishes(town: ChoiceTown, path: str | Path) -> ChoiceTown:
    """The town with the wishes of a table; the pupils are those of the table. Schools by name or id. No message holds an id or a name.
    Twins and siblings (columns ``bundle``, ``siblings``, as in a lottery) are one pupil of several children.

    Raises
    ------
    DataError : every fault of the table: ids, unknown blocks and schools, a wish outside the zone (or the reach) of the block
    """
    path = Path(path)
    table = load_table(path.parent, InputSpec(path.name), "enrolment_pupils")
    faults: list[Fault] = id_faults(table)
    if "block_id" not in table.columns:
        raise DataError([*faults, table.fault(text("choice.no_block"), text("choice.no_block_remedy"), None, "block_id")])
    ids = town.school_ids or ("",) * len(town.school_names)
    shared = Counter(folded(name) for name in town.school_names)  # of two schools of one name neither is meant by it
    index = school_index([DrawSchool(i, name if shared[folded(name)] == 1 else i, 0) for i, name in zip(ids, town.school_names, strict=True)])
    try:
        wishes = wishes_in_columns(table, index, InputSpec(path.name))
    except DataError as error:
        raise DataError([*faults, *error.faults]) from None
    block = pd.Index(town.block_ids).get_indexer(pd.Index(table.columns["block_id"])).astype(np.int64)
    faults += table.faults([int(i) for i in np.flatnonzero(block < 0)], text("choice.unknown_block"), text("choice.unknown_block_remedy"), "block_id")
    stated = np.full((len(table), max((len(w) for w in wishes), default=0)), NONE, dtype=np.int32)
    for i, row in enumerate(wishes):
        named = [w for w in row if w is not None]
        stated[i, : len(named)] = named
    inside = (stated[:, :, None] == town.options[np.maximum(block, 0)][:, None, :]).any(axis=2) | (stated == NONE)
    outside = np.flatnonzero((block >= 0) & ~inside.all(axis=1))
    faults += table.faults([int(i) for i in outside], text("choice.outside_zone"), text("choice.outside_zone_remedy"), "wish_1")
    bound = np.arange(len(table))
    try:
        bound = np.array(bundles(table, wishes), dtype=np.int64)
    except DataError as error:
        faults += error.faults
    apart = np.flatnonzero(block != block[bound])
    faults += table.faults([int(i) for i in apart], text("choice.bundle_apart"), text("choice.bundle_apart_remedy"), "block_id")
    if faults:
        raise DataError(faults)
    told = replace(town, stated=stated, block_of_pupil=block, pupils=np.bincount(block, minlength=len(town.block_ids)), left_out=0.0, left_out_blocks=0)
    return as_bundles(told, bound)


def as_bundles(town: ChoiceTown, bound: NDArray[np.int64]) -> ChoiceTown:
    """Stated pupils with those bound to each other as one: ``bound`` (n,) the first member of the bundle of each. Without bundles the town as it is."""
    heads, size = np.unique(bound, return_counts=True)
    if len(heads) == len(bound):
        return town
    assert town.stated is not None
    assert town.block_of_pupil is not None
    tier = None if town.tier_of_pupil is None else town.tier_of_pupil[heads]
    return replace(town, stated=town.stated[heads], block_of_pupil=town.block_of_pupil[heads], size_of_pupil=size.astype(np.int64), tier_of_pupil=tier)
