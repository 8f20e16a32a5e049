"""Commands that look around a finished plan: ``alternatives``, ``tradeoff`` and ``ensemble``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.executors import address_option, executor_option, refuse_address, workers_option
from districting.cli.variants import one_stage, refuse_existing, refuse_suffix
from districting.cli.worded import FiniteRange, WordedCommand, option
from districting.model.stages import STAGES

_stage = option("--stage", type=click.Choice(list(STAGES)), key="cli.option_scenario_stage", envvar="DISTRICTING_STAGE")
_csv = option("-o", "--output", "target", type=click.Path(dir_okay=False), key="cli.option_csv", envvar="DISTRICTING_OUTPUT")


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@option("--count", type=click.IntRange(min=2), default=3, show_default=True, envvar="DISTRICTING_COUNT")
@option("--within", type=FiniteRange(min=0), default=0.02, show_default=True, envvar="DISTRICTING_WITHIN")
@option("--apart", type=FiniteRange(min=0, max=1, min_open=True), default=0.05, show_default=True, envvar="DISTRICTING_APART")
@_stage
@option("-o", "--output", "folder", type=click.Path(file_okay=False), required=True, key="cli.option_plans", envvar="DISTRICTING_OUTPUT")
@common
def alternatives(talk: Talk, plan: str, folder: str, stage: str | None, count: int, **given: Any) -> None:
    from districting.auditing import audit_plan
    from districting.outputs.atomic import refuse_unwritable
    from districting.outputs.geopackage import read_plan, write_plan
    from districting.planning.plan_variants import plan_alternatives

    read = read_plan(plan)
    talk.use_language_of(read.language)
    targets = [str(Path(folder) / f"alternative_{number}.gpkg") for number in range(1, count + 1)]
    for target in targets:
        refuse_existing(talk, target)
    refuse_unwritable(folder)
    found = plan_alternatives(read, one_stage(talk, read, stage), count, within=given["within"], apart=given["apart"], **_search(talk, read))
    outputs = targets[: len(found.plans)]
    if not talk.dry_run:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for one, target in zip(found.plans, outputs, strict=True):
            write_plan(audit_plan(one).laid_on(one), target)
    _tell(talk, found.table, found.found.remark.say(talk.lang), outputs)
    talk.result({"ended": found.found.ended, "alternatives": found.table.to_dict(orient="records"), "seconds": talk.seconds, "outputs": outputs})


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@option("--points", type=click.IntRange(min=2), default=7, show_default=True, envvar="DISTRICTING_POINTS")
@_stage
@_csv
@common
def tradeoff(talk: Talk, plan: str, target: str | None, stage: str | None, points: int) -> None:
    from districting.outputs.geopackage import read_plan
    from districting.planning.plan_variants import plan_tradeoff

    refuse_suffix(talk, target, (".csv",))
    read = read_plan(plan)
    talk.use_language_of(read.language)
    refuse_existing(talk, target)
    front, part = plan_tradeoff(read, one_stage(talk, read, stage), points, **_search(talk, read))
    rows = front.table.rename(columns={"stability": "pupils_moved"})
    if "distance" in rows.columns:
        rows = rows.rename(columns={"distance": "distance_pupil_m", "bound": "bound_pupil_m"})
        rows.insert(0, "mean_distance_m", rows["distance_pupil_m"] / max(float(part.problem.demand.sum()), 1e-300))
    outputs = _write(talk, rows.assign(stage=part.stage), target)
    _tell(talk, rows, "", outputs)
    talk.result({"points": rows.to_dict(orient="records"), "seconds": talk.seconds, "outputs": outputs})


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@option("--size", type=click.IntRange(min=8), default=200, show_default=True, envvar="DISTRICTING_SIZE")
@option("--between", type=click.IntRange(min=1), envvar="DISTRICTING_BETWEEN")
@executor_option
@address_option
@workers_option
@_stage
@_csv
@common
def ensemble(talk: Talk, plan: str, target: str | None, stage: str | None, size: int, between: int | None, **where: Any) -> None:
    from districting.executing import open_executor
    from districting.outputs.geopackage import read_plan
    from districting.planning.plan_variants import plan_ensemble

    refuse_suffix(talk, target, (".csv",))
    read = read_plan(plan)
    talk.use_language_of(read.language)
    refuse_existing(talk, target)
    chosen = one_stage(talk, read, stage)
    executor = where.pop("executor") or "serial"
    refuse_address(talk, executor, where["address"])
    with open_executor(executor, **where) as opened:
        drawn = plan_ensemble(read, chosen, size, between=between, executor=opened, **_search(talk, read))
    outputs = _write(talk, drawn.measures.assign(chain=drawn.chain, stage=chosen), target)
    _tell(talk, drawn.places, drawn.remark.say(talk.lang), outputs)
    tree = {
        "places": drawn.places.replace(float("inf"), float("nan")).to_dict(orient="records"),
        "diagnostics": drawn.diagnostics.to_dict(orient="records"),
        "mixed": drawn.mixed,
    }
    talk.result({**tree, "acceptance": drawn.acceptance.tolist(), "seconds": talk.seconds, "outputs": outputs})


def _search(talk: Talk, plan: Any) -> dict[str, Any]:
    seed = talk.overrides["project.seed"]
    return {"seed": int(plan.recorded("run", "seed") or 0) if seed is None else seed, "steps": talk.overrides["solve.steps"]}


def _write(talk: Talk, rows: Any, target: str | None) -> list[str]:
    from districting.outputs.atomic import write_text

    if target is None:
        return []
    if not talk.dry_run:
        write_text(rows.to_csv(index=False, lineterminator="\r\n", float_format="%.10g"), Path(target))
    return [target]


def _tell(talk: Talk, rows: Any, remark: str, outputs: list[str]) -> None:
    """A table for the person, then what can be said about it."""
    from districting.outputs.text_table import aligned
    from districting.wording import say

    shown = [
        [say(f"variants.head_{c}", talk.lang) for c in rows.columns],
        *([_cell(v, c, talk.lang) for c, v in zip(rows.columns, row, strict=True)] for row in rows.itertuples(index=False)),
    ]
    talk.plain("\n".join(aligned(shown, right=[c for c in range(len(rows.columns)) if rows.dtypes.iloc[c].kind in "fi"])))
    if remark:
        talk.plain(remark)
    if outputs:
        talk.line("cli.dry_run" if talk.dry_run else "cli.written", outputs=outputs)


def _cell(value: Any, column: str, lang: str) -> str:
    from districting.outputs.numbers import share_words
    from districting.wording import catalogue

    if column == "gap":
        return share_words(value)
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"
    words = catalogue("variants").get(f"value_{value}".lower())
    return words[lang] if words is not None else str(value)
