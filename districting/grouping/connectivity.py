"""Pieces of a district and the separators that forbid them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence


def reach(neighbours: Sequence[Sequence[int]], start: int, inside: Collection[int]) -> set[int]:
    """Units of ``inside`` that can be reached from ``start`` without leaving it (``start`` included).

    >>> sorted(reach([[1], [0, 2], [1, 3], [2]], 0, {0, 1, 3}))
    [0, 1]
    """
    seen = {start}
    stack = [start]
    while stack:
        for other in neighbours[stack.pop()]:
            if other in inside and other not in seen:
                seen.add(other)
                stack.append(other)
    return seen


def pieces(neighbours: Sequence[Sequence[int]], units: Iterable[int]) -> list[set[int]]:
    """Connected pieces of a set of units, in the order of their smallest unit.

    >>> pieces([[1], [0, 2], [1, 3], [2]], [3, 0, 1])
    [{0, 1}, {3}]
    """
    left = set(units)
    found = []
    while left:
        piece = reach(neighbours, min(left), left)
        found.append(piece)
        left -= piece
    return found


def separator(neighbours: Sequence[Sequence[int]], piece: Collection[int], root: int) -> list[int]:
    """Smallest-by-inclusion set of units beside ``piece`` that every way from ``root`` to the piece passes; empty when there is no way.

    A root that stands beside the piece separates it alone (a district always holds its root).

    >>> separator([[1, 2], [0, 3], [0, 3], [1, 2, 4], [3]], {4}, 0)
    [3]
    """
    border = {v for u in piece for v in neighbours[u]} - set(piece)
    if root in border:
        return [root]
    outside = set(range(len(neighbours))) - border - set(piece)
    return sorted({v for u in reach(neighbours, root, outside) for v in neighbours[u] if v in border})
