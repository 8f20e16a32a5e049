"""Which columns of a plan's inputs are estimates (估算) and no counts: every output of such a plan says so."""

from __future__ import annotations

from districting.model.plan import Plan

PART = "estimated"
"""The part of the provenance that names them: input -> columns."""


def estimated_columns(plan: Plan) -> list[str]:
    """``input.column`` of every estimate, as the config marks them.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"part": ["estimated"], "key": ["blocks"], "value": ["pupils_primary, pupils_junior"]})
    >>> estimated_columns(Plan("示范市", 2026, "zh", "EPSG:4546", provenance=rows))
    ['blocks.pupils_primary', 'blocks.pupils_junior']
    """
    rows = plan.provenance[plan.provenance["part"] == PART]
    return [f"{table}.{column}" for table, columns in zip(rows["key"], rows["value"], strict=True) for column in str(columns).split(", ") if column]
