"""Zones and districts held against each other: places for the graduates, junior zones inside the districts, territory in one piece (policy R33, R40)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from districting.auditing.finding import finding
from districting.model.plan import Plan

_PRIMARY_YEARS = 6
_SOURCE = "直对入学学区（成都商报 2017-02-06）"


def agreement_findings(plan: Plan) -> list[dict[str, Any]]:
    """For every scheme whose districts hang together and hold primaries and juniors, where the stages are zoned."""
    rows: list[dict[str, Any]] = []
    for scheme in plan.districts["scheme"].unique() if len(plan.districts) else ():
        rules = plan.rules[plan.rules["decision"] == f"grouping.{scheme}"].set_index("rule")["value"]
        members = plan.top_members(str(scheme))
        if rules.get("connected") == "on" and {"primary", "junior"} <= set(members["stage"]):
            rows += _places(plan, str(scheme), members, rules.get("junior_seats"))
            rows += _ground(plan, str(scheme), members, asked=plan.recorded("joint", "rounds") is not None)
    return rows


def _line(measure: str, value: float, unit: str, scheme: str, stage: str, asked: bool) -> dict[str, Any]:
    """One line; held against a line only where a rule asks for it, else it is for the reader to judge."""
    judged: dict[str, Any] = {"threshold": 0.0, "verdict": "pass" if value == 0 else "fail"} if asked else {}
    return finding(measure, value, unit, stage=stage, scope=f"districts:{scheme}", source=_SOURCE, **judged)


def _places(plan: Plan, scheme: str, members: pd.DataFrame, share: Any) -> list[dict[str, Any]]:
    """Districts whose junior places fall short of their graduates, by how many places in all, and those that break the share of them that the form asks for."""
    if "plan" not in plan.school_stages.columns or "graduates" not in plan.school_stages.columns:
        return []
    table = members.merge(plan.school_stages, on=["school_id", "stage"], how="left")
    graduates = table["graduates"].astype("float64").fillna(table["pupils"].astype("float64") / _PRIMARY_YEARS).where(table["stage"] == "primary", 0.0)
    places = table["plan"].astype("float64").where(table["stage"] == "junior", 0.0)
    if places.isna().any() or graduates.isna().any():
        return []
    need, held = graduates.groupby(table["district_id"]).sum(), places.groupby(table["district_id"]).sum()
    short = (need - held).where(need - held > 1e-6, 0.0)
    rows = [
        _line("districts_short_of_places", float((short > 0).sum()), "district", scheme, "junior", asked=False),
        _line("junior_places_missing", float(short.sum()), "pupil", scheme, "junior", asked=False),
    ]
    if share:
        broken = float((float(share) * need - held > 1e-6).sum())
        rows.append(_line("districts_short_of_share", broken, "district", scheme, "", asked=True))
    return rows


def _ground(plan: Plan, scheme: str, members: pd.DataFrame, *, asked: bool) -> list[dict[str, Any]]:
    district = {stage: _district_of_block(plan, members, stage) for stage in ("primary", "junior") if stage in plan.zoned_stages}
    if "primary" not in district:
        return []
    label = pd.factorize(pd.Series(district["primary"]).replace("", None))[0]
    rows = [_line("districts_in_pieces", float(_in_pieces(plan, label)), "district", scheme, "primary", asked)]
    if "junior" in district:
        away = (district["primary"] != "") & (district["junior"] != "") & (district["primary"] != district["junior"])
        pupils = plan.demand[plan.demand["stage"] == "junior"].set_index("block_id")["pupils"].reindex(plan.blocks["block_id"]).fillna(0.0)
        rows.append(_line("blocks_zoned_elsewhere", float(away.sum()), "block", scheme, "junior", asked))
        rows.append(_line("pupils_zoned_elsewhere", float(pupils.to_numpy(dtype=np.float64)[away].sum()), "pupil", scheme, "junior", asked))
    return rows


def _district_of_block(plan: Plan, members: pd.DataFrame, stage: str) -> NDArray[Any]:
    """(n,) the district of the schools whose zone a block is in; empty where they have none or several."""
    of_school = members[members["stage"] == stage].set_index("school_id")["district_id"]
    served = plan.zone_schools[plan.zone_schools["stage"] == stage]
    found = pd.DataFrame({"zone_id": served["zone_id"], "district": of_school.reindex(served["school_id"]).to_numpy()}).dropna()
    one = found.groupby("zone_id")["district"].agg(lambda d: d.iloc[0] if d.nunique() == 1 else "")
    return one.reindex(plan.blocks[f"zone_id_{stage}"]).fillna("").to_numpy(dtype=object)


def _in_pieces(plan: Plan, label: NDArray[np.int64]) -> int:
    """Districts whose blocks do not hang together over borders that no barrier closes."""
    blocks = pd.Index(plan.blocks["block_id"])
    edges = plan.edges[~plan.edges["cut"].to_numpy(dtype=bool)]
    a, b = (blocks.get_indexer(edges[c]) for c in ("block_a", "block_b"))
    inside = label[a] == label[b]
    n = len(label)
    piece = connected_components(coo_array((np.ones(int(inside.sum())), (a[inside], b[inside])), shape=(n, n)), directed=False)[1]
    named = label >= 0
    count = pd.DataFrame({"label": label[named], "piece": piece[named]}).drop_duplicates().groupby("label").size()
    return int((count > 1).sum())
