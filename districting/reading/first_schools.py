"""The schools of an OpenStreetMap extract: duplicates joined, stages read off tags and names, and what is no school of a district left out by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from districting.reading.osm_extract import Layer
from districting.wording import say

SAME_NAME_M: Final = 300.0
"""Drawings of one name this near to each other are one school."""
_TOUCH_M: Final = 1.0
_ISCED: Final[Mapping[str, tuple[str, ...]]] = {"1": ("primary",), "2": ("junior",), "3": ("senior",), "0": ("kindergarten",)}


def first_schools(layer: Layer, shapes: Any, words: Mapping[str, Sequence[str]], lang: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Schools with a stage of their own, and what was left out.

    Parameters
    ----------
    shapes : (n,) those of the layer in metres
    words : kind of school -> what its names hold

    Returns
    -------
    schools : school_id, name, named (bool), stages (tuple), sure (whether tags or name say the stage), geometry (Point); by id
    left_out : osm_id, name, why (``kindergarten``, ``university``, ``senior``, ``private``, ``duplicate``)
    """
    names = [" ".join(str(row["name"]).split()) for row in layer.rows]
    rows, left = [], []
    for members in _same(names, shapes):
        best = min(members, key=lambda i: (not names[i], shapely.get_dimensions(shapes[i]) < 2, layer.rows[i]["osm_id"]))
        row, name = layer.rows[best], names[best]
        left += [(layer.rows[i]["osm_id"], names[i], "duplicate") for i in members if i != best]
        stages, sure = stages_of(str(row["kind"]), name, " ".join(str(layer.rows[i]["isced"]) for i in members), words)
        if says_private(name, words) and stages[0] in ("primary", "junior"):
            left.append((row["osm_id"], name, "private"))
            continue
        taken = tuple(s for s in stages if s in ("primary", "junior"))
        if not taken:
            left.append((row["osm_id"], name, stages[0]))
            continue
        areas = [shapes[i] for i in members if shapely.get_dimensions(shapes[i]) == 2]
        place = shapely.point_on_surface(areas[0] if shapely.get_dimensions(shapes[best]) < 2 and areas else shapes[best])
        rows.append((row["osm_id"], name or say("osm.unnamed", lang, osm_id=row["osm_id"]), bool(name), taken, sure, place))
    schools = pd.DataFrame(rows, columns=["school_id", "name", "named", "stages", "sure", "geometry"]).sort_values("school_id", key=_by_number)
    return schools.reset_index(drop=True), pd.DataFrame(sorted(left), columns=["osm_id", "name", "why"])


def stages_of(kind: str, name: str, isced: str, words: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], bool]:
    """Stages of a school, and whether tags or its name say so: one that says nothing is taken for a primary school.

    >>> words = {"primary": ["小学"], "junior": ["中学"], "university": ["大学"]}
    >>> stages_of("school", "城东小学", "", words), stages_of("school", "", "1;2", words), stages_of("school", "Resch", "", words)
    ((('primary',), True), (('primary', 'junior'), True), (('primary',), False))
    >>> stages_of("university", "", "", words), stages_of("school", "某大学附属小学", "", words)
    ((('university',), True), (('primary',), True))
    """
    if kind != "school":
        return ("kindergarten" if kind == "kindergarten" else "university",), True
    coded = tuple(s for code in sorted(set(re.findall(r"[0-3]", isced))) for s in _ISCED[code])
    if coded:
        return coded, True
    folded = name.casefold()
    spots = {w: max(folded.rfind(word) for word in found) for w, found in words.items() if w != "private"}
    # the last word says what a school is: the primary school of a university is none
    said = max((w for w in spots if spots[w] >= 0), key=lambda w: spots[w], default=None)
    if said is None:
        return ("primary",), False
    return ("primary", "junior") if said == "both" else (said,), True


def says_private(name: str, words: Mapping[str, Sequence[str]]) -> bool:
    """Whether a name says that the school is private: such a school has no zone."""
    return any(word in name.casefold() for word in words.get("private", ()))


def _same(names: list[str], shapes: Any) -> list[list[int]]:
    """Positions of the drawings of each school: those of one name near each other, and a drawing without a name that touches another."""
    folded = np.array([n.casefold() for n in names], dtype=object)
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=SAME_NAME_M)
    alike = (folded[a] == folded[b]) & (folded[a] != "")
    touching = ((folded[a] == "") | (folded[b] == "")) & (shapely.distance(shapes[a], shapes[b]) <= _TOUCH_M)
    joined = alike | touching
    _, label = connected_components(coo_array((np.ones(int(joined.sum())), (a[joined], b[joined])), shape=(len(names),) * 2), directed=False)
    return [np.flatnonzero(label == group).tolist() for group in range(int(label.max(initial=-1)) + 1)]


def _by_number(ids: pd.Series) -> Any:
    return ids.map(lambda i: (i[:1], int(i[1:])))
