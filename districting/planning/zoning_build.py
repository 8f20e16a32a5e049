"""From City to zoning problems: one problem per county, with the positions needed to go back to ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.errors import Conflict, DataError, Fault, Gathered, InfeasibleError
from districting.model.county_words import county_words
from districting.model.goals import Goal
from districting.model.rules import RULES, Rule
from districting.model.settings import InputSpec, ZoningSettings
from districting.model.stages import STAGES, Stage
from districting.model.zoning_problem import ZoningProblem
from districting.model.zoning_values import zoning_faults
from districting.planning.block_graph import BlockGraph
from districting.planning.given import named_column
from districting.planning.offers import Offers, offers, points_xy
from districting.planning.travel import Ask, Travel, travel_of
from districting.planning.zoning_goals import Size, goals_of, uses_border
from districting.planning.zoning_part import Part
from districting.planning.zoning_rules import NEED_DISTANCE, parted_neighbours, rules_of, today_faults
from districting.planning.zoning_stage import county_of_block, home_blocks, positions_today, pupils_of, seats_of, zones_of
from districting.reading.city import City
from districting.wording import text

ZONE_PREFIX = {"preschool": "K", "primary": "P", "junior": "J", "senior": "S"}


@dataclass(frozen=True, eq=False)
class StageProblem:
    """One stage of the whole city. ``parts``: (county, block positions, zone positions, problem).

    ``zone_home`` (zones,) block of the first school of each zone; ``home`` (offers,) block of each school; ``travel`` how far it is.
    """

    stage: str
    settings: ZoningSettings
    offers: Offers
    demand: NDArray[np.float64]
    seats: NDArray[np.float64]
    home: NDArray[np.int64]
    zone_of_offer: NDArray[np.int64]
    zone_ids: tuple[str, ...]
    travel: Travel
    parts: tuple[tuple[str, NDArray[np.int64], NDArray[np.int64], ZoningProblem], ...]
    pieces: tuple[Part, ...] = ()


def build_stage(city: City, graph: BlockGraph, stage: Stage, zones_below: Mapping[str, NDArray[np.int64]] | None = None) -> StageProblem:
    """The zoning problems of one stage. ``zones_below``: zone of every block (n,) in the stages that are zoned already.

    Raises
    ------
    DataError : a demand or seat column is missing, no school or no block, a goal or rule without what it needs
    InfeasibleError : two schools stand in one block and sharing is off, or a county has pupils but no school
    """
    settings = city.settings.zoning[stage]
    _refuse_settings(stage, settings)
    chosen = offers(city, (stage,), private=settings.private, boarding=settings.boarding, homed=True)
    demand = pupils_of(city, stage, settings)
    seats = seats_of(chosen, stage, settings)
    home = home_blocks(city, graph, chosen)
    zone_of_offer, zone_home = zones_of(chosen, home, stage, settings)
    zone_ids = tuple(_zone_id(stage, chosen.taken["school_id"][zone_of_offer == z].iloc[0]) for z in range(len(zone_home)))
    today = positions_today(city, stage, chosen)
    below = _unit_below(stage, settings, zones_below or {})
    faults = place_faults(stage, settings, graph, chosen)
    travel = travel_of_stage(city, graph, chosen, stage, home, today) if not faults else Travel(graph.xy, points_xy(chosen.taken))
    whole = _Stage(city, graph, stage, settings, chosen, demand, seats, home, zone_of_offer, zone_home, today, below, travel)
    parts = [_part(whole, code) for code in sorted(set(county_of_block(city, settings).tolist()))]
    known = all((part.today >= 0).any() for part in parts)
    faults = today_faults(stage, settings.rules, stability=settings.objective.stability > 0, known=known) + faults
    if faults:
        raise DataError(faults)
    made: list[tuple[str, NDArray[np.int64], NDArray[np.int64], ZoningProblem]] = []
    gathered = Gathered()
    for part in parts:
        with gathered:
            made.append((part.county, part.blocks, part.zones, _problem(whole, part)))
    gathered.refuse()
    return StageProblem(stage, settings, chosen, demand, seats, home, zone_of_offer, zone_ids, travel, tuple(made), tuple(parts))


@dataclass(frozen=True, eq=False)
class _Stage:
    city: City
    graph: BlockGraph
    stage: str
    settings: ZoningSettings
    offers: Offers
    demand: NDArray[np.float64]
    seats: NDArray[np.float64]
    home: NDArray[np.int64]
    zone_of_offer: NDArray[np.int64]
    zone_home: NDArray[np.int64]
    today: NDArray[np.int64]
    below: NDArray[np.int64]
    travel: Travel


def travel_of_stage(city: City, graph: BlockGraph, chosen: Offers, stage: Stage, home: NDArray[np.int64], today: NDArray[np.int64]) -> Travel:
    """The distances that the settings ask for; straight lines where no goal or rule asks how far it is."""
    settings = city.settings.zoning[stage]
    distance = settings.distance if needs_distance(settings) else "straight"
    return travel_of(city, graph, chosen, Ask(stage, distance, home, today, county_of_block(city, settings), _settled(city, chosen, stage)))


def _settled(city: City, chosen: Offers, stage: Stage) -> NDArray[np.int64]:
    """(p, 2) block and offer of the locks and the address exceptions of the stage."""
    exceptions = city.exceptions[city.exceptions["stage"] == stage]
    tables = [exceptions, *(city.rule_tables[key] for key in (f"zoning.{stage}.rules.locked",) if key in city.rule_tables)]
    blocks, schools = pd.Index(city.blocks["block_id"]), pd.Index(chosen.taken["school_id"])
    pairs = [np.column_stack([blocks.get_indexer(t["block_id"]), schools.get_indexer(t["school_id"])]) for t in tables if len(t)]
    found = np.concatenate(pairs) if pairs else np.empty((0, 2))
    return found[(found >= 0).all(axis=1)].astype(np.int64)


def _part(whole: _Stage, county: str) -> Part:
    """The county's blocks and schools. Where schools share zones by a column they stand in the problem one by one, else zone by zone."""
    county_at = county_of_block(whole.city, whole.settings)
    blocks = np.flatnonzero(county_at == county)
    place = np.full(len(county_at), -1, dtype=np.int64)
    place[blocks] = np.arange(len(blocks))
    zones = np.flatnonzero(county_at[whole.zone_home] == county)
    rank = np.full(len(whole.zone_home), -1, dtype=np.int64)
    rank[zones] = np.arange(len(zones))
    zone_of_offer = rank[whole.zone_of_offer]
    school = zone_of_offer
    if whole.settings.rules.shared_zones is not None:
        school = np.full(len(zone_of_offer), -1, dtype=np.int64)
        school[zone_of_offer >= 0] = np.arange(int((zone_of_offer >= 0).sum()))
    here = np.flatnonzero(school >= 0)
    count = int(school.max(initial=-1)) + 1
    if not count:
        pupils = float(whole.demand[blocks].sum())
        said = text("planning.no_school", county=county_words(county), stage=text(f"word.{whole.stage}"), pupils=pupils)
        raise InfeasibleError([Conflict("seats", pupils, "seat", said)], [text("planning.let_cross_county")])
    first = np.unique(school[here], return_index=True)[1]
    today = whole.today[blocks]
    return Part(
        city=whole.city,
        graph=whole.graph,
        stage=whole.stage,
        county=county,
        settings=whole.settings,
        blocks=blocks,
        place_of_block=place,
        zones=zones,
        school_of_offer=school,
        zone_of_school=zone_of_offer[here[first]],
        home=place[whole.home[here[first]]],
        demand=whole.demand[blocks],
        capacity=np.bincount(school[here], whole.seats[here], count).astype(np.float64),
        today=np.where(today >= 0, school[today], -1),
        offers=whole.offers.taken,
        unit_below=whole.below,
    )


