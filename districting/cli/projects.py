"""Commands that start a project: ``sample``, ``init`` and ``warm-up``."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from districting.cli.common import Talk, common
from districting.cli.worded import WordedCommand, option
from districting.wording import say


@click.command(cls=WordedCommand)
@click.argument("folder", type=click.Path(file_okay=False))
@common
def sample(talk: Talk, folder: str) -> None:
    from districting.outputs.projects import sample_files, write_project

    _start(talk, folder, sample_files(), write_project)


@click.command(cls=WordedCommand)
@click.argument("folder", type=click.Path(file_okay=False))
@option("--osm", "extract", type=click.Path(exists=True, dir_okay=False), key="cli.option_osm")
@option("--name", type=str, key="cli.option_first_name")
@option("--year", type=click.IntRange(1900, 2999), key="cli.option_first_year")
@common
def init(talk: Talk, folder: str, extract: str | None, name: str | None, year: int | None) -> None:
    from districting.outputs.projects import template_files, write_project

    if extract is None and (name is not None or year is not None):
        raise click.UsageError(say("osm.bad_year", talk.lang))
    if extract is not None:
        from districting.outputs.first_project import first_project_files

        shown = name or say("osm.estimated_name", talk.lang, name=Path(extract).name.split(".")[0])
        contents, told = first_project_files(Path(extract), shown, year or datetime.date.today().year, talk.lang)
        for line in told:
            talk.plain(line)
        _start(talk, folder, contents, write_project)
        return
    _start(talk, folder, template_files(talk.lang), write_project)


@click.command("warm-up", cls=WordedCommand)
@common
def warm_up(talk: Talk) -> None:
    from districting.planning.warm_up import compile_kernels

    compile_kernels()
    talk.line("cli.warmed_up", seconds=talk.seconds)
    talk.result({"status": "ready", "seconds": talk.seconds})


def _start(talk: Talk, folder: str, contents: Mapping[str, bytes], write: Callable[[Path, Mapping[str, bytes]], list[Path]]) -> None:
    target = Path(folder)
    planned = [str(target / name) for name in contents]
    existing = [path for path in planned if Path(path).exists()]
    if existing and not talk.overwrite:
        raise click.UsageError(say("cli.exists", talk.lang, paths=existing[:5]))
    if talk.dry_run:
        talk.line("cli.dry_run", outputs=planned)
        talk.result({"status": "dry_run", "outputs": planned})
        return
    outputs = [str(path) for path in write(target, contents)]
    talk.line("cli.project_ready", folder=folder, config=str(target / "config.toml"))
    talk.result({"status": "written", "outputs": outputs})
