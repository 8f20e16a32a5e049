"""What a renewal has made of an older plan, as rows: told from the links that are there, and counted again before it is said."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.checking.pairing.renewal import broken_renewal_rules
from districting.errors import DistrictingError, Fault
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import PLAN_TABLES, Plan
from districting.planning.links.renewal import CARRIED, KEY, WITHOUT_TERMS, known_share, stages_of, with_key, with_terms
from districting.planning.rows import note_rows, provenance_rows, stack
from districting.planning.yearly import Base
from districting.reading.city import City
from districting.wording import text

DECISIONS: Final = ("keep", "renew", "rematch", "graduate", "end")
"""What may become of a link."""
_TAKER: Final = ["stage", "to_id", "subject", "channel"]
_FEW: Final = 0.5
"""A share of known schools below which it is said."""


def settled(rows: pd.DataFrame, plan: Plan, form: str) -> pd.DataFrame:
    """The rows with what was done: a link that the new plan holds goes on, whatever was to become of it; one that it does not hold was matched anew, graduated or
    ended. ``next_from_id`` are the givers of the taker in the new plan.
    """
    links = with_key(pd.DataFrame(plan.links).drop(columns="geometry", errors="ignore"))
    links = links[links["kind"] == form]
    pinned = dict(zip(links[KEY].itertuples(index=False, name=None), links["pinned"], strict=True))
    givers: dict[tuple[str, ...], set[str]] = {}
    for giver, taker in zip(links["from_id"], links[_TAKER].itertuples(index=False, name=None), strict=True):
        givers.setdefault(taker, set()).add(giver)
    done = [
        _done(str(d), str(r), pinned.get(key), bool(givers.get(taker)))
        for d, r, key, taker in zip(
            rows["decision"], rows["reason"], rows[KEY].itertuples(index=False, name=None), rows[_TAKER].itertuples(index=False, name=None), strict=True
        )
    ]
    following = [",".join(sorted(givers.get(taker, ()))) for taker in rows[_TAKER].itertuples(index=False, name=None)]
    return rows.assign(decision=[d for d, _ in done], reason=[r for _, r in done], next_from_id=following)


def _done(decision: str, reason: str, pinned: Any, has_giver: bool) -> tuple[str, str]:
    """What was done with a link; ``pinned`` None where the new plan does not hold it."""
    if reason in CARRIED and has_giver:
        return "reopen", "pinned"
    if decision in ("reopen", "end") or reason in CARRIED:
        return decision, reason
    if pinned is None:
        going_on = decision in ("keep", "renew", "evaluate") or (decision == "rematch" and not has_giver)
        return ("end", "not_taken") if going_on else (decision, reason)
    if decision == "evaluate":
        return "renew", "no_measure"
    if decision in ("rematch", "graduate"):
        return "renew", "pinned" if pinned else "no_other"
    return decision, reason


def with_outcomes(plan: Plan, form: str, rows: pd.DataFrame, *, held: bool) -> Plan:
    """The links of ``form`` with their outcome: kept (old term, and the gap at its start), renewed (a term that begins now), rematched (a taker whose old pair does
    not go on and has another giver), or new. ``held``: the form held to the renewal, so links that went on were pinned.
    """
    links = plan.links
    keys = list(with_key(pd.DataFrame(links).drop(columns="geometry", errors="ignore"))[KEY].itertuples(index=False, name=None))
    done = {key: row for key, row in zip(rows[KEY].itertuples(index=False, name=None), rows.to_dict(orient="records"), strict=True)}
    moved = {k for k, d in zip(rows[_TAKER].itertuples(index=False, name=None), rows["decision"], strict=True) if d == "rematch"}
    written = ("outcome", "term", "term_from", "term_to", "pinned", "score_gap")
    columns = {c: links[c].tolist() for c in written}
    for at, key in enumerate(keys):
        if key[0] != form:
            continue
        row = done.get(key, {})
        decision, reason = row.get("decision"), row.get("reason")
        again = (key[1], key[3], key[4], key[5]) in moved
        columns["outcome"][at] = {"keep": "kept", "renew": "renewed"}.get(str(decision), "rematched" if again else "new")
        columns["pinned"][at] = bool(columns["pinned"][at]) or (held and (decision == "keep" or (decision, reason) == ("renew", "closing")))
        if decision == "keep":
            columns["term_from"][at], columns["term_to"][at] = row["term_from"], row["term_to"]
            columns["term"][at] = row["term_to"] - row["term_from"] + 1
            if np.isfinite(row["gap_then"]):
                columns["score_gap"][at] = row["gap_then"]
    return plan.replace(links=links.assign(**{c: pd.Series(v, index=links.index, dtype=links[c].dtype) for c, v in columns.items()}))


def with_renewals(plan: Plan, old: Base, rows: pd.DataFrame, city: City, settings: PairingSettings) -> Plan:
    """The plan with its table of renewals, notes and provenance; what they say is counted again from the links of both plans."""
    decided = Counter(f"{form}.{decision}" for form, decision in zip(rows["kind"], rows["decision"], strict=True))
    because = Counter(f"{form}.because.{reason}" for form, reason in zip(rows["kind"], rows["reason"], strict=True))
    _refuse_broken(plan, old, rows, settings, decided)
    record = {"file": old.name, "sha256": old.sha256, "year": old.plan.year, **dict(sorted(decided.items())), **dict(sorted(because.items()))}
    notes = note_rows(_notes(rows, old, city, settings), plan.language)
    table = rows[list(PLAN_TABLES["renewals"])].reset_index(drop=True)
    return plan.replace(renewals=table, notes=stack(plan.notes, notes), provenance=stack(plan.provenance, provenance_rows("renewal", record)))


def _refuse_broken(plan: Plan, old: Base, rows: pd.DataFrame, settings: PairingSettings, said: Counter[str]) -> None:
    before, after = with_terms(old.plan), with_terms(plan)
    weighed = [k in settings.forms and s in stages_of(settings, k) for k, s in zip(before["kind"], before["stage"], strict=True)]
    links = _records(before[weighed].drop_duplicates(KEY)), _records(after[after["kind"].isin(settings.forms)])
    broken = broken_renewal_rules(*links, _records(rows), year=plan.year, said=said)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=broken))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False, name=None)]


def with_apprentice_terms(plan: Plan, old: Base) -> Plan:
    """Pairs of master and apprentice that run and are made again keep their years; how many went on, began or ended stands in the provenance."""
    same = ["subject", "stage", "master_id", "apprentice_id"]
    before = old.plan.apprentices
    years = {tuple(map(str, r[:4])): (int(r[4]), int(r[5])) for r in before[[*same, "term_from", "term_to"]].dropna().itertuples(index=False, name=None)}
    now = plan.apprentices
    keys = [tuple(map(str, r)) for r in now[same].itertuples(index=False, name=None)]
    kept = {k: years[k] for k in keys if k in years and years[k][1] >= plan.year}
    if kept:
        spans = [kept.get(k, (int(a), int(b))) for k, a, b in zip(keys, now["term_from"], now["term_to"], strict=True)]
        columns = {"term": [b - a + 1 for a, b in spans], "term_from": [a for a, _ in spans], "term_to": [b for _, b in spans]}
        now = now.assign(**{c: pd.Series(v, index=now.index, dtype=now[c].dtype) for c, v in columns.items()})
    again = sum(k in years for k in keys)
    counts = {"kept": len(kept), "renewed": again - len(kept), "new": len(keys) - again, "ended": len(set(years) - set(keys))}
    return plan.replace(apprentices=now, provenance=stack(plan.provenance, provenance_rows("renewal", {f"apprentices_{k}": n for k, n in counts.items()})))


def with_area_centres(plan: Plan, old: Base) -> Plan:
    """How many incubation areas go on with the centre that one had in the older plan, in the provenance."""
    then, now = (_centres(p) for p in (old.plan, plan))
    counts = {"areas_kept": len(then & now), "areas_new": len(now - then)}
    return plan.replace(provenance=stack(plan.provenance, provenance_rows("renewal", counts)))


def _centres(plan: Plan) -> set[tuple[str, str]]:
    rows = plan.memberships
    return {(s, i) for s, i, role in zip(rows["scheme"], rows["school_id"], rows["role"], strict=True) if role == "lead" and str(s).startswith("incubation_")}


def _notes(rows: pd.DataFrame, old: Base, city: City, settings: PairingSettings) -> list[Fault]:
    """Schools that are no more or have fallen back, forms and stages that the old plan has and this run does not weigh, or the other way round."""
    links = with_key(pd.DataFrame(old.plan.links).drop(columns="geometry", errors="ignore"))
    names = {str(i): str(n) for i, n in zip(old.plan.schools["school_id"], old.plan.schools["name"], strict=True)}
    notes = []
    share = known_share(old, city)
    if share < _FEW:
        notes.append((text("pairing.renew_few_known", share=share), text("pairing.renew_own_city")))
    for row in rows[rows["reason"] == "gone"].to_dict(orient="records"):
        said = {end: names.get(row[f"{end}_id"], row[f"{end}_id"]) for end in ("from", "to")}
        notes.append((text("pairing.renew_gone", giver=said["from"], taker=said["to"]), text("pairing.renew_gone_remedy")))
    reopened = rows[(rows["decision"] == "reopen") & (rows["reason"] != "pinned")]
    if len(reopened):
        again = sorted({names.get(i, i) for i in reopened["to_id"]})
        notes.append((text("pairing.renew_reopened", count=len(again), names=again), text("pairing.renew_reopened_remedy")))
    for form in settings.forms:
        if form in WITHOUT_TERMS:
            notes.append((text("pairing.renew_without_terms", forms=[text(f"pairing.form_{form}")]), text("pairing.renew_all_new")))
        elif not (links["kind"] == form).any():
            notes.append((text("pairing.renew_no_form", form=text(f"pairing.form_{form}")), text("pairing.renew_all_new")))
    aside = Counter(s for k, s in zip(links["kind"], links["stage"], strict=True) if k in settings.forms and s not in stages_of(settings, k))
    for stage, count in sorted(aside.items()):
        notes.append((text("pairing.renew_other_stage", stage=text(f"word.{stage}"), count=count), text("pairing.renew_name_stage")))
    return [Fault(problem, remedy, file=old.name, column="links", severity="warning") for problem, remedy in notes]
