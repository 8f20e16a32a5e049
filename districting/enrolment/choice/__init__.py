"""Choice inside zones of several schools: engines over arrays, a model of wishes, and what comes out over many draws."""

from __future__ import annotations

from districting.enrolment.choice.engines import CHOICE_ENGINES, run_engine
from districting.enrolment.choice.simulate import simulate_choice

__all__ = ["CHOICE_ENGINES", "run_engine", "simulate_choice"]
