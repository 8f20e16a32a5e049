"""``enrol age``: who enters school in a year by the cut-off day."""

from __future__ import annotations

import datetime as dt

import click

from districting.cli.common import Talk, common
from districting.cli.worded import WordedCommand, option
from districting.wording import say

_ROWS = 20


@click.command(cls=WordedCommand)
@click.argument("table", type=click.Path(), required=False)
@option("--year", type=click.IntRange(1950, 2200), required=True, key="ages.option_year", envvar="DISTRICTING_YEAR")
@option("--stage", type=click.Choice(["primary", "junior"]), default="primary", key="ages.option_stage", envvar="DISTRICTING_STAGE")
@option("--cutoff", metavar="MM-DD", default="08-31", key="ages.option_cutoff", envvar="DISTRICTING_CUTOFF")
@option(
    "--birth", "births", multiple=True, type=click.DateTime(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"]), metavar="YYYY-MM-DD", key="ages.option_birth"
)
@common
def age(talk: Talk, table: str | None, year: int, stage: str, cutoff: str, births: tuple[dt.datetime, ...]) -> None:
    from districting.enrolling.ages import ages_of
    from districting.enrolment.cohort import ENTRY_AGE, cutoff_day, entry_window, entry_year

    try:
        cutoff_day(cutoff)
    except ValueError:
        raise click.BadParameter(say("forecast.bad_cutoff", talk.lang), click.get_current_context(), param_hint="--cutoff") from None
    years = ENTRY_AGE[stage]
    first, last = entry_window(year, cutoff=cutoff, age=years)
    entered = [entry_year(b.date(), cutoff=cutoff, age=years) for b in births]
    found = None if table is None else ages_of(table, year, stage=stage, cutoff=cutoff)
    words = {"year": year, "stage": say(f"word.{stage}", talk.lang), "age": years, "first": first.isoformat(), "last": last.isoformat()}
    talk.plain(say("ages.window", talk.lang, **words))
    for born, entry in zip(births, entered, strict=True):
        talk.plain(say("ages.enters", talk.lang, birth=born.date().isoformat(), entry=entry))
    counts = {}
    if found is not None:
        counts = {"children": len(found.entry), "of_age": found.of_age, "too_young": len(found.too_young), "older": len(found.older)}
        talk.plain(say("ages.counts", talk.lang, **counts))
        for name, rows in (("too_young", found.too_young), ("older", found.older)):
            if len(rows):
                talk.plain(say(f"ages.rows_{name}", talk.lang, rows=[str(r) for r in rows[:_ROWS]], more="" if len(rows) <= _ROWS else " …"))
    talk.result({"status": "told", "first_birth": first.isoformat(), "last_birth": last.isoformat(), "entry_years": entered, **counts})


age.wording = "enrol_age"  # type: ignore[attr-defined]
