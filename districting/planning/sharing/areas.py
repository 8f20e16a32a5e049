"""Areas in which schools share teachers: the districts of a plan, or counties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.model.research_settings import ResearchSettings
from districting.model.sharing_settings import RovingSettings
from districting.model.teacher_settings import RotationSettings
from districting.planning.rows import county_names
from districting.reading.city import City
from districting.wording import Text, text

Scoped = RotationSettings | RovingSettings | ResearchSettings
"""Settings of a command that goes by districts or by counties."""


def staffed_schools(city: City, stages: tuple[str, ...]) -> Any:
    """Public school-stages, by stage and id, with name, county_code, town_code, urban_rural_code and geometry; one without a known place takes part, its distances are NaN."""
    columns = ["school_id", "name", "county_code", "town_code", "urban_rural_code", "ownership", "geometry"]
    campus = city.schools[[c for c in columns if c in city.schools.columns]]
    rows = city.school_stages[city.school_stages["stage"].isin(stages)].merge(campus, on="school_id", how="left", validate="many_to_one")
    return rows[rows["ownership"] != "private"].sort_values(["stage", "school_id"], kind="stable").reset_index(drop=True)


def private_schools(city: City, stages: tuple[str, ...]) -> dict[str, int]:
    """Private school-stages and their teachers, of whom public bodies cannot dispose: ``schools_private``, ``teachers_private``."""
    owned = city.schools.loc[city.schools["ownership"] == "private", "school_id"]
    rows = city.school_stages[city.school_stages["stage"].isin(stages) & city.school_stages["school_id"].isin(owned)]
    teachers = city.teachers
    count = 0 if teachers is None else int((teachers["stage"].isin(stages) & teachers["school_id"].isin(owned)).sum())
    return {"schools_private": len(rows), "teachers_private": count}


def private_line(counts: dict[str, int]) -> tuple[Text, ...]:
    """What is said of them: nothing where there are none."""
    return (text("sharing.private_outside", schools=counts["schools_private"], teachers=counts["teachers_private"]),) if counts["schools_private"] else ()


def needs_subjects(subjects: pd.Series) -> None:
    """Refuse a table in which no teacher of the stages has a subject: posts and groups go by subject.

    Raises
    ------
    DataError : none of ``subjects`` is given
    """
    if not (subjects.str.strip() != "").any():
        raise DataError(Fault(text("sharing.no_subjects", count=len(subjects)), text("sharing.give_subjects"), file="teachers", column="subject"))


def area_of(members: Any, city: City, plan: Plan, scheme: str | None) -> pd.Series:
    """District of every school-stage (``school_id``, ``stage``) by its id, "" outside of all; of ``scheme``, or the first of the plan.

    Raises
    ------
    DataError : the plan has no districts, or none of this name
    """
    known = [str(s) for s in plan.memberships["scheme"].unique()]
    if not known or (scheme is not None and scheme not in known):
        problem = text("sharing.no_scheme", given=scheme, known=known) if known else text("sharing.no_districts")
        raise DataError(Fault(problem, text("sharing.give_plan"), column="--plan"))
    rows = plan.top_members(scheme or known[0])
    found = {(str(i), str(s)): str(d) for i, s, d in zip(rows["school_id"], rows["stage"], rows["district_id"], strict=True)}
    return pd.Series([found.get((str(i), str(s)), "") for i, s in zip(members["school_id"], members["stage"], strict=True)], index=members.index, dtype="str")


def areas(members: Any, city: City, plan: Plan | None, settings: Scoped, command: str) -> tuple[np.ndarray[Any, Any], dict[str, str]]:
    """(s,) area of every school-stage, "" = none, and the name of each area. ``command`` of ``share``: whose ``scope`` a refusal names.

    Raises
    ------
    DataError : districts are asked for without a plan, or of a scheme that the plan has not
    """
    if settings.scope == "county":
        return members["county_code"].fillna("").to_numpy(dtype=str), county_names(city)
    if plan is None:
        raise DataError(
            Fault(text("sharing.needs_plan"), text("sharing.plan_or_county", key=f"sharing.{command}", act=text(f"sharing.act_{command}")), column="--plan")
        )
    names = dict(zip(plan.districts["district_id"].astype("str"), plan.districts["name"].astype("str"), strict=True))
    return area_of(members, city, plan, settings.scheme).to_numpy(dtype=str), names
