"""``share``: a group with a command for every name in SHARERS; all read a config, and a plan where districts are needed."""

from __future__ import annotations

from pathlib import Path

import click

from districting.cli.common import Talk, common
from districting.cli.worded import WordedCommand, WordedGroup, option
from districting.wording import say

SHARE_COMMANDS = ("facilities", "accessibility", "courses", "ledger", "digital", "upgrade", "rotation", "roving", "staffing", "research")
"""In the order of the help."""


class ShareGroup(WordedGroup):
    """A group whose commands differ by name only."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SHARE_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _command(cmd_name) if cmd_name in SHARE_COMMANDS else None


@click.group(cls=ShareGroup)
def share() -> None:
    pass


def _command(name: str) -> click.Command:
    @click.command(name, cls=WordedCommand)
    @click.argument("config", type=click.Path())
    @option("--plan", "plan", type=click.Path(dir_okay=False), key="cli.option_share_plan", envvar="DISTRICTING_PLAN")
    @option("-o", "--output", "folder", type=click.Path(file_okay=False), envvar="DISTRICTING_OUTPUT")
    @common
    def command(talk: Talk, config: str, plan: str | None, folder: str | None) -> None:
        _share(talk, name, (config, plan), folder)

    command.wording = f"share_{name}"  # type: ignore[attr-defined]
    return command


def _share(talk: Talk, name: str, source: tuple[str, str | None], folder: str | None) -> None:
    from districting.config import language_of, load_settings
    from districting.outputs.enrolment_files import write_folder
    from districting.outputs.geopackage import read_plan
    from districting.outputs.share_files import share_book, share_texts
    from districting.planning.sharing import share as make
    from districting.reading.read_city import read_city

    config, plan = source
    talk.use_language_of(language_of(config))
    settings = load_settings(config, talk.overrides)
    talk.use_language_of(settings.project.language)
    if folder is None:
        raise click.UsageError(say("sharing.needs_folder", talk.lang))
    city, base = read_city(settings), None if plan is None else read_plan(plan)
    result = make(name, city, base)
    texts = share_texts(name, result, talk.lang)
    books = {f"{name}.xlsx": share_book(result, say("sharing.title", talk.lang, name=settings.project.name, year=settings.project.year), talk.lang)}
    paths = [str(Path(folder) / file) for file in (*texts, *books)]
    existing = [p for p in paths if Path(p).exists()]
    if existing and not (talk.overwrite or settings.output.overwrite):
        raise click.UsageError(say("cli.exists", talk.lang, paths=existing))
    for line in result.lines:
        talk.plain(line.say(talk.lang))
    if talk.dry_run:
        talk.line("cli.dry_run", outputs=paths)
    else:
        write_folder(folder, texts, books)
        talk.line("cli.written", outputs=paths)
    talk.result({**result.facts, "seconds": talk.seconds, "outputs": paths})
