"""``batch``: many counties in one go."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.executors import address_option, executor_option, refuse_address, workers_option
from districting.cli.solving import audience_option
from districting.cli.worded import WordedCommand, option
from districting.model.database_address import is_database
from districting.wording import say


@click.command(cls=WordedCommand)
@click.argument("folder", type=click.Path())
@executor_option
@address_option
@workers_option
@option("-o", "--output", "target", type=click.Path(file_okay=False), key="batch.option_folder", envvar="DISTRICTING_OUTPUT")
@option("--name", default="", key="batch.option_name", envvar="DISTRICTING_NAME")
@audience_option
@common
def batch(talk: Talk, folder: str, executor: str | None, address: str | None, workers: int | None, target: str | None, name: str, audience: str | None) -> None:
    from districting.batch import BatchOptions, find_counties, planned_batch, run_batch
    from districting.config import language_of
    from districting.executing import open_executor

    executor = executor or "processes"
    refuse_address(talk, executor, address)
    counties = find_counties(folder)
    talk.use_language_of(language_of(counties[0].config))
    out = Path(target) if target else _beside(folder)
    overrides = {k: v for k, v in {**talk.overrides, "output.audience": audience}.items() if v is not None}
    options = BatchOptions(overrides, talk.overwrite, name, talk.lang)
    _refuse_other(talk, out, [c.code for c in counties])
    if talk.dry_run:
        planned = planned_batch(counties, out, options)
        todo = [code for code, kept in planned.items() if not kept]
        talk.line("batch.would_run", todo=len(todo), kept=len(planned) - len(todo), path=str(out))
        talk.result({"status": "dry_run", "counties": list(planned), "todo": todo, "folder": str(out)})
        return
    with open_executor(executor, workers=workers, address=address) as opened:
        done = run_batch(counties, out, opened, options)
    _tell(talk, done, out)
    raise SystemExit(done.province.exit_code)


def _beside(given: str) -> Path:
    if is_database(given):
        return Path("maps")
    source = Path(given)
    return (source if source.is_dir() else source.parent) / "maps"


def _refuse_other(talk: Talk, out: Path, codes: list[str]) -> None:
    """A folder in which no batch has begun, and which holds what this one would write, is somebody else's."""
    from districting.batch.manifest import Manifest
    from districting.batch.run import PAGES
    from districting.outputs.run_folder import refuse_existing

    if talk.overwrite or Manifest(out).is_ours:
        return
    if any((out / page).exists() for page in PAGES) or any(refuse_existing(out / code) for code in codes):
        raise click.UsageError(say("batch.not_ours", talk.lang, path=str(out)))


def _tell(talk: Talk, done: Any, out: Path) -> None:
    province = done.province
    total = province.total
    if done.kept:
        talk.line("batch.kept", count=len(done.kept))
    talk.line(
        "batch.ended",
        total=len(province.counties),
        done=len(province.of("ok")),
        **{
            key: _whole(value)
            for key, value in (
                ("pupils", total.pupils),
                ("mean", total.mean_m),
                ("today", total.mean_today_m),
                ("over", total.over_seats),
                ("moved", total.moved),
            )
        },
    )
    talk.line("cli.written", outputs=[str(p) for p in done.outputs])
    talk.hush()
    for county in province.counties:
        if county.status != "ok":
            status = say(f"batch.status_{county.status}", talk.lang)
            click.echo(say("batch.trouble_line", talk.lang, code=county.code, name=county.name, status=status, why=county.trouble), err=True)
            if county.faults_file:
                click.echo(say("batch.trouble_file", talk.lang, path=str(out / county.code / county.faults_file)), err=True)
    talk.result(_tree(done, out) | {"seconds": talk.seconds})


def _tree(done: Any, out: Path) -> dict[str, Any]:
    province, total = done.province, done.province.total
    return {
        "status": "ok" if province.exit_code == 0 else "partial" if province.of("ok") else "failed",
        "exit_code": province.exit_code,
        "total": _numbers(total) | {"counties": len(province.counties), "with_plan": len(province.of("ok"))},
        "counties": [_county(c, out) for c in province.counties],
        "kept": list(done.kept),
        "outputs": [str(p) for p in done.outputs],
    }


def _county(county: Any, out: Path) -> dict[str, Any]:
    known = {"county": county.code, "name": county.name, "status": county.status, "exit_code": county.exit_code, "seconds": county.seconds}
    if county.status == "ok":
        return known | _numbers(county) | {"worst": list(county.worst)}
    return known | {"problem": county.trouble, "faults_file": str(out / county.code / county.faults_file) if county.faults_file else None}


def _numbers(county: Any) -> dict[str, Any]:
    numbers = {"schools": county.schools, "blocks": county.blocks, "pupils": county.pupils, "mean_distance_m": county.mean_m}
    numbers |= {"mean_distance_today_m": county.mean_today_m, "pupils_over_seats": county.over_seats, "pupils_moved": county.moved}
    return numbers | {"objective": county.objective, "bound": county.bound, "gap": county.gap, "unit": county.unit}


def _whole(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:,.0f}"
