"""Commands about the inputs: ``check`` and ``config show``. They change nothing."""

from __future__ import annotations

import json
from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.worded import WordedCommand, WordedGroup, option
from districting.wording import say


@click.command(cls=WordedCommand)
@click.argument("config", type=click.Path())
@option("--strict", is_flag=True, envvar="DISTRICTING_STRICT")
@common
def check(talk: Talk, config: str, strict: bool) -> None:
    from districting.config import load_settings
    from districting.errors import DataError
    from districting.workflow import check_inputs

    settings = load_settings(config, talk.overrides)
    talk.use_language_of(settings.project.language)
    city, faults = check_inputs(settings)
    wrong = [f for f in faults if f.severity == "error" or strict]
    if not talk.as_json:
        for fault in faults:
            mark = say("cli.error" if fault in wrong else "cli.note", talk.lang)
            talk.plain(f"{mark} {fault.say(talk.lang)}")
    if wrong or city is None:
        if talk.as_json:
            raise DataError(wrong)
        talk.line("cli.check_failed", count=len(wrong))
        raise SystemExit(4)
    counts = {"schools": len(city.schools), "blocks": 0 if city.blocks is None else len(city.blocks), "unplaced": len(city.unplaced)}
    talk.line("cli.check_passed", notes=len(faults), **counts)
    talk.result({"status": "valid", **counts, "crs": city.crs, "notes": [f.as_json(talk.lang) for f in faults]})


@click.group(cls=WordedGroup)
def config() -> None:
    pass


@config.command("show")
@click.argument("config", type=click.Path())
@common
def show(talk: Talk, config: str) -> None:
    import tomli_w

    from districting.config import load_settings, settings_tree

    tree: dict[str, Any] = settings_tree(load_settings(config, talk.overrides))
    click.echo(json.dumps(tree, ensure_ascii=False) if talk.as_json else tomli_w.dumps(tree))


show.wording = "config_show"  # type: ignore[attr-defined]
