"""``enrol overflow``: who is placed where when a school is full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from districting.cli.common import Talk, common
from districting.cli.drawing import folder_of, say_notes, write
from districting.cli.worded import WordedCommand, option
from districting.wording import say

if TYPE_CHECKING:
    from districting.enrolling.overflow import Overflow
    from districting.model.overflow_rules import OverflowRules
    from districting.model.plan import Plan

SHOWN = 20
"""Pupils whose reason is said on the screen."""


@click.command(cls=WordedCommand)
@click.argument("rules", type=click.Path())
@option("--plan", "plan_file", type=click.Path(), key="forecast.option_plan", envvar="DISTRICTING_PLAN")
@option("-o", "--output", "folder", type=click.Path(file_okay=False), key="enrolment.option_folder", envvar="DISTRICTING_OUTPUT")
@option("--unmasked", is_flag=True, key="overflow.option_unmasked", envvar="DISTRICTING_UNMASKED")
@common
def overflow(talk: Talk, rules: str, plan_file: str | None, folder: str | None, unmasked: bool) -> None:
    from districting.enrolling.overflow import make_overflow
    from districting.outputs.enrolment_files import json_text
    from districting.outputs.overflow_files import PRIVATE, overflow_book, overflow_csv, overflow_seats_csv, overflow_summary
    from districting.reading.overflow_rules import load_overflow

    target = folder_of(talk, folder)
    talk.source = rules
    read = load_overflow(rules)
    talk.use_language_of(read.language)
    found = make_overflow(read, _plan(read, plan_file), time_limit_s=talk.overrides["solve.time_limit_s"], gap=talk.overrides["solve.gap"])
    say_notes(talk, found.notes, found.remarks)
    tree = overflow_summary(found, talk.lang)
    texts = {"overflow.csv": overflow_csv(found, talk.lang), "overflow_schools.csv": overflow_seats_csv(found, talk.lang), "overflow.json": json_text(tree)}
    if unmasked:
        texts[PRIVATE] = overflow_csv(found, talk.lang, unmasked=True)
    _tell(talk, found, tree)
    outputs = write(talk, target, texts, {"overflow.xlsx": overflow_book(found, talk.lang)}, [PRIVATE] if unmasked else [])
    talk.result({**tree, "outputs": outputs, "seconds": talk.seconds})


overflow.wording = "enrol_overflow"  # type: ignore[attr-defined]


def _plan(rules: OverflowRules, given: str | None) -> Plan:
    """The plan file, or what a config makes."""
    from districting.outputs.geopackage import read_plan

    path = given if given is not None else str(rules.folder / rules.plan)
    if not path.lower().endswith(".toml"):
        return read_plan(path)
    from districting.workflow import make_plan, read_city

    return make_plan(read_city(path))


def _tell(talk: Talk, found: Overflow, tree: dict[str, Any]) -> None:
    """Who was moved or has no seat, by row; totals."""
    from districting.outputs.overflow_files import shown_placings

    told = [p for p in shown_placings(found) if p.code != "own_school"]
    for p in told[:SHOWN]:
        talk.line("overflow.line_row", row=p.row, reason=p.reason)
    if len(told) > SHOWN:
        talk.line("overflow.more_rows", count=len(told) - SHOWN)
    for scope, count in tree["by_scope"].items():
        talk.line("overflow.line_scope", scope=say(f"overflow.scope_{scope}", talk.lang), count=count)
    for code, count in tree["by_reason"].items():
        talk.line("overflow.line_none", reason=say(f"overflow.code_{code}", talk.lang), count=count)
    if tree["locked"] and found.rules.lock != "off":
        talk.line("overflow.line_late", count=tree["locked"], rule=say(f"overflow.lock_{found.rules.lock}", talk.lang))
    status = say("overflow.status_optimal", talk.lang) if tree["status"] == "optimal" else say("overflow.status_feasible", talk.lang, gap=f"{tree['gap']:.2%}")
    talk.line(
        "overflow.line_total", pupils=tree["count"], placed=tree["placed"], moved=tree["moved"], unplaced=tree["unplaced"], km=f"{tree['objective'] / 1000:.1f}",
        status=status,
    )  # fmt: skip
