"""What an engine is: who is offered which wish when, and in which order those left over take what remains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from districting.enrolment.hall import Hall


@dataclass(frozen=True)
class Engine:
    """``wishes`` runs the wishes of everybody who waits, at the schools ``hall.open``; ``left_over`` is the order of the last pass: by claim (tier, keys, number) or number alone.

    ``most_wishes``: longest list of wishes it knows; ``number_at_school``: numbers are drawn anew at each school.
    """

    wishes: Callable[[Hall], None]
    left_over: Literal["claim", "number"] = "claim"
    most_wishes: int | None = None
    number_at_school: bool = False
