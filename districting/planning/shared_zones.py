"""Multi-school zones, second step (policy 2.9 Z2): the form has grouped the schools of a stage; now blocks are zoned to the groups, one connected zone for each."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from districting.errors import DataError, Fault
from districting.model.district_spec import DistrictSpec
from districting.model.plan import Plan
from districting.model.settings import ZoningSettings
from districting.model.stages import Stage
from districting.planning.rows import note_rows, stack
from districting.planning.zones import add_zones
from districting.reading.city import City
from districting.wording import text

_OF_STAGE = ("zones", "zone_schools", "demand", "seats", "seat_prices", "distances", "reasons")
"""Tables of the plan that a zoning writes for its stage."""


def single_zones(plan: Plan, city: City, spec: DistrictSpec) -> Plan:
    """``plan`` with a zone for every school of the form's stage, where it has none yet: the ground that is grouped. Cells stand in where blocks or pupils are not given."""
    stage = _stage(spec)
    if stage in plan.zoned_stages or not _zonable(city, stage):
        return plan
    return add_zones(plan, _with(city, stage, _zoning(city, stage)), (stage,))


def share_zones(plan: Plan, city: City, spec: DistrictSpec, scheme: str) -> Plan:
    """``plan`` in which the schools of a district of ``scheme`` share one zone, with the seats of all; the district's ground is that zone.

    Raises
    ------
    InfeasibleError : see districting.zoning.assign_blocks
    """
    stage = _stage(spec)
    if not _zonable(city, stage):
        note = Fault(text("joint.no_second_step", stage=text(f"word.{stage}")), text("joint.give_blocks"), severity="warning")
        return plan.replace(notes=stack(plan.notes, note_rows([note], plan.language)))
    members = plan.memberships[(plan.memberships["scheme"] == scheme) & (plan.memberships["stage"] == stage)].set_index("school_id")["district_id"]
    rows = city.school_stages
    group = members.reindex(rows["school_id"]).to_numpy(dtype=object)
    grouped = rows.assign(**{scheme: pd.Series(group, index=rows.index, dtype="object").where(rows["stage"] == stage, None)})
    given = _zoning(city, stage)
    shared = dataclasses.replace(given, rules=dataclasses.replace(given.rules, shared_zones=scheme))
    plan = add_zones(_without(plan, stage), dataclasses.replace(_with(city, stage, shared), school_stages=grouped), (stage,))
    return plan.replace(districts=_on_zones(plan, scheme, stage, members), notes=plan.notes.drop_duplicates(ignore_index=True))


def _stage(spec: DistrictSpec) -> Stage:
    if len(spec.stages) != 1:
        raise DataError(Fault(text("joint.one_stage", form=spec.form, stages=list(spec.stages)), text("joint.each_stage"), column="grouping.stages"))
    return spec.stages[0]


def _zonable(city: City, stage: str) -> bool:
    column = f"{'entrants' if _zoning(city, stage).demand == 'intake' else 'pupils'}_{stage}"
    return city.blocks is not None and len(city.blocks) > 0 and column in city.blocks.columns


def _zoning(city: City, stage: Any) -> ZoningSettings:
    return city.settings.zoning.get(stage, ZoningSettings())


def _with(city: City, stage: Stage, zoning: ZoningSettings) -> City:
    return dataclasses.replace(city, settings=dataclasses.replace(city.settings, zoning={**city.settings.zoning, stage: zoning}))


def _without(plan: Plan, stage: str) -> Plan:
    """``plan`` as if the stage had not been zoned."""
    tables: dict[str, Any] = {name: _rest(getattr(plan, name), "stage", stage) for name in _OF_STAGE}
    tables |= {"coverage": _rest(plan.coverage, "decision", f"zoning.{stage}"), "provenance": _rest(plan.provenance, "part", f"zoning.{stage}")}
    rules = plan.rules
    if len(rules):
        rules = rules[~((rules["decision"] == "zoning") & (rules["stage"] == stage))].reset_index(drop=True)
    return plan.replace(blocks=plan.blocks.drop(columns=f"zone_id_{stage}", errors="ignore"), rules=rules, **tables)


def _rest(table: Any, column: str, value: str) -> Any:
    return table[table[column] != value].reset_index(drop=True) if len(table) else table


def _on_zones(plan: Plan, scheme: str, stage: str, members: Any) -> Any:
    """The districts layer with the zone of each district of the scheme as its ground."""
    served = plan.zone_schools[plan.zone_schools["stage"] == stage]
    zone_of = dict(zip(members.reindex(served["school_id"]).to_numpy(dtype=object), served["zone_id"], strict=True))
    shape = plan.zones[plan.zones["stage"] == stage].set_index("zone_id").geometry
    layer = plan.districts.copy()
    old = list(layer.geometry)
    ids = zip(layer["scheme"], layer["district_id"], strict=True)
    layer["geometry"] = [shape[zone_of[d]] if s == scheme and d in zone_of else g for (s, d), g in zip(ids, old, strict=True)]
    return layer
