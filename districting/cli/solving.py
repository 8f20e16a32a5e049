"""Commands that solve: ``run``, ``zone``, ``group`` and ``pair``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.executors import address_option, executor_option, refuse_address, workers_option
from districting.cli.variants import tell_yearly
from districting.cli.where import where_option, with_given
from districting.cli.worded import WordedCommand, option
from districting.model.stages import STAGES

audience_option = option("--audience", type=click.Choice(["internal", "public"]), envvar="DISTRICTING_AUDIENCE", key="cli.option_run_audience")
starts_option = option("--starts", type=click.IntRange(min=1), key="executing.option_starts", envvar="DISTRICTING_STARTS")
folder_option = option("-o", "--output", "folder", type=click.Path(file_okay=False), envvar="DISTRICTING_OUTPUT")


@click.command(cls=WordedCommand)
@click.argument("config", type=click.Path())
@folder_option
@audience_option
@option("--base", type=click.Path(dir_okay=False), envvar="DISTRICTING_BASE")
@option("--strict", is_flag=True, envvar="DISTRICTING_STRICT", key="cli.option_strict_run")
@starts_option
@executor_option
@address_option
@workers_option
@where_option
@common
def run(talk: Talk, config: str, folder: str | None, audience: str | None, base: str | None, strict: bool, **given: Any) -> None:
    with _executor(talk, given):
        _solve(talk, config, (folder, audience), lambda settings: with_given(settings, given["where"]), base, starts=given["starts"], strict=strict)


@click.command(cls=WordedCommand)
@click.argument("config", type=click.Path())
@option("--stage", type=click.Choice(list(STAGES)), required=True, envvar="DISTRICTING_STAGE")
@folder_option
@audience_option
@starts_option
@executor_option
@address_option
@workers_option
@common
def zone(talk: Talk, config: str, stage: Any, folder: str | None, audience: str | None, **given: Any) -> None:
    from districting.planning.choices import only_zoning

    with _executor(talk, given):
        _solve(talk, config, (folder, audience), lambda settings: only_zoning(settings, stage), starts=given["starts"])


@click.command(cls=WordedCommand)
@click.argument("config", type=click.Path(), required=False)
@option("--form", envvar="DISTRICTING_FORM")
@option("--list", "list_forms", is_flag=True)
@folder_option
@audience_option
@common
def group(talk: Talk, config: str | None, form: str | None, list_forms: bool, folder: str | None, audience: str | None) -> None:
    from districting.grouping import FORMS
    from districting.planning.choices import only_grouping

    if list_forms:
        _list(talk, "grouping", FORMS)
        return
    if form is None and config is not None:
        _solve(talk, config, (folder, audience), lambda settings: only_grouping(settings, _form(talk, settings.grouping and settings.grouping.form, FORMS)))
        return
    chosen = _form(talk, form, FORMS)
    _solve(talk, _needed(config), (folder, audience), lambda settings: only_grouping(settings, chosen))


@click.command(cls=WordedCommand)
@click.argument("config", type=click.Path(), required=False)
@option("--form", envvar="DISTRICTING_FORM")
@option("--list", "list_forms", is_flag=True)
@option("--renew", type=click.Path(dir_okay=False), envvar="DISTRICTING_RENEW")
@folder_option
@audience_option
@common
def pair(talk: Talk, config: str | None, form: str | None, list_forms: bool, renew: str | None, folder: str | None, audience: str | None) -> None:
    from districting.pairing import FORMS
    from districting.planning.choices import only_pairing

    if list_forms:
        _list(talk, "pairing", FORMS)
        return
    chosen = None if form is None else (_form(talk, form, FORMS),)

    def narrowed(settings: Any) -> Any:
        own = settings.pairing.forms if settings.pairing is not None else ()
        return only_pairing(settings, chosen or tuple(_form(talk, f, FORMS) for f in own or (None,)))

    _solve(talk, _needed(config), (folder, audience), narrowed, renew=renew)


def _solve(
    talk: Talk,
    config: str,
    where: tuple[str | None, str | None],
    choose: Any,
    base: str | None = None,
    renew: str | None = None,
    *,
    starts: int | None = None,
    strict: bool = False,
) -> None:
    """``where``: the folder and the audience of the flags, None where the config decides; ``base`` and ``renew``: files of older plans; ``starts``: of the flags; ``strict``: no repairs."""
    from districting.config import language_of, load_settings
    from districting.errors import DataError
    from districting.outputs.atomic import refuse_unwritable
    from districting.outputs.public import public_plan
    from districting.outputs.run_folder import planned_outputs, refuse_existing, write_run
    from districting.outputs.summary import summary_lines, summary_tree
    from districting.outputs.summary_three import three_lines
    from districting.reading.read_city import read_city
    from districting.reading.repair_log import refusals
    from districting.workflow import make_plan

    folder, audience = where
    talk.use_language_of(language_of(config))
    settings = choose(load_settings(config, {**talk.overrides, "output.audience": audience, "solve.starts": starts}))
    talk.use_language_of(settings.project.language)
    city = read_city(settings)
    if strict and len(city.repairs):
        raise DataError(refusals(city.repairs, settings))
    last_year, older = (None if path is None else _base(path) for path in (base, renew))
    target = folder or settings.folder / settings.output.folder
    if talk.dry_run:
        planned = [str(p) for p in planned_outputs(target)]
        talk.line("cli.dry_run", outputs=planned)
        talk.result({"status": "dry_run", "outputs": planned})
        return
    if not (talk.overwrite or settings.output.overwrite):
        existing = refuse_existing(target)
        if existing:
            raise click.UsageError(_exists(talk, existing))
    refuse_unwritable(target)
    plan = make_plan(city, last_year, older)
    outputs = write_run(plan, target, audience=settings.output.audience)
    told = public_plan(plan) if settings.output.audience == "public" else plan  # what the screen shows may be copied like the files
    talk.plain("\n".join(summary_lines(told, talk.lang, settings.output.audience)))
    if last_year is not None:
        tell_yearly(talk, plan)
    talk.line("cli.written", outputs=[str(p) for p in outputs])
    if settings.output.audience == "public":
        talk.line("cli.public_folder")
    if three := three_lines(told, talk.lang):
        talk.plain("\n".join(three))
    talk.result({**summary_tree(told), "seconds": talk.seconds, "outputs": [str(p) for p in outputs]})


@contextmanager
def _executor(talk: Talk, given: dict[str, Any]) -> Iterator[None]:
    """Independent searches inside run where the flags say."""
    from districting.executing import open_executor, working_in

    name = given["executor"] or "serial"
    refuse_address(talk, name, given["address"])
    with open_executor(name, workers=given["workers"], address=given["address"]) as opened, working_in(opened):
        yield


def _base(path: str) -> Any:
    from districting.outputs.geopackage import read_plan
    from districting.planning.yearly import base_of

    return base_of(read_plan(path), path)


def _exists(talk: Talk, existing: Any) -> str:
    from districting.wording import say

    return say("cli.exists", talk.lang, paths=[str(p) for p in existing])


def _list(talk: Talk, kind: str, forms: Any) -> None:
    from districting.wording import say

    for form in forms:
        talk.plain(f"{form}  {say(f'{kind}.form_{form}', talk.lang)}")
    talk.result({"forms": list(forms)})


def _form(talk: Talk, form: str | None, forms: Any) -> str:
    from districting.wording import say

    if form is None or form not in forms:
        key = "cli.needs_form" if form is None else "cli.unknown_form"
        raise click.UsageError(say(key, talk.lang, forms=list(forms), **({} if form is None else {"form": form})), click.get_current_context())
    return form


def _needed(config: str | None) -> str:
    if config is None:
        raise click.MissingParameter(ctx=click.get_current_context(), param_hint="CONFIG", param_type="argument")
    return config
