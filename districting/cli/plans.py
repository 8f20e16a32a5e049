"""Commands that take a finished plan: ``audit``, ``map``, ``compare`` and ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.variants import refuse_suffix
from districting.cli.worded import WordedCommand, option
from districting.errors import DataError, Fault
from districting.model.database_address import is_database
from districting.wording import say, text


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@option("--intake", type=click.Path(dir_okay=False), key="proximity.option_intake", envvar="DISTRICTING_INTAKE")
@option("--lines", type=click.Path(dir_okay=False), key="proximity.option_lines", envvar="DISTRICTING_LINES")
@option("--profile", key="cli.option_profile", envvar="DISTRICTING_PROFILE")
@common
def audit(talk: Talk, plan: str, intake: str | None, lines: str | None, profile: str | None) -> None:
    from districting.auditing import audit_plan
    from districting.auditing.intake import with_intake
    from districting.auditing.proximity_lines import read_lines
    from districting.outputs.geopackage import read_plan
    from districting.outputs.summary_audit import audit_summary
    from districting.outputs.summary_balance import audit_lines
    from districting.reading.balance_profile import named_profile

    read = read_plan(plan)
    talk.use_language_of(read.language)
    if intake is not None:
        read = with_intake(read, intake)
    near = None if lines is None else read_lines(Path(lines), read.year)
    found = audit_plan(read, profile=None if profile is None else named_profile(profile), near=near)
    shown = audit_lines if talk.verbose else audit_summary
    talk.plain("\n".join(shown(found.laid_on(read), found.findings, found.school_lines, talk.lang)))
    missed = found.school_lines[found.school_lines["status"] != "met"]
    talk.result({"findings": found.findings.to_dict(orient="records"), "school_lines": missed.to_dict(orient="records")})


@click.command(name="map", cls=WordedCommand)
@click.argument("plan", type=click.Path())
@option("-o", "--output", "target", type=click.Path(dir_okay=False), required=True, key="cli.option_html", envvar="DISTRICTING_OUTPUT")
@option("--audience", type=click.Choice(["internal", "public"]), default="internal", envvar="DISTRICTING_AUDIENCE")
@option("--front", type=click.Path(dir_okay=False), key="charts.option_front", envvar="DISTRICTING_FRONT")
@option("--draws", "spread", type=click.Path(dir_okay=False), key="charts.option_spread", envvar="DISTRICTING_SPREAD")
@option("--values", type=click.Path(dir_okay=False), key="given.option_values", envvar="DISTRICTING_VALUES")
@option("--renderer", type=click.Choice(["compact", "geojson"]), default="compact", envvar="DISTRICTING_RENDERER", key="plain_map.option_renderer")
@option("--review-number", metavar="TEXT", key="pageoptions.option_review_number", envvar="DISTRICTING_REVIEW_NUMBER")
@option("--date", "made_on", metavar="DATE", key="pageoptions.option_made_on", envvar="DISTRICTING_DATE")
@option("--tiles", metavar="URL", default="", key="pageoptions.option_tiles", envvar="DISTRICTING_TILES")
@option("--tiles-datum", type=click.Choice(["wgs84", "gcj02"]), default="wgs84", key="pageoptions.option_tiles_datum", envvar="DISTRICTING_TILES_DATUM")
@option("--tiles-attribution", metavar="TEXT", default="", key="pageoptions.option_tiles_attribution", envvar="DISTRICTING_TILES_ATTRIBUTION")
@common
def map_(talk: Talk, plan: str, target: str, audience: Any, renderer: str, **page_options: Any) -> None:
    from districting.outputs.geopackage import read_plan
    from districting.outputs.map import PageOptions, map_html
    from districting.outputs.map.charts import read_drawn
    from districting.outputs.map.given import read_values
    from districting.outputs.map.plain import plain_html

    if audience == "public" and page_options["values"] is not None:
        raise click.UsageError(say("given.not_public", talk.lang))
    drawn = read_drawn(page_options.pop("front"), page_options.pop("spread"))
    values = page_options.pop("values")
    options = PageOptions(**page_options, drawn=drawn, values=None if values is None else read_values(values))
    options.check()
    read = read_plan(plan)
    talk.use_language_of(read.language)
    plain = renderer == "geojson"
    page = plain_html(read, audience=audience, lang=talk.lang) if plain else map_html(read, audience=audience, lang=talk.lang, options=options)
    _write_page(talk, target, page)


@click.command(cls=WordedCommand)
@click.argument("plan_a", type=click.Path())
@click.argument("plan_b", type=click.Path())
@click.argument("plan_c", type=click.Path(), nargs=-1)
@option("-o", "--output", "target", type=click.Path(dir_okay=False), key="cli.option_html", envvar="DISTRICTING_OUTPUT")
@option("--stage", envvar="DISTRICTING_STAGE", type=click.Choice(["preschool", "primary", "junior", "senior"]), key="cli.option_stage_of_csv")
@common
def compare(talk: Talk, plan_a: str, plan_b: str, plan_c: tuple[str, ...], target: str | None, stage: str | None) -> None:
    from districting.auditing import compare_plans
    from districting.auditing.compare import different_distances
    from districting.outputs.finding_words import comparison_lines
    from districting.outputs.geopackage import read_plan
    from districting.outputs.map.compare import compare_html, refuse_many

    refuse_many(2 + len(plan_c))
    a = read_plan(plan_a)
    talk.use_language_of(a.language)
    files = (plan_b, *plan_c)
    others = [_assignment_as_plan(a, Path(file), stage) if file.lower().endswith(".csv") else read_plan(file) for file in files]
    compared = [compare_plans(a, other) for other in others]
    page = compare_html(a, *others, lang=talk.lang, compared=compared) if target else None
    for k, (other, rows) in enumerate(zip(others, compared, strict=True)):
        if plan_c:
            talk.line("compare.against", a=Path(plan_a).name, letter=say("compare.letters", talk.lang)[k + 1], b=Path(files[k]).name)
        talk.plain("\n".join(comparison_lines(rows, talk.lang)))
        for of, (first, second) in different_distances(a, other).items():
            talk.line("auditing.other_distances", stage=say(f"word.{of}", talk.lang), a=first, b=second)
    outputs = _write_page(talk, target, page, result=False) if target and page is not None else []
    more = [{"plan": file, "comparison": rows.to_dict(orient="records")} for file, rows in zip(plan_c, compared[1:], strict=True)]
    talk.result({"comparison": compared[0].to_dict(orient="records"), **({"more": more} if more else {}), "outputs": outputs})


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@click.argument("file", type=click.Path(dir_okay=False))
@option("--as", "columns", default="block_id,zone_id", envvar="DISTRICTING_AS")
@option("--stage", envvar="DISTRICTING_STAGE", type=click.Choice(["preschool", "primary", "junior", "senior"]))
@common
def export(talk: Talk, plan: str, file: str, columns: str, stage: str | None) -> None:
    from districting.outputs.geopackage import read_plan
    from districting.outputs.tables import TABLE_SUFFIXES, export_assignment

    names = tuple(c.strip() for c in columns.split(","))
    to_database = is_database(file)
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        raise click.BadParameter(say("cli.needs_two_headers", talk.lang, given=columns), click.get_current_context(), param_hint="--as")
    if not to_database:
        refuse_suffix(talk, file, TABLE_SUFFIXES)
    read = read_plan(plan)
    talk.use_language_of(read.language)
    if to_database:
        _export_to_database(talk, read, file, (names[0], names[1]), stage)
        return
    _refuse_existing(talk, file)
    if talk.dry_run:
        talk.line("cli.dry_run", outputs=[file])
        talk.result({"status": "dry_run", "outputs": [file]})
        return
    export_assignment(read, file, columns=(names[0], names[1]), stage=stage)
    talk.line("cli.written", outputs=[file])
    talk.result({"status": "written", "outputs": [file]})


def _export_to_database(talk: Talk, plan: Any, url: str, columns: tuple[str, str], stage: str | None) -> None:
    """``/schema``: every table of the plan; ``/schema.table``: the assignment under two headers."""
    from districting.outputs.database import write_tables
    from districting.outputs.geopackage import plan_frames
    from districting.outputs.tables import assignment_frame
    from districting.reading.database import database_address

    address = database_address(url, needs_table=False)
    tables = {address.table: assignment_frame(plan, columns, stage)} if address.table else plan_frames(plan)
    outputs = write_tables(address, tables, overwrite=talk.overwrite, dry_run=talk.dry_run)
    if address.table:
        talk.line("cli.dry_run" if talk.dry_run else "cli.written", outputs=outputs)
    else:
        talk.line("database.tables_dry_run" if talk.dry_run else "database.tables_written", count=len(outputs), schema=address.of())
    talk.result({"status": "dry_run" if talk.dry_run else "written", "outputs": outputs})


def _assignment_as_plan(plan: Any, path: Path, stage: str | None) -> Any:
    """A table (block, school; a column of stages where it is for several) as a plan over the same blocks."""
    from districting.planning import plan_from_assignment
    from districting.reading.assignment import read_assignment_tables

    tables = read_assignment_tables(path)  # a missing file is said before a stage is asked for
    named = {s: t for s, t in tables.items() if s and stage in (None, s)}
    if "" not in tables:
        if not set(named) & set(plan.zoned_stages):
            raise DataError(
                Fault(
                    text("reading.other_stages", stages=list(tables), wanted=[stage] if stage else list(plan.zoned_stages)),
                    text("edit.stage_remedy"),
                    file=path.name,
                    column="stage",
                )
            )
        made = plan
        for one, of_stage in named.items():
            made = plan_from_assignment(made, of_stage, one) if one in plan.zoned_stages else made
        return made
    table = tables[""]
    if stage is None and len(plan.zoned_stages) != 1:
        raise click.UsageError(say("cli.needs_stage", plan.language, stages=list(plan.zoned_stages)))
    return plan_from_assignment(plan, table, stage or plan.zoned_stages[0])


def _write_page(talk: Talk, target: str, page: str, *, result: bool = True) -> list[str]:
    from districting.outputs.atomic import write_text

    _refuse_existing(talk, target)
    if talk.dry_run:
        talk.line("cli.dry_run", outputs=[target])
    else:
        write_text(page, Path(target))
        talk.line("cli.written", outputs=[target])
    if result:
        talk.result({"status": "dry_run" if talk.dry_run else "written", "outputs": [target]})
    return [target]


def _refuse_existing(talk: Talk, target: str) -> None:
    if Path(target).exists() and not talk.overwrite:
        raise click.UsageError(say("cli.exists", talk.lang, paths=[target]))
