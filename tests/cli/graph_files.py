"""Files of a town without a map: a 3 x 4 grid of blocks of one pupil each as a table, a list of shared borders, and two schools that name their block.

r0c0 r0c1 r0c2 | r0c3
 W   r1c1 r1c2 |  E        W in r1c0, E in r1c3; today the three left columns go to W, who has 7 seats like E
r2c0 r2c1 r2c2 | r2c3
"""

from __future__ import annotations

from pathlib import Path

BLOCKS = [f"r{r}c{c}" for r in range(3) for c in range(4)]
CONFIG = """
[project]
name = "grid"
year = 2026
language = "en"
[inputs]
schools = "schools.csv"
blocks = "blocks.csv"
edges = "edges.csv"
[zoning.primary]
demand = "roll"
[zoning.primary.objective]
distance = 0.0
balance = 1.0
compactness = 1.0
[solve]
steps = 20000
"""


def write_graph_files(folder: Path) -> Path:
    """The path of the config."""
    blocks = [f"{b},1,10000,400,{'East' if b.endswith('3') else 'West'}" for b in BLOCKS]
    right = [f"r{r}c{c},r{r}c{c + 1},100" for r in range(3) for c in range(3)]
    down = [f"r{r}c{c},r{r + 1}c{c},100" for r in range(2) for c in range(4)]
    tables = {
        "blocks.csv": ["block_id,pupils_primary,area_m2,perimeter_m,current_school_primary", *blocks],
        "edges.csv": ["block_a,block_b,shared_m", *right, *down],
        "schools.csv": ["school_id,name,stage,seats,block_id", "W,West,primary,7,r1c0", "E,East,primary,7,r1c3"],
        "config.toml": [CONFIG],
    }
    for name, lines in tables.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "config.toml"
