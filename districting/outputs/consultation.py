"""What a consultation writes: the workbook of replies, tables, JSON, and the lines of the terminal. The public sees subjects, places, outcomes and replies, no comment."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from districting.auditing.consultation import ANSWERS, Consultation
from districting.model.plan import Plan
from districting.outputs.enrolment_files import csv_text, json_text, write_folder
from districting.outputs.text_table import aligned
from districting.outputs.workbook import Row, Sheet
from districting.wording import known, say

BOOK, REPLIES, BLOCKS, FACTS = "consultation.xlsx", "replies.csv", "comments_by_block.csv", "consultation.json"
FILES: Final = (BOOK, REPLIES, BLOCKS, FACTS)
_SHOWN: Final = 8
"""Rows of a table in the terminal."""

Audience = Literal["internal", "public"]
_INTERNAL: Final = (
    "comment_id",
    "received",
    "in_time",
    "stage",
    "block",
    "school",
    "distance_m",
    "nearest_m",
    "asked",
    "topic",
    "comment",
    "decision",
    "reply",
    "draft",
)
_PUBLIC: Final = ("comment_id", "topic", "block", "decision", "reply")


def write_consultation(folder: str | Path, plan: Plan, made: Consultation, lang: str, audience: Audience = "internal") -> list[str]:
    """Write :data:`FILES` into ``folder``, all of them or none."""
    sheets = _sheets(plan, made, lang, audience)
    replies = sheets[0]
    texts = {REPLIES: csv_text(replies.columns, replies.rows), BLOCKS: _blocks_csv(plan, made, lang), FACTS: json_text(consultation_json(made, audience))}
    title = say("consultation.title", lang, name=plan.name, year=plan.year)
    return write_folder(folder, texts, {BOOK: (sheets, lambda sheet: f"{title} {sheet.name}")})


def consultation_json(made: Consultation, audience: Audience = "internal") -> dict[str, Any]:
    """Counts, and for internal use what every scenario answers; no comment in words."""
    tree: dict[str, Any] = {"facts": dict(made.facts), "by_topic": made.by_topic.to_dict(orient="records")}
    if audience == "internal":
        tree["scenarios"] = made.scenarios.to_dict(orient="records")
        tree["answers"] = made.answers.to_dict(orient="records")
    return tree


def consultation_lines(plan: Plan, made: Consultation, lang: str) -> list[str]:
    """How many, whether in time, where most comments come from, and what each scenario answers."""
    facts = made.facts
    lines = [say("consultation.line_count", lang, **{k: facts[k] for k in ("comments", "placed", "blocks", "replied", "open")})]
    if facts["several_places"] or facts["not_found"]:
        lines.append(say("consultation.line_unplaced", lang, several=facts["several_places"], missing=facts["not_found"]))
    if facts["without_stage"]:
        lines.append(say("consultation.line_without_stage", lang, count=facts["without_stage"]))
    if facts["comments"] and not facts["asks"]:
        lines.append(say("consultation.line_no_asks", lang))
    if "days" in facts:
        key = "line_period" if facts["long_enough"] else "line_short_period"
        lines.append(say(f"consultation.{key}", lang, **{k: facts[k] for k in ("first_day", "last_day", "days", "least_days", "outside_the_period")}))
    if facts["asks"]:
        lines.append(say("consultation.line_asks", lang, asks=facts["asks"], given=facts["asked_and_given"]))
    names = _Names(plan, lang)
    for table, what in ((made.by_topic, "topic"), (made.by_block, "block_id")):
        if len(table):
            lines += _table(table.head(_SHOWN), [what, "comments", "asks", "answered"], names, lang)
            if len(table) > _SHOWN:
                lines.append(say("consultation.and_more", lang, count=len(table) - _SHOWN))
    if len(made.scenarios):
        told = [a for a in ANSWERS if made.scenarios[a].any()]
        lines += _table(made.scenarios, ["scenario", *told, "blocks_changed", "pupils_changed"], names, lang)
    return lines


class _Names:
    """Blocks and schools in words."""

    def __init__(self, plan: Plan, lang: str) -> None:
        ids = plan.blocks["block_id"].astype("str")
        self.block = dict(zip(ids, plan.blocks["name"].fillna("").astype("str"), strict=True))
        self.school = dict(zip(plan.schools["school_id"].astype("str"), plan.schools["name"].astype("str"), strict=True))
        self.lang = lang

    def of_block(self, block_id: str) -> str:
        name = self.block.get(block_id, "")
        return say("consultation.block_name", self.lang, name=name, id=block_id) if name and block_id else block_id

    def of_school(self, school_id: str) -> str:
        return self.school.get(school_id, school_id)


def _sheets(plan: Plan, made: Consultation, lang: str, audience: Audience) -> list[Sheet]:
    names = _Names(plan, lang)
    columns = _INTERNAL if audience == "internal" else _PUBLIC
    frame = made.comments if audience == "internal" else made.comments[(made.comments["reply"] != "") | (made.comments["decision"] != "")]
    records: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in frame.to_dict(orient="records")]
    replies: list[Row] = [[_cell(row, column, names, made, lang) for column in columns] for row in records]
    sheets = [_sheet("replies", columns, replies, lang)]
    counts: list[tuple[str, pd.DataFrame, tuple[str, ...]]] = [("by_topic", made.by_topic, ("topic", "comments", "asks", "answered"))]
    if audience == "internal":
        counts += [
            ("by_block", made.by_block, ("block_id", "comments", "asks", "answered", "pupils")),
            ("by_school", made.by_school, ("stage", "school_id", "comments", "asks", "answered")),
        ]
        if len(made.scenarios):
            counts.append(("scenarios", made.scenarios, ("scenario", *ANSWERS, "blocks_changed", "pupils_changed")))
            counts.append(("answers", made.answers, tuple(made.answers.columns)))
    for name, table, wanted in counts:
        sheets.append(
            _sheet(
                name,
                wanted,
                [[_count_cell(v, c, names, lang) for v, c in zip(row, wanted, strict=True)] for row in table[list(wanted)].itertuples(index=False)],
                lang,
            )
        )
    return sheets


def _sheet(name: str, columns: tuple[str, ...], rows: list[Row], lang: str) -> Sheet:
    return Sheet(say(f"consultation.sheet_{name}", lang), tuple(_head(c, lang) for c in columns), rows, say(f"consultation.note_{name}", lang))


def _head(column: str, lang: str) -> str:
    """A column in words; the label of a scenario stays as it is."""
    key = f"consultation.answer_{column}" if column in ANSWERS else f"consultation.head_{column}"
    return say(key, lang) if known(key) else column


def _cell(row: Mapping[str, Any], column: str, names: _Names, made: Consultation, lang: str) -> Any:
    made_of: dict[str, Callable[[], Any]] = {
        "stage": lambda: say(f"word.{row['stage']}", lang) if row["stage"] else "",
        "block": lambda: names.of_block(row["block_id"]) or say(f"consultation.placed_{row['placed']}", lang),
        "school": lambda: names.of_school(row["school_id"]),
        "asked": lambda: names.of_school(row["asked_id"]),
        "in_time": lambda: "" if row["in_time"] is None else say("sharing.yes" if row["in_time"] else "sharing.no", lang),
        "decision": lambda: say(f"consultation.decision_{row['decision']}", lang) if row["decision"] else "",
        "topic": lambda: row["topic"] or say("consultation.no_topic", lang),
        "draft": lambda: draft_reply(row, names, made, lang),
    }
    value = made_of[column]() if column in made_of else row[column]
    return ("" if math.isnan(value) else round(value)) if isinstance(value, float) else value


def draft_reply(row: Mapping[str, Any], names: _Names, made: Consultation, lang: str) -> str:
    """What the plan file can say to a comment, for somebody to edit; "" where it has no block or stage."""
    if not row["school_id"]:
        return ""
    said = [
        say(
            "consultation.draft_school",
            lang,
            block=names.of_block(row["block_id"]),
            stage=say(f"word.{row['stage']}", lang),
            school=names.of_school(row["school_id"]),
        )
    ]
    if math.isfinite(row["distance_m"]):
        said.append(say("consultation.draft_distance", lang, metres=round(row["distance_m"])))
    if row["reason"]:
        said.append(say("consultation.draft_why", lang, why=say(f"map.why_{row['reason']}", lang)))
    if row["has_asked"]:
        said.append(say("consultation.draft_as_asked", lang))
    elif row["asked_id"]:
        own = made.answers.set_index("comment_id").loc[row["comment_id"]]
        giving = [label for label in made.answers.columns[1:] if own[label] == "as_asked"]
        said.append(say("consultation.draft_by_scenario" if giving else "consultation.draft_by_none", lang, scenarios=giving) if len(own) else "")
    return "".join(said) if lang == "zh" else " ".join(s for s in said if s)


def _count_cell(value: Any, column: str, names: _Names, lang: str) -> Any:
    if column == "block_id":
        return names.of_block(value)
    if column == "school_id":
        return names.of_school(value)
    if column == "stage":
        return say(f"word.{value}", lang)
    if column == "topic":
        return value or say("consultation.no_topic", lang)
    if isinstance(value, str):
        return say(f"consultation.answer_{value}", lang) if value in ANSWERS and column not in ("scenario", "comment_id") else value
    return round(float(value)) if isinstance(value, float) else int(value)


def _blocks_csv(plan: Plan, made: Consultation, lang: str) -> str:
    columns = ("block_id", "comments", "asks", "answered", "pupils")
    rows = [[v if isinstance(v, str) else round(v) for v in row] for row in made.by_block[list(columns)].to_numpy(dtype=object).tolist()]
    return csv_text(tuple(_head(c, lang) for c in columns), rows)


def _table(table: pd.DataFrame, columns: list[str], names: _Names, lang: str) -> list[str]:
    body = [[str(_count_cell(v, c, names, lang)) for v, c in zip(row, columns, strict=True)] for row in table[columns].itertuples(index=False)]
    return aligned([[_head(c, lang) for c in columns], *body], right=range(1, len(columns)))
