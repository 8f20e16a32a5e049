"""An older plan renewed: which of its links go on, and what is written about those that end."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.errors import DataError, Fault
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import PLAN_TABLES, Plan
from districting.model.renewal import Renewal, Term, TermProblem
from districting.pairing.renewal import weigh_terms
from districting.planning.rows import note_rows, provenance_rows, stack
from districting.planning.yearly import Base
from districting.reading.city import City
from districting.reading.tiers import by_compliance
from districting.wording import text

DECISIONS: Final = ("keep", "renew", "rematch", "graduate", "evaluate", "end")
"""What may become of a link."""
_PAIR: Final = ["stage", "from_id", "to_id"]


def refuse_old(old: Base, city: City, settings: PairingSettings) -> None:
    """DataError where a plan cannot be renewed: it is for the public, is of a later year than the project, or has no link of the forms asked for."""
    plan, year = old.plan, city.settings.project.year
    faults = []
    if plan.recorded("run", "audience") == "public":
        faults.append(Fault(text("pairing.renew_public"), text("pairing.renew_internal"), file=old.name))
    elif plan.year > year:
        faults.append(Fault(text("pairing.renew_later", then=plan.year, now=year), text("pairing.renew_older"), file=old.name))
    elif not plan.links["kind"].isin(settings.forms).any():
        forms = [text(f"pairing.form_{form}") for form in settings.forms]
        faults.append(Fault(text("pairing.renew_nothing", forms=forms), text("pairing.renew_first"), file=old.name))
    if faults:
        raise DataError(faults)


def weigh_links(old: Base, city: City, settings: PairingSettings, form: str) -> tuple[Renewal, pd.DataFrame]:
    """What the old links of ``form`` ask of the new ones, and a row of ``renewals`` for each; links of stages that are not paired now stay aside."""
    links = _with_terms(old.plan)
    links = links[(links["kind"] == form) & links["stage"].isin(["", *settings.stages])].reset_index(drop=True)
    problem = _problem(links, old.plan, city)
    rule = settings.renewal
    found = weigh_terms(problem, rule.graduate_share, rule.renew_share, rule.max_terms)
    rows = links[["kind", *_PAIR, "term_from", "term_to"]].assign(
        gap_then=problem.gap_then, gap_now=problem.gap_now, closed_share=found.closed_share, decision=found.decision, reason=found.reason, next_from_id=""
    )
    keys = list(rows[_PAIR].itertuples(index=False, name=None))
    start = _start(city, settings)
    standing: dict[tuple[str, str, str], Term] = {}
    for key, row in zip(keys, rows.to_dict(orient="records"), strict=True):
        if row["decision"] == "keep":
            standing[key] = Term(int(row["term_from"]), int(row["term_to"]), "kept", float(row["gap_then"]))
        elif row["decision"] == "renew":
            standing[key] = Term(start, start + settings.term_years - 1, "renewed", float(row["gap_now"]))
    forbidden = frozenset(k for k, d in zip(keys, rows["decision"], strict=True) if d == "rematch")
    graduated = frozenset((k[0], k[2]) for k, d in zip(keys, rows["decision"], strict=True) if d == "graduate")
    undecided = frozenset(k for k, d in zip(keys, rows["decision"], strict=True) if d == "evaluate")
    return Renewal(standing, forbidden, graduated - {(k[0], k[2]) for k in standing}, undecided), rows


def from_now_on(city: City, settings: PairingSettings) -> PairingSettings:
    """Settings whose ``term_from`` is not before the year of the project: under a renewal a first year that the config gave long ago is over."""
    past = settings.term_from is not None and settings.term_from < city.settings.project.year
    return dataclasses.replace(settings, term_from=None) if past else settings


def _start(city: City, settings: PairingSettings) -> int:
    return settings.term_from if settings.term_from is not None else city.settings.project.year


def _with_terms(plan: Plan) -> pd.DataFrame:
    """The links with whole terms; a file written before links had years counts from the year of the plan."""
    links = pd.DataFrame(plan.links).drop(columns="geometry", errors="ignore")
    links = links.assign(stage=links["stage"].fillna("").astype(str))
    start = pd.to_numeric(links["term_from"]).fillna(plan.year)
    end = pd.to_numeric(links["term_to"]).fillna(start + pd.to_numeric(links["term"]).fillna(1) - 1)
    return links.assign(term_from=start.astype(int), term_to=end.astype(int))


def _problem(links: pd.DataFrame, old: Plan, city: City) -> TermProblem:
    stages = city.school_stages
    now = dict(zip(zip(stages["school_id"], stages["stage"], strict=True), stages["score"], strict=True))
    passes = dict(zip(now, by_compliance(stages) == "lead", strict=True))
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


def _terms(links: pd.DataFrame, before: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Terms in a row: one, and one for every renewal that the older plan remembers."""
    renewed = before[before["decision"] == "renew"] if len(before) else before
    times = renewed.groupby(["kind", *_PAIR]).size().to_dict() if len(renewed) else {}
    keys = links[["kind", *_PAIR]].itertuples(index=False, name=None)
    return np.array([1 + int(times.get(key, 0)) for key in keys], dtype=np.int64)


