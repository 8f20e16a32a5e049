"""Class sizes, school sizes, staff, special rooms, zones of town schools and pupils from outside: against their lines where there are any."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd

from districting.auditing.finding import finding, under_line
from districting.measures.balance import band_counts, funded_more, posts_short, rooms_short, share_above
from districting.measures.balance.population import COMPULSORY, Population
from districting.model.balance_profile import BalanceProfile
from districting.model.plan import Plan
from districting.model.stages import AREAS, kind_of_stages


def class_findings(plan: Plan, of: Population, profile: BalanceProfile) -> list[dict[str, Any]]:
    """Large classes, and schools with a class above the cap. Where sizes of classes are not given, a mean above the cap shows that one class at least is."""
    rules = profile.classes
    cap = rules.cap.get(of.stage, math.nan)
    table = plan.class_sizes[(plan.class_sizes["stage"] == of.stage) & plan.class_sizes["school_id"].isin(of.school_ids)]
    classes = of.of("classes")
    mean = np.divide(of.pupils, classes, out=np.full(len(classes), np.nan), where=classes > 0)
    largest = table.groupby("school_id")["pupils"].max().reindex(list(of.school_ids)).to_numpy(dtype=np.float64) if len(table) else np.full(len(mean), np.nan)
    known = np.isfinite(mean) | np.isfinite(largest)
    if not known.any() or math.isnan(cap):
        return []
    more = {"stage": of.stage, "scope": "schools", "source": rules.source}
    both = np.isfinite(mean)
    over = int((np.where(np.isfinite(largest), largest, mean)[known] > cap).sum())
    rows = [finding("schools_over_class_cap", float(over), "school", threshold=0.0, verdict=under_line(over, 0.0), **more)]
    if both.any():
        rows.append(finding("mean_class_size", float(of.pupils[both].sum() / classes[both].sum()), "pupil", threshold=cap, **more))
    sizes = table["pupils"].to_numpy(dtype=np.float64)
    if not len(sizes):
        return [*rows, finding("schools_without_class_sizes", float(len(of.school_ids)), "school", **more)]
    share, huge = share_above(sizes, rules.large), int((sizes > rules.huge).sum())
    rows.append(finding("large_classes", share, "share", threshold=rules.large_share, verdict=under_line(share, rules.large_share), **more))
    rows.append(finding("huge_classes", float(huge), "class", threshold=0.0, verdict=under_line(huge, 0.0), **more))
    for band, count in zip(_bands(rules.bands), band_counts(sizes, rules.bands), strict=True):
        rows.append(finding(f"classes_in_band.{band}", float(count), "class", **more))
    without = int((~np.isfinite(largest)).sum())
    return [*rows, finding("schools_without_class_sizes", float(without), "school", **more)] if without else rows


def _bands(edges: tuple[float, ...]) -> list[str]:
    """``0-35``, ``36-45`` ... ``66+``."""
    whole = [int(e) for e in edges]
    return [f"0-{whole[0]}", *(f"{a + 1}-{b}" for a, b in itertools.pairwise(whole)), f"{whole[-1] + 1}+"]


def staff_findings(of: Population, profile: BalanceProfile) -> list[dict[str, Any]]:
    """Pupils per member of staff over all schools, schools under the norm, and posts they lack."""
    norm = profile.staff.pupils_per_post.get(of.stage, math.nan)
    staff = of.of("staff")
    known = np.isfinite(staff)
    if not known.any() or math.isnan(norm):
        return []
    more = {"stage": of.stage, "scope": "schools", "source": profile.staff.source}
    short = np.ceil(posts_short(of.pupils[known], staff[known], norm) - 1e-9)
    schools, total = int((short > 0).sum()), float(staff[known].sum())
    each = float(of.pupils[known].sum() / total) if total else math.nan
    return [
        finding("pupils_per_staff", each, "1", threshold=norm, verdict=under_line(each, norm), **more),
        finding("schools_short_of_staff", float(schools), "school", threshold=0.0, verdict=under_line(schools, 0.0), **more),
        finding("posts_short", float(short.sum()), "post", **more),
    ]


def zone_findings(plan: Plan, of: Population, profile: BalanceProfile) -> list[dict[str, Any]]:
    """Public day schools in towns that have a zone (划片), and the share of pupils who come from outside theirs (择校)."""
    rows = []
    line = profile.proximity.zoned.get(of.stage, math.nan)
    if of.stage in plan.zoned_stages and not math.isnan(line):
        boarding = set(plan.coverage.loc[plan.coverage["reason"] == "boarding", "school_id"].astype("str")) if len(plan.coverage) else set()
        town = of.public & (of.area < 2) & ~np.isin(np.array(of.school_ids, dtype=object).astype(str), sorted(boarding))
        zoned = set(plan.zone_schools.loc[plan.zone_schools["stage"] == of.stage, "school_id"].astype("str"))
        if town.any():
            share = float(np.mean([s in zoned for s, t in zip(of.school_ids, town, strict=True) if t]))
            verdict = "pass" if share >= line else "fail"
            rows.append(
                finding("town_schools_zoned", share, "share", stage=of.stage, scope="schools", threshold=line, verdict=verdict, source=profile.proximity.source)
            )
    outside = of.of("out_of_zone_pupils")
    known = np.isfinite(outside)
    if known.any():
        more = {"stage": of.stage, "scope": "schools"}
        rows.append(finding("out_of_zone", float(outside[known].sum() / of.pupils[known].sum()), "share", **more))
        rows.append(finding("out_of_zone_most", float((outside[known] / of.pupils[known]).max()), "share", **more))
    return rows


def school_findings(plan: Plan, populations: list[Population], profile: BalanceProfile) -> list[dict[str, Any]]:
    """What counts for a school with all its compulsory stages together: size, funding of small ones, and rooms for music and art."""
    parts = [
        pd.DataFrame(
            {"school_id": p.school_ids, "stage": p.stage, "pupils": p.pupils, "classes": p.of("classes"), **{c: p.of(c) for c in profile.rooms.columns}}
        )
        for p in populations
        if p.stage in COMPULSORY and p.school_ids
    ]
    if not parts:
        return []
    rows = pd.concat(parts, ignore_index=True)
    whole = rows.groupby("school_id", sort=True)[["pupils", "classes", *profile.rooms.columns]].sum(min_count=1)
    stages = plan.school_stages.groupby("school_id")["stage"].agg(list)
    kind = [kind_of_stages(stages[s]) or next(t for t in COMPULSORY if t in stages[s]) for s in whole.index]
    cap = np.array([profile.size.pupils.get(k, math.nan) for k in kind])
    over = int((whole["pupils"].to_numpy(dtype=np.float64) > cap).sum())
    found = [finding("schools_over_size", float(over), "school", scope="schools", threshold=0.0, verdict=under_line(over, 0.0), source=profile.size.source)]
    found += _small(whole["pupils"], populations, profile)
    for column in profile.rooms.columns:
        short = rooms_short(whole["classes"], whole[column], profile.rooms.classes_per_room)
        known = np.isfinite(short)
        if known.any():
            schools = int((short[known] > 0).sum())
            more = {"scope": "schools", "threshold": 0.0, "source": profile.rooms.source}
            found.append(finding(f"schools_short_of.{column}", float(schools), "school", verdict=under_line(schools, 0.0), **more))
    return found


def _small(pupils: pd.Series[Any], populations: list[Population], profile: BalanceProfile) -> list[dict[str, Any]]:
    """Public schools in the country with so few pupils that they are funded for more, and for how many more; nothing where no school is known to be one of the country."""
    country = {s for p in populations for s, rural, public in zip(p.school_ids, p.area == AREAS.index("rural"), p.public, strict=True) if rural and public}
    mine = pupils[pupils.index.isin(country)].to_numpy(dtype=np.float64)
    if not len(mine):
        return []
    more = funded_more(mine, profile.size.funded_as)
    told = {"scope": "schools", "source": profile.size.source}
    return [finding("small_schools", float((more > 0).sum()), "school", **told), finding("pupils_funded_more", float(np.nansum(more)), "pupil", **told)]
