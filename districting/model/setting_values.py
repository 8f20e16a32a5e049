"""Numbers of the settings that are of the right kind and still make no sense: a negative seed, no steps, a gap above 1."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from districting.errors import Fault
from districting.model.district_spec import range_faults
from districting.model.pairing_values import pairing_faults
from districting.model.research_values import research_faults
from districting.model.resources import RESOURCES
from districting.model.settings import FormSettings, Settings
from districting.model.sharing_values import sharing_faults
from districting.model.teacher_values import teacher_faults
from districting.wording import text

_SHARES: Final = (
    ("solve", "gap"), ("tiers", "lead_share"), ("tiers", "weak_share"), ("governance", "lead_share"),
    ("pairing.renewal", "graduate_share"), ("pairing.renewal", "renew_share"),
)  # fmt: skip
_LEAST: Final = (
    ("project", "seed", 0), ("solve", "steps", 1), ("solve", "starts", 1), ("pairing", "donor_cap", 1), ("pairing", "term_years", 1),
    ("pairing.chain", "max_mentees", 1), ("pairing.chain", "max_depth", 1), ("pairing.chain", "score_levels", 2),
    ("governance", "term_years", 1), ("governance", "meetings_per_month", 1), ("governance", "inspector_load", 1),
    ("pairing.base_school", "bases", 1), ("pairing.base_school", "load_cap", 1), ("pairing.base_school", "experts", 0),
    ("pairing.renewal", "max_terms", 1), ("pairing.master_apprentice", "cap", 1), ("pairing.master_apprentice", "teachers", 1),
    ("pairing.uds", "university_cap", 1), ("pairing.uds", "member_cap", 1),
)  # fmt: skip
_NOT_NEGATIVE: Final = (
    ("project", "repair_width_m"), ("pairing", "max_distance_m"), ("pairing", "gap_weight_m"), ("audit", "weak_weight"), ("audit", "shared_reach_m"), ("pairing.chain", "level_gap_weight_m"), ("pairing.school", "size_weight_m"),
    ("pairing.difference", "gain_value_m"), ("pairing.difference", "min_gain"),
    ("pairing.drive", "mutual"), ("pairing.drive", "large"), ("pairing.drive", "least"),
    ("pairing.master_apprentice", "apprentice_years"), ("pairing.master_apprentice", "hours"),
)  # fmt: skip
_WIDEST_REPAIR_M: Final = 20.0
"""Wider strips hold homes, roads and rivers: none is given away without a planner."""
_SECONDS: Final = (("solve", "time_limit_s"), ("pairing.uds", "time_limit_s"))


def _too_wide(width_m: float) -> list[Fault]:
    if not _WIDEST_REPAIR_M < width_m < math.inf:
        return []
    problem, remedy = text("repair.too_wide", given=width_m), text("repair.give_width", most=_WIDEST_REPAIR_M)
    return [Fault(problem, remedy, column="project.repair_width_m")]


def number_faults(settings: Settings) -> list[Fault]:
    """Every number out of its range, each at its key.

    >>> from districting.model.settings import ProjectSettings
    >>> [f.column for f in number_faults(Settings(project=ProjectSettings(seed=-1)))]
    ['project.seed']
    """
    faults = []
    for section, name in _SHARES:
        given = _value(settings, section, name)
        if given is not None and not 0 <= given <= 1:
            faults.append(Fault(text("config.not_a_share", given=given), text("config.give_share"), column=f"{section}.{name}"))
    for section, name, least in _LEAST:
        given = _value(settings, section, name)
        if given is not None and given < least:
            faults.append(Fault(text("config.too_small", given=given, least=least), text("config.give_at_least", least=least), column=f"{section}.{name}"))
    for section, name in _NOT_NEGATIVE:
        given = _value(settings, section, name)
        if given is not None and not 0 <= given < math.inf:
            faults.append(Fault(text("config.negative", given=given), text("config.give_not_negative"), column=f"{section}.{name}"))
    faults += _too_wide(settings.project.repair_width_m)
    for section, name in _SECONDS:
        limit = _value(settings, section, name)
        if limit is not None and not limit > 0:
            faults.append(Fault(text("config.no_time", given=limit), text("config.give_time"), column=f"{section}.{name}"))
    if settings.pairing is not None:
        faults += _not_negative("pairing.difference.weights", settings.pairing.difference.weights)
    if settings.grouping is not None:
        faults += form_faults("grouping", settings.grouping)
        faults += [f for name, form in settings.grouping.forms.items() for f in form_faults(f"grouping.forms.{name}", form)]
    faults += _shared_faults(settings.audit.shared)
    months = settings.governance.term_months
    if not months or len(set(months)) < len(months) or not set(months) <= set(range(1, 13)):
        faults.append(Fault(text("config.no_months", given=[str(m) for m in months]), text("config.give_months"), column="governance.term_months"))
    return (
        faults
        + _score_faults(settings)
        + pairing_faults(settings.pairing)
        + sharing_faults(settings.sharing)
        + teacher_faults(settings.sharing)
        + research_faults(settings.sharing)
    )


def _shared_faults(shared: Mapping[str, float]) -> list[Fault]:
    """Resources that nobody knows, and shares that are none."""
    faults = []
    for name, share in shared.items():
        if name not in RESOURCES:
            faults.append(Fault(text("config.no_choice", given=name), text("config.choose", names=list(RESOURCES)), column=f"audit.shared.{name}"))
        elif not 0 <= share <= 1:
            faults.append(Fault(text("config.not_a_share", given=share), text("config.give_share"), column=f"audit.shared.{name}"))
    return faults


def _score_faults(settings: Settings) -> list[Fault]:
    """Weights that are missing, that nobody asked for, or that are no weights."""
    scores, place = settings.scores, "scores.weights"
    faults = _not_negative(place, scores.weights)
    if scores.method == "weights" and not any(w > 0 for w in scores.weights.values()):
        faults.append(Fault(text("config.no_score_weights"), text("config.give_score_weights"), column=place))
    if scores.method != "weights" and scores.weights:
        faults.append(Fault(text("config.unused_score_weights", method=scores.method), text("config.use_score_weights"), column=place))
    if scores.method in ("given", "weights") and scores.indicators:
        faults.append(Fault(text("config.unused_indicators", method=scores.method), text("config.use_indicators"), column="scores.indicators"))
    return faults


def _not_negative(place: str, numbers: Mapping[str, float]) -> list[Fault]:
    return [
        Fault(text("config.negative", given=given), text("config.give_not_negative"), column=f"{place}.{name}")
        for name, given in numbers.items()
        if not 0 <= given < math.inf
    ]


def form_faults(place: str, form: FormSettings) -> list[Fault]:
    """Numbers of a form out of their range: negative weights and lengths, shares above 1, limits that no count can meet.

    >>> from districting.model.settings import FormSettings
    >>> [f.column for f in form_faults("grouping", FormSettings(counts={"junior": (3, 2)}, theme_share=1.5))]
    ['grouping.theme_share', 'grouping.counts.junior']
    """
    return range_faults(form, f"{place}.")


def _value(settings: Settings, section: str, name: str) -> float | None:
    """The number ``name`` of a table; a table inside another by its path (``pairing.uds``)."""
    found: Any = settings
    for step in (*section.split("."), name):
        found = getattr(found, step, None)
    number: float | None = found
    return number
