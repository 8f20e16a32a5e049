"""``enrol choice``: what families would get under each engine in zones of several schools."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from districting.cli.common import Talk, common
from districting.cli.worded import FiniteRange, WordedCommand, option
from districting.model.stages import STAGES
from districting.wording import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from districting.enrolling.choice import ChoiceRules
    from districting.enrolling.choice.equalised import Equalised
    from districting.enrolment.choice.strategic import GainBeforeDraw
    from districting.model.choice_problem import ChoiceResult, ChoiceTown, Tastes

ENGINES = ("preference_first", "preference_then_priority_then_number", "number_first", "deferred_acceptance", "deferred_acceptance_schools")


@click.command(cls=WordedCommand)
@click.argument("source", type=click.Path())
@option("--stage", type=click.Choice(list(STAGES)), key="choice.option_stage", envvar="DISTRICTING_STAGE")
@option("--wishes", type=click.Path(), key="choice.option_wishes", envvar="DISTRICTING_WISHES")
@option("--before", type=click.Path(), key="choice.option_before", envvar="DISTRICTING_BEFORE")
@option("--against", type=click.Path(), key="choice.option_against", envvar="DISTRICTING_AGAINST")
@option("--equalise", type=FiniteRange(min=0, min_open=True), metavar="METRES", key="choice.option_equalise", envvar="DISTRICTING_EQUALISE")
@option("--engine", "engines", multiple=True, type=click.Choice(ENGINES), key="choice.option_engine", envvar="DISTRICTING_ENGINE")
@option("--draws", type=click.IntRange(min=1), default=100, key="choice.option_draws", envvar="DISTRICTING_DRAWS")
@option("--quality-weight", type=FiniteRange(min=0), default=0.1, key="choice.option_quality_weight", envvar="DISTRICTING_QUALITY_WEIGHT")
@option("--distance-weight", type=FiniteRange(min=0), key="choice.option_distance_weight", envvar="DISTRICTING_DISTANCE_WEIGHT")
@option("--noise", type=FiniteRange(min=0), default=1.0, key="choice.option_noise", envvar="DISTRICTING_NOISE")
@option("--most-wishes", type=click.IntRange(min=0), default=0, key="choice.option_most_wishes", envvar="DISTRICTING_MOST_WISHES")
@option("--priority", type=click.Choice(["none", "today", "near"]), default="none", key="choice.option_priority", envvar="DISTRICTING_PRIORITY")
@option("--near-m", type=FiniteRange(min=0), default=1000.0, key="choice.option_near_m", envvar="DISTRICTING_NEAR_M")
@option("--within-m", type=FiniteRange(min=0), key="choice.option_within_m", envvar="DISTRICTING_WITHIN_M")
@option("--strategic", type=click.IntRange(min=1), key="choice.option_strategic", envvar="DISTRICTING_STRATEGIC")
@option("-o", "--output", "target", type=click.Path(dir_okay=False), key="choice.option_output", envvar="DISTRICTING_OUTPUT")
@option("--blocks", type=click.Path(dir_okay=False), key="choice.option_blocks", envvar="DISTRICTING_BLOCKS")
@common
def choice(talk: Talk, source: str, **given: Any) -> None:
    from districting.enrolling.choice import refuse_unknown
    from districting.enrolment.choice import simulate_choice
    from districting.outputs.choice import blocks_text, choice_json, choice_lines, engines_text, gain_lines, meaning_lines
    from districting.outputs.lottery import write_together

    talk.source = source
    targets = [given[name] for name in ("target", "blocks") if given[name]]
    _refuse_targets(talk, targets)
    town, stage = _town(talk, source, given)
    tastes = _tastes(source, given)
    refuse_unknown(town, tastes)
    seed = int(talk.overrides["project.seed"] or 0)
    engines = list(dict.fromkeys(given["engines"])) or list(ENGINES)
    found = simulate_choice(town, tastes, engines=engines, draws=given["draws"], seed=seed)
    gains = _gains(town, tastes, engines, given, seed)
    other = _other(talk, given, stage, town, tastes, engines, seed)
    changed = [] if other is None else _changes(talk, other, found, town)
    talk.plain("\n".join([*choice_lines(found, talk.lang), *meaning_lines(talk.lang), *changed, *gain_lines(gains, talk.lang)]))
    contents = {}
    if given["target"]:
        contents[given["target"]] = engines_text(found, talk.lang)
    if given["blocks"]:
        contents[given["blocks"]] = blocks_text(found, town, *((other.found, other.at) if other else ()))
    if contents and not talk.dry_run:
        write_together(contents)
    if contents:
        talk.line("cli.dry_run" if talk.dry_run else "cli.written", outputs=targets)
    model = None if town.stated is not None else {name: getattr(tastes, name) for name in ("quality_weight", "distance_weight", "noise", "most_wishes")}
    head = {"status": "dry_run" if talk.dry_run else "simulated", "stage": stage, "tastes": model, "priority": given["priority"]}
    talk.result(
        {**head, **choice_json(found), "gain_before_draw": [asdict(g) for g in gains], **_told(other, found, town), "outputs": targets, "seconds": talk.seconds}
    )


choice.wording = "enrol_choice"  # type: ignore[attr-defined]


@dataclass
class _Other:
    """Another zoning: its name, its result, and (b,) where the blocks of this plan stand in it."""

    name: str
    found: ChoiceResult
    at: NDArray[np.int64]
    swapped: Equalised | None = None


def _other(talk: Talk, given: dict[str, Any], stage: str, town: ChoiceTown, tastes: Tastes, engines: list[str], seed: int) -> _Other | None:
    """Simulate another plan, or this one with other sets of schools, in the same way."""
    import pandas as pd

    from districting.enrolling.choice import refuse_other_blocks, refuse_unknown, town_of_plan
    from districting.enrolment.choice import simulate_choice
    from districting.outputs.geopackage import read_plan

    swapped = given.pop("swapped", None)
    if given["against"] is None and swapped is None:
        return None
    plan = swapped.plan if swapped is not None else read_plan(given["against"])
    theirs = town_of_plan(plan, stage, _rules(given))
    at = pd.Index(theirs.block_ids).get_indexer(pd.Index(town.block_ids))
    refuse_other_blocks(at)
    refuse_unknown(theirs, tastes)
    name = say("choice.equalised_name", talk.lang) if swapped is not None else plan.name
    return _Other(name, simulate_choice(theirs, tastes, engines=engines, draws=given["draws"], seed=seed), at, swapped)


def _changes(talk: Talk, other: _Other, found: ChoiceResult, town: ChoiceTown) -> list[str]:
    from districting.enrolment.choice import access_changes
    from districting.outputs.choice import change_lines, equalised_lines

    if other.swapped is None:
        return change_lines(access_changes(other.found, found, other.at, town.pupils), talk.lang, other.name)
    changes = access_changes(found, other.found, other.at, town.pupils)  # the blocks are the same, in the same order: this plan is the one before
    return [*equalised_lines(other.swapped, talk.lang), *change_lines(changes, talk.lang, other.name, after=True)]


def _told(other: _Other | None, found: ChoiceResult, town: ChoiceTown) -> dict[str, Any]:
    from districting.enrolment.choice import access_changes
    from districting.outputs.choice import changes_json, choice_json, equalised_json

    if other is None:
        return {}
    if other.swapped is not None:
        changes = access_changes(found, other.found, other.at, town.pupils)
        return {"equalised": {**equalised_json(other.swapped), **choice_json(other.found), "changes": changes_json(changes)}}
    changes = access_changes(other.found, found, other.at, town.pupils)
    return {"against": {"name": other.name, **choice_json(other.found), "changes": changes_json(changes)}}


def _gains(town: ChoiceTown, tastes: Tastes, engines: list[str], given: dict[str, Any], seed: int) -> list[GainBeforeDraw]:
    from districting.enrolment.choice import gain_before_draw

    size, draws = given["strategic"], max(given["draws"], 4)
    return [] if size is None else [gain_before_draw(town, tastes, engine=engine, sample=size, draws=draws, seed=seed) for engine in engines]


def _tastes(source: str, given: dict[str, Any]) -> Tastes:
    """A table of zones knows no distances: there they count for nothing unless asked for."""
    from districting.model.choice_problem import Tastes

    distance = given["distance_weight"]
    if distance is None:
        distance = 1.0 if _is_plan(source) else 0.0
    return Tastes(given["quality_weight"], distance, given["noise"], given["most_wishes"])


def _is_plan(source: str) -> bool:
    return Path(source).suffix.lower() == ".gpkg"


def _town(talk: Talk, source: str, given: dict[str, Any]) -> tuple[ChoiceTown, str]:
    from districting.enrolling.choice import equalised, town_of_plan, town_of_table, with_wishes

    if given["wishes"] is not None and (given["against"] is not None or given["equalise"] is not None):
        raise click.UsageError(say("choice.against_wishes", talk.lang))
    if given["against"] is not None and given["equalise"] is not None:
        raise click.UsageError(say("choice.one_other", talk.lang))
    if Path(source).suffix.lower() == ".toml":
        return _town_of_rules(talk, source, given)
    if not _is_plan(source):
        idle = [flag for flag, on in _OF_PLANS.items() if given[flag] not in on]
        if idle:
            raise click.UsageError(say("choice.needs_plan", talk.lang, flags=[f"--{flag.replace('_', '-')}" for flag in idle]))
        town = town_of_table(source)
        return (town if given["wishes"] is None else with_wishes(town, given["wishes"])), ""
    from districting.outputs.geopackage import read_plan

    plan = read_plan(source)
    talk.use_language_of(plan.language)
    stage = given["stage"] or _shared_stage(plan)
    single = None if given["before"] is None else read_plan(given["before"])
    town = town_of_plan(plan, stage, _rules(given), single=single)
    if given["equalise"] is not None:
        limit = talk.overrides["solve.time_limit_s"]
        given["swapped"] = equalised(plan, stage, given["equalise"], time_limit_s=60.0 if limit is None else limit)
    return (town if given["wishes"] is None else with_wishes(town, given["wishes"])), stage


def _rules(given: dict[str, Any]) -> ChoiceRules:
    from districting.enrolling.choice import ChoiceRules

    return ChoiceRules(given["priority"], given["near_m"], float("inf") if given["within_m"] is None else given["within_m"])


def _town_of_rules(talk: Talk, source: str, given: dict[str, Any]) -> tuple[ChoiceTown, str]:
    from districting.enrolling.choice import town_of_rules

    idle = [flag for flag, on in {**_OF_PLANS, "wishes": (None,)}.items() if given[flag] not in on]
    if idle:
        raise click.UsageError(say("choice.rules_idle", talk.lang, flags=[f"--{flag.replace('_', '-')}" for flag in idle]))
    town, remarks, rules = town_of_rules(source)
    talk.use_language_of(rules.language)
    for remark in remarks:
        talk.plain(f"{say('cli.note', talk.lang)} {remark.say(talk.lang)}")
    return town, rules.stage


_OF_PLANS = {"stage": (None,), "before": (None,), "against": (None,), "equalise": (None,), "priority": ("none",), "near_m": (1000.0,), "within_m": (None,)}
"""Options that only a plan has something for, and their values when they are not given."""


def _shared_stage(plan: Any) -> str:
    """The stage whose zones hold several schools; without one, the first zoned."""
    from districting.errors import DataError, Fault
    from districting.wording import text

    if not plan.zoned_stages:
        raise DataError(Fault(text("outputs.no_zones"), text("outputs.no_zones_remedy")))
    rows = plan.zone_schools
    shared = [s for s in plan.zoned_stages if rows.loc[rows["stage"] == s, "zone_id"].duplicated().any()]
    if not shared:
        raise DataError(Fault(text("choice.none_shared"), text("choice.none_shared_remedy"), column="zone_schools"))
    return str(shared[0])


def _refuse_targets(talk: Talk, targets: list[str]) -> None:
    if len({str(Path(t).resolve()) for t in targets}) < len(targets):
        raise click.UsageError(say("enrolment.same_file", talk.lang))
    existing = [t for t in targets if Path(t).exists()]
    if existing and not talk.overwrite:
        raise click.UsageError(say("cli.exists", talk.lang, paths=existing))
