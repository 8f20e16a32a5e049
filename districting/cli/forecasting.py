"""``enrol forecast``: pupils and seats of the years to come, warnings, what-ifs."""

from __future__ import annotations

from pathlib import Path

import click

from districting.cli.common import Talk, common
from districting.cli.worded import WordedCommand, option
from districting.wording import say


@click.command(cls=WordedCommand)
@click.argument("rules", type=click.Path())
@option("--plan", "plan_file", type=click.Path(), key="forecast.option_plan", envvar="DISTRICTING_PLAN")
@option("--what-if", "what_ifs", multiple=True, metavar="TEXT", key="forecast.option_what_if")
@option("-o", "--output", "target", type=click.Path(file_okay=False), key="forecast.option_output", envvar="DISTRICTING_OUTPUT")
@common
def forecast(talk: Talk, rules: str, plan_file: str | None, what_ifs: tuple[str, ...], target: str | None) -> None:
    from districting.enrolling.forecast import ask_what_if, load_forecast, make_forecast
    from districting.errors import Gathered
    from districting.outputs.forecast import FILES, as_json, forecast_lines, write_forecast
    from districting.outputs.geopackage import read_plan

    talk.source = rules
    read = load_forecast(rules)
    talk.use_language_of(read.language)
    plan = read_plan(plan_file if plan_file is not None else str(read.folder / read.plan))
    targets = [str(Path(target) / name) for name in FILES] if target else []
    existing = [t for t in targets if Path(t).exists()]
    if existing and not talk.overwrite:
        raise click.UsageError(say("cli.exists", talk.lang, paths=existing))
    made = make_forecast(read, plan)
    asked, gathered = [], Gathered()
    for words in what_ifs:
        with gathered:
            asked.append(ask_what_if(made, words))
    gathered.refuse()
    for note in made.notes:
        talk.plain(f"{say('cli.note', talk.lang)} {note.say(talk.lang)}")
    talk.plain("\n".join(forecast_lines(made, asked, talk.lang)))
    if target and not talk.dry_run:
        write_forecast(target, made, asked, talk.lang)
    if targets:
        talk.line("cli.dry_run" if talk.dry_run else "cli.written", outputs=targets)
    talk.result({"status": "dry_run" if talk.dry_run else "forecast", **as_json(made, asked), "outputs": targets, "seconds": talk.seconds})


forecast.wording = "enrol_forecast"  # type: ignore[attr-defined]
