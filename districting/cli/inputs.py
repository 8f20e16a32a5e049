"""Commands about the inputs: ``check``, ``config columns`` and ``config show``. They change nothing."""

from __future__ import annotations

import json
from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.where import where_option, with_given
from districting.cli.worded import WordedCommand, WordedGroup, option
from districting.wording import say

TABLE_NAMES = (
    "schools",
    "blocks",
    "admin",
    "counties",
    "roads",
    "barriers",
    "population",
    "buildings",
    "social_resources",
    "teachers",
    "posts",
    "shares",
    "facilities",
    "facility_demand",
    "courses",
    "course_demand",
    "ledger",
    "training_demand",
    "research_topics",
    "history",
    "upgrades",
    "today",
    "exceptions",
    "edges",
    "bridges",
    "pairs",
    "distances",
    "forecast",
    "forecast_seats",
)
"""The tables of :data:`districting.reading.schema.TABLES`, without loading what reads them; a test compares the two."""


@click.command(cls=WordedCommand)
@click.argument("config", type=click.Path())
@option("--strict", is_flag=True, envvar="DISTRICTING_STRICT")
@option("--repairs", "record", type=click.Path(dir_okay=False), envvar="DISTRICTING_REPAIRS")
@where_option
@common
def check(talk: Talk, config: str, strict: bool, record: str | None, where: tuple[str, ...]) -> None:
    from districting.config import language_of, load_settings
    from districting.errors import DataError
    from districting.outputs.repairs import repair_line
    from districting.reading.repair_log import refusals, repair_counts
    from districting.workflow import inspect_inputs

    talk.use_language_of(language_of(config))
    settings = with_given(load_settings(config, talk.overrides), where)
    talk.use_language_of(settings.project.language)
    city, faults, looked_at = inspect_inputs(settings)
    if looked_at is not None:
        _record(talk, looked_at, record)
    if city is not None and strict:
        faults = (*refusals(city.repairs, settings), *(f for f in faults if not f.problem.key.startswith("repair.note_")))
    wrong = [f for f in faults if f.severity == "error" or strict]
    if not talk.as_json:
        for fault in faults:
            mark = say("cli.error" if fault in wrong else "cli.note", talk.lang)
            talk.plain(f"{mark} {fault.say(talk.lang)}")
    if wrong or city is None:
        if talk.as_json:
            raise DataError(wrong)
        talk.line("cli.check_failed", count=len(wrong))
        raise SystemExit(4)
    counts = {"schools": len(city.schools), "blocks": 0 if city.blocks is None else len(city.blocks), "unplaced": len(city.unplaced)}
    if len(city.repairs):
        talk.plain(repair_line(city.repairs, talk.lang))
    estimated = [f"{table}.{column}" for table, column in zip(city.estimates["table"], city.estimates["column"], strict=True)]
    if estimated:
        talk.plain(say("osm.estimated_line", talk.lang, columns=estimated))
    talk.line("cli.check_passed", notes=len(faults), **counts)
    repaired = {"repair_counts": repair_counts(city.repairs), "repairs": city.repairs.to_dict(orient="records")}
    talk.result({"status": "valid", **counts, "crs": city.crs, "notes": [f.as_json(talk.lang) for f in faults], "estimated": estimated, **repaired})


def _record(talk: Talk, city: Any, path: str | None) -> None:
    """The record of repairs into a file, where one is asked for."""
    from pathlib import Path

    from districting.outputs.repairs import write_repairs

    if path is None or talk.dry_run:
        return
    if Path(path).exists() and not talk.overwrite:
        raise click.UsageError(say("cli.exists", talk.lang, paths=[path]))
    write_repairs(city.repairs, city.crs, path, talk.lang)
    talk.line("repair.written", count=len(city.repairs), path=path)


@click.group(cls=WordedGroup)
def config() -> None:
    pass


@config.command("columns")
@option("--table", type=click.Choice(TABLE_NAMES), envvar="DISTRICTING_TABLE")
@common
def columns(talk: Talk, table: str | None) -> None:
    from districting.reading.column_list import column_list

    for name, listed in column_list([table] if table else list(TABLE_NAMES)).items():
        talk.line("cli.columns_table", table=name)
        for column in listed:
            talk.line("cli.column_line", **column.words())
    talk.result({"tables": {name: [c.as_json(talk.lang) for c in listed] for name, listed in column_list([table] if table else list(TABLE_NAMES)).items()}})


columns.wording = "config_columns"  # type: ignore[attr-defined]


@config.command("show")
@click.argument("config", type=click.Path())
@common
def show(talk: Talk, config: str) -> None:
    from districting.config import language_of, load_settings
    from districting.config_show import every_setting, shown_settings

    talk.use_language_of(language_of(config))
    settings = load_settings(config, talk.overrides)
    talk.use_language_of(settings.project.language)
    click.echo(json.dumps(every_setting(settings), ensure_ascii=False) if talk.as_json else shown_settings(settings, talk.lang))


show.wording = "config_show"  # type: ignore[attr-defined]
