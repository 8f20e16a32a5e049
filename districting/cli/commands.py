"""All commands by name. Each stands in a file of its subject and is imported when it is called."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any

import click

from districting import __version__
from districting.cli.usage import show_usage_error, usage_problem
from districting.cli.worded import WordedGroup, reader_language
from districting.wording import say

COMMANDS = {
    "sample": "districting.cli.projects:sample",
    "init": "districting.cli.projects:init",
    "warm-up": "districting.cli.projects:warm_up",
    "check": "districting.cli.inputs:check",
    "config": "districting.cli.inputs:config",
    "run": "districting.cli.solving:run",
    "batch": "districting.cli.batch:batch",
    "zone": "districting.cli.solving:zone",
    "group": "districting.cli.solving:group",
    "pair": "districting.cli.solving:pair",
    "enrol": "districting.cli.enrolling:enrol",
    "share": "districting.cli.sharing:share",
    "audit": "districting.cli.plans:audit",
    "risk": "districting.cli.risk:risk",
    "explain": "districting.cli.explaining:explain",
    "map": "districting.cli.plans:map_",
    "report": "districting.cli.report:report",
    "compare": "districting.cli.plans:compare",
    "consult": "districting.cli.consulting:consult",
    "export": "districting.cli.plans:export",
    "edit": "districting.cli.edit:edit",
    "scenario": "districting.cli.variants:scenario",
    "alternatives": "districting.cli.ensembles:alternatives",
    "tradeoff": "districting.cli.ensembles:tradeoff",
    "ensemble": "districting.cli.ensembles:ensemble",
    "rules": "districting.cli.ruling:rules",
}
"""Command -> where it stands. A new command is one function and one line here."""


class LazyGroup(WordedGroup):
    """A group that imports a command only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def main(self, *args: Any, standalone_mode: bool = True, **more: Any) -> Any:
        """As click does it, but usage errors speak the reader's language and keep to one JSON object, and a reader of the output that has gone is no error."""
        plain: Any = super().main
        if not standalone_mode:
            return plain(*args, standalone_mode=False, **more)
        given, stdout = list(more.get("args") or (args[0] if args else None) or sys.argv[1:]), sys.stdout
        try:
            code = plain(*args, standalone_mode=False, **more)
        except click.ClickException as error:
            show_usage_error(error)
            if "--json" in given or os.environ.get("DISTRICTING_JSON", "").lower() in ("1", "true", "yes", "on"):
                click.echo(json.dumps({"status": "usage", "problem": usage_problem(error, reader_language())}, ensure_ascii=False))
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo(say("cli.interrupted", reader_language()), err=True)
            sys.exit(1)
        except SystemExit:
            if sys.stdout is not stdout:  # click puts another in its place when the pipe is broken
                sys.exit(0)
            raise
        sys.exit(code if isinstance(code, int) else 0)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "DISTRICTING", "max_content_width": 110})
@click.version_option(__version__, "--version", message="districting %(version)s")
def cli() -> None:
    pass


cli.name = "districting"
