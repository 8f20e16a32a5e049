"""What is wrong with the ways on foot of the stages that are zoned by them, found as :func:`districting.planning.zoning_build.build_stage` finds it, but nothing is zoned."""

from __future__ import annotations

import dataclasses

from districting.errors import DataError, Fault
from districting.model.stages import STAGES, Stage
from districting.planning.block_graph import BlockGraph, block_graph
from districting.planning.offers import offers
from districting.planning.zoning_build import needs_distance, place_faults, travel_of_stage
from districting.planning.zoning_stage import home_blocks, positions_today
from districting.reading.city import City


def walk_faults(city: City) -> tuple[Fault, ...]:
    """Errors and notes of the walking distances of every stage with ``distance = "walk"``, each once; none where no stage asks for them."""
    zoned = city.settings.zoning
    stages: list[Stage] = [s for s in STAGES if s in zoned and zoned[s].distance == "walk" and needs_distance(zoned[s])]
    if not stages or city.blocks is None or not len(city.blocks):
        return ()
    found: list[Fault] = []
    try:
        graph = block_graph(city)
    except DataError as error:
        return error.faults
    for stage in stages:
        try:
            new = _of_stage(city, graph, stage)
        except DataError as error:
            new = error.faults
        found += new
    return _said_once(found)


def _said_once(found: list[Fault]) -> tuple[Fault, ...]:
    """What is said alike of several stages is said once, with all of their places, as in the notes of a plan."""
    columns: dict[str, dict[str, None]] = {}
    first: dict[str, Fault] = {}
    for fault in found:
        alike = repr(dataclasses.replace(fault, column=""))
        first.setdefault(alike, fault)
        columns.setdefault(alike, {})[fault.column] = None
    return tuple(dataclasses.replace(fault, column=", ".join(columns[alike])) for alike, fault in first.items())


def _of_stage(city: City, graph: BlockGraph, stage: Stage) -> tuple[Fault, ...]:
    settings = city.settings.zoning[stage]
    chosen = offers(city, (stage,), private=settings.private, boarding=settings.boarding, homed=True)
    if not len(chosen.taken):
        return ()
    home = home_blocks(city, graph, chosen)
    lost = place_faults(stage, settings, graph, chosen)
    return tuple(lost) or travel_of_stage(city, graph, chosen, stage, home, positions_today(city, stage, chosen)).notes
