"""Choice inside zones of several schools: engines over arrays, a model of wishes, and what comes out over many draws."""

from __future__ import annotations

from districting.enrolment.choice.compare import access_changes
from districting.enrolment.choice.engines import CHOICE_ENGINES, run_engine
from districting.enrolment.choice.simulate import simulate_choice
from districting.enrolment.choice.strategic import gain_before_draw

__all__ = ["CHOICE_ENGINES", "access_changes", "gain_before_draw", "run_engine", "simulate_choice"]
