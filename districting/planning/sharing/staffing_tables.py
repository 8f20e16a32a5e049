"""Tables of a competition for posts: hires, unfilled posts, forced placements, teachers without a post, and counts by round."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from districting.model.share_result import ShareResult
from districting.planning.sharing.staffing_town import Town
from districting.wording import text

ROUNDS: Final = ("own_school", "district", "county", "adjustment")


def result_of(town: Town, *, by_district: bool) -> ShareResult:
    """Everything that is written; ``by_district``: there was a round inside districts."""
    hires = _hires(town)
    posts = _posts(town)
    surplus = _surplus(town)
    rounds = [r for r in ROUNDS if by_district or r != "district"]
    counts = hires["round"].value_counts()
    table = pd.DataFrame({"round": rounds, "hired": [int(counts.get(r, 0)) for r in rounds]})
    moved = hires["from_id"] != hires["to_id"]
    forced = hires[hires["round"] == "adjustment"]
    metres = float(forced["distance_m"].sum())
    facts = {
        "status": "optimal",
        "objective": metres,
        "bound": metres,
        "gap": 0.0,
        "unit": "metre",
        "blocking_pairs": 0,
        "teachers": len(town.teachers),
        "posts": int(town.posts["posts"].sum()),
        "hired": len(hires),
        "moved": int(moved.sum()),
        **{f"round_{r}": int(n) for r, n in zip(table["round"], table["hired"], strict=True)},
        "unfilled": int(town.left.sum()),
        "surplus": len(surplus),
        "surplus_reasons": {str(r): int(n) for r, n in surplus["reason"].value_counts().sort_index().items()},
        "without_subject": int((surplus["reason"] == "no_subject").sum()),
    }
    lines = [
        text("sharing.staffing_line", **{k: facts[k] for k in ("posts", "teachers", "hired", "moved", "unfilled", "surplus")}),
        text(
            "sharing.staffing_rounds",
            rounds=[text("sharing.staffing_round", round=text(f"sharing.round_{r}"), count=n) for r, n in table.itertuples(index=False)],
        ),
    ]
    if len(surplus):
        each = [text("sharing.staffing_reason", reason=text(f"sharing.reason_{r}"), count=n) for r, n in surplus["reason"].value_counts().sort_index().items()]
        lines.append(text("sharing.staffing_surplus", reasons=each))
    if not by_district:
        lines.append(text("sharing.staffing_no_district"))
    if facts["without_subject"]:
        lines.append(text("sharing.staffing_no_subject", count=facts["without_subject"]))
    tables = {"staffing_hires": hires, "staffing_forced": forced, "staffing_posts": posts, "staffing_surplus": surplus, "staffing_rounds": table}
    return ShareResult(tables, facts, tuple(lines))


def _hires(town: Town) -> pd.DataFrame:
    t = np.flatnonzero(town.post >= 0)
    at = town.teachers["_at"].to_numpy(dtype=np.int64)[t]
    to = town.posts["at"].to_numpy(dtype=np.int64)[town.post[t]]
    ids, names = town.members["school_id"].to_numpy(dtype=object), town.members["name"].to_numpy(dtype=object)
    rows = pd.DataFrame(
        {
            "teacher_id": town.teachers["teacher_id"].to_numpy(dtype=object)[t],
            "stage": town.members["stage"].to_numpy(dtype=object)[to],
            "subject": town.posts["subject"].to_numpy(dtype=object)[town.post[t]],
            "from_id": ids[at],
            "from_name": names[at],
            "to_id": ids[to],
            "to_name": names[to],
            "round": town.round_[t],
            "wish": np.where(town.wish[t] > 0, town.wish[t], np.nan),
            "points": town.teachers["points"].to_numpy(dtype=np.float64)[t],
            "distance_m": np.round(np.nan_to_num(town.distance_m[at, to])),
        }
    )
    order = rows["round"].map({r: i for i, r in enumerate(ROUNDS)})
    return rows.assign(_o=order).sort_values(["_o", "stage", "to_id", "subject", "teacher_id"], kind="stable").drop(columns="_o").reset_index(drop=True)


def _posts(town: Town) -> pd.DataFrame:
    """Posts of every school and subject, those with places left first."""
    at = town.posts["at"].to_numpy(dtype=np.int64)
    rows = pd.DataFrame(
        {
            "school_id": town.members["school_id"].to_numpy(dtype=object)[at],
            "name": town.members["name"].to_numpy(dtype=object)[at],
            "stage": town.members["stage"].to_numpy(dtype=object)[at],
            "subject": town.posts["subject"].to_numpy(dtype=object),
            "posts": town.posts["posts"].to_numpy(dtype=np.int64),
            "hired": town.posts["posts"].to_numpy(dtype=np.int64) - town.left,
            "unfilled": town.left,
        }
    )
    return rows.sort_values(["unfilled", "stage", "school_id", "subject"], ascending=[False, True, True, True], kind="stable").reset_index(drop=True)


def _surplus(town: Town) -> pd.DataFrame:
    t = np.flatnonzero(town.post < 0)
    at = town.teachers["_at"].to_numpy(dtype=np.int64)[t]
    return pd.DataFrame(
        {
            "teacher_id": town.teachers["teacher_id"].to_numpy(dtype=object)[t],
            "stage": town.members["stage"].to_numpy(dtype=object)[at],
            "subject": town.teachers["subject"].to_numpy(dtype=object)[t],
            "school_id": town.members["school_id"].to_numpy(dtype=object)[at],
            "name": town.members["name"].to_numpy(dtype=object)[at],
            "points": town.teachers["points"].to_numpy(dtype=np.float64)[t],
            "reason": _why(town, t),
        }
    ).sort_values(["stage", "school_id", "subject", "teacher_id"], kind="stable", ignore_index=True)


def _why(town: Town, t: NDArray[np.int64]) -> list[str]:
    """Why each has no post: no subject; a licence for another subject than the one taught; posts of the own school or the county full; no post at all."""
    posts_of: dict[tuple[int, str], int] = {(int(a), str(u)): p for p, (a, u) in enumerate(zip(town.posts["at"], town.posts["subject"], strict=True))}
    last = np.full(len(town.posts), -1, dtype=np.int64)  # the lowest place in the order of points among those hired
    hired = np.flatnonzero(town.post >= 0)
    np.maximum.at(last, town.post[hired], town.rank[hired])
    stage = town.members["stage"].to_numpy(dtype=object)
    here = {(str(stage[a]), str(town.county[a]), u) for a, u in posts_of}
    return [_why_one(town, i, posts_of, last, here) for i in t.tolist()]


def _why_one(town: Town, t: int, posts_of: dict[tuple[int, str], int], last: NDArray[np.int64], here: set[tuple[str, str, str]]) -> str:
    subjects, at = town.subjects_of[t], town.at_school(t)
    if not subjects:
        return "no_subject"
    own = [posts_of[at, u] for u in subjects if (at, u) in posts_of]
    if own:
        return "outscored" if all(0 <= last[p] < town.rank[t] for p in own) else "posts_taken"
    area = (str(town.members["stage"].iloc[at]), str(town.county[at]))
    if any((*area, u) in here for u in subjects):
        return "county_full"
    taught = town.teachers["main_taught"].iloc[t]
    return "no_licence" if taught and taught not in subjects and (*area, taught) in here else "no_post"
