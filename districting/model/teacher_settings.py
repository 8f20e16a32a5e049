"""``[sharing.rotation]`` and ``[sharing.staffing]``: teachers who change schools (policy R37, R06, R36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from districting.model.pairing_settings import STRICT
from districting.model.rotation_problem import BackboneBase
from districting.model.stages import Stage

Sex = Literal["male", "female"]


@dataclass(frozen=True)
class RotationSettings:
    """``[sharing.rotation]``.

    Where and how many
        ``scope`` inside the districts of ``scheme`` (none named: the first of the plan) or inside counties; ``stages`` that take part, counted together;
        ``share`` of the eligible that goes (教师〔2014〕4号), ``most_share`` at most (None: not more than ``share`` asks, one more where otherwise an indicator would rise); ``backbone_share`` of ``backbone_base``;
        ``if_short``: where an area cannot reach the shares, refuse everything with the least relaxations, or send as many as can go there and say so.
    Who is eligible
        ``min_years`` in the school; younger than ``age_limit``; at least ``years_to_retirement`` left where the table says; nobody with an exemption; nobody who is out
        already (``home_school``). A principal (``principal_posts``, without ``deputy_words``) goes after ``principal_terms`` or ``principal_years`` in office, younger than
        ``principal_age``, and changes places with principals. ``leader_posts``: words of the offices of a school's leadership, of which ``leader_share`` goes at most.
    What stays as it is
        ``weak_floor``: no weak school gives more teachers, or more backbone teachers, than it gets (policy R37: net flow to the weak; where a stage has others than weak schools);
        off, this holds for the weak schools of an area together only. ``subject_change`` by how many teachers of a subject a school's staff may change, ``staff_change`` all together.
    Goals
        ``indicators`` held even; ``titles`` that count as middle or higher; ``pe_art_subjects``; ``couple_price_m`` metres of travel that a couple together is worth.
    """

    scope: Literal["district", "county"] = "district"
    scheme: str | None = None
    stages: tuple[Stage, ...] = ("primary", "junior")
    share: float = 0.10
    most_share: float | None = None
    backbone_share: float = 0.20
    backbone_base: BackboneBase = "rotators"
    if_short: Literal["refuse", "part"] = "refuse"
    min_years: float = 6.0
    age_limit: Mapping[Sex, float] = field(default_factory=lambda: {"male": 50.0, "female": 45.0})
    years_to_retirement: float = 0.0
    principal_terms: float = 2.0
    principal_years: float = 8.0
    principal_age: Mapping[Sex, float] = field(default_factory=lambda: {"male": 55.0, "female": 50.0})
    principal_posts: tuple[str, ...] = ("校长", "园长", "principal", "head teacher")
    deputy_words: tuple[str, ...] = ("副", "助理", "vice", "deputy", "assistant")
    leader_posts: tuple[str, ...] = ("校长", "园长", "书记", "主任", "principal", "head teacher", "director", "secretary")
    leader_share: float = 0.30
    weak_floor: bool = True
    subject_change: int = 1
    staff_change: int = 1
    indicators: tuple[Literal["teachers", "backbone", "above_degree", "senior_title", "pe_art"], ...] = (
        "teachers",
        "backbone",
        "above_degree",
        "senior_title",
        "pe_art",
    )
    titles: tuple[str, ...] = ("一级", "高级")
    pe_art_subjects: tuple[str, ...] = ("体育", "音乐", "美术", "艺术")
    couple_price_m: float = 20_000.0
    gap: float = 0.01
    time_limit_s: float = 60.0
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class StaffingSettings:
    """``[sharing.staffing]``: county-managed, school-hired posts (县管校聘, policy R36).

    ``pupils_per_post`` and ``posts_per_class``: where no table ``inputs.posts`` says, a school has the larger of pupils / ``pupils_per_post`` (pupils per staff, 2014) and, with fewer than
    ``small_pupils`` pupils, classes x ``posts_per_class`` (ours); posts are split by subject as all teachers of the stage are.
    ``proposing``: the side that the stable matching favours. ``without_wishes``: who names no school asks the ``nearest`` first, or waits for the ``adjustment``.
    ``scheme``: districts of the second round (none named: the first of the plan; without a plan it falls away).
    ``title_points`` the first word in a title counts; ``backbone_points``, ``expert_points``, ``year_points`` (per year of teaching, at most 30 years): points where the table gives none.
    """

    stages: tuple[Stage, ...] = ("primary", "junior")
    pupils_per_post: Mapping[str, float] = field(default_factory=lambda: {"primary": 19.0, "junior": 13.5, "senior": 12.5})
    posts_per_class: Mapping[str, float] = field(default_factory=lambda: {"primary": 2.0, "junior": 3.5, "senior": 4.0})
    small_pupils: float = 200.0
    proposing: Literal["teachers", "schools"] = "teachers"
    without_wishes: Literal["nearest", "adjustment"] = "nearest"
    scheme: str | None = None
    title_points: Mapping[str, float] = field(default_factory=lambda: {"正高级": 50.0, "高级": 40.0, "一级": 30.0, "二级": 20.0, "三级": 10.0})
    backbone_points: float = 15.0
    expert_points: float = 15.0
    year_points: float = 1.0
    __pydantic_config__: ClassVar[Any] = STRICT
