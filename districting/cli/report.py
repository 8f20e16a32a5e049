"""``report``: the documents of a finished plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.worded import WordedCommand, option
from districting.wording import say


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@option("-o", "--output", "target", type=click.Path(file_okay=False), required=True, key="report.option_output", envvar="DISTRICTING_OUTPUT")
@option(
    "--audience", type=click.Choice(["public", "internal"]), default="public", show_default=True, key="report.option_audience", envvar="DISTRICTING_AUDIENCE"
)
@option("--map-number", default="", key="report.option_map_number", envvar="DISTRICTING_MAP_NUMBER")
@option("--shp-gbk", is_flag=True, key="report.option_shp_gbk", envvar="DISTRICTING_SHP_GBK")
@common
def report(talk: Talk, plan: str, target: str, audience: Any, map_number: str, shp_gbk: bool) -> None:
    from districting.outputs.geopackage import read_plan
    from districting.outputs.report import make_report, planned_files, standing, write_report
    from districting.outputs.report.cover import cover_rows
    from districting.outputs.report.fonts import PACKAGE, SMALL_PACKAGE, holds_chinese

    read = read_plan(plan)
    talk.use_language_of(read.language)
    made = make_report(read, audience, talk.lang, map_number)
    names = planned_files(made, shp_gbk=shp_gbk)
    existing = standing(target, names)
    if existing and not talk.overwrite:
        raise click.UsageError(say("cli.exists", talk.lang, paths=[str(p) for p in existing[:3]]))
    if not holds_chinese():
        click.echo(say("report.no_font", talk.lang, package=PACKAGE, small=SMALL_PACKAGE), err=True)
    outputs = [str(Path(target) / n) for n in names] if talk.dry_run else [str(p) for p in write_report(made, target, shp_gbk=shp_gbk)]
    rows = cover_rows(made)
    for row in rows:
        if row["missing"]:
            talk.line("report.line_missing", number=row["number"], title=row["title"], why=row["missing"])
        else:
            talk.line("report.line_made", title=row["title"], files=row["files"])
    if talk.dry_run:
        talk.line("cli.dry_run", outputs=outputs)
    else:
        talk.line("report.written", count=len(outputs), folder=target)
    talk.result({"status": "dry_run" if talk.dry_run else "written", "audience": audience, "documents": rows, "outputs": outputs, "seconds": talk.seconds})
