"""``explain``: why a block goes to its school, which school an address has, and what every rule of a plan costs."""

from __future__ import annotations

from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.worded import WordedCommand, option
from districting.model.stages import STAGES
from districting.wording import say


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@option("--block", metavar="BLOCK_ID", key="cli.option_block", envvar="DISTRICTING_BLOCK")
@option("--to", "target", metavar="SCHOOL_ID", key="cli.option_to", envvar="DISTRICTING_TO")
@option("--address", metavar="TEXT", key="cli.option_address")
@option("--rules", is_flag=True, key="cli.option_rules", envvar="DISTRICTING_RULES")
@option("--stage", type=click.Choice(list(STAGES)), key="cli.option_stages", envvar="DISTRICTING_STAGE")
@common
def explain(talk: Talk, plan: str, block: str | None, target: str | None, address: str | None, rules: bool, stage: str | None) -> None:
    from districting.outputs.geopackage import read_plan

    if (block is not None) + rules + (address is not None) != 1:
        raise click.UsageError(say("cli.block_or_rules", talk.lang))
    if block is None and target is not None:
        raise click.UsageError(say("cli.to_without_block", talk.lang))
    read = read_plan(plan)
    talk.use_language_of(read.language)
    stages = _stages(read, stage, target)
    if address is not None:
        _address(talk, read, address, stages)
    elif rules:
        _rules(talk, read, stages)
    else:
        assert block is not None
        _block(talk, read, block, stages, target)


def _block(talk: Talk, plan: Any, block: str, stages: tuple[str, ...], target: str | None) -> None:
    from districting.outputs.explained import block_lines
    from districting.planning.explaining import explain_block
    from districting.planning.if_moved import MoveOptions

    options = MoveOptions(solve=_solve(talk), seed=_seed(talk, plan))
    told = [explain_block(plan, block.strip(), stage, to=target, options=options) for stage in stages]
    talk.plain("\n\n".join("\n".join(block_lines(one, talk.lang)) for one in told))
    talk.result({"block_id": block.strip(), "stages": [one.as_json(talk.lang) for one in told], "seconds": talk.seconds})


def _address(talk: Talk, plan: Any, address: str, stages: tuple[str, ...]) -> None:
    from districting.outputs.addressed import address_json, address_lines
    from districting.planning.addresses import explain_address

    found = explain_address(plan, address, stages)
    talk.plain("\n".join(address_lines(found, talk.lang)))
    talk.result({**address_json(found), "seconds": talk.seconds})


def _rules(talk: Talk, plan: Any, stages: tuple[str, ...]) -> None:
    from districting.outputs.explained import rule_lines
    from districting.planning.rule_prices import rule_prices

    found = [rule_prices(plan, stage, solve=_solve(talk), seed=_seed(talk, plan)) for stage in stages]
    talk.plain("\n\n".join("\n".join(rule_lines(one, talk.lang)) for one in found))
    talk.result({"stages": [one.as_json() for one in found], "unit": "pupil-km", "seconds": talk.seconds})


def _stages(plan: Any, stage: str | None, target: str | None) -> tuple[str, ...]:
    """The stage named, or every zoned one (in which the school asked about has a zone)."""
    from districting.errors import DataError, Fault
    from districting.wording import text

    zoned: tuple[str, ...] = plan.zoned_stages
    if not zoned:
        raise DataError(Fault(text("outputs.no_zones"), text("outputs.no_zones_remedy")))
    if stage is not None:
        if stage not in zoned:
            raise DataError(Fault(text("outputs.stage_unzoned", stage=stage, stages=list(zoned)), text("outputs.stage_remedy"), column="stage"))
        return (stage,)
    if target is None:
        return zoned
    ids = {target, *plan.schools.loc[plan.schools["name"] == target, "school_id"]}
    here = plan.zone_schools[plan.zone_schools["school_id"].isin(ids)]["stage"]
    return tuple(s for s in zoned if s in set(here)) or zoned[:1]


def _solve(talk: Talk) -> Any:
    from districting.model.settings import SolveSettings

    over = talk.overrides
    return SolveSettings(gap=over["solve.gap"] or 0.0, steps=over["solve.steps"], time_limit_s=over["solve.time_limit_s"])


def _seed(talk: Talk, plan: Any) -> int:
    seed = talk.overrides["project.seed"]
    return int(plan.recorded("run", "seed") or 0) if seed is None else int(seed)
