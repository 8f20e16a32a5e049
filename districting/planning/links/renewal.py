"""An older plan renewed: which of its links go on, which may not, and who needs no giver any more."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import Plan
from districting.model.renewal import Renewal, TermProblem
from districting.pairing.renewal import weigh_graduates, weigh_terms
from districting.planning.yearly import Base
from districting.reading.balance_profile import balance_of
from districting.reading.city import City
from districting.reading.tiers import by_compliance
from districting.wording import text

KEY: Final = ["kind", "stage", "from_id", "to_id", "subject", "channel"]
"""What tells links apart; ``channel`` only where a form has several links of one subject between two schools."""
BY_CHANNEL: Final = ("six_shares",)
WITHOUT_TERMS: Final = ("second_level",)
"""Forms that make districts and no links: they have no terms."""
CARRIED: Final = ("still_passes", "still_risen", "still_closed")
"""Reasons of schools that graduated in an earlier year and need no giver this year either."""
_RISEN: Final = ("risen", "still_risen")


def refuse_old(old: Base, city: City, settings: PairingSettings) -> None:
    """DataError where a plan cannot be renewed: it is for the public, is of a later year than the project, is of another city, or has no link of the forms
    asked for.
    """
    plan, year = old.plan, city.settings.project.year
    fault = None
    if set(settings.forms) <= set(WITHOUT_TERMS):
        names = [text(f"pairing.form_{form}") for form in settings.forms]
        fault = Fault(text("pairing.renew_without_terms", forms=names), text("pairing.renew_with_terms", forms=_with_term_forms()), column="pairing.form")
    elif plan.recorded("run", "audience") == "public":
        fault = Fault(text("pairing.renew_public"), text("pairing.renew_internal"), file=old.name)
    elif plan.year > year:
        fault = Fault(text("pairing.renew_later", then=plan.year, now=year), text("pairing.renew_older"), file=old.name)
    elif known_share(old, city) == 0:
        said = text("pairing.renew_other_city", then=plan.name, now=city.settings.project.name)
        fault = Fault(said, text("pairing.renew_own_city"), file=old.name, column="school_id")
    elif not plan.links["kind"].isin(settings.forms).any():
        forms = [text(f"pairing.form_{form}") for form in settings.forms]
        fault = Fault(text("pairing.renew_nothing", forms=forms), text("pairing.renew_first"), file=old.name)
    if fault is not None:
        raise DataError(fault)


def _with_term_forms() -> list[str]:
    from districting.pairing import FORMS

    return [form for form in FORMS if form not in WITHOUT_TERMS]


def known_share(old: Base, city: City) -> float:
    """Share of the older plan's schools that are still in the input, by id; 1 where it has none."""
    then = set(old.plan.schools["school_id"].astype(str))
    return len(then & set(city.schools["school_id"].astype(str))) / len(then) if then else 1.0


def stages_of(settings: PairingSettings, form: str) -> tuple[str, ...]:
    """Stages of which this run makes links of ``form``; "" stands for links of no stage."""
    return ("", *(settings.incubation.areas if form == "incubation" else settings.stages))


def weigh_links(old: Base, city: City, settings: PairingSettings, form: str) -> tuple[Renewal, pd.DataFrame]:
    """What the old links of ``form`` ask of the new ones, and a row of ``renewals`` for each, and for each school that graduated in an earlier year; links of
    stages that are not paired now stay aside.
    """
    links = with_terms(old.plan)
    links = links[(links["kind"] == form) & links["stage"].isin(stages_of(settings, form))].drop_duplicates(KEY).reset_index(drop=True)
    rule = settings.renewal
    problem = _problem(links, old.plan, city)
    found = weigh_terms(problem, rule.graduate_share, rule.renew_share, rule.max_terms)
    columns = [*KEY, "term_from", "term_to"]
    rows = links[columns].assign(gap_then=problem.gap_then, gap_now=problem.gap_now, closed_share=found.closed_share)
    rows = rows.assign(decision=found.decision, reason=found.reason, next_from_id="", terms=problem.terms)
    before = _graduates(old.plan, links, city, stages_of(settings, form), form)
    if len(before):
        problem = _problem(before, old.plan, city)
        problem = dataclasses.replace(problem, risen=problem.risen | (before["reason"].isin(_RISEN).to_numpy(dtype=bool) & _not_weak(before, city)))
        found = weigh_graduates(problem, rule.graduate_share)
        more = before[columns].assign(gap_then=problem.gap_then, gap_now=problem.gap_now, closed_share=found.closed_share)
        more = more.assign(decision=found.decision, reason=found.reason, next_from_id="", terms=before["terms"].to_numpy())
        rows = pd.concat([rows, more], ignore_index=True) if len(rows) else more
    keys = list(rows[["stage", "from_id", "to_id"]].itertuples(index=False, name=None))
    of = {d: list(dict.fromkeys(k for k, at in zip(keys, rows["decision"], strict=True) if at == d)) for d in ("keep", "renew", "rematch", "graduate")}
    standing = tuple(of["keep"] + of["renew"])
    return Renewal(standing, frozenset(of["rematch"]), frozenset((k[0], k[2]) for k in of["graduate"]) - {(k[0], k[2]) for k in standing}), rows