def _problem(whole: _Stage, part: Part) -> ZoningProblem:
    graph, settings = part.graph, part.settings
    size = Size(float(whole.demand.sum()), len(whole.zone_home), float(part.demand.sum()))
    goals = goals_of(settings.objective, size)
    rules: tuple[Rule, ...] = ()
    gathered = Gathered()
    with gathered:
        rules = rules_of(part)
    edges, inside = part.edges_inside(graph.edges if parted_neighbours(part) else graph.open_edges)
    fields: dict[str, Any] = dict(_where(whole, part))
    if uses_border(settings.objective):
        with gathered:
            fields |= _borders(part, inside)
    if settings.objective.mix > 0:
        with gathered:
            fields["group_counts"] = _group_counts(part)
    gathered.refuse()
    if (part.today >= 0).any() or any(goal.name == "stability" for goal in goals) or rules:
        fields["today"] = part.today
    return _checked(part, edges, goals, rules, fields)


def _checked(part: Part, edges: NDArray[np.int64], goals: tuple[Goal, ...], rules: tuple[Rule, ...], fields: Mapping[str, Any]) -> ZoningProblem:
    """The problem; its faults name the keys of the config."""
    try:
        return ZoningProblem(
            demand=part.demand,
            capacity=part.capacity,
            edges=edges,
            home_block=part.home,
            objectives=goals,
            rules=rules,
            contiguous=part.settings.rules.contiguous,
            keep_home=part.settings.rules.home_block,
            **fields,
        )
    except DataError as error:
        place = {**{r: part.key(r) for r in RULES}, **{g.name: f"zoning.{part.stage}.objective.{g.name}" for g in goals}}
        raise DataError(
            Fault(f.problem, f.remedy, f.file, f.sheet, f.row, place.get(f.column, f.column or f"zoning.{part.stage}"), f.severity) for f in error.faults
        ) from None


