"""``edit``: moves of blocks, from the map page or a table, laid on a plan."""

from __future__ import annotations

from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.variants import refuse_existing
from districting.cli.worded import WordedCommand, option
from districting.model.stages import STAGES


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@click.argument("moves", type=click.Path())
@option("--stage", type=click.Choice(list(STAGES)), key="edit.option_stage", envvar="DISTRICTING_STAGE")
@option("--allow-broken", is_flag=True, key="edit.option_allow_broken", envvar="DISTRICTING_ALLOW_BROKEN")
@option("-o", "--output", "target", type=click.Path(dir_okay=False), required=True, key="cli.option_plan", envvar="DISTRICTING_OUTPUT")
@common
def edit(talk: Talk, plan: str, moves: str, stage: str | None, allow_broken: bool, target: str) -> None:
    from districting.auditing import audit_plan
    from districting.outputs.edited import edited_json, edited_lines
    from districting.outputs.geopackage import read_plan, write_plan
    from districting.planning.editing import apply_moves
    from districting.planning.yearly import base_of, with_base
    from districting.reading.moves import read_moves

    given = read_moves(moves)
    read = read_plan(plan)
    talk.use_language_of(read.language)
    refuse_existing(talk, target)
    found = apply_moves(read, given, stage)
    talk.plain("\n".join(edited_lines(found, talk.lang)))
    written = (found.lawful or allow_broken) and not talk.dry_run
    if written:
        after = with_base(found.plan, base_of(read, plan))
        write_plan(audit_plan(after).laid_on(after), target)
    _end(talk, found, edited_json(found, talk.lang), target, refused=not found.lawful and not allow_broken)


def _end(talk: Talk, found: Any, tree: dict[str, Any], target: str, *, refused: bool) -> None:
    """What became of the plan, and exit code 3 where it is not written because of its rules."""
    if refused:
        talk.line("edit.refused", count=sum(len(s.worse) for s in (*found.stages, *found.groupings)))
    else:
        talk.line("cli.dry_run" if talk.dry_run else "cli.written", outputs=[target])
    status = "feasible" if found.lawful else "infeasible"
    talk.result({"status": status, **tree, "outputs": [] if refused or talk.dry_run else [target], "seconds": talk.seconds})
    if refused:
        raise SystemExit(3)
