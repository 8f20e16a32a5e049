"""``[sharing.research]``: joint teaching research, subject bases, studios of leading teachers, training to order (policy R04, R39)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from districting.model.pairing_settings import STRICT
from districting.model.stages import Stage

HalfDay = Literal["mon_am", "mon_pm", "tue_am", "tue_pm", "wed_am", "wed_pm", "thu_am", "thu_pm", "fri_am", "fri_pm"]


@dataclass(frozen=True)
class ResearchSettings:
    """``[sharing.research]``; one session in ``every_weeks`` weeks is policy R04, the other numbers are ours.

    Groups
        ``scope`` districts of ``scheme`` (none named: the first of the plan) or counties; an area with fewer than ``least_teachers`` of a subject joins the nearest group.
    Hosts
        A school seats ``host_seats`` visiting teachers, or ``seats_per_class`` for each of its classes where that is more; a term has ``weeks``; ``half_days`` without lessons to choose from.
        ``if_full``: a group that none of its schools seats meets in sections, or is refused with the seats that would do.
    Bases
        One for every ``schools_per_base`` schools that teach the subject, at least one in every county; it trains ``base_seats`` in a term.
    Studios
        ``leads`` experts (学科带头人), or backbone teachers too; ``studio_seats`` members, at most ``studio_km`` away, who teach ``member_years`` at most (not known: they count)
        and are no leading teachers; a studio with fewer than ``studio_least`` members is not opened.
    Training
        Where no table of demand is given: backbone teachers that a school lacks of ``backbone_per_100`` pupils (教督〔2017〕6号); ``training_km`` is the longest way.
    """

    scope: Literal["district", "county"] = "district"
    scheme: str | None = None
    stages: tuple[Stage, ...] = ("primary", "junior")
    least_teachers: int = 2
    every_weeks: int = 2
    weeks: int = 20
    half_days: tuple[HalfDay, ...] = ("tue_am", "tue_pm", "wed_am", "wed_pm", "thu_am", "thu_pm", "mon_pm", "fri_am", "mon_am", "fri_pm")
    host_seats: int = 60
    if_full: Literal["sections", "refuse"] = "sections"
    seats_per_class: int = 5
    schools_per_base: int = 20
    base_seats: int = 40
    leads: Literal["experts", "backbone"] = "experts"
    studio_seats: int = 12
    studio_least: int = 3
    studio_km: float = 15.0
    member_years: float = 10.0
    backbone_per_100: Mapping[str, float] = field(default_factory=lambda: {"primary": 1.0, "junior": 1.0})
    training_km: float = 30.0
    time_limit_s: float = 60.0
    __pydantic_config__: ClassVar[Any] = STRICT
