"""What a renewal says it did, counted again from the links of the older plan, those of the new one, and the rows of ``renewals`` (policy R13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
_OUTCOME = {"keep": "kept", "renew": "renewed"}
_NO_LINK = ("still_passes", "still_risen", "still_closed")


def broken_renewal_rules(old: Sequence[Row], new: Sequence[Row], decided: Sequence[Row], *, year: int, said: Mapping[str, int]) -> list[str]:
    """Names of the rules that a renewal breaks: each once, sorted; [] where all hold.

    ``old``, ``new``: links with the columns kind, stage, from_id, to_id, subject, channel, term_from, term_to and outcome; ``decided``: rows of ``renewals``;
    ``said``: "form.decision" -> the count that is shown. A link is kept exactly when its term runs and it is made again, renewed when its term is over and it is
    made again; a rematch has another giver and not the old one; a graduate has not the old one; what ended is not made.

    >>> link = dict(kind="chain", stage="junior", from_id="A", to_id="X", subject="", channel="", term_from=2026, term_to=2028)
    >>> row = link | {"decision": "rematch", "reason": "little_closed", "next_from_id": "A"}
    >>> broken_renewal_rules([link], [link | {"term_from": 2029, "term_to": 2031, "outcome": "rematched"}], [row], year=2029, said={"chain.rematch": 1})
    ['outcome', 'rematch']
    """
    broken: set[str] = set()
    made = {_key(link): link for link in new}
    before = {_key(link): link for link in old}
    givers: dict[tuple[str, ...], set[str]] = {}
    for link in new:
        givers.setdefault(_taker(link), set()).add(str(link["from_id"]))
    of_links = [row for row in decided if row["decision"] != "reopen" and row["reason"] not in _NO_LINK]
    if Counter(_key(row) for row in of_links) != Counter(_key(link) for link in old):
        broken.add("one_decision")
    for row in decided:
        broken |= _broken_row(row, before.get(_key(row)), made.get(_key(row)), givers.get(_taker(row), set()), year)
    decision = {_key(row): str(row["decision"]) for row in of_links}
    moved = {_taker(row) for row in of_links if row["decision"] == "rematch"}
    for key, link in made.items():
        right = _OUTCOME.get(decision.get(key, ""), "rematched" if _taker(link) in moved else "new")
        if link["outcome"] != right or (key in before and right in ("new", "rematched")):
            broken.add("outcome")
    counted = Counter(f"{row['kind']}.{row['decision']}" for row in decided)
    if any(said.get(k, 0) != counted.get(k, 0) for k in {*said, *counted}):
        broken.add("counts")
    return sorted(broken)


def _broken_row(row: Row, was: Row | None, now: Row | None, givers: set[str], year: int) -> set[str]:
    decision, broken = str(row["decision"]), set[str]()
    if str(row["next_from_id"]) != ",".join(sorted(givers)):
        broken.add("next_giver")
    if decision == "keep" and (now is None or was is None or int(was["term_to"]) < year or _years(was) != _years(now)):
        broken.add("keep")
    if decision == "renew" and (now is None or was is None or int(now["term_from"]) < year or _years(was) == _years(now)):
        broken.add("renew")
    if decision == "rematch" and (now is not None or not givers - {str(row["from_id"])}):
        broken.add("rematch")
    if decision == "graduate" and (now is not None or (row["reason"] in _NO_LINK and givers)):
        broken.add("graduate")
    if decision == "end" and now is not None:
        broken.add("end")
    return broken


def _years(link: Row) -> tuple[int, int]:
    return int(link["term_from"]), int(link["term_to"])


def _key(row: Row) -> tuple[str, ...]:
    return tuple(str(row[c]) for c in ("kind", "stage", "from_id", "to_id", "subject", "channel"))


def _taker(row: Row) -> tuple[str, ...]:
    return tuple(str(row[c]) for c in ("kind", "stage", "to_id", "subject", "channel"))
