"""Links in the terminal: which county supports which, and how many schools are included."""

from __future__ import annotations

import pandas as pd

from districting.model.plan import Plan
from districting.outputs.numbers import share_words
from districting.wording import say


def county_lines(plan: Plan, lang: str) -> list[str]:
    """One line that names the county pairs, with kilometres; those that the planner pinned and those that are remote are marked."""
    rows = plan.links[plan.links["kind"] == "county"] if len(plan.links) else plan.links
    if not len(rows):
        return []
    said = []
    for row in rows.to_dict(orient="records"):
        mark = "county_pinned" if row["pinned"] else "county_remote" if row["remote"] else "county_pair"
        said.append(say(f"summary.{mark}", lang, giver=row["from_name"], taker=row["to_name"], km=float(row["distance_m"]) / 1000.0))
    return [say("summary.county_pairs", lang, count=len(rows), pairs=said)]


def inclusion_lines(plan: Plan, lang: str) -> list[str]:
    """The share of all schools that are in a link, a district or an alliance, with the stages that lack some."""
    table = plan.inclusion
    if not len(table):
        return []
    schools, covered = pd.to_numeric(table["schools"]), pd.to_numeric(table["covered"])
    of_stage = pd.DataFrame({"stage": table["stage"].astype(str), "lost": schools - covered}).groupby("stage", sort=False)["lost"].sum()
    lost = [say("summary.stage_lost", lang, stage=say(f"word.{s}", lang), count=int(n)) for s, n in of_stage.items() if n > 0]
    share = share_words(float(covered.sum()) / max(1.0, float(schools.sum())))
    line = say("summary.inclusion", lang, share=share, covered=int(covered.sum()), schools=int(schools.sum()))
    return [line, *([say("summary.inclusion_lost", lang, count=int((schools - covered).sum()), stages=lost)] if lost else [])]
