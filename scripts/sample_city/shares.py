"""Who shares what with whom: six layers, denser around strong schools. GB18030, schools by name, one by the name people use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from scripts.sample_city.campuses import Campus
from scripts.sample_city.coordinates import to_metres

LAYERS: Final = {"好书共读": 0.55, "好课共品": 0.75, "好场所共用": 0.35, "好经验共享": 0.6, "好伙伴结对互助": 0.65, "好邻居联片教研": 0.85}
"""Layer -> how many schools of a county take part in it."""


def write_shares(path: Path, campuses: Sequence[Campus], alias: tuple[str, str], seed: int) -> None:
    """Primaries and juniors: in every county and layer some of them take something from a strong school nearby."""
    rng = np.random.default_rng([seed, 3])
    xy = to_metres(np.array([c.lng_lat for c in campuses]))
    other, proper = alias
    said = [other if c.name == proper else c.name for c in campuses]
    lines = ["共享类别,提供方,接受方"]
    for layer, part in LAYERS.items():
        for county in dict.fromkeys(c.county for c in campuses):
            for stage in ("primary", "junior"):
                mine = [i for i, c in enumerate(campuses) if c.county == county and stage in c.stages and not c.private]
                givers = [i for i in mine if campuses[i].tier == "lead"]
                for i in mine:
                    if i in givers or rng.random() > part:
                        continue
                    away = [float(np.hypot(*(xy[g] - xy[i]))) * float(rng.uniform(0.6, 1.4)) for g in givers]
                    lines.append(f"{layer},{said[givers[int(np.argmin(away))]]},{said[i]}")
    path.write_bytes(("\r\n".join(dict.fromkeys(lines)) + "\r\n").encode("gb18030"))
