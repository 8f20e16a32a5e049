"""The ledger and the fund counted again, entry by entry."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence


def check_ledger(entries: Iterable[tuple[int, int, float]], net: Sequence[float], yuan: Sequence[int], fund_yuan: int) -> list[str]:
    """Names of the broken rules; [] when all hold. ``entries``: giver, taker, points; ``net`` and ``yuan`` of each school.

    >>> check_ledger([(0, 1, 2.0)], [2.0, -2.0], [10, 0], 10), check_ledger([(0, 1, 2.0)], [2.0, -2.0], [9, 1], 10)
    ([], ['nothing_given'])
    """
    broken = set()
    own: defaultdict[int, float] = defaultdict(float)
    for giver, taker, points in entries:
        own[giver] += points
        own[taker] -= points
    if not all(math.isclose(own[school], said, rel_tol=1e-9, abs_tol=1e-6) for school, said in enumerate(net)):
        broken.add("net")
    given = math.fsum(max(0.0, n) for n in net)
    if any(y < 0 for y in yuan) or sum(yuan) not in (0, fund_yuan) or (given > 0 and sum(yuan) != fund_yuan):
        broken.add("fund")
    if given > 0:
        if any(y > 0 and n <= 0 for y, n in zip(yuan, net, strict=True)):
            broken.add("nothing_given")
        elif any(abs(y - fund_yuan * max(0.0, n) / given) >= 1.0 - 1e-12 for y, n in zip(yuan, net, strict=True)):
            broken.add("share")
    return sorted(broken)
