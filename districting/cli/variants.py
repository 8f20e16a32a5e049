"""What-if commands on a finished plan: ``scenario``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.worded import FiniteRange, WordedCommand, option
from districting.model.stages import STAGES
from districting.wording import say

_TOUCH = ("host", "neighbours", "second", "all")


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@option("--open", "opened", multiple=True, metavar="NAME,SEATS,BLOCK_ID", key="cli.option_open", envvar="DISTRICTING_OPEN")
@option("--close", "closed", multiple=True, metavar="SCHOOL_ID", key="cli.option_close", envvar="DISTRICTING_CLOSE")
@option("--estate", "estates", multiple=True, metavar="BLOCK_ID=PUPILS", key="cli.option_estate", envvar="DISTRICTING_ESTATE")
@option("--stage", type=click.Choice(list(STAGES)), key="cli.option_scenario_stage", envvar="DISTRICTING_STAGE")
@option("--touch", type=click.Choice(_TOUCH), default="neighbours", key="cli.option_touch", envvar="DISTRICTING_TOUCH")
@option("--stability", "stability_m", type=FiniteRange(min=0), default=300.0, show_default=True, key="cli.option_stability", envvar="DISTRICTING_STABILITY")
@option("-o", "--output", "target", type=click.Path(dir_okay=False), required=True, key="cli.option_plan", envvar="DISTRICTING_OUTPUT")
@common
def scenario(talk: Talk, plan: str, target: str, stage: str | None, **given: Any) -> None:
    from districting.auditing import audit_plan
    from districting.model.settings import SolveSettings
    from districting.outputs.geopackage import read_plan, write_plan
    from districting.planning.scenarios import RedrawOptions, apply_changes
    from districting.planning.yearly import base_of, with_base

    changes = _changes(talk, given["opened"], given["closed"], given["estates"])
    if not changes:
        raise click.UsageError(say("cli.needs_change", talk.lang), click.get_current_context())
    read = read_plan(plan)
    talk.use_language_of(read.language)
    refuse_existing(talk, target)
    over = talk.overrides
    solve = SolveSettings(gap=over["solve.gap"] or 0.0, steps=over["solve.steps"], time_limit_s=over["solve.time_limit_s"])
    seed = over["project.seed"]
    options = RedrawOptions(given["touch"], given["stability_m"], solve, int(read.recorded("run", "seed") or 0) if seed is None else seed)
    found = apply_changes(read, one_stage(talk, read, stage), changes, options)
    after = with_base(found.plan, base_of(read, plan))
    after = audit_plan(after).laid_on(after)
    if not talk.dry_run:
        write_plan(after, target)
    _tell(talk, found.report, target)


def _tell(talk: Talk, report: dict[str, Any], target: str) -> None:
    talk.line("variants.told" if "price_pupil_km" in report else "variants.told_goals", **report)
    if report["rules_not_held"]:
        talk.line("variants.rules_not_held", rules=report["rules_not_held"].split())
    talk.line("cli.dry_run" if talk.dry_run else "cli.written", outputs=[target])
    talk.result(
        {
            "status": "optimal" if report["gap"] <= 1e-9 else "feasible",
            "unit": "pupil-metre",
            **report,
            "violations": [],
            "seconds": talk.seconds,
            "outputs": [target],
        }
    )


def tell_yearly(talk: Talk, plan: Any) -> None:
    """What staying near last year's plan moved and cost, stage by stage."""
    from districting.wording import text

    for stage in plan.zoned_stages:
        known = {key: plan.recorded(f"yearly.{stage}", key) for key in ("pupils_moved", "pupils_moved_free", "price_pupil_km")}
        if known["price_pupil_km"] is None:
            del known["price_pupil_km"]
        if known and all(v is not None for v in known.values()):
            talk.line(
                "variants.yearly_told" if "price_pupil_km" in known else "variants.yearly_told_moves",
                stage=text(f"word.{stage}"),
                **{k: float(v) for k, v in known.items() if v is not None},
            )


def _changes(talk: Talk, opened: tuple[str, ...], closed: tuple[str, ...], estates: tuple[str, ...]) -> list[Any]:
    from districting.planning.scenarios import CloseSchool, DeliverEstate, OpenSchool

    changes: list[Any] = []
    for given in opened:
        parts = [p.strip() for p in given.replace("，", ",").rsplit(",", 2)]
        if len(parts) != 3 or not all(parts):
            raise _bad(talk, "open", given)
        changes.append(OpenSchool(parts[0], _number(talk, parts[1], "open", given), parts[2]))
    changes += [CloseSchool(given.strip()) for given in closed]
    for given in estates:
        block, _, pupils = (p.strip() for p in given.replace("＝", "=").rpartition("="))
        if not block:
            raise _bad(talk, "estate", given)
        changes.append(DeliverEstate(block, _number(talk, pupils, "estate", given)))
    return changes


def _number(talk: Talk, word: str, flag: str, given: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise _bad(talk, flag, given) from None


def _bad(talk: Talk, flag: str, given: str) -> click.BadParameter:
    return click.BadParameter(say(f"cli.bad_{flag}", talk.lang, given=given), click.get_current_context(), param_hint=f"--{flag}")


def one_stage(talk: Talk, plan: Any, stage: str | None) -> str:
    """The stage that was named, or the plan's only one."""
    if stage is None and len(plan.zoned_stages) != 1:
        raise click.UsageError(say("cli.needs_stage", talk.lang, stages=list(plan.zoned_stages)))
    return stage or str(plan.zoned_stages[0])


def refuse_suffix(talk: Talk, target: str | None, known: tuple[str, ...]) -> None:
    """A usage error where the file's name promises another format than is written."""
    from districting.wording import say

    if target is not None and Path(target).suffix.lower() not in known:
        raise click.UsageError(say("cli.table_suffix", talk.lang, path=target, known=list(known)))


def refuse_existing(talk: Talk, target: str | None) -> None:
    """A usage error where the file stands already and may not be overwritten."""
    if target is not None and Path(target).exists() and not talk.overwrite:
        raise click.UsageError(say("cli.exists", talk.lang, paths=[target]))
