"""Which columns of a plan's inputs are estimates (估算) and no counts: every output of such a plan says so.

There is one mark: the part ``estimated`` of the provenance, a row for each column. It holds what the config calls an estimate and what was brought onto the blocks
from ``inputs.population``; the same rows, as a table, are ``City.estimates``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from districting.model.plan import Plan

PART: Final = "estimated"
"""The part of the provenance that names them: ``input.column`` -> how it came about."""
_KINDS: Final = (("pupils", r"(pupils|entrants)(_\w+)?"), ("people", r"residents|households"), ("seats", r"seats|plan"), ("stages", r"stage"))


def estimated_columns(plan: Plan) -> list[str]:
    """``input.column`` of every estimate.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"part": "estimated", "key": ["schools.seats", "blocks.pupils_primary"], "value": ["config", "area people.parquet 100+0"]})
    >>> estimated_columns(Plan("示范市", 2026, "zh", "EPSG:4546", provenance=rows))
    ['schools.seats', 'blocks.pupils_primary']
    """
    return [str(key) for key in plan.provenance.loc[plan.provenance["part"] == PART, "key"]]


def estimated_kinds(columns: Iterable[str]) -> list[str]:
    """What readers call the columns: ``pupils``, ``people``, ``seats``, ``stages``, ``other``, each once.

    >>> estimated_kinds(["schools.seats", "blocks.pupils_primary", "blocks.entrants_junior", "schools.books"])
    ['pupils', 'seats', 'other']
    """
    names = [c.rpartition(".")[2] for c in columns]
    of = [next((kind for kind, pattern in _KINDS if re.fullmatch(pattern, name)), "other") for name in names]
    return [kind for kind in (*(kind for kind, _ in _KINDS), "other") if kind in of]
