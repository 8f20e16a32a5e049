"""The config of Baltimore County south-west for one year's seats, as a planner would write it."""

from __future__ import annotations

from pathlib import Path

CONFIG = """
[project]
name = "bcps_sw"
language = "en"
crs = "EPSG:26985"
[inputs]
schools = {{ path = "{data}/schools.gpkg", layer = "schools", stage = "primary", where = "TYPE == 'ES' and {seats} > 0 and NAME != '{without}'" }}
blocks = {{ path = "{data}/blocks.gpkg", layer = "blocks" }}
[inputs.columns.schools]
name = "NAME"
seats = "{seats}"
[inputs.columns.blocks]
block_id = "PBID"
pupils_primary = "K5LiveAtt"
current_school = "ES1516"
[inputs.aliases.schools]
"Edmondson Heights ES" = "Edmonson Heights ES"
"Catonsville ES" = "{catonsville}"
[zoning.primary]
demand = "roll"
"""


def write_config(folder: Path, data: Path, seats: str, without: str, catonsville: str) -> Path:
    """``seats``: column of the seats; ``without``: the school that stands for the other year; ``catonsville``: the layer's spelling of that school."""
    path = folder / f"{seats}.toml"
    path.write_text(CONFIG.format(data=data.as_posix(), seats=seats, without=without, catonsville=catonsville), encoding="utf-8")
    return path