def _graduates(plan: Plan, links: pd.DataFrame, city: City, stages: tuple[str, ...], form: str) -> pd.DataFrame:
    """Schools that the older plan lists as graduated, still there and without a link of the form in it; their terms are those they graduated from."""
    before = pd.DataFrame(plan.renewals)
    if not len(before):
        return links.iloc[:0]
    before = before.assign(**{c: before[c].fillna("").astype(str) for c in KEY})
    linked = set(zip(links["stage"], links["to_id"], strict=True))
    there = set(zip(city.school_stages["school_id"], city.school_stages["stage"], strict=True))
    mine = [
        k == form and d == "graduate" and s in stages and (s, t) not in linked and (t, s) in there
        for k, d, s, t in zip(before["kind"], before["decision"], before["stage"], before["to_id"], strict=True)
    ]
    before = before[mine].drop_duplicates(["stage", "to_id"]).reset_index(drop=True)
    years = {c: pd.to_numeric(before[c]).fillna(plan.year).astype(int) for c in ("term_from", "term_to")}
    terms = pd.to_numeric(before["terms"]).fillna(1).astype(int)
    return before.assign(**years, terms=terms, score_gap=pd.to_numeric(before["gap_then"]), from_kind="school", to_kind="school")


def _not_weak(rows: pd.DataFrame, city: City) -> np.ndarray[Any, np.dtype[np.bool_]]:
    tiers = _tiers(city.school_stages)
    return np.array([tiers.get(k) in ("regular", "lead") for k in zip(rows["to_id"], rows["stage"], strict=True)], dtype=bool)


def from_now_on(city: City, settings: PairingSettings) -> PairingSettings:
    """Settings whose ``term_from`` is not before the year of the project: under a renewal a first year that the config gave long ago is over."""
    past = settings.term_from is not None and settings.term_from < city.settings.project.year
    return dataclasses.replace(settings, term_from=None) if past else settings


def with_terms(plan: Plan) -> pd.DataFrame:
    """The links with whole terms; a file written before links had years counts from the year of the plan."""
    links = pd.DataFrame(plan.links).drop(columns="geometry", errors="ignore")
    links = with_key(links)
    start = pd.to_numeric(links["term_from"]).fillna(plan.year)
    end = pd.to_numeric(links["term_to"]).fillna(start + pd.to_numeric(links["term"]).fillna(1) - 1)
    return links.assign(term_from=start.astype(int), term_to=end.astype(int))


def _problem(links: pd.DataFrame, old: Plan, city: City) -> TermProblem:
    stages = city.school_stages
    now = dict(zip(zip(stages["school_id"], stages["stage"], strict=True), stages["score"], strict=True))
    passes = dict(zip(now, by_compliance(stages, balance_of(city.settings).quality) == "lead", strict=True))
    then = _tiers(old.school_stages)
    tiers = _tiers(stages)
    schools = set(city.schools["school_id"])
    givers, takers = (list(zip(links[end], links["stage"], strict=True)) for end in ("from_id", "to_id"))
    gap_then = pd.to_numeric(links["score_gap"]).to_numpy(dtype=np.float64)
    between = _between_schools(links)
    known = between & (gap_then > 0)  # a link by level may lead from a lower score to a higher one: there is no gap to close

    def there(end: tuple[str, str]) -> bool:
        return end in now if end[1] else end[0] in schools

    return TermProblem(
        over=links["term_to"].to_numpy(dtype=np.int64) < city.settings.project.year,
        present=np.array([not b or (there(g) and there(t)) for b, g, t in zip(between, givers, takers, strict=True)], dtype=bool),
        gap_then=np.where(known, gap_then, np.nan),
        gap_now=np.where(known, np.array([now.get(g, np.nan) - now.get(t, np.nan) for g, t in zip(givers, takers, strict=True)], dtype=np.float64), np.nan),
        passes=np.array([bool(passes.get(t, False)) for t in takers], dtype=bool),
        risen=np.array([then.get(t) == "weak" and tiers.get(t) in ("regular", "lead") for t in takers], dtype=bool),
        terms=_terms(links, old.renewals),
    )


def _between_schools(links: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.asarray(links["from_kind"].isin(["", "school"]) & links["to_kind"].isin(["", "school"]), dtype=bool)


def _tiers(stages: pd.DataFrame) -> Mapping[tuple[str, str], Any]:
    return dict(zip(zip(stages["school_id"], stages["stage"], strict=True), stages["tier"], strict=True))


def with_key(links: pd.DataFrame) -> pd.DataFrame:
    """The columns of ``KEY`` as text, ``channel`` empty where it tells nothing apart."""
    links = links.assign(**{c: links[c].fillna("").astype(str) for c in KEY})
    return links.assign(channel=links["channel"].where(links["kind"].isin(BY_CHANNEL), ""))


def _terms(links: pd.DataFrame, before: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Terms in a row, by what the older plan says of its own renewal: one more where it renewed, as many where it kept, else one."""
    known: dict[tuple[str, ...], int] = {}
    if len(before):
        before = before.assign(**{c: before[c].fillna("").astype(str) for c in KEY})
        count = pd.to_numeric(before["terms"]).fillna(1).astype(int)
        for key, decision, terms in zip(before[KEY].itertuples(index=False, name=None), before["decision"], count, strict=True):
            known[key] = max(known.get(key, 1), int(terms) + (decision == "renew") if decision in ("keep", "renew") else 1)
    return np.array([known.get(key, 1) for key in links[KEY].itertuples(index=False, name=None)], dtype=np.int64)
