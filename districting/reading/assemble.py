"""Loaded files to a City: one metre CRS, repaired shapes, campuses and stages, today's assignment, tiers, and every check."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from districting.errors import Fault
from districting.model.balance_profile import BalanceProfile
from districting.model.settings import Settings
from districting.reading import checks
from districting.reading.balance_profile import balance_of
from districting.reading.campuses import CAMPUS, ownership_and_boarding, school_rows, school_stages
from districting.reading.city import City
from districting.reading.class_sizes import class_sizes
from districting.reading.estimated import all_estimates, stated_estimates
from districting.reading.exceptions import match_exceptions, no_exceptions
from districting.reading.fit import datum_faults
from districting.reading.graph import checked_pairs, place_faults, without_outlines
from districting.reading.history import history
from districting.reading.load import Loaded
from districting.reading.locate import reproject
from districting.reading.mended import mended_blocks
from districting.reading.named import missing_in_all
from districting.reading.places import filled_codes, unplaced_schools
from districting.reading.point_blocks import with_cells
from districting.reading.pools import course_demand, courses, facilities, facility_demand, ledger
from districting.reading.population import with_population
from districting.reading.posts import posts
from districting.reading.repair import polygonal, sound_polygons
from districting.reading.repair_log import RepairLog
from districting.reading.research import research_topics, training_demand
from districting.reading.rule_tables import Known, rule_table
from districting.reading.schema import NEEDS_POLYGONS, OF_RULES
from districting.reading.scores import composite_scores
from districting.reading.shares import shares
from districting.reading.social import social_resources
from districting.reading.table import Found
from districting.reading.teachers import teachers
from districting.reading.tiers import by_compliance, by_label, by_score
from districting.reading.today import SchoolFinder, block_rows, match_today, school_finder, today_rows
from districting.reading.upgrades import upgrades
from districting.reading.work_crs import work_crs
from districting.reading.zoned import zoned_stages
from districting.wording import text

Place = tuple[Loaded, Any, Found]
POOLS = ("facilities", "facility_demand", "courses", "course_demand", "ledger", "training_demand", "research_topics")
_LISTS = (
    "schools",
    "blocks",
    "social_resources",
    "teachers",
    "posts",
    "shares",
    *POOLS,
    "history",
    "upgrades",
    "today",
    "exceptions",
    "edges",
    "bridges",
    *sorted(OF_RULES),
)

_NAMING_SCHOOLS: Final[Mapping[str, Callable[..., Any]]] = {
    "teachers": teachers,
    "posts": posts,
    "shares": shares,
    "facility_demand": facility_demand,
    "courses": courses,
    "course_demand": course_demand,
    "ledger": ledger,
    "training_demand": training_demand,
    "research_topics": research_topics,
    "history": history,
    "upgrades": upgrades,
}
"""What reads the lists of a city that name schools, but for facilities, which have places of their own."""


def assemble(settings: Settings, files: list[Loaded]) -> tuple[City | None, list[Fault]]:
    """The City (None where schools are missing or nothing has a place) and every fault found on the way."""
    whole = Found("")
    places = [item.place() for item in files]
    crs = work_crs(settings, files, whole)
    moved = [_moved(item, crs) for item in files]
    log = RepairLog()
    layers = {name: _layer(name, list(zip(files, moved, places, strict=True)), crs, log) for name in ("admin", "counties", "roads", "barriers")}
    files, moved = with_cells(settings, files, moved, places, layers)
    files, estimates = with_population(files, moved, places)
    of = {table: [(i, s, p) for i, s, p in zip(files, moved, places, strict=True) if i.table == table] for table in _LISTS}
    layers["blocks"] = _layer("blocks", list(zip(files, moved, places, strict=True)), crs, log, free=without_outlines(settings))
    if layers["blocks"] is not None and not without_outlines(settings) and not _without_place(of["blocks"]):
        layers["blocks"] = mended_blocks(layers["blocks"], [(p, i.row) for i, s, p in of["blocks"] if s is not None], settings.project.repair_width_m, log)
    social = social_resources(of["social_resources"], crs)
    city = (
        _city(settings, of, layers | {"social_resources": social, "estimates": all_estimates(stated_estimates(settings), estimates)}, crs, whole)
        if of["schools"]
        else None
    )
    if city is not None:
        city = dataclasses.replace(city, repairs=log.table())
    whole.faults += datum_faults(files, city)
    return city, [f for p in (*places, whole) for f in p.faults]


def _without_place(blocks: list[Place]) -> bool:
    """Whether outlines are missing or could not be made: what stands in for them is nothing to mend."""
    errors = [f for _, _, found in blocks for f in found.faults if f.severity == "error"]
    return any(f.column == "geometry" or f.problem.key.startswith("cells.") or f.problem.key == "reading.no_shape" for f in errors)


def _moved(item: Loaded, crs: CRS) -> NDArray[Any] | None:
    return None if item.shapes is None or item.crs is None else reproject(item.shapes, item.crs, crs)


def _turned(item: Loaded, crs: CRS) -> NDArray[Any]:
    """The points of a file with their two coordinates swapped; None where that is nowhere."""
    out = np.full(len(item.frame), None, dtype=object)
    if item.shapes is not None and item.crs is not None:
        known = ~shapely.is_missing(item.shapes)
        moved = reproject(shapely.transform(item.shapes[known], lambda xy: xy[:, ::-1]), item.crs, crs)
        somewhere = np.isfinite(shapely.bounds(moved).reshape(-1, 4)).all(axis=1)
        out[np.flatnonzero(known)[somewhere]] = moved[somewhere]
    return out


def _layer(name: str, files: list[Place], crs: CRS, log: RepairLog, *, free: bool = False) -> Any:
    """One layer of all its files. ``free``: blocks need no outline, for their neighbours are given or follow from points."""
    parts = []
    for item, shapes, found in files:
        if item.table != name or (shapes is None and not (free and name == "blocks")):
            continue
        frame = item.frame.copy()
        label = next((frame[c] for c in ("block_id", "name") if c in frame.columns), pd.Series(item.row)).to_numpy(dtype=object)
        if shapes is None:
            shapes = np.full(len(frame), None, dtype=object)
        elif name in NEEDS_POLYGONS and not (free and name == "blocks" and not polygonal(shapes).any()):
            shapes = sound_polygons(shapes, label, item.row, found, log, name)
        if name == "blocks" and item.spec.neighbours == "voronoi":
            place_faults(shapes, label, item.row, found)
        if name == "blocks" and "block_id" in frame.columns:
            checks.duplicates(frame["block_id"], item.row, "block_id", found)
        parts.append(gpd.GeoDataFrame(frame, geometry=shapes, crs=crs))
    return pd.concat(parts, ignore_index=True) if parts else None


def _city(settings: Settings, of: dict[str, list[Place]], layers: dict[str, Any], crs: CRS, whole: Found) -> City:
    zoned = tuple(settings.zoning)
    for name in ("admin", "counties"):
        if layers[name] is not None:
            filled_codes(layers[name], np.asarray(layers[name].geometry.array), layers["counties"], None)
    blocks = layers["blocks"]
    if blocks is not None:
        filled_codes(blocks, np.asarray(blocks.geometry.array), layers["counties"], layers["admin"])
    rows = school_rows(of["schools"])
    rows["_turned"] = np.concatenate([_turned(item, crs) for item, _, _ in of["schools"]])
    filled_codes(rows, rows["geometry"].to_numpy(dtype=object), layers["counties"], layers["admin"])
    ownership_and_boarding(rows)
    profile = balance_of(settings)
    stages = school_stages(rows, profile.split.weight)
    outlined = [np.asarray(f.geometry.array, dtype=object) for f in (blocks, layers["admin"], layers["counties"]) if f is not None]
    area = next((shapes for shapes in outlined if polygonal(shapes).all()), None)
    reason = unplaced_schools(rows, area, zoned=bool(zoned), homed=checks.known_homes(rows, blocks), tolerance_m=settings.project.outside_tolerance_m)
    _check_schools(of, stages, rows, blocks)
    zoned_stages(settings, of["blocks"], of["schools"], stages, rows, whole)
    checks.roll_against_blocks(blocks, stages, whole)
    stages["score"], score_weights = composite_scores(settings.scores, stages, rows, whole)
    stages["tier"] = _tiers(settings, stages, rows, profile)
    today = _today(of, stages, rows, zoned, whole)
    exceptions = _exceptions(of, stages, rows, zoned)
    whole.faults += missing_in_all(settings, [(item.spec.path, item.frame) for item, _, _ in of["schools"]])
    block_ids = () if blocks is None or "block_id" not in blocks.columns else tuple(blocks["block_id"].dropna())
    return City(
        settings=settings,
        schools=_schools(rows, crs),
        school_stages=stages.drop(columns="_at").reset_index(drop=True),
        crs=_name_of(crs),
        blocks=None if blocks is None else blocks.drop(columns=[c for c in blocks.columns if c.startswith("current_school")]),
        admin=layers["admin"],
        counties=layers["counties"],
        roads=layers["roads"],
        barriers=layers["barriers"],
        social_resources=layers["social_resources"],
        estimates=layers["estimates"],
        **_lists(of, stages, rows, crs),
        class_sizes=class_sizes(rows, stages),
        edges=_pairs(of["edges"], block_ids),
        bridges=_pairs(of["bridges"], block_ids),
        today=today,
        exceptions=exceptions,
        unplaced=_unplaced(stages, rows, reason),
        rule_tables=_rule_tables(of, stages, rows, block_ids),
        score_weights=score_weights,
    )


def _check_schools(of: dict[str, list[Place]], stages: pd.DataFrame, rows: pd.DataFrame, blocks: Any) -> None:
    """Every check of the list of schools as it stands."""
    _no_ids(rows)
    checks.duplicate_stages(stages, rows)
    checks.aliases_to_nobody([place for table in of for place in of[table]], rows)
    checks.school_warnings(rows)
    checks.two_places(rows)
    checks.unknown_levels(rows)
    checks.homes_apart(rows, blocks)


def _lists(of: dict[str, list[Place]], stages: pd.DataFrame, rows: pd.DataFrame, crs: CRS) -> dict[str, Any]:
    """The lists that name schools, one read after another; a school that a filter left out is no fault in them."""
    filtered = any(item.spec.where for item, _, _ in of["schools"])
    return {name: read(_with_finders(of, name, stages, rows), lenient=filtered) for name, read in _NAMING_SCHOOLS.items()} | {
        "facilities": facilities(_with_finders(of, "facilities", stages, rows), crs, lenient=filtered)
    }


def _no_ids(rows: pd.DataFrame) -> None:
    for i in np.flatnonzero(rows["school_id"].isna()):
        place, row = rows["_place"].iloc[i], int(rows["_row"].iloc[i])
        if not any(f.row == row and f.problem.key == "reading.blank_name" for f in place.faults):
            place.add(text("reading.no_id", column="school_id"), text("reading.give_id"), row=row, column="school_id")


def _schools(rows: pd.DataFrame, crs: CRS) -> Any:
    columns = [c for c in CAMPUS if c != "region_code"]
    campus = rows[[*columns, "geometry"]]
    campus = campus.assign(_lost=shapely.is_missing(campus["geometry"].to_numpy(dtype=object))).sort_values("_lost", kind="stable")
    campus = campus.drop_duplicates("school_id").sort_index().drop(columns="_lost").reset_index(drop=True)
    return gpd.GeoDataFrame(campus.drop(columns="geometry"), geometry=campus["geometry"].to_numpy(dtype=object), crs=crs)


def _unplaced(stages: pd.DataFrame, rows: pd.DataFrame, reason: pd.Series) -> pd.DataFrame:
    why = reason.iloc[stages["_at"]].reset_index(drop=True)
    name = rows["name"].iloc[stages["_at"]].reset_index(drop=True)
    out = pd.DataFrame({"school_id": stages["school_id"], "name": name, "stage": stages["stage"], "reason": why})
    return out[why.notna()].astype("str").reset_index(drop=True)


def _tiers(settings: Settings, stages: pd.DataFrame, rows: pd.DataFrame, profile: BalanceProfile) -> pd.Series:
    if settings.tiers.source == "score":
        return by_score(stages, rows["county_code"].iloc[stages["_at"]].reset_index(drop=True), settings.tiers)
    if settings.tiers.source == "compliance":
        return by_compliance(stages, profile.quality)
    tier, unknown = by_label(stages["tier"], settings.tiers)
    labels = [*settings.tiers.lead, *settings.tiers.regular, *settings.tiers.weak]
    said = set()
    for i in np.flatnonzero(unknown):
        label, at = str(stages["tier"].iloc[i]), stages["_at"].iloc[i]
        place = rows["_place"].iloc[at]
        if (id(place), label) not in said:
            place.add(text("reading.unknown_tier", label=label), text("reading.name_tier", labels=labels), row=int(rows["_row"].iloc[at]), column="tier")
        said.add((id(place), label))
    return tier


def _today(of: dict[str, list[Place]], stages: pd.DataFrame, rows: pd.DataFrame, zoned: tuple[str, ...], whole: Found) -> pd.DataFrame:
    aliases = {k: v for item, _, _ in (*of["schools"], *of["blocks"], *of["today"]) for k, v in item.spec.aliases.items()}
    finder = school_finder(stages, rows.drop_duplicates("school_id").set_index("school_id")["name"], aliases)
    made = []
    for item, _, found in of["today"] or of["blocks"]:
        if "block_id" not in item.frame.columns or (item.table == "today" and "school" not in item.frame.columns):
            continue
        make = today_rows if item.table == "today" else block_rows
        made.append((make(item.frame, item.row, zoned, found), found))
    known = _known_blocks(of) if any(len(rows_today) for rows_today, _ in made) else set()
    parts = [match_today(rows_today, finder, known, found) for rows_today, found in made]
    filled = [p for p in parts if len(p)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame({"block_id": [], "stage": [], "school_id": []}, dtype="str")


def _known_blocks(of: dict[str, list[Place]]) -> set[str]:
    return {b for item, _, _ in of["blocks"] if "block_id" in item.frame.columns for b in item.frame["block_id"].dropna()}


def _pairs(of: list[Place], block_ids: tuple[str, ...]) -> pd.DataFrame | None:
    """Borders or bridges of all their files."""
    parts = [checked_pairs(item.frame, item.row, set(block_ids), found) for item, _, found in of]
    return pd.concat(parts, ignore_index=True) if parts else None


def _rule_tables(of: dict[str, list[Place]], stages: pd.DataFrame, rows: pd.DataFrame, block_ids: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Every rule that is given as a table, by its key."""
    tables = {}
    for item, _, found in (place for table in sorted(OF_RULES) for place in of[table]):
        aliases = {k: v for other, _, _ in (*of["schools"], (item, None, found)) for k, v in other.spec.aliases.items()}
        finder = school_finder(stages, rows.drop_duplicates("school_id").set_index("school_id")["name"], aliases)
        table = rule_table(item, Known(block_ids, finder), found)
        if table is not None:
            tables[item.key] = table
    return tables


