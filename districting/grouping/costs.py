"""What it costs to put a unit under a centre, and what districts should hold evenly; all in pupil-metres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from districting.measures.complementarity import complementarity_gain, varying_weights
from districting.model.grouping_problem import GroupingProblem


@dataclass(frozen=True, eq=False)
class Candidates:
    """The members of an area and the centres they may be put under: ``place`` local unit of each member, ``theme`` of each centre (-1 = none)."""

    problem: GroupingProblem
    unit: NDArray[np.int64]
    member: NDArray[np.int64]
    place: NDArray[np.int64]
    centre: NDArray[np.int64]
    theme: NDArray[np.int64]

    @cached_property
    def distance_m(self) -> NDArray[np.float64]:
        """Member x centre, metres."""
        xy = self.problem.member_xy
        step = xy[self.member][:, None, :] - xy[self.centre][None, :, :]
        return np.asarray(np.hypot(step[..., 0], step[..., 1]))

    @property
    def pupils(self) -> NDArray[np.float64]:
        return self.problem.pupils[self.member]

    def by_unit(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Member rows summed to unit rows."""
        out = np.zeros((len(self.unit), *values.shape[1:]))
        np.add.at(out, self.place, values)
        return out

    @property
    def averaged(self) -> NDArray[np.bool_]:
        """(s,) members over which means and even shares are taken: the area's county, or all where districts may cross counties or are counted over all."""
        problem = self.problem
        if not problem.spec.within_county or problem.spec.counted_districts:
            return np.ones(problem.member_count, dtype=bool)
        county = problem.county_of_unit[problem.unit_of_member]
        return np.asarray(county == county[self.member[0]])


def arc_terms(found: Candidates) -> dict[str, NDArray[np.float64]]:
    """Term -> (n, c): nearness and complementarity always, the others where the form weighs them."""
    spec = found.problem.spec
    terms = {"nearness": spec.nearness * _near(found), "complementarity": found.by_unit(_lacking(found))}
    facts, centre = found.problem.facts, found.centre
    if spec.stability and facts.lead_today is not None:
        today = facts.lead_today[found.member]
        moved = (today[:, None] >= 0) & (today[:, None] != centre[None, :])
        terms["stability"] = found.by_unit(spec.stability * found.pupils[:, None] * moved)
    if spec.theme and facts.themes is not None:
        fits = facts.themes if facts.reaches is None else facts.themes | facts.reaches
        terms["theme"] = found.by_unit(spec.theme * found.pupils[:, None] * ~fits[found.member][:, found.theme])
    return terms


def pulls(found: Candidates) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.float64]]:
    """Names (q,), pulls (n, q) and prices (q,): a district pays the price of the absolute sum of its pulls, which is 0 when it holds its even share."""
    spec, facts = found.problem.spec, found.problem.facts
    pupils = found.problem.pupils
    made: list[tuple[str, float, NDArray[np.float64]]] = [("evenness", spec.evenness, found.by_unit(_off_share(found, pupils * found.problem.quality, pupils)))]
    if spec.seat_evenness and facts.quality_seats is not None:
        made.append(("seat_evenness", spec.seat_evenness, _off_share_of_homes(found, facts.quality_seats)))
    if spec.mix_evenness and facts.area is not None:
        made.append(("mix_evenness", spec.mix_evenness, found.by_unit(_off_share(found, pupils * (facts.area == "rural"), pupils))))
    if spec.fill_evenness and facts.seats is not None and facts.graduates is not None:
        made.append(("fill_evenness", spec.fill_evenness, found.by_unit(_off_share(found, facts.seats, facts.graduates))))
    names, prices, columns = zip(*made, strict=True)
    return tuple(names), np.column_stack(columns), np.array(prices, dtype=np.float64)


def _near(found: Candidates) -> NDArray[np.float64]:
    """(n, c) pupils x metres to the centre, from the member schools or from the homes in the unit."""
    problem = found.problem
    if problem.spec.from_homes and problem.homes_m is not None:
        return problem.homes_m[found.unit][:, found.centre]
    return found.by_unit(found.pupils[:, None] * found.distance_m)


def _lacking(found: Candidates) -> NDArray[np.float64]:
    """Member x centre: what is missing to the best gain any centre of the area offers, >= 0."""
    problem = found.problem
    resources = problem.resources
    gain = complementarity_gain(resources[found.member], resources[found.centre], weight=_resource_weight(problem))
    best = gain.max(axis=1, keepdims=True) if len(found.centre) else gain
    return problem.spec.complementarity * found.pupils[:, None] * (best - gain)


def _resource_weight(problem: GroupingProblem) -> NDArray[np.float64]:
    """Weights of the resources that vary; a column that is the same everywhere counts nothing."""
    varying = varying_weights(problem.resources)
    return varying if problem.resource_weight is None else np.where(varying > 0, problem.resource_weight, 0.0)


def _off_share(found: Candidates, value: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    """(members,) value - base x (all value / all base): 0 in sum where a district holds its even share."""
    over = found.averaged
    ratio = float(value[over].sum() / base[over].sum()) if base[over].sum() > 0 else 0.0
    return (value - ratio * base)[found.member]


def _off_share_of_homes(found: Candidates, seats: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) seats in a unit - their even share by what its homes weigh (by the schools' pupils where homes weigh nothing)."""
    problem = found.problem
    base = problem.weight_of_unit[found.unit]
    if base.sum() <= 0:
        base = found.by_unit(found.pupils)
    held = found.by_unit(seats[found.member])
    return np.asarray(held - held.sum() * base / base.sum() if base.sum() > 0 else held)
