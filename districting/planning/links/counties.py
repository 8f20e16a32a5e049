"""The counties of a city as units of links: what each is called, where it is, and which schools are its own. A development zone may have no code; its name identifies it then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.reading.city import City
from districting.wording import text


@dataclass(frozen=True, eq=False)
class Counties:
    """c counties in the order of their ids. ``id`` the code, or the name of a county without one; ``coded`` which have a code; ``shape`` outlines; ``land`` and ``role``
    the words of the table (empty where not given).
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    coded: NDArray[np.bool_]
    shape: NDArray[Any]
    land: tuple[str, ...]
    role: tuple[str, ...]

    def at(self, word: str) -> int:
        """The position of a county by code or name; -1 where there is none, or where a name stands for several."""
        if word in self.id:
            return self.id.index(word)
        return self.name.index(word) if self.name.count(word) == 1 else -1

    def names(self) -> dict[str, str]:
        """Id -> name."""
        return dict(zip(self.id, self.name, strict=True))


def counties_of(city: City) -> Counties:
    """The counties table as units; rows of one county (islands) are joined.

    Raises
    ------
    DataError : there is no table, a county has neither code nor name, or one code stands for two counties
    """
    table = city.counties
    if table is None or not len(table):
        raise DataError(Fault(text("pairing.no_counties"), text("pairing.give_counties"), column="inputs.counties"))
    words = {c: _words(table, c) for c in ("county_code", "name", "county_type", "aid_role")}
    ids = [code or name for code, name in zip(words["county_code"], words["name"], strict=True)]
    faults = [Fault(text("pairing.county_nameless"), text("pairing.name_county"), column="county_code") for i in ids if not i][:1]
    for county in sorted(set(ids) - {""}):
        names = sorted({n for i, n in zip(ids, words["name"], strict=True) if i == county and n})
        if len(names) > 1:
            faults.append(Fault(text("pairing.code_twice", code=county, names=names), text("pairing.clear_code"), column="county_code"))
    if faults:
        raise DataError(faults)
    frame = pd.DataFrame({"id": ids, **words, "geometry": np.asarray(table.geometry.array, dtype=object)})
    rows = [(str(i), r) for i, r in frame.groupby("id", sort=True)]

    def first(column: str) -> tuple[str, ...]:
        return tuple(next((w for w in r[column] if w), "") for _, r in rows)

    return Counties(
        id=tuple(i for i, _ in rows),
        name=tuple(n or i for n, (i, _) in zip(first("name"), rows, strict=True)),
        coded=np.array([bool(c) for c in first("county_code")], dtype=bool),
        shape=np.array([shapely.union_all(r["geometry"].to_numpy(dtype=object)) for _, r in rows], dtype=object),
        land=first("county_type"),
        role=first("aid_role"),
    )


def county_of_schools(city: City, schools: Any, counties: Counties | None = None) -> NDArray[Any]:
    """(s,) id of the county of every row of ``schools`` (county_code, geometry), empty where none is known.

    A school inside the outline of a county without a code is that county's, whatever code it bears; else the county is that of its code, or the one it names; else the
    one whose outline holds it. Without a counties table (``counties`` None) the school's own code counts.
    """
    given = schools["county_code"].fillna("").astype("str").to_numpy(dtype=object)
    if counties is None:
        return given
    points = schools["geometry"].to_numpy(dtype=object)
    inside = _inside(points, counties)
    out = np.full(len(given), "", dtype=object)
    for i, word in enumerate(given.tolist()):
        at, here = counties.at(word) if word else -1, int(inside[i])
        if here >= 0 and (not counties.coded[here] or at < 0):
            at = here
        out[i] = counties.id[at] if at >= 0 else word
    return out


def known_counties(city: City) -> Counties | None:
    """The counties of the table; None where there is no table."""
    return None if city.counties is None or not len(city.counties) else counties_of(city)


def _inside(points: NDArray[Any], counties: Counties) -> NDArray[np.int64]:
    """(s,) position of the county that holds each point, one without a code before the others, -1 where none does."""
    out = np.full(len(points), -1, dtype=np.int64)
    placed = np.flatnonzero(~shapely.is_missing(points))
    point, county = shapely.STRtree(counties.shape).query(points[placed], predicate="intersects")
    for p, c in sorted(zip(point.tolist(), county.tolist(), strict=True), key=lambda pair: (not counties.coded[pair[1]], pair[1]), reverse=True):
        out[placed[p]] = c
    return out


def _words(table: Any, column: str) -> list[str]:
    return table[column].fillna("").astype("str").str.strip().tolist() if column in table.columns else [""] * len(table)
