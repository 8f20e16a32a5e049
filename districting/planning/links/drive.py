"""What drives every link between two schools (R30a): their own interest, a contract with compensation, an order, or nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.pairing_settings import PairingSettings
from districting.model.plan import Plan
from districting.model.stages import STAGES
from districting.pairing import DRIVES, drives_of, gain_matrix
from districting.planning.links.vectors import stage_vectors
from districting.planning.rows import provenance_rows, stack
from districting.reading.city import City

PART = "pairing.drive"


def with_drives(plan: Plan, city: City, settings: PairingSettings) -> Plan:
    """A copy of ``plan`` whose links between schools of any kind carry ``gain_from``, ``gain_to`` and ``drive``.

    Gains are those of pairs of differences, standardised over the schools of the link's stage; of a link without a stage, or whose stage one of its ends does not
    teach, over those of the first stage (preschool to senior) that both ends teach. A link between schools that teach none in common, or one of which says nothing of its
    resources, has no drive and is counted as ``unknown``; one with a county or a university at an end has none by definition.
    """
    links = plan.links
    if not len(links):
        return plan
    between = ((links["from_kind"] == "school") & (links["to_kind"] == "school")).to_numpy(dtype=bool)
    gain_from, gain_to = (links[c].to_numpy(dtype=np.float64, copy=True) for c in ("gain_from", "gain_to"))
    weighed = _stages(plan, links)
    for stage in [s for s in STAGES if (between & (weighed == s)).any()]:
        mine = np.flatnonzero(between & (weighed == stage))
        gain_from[mine], gain_to[mine] = _gains(city, settings, stage, links.iloc[mine])
    drive = np.where(between, drives_of(gain_from, gain_to, settings.drive), "")
    counts = {name: int(np.count_nonzero(drive == name)) for name in DRIVES}
    record = {**counts, "unknown": int(np.count_nonzero(between & (drive == "")))}
    kept = plan.provenance[plan.provenance["part"] != PART].reset_index(drop=True)
    return plan.replace(
        links=links.assign(gain_from=gain_from, gain_to=gain_to, drive=drive.astype(object)),
        provenance=stack(kept, provenance_rows(PART, record)),
    )


def _stages(plan: Plan, links: pd.DataFrame) -> NDArray[np.str_]:
    """(l,) the stage by which each link is weighed: its own where both ends teach it, else the first that both teach, empty where there is none."""
    taught = {str(school): frozenset(rows) for school, rows in plan.school_stages.groupby("school_id")["stage"]}
    own = links["stage"].fillna("").astype("str")
    found = []
    for a, b, stage in zip(links["from_id"].astype("str"), links["to_id"].astype("str"), own, strict=True):
        common = taught.get(a, frozenset()) & taught.get(b, frozenset())
        found.append(stage if stage in common else next((s for s in STAGES if s in common), ""))
    return np.array(found, dtype=np.str_)


def _gains(city: City, settings: PairingSettings, stage: str, links: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(l,) what the first ends gain of the second, and the second of the first; NaN where that is not known."""
    vectors = stage_vectors(city, settings, stage)
    if not vectors.resources.names or not len(vectors.members):
        return np.full(len(links), np.nan), np.full(len(links), np.nan)
    index = pd.Index(vectors.members["school_id"])
    a, b = index.get_indexer(links["from_id"]), index.get_indexer(links["to_id"])
    gain = gain_matrix(vectors.resources.z, vectors.weight)
    known = (a >= 0) & (b >= 0)
    return np.where(known, gain[a, b], np.nan), np.where(known, gain[b, a], np.nan)
