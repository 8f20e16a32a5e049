"""The six layers of sharing as links, and their coverage in the city and in every district (policy R16)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from districting.checking.pairing.six_shares import wrong_coverage
from districting.errors import DataError, DistrictingError, Fault
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import PLAN_TABLES, Plan
from districting.model.share_problem import ShareCoverage, ShareProblem
from districting.model.sharing import SHARE_LAYERS
from districting.pairing import cover_shares
from districting.planning.links.tables import with_links
from districting.planning.offers import offers, points_xy
from districting.planning.rows import note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.wording import text

FORM = "six_shares"
MEAN = "mean"
"""Layer of the row that holds the score of a district: the mean of the six shares; no school is counted there."""
_LAYERS: Final = tuple(SHARE_LAYERS)


def add_six_shares(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` with a link for every row of the table, and the coverage of all layers: of the city (scheme "") and of the districts in the plan.

    All schools of the city are those of ``settings.stages``, those of a district all its members.

    Raises
    ------
    DataError : there is no table of sharing
    """
    if city.shares is None:
        raise DataError(Fault(text("pairing.no_shares"), text("pairing.give_shares"), column="inputs.shares"))
    members = offers(city, settings.stages, private=settings.private).taken.drop_duplicates("school_id")
    plan = with_links(plan, _links(city, settings), settings)
    rows = [_coverage(city, settings, "", {"": tuple(members["school_id"])})]
    for scheme in dict.fromkeys(plan.districts["scheme"]) if len(plan.districts) else ():
        mine = plan.top_members(scheme)
        named = {str(d): tuple(mine.loc[mine["district_id"] == d, "school_id"]) for d in plan.top_districts(scheme)["district_id"]}
        rows.append(_coverage(city, settings, str(scheme), named))
    missing = [layer for layer in _LAYERS if layer not in set(city.shares["layer"])]
    record = {"links": len(city.shares), "score": float(rows[0].loc[rows[0]["layer"] == MEAN, "share"].iloc[0]), "missing_layers": len(missing)}
    return plan.replace(
        share_coverage=stack(plan.share_coverage, pd.concat(rows, ignore_index=True)),
        notes=stack(plan.notes, note_rows(_missing_note(missing), plan.language)),
        provenance=stack(plan.provenance, provenance_rows(f"pairing.{FORM}", record)),
    )


def _links(city: City, settings: PairingSettings) -> pd.DataFrame:
    shares = city.shares
    assert shares is not None
    spot = dict(zip(city.schools["school_id"].astype("str"), points_xy(city.schools).tolist(), strict=True))
    ways = [float(np.hypot(*(np.array(spot[a]) - np.array(spot[b])))) for a, b in zip(shares["from_id"], shares["to_id"], strict=True)]
    rows = shares.rename(columns={"layer": "channel"}).assign(kind=FORM, distance_m=ways)
    return rows.assign(remote=np.nan_to_num(rows["distance_m"].to_numpy(dtype=np.float64)) > settings.max_distance_m)


def _coverage(city: City, settings: PairingSettings, scheme: str, named: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Rows of one scheme: six layers and their mean for every district, over all its schools."""
    at = pd.Index(sorted({str(s) for schools in named.values() for s in schools}), dtype="str")
    district = np.full(len(at), -1, dtype=np.int64)
    for position, schools in enumerate(named.values()):
        rows = at.get_indexer(pd.Index(schools))
        district[rows[rows >= 0]] = position
    shares = city.shares
    assert shares is not None
    problem = ShareProblem(
        layer=pd.Index(_LAYERS).get_indexer(pd.Index(shares["layer"])).astype(np.int64),
        giver=at.get_indexer(pd.Index(shares["from_id"])).astype(np.int64),
        taker=at.get_indexer(pd.Index(shares["to_id"])).astype(np.int64),
        district=district,
        districts=len(named),
        layers=len(_LAYERS),
        inside=settings.six_shares.inside,
    )
    found = cover_shares(problem)
    wrong = wrong_coverage(problem, found)
    if wrong:
        raise DistrictingError(text("planning.broken_rule", rules=wrong))
    return pd.concat([_rows(scheme, district_id, d, found) for d, district_id in enumerate(named)] or [_rows(scheme, "", 0, found).iloc[:0]], ignore_index=True)


def _rows(scheme: str, district_id: str, d: int, found: ShareCoverage) -> pd.DataFrame:
    rows = [(scheme, district_id, layer, int(found.schools[d]), int(found.covered[d, k]), float(found.share[d, k])) for k, layer in enumerate(_LAYERS)]
    rows.append((scheme, district_id, MEAN, int(found.schools[d]), None, float(found.score[d])))  # type: ignore[arg-type]
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["share_coverage"])).astype({"covered": "Int64"})


def _missing_note(missing: list[str]) -> list[Fault]:
    if not missing:
        return []
    layers = [text(f"pairing.layer_{layer}") for layer in missing]
    return [Fault(text("pairing.layers_missing", layers=layers), text("pairing.give_layers"), column="shares", severity="warning")]
