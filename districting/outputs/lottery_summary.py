"""What the terminal says of a draw and of odds; the odds of every entry as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from districting.enrolment.odds import FEW, SMALL, GroupOdds, Odds, tier_name
from districting.model.draw_list import DrawList
from districting.wording import say

_MOST_ROWS = 40


def draw_lines(record: Mapping[str, Any], lang: str) -> list[str]:
    """A draw in a few lines."""
    summary = record["summary"]
    lines = [say("enrolment.drawn", lang, seed=record["public_seed"], commitment=record["commitment"])]
    lines += [say("enrolment.by_wish", lang, wish=i, count=count) for i, count in enumerate(summary["placed_by_wish"], 1)]
    if summary["placed_by_default_order"]:
        lines.append(say("enrolment.by_default", lang, count=summary["placed_by_default_order"]))
    lines.append(say("enrolment.unplaced", lang, count=summary["unplaced"], seats=summary["seats_left"], reserved=summary["reserved_left"]))
    if summary["over_plan"]:
        lines.append(say("enrolment.over_plan", lang, count=summary["over_plan"]))
    if summary["equal_numbers"]:
        lines.append(say("enrolment.equal_numbers", lang, count=summary["equal_numbers"]))
    return [*lines, say("enrolment.no_notary", lang)]


def odds_lines(found: Odds, draw: DrawList, lang: str) -> list[str]:
    """Odds by group; of many groups the first."""
    lines = [say("enrolment.odds_exact", lang) if found.exact else say("enrolment.odds_simulated", lang, draws=found.draws)]
    for group in found.groups[:_MOST_ROWS]:
        of = _group_name(group, draw, lang)
        values = {
            "kind": say(f"enrolment.odds_{group.kind}", lang),
            "of": of,
            "entries": group.entries,
            "first": f"{group.first:.1%}",
            "placed": f"{group.placed:.1%}",
        }
        between = "" if found.exact else f" [{group.low:.1%}, {group.high:.1%}]"
        lines.append(say("enrolment.odds_line", lang, **values) + between)
    if len(found.groups) > _MOST_ROWS:
        lines.append(say("enrolment.odds_more", lang, count=len(found.groups) - _MOST_ROWS))
    return lines


def _group_name(group: GroupOdds, draw: DrawList, lang: str) -> str:
    if group.kind == "first_wish":
        return draw.schools[int(group.key) - 1].name
    if group.kind == "tier":
        return tier_name(draw, int(group.key))
    return say("enrolment.odds_few", lang, small=SMALL) if group.key == FEW else str(group.key)


def odds_text(found: Odds, draw: DrawList, lang: str) -> str:
    """The odds of every entry under its position and pseudonym, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([say(f"enrolment.list_{key}", lang) for key in ("position", "token", "first", "placed", "low", "high")])
    for i, entry in enumerate(draw.entries):
        numbers = (found.first[i], found.placed[i], found.low[i], found.high[i])
        writer.writerow([i + 1, entry.token, *(f"{n:.4f}" for n in numbers)])
    return "\ufeff" + out.getvalue()
