"""A register of comments (意见登记表) placed on a plan: which block, which school is asked for. Names and numbers of people are left out or masked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.auditing.list_cells import cells_of, school_ids_of, stages_of, wrong_rows
from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.model.settings import InputSpec
from districting.model.stages import STAGES
from districting.planning.addresses import explain_address
from districting.reading.enrolment_tables import Table, load_table
from districting.wording import text

Placed = Literal["block", "place", "several", "nowhere", "none"]
"""How a comment found its block: by its number, by the name of its place; several blocks fit, none fits, no place was given."""

DECISIONS: Final = ("taken", "partly", "not_taken", "explained")
_DECIDED: Final = {
    **{word: "taken" for word in ("采纳", "已采纳", "是", "accepted", "yes")},
    **{word: "partly" for word in ("部分采纳", "partly accepted", "partly")},
    **{word: "not_taken" for word in ("不采纳", "未采纳", "不予采纳", "否", "not accepted", "no")},
    **{word: "explained" for word in ("解释说明", "已解释", "说明", "explained")},
}
_LONG_NUMBER: Final = re.compile(r"(?<!\d)\d(?:[ \-]?[\dXx]){6,}")
_ACCOUNT: Final = re.compile(r"(?i)(微信号?|wechat|vx|v信|qq号?)([\s:：是为]*)[\w-]{5,}")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, eq=False)
class Register:
    """c comments in the order of the file. ``block`` (c,) position in the plan or -1; ``asked`` (c,) school id or ""; ``received`` ISO date or ""; ``words`` masked."""

    id: NDArray[np.object_]
    received: NDArray[np.object_]
    stage: NDArray[np.object_]
    block: NDArray[np.int64]
    placed: NDArray[np.object_]
    asked: NDArray[np.object_]
    topic: NDArray[np.object_]
    words: NDArray[np.object_]
    decision: NDArray[np.object_]
    reply: NDArray[np.object_]
    notes: tuple[Fault, ...] = ()

    def __len__(self) -> int:
        return len(self.id)


def read_register(path: str | Path, plan: Plan) -> Register:
    """Read the register at ``path`` and place its comments on ``plan``. A place that is not found is told in the answer; it is no fault.

    Raises
    ------
    DataError : every fault of the file: a number missing or given twice, no text, dates, stages, blocks, schools and outcomes that are not known; no fault quotes a cell
    """
    path = Path(path)
    faults: list[Fault] = []
    table = load_table(path.parent, InputSpec(path.name), "comments", faults)
    number, words = cells_of(table, "comment_id"), cells_of(table, "comment")
    for name, cells in (("comment_id", number), ("comment", words)):
        faults += wrong_rows(table, cells == "", text("consultation.blank"), text("consultation.fill"), name)
    again = pd.Series(number).duplicated().to_numpy() & (number != "")
    faults += wrong_rows(table, again, text("consultation.twice"), text("consultation.number_anew"), "comment_id")
    received = np.array([c[:10] for c in cells_of(table, "received").tolist()], dtype=object)
    given, asked_words = cells_of(table, "block_id"), cells_of(table, "asked_school")
    block = pd.Index(plan.blocks["block_id"].astype("str")).get_indexer(pd.Index(given)).astype(np.int64)
    faults += wrong_rows(table, (given != "") & (block < 0), text("consultation.block"), text("consultation.mend_block"), "block_id")
    asked = school_ids_of(plan, asked_words)
    faults += wrong_rows(table, (asked_words != "") & (asked == ""), text("consultation.school"), text("consultation.mend_school"), "asked_school")
    stage, more = _stages(table, plan, asked)
    faults += more
    decision = np.array([_DECIDED.get(d.casefold(), d if d in DECISIONS else "") for d in cells_of(table, "decision").tolist()], dtype=object)
    unknown = (cells_of(table, "decision") != "") & (decision == "")
    faults += wrong_rows(
        table, unknown, text("consultation.decision", known=[text(f"consultation.decision_{d}") for d in DECISIONS]), text("consultation.mend"), "decision"
    )
    if faults:
        raise DataError(faults)
    block, placed = _places(plan, block, cells_of(table, "place"))
    masked = np.array([without_numbers(w) for w in words.tolist()], dtype=object)
    reply = np.array([without_numbers(w) for w in cells_of(table, "reply").tolist()], dtype=object)
    return Register(number, received, stage, block, placed, asked, cells_of(table, "topic"), masked, decision, reply, table.notes)


def without_numbers(words: str) -> str:
    """Text without what may be a telephone or identity number, a mail address, or an account of a messenger that is named as one.

    >>> without_numbers("电话138 0000 0000，身份证11010519491231002X，到校1200米，a.b@c.cn")
    '电话***，身份证***，到校1200米，***'
    >>> without_numbers("微信 wx12345，QQ：88776655")
    '微信 ***，QQ：***'
    """
    return _LONG_NUMBER.sub("***", _ACCOUNT.sub(r"\1\2***", _MAIL.sub("***", words)))


def _stages(table: Table, plan: Plan, asked: NDArray[np.object_]) -> tuple[NDArray[np.object_], list[Fault]]:
    """The stage given, else the only zoned one, else that of the school asked for where it has one; "" where it stays open."""
    given = cells_of(table, "stage")
    found = stages_of(table)
    faults = wrong_rows(
        table, (given != "") & (found == ""), text("risk.families_stage", known=[text(f"word.{s}") for s in STAGES]), text("consultation.mend"), "stage"
    )
    zoned = plan.zoned_stages
    of_school = plan.seats[plan.seats["stage"].isin(zoned)].groupby("school_id")["stage"].agg(lambda s: s.iloc[0] if s.nunique() == 1 else "")
    guess = [zoned[0] if len(zoned) == 1 else str(of_school.get(a, "")) for a in asked.tolist()]
    return np.where(found == "", np.array(guess, dtype=object), found), faults


def _places(plan: Plan, block: NDArray[np.int64], place: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Blocks by the name of their place where no number was given."""
    block = block.copy()
    placed = np.where(block >= 0, "block", "none").astype(object)
    at = {str(block_id): i for i, block_id in enumerate(plan.blocks["block_id"])}
    known: dict[str, tuple[int, Placed]] = {}
    for i in np.flatnonzero((block < 0) & (place != "")).tolist():
        if place[i] not in known:
            known[place[i]] = _place(plan, place[i], at)
        block[i], placed[i] = known[place[i]]
    return block, placed


def _place(plan: Plan, words: str, at: Mapping[str, int]) -> tuple[int, Placed]:
    try:
        found = explain_address(plan, words, ())
    except DataError:
        return -1, "nowhere"
    if len(found.answers) != 1 or found.more:
        return -1, "several"
    return at[str(found.answers[0].block_id)], "place"