def _where(whole: _Stage, part: Part) -> dict[str, Any]:
    """Coordinates, or a table of distances to zones of several schools; nothing where no goal or rule asks how far it is and no table is given."""
    if not needs_distance(part.settings):
        return {}
    if whole.travel.table is not None:
        return {"distance_m": whole.travel.inside(part.blocks, part.school_of_offer, part.school_count)}
    xy, school_xy = part.graph.xy[part.blocks], whole.travel.school_xy
    here = np.flatnonzero(part.school_of_offer >= 0)
    if len(here) > part.school_count:
        table = np.full((len(xy), part.school_count), np.inf)
        for s in here:
            column = part.school_of_offer[s]
            table[:, column] = np.minimum(table[:, column], np.hypot(*(xy - school_xy[s]).T))
        return {"distance_m": table}
    order = here[np.argsort(part.school_of_offer[here])]
    return {"xy": xy, "school_xy": school_xy[order]}


def needs_distance(settings: ZoningSettings) -> bool:
    """Whether any goal or rule asks how far it is, or a table given says which pairs are allowed."""
    return (
        isinstance(settings.distance, InputSpec) or settings.objective.distance > 0 or any(getattr(settings.rules, name) is not None for name in NEED_DISTANCE)
    )


def _borders(part: Part, inside: NDArray[np.bool_]) -> dict[str, Any]:
    """Areas, perimeters and shared borders of the part."""
    graph, objective = part.graph, part.settings.objective
    found: dict[str, Any] = {"shared_border_m": graph.shared_m[inside]}
    place = f"zoning.{part.stage}.objective"
    faults = []
    if np.isnan(found["shared_border_m"]).any():
        key = "compactness" if objective.compactness > 0 else "border"
        faults.append(Fault(text("planning.no_shared"), text("planning.give_shared"), column=f"{place}.{key}"))
    if objective.compactness > 0:
        found |= {"area_m2": graph.area_m2[part.blocks], "perimeter_m": graph.perimeter_m[part.blocks]}
        for name in ("area_m2", "perimeter_m"):
            lost = part.blocks[np.isnan(found[name])]
            if len(lost):
                ids = part.city.blocks["block_id"].to_numpy(dtype=object)[lost[:5]].tolist()
                faults.append(
                    Fault(
                        text("planning.no_measure", column=name, count=len(lost), blocks=ids),
                        text("planning.give_measure", column=name),
                        column=f"{place}.compactness",
                    )
                )
    if faults:
        raise DataError(faults)
    return found


def _group_counts(part: Part) -> NDArray[np.float64]:
    key = f"zoning.{part.stage}.objective.groups"
    columns, gathered = [], Gathered()
    for name in part.settings.objective.groups:
        with gathered:
            columns.append(named_column(part.city.blocks, name, key).to_numpy(dtype=np.float64))
    gathered.refuse()
    return np.column_stack(columns)[part.blocks]


def _refuse_settings(stage: str, settings: ZoningSettings) -> None:
    faults = zoning_faults(stage, settings)
    if faults:
        raise DataError(faults)


def place_faults(stage: str, settings: ZoningSettings, graph: BlockGraph, chosen: Offers) -> list[Fault]:
    """Goals and rules that ask how far it is, where blocks or schools have no place and no table says it."""
    if isinstance(settings.distance, InputSpec) or (graph.located and np.isfinite(points_xy(chosen.taken)).all()):
        return []
    keys = (["objective.distance"] if settings.objective.distance > 0 else []) + [f"rules.{n}" for n in NEED_DISTANCE if getattr(settings.rules, n) is not None]
    return [Fault(text("planning.no_places"), text("planning.give_places"), column=f"zoning.{stage}.{key}") for key in keys]


def _unit_below(stage: str, settings: ZoningSettings, zones_below: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Zone of every block in the lower stage whose zones stay whole."""
    unit = settings.rules.whole_units
    if unit not in STAGES:
        return np.empty(0, dtype=np.int64)
    if unit not in zones_below:
        given = text(f"word.{unit}")
        raise DataError(Fault(text("planning.not_zoned_below", unit=given), text("planning.zone_below", unit=unit), column=f"zoning.{stage}.rules.whole_units"))
    return zones_below[unit]


def _zone_id(stage: str, school_id: str) -> str:
    return f"{ZONE_PREFIX[stage]}-{school_id}"
