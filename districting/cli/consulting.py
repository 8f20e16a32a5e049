"""``consult``: comments on a draft, beside the plan and beside scenarios."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.worded import WordedCommand, option
from districting.wording import say

_DAY = click.DateTime(formats=["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"])


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@click.argument("register", type=click.Path())
@option("--scenario", "scenarios", multiple=True, type=click.Path(), key="consultation.option_scenario")
@option("--from", "first", type=_DAY, key="consultation.option_from", envvar="DISTRICTING_FROM")
@option("--to", "last", type=_DAY, key="consultation.option_to", envvar="DISTRICTING_TO")
@option("--least-days", type=click.IntRange(min=1), default=30, show_default=True, key="consultation.option_least_days", envvar="DISTRICTING_LEAST_DAYS")
@option("--audience", type=click.Choice(["internal", "public"]), default="internal", key="consultation.option_audience", envvar="DISTRICTING_AUDIENCE")
@option("-o", "--output", "folder", type=click.Path(file_okay=False), key="consultation.option_output", envvar="DISTRICTING_OUTPUT")
@common
def consult(talk: Talk, plan: str, register: str, scenarios: tuple[str, ...], folder: str | None, audience: Any, **period: Any) -> None:
    from districting.auditing.consultation import consult as beside
    from districting.auditing.register import read_register
    from districting.outputs.consultation import FILES, consultation_json, consultation_lines, write_consultation
    from districting.outputs.geopackage import read_plan

    read = read_plan(plan)
    talk.use_language_of(read.language)
    days = _period(talk, period)
    targets = [str(Path(folder) / name) for name in FILES] if folder else []
    existing = [t for t in targets if Path(t).exists()]
    if existing and not talk.overwrite:
        raise click.UsageError(say("cli.exists", talk.lang, paths=existing))
    comments = read_register(register, read)
    for note in comments.notes:
        talk.plain(f"{say('cli.note', talk.lang)} {note.say(talk.lang)}")
    made = beside(read, comments, {_label(path, scenarios): read_plan(path) for path in scenarios}, days)
    talk.plain("\n".join(consultation_lines(read, made, talk.lang)))
    if folder and not talk.dry_run:
        write_consultation(folder, read, made, talk.lang, audience)
    if targets:
        talk.line("cli.dry_run" if talk.dry_run else "cli.written", outputs=targets)
    talk.result({"status": "dry_run" if talk.dry_run else "done", **consultation_json(made, audience), "outputs": targets, "seconds": talk.seconds})


def _label(path: str, all_paths: tuple[str, ...]) -> str:
    """The name of the file; with its folder where names repeat."""
    name = Path(path).stem
    return name if [Path(p).stem for p in all_paths].count(name) == 1 else str(Path(path).with_suffix(""))


def _period(talk: Talk, given: dict[str, Any]) -> Any:
    from districting.auditing.consultation import Period

    first, last = given["first"], given["last"]
    if first is None and last is None:
        return None
    if first is None or last is None or last < first:
        raise click.UsageError(say("consultation.bad_period", talk.lang))
    return Period(_day(first), _day(last), given["least_days"])


def _day(moment: dt.datetime) -> dt.date:
    return moment.date()
