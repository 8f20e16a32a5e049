"""Coverage of the layers of sharing, counted again school by school (policy R16)."""

from __future__ import annotations

from districting.model.share_problem import ShareCoverage, ShareProblem


def wrong_coverage(problem: ShareProblem, found: ShareCoverage) -> list[str]:
    """``coverage`` where a count differs, ``score`` where a mean does; empty where all agree."""
    members: list[set[int]] = [set() for _ in range(problem.districts)]
    for school, district in enumerate(problem.district.tolist()):
        if district >= 0:
            members[district].add(school)
    wrong: set[str] = set()
    links = list(zip(problem.layer.tolist(), problem.giver.tolist(), problem.taker.tolist(), strict=True))
    for d, mine in enumerate(members):
        shares = []
        for layer in range(problem.layers):
            ends = [(a, b) for of, a, b in links if of == layer and (not problem.inside or (a in mine and b in mine))]
            covered = len({s for pair in ends for s in pair} & mine)
            shares.append(covered / len(mine) if mine else 0.0)
            if covered != found.covered[d, layer] or len(mine) != found.schools[d] or abs(shares[-1] - found.share[d, layer]) > 1e-12:
                wrong.add("coverage")
        if abs(sum(shares) / len(shares) - found.score[d]) > 1e-12:
            wrong.add("score")
    return sorted(wrong)
