"""The plan: every decision of one run and what is needed to read it again, as tables. One frame per table of ``plan.gpkg``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from dataclasses import replace as dataclass_replace
from typing import Any, Final

import pandas as pd

PLAN_TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    # layers with geometry
    "blocks": (
        "block_id",
        "name",
        "county_code",
        "area_m2",
        "perimeter_m",
        "address_exceptions",
        "delivery_year",
        "geometry",
    ),  # and zone_id_STAGE, one column per zoned stage; point_x_m, point_y_m where the ground was drawn around points
    "zones": ("zone_id", "stage", "geometry"),
    "districts": ("district_id", "scheme", "level", "parent_id", "name", "theme", "county_code", "geometry"),
    # home_block_id: the block a school stands in, empty where not known
    "schools": ("school_id", "name", "county_code", "ownership", "urban_rural_code", "themes", "school_type", "home_block_id", "address", "geometry"),
    "backdrop": ("kind", "name", "geometry"),  # outline, county, road, barrier: drawn under everything
    # a line from giver to taker; ends are schools, counties or universities (from_kind, to_kind); score_margin: how far a score may move before the pair changes
    "links": (
        *("kind", "stage", "from_kind", "from_id", "from_name", "to_kind", "to_id", "to_name", "channel", "subject", "term", "term_from", "term_to"),
        *("distance_m", "score_gap", "score_margin", "runner_up_id", "remote", "pinned", "gain_from", "gain_to", "drive", "outcome", "geometry"),
    ),
    # decisions
    "zone_schools": ("zone_id", "stage", "school_id"),
    "memberships": ("scheme", "district_id", "school_id", "stage", "role"),
    "feeders": ("from_id", "to_id", "pupils"),
    "anchors": ("scheme", "district_id", "name", "kind", "distance_m"),  # places that carry the theme of a district
    # what comes with links: who gives what, terms that ended, masters and apprentices, experts, support events, layers of sharing, who is included
    "gains": ("kind", "stage", "giver_id", "taker_id", "resource", "amount"),
    "renewals": (
        *("kind", "stage", "from_id", "to_id", "term_from", "term_to", "gap_then", "gap_now", "closed_share", "decision", "reason", "next_from_id"),
        *("subject", "channel", "terms"),  # channel: only where it tells links apart; terms: how many the link has had in a row
    ),
    "apprentices": (
        *("subject", "stage", "master_id", "apprentice_id", "master_school_id", "apprentice_school_id", "distance_m", "term", "term_from", "term_to"),
        "remote",
    ),
    "experts": ("subject", "stage", "base_id", "teacher_id", "school_id", "reason"),
    "support_events": ("event", "kind", "stage", "year", "month", "host_id", "guest_ids", "subject", "teachers", "hours"),
    "share_coverage": ("scheme", "district_id", "layer", "schools", "covered", "share"),
    "inclusion": ("stage", "county_code", "schools", "covered", "share"),
    # how the districts are run
    "charter": ("scheme", "district_id", "seat", "office", "school_id", "also_heads", "stages", "term_years", "term_from", "term_to", "meetings_per_month"),
    "conference": ("scheme", "district_id", "meeting", "year", "month", "host_id"),
    "duties": ("scheme", "duty", "name", "actor", "actor_name", "letters"),  # letters of RACI
    "inspectors": ("scheme", "area", "inspector", "station_id", "school_id", "distance_m", "load"),
    "mechanisms": ("scheme", "district_id", "mechanism", "name", "owner", "owner_name", "evidence", "frequency"),
    "score_cards": ("scheme", "district_id", "lead_id", "lead_score", "members_mean", "members_scored", "without_score", "lead_share", "tied_score"),
    # before and after sharing; district_id empty: all schools of the stage; steps: today, then each kind of sharing
    "sharing_effect": ("scheme", "district_id", "stage", "indicator", "kind", "schools", "sharing", "before", "after", "closed_share"),
    "sharing_steps": ("scheme", "stage", "step", "cv_mean", "change"),
    # judgement
    "findings": ("measure", "stage", "scope", "value", "today", "unit", "threshold", "verdict", "source"),
    "rules": ("decision", "stage", "rule", "value", "holds"),
    "coverage": ("school_id", "name", "stage", "reason", "decision"),  # schools left out, why, and of what ("all": of everything)
    "notes": ("file", "sheet", "row", "column", "problem", "remedy"),  # repairs and warnings of reading
    "provenance": ("part", "key", "value"),
    # evidence, for explain, edit and audit
    "edges": ("block_a", "block_b", "shared_m", "cut"),
    "demand": ("block_id", "stage", "year", "pupils"),
    "school_demand": (
        "school_id",
        "stage",
        "year",
        "pupils",
        "pupils_today",
    ),  # only in files for the public, which have no demand: totals, empty = too few to tell
    "seats": ("school_id", "stage", "seats"),
    "distances": ("block_id", "stage", "school_id", "distance_m"),
    "seat_prices": ("school_id", "stage", "price_m"),
    "today": ("block_id", "stage", "school_id"),
    "exceptions": ("block_id", "stage", "school_id", "reason", "temporary_until"),  # address exceptions in force
    "reasons": ("block_id", "stage", "reason", "nearest_school_id", "nearest_m", "assigned_m", "rank"),  # why a block goes where it goes
    "school_stages": ("school_id", "stage", "tier", "score", "pupils", "plan", "graduates"),
    "indicators": ("school_id", "stage", "indicator", "value"),
    "intake": (
        "school_id",
        "stage",
        "entrants",
        "in_zone",
        "in_zone_today",
        "specialty",
    ),  # pupils a school took in, by where they live and how; empty = not known
    "class_sizes": ("school_id", "stage", "class_number", "pupils"),
    "history": ("year", "school_id", "stage", "indicator", "value"),  # totals of older years
    # every school against every line of quality balance: met, near (at least the floor), short, missing
    "school_lines": ("school_id", "stage", "indicator", "value", "line", "share_of_line", "status"),
    "score_weights": ("stage", "indicator", "weight", "loading", "method"),  # what composite scores are made of; empty where they are given
    "aliases": ("spelling", "name"),  # other spellings of a school's name, as the config gave them
}
"""Table -> its columns. The order is the order in the file."""

LAYERS: Final[tuple[str, ...]] = ("blocks", "zones", "districts", "schools", "backdrop", "links")
SECOND_LEVEL: Final = "second_level"
"""The scheme of alliances inside counties, level 2, under those of counties, level 1 (policy R10)."""
LINK_TABLES: Final[tuple[str, ...]] = ("gains", "renewals", "apprentices", "experts", "support_events", "share_coverage", "inclusion")
"""Tables that come with links."""
BALANCE_TABLES: Final[tuple[str, ...]] = ("class_sizes", "history", "school_lines")
"""Tables of balance monitoring that speak of single schools."""
OPTIONAL_TABLES: Final[tuple[str, ...]] = (
    "school_demand",
    "exceptions",
    "reasons",
    "intake",
    "class_sizes",
    "history",
    "school_lines",
    "score_weights",
    "aliases",
    "anchors",
    "charter",
    "conference",
    "duties",
    "inspectors",
    "mechanisms",
    "score_cards",
    "sharing_effect",
    "sharing_steps",
    *LINK_TABLES,
)
"""Tables that a plan file written before they existed may lack: they are empty then."""
OPTIONAL_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "coverage": ("decision",),
    "blocks": ("area_m2", "perimeter_m", "address_exceptions", "delivery_year"),
    "schools": ("urban_rural_code", "themes", "school_type", "home_block_id", "address"),
    "school_stages": ("plan", "graduates"),
    "districts": ("theme",),
    "links": (
        *("from_kind", "from_name", "to_kind", "to_name", "subject", "term_from", "term_to", "score_margin", "pinned", "gain_from", "gain_to", "drive"),
        *("outcome", "geometry"),
    ),
    "renewals": ("subject", "channel", "terms"),
}
"""Columns that a plan file written before they existed may lack: they are empty then."""
INTERNAL_TABLES: Final[tuple[str, ...]] = (
    "links",
    "intake",
    "school_stages",
    "indicators",
    *BALANCE_TABLES,
    "score_weights",
    "score_cards",
    "sharing_effect",
    "sharing_steps",
    *LINK_TABLES,
)
"""Tables that hold tiers, scores or strong-weak links: never in anything for the public."""


def empty_table(name: str) -> pd.DataFrame:
    """A table of the plan with its columns and no rows."""
    return pd.DataFrame({c: pd.Series(dtype="object") for c in PLAN_TABLES[name]})


def _table(name: str) -> Any:
    return field(default_factory=lambda: empty_table(name))


@dataclass(frozen=True, eq=False)
class Plan:
    """Tables of one plan, all keyed by string ids. Layers (``LAYERS``) are GeoDataFrames in ``crs``, a metre CRS."""

    name: str
    year: int
    language: str
    crs: str
    blocks: pd.DataFrame = _table("blocks")
    zones: pd.DataFrame = _table("zones")
    districts: pd.DataFrame = _table("districts")
    schools: pd.DataFrame = _table("schools")
    backdrop: pd.DataFrame = _table("backdrop")
    links: pd.DataFrame = _table("links")
    zone_schools: pd.DataFrame = _table("zone_schools")
    memberships: pd.DataFrame = _table("memberships")
    feeders: pd.DataFrame = _table("feeders")
    anchors: pd.DataFrame = _table("anchors")
    gains: pd.DataFrame = _table("gains")
    renewals: pd.DataFrame = _table("renewals")
    apprentices: pd.DataFrame = _table("apprentices")
    experts: pd.DataFrame = _table("experts")
    support_events: pd.DataFrame = _table("support_events")
    share_coverage: pd.DataFrame = _table("share_coverage")
    inclusion: pd.DataFrame = _table("inclusion")
    charter: pd.DataFrame = _table("charter")
    conference: pd.DataFrame = _table("conference")
    duties: pd.DataFrame = _table("duties")
    inspectors: pd.DataFrame = _table("inspectors")
    mechanisms: pd.DataFrame = _table("mechanisms")
    score_cards: pd.DataFrame = _table("score_cards")
    sharing_effect: pd.DataFrame = _table("sharing_effect")
    sharing_steps: pd.DataFrame = _table("sharing_steps")
    findings: pd.DataFrame = _table("findings")
    rules: pd.DataFrame = _table("rules")
    coverage: pd.DataFrame = _table("coverage")
    notes: pd.DataFrame = _table("notes")
    provenance: pd.DataFrame = _table("provenance")
    edges: pd.DataFrame = _table("edges")
    demand: pd.DataFrame = _table("demand")
    school_demand: pd.DataFrame = _table("school_demand")
    seats: pd.DataFrame = _table("seats")
    distances: pd.DataFrame = _table("distances")
    seat_prices: pd.DataFrame = _table("seat_prices")
    today: pd.DataFrame = _table("today")
    exceptions: pd.DataFrame = _table("exceptions")
    reasons: pd.DataFrame = _table("reasons")
    school_stages: pd.DataFrame = _table("school_stages")
    indicators: pd.DataFrame = _table("indicators")
    intake: pd.DataFrame = _table("intake")
    class_sizes: pd.DataFrame = _table("class_sizes")
    history: pd.DataFrame = _table("history")
    school_lines: pd.DataFrame = _table("school_lines")
    score_weights: pd.DataFrame = _table("score_weights")
    aliases: pd.DataFrame = _table("aliases")

    def replace(self, **changes: Any) -> Plan:
        """A copy with some tables changed."""
        return dataclass_replace(self, **changes)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, in file order."""
        return {name: getattr(self, name) for name in PLAN_TABLES}

    @property
    def zoned_stages(self) -> tuple[str, ...]:
        """Stages that have zones, in school order."""
        return tuple(c.removeprefix("zone_id_") for c in self.blocks.columns if c.startswith("zone_id_"))

    def top_districts(self, scheme: str) -> pd.DataFrame:
        """The districts of a scheme that are part of no other."""
        mine = self.districts[self.districts["scheme"] == scheme]
        return mine[mine["level"] == mine["level"].min()] if len(mine) else mine

    def top_members(self, scheme: str) -> pd.DataFrame:
        """The memberships of a scheme without those in districts that are part of another."""
        mine = self.memberships[self.memberships["scheme"] == scheme]
        whole = self.districts[self.districts["scheme"] == scheme]
        parts = whole.loc[~whole["district_id"].isin(self.top_districts(scheme)["district_id"]), "district_id"]
        return mine[~mine["district_id"].isin(parts)]

    def school_districts(self, scheme: str) -> pd.DataFrame:
        """The districts that a scheme puts schools into: its top ones; of second-level alliances those inside counties, as a county holds all of its schools."""
        mine = self.districts[self.districts["scheme"] == scheme]
        return mine[mine["level"] == 2] if scheme == SECOND_LEVEL else self.top_districts(scheme)

    def school_members(self, scheme: str) -> pd.DataFrame:
        """The memberships in :meth:`school_districts`."""
        if scheme != SECOND_LEVEL:
            return self.top_members(scheme)
        mine = self.memberships[self.memberships["scheme"] == scheme]
        return mine[mine["district_id"].isin(self.school_districts(scheme)["district_id"])]

    def recorded(self, part: str, key: str) -> str | None:
        """One entry of the provenance, as text."""
        rows = self.provenance
        found = rows.loc[(rows["part"] == part) & (rows["key"] == key), "value"]
        return str(found.iloc[0]) if len(found) else None

    @property
    def for_public(self) -> bool:
        """Whether this is a plan as the public has it: without pupils of single blocks, neighbours and prices."""
        return self.recorded("run", "audience") == "public"

    def distance_word(self, stage: str) -> str:
        """What the distances of a stage are: ``straight``, ``walk`` or the file of a table."""
        return self.recorded(f"zoning.{stage}", "distance") or "straight"


assert {f.name for f in dataclass_fields(Plan)} >= set(PLAN_TABLES)
