"""Who leads a district, as far as the public is told.

Of school districts (学区) it is: the scheme that is published names lead and members (policy R01, 4.2 deliverable 2), and so do alliances inside counties (R10, "as R01").
Of areas that a form of links makes, incubation areas (孵化片区) first of all, it is not: policy R09 publishes the areas and their rosters, while their centre is there because it is a
strong school, and no charter that is published names it. Such an area is called by a number, its schools stand in the order of their ids, none has a role, and what would name the
centre (the seats and hosts of a charter, the order of the areas, the county of an area across a border) is left out.
"""

from __future__ import annotations

from typing import Any

from districting.grouping.forms import FORMS
from districting.model.plan import SECOND_LEVEL, Plan
from districting.model.stages import STAGES
from districting.outputs.scheme_names import scheme_name
from districting.wording import say

_OF_ITS_LEAD = ("charter", "conference", "duties", "inspectors", "mechanisms")


def tells_its_leads(plan: Plan, scheme: str) -> bool:
    """Whether the public is told who leads the districts of ``scheme``: a form of school districts, one that was grouped under a name of its own, or alliances inside counties."""
    form, _, stage = scheme.rpartition("_")
    grouped = plan.provenance["part"].astype("str") == f"grouping.{scheme}" if len(plan.provenance) else ()
    return scheme in (*FORMS, SECOND_LEVEL) or (stage in STAGES and form in FORMS) or bool(any(grouped))


def shown_role(role: Any) -> str:
    """The role in a district as the public sees it: a school leads or is a member.

    >>> shown_role("weak"), shown_role("lead")
    ('member', 'lead')
    """
    return "lead" if role == "lead" else "member"


def without_leads(plan: Plan) -> Plan:
    """``plan`` with the roles that the public sees, and its other districts without anything that tells their leads."""
    quiet = [s for s in dict.fromkeys(plan.memberships["scheme"].astype("str")) if not tells_its_leads(plan, s)]
    role = [r if s in quiet else shown_role(r) for r, s in zip(plan.memberships["role"], plan.memberships["scheme"].astype("str"), strict=True)]
    plan = plan.replace(memberships=plan.memberships.assign(role=role))
    for scheme in quiet:
        plan = _neutral(plan, scheme)
    return plan


def _neutral(plan: Plan, scheme: str) -> Plan:
    rows, layer = plan.memberships, plan.districts
    mine, here = (rows["scheme"] == scheme).to_numpy(dtype=bool), (layer["scheme"] == scheme).to_numpy(dtype=bool)
    first = rows[mine].groupby(rows.loc[mine, "district_id"].astype("str"))["school_id"].min().astype("str").sort_values(kind="stable")
    number = {district: i for i, district in enumerate(first.index, start=1)}
    code = {district: f"{district[:1]}{i:02d}" for district, i in number.items()}
    members = rows.assign(
        role=rows["role"].where(~mine, "member"), district_id=[code.get(str(d), d) if m else d for d, m in zip(rows["district_id"], mine, strict=True)]
    )
    members = _sorted(members, mine, ["district_id", "school_id", "stage"])
    counties = rows[mine].merge(plan.schools[["school_id", "county_code"]], on="school_id").groupby("district_id")["county_code"].agg(list)
    districts = layer.assign(
        name=[_name(plan, scheme, number.get(str(d), 0)) if h else n for d, n, h in zip(layer["district_id"], layer["name"], here, strict=True)],
        county_code=[_one(counties.get(d)) if h else c for d, c, h in zip(layer["district_id"], layer["county_code"], here, strict=True)],
        district_id=[code.get(str(d), d) if h else d for d, h in zip(layer["district_id"], here, strict=True)],
    )
    kept = {name: _others(getattr(plan, name), scheme) for name in _OF_ITS_LEAD}
    return plan.replace(memberships=members, districts=_sorted(districts, here, ["district_id"]), **kept)


def _name(plan: Plan, scheme: str, number: int) -> str:
    return say("pairing.area_numbered", plan.language, scheme=scheme_name(scheme, plan.language), number=number)


def _one(counties: Any) -> str:
    """The county of all, empty where they are of several."""
    return str(counties[0]) if isinstance(counties, list) and len(set(counties)) == 1 else ""


def _sorted(frame: Any, mine: Any, by: list[str]) -> Any:
    """``frame`` with the rows of ``mine`` in order among their own places."""
    place = frame.index.to_numpy().copy()
    place[mine] = frame[mine].sort_values(by, kind="stable").index.to_numpy()
    return frame.loc[place].reset_index(drop=True)


def _others(table: Any, scheme: str) -> Any:
    return table[table["scheme"] != scheme].reset_index(drop=True) if len(table) else table
