"""A rule or a weight of the form that the problem cannot answer is refused: nothing is left out of a grouping in silence."""

from __future__ import annotations

from districting.errors import DataError, Fault
from districting.grouping.keys import KINDS
from districting.model.grouping_problem import GroupingProblem
from districting.model.stages import AREAS
from districting.wording import text


def refuse_unanswered(problem: GroupingProblem) -> None:
    """DataError with every array that the form asks for and the problem does not have."""
    spec, facts = problem.spec, problem.facts
    keys = {*spec.counts, *spec.spread, spec.centre}
    asked = {
        "facts.area": (bool(keys & set(AREAS)) or spec.mix_evenness > 0, facts.area),
        "facts.kind": (bool(keys & set(KINDS)), facts.kind),
        "facts.seats": (spec.junior_seats > 0 or spec.fill_evenness > 0, facts.seats),
        "facts.graduates": (spec.junior_seats > 0 or spec.fill_evenness > 0, facts.graduates),
        "facts.quality_seats": (spec.seat_evenness > 0, facts.quality_seats),
        "facts.spare_backbone": (spec.backbone_floor > 0, facts.spare_backbone),
        "facts.lead_today": (spec.stability > 0, facts.lead_today),
        "facts.themes": (spec.theme_share > 0 or spec.theme > 0, facts.themes),
        "part_of_unit": (spec.apart, problem.part_of_unit),
        "homes_m": (spec.from_homes and spec.nearness > 0, problem.homes_m),
    }
    missing = [name for name, (needed, given) in asked.items() if needed and given is None]
    if missing:
        raise DataError([Fault(text("grouping.unanswered", name=name, form=spec.form), text("grouping.answer", name=name), column=name) for name in missing])
