"""``enrol``: a group whose commands are named in ENROL_COMMANDS and imported when they are called."""

from __future__ import annotations

from importlib import import_module

import click

from districting.cli.worded import WordedGroup

ENROL_COMMANDS = {
    "lottery": "districting.cli.lottery:lottery",
    "verify": "districting.cli.lottery:verify",
    "choice": "districting.cli.choice:choice",
    "split": "districting.cli.splitting:split",
    "quota": "districting.cli.quotas:quota",
    "overflow": "districting.cli.overflowing:overflow",
    "classes": "districting.cli.classing:classes",
    "age": "districting.cli.ages:age",
    "forecast": "districting.cli.forecasting:forecast",
}
"""Sub-command -> where it stands. A new one is one function and one line here."""


class EnrolGroup(WordedGroup):
    """A group that imports a command only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(ENROL_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ENROL_COMMANDS:
            return None
        module, _, name = ENROL_COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=EnrolGroup)
def enrol() -> None:
    pass
