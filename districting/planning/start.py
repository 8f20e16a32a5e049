"""The plan before any decision: the city's layers and evidence, with the hashes of its inputs."""

from __future__ import annotations

import importlib.metadata
import platform
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from districting.geography.block_middles import POINT_COLUMNS
from districting.geography.shapes import outline
from districting.model.estimate_mark import PART as ESTIMATED
from districting.model.plan import PLAN_TABLES, Plan, empty_table
from districting.planning.rows import EVERYTHING, note_rows, provenance_rows, stack
from districting.planning.streets import roads_to_show
from districting.reading.city import City
from districting.reading.estimated import estimate_record
from districting.reading.named import is_named
from districting.reading.repair import polygonal

_RECORDED_VERSIONS = ("districting", "numpy", "scipy", "numba", "shapely", "geopandas", "highspy")
_SAID = ("themes", "urban_rural_code", "school_type", "address")
_STAGE_COLUMNS = ("school_id", "stage", "tier", "score", "pupils", "plan", "graduates")
_NOT_INDICATORS = (*_STAGE_COLUMNS, "seats", "class_cap")


def start_plan(city: City) -> Plan:
    """A plan with layers, indicators and provenance of ``city`` and no decision yet."""
    project = city.settings.project
    campus = city.schools.sort_values("school_id", kind="stable")
    said = {name: campus[name].fillna("").astype("str") if name in campus.columns else "" for name in _SAID}
    home = campus["block_id"].fillna("").astype("str") if "block_id" in campus.columns else ""
    schools = campus.assign(**said, home_block_id=home)[list(PLAN_TABLES["schools"])].reset_index(drop=True)
    plan = Plan(project.name, project.year, project.language, city.crs, schools=schools)
    return plan.replace(
        blocks=_blocks(city),
        backdrop=_backdrop(city),
        school_stages=_school_stages(city),
        indicators=_indicators(city),
        class_sizes=city.class_sizes.reset_index(drop=True),
        history=empty_table("history") if city.history is None else city.history,
        score_weights=city.score_weights[list(PLAN_TABLES["score_weights"])],
        coverage=city.unplaced.reset_index(drop=True).assign(decision=EVERYTHING),
        notes=note_rows(city.notes, project.language),
        repairs=city.repairs,
        provenance=_provenance(city),
        aliases=_aliases(city),
    )


def _blocks(city: City) -> Any:
    if city.blocks is None:
        return gpd.GeoDataFrame({"block_id": [], "name": [], "county_code": []}, geometry=[], crs=city.crs)
    blocks = city.blocks.reset_index(drop=True)
    for column in ("name", "county_code"):
        if column not in blocks.columns:
            blocks = blocks.assign(**{column: ""})
    kept = [c for c in ("address_exceptions", "delivery_year") if c in blocks.columns]  # for those who ask by address: doors that go elsewhere, estates to come
    points = [c for c in POINT_COLUMNS if c in blocks.columns]
    return blocks[["block_id", "name", "county_code", *kept, *points, "geometry"]].fillna({"name": "", "county_code": "", **dict.fromkeys(kept, "")})


def _school_stages(city: City) -> pd.DataFrame:
    rows = city.school_stages.sort_values(["school_id", "stage"], kind="stable").reset_index(drop=True)
    return rows.reindex(columns=list(_STAGE_COLUMNS))


def _indicators(city: City) -> pd.DataFrame:
    columns = [c for c in city.school_stages.columns if c not in _NOT_INDICATORS and not is_named(c) and pd.api.types.is_numeric_dtype(city.school_stages[c])]
    tidy = city.school_stages.melt(id_vars=["school_id", "stage"], value_vars=columns, var_name="indicator", value_name="value").dropna(subset="value")
    return tidy.sort_values(["school_id", "stage", "indicator"], kind="stable").reset_index(drop=True)


def _aliases(city: City) -> pd.DataFrame:
    """The spellings that the config maps to a school's name, so that later tables may use them too."""
    given = city.settings.inputs
    found = {spelling: name for table in ("schools", "blocks", "today") for spec in given.get(table, ()) for spelling, name in spec.aliases.items()}
    return pd.DataFrame({"spelling": list(found), "name": list(found.values())}, dtype="str")


def _backdrop(city: City) -> Any:
    layers = [
        (kind, frame)
        for kind, frame in (("county", city.counties), ("admin", city.admin), *roads_to_show(city), ("barrier", city.barriers))
        if frame is not None and len(frame)
    ]
    parts = [gpd.GeoDataFrame({"kind": kind, "name": _names(frame)}, geometry=list(frame.geometry), crs=city.crs) for kind, frame in layers]
    areas = next((f for f in (city.blocks, city.admin, city.counties) if f is not None and len(f) and polygonal(np.asarray(f.geometry.array)).all()), None)
    if areas is not None:
        parts.insert(0, gpd.GeoDataFrame({"kind": ["outline"], "name": [""]}, geometry=[outline(areas.geometry.array)], crs=city.crs))
    empty = gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[], crs=city.crs)
    whole: Any = empty
    for part in parts:
        whole = stack(whole, part)
    return whole


def _names(frame: Any) -> list[str]:
    return frame["name"].fillna("").astype("str").tolist() if "name" in frame.columns else [""] * len(frame)


def _provenance(city: City) -> pd.DataFrame:
    project = city.settings.project
    run = {"name": project.name, "year": project.year, "language": project.language, "crs": city.crs, "seed": project.seed}
    versions = {"python": platform.python_version()} | {name: _version(name) for name in _RECORDED_VERSIONS}
    parts = [provenance_rows("run", run), provenance_rows("input", dict(sorted(city.hashes.items()))), provenance_rows("version", versions)]
    page = {name: value for name in ("made_on", "review_number") if (value := getattr(city.settings.output, name))}
    if page:
        parts.append(provenance_rows("output", page))
    if len(city.estimates):
        parts.append(provenance_rows(ESTIMATED, estimate_record(city.estimates)))
    if len(city.score_weights):
        parts.append(provenance_rows("scores", _score_record(city)))
    return pd.concat(parts, ignore_index=True)


def _score_record(city: City) -> dict[str, Any]:
    """How the scores were made, and of a component the share of the variance it holds, per stage."""
    settings, made = city.settings.scores, city.score_weights.drop_duplicates("stage")
    explained = {f"explained.{s}": float(share) for s, share in zip(made["stage"], made["explained"], strict=True) if np.isfinite(share)}
    return {"method": settings.method, "per": settings.per, **explained}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "source"
