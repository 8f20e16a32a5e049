"""Lists of made-up lotteries: by hand in one line, or at random with everything that a list can hold."""

from __future__ import annotations

import numpy as np

from districting.model.draw_list import DrawBatch, DrawEntry, DrawList, DrawPool, DrawSchool

NAMES = ("preference_first", "preference_then_priority_then_number", "number_first", "single_school", "batched")


def drawn_list(engine, plans, wishes, *, tiers=None, bundles=None, keys=None, pools=None, **more):
    """``plans``: seats of each school; ``wishes``, ``tiers``, ``bundles``, ``keys``, ``pools``: of each entry."""
    n = len(wishes)
    entries = tuple(
        DrawEntry(
            f"{i:016x}",
            i if bundles is None else bundles[i],
            1 if tiers is None else tiers[i],
            () if keys is None else keys[i],
            () if pools is None else pools[i],
            tuple(wishes[i]),
        )
        for i in range(n)
    )
    schools = tuple(plan if isinstance(plan, DrawSchool) else DrawSchool(f"s{s}", f"学校{s}", plan) for s, plan in enumerate(plans))
    given = {"direction": "ascending", "digits": 10, "bundle": "overfill", **more}
    made = tuple(DrawPool(*p) for p in given.pop("made_pools", ()))
    names = tuple((f"顺位{t}", "x == 1") for t in range(max(tiers, default=1) if tiers else 0))
    return DrawList({"name": "试", "year": "2026", "stage": "", "order_keys": ""}, engine, schools=schools, entries=entries, pools=made, tiers=names, **given)


def random_list(engine, seed, entries=30, schools=5):
    """Bundles of two and three, tiers, keys, reserved seats, caps, blanks among the wishes, a default order; too few seats for all."""
    rng = np.random.default_rng(seed)
    bundle = list(range(entries))
    for i in range(0, entries - 3, 5):
        size = int(rng.integers(1, 4))
        bundle[i : i + size] = [i] * size
    most = 1 if engine == "single_school" else 4
    made = [tuple(int(s) if rng.random() < 0.9 else None for s in rng.permutation(schools)[: rng.integers(0, most + 1)]) for _ in range(entries)]
    pools = tuple((int(rng.integers(schools)), int(rng.integers(1, 3)), ("return", "keep")[int(rng.integers(2))], f"保留{p}", "军人子女") for p in range(3))
    plans = [int(rng.integers(3, 8)) + sum(p[1] for p in pools if p[0] == s) for s in range(schools)]
    caps = [DrawSchool(f"s{s}", f"学校{s}", plan, plan + int(rng.integers(0, 3)) if rng.random() < 0.5 else None) for s, plan in enumerate(plans)]
    batches = (DrawBatch("一批", "preference_first", 1, 2), DrawBatch("二批", "number_first", 2, 4, (0, 1, 2))) if engine == "batched" else ()
    return drawn_list(
        engine,
        caps,
        [made[b] for b in bundle],
        tiers=[int(t) for t in rng.integers(1, 4, entries)],
        bundles=bundle,
        keys=[(int(k),) for k in rng.integers(1, 3, entries)],
        pools=[tuple(p for p in range(3) if rng.random() < 0.3) for _ in range(entries)],
        made_pools=pools,
        batches=batches,
        default_order=tuple(int(s) for s in rng.permutation(schools)[:3]) if rng.random() < 0.6 else (),
        direction=("ascending", "descending")[int(rng.integers(2))],
        bundle=("overfill", "skip")[int(rng.integers(2))],
        digits=(7, 9, 10)[int(rng.integers(3))],
    )