def with_outcomes(plan: Plan, form: str, renewal: Renewal) -> Plan:
    """The links of ``form`` with their outcome: kept (old term, and the gap at its start), renewed (also where the planner was to judge
    and the plan makes it again), rematched (a taker whose old pair may not go on), or new.
    """
    links = plan.links
    again = {(stage, taker) for stage, _, taker in renewal.forbidden}
    rows = links[["kind", *_PAIR, "outcome", "term", "term_from", "term_to", "pinned", "score_gap"]].to_dict(orient="list")
    for at, (kind, *key) in enumerate(zip(rows["kind"], *(rows[c] for c in _PAIR), strict=True)):
        if kind != form:
            continue
        stage, giver, taker = (str(v) for v in key)
        term = renewal.standing.get((stage, giver, taker))
        rows["outcome"][at] = term.outcome if term is not None else _without_term((stage, giver, taker), again, renewal)
        if term is not None:
            rows["term"][at], rows["term_from"][at], rows["term_to"][at] = term.end - term.start + 1, term.start, term.end
            rows["pinned"][at] = True
            if term.outcome == "kept" and np.isfinite(term.gap):
                rows["score_gap"][at] = term.gap
    written = ("outcome", "term", "term_from", "term_to", "pinned", "score_gap")
    return plan.replace(links=links.assign(**{c: pd.Series(rows[c], index=links.index, dtype=links[c].dtype) for c in written}))


def _without_term(key: tuple[str, str, str], again: set[tuple[str, str]], renewal: Renewal) -> str:
    return "renewed" if key in renewal.open else "rematched" if (key[0], key[2]) in again else "new"


def with_renewals(plan: Plan, old: Base, rows: pd.DataFrame, settings: PairingSettings) -> Plan:
    """The plan with its table of renewals, notes and provenance.

    A link that should go on and is not in the new plan has ended, ``not_taken``. Behind the rows of this renewal stand those of earlier renewals of pairs that
    still go on, so that terms in a row can be counted.
    """
    givers = plan.links.groupby(["kind", "stage", "to_id"])["from_id"].agg(lambda ids: ",".join(sorted(set(ids)))).to_dict() if len(plan.links) else {}
    pairs = set(plan.links[["kind", *_PAIR]].itertuples(index=False, name=None))
    gone = rows["decision"].isin(["keep", "renew"]) & ~pd.Series(
        [k in pairs for k in rows[["kind", *_PAIR]].itertuples(index=False, name=None)], index=rows.index, dtype=bool
    )
    rows = rows.assign(
        decision=rows["decision"].mask(gone, "end"),
        reason=rows["reason"].mask(gone, "not_taken"),
        next_from_id=[givers.get(k, "") for k in rows[["kind", "stage", "to_id"]].itertuples(index=False, name=None)],
    )
    before = old.plan.renewals
    kept = (
        before[[d == "renew" and k in pairs for d, k in zip(before["decision"], before[["kind", *_PAIR]].itertuples(index=False, name=None), strict=True)]]
        if len(before)
        else before
    )
    decided = Counter(f"{form}.{decision}" for form, decision in zip(rows["kind"], rows["decision"], strict=True))
    because = Counter(f"{form}.because.{reason}" for form, reason in zip(rows["kind"], rows["reason"], strict=True))
    counts = dict(sorted(decided.items())) | dict(sorted(because.items()))
    record = {"file": old.name, "sha256": old.sha256, "year": old.plan.year, **counts}
    notes = note_rows(_notes(rows, old, settings), plan.language)
    table = stack(rows[list(PLAN_TABLES["renewals"])].reset_index(drop=True), kept)
    return plan.replace(renewals=table, notes=stack(plan.notes, notes), provenance=stack(plan.provenance, provenance_rows("renewal", record)))


def _notes(rows: pd.DataFrame, old: Base, settings: PairingSettings) -> list[Fault]:
    """Schools that are no more, forms and stages that the old plan has and this run does not weigh, or the other way round."""
    links = old.plan.links
    names = {("school", str(i)): str(n) for i, n in zip(old.plan.schools["school_id"], old.plan.schools["name"], strict=True)}
    notes = []
    for row in rows[rows["reason"] == "gone"].to_dict(orient="records"):
        said = {end: names.get(("school", row[f"{end}_id"]), row[f"{end}_id"]) for end in ("from", "to")}
        notes.append((text("pairing.renew_gone", giver=said["from"], taker=said["to"]), text("pairing.renew_gone_remedy")))
    for form in settings.forms:
        if not (links["kind"] == form).any():
            notes.append((text("pairing.renew_no_form", form=text(f"pairing.form_{form}")), text("pairing.renew_all_new")))
    mine = links[links["kind"].isin(settings.forms)]
    for stage in sorted(set(mine["stage"].fillna("").astype(str)) - {"", *settings.stages}):
        count = int((mine["stage"] == stage).sum())
        notes.append((text("pairing.renew_other_stage", stage=text(f"word.{stage}"), count=count), text("pairing.renew_name_stage")))
    return [Fault(problem, remedy, file=old.name, column="links", severity="warning") for problem, remedy in notes]
