"""``risk``: the risk assessment of a finished plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.executors import address_option, executor_option, refuse_address, workers_option
from districting.cli.worded import WordedCommand, option
from districting.wording import say


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@option("--draws", type=click.IntRange(min=1), default=1000, show_default=True, key="risk.option_draws", envvar="DISTRICTING_DRAWS")
@option("--resolves", type=click.IntRange(min=0), default=20, show_default=True, key="risk.option_resolves", envvar="DISTRICTING_RESOLVES")
@option("--profile", type=click.Path(dir_okay=False), key="risk.option_profile", envvar="DISTRICTING_PROFILE")
@option("--families", type=click.Path(dir_okay=False), key="risk.option_families", envvar="DISTRICTING_FAMILIES")
@option("-o", "--output", "target", type=click.Path(file_okay=False), key="risk.option_output", envvar="DISTRICTING_OUTPUT")
@executor_option
@address_option
@workers_option
@common
def risk(talk: Talk, plan: str, draws: int, resolves: int, target: str | None, **given: Any) -> None:
    from districting.auditing.families import read_families
    from districting.auditing.risk_assessment import RiskOptions, assess_risk
    from districting.executing import open_executor
    from districting.outputs.geopackage import read_plan
    from districting.outputs.risk import FILES, risk_json, risk_lines, write_risk
    from districting.reading.risk_profile import read_risk_rules

    profile, families, executor = given["profile"], given["families"], given["executor"] or "serial"
    refuse_address(talk, executor, given["address"])
    rules = None if profile is None else read_risk_rules(Path(profile))
    read = read_plan(plan)
    talk.use_language_of(read.language)
    targets = [str(Path(target) / name) for name in FILES] if target else []
    existing = [t for t in targets if Path(t).exists()]
    if existing and not talk.overwrite:
        raise click.UsageError(say("cli.exists", talk.lang, paths=existing))
    seed = talk.overrides["project.seed"]
    seed = int(read.recorded("run", "seed") or 0) if seed is None else int(seed)
    children = None if families is None else read_families(families, read)
    options = RiskOptions(draws=draws, resolves=resolves, steps=talk.overrides["solve.steps"], seed=seed)
    with open_executor(executor, workers=given["workers"], address=given["address"]) as opened:
        made = assess_risk(read, rules, options, children, opened)
    talk.plain("\n".join(risk_lines(made, talk.lang)))
    if target and not talk.dry_run:
        write_risk(target, made, talk.lang)
    if targets:
        talk.line("cli.dry_run" if talk.dry_run else "cli.written", outputs=targets)
    talk.result({"status": "dry_run" if talk.dry_run else "assessed", **risk_json(made), "outputs": targets, "seconds": talk.seconds})
