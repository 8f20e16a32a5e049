"""Links in the terminal: pairs too far apart, how stable they are, and what a renewal made of an older plan. Internal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from districting.model.plan import Plan
from districting.planning.links.renewal_rows import DECISIONS
from districting.wording import say


def renewal_lines(plan: Plan, made: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
    """Remarks on school pairs stage by stage, then a line for each form that was renewed."""
    lines = []
    for decision in made:
        kind, _, rest = str(decision["decision"]).partition(".")
        form, _, stage = rest.partition(".")
        if kind != "pairing" or form != "school":
            continue
        if decision.get("remote"):
            km = float(decision["max_distance_m"]) / 1000.0
            lines.append(say("pairing.remote_pairs", lang, stage=say(f"word.{stage}", lang), count=int(decision["remote"]), km=km))
        if decision.get("least_margin"):
            lines.append(say("pairing.least_margin", lang, stage=say(f"word.{stage}", lang), margin=float(decision["least_margin"])))
            lines += [say("pairing.margin_not_tiers", lang)] if decision.get("tiers") == "score" else []
    return lines + _renewal_lines(plan, lang)


def _renewal_lines(plan: Plan, lang: str) -> list[str]:
    rows = plan.provenance[plan.provenance["part"] == "renewal"]
    record = dict(zip(rows["key"], rows["value"], strict=True))
    lines = []
    for form in dict.fromkeys(str(key).partition(".")[0] for key in record if "." in str(key)):
        counts = {d: int(record.get(f"{form}.{d}", 0)) for d in DECISIONS}
        lines.append(say("pairing.renewed", lang, form=say(f"pairing.form_{form}", lang), year=record["year"], **counts))
        reasons = {key.removeprefix(f"{form}.because."): int(n) for key, n in record.items() if str(key).startswith(f"{form}.because.")}
        again = int(record.get(f"{form}.reopen", 0))
        said = [say("pairing.reason_count", lang, reason=say(f"pairing.because_{reason}", lang), count=count) for reason, count in reasons.items()]
        if said:
            lines.append(say("pairing.renewed_because", lang, reasons=said))
        if again:
            lines.append(say("pairing.reopened", lang, count=again))
    if "areas_kept" in record:
        lines.append(say("pairing.renewed_areas", lang, kept=int(record["areas_kept"]), new=int(record["areas_new"])))
    if "apprentices_kept" in record:
        counts = {c: int(record[f"apprentices_{c}"]) for c in ("kept", "renewed", "new", "ended")}
        lines.append(say("pairing.renewed_apprentices", lang, **counts))
    return lines