def _exceptions(of: dict[str, list[Place]], stages: pd.DataFrame, rows: pd.DataFrame, zoned: tuple[str, ...]) -> pd.DataFrame:
    """Address exceptions, found as today's assignment is: school by id, name or alias."""
    known = _known_blocks(of) if of["exceptions"] else set()
    parts = []
    for item, _, found in of["exceptions"]:
        aliases = {k: v for other, _, _ in (*of["schools"], (item, None, found)) for k, v in other.spec.aliases.items()}
        finder = school_finder(stages, rows.drop_duplicates("school_id").set_index("school_id")["name"], aliases)
        if {"block_id", "school"} <= set(item.frame.columns):
            parts.append(match_exceptions(item.frame, item.row, today_rows(item.frame, item.row, zoned, found), finder, known, found))
    return pd.concat(parts, ignore_index=True) if parts else no_exceptions()


def _with_finders(of: dict[str, list[Place]], table: str, stages: pd.DataFrame, rows: pd.DataFrame) -> list[tuple[Loaded, Any, Found, SchoolFinder]]:
    """The files of a table that names schools, each with how they are found: by id, name, an alias of the schools or of the file itself."""
    out = []
    for item, shapes, found in of[table]:
        aliases = {k: v for other, _, _ in (*of["schools"], (item, None, found)) for k, v in other.spec.aliases.items()}
        out.append((item, shapes, found, school_finder(stages, rows.drop_duplicates("school_id").set_index("school_id")["name"], aliases)))
    return out


def _name_of(crs: CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())
