"""The hall of a draw: seats left, who waits, and one log line for every decision. Engines only say who is offered which school when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from districting.model.draw_list import DrawList


class Group(NamedTuple):
    """A bundle, or one entry alone: placed together. ``members``: positions; ``claim``: (tier, keys), the last of its members; ``pools`` of each member."""

    members: tuple[int, ...]
    claim: tuple[int, ...]
    pools: tuple[tuple[int, ...], ...]
    wishes: tuple[int | None, ...]


def groups_of(draw: DrawList) -> list[Group]:
    """The groups of a list in the order of their first positions. Binding brings nobody forward: a bundle has the claim of its last member."""
    members: dict[int, list[int]] = {}
    for i, entry in enumerate(draw.entries):
        if entry.bundle == i:
            members[i] = [i]
        else:
            members[entry.bundle].append(i)
    found = []
    for of in members.values():
        entries = [draw.entries[i] for i in of]
        if len(of) == 1:
            entry = entries[0]
            found.append(Group((of[0],), (entry.tier, *entry.keys), (entry.pools,), entry.wishes))
            continue
        claim = max((e.tier, *e.keys) for e in entries)
        found.append(Group(tuple(of), claim, tuple(e.pools for e in entries), entries[0].wishes))
    return found


class Hall:
    """State of one draw.

    Parameters
    ----------
    draw, groups : the list, and :func:`groups_of` it
    rank : (groups,) place of each group by number alone, 0 first
    logged : whether lines are written (odds need none)
    """

    def __init__(self, draw: DrawList, groups: Sequence[Group], rank: Sequence[int], *, logged: bool = True) -> None:
        self.draw, self.groups, self.logged = draw, groups, logged
        self.by_number = sorted(range(len(groups)), key=rank.__getitem__)
        self.by_claim = sorted(self.by_number, key=lambda g: groups[g].claim)  # stable: the number decides where claims are equal
        self.longest = max((len(g.wishes) for g in groups), default=0)
        self.reserved = [p.seats for p in draw.pools]
        self.pools_at: list[list[int]] = [[] for _ in draw.schools]
        for p, pool in enumerate(draw.pools):
            self.pools_at[pool.school].append(p)
        self.general = [s.plan - sum(self.reserved[p] for p in at) for s, at in zip(draw.schools, self.pools_at, strict=True)]
        self.school_of: list[int | None] = [None] * len(groups)
        self.wish_of = [0] * len(groups)
        self.over = [0] * len(draw.schools)
        self.open: frozenset[int] | None = None
        self.log: list[str] = []
        self._pass, self._batch = "main", 0

    def waiting(self, order: Sequence[int]) -> list[int]:
        """Groups without a school, in ``order``."""
        return [g for g in order if self.school_of[g] is None]

    def begin(self, name: str, batch: int = 0) -> None:
        """What the next lines of the log belong to: pass and batch."""
        self._pass, self._batch = name, batch

    def offer(self, group: int, school: int, wish: int) -> bool:
        """Offer ``school`` to a group as its wish number ``wish`` (0 = by the default order), log what comes of it, and say whether it is placed."""
        members = self.groups[group].members
        if len(members) == 1 and not self.pools_at[school]:
            taken, room = ["0"], min(self.general[school], 1)
        else:
            taken, room = self._seats_for(group, school)
        size = len(members)
        plan, cap = self.draw.schools[school].plan, self.draw.schools[school].cap
        if room <= 0:
            what = "not_eligible" if any(self.reserved[p] for p in self.pools_at[school]) else "full"
        elif room < size and (self.draw.bundle == "skip" or self.over[school] or (cap is not None and size - room > cap - plan)):
            what = "skipped"
        else:
            what = "placed"
            self._seat(group, school, wish, taken)
        if self.logged:
            seats = ",".join(taken) if what == "placed" else "-"
            left = self.general[school], sum(self.reserved[p] for p in self.pools_at[school])
            self.log.append(
                f"{len(self.log) + 1}\t{self._pass}\t{self._batch}\t{members[0] + 1}\t{size}\t{wish}\t{school + 1}\t{what}\t{seats}\t{left[0]}\t{left[1]}"
            )
        return what == "placed"

    def give_back(self) -> bool:
        """Reserved seats that nobody took go to all, where the rules say so; pupils over the plan of the school have them first. Only schools with seats are open after it."""
        opened = set()
        for p, pool in enumerate(self.draw.pools):
            if pool.unfilled == "return" and self.reserved[p]:
                paid = min(self.reserved[p], self.over[pool.school])
                self.over[pool.school] -= paid
                self.general[pool.school] += self.reserved[p] - paid
                self.reserved[p] = 0
                if self.logged:
                    left = self.general[pool.school], sum(self.reserved[q] for q in self.pools_at[pool.school])
                    self.log.append(f"{len(self.log) + 1}\treturn\t0\t0\t0\t0\t{pool.school + 1}\treturned\t{p + 1}\t{left[0]}\t{left[1]}")
                if self.general[pool.school]:
                    opened.add(pool.school)
        self.open = frozenset(opened)
        return bool(opened)

    def allowed(self, schools: Iterable[int]) -> frozenset[int] | None:
        """The schools open in a batch of ``schools`` (empty = all); None = every school."""
        named = frozenset(schools)
        if not named:
            return self.open
        return named if self.open is None else named & self.open

    def fill(self, order: Sequence[int]) -> None:
        """Those still waiting, in ``order``, take the first school of the default order that has room; schools without a seat are passed over without a line."""
        self.begin("fill")
        schools = list(self.draw.default_order)
        for g in self.waiting(order):
            schools = [s for s in schools if self.general[s] > 0 or any(self.reserved[p] for p in self.pools_at[s])]
            if not schools:
                return
            for school in schools:
                if self.offer(g, school, 0):
                    break

    def _seats_for(self, group: int, school: int) -> tuple[list[str], int]:
        """The seat of every member (number of the pool, 0 = general, ``over``), and how many of them are seats of the plan."""
        general, reserved = self.general[school], {p: self.reserved[p] for p in self.pools_at[school]}
        taken = []
        for pools in self.groups[group].pools:
            own = next((p for p in reserved if p in pools and reserved[p] > 0), None)
            if own is not None:
                reserved[own] -= 1
                taken.append(str(own + 1))
            elif general > 0:
                general -= 1
                taken.append("0")
            else:
                taken.append("over")
        return taken, len(taken) - taken.count("over")

    def _seat(self, group: int, school: int, wish: int, taken: Sequence[str]) -> None:
        for seat in taken:
            if seat == "0":
                self.general[school] -= 1
            elif seat == "over":
                self.over[school] += 1
            else:
                self.reserved[int(seat) - 1] -= 1
        self.school_of[group], self.wish_of[group] = school, wish
