"""The City: every checked input table of one run, ids as text, geometry in one metre CRS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from districting.errors import Fault
from districting.model.settings import Settings
from districting.reading.estimated import no_estimates
from districting.reading.repair_log import repairs_table
from districting.reading.scores import no_score_weights


@dataclass(frozen=True, eq=False)
class City:
    """Checked tables. Frames are not to be edited; a changed copy comes from ``dataclasses.replace``.

    schools : GeoDataFrame, one row per campus: school_id, name, county_code, town_code, urban_rural_code, ownership (public|private),
        boarding (bool), level, themes, district_today, town_part (text, NaN = not given), school_type ("" = no known type), geometry (Point; None where no usable coordinate was given, see ``unplaced``)
    school_stages : one row per school and stage: school_id, stage, seats, plan, pupils, classes, tier, score, graduates (where given) and the resource indicators (float, NaN = not given)
    blocks : GeoDataFrame or None: block_id, name, county_code, town_code, pupils_STAGE, entrants_STAGE (float, only the given ones), geometry (Polygon or
        MultiPolygon; where neighbours are given or follow from Voronoi cells also a Point or None), area_m2 and perimeter_m where given so
    admin, counties, roads, barriers : GeoDataFrame or None, geometry and whatever columns were given under our names
    social_resources : GeoDataFrame or None: name, kind, themes, capacity, free_hours, free_times (where given), geometry (Point; None where it has no usable place): venues, universities ...
    teachers : teacher_id (a code), school_id, stage, subject, sex, title, wishes, exemptions, post, partner_id, home_school_id, licence (text, "" = not given),
        years_here, years_teaching, age, hours_free, post_years, post_terms, years_to_retirement, points, above_degree (0 or 1) (float, NaN = not given),
        backbone, expert (bool), or None where no table was given
    posts : school_id, stage, subject ("" = all of the stage), posts, or None
    shares : layer (of :data:`districting.model.sharing.SHARE_LAYERS`), from_id, to_id, or None where no table was given
    facilities : GeoDataFrame or None: name, school_id (NaN = no school's), kind, classes_at_once, free_hours (a week, NaN = as many as its times), free_times,
        open_times (hours of the week 0..167 as tuples, None = not given), geometry (Point, None = where its school stands)
    facility_demand : school_id, kind, needed_hours (a week), possible_times (as above), or None
    courses : course, school_id, mode (live, platform, place), lesson_hours (a week), course_seats (NaN = without limit), or None
    course_demand : course, school_id, course_pupils, or None
    ledger : giver_id, taker_id, item (teacher_days, facility_hours, lessons), amount, date (text), or None
    training_demand : school_id, stage, subject ("" = any), topic, people; research_topics : school_id, stage, subject, topic; or None
    history : year, school_id, stage, indicator, value: totals of older years, or None where no table was given
    upgrades : school_id, stage ("" = every stage), indicator, unit_price_yuan, most_units (NaN = not given), or None
    class_sizes : school_id, stage, class_number, pupils: every class whose size is given
    edges : block_a, block_b, shared_m (NaN = not given), or None where neighbours follow from the blocks' shapes
    bridges : block_a, block_b, or None: pairs that count as neighbours though they share no border
    today : block_id, stage, school_id (text)
    rule_tables : key of the config -> the table a rule is given as (``zoning.primary.rules.locked``: block_id, school_id)
    exceptions : block_id, stage, school_id, reason (text), temporary_until (last year it holds, NaN = for good): address exceptions
    crs : the metre CRS of all geometry, e.g. "EPSG:4546"
    notes : warnings and repairs, each with its place
    repairs : layer, row, block_id, kind, other_id, area_m2, x, y: every change of an outline (see :mod:`districting.geography.coverage_repair`)
    unplaced : school_id, name, stage, reason: schools that cannot take part because they cannot be located
    score_weights : stage, indicator, weight, loading, method, explained: what the scores are made of; empty where they are given
    estimates : table, column, file, method, on_blocks, outside: columns that hold estimates and no counts, because the config says so (method ``config``) or because
        they were brought onto the blocks from ``inputs.population`` (``area``, ``buildings``)
    hashes : input name -> SHA-256 of the file
    """

    settings: Settings
    schools: Any
    school_stages: pd.DataFrame
    crs: str
    blocks: Any = None
    admin: Any = None
    counties: Any = None
    roads: Any = None
    barriers: Any = None
    social_resources: Any = None
    teachers: pd.DataFrame | None = None
    posts: pd.DataFrame | None = None
    shares: pd.DataFrame | None = None
    facilities: Any = None
    facility_demand: pd.DataFrame | None = None
    courses: pd.DataFrame | None = None
    course_demand: pd.DataFrame | None = None
    ledger: pd.DataFrame | None = None
    training_demand: pd.DataFrame | None = None
    research_topics: pd.DataFrame | None = None
    history: pd.DataFrame | None = None
    upgrades: pd.DataFrame | None = None
    class_sizes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"school_id": [], "stage": [], "class_number": [], "pupils": []}))
    edges: pd.DataFrame | None = None
    bridges: pd.DataFrame | None = None
    today: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"block_id": [], "stage": [], "school_id": []}, dtype="str"))
    exceptions: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame({"block_id": [], "stage": [], "school_id": [], "reason": []}, dtype="str").assign(
            temporary_until=pd.Series(dtype="float64")
        )
    )
    unplaced: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"school_id": [], "name": [], "stage": [], "reason": []}, dtype="str"))
    rule_tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    score_weights: pd.DataFrame = field(default_factory=no_score_weights)
    estimates: pd.DataFrame = field(default_factory=no_estimates)
    notes: tuple[Fault, ...] = ()
    repairs: pd.DataFrame = field(default_factory=repairs_table)
    hashes: Mapping[str, str] = field(default_factory=dict)
