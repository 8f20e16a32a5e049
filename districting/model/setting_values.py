"""Numbers of the settings that are of the right kind and still make no sense: a negative seed, no steps, a gap above 1."""

from __future__ import annotations

import math
from typing import Final

from districting.errors import Fault
from districting.model.district_spec import range_faults
from districting.model.pairing_settings import CountySettings, SecondLevelSettings
from districting.model.resources import RESOURCES
from districting.model.settings import FormSettings, Settings
from districting.wording import text

_SHARES: Final = (("solve", "gap"), ("tiers", "lead_share"), ("tiers", "weak_share"), ("governance", "lead_share"))
_LEAST: Final = (
    ("project", "seed", 0), ("solve", "steps", 1), ("pairing", "donor_cap", 1), ("pairing", "term_years", 1),
    ("governance", "term_years", 1), ("governance", "meetings_per_month", 1), ("governance", "inspector_load", 1),
)  # fmt: skip
_NOT_NEGATIVE: Final = (
    ("pairing", "max_distance_m"), ("pairing", "gap_weight_m"), ("audit", "weak_weight"),
)  # fmt: skip


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
    limit = settings.solve.time_limit_s
    if limit is not None and not limit > 0:
        faults.append(Fault(text("config.no_time", given=limit), text("config.give_time"), column="solve.time_limit_s"))
    if settings.grouping is not None:
        faults += form_faults("grouping", settings.grouping)
        faults += [f for name, form in settings.grouping.forms.items() for f in form_faults(f"grouping.forms.{name}", form)]
    months = settings.governance.term_months
    if not months or len(set(months)) < len(months) or not set(months) <= set(range(1, 13)):
        faults.append(Fault(text("config.no_months", given=[str(m) for m in months]), text("config.give_months"), column="governance.term_months"))
    return faults + _score_faults(settings) + _pairing_faults(settings)


def _pairing_faults(settings: Settings) -> list[Fault]:
    """Numbers of single forms of links out of their range."""
    return [] if settings.pairing is None else _county_faults(settings.pairing.county) + _second_level_faults(settings.pairing.second_level)


def _county_faults(county: CountySettings) -> list[Fault]:
    place = "pairing.county"
    faults = []
    if county.donor_cap is not None and county.donor_cap < 1:
        faults.append(Fault(text("config.too_small", given=county.donor_cap, least=1), text("config.give_at_least", least=1), column=f"{place}.donor_cap"))
    for name, given in {"need_weight_m": county.need_weight_m, **{f"lines.{k}": v for k, v in county.lines.items()}}.items():
        if not 0 <= given < math.inf:
            faults.append(Fault(text("config.negative", given=given), text("config.give_not_negative"), column=f"{place}.{name}"))
    for name in county.lines:
        if name not in RESOURCES:
            faults.append(Fault(text("config.no_resource", given=name), text("config.give_resource", names=list(RESOURCES)), column=f"{place}.lines.{name}"))
    return faults


def _second_level_faults(second: SecondLevelSettings) -> list[Fault]:
    place = "pairing.second_level"
    least, most = second.size
    faults = []
    if not 1 <= least <= most:
        faults.append(Fault(text("config.limits_clash", given=str(second.size)), text("config.give_limits"), column=f"{place}.size"))
    for name in ("nearness", "complementarity", "evenness"):
        given = getattr(second, name)
        if not 0 <= given < math.inf:
            faults.append(Fault(text("config.negative", given=given), text("config.give_not_negative"), column=f"{place}.{name}"))
    return faults


def _score_faults(settings: Settings) -> list[Fault]:
    """Weights that are missing, that nobody asked for, or that are no weights."""
    scores, place = settings.scores, "scores.weights"
    faults = []
    for name, given in scores.weights.items():
        if not 0 <= given < math.inf:
            faults.append(Fault(text("config.negative", given=given), text("config.give_not_negative"), column=f"{place}.{name}"))
    if scores.method == "weights" and not any(w > 0 for w in scores.weights.values()):
        faults.append(Fault(text("config.no_score_weights"), text("config.give_score_weights"), column=place))
    if scores.method != "weights" and scores.weights:
        faults.append(Fault(text("config.unused_score_weights", method=scores.method), text("config.use_score_weights"), column=place))
    if scores.method in ("given", "weights") and scores.indicators:
        faults.append(Fault(text("config.unused_indicators", method=scores.method), text("config.use_indicators"), column="scores.indicators"))
    return faults


def form_faults(place: str, form: FormSettings) -> list[Fault]:
    """Numbers of a form out of their range: negative weights and lengths, shares above 1, limits that no count can meet.

    >>> from districting.model.settings import FormSettings
    >>> [f.column for f in form_faults("grouping", FormSettings(counts={"junior": (3, 2)}, theme_share=1.5))]
    ['grouping.theme_share', 'grouping.counts.junior']
    """
    return range_faults(form, f"{place}.")


def _value(settings: Settings, section: str, name: str) -> float | None:
    found: float | None = getattr(getattr(settings, section), name, None)
    return found
