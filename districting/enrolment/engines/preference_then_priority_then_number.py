"""Wish by wish, inside a wish the higher tier first, then the number; those left over take remaining seats in the order of their numbers alone (Cangshan, policy 2.6)."""

from __future__ import annotations

from districting.enrolment.engines.engine import Engine
from districting.enrolment.engines.preference_first import by_wish

ENGINE = Engine(lambda hall: by_wish(hall, 1, hall.longest, hall.open), left_over="number")
