"""Whether a plan is a draft (草案): it is one until its risk has been assessed (风险评估), and every output says so."""

from __future__ import annotations

from typing import Final

from districting.model.plan import Plan

RISK_LEVELS: Final = ("low", "medium", "high")
"""What ``level`` of the part ``risk`` of the provenance may be."""


def is_draft(plan: Plan) -> bool:
    """True until the plan's provenance holds a risk level.

    >>> import pandas as pd
    >>> plan = Plan("示范市", 2026, "zh", "EPSG:4546")
    >>> is_draft(plan), is_draft(plan.replace(provenance=pd.DataFrame({"part": ["risk"], "key": ["level"], "value": ["low"]})))
    (True, False)
    """
    return plan.recorded("risk", "level") not in RISK_LEVELS
