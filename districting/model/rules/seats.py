"""Seats: no school has more pupils than seats; or, as a price, every pupil over costs so many metres."""

from __future__ import annotations

from dataclasses import dataclass

from districting.errors import Fault
from districting.model.draft import Draft
from districting.model.rules.rule import Rule, not_a_number, not_a_switch


@dataclass(frozen=True, eq=False)
class Seats(Rule):
    """``hard`` (the default without any rule), or soft at ``price`` in units of the objective for each pupil over the seats; 0 = seats do not bind."""

    hard: bool = True
    price: float = 0.0
    name = "seats"

    def faults(self, problem: object) -> list[Fault]:
        return not_a_switch(self.name, self.hard) + not_a_number(self.name, self.price)

    def lower(self, problem: object, draft: Draft) -> None:
        draft.seat_price_m = None if self.hard else self.price
