"""What a renewal says it did, recounted: every lie is caught."""

import pytest

from districting.checking.pairing.renewal import broken_renewal_rules


def link(giver, taker, start=2026, outcome="", **more):
    ends = {"kind": "school", "stage": "junior", "from_id": giver, "to_id": taker, "subject": "", "channel": ""}
    return ends | {"term_from": start, "term_to": start + 2, "outcome": outcome} | more


def row(giver, taker, decision, following, reason=""):
    return link(giver, taker) | {"decision": decision, "reason": reason, "next_from_id": following}


def broken(old, new, rows, year=2029, said=None):
    counts = {}
    for r in rows:
        counts[f"school.{r['decision']}"] = counts.get(f"school.{r['decision']}", 0) + 1
    return broken_renewal_rules(old, new, rows, year=year, said=counts if said is None else said)


OLD = [link("A", "X"), link("B", "Y"), link("B", "Z")]


def test_a_true_account_breaks_nothing():
    new = [link("A", "X", 2029, "renewed"), link("A", "Y", 2029, "rematched"), link("A", "W", 2029, "new")]
    rows = [row("A", "X", "renew", "A"), row("B", "Y", "rematch", "A"), row("B", "Z", "graduate", ""), row("C", "V", "graduate", "", "still_closed")]
    assert broken(OLD, new, rows) == []
    assert broken(OLD, new, rows, said={"school.renew": 2, "school.rematch": 1, "school.graduate": 2}) == ["counts"]
    assert broken(OLD, new, rows[1:]) == ["one_decision", "outcome"]


@pytest.mark.parametrize(
    ("new", "decision", "following", "year", "rules"),
    [
        (link("A", "X", 2029, "rematched"), "rematch", "A", 2029, ["outcome", "rematch"]),  # the same pair again is no rematch
        (None, "rematch", "", 2029, ["rematch"]),  # nor is nobody
        (link("A", "X", 2029, "new"), "graduate", "A", 2029, ["graduate", "outcome"]),  # a graduate is not linked to its giver again
        (link("A", "X", 2027, "new"), "keep", "A", 2027, ["keep", "outcome"]),  # a running term does not begin anew
        (link("A", "X", 2026, "renewed"), "renew", "A", 2029, ["renew"]),  # a renewed link has a new term
        (link("A", "X", 2029, "new"), "end", "A", 2029, ["end", "outcome"]),
        (link("B", "X", 2029, "rematched"), "rematch", "A", 2029, ["next_giver"]),
    ],
)
def test_a_false_account_is_caught(new, decision, following, year, rules):
    assert broken(OLD[:1], [] if new is None else [new], [row("A", "X", decision, following)], year) == rules
