"""Other ways to colour the blocks of a stage, for internal use: good schools near home, and how settled a block is (policy R42, R41)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.plan import Plan

_ACCESS: Final = {"own": "#1b7837", "near": "#a6dba0", "none": "#d9d3c0"}
_SETTLED: Final = {"never": "#dfe5e8", "sometimes": "#fdb863", "often": "#b2182b"}
_OFTEN: Final = 0.5


def lenses(plan: Plan) -> list[dict[str, Any]]:
    """One entry per stage and column that the blocks carry: ``name`` of its word, ``stage``, ``kinds`` (word, colour), ``plan`` and ``today`` positions in them (-1 = not known)."""
    found = []
    for stage in plan.zoned_stages:
        if f"quality_access_{stage}" in plan.blocks.columns:
            today = f"quality_access_today_{stage}"
            seen = _access(plan.blocks[today]) if today in plan.blocks.columns else None
            found.append(_lens("access", stage, _ACCESS, _access(plan.blocks[f"quality_access_{stage}"]), seen))
        if f"risk_flips_{stage}" in plan.blocks.columns:
            flips = pd.to_numeric(plan.blocks[f"risk_flips_{stage}"]).to_numpy(dtype=np.float64)
            kind = np.where(np.isnan(flips), -1, np.where(flips > _OFTEN, 2, np.where(flips > 0, 1, 0)))
            found.append(_lens("settled", stage, _SETTLED, kind.astype(np.int64), None))
    return found


def _access(words: Any) -> NDArray[np.int64]:
    return np.asarray(pd.Index(list(_ACCESS)).get_indexer(pd.Index(words)), dtype=np.int64)


def _lens(name: str, stage: str, kinds: dict[str, str], of_plan: NDArray[np.int64], today: NDArray[np.int64] | None) -> dict[str, Any]:
    return {
        "name": f"lens_{name}",
        "stage": stage,
        "kinds": [{"word": f"lens_{name}_{kind}", "colour": colour} for kind, colour in kinds.items()],
        "plan": of_plan.tolist(),
        "today": None if today is None else today.tolist(),
    }
