"""Engines of a lottery. A new one is a file with an ``ENGINE`` here, a line in ENGINES, and the same rule in the browser's verifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from districting.enrolment.engines import batched, number_first, preference_first, preference_then_priority_then_number, single_school
from districting.enrolment.engines.engine import Engine

ENGINES: Final[Mapping[str, Engine]] = {
    "preference_first": preference_first.ENGINE,
    "preference_then_priority_then_number": preference_then_priority_then_number.ENGINE,
    "number_first": number_first.ENGINE,
    "single_school": single_school.ENGINE,
    "batched": batched.ENGINE,
}

__all__ = ["ENGINES", "Engine"]
