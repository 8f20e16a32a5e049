"""Cells of a list that is read beside a plan: blocks, schools and stages by their names; no fault holds a cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from districting.errors import Fault
from districting.model.plan import Plan
from districting.model.stages import STAGES
from districting.reading.enrolment_tables import Table, first_few
from districting.wording import Text, say


def cells_of(table: Table, name: str) -> NDArray[np.object_]:
    """(c,) cells as text without blanks around; "" where there is none."""
    cells = table.columns.get(name)
    if cells is None:
        return np.full(len(table), "", dtype=object)
    return np.array(["" if missing else str(v).strip() for v, missing in zip(cells, cells.isna(), strict=True)], dtype=object)


def school_ids_of(plan: Plan, given: NDArray[np.object_]) -> NDArray[np.object_]:
    """(c,) id of each school that is named by its id or by a name that one school has; else ""."""
    ids = plan.schools["school_id"].astype("str")
    alone = ~plan.schools["name"].duplicated(keep=False)
    known = dict(zip(plan.schools.loc[alone, "name"].astype("str"), ids[alone], strict=True)) | dict(zip(ids, ids, strict=True))
    return np.array([known.get(g, "") for g in given.tolist()], dtype=object)


def stages_of(table: Table) -> NDArray[np.object_]:
    """(c,) stages by their code or word in either language; "" where it is none of them."""
    words = {say(f"word.{s}", lang): s for s in STAGES for lang in ("zh", "en")} | {s: s for s in STAGES}
    return np.array([words.get(w, "") for w in cells_of(table, "stage").tolist()], dtype=object)


def wrong_rows(table: Table, wrong: NDArray[np.bool_], problem: Text, remedy: Text, column: str) -> list[Fault]:
    """Faults of the rows that are wrong: the first 20, and one that counts the rest."""
    places: Sequence[int] = np.flatnonzero(wrong).tolist()
    return first_few([table.fault(problem, remedy, i, column) for i in places])
