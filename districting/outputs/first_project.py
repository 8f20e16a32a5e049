"""A first project made of an OpenStreetMap extract: config, layers and the list of what was left out, ready for ``districting run``."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

import pyogrio

from districting.reading.first_city import FirstCity, first_city, first_rates
from districting.wording import say

_MOMENT = "2000-01-01T00:00:00.000Z"
"""The day of writing is no part of the data: the same extract gives the same bytes."""


def first_project_files(extract: Path, name: str, year: int, lang: str) -> tuple[dict[str, bytes], list[str]]:
    """Every file of the project by its relative name, and what is to be told about it, line by line.

    Raises
    ------
    DataError : the extract is unreadable, or holds no school or nobody
    DependencyError : pyosmium is not installed
    """
    city = first_city(extract, lang)
    files = {"config.toml": _config(city, extract.name, name, year, lang).encode(), "city.gpkg": _layers(city), "left_out.csv": _left_out(city, lang)}
    if len(city.bridges):
        files["bridges.csv"] = city.bridges.to_csv(index=False, lineterminator="\n").encode()
    return files, told(city, lang)


def told(city: FirstCity, lang: str) -> list[str]:
    """What was found and what is estimated, in sentences."""
    facts = city.facts
    lines = [say("osm.told_found", lang, **{k: facts[k] for k in ("schools", "blocks", "people")}, left_out=len(city.left_out))]
    lines += [say(f"osm.told_by_{facts['by']}", lang)]
    lines += [say("osm.told_pupils", lang, stage=say(f"word.{stage}", lang), pupils=facts[f"pupils_{stage}"]) for stage in city.stages]
    lines += [say("osm.told_seats", lang, spare=first_rates()["spare"]["value"], size=first_rates()["class_size"]["value"])]
    lines += [say(f"osm.told_{key}", lang, count=facts[key]) for key in ("unnamed", "unsure", "joined") if facts[key]]
    return [*lines, say("osm.estimated_mark", lang)]


def _config(city: FirstCity, extract: str, name: str, year: int, lang: str) -> str:
    frame = Template(resources.files("districting.profiles").joinpath(f"first_config_{lang}.toml").read_text("utf-8"))
    pupils = ", ".join(f'"pupils_{stage}"' for stage in city.stages)
    layers = [f'{layer} = {{ path = "city.gpkg", layer = "{layer}" }}' for layer in ("admin", "roads", "barriers") if layer in city.layers]
    layers += ['bridges = "bridges.csv"'] if len(city.bridges) else []
    zoning = []
    walk = "walk" if "roads" in city.layers else "straight"
    for stage in city.stages:
        zoning.append(f'[zoning.{stage}]\ndemand = "roll"\ndistance = "{walk}"\n')
    rates = [f"# {key}: {rate['value']:g} ({rate['unit']}; {rate['source']}; {rate['tag']})" for key, rate in first_rates().items() if "tag" in rate]
    given = {"name": _quoted(name), "year": str(year), "extract": extract.replace("\n", " "), "pupils": pupils}
    notes = "\n".join(f"# {line}" for line in told(city, lang))
    return frame.substitute(given, layers="\n".join(layers), zoning="\n".join(zoning).strip(), rates="\n".join(rates), notes=notes)


def _quoted(words: str) -> str:
    """A TOML string."""
    return '"' + "".join(c for c in words if c.isprintable()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _left_out(city: FirstCity, lang: str) -> bytes:
    rows = city.left_out.assign(why=[say(f"osm.why_{why}", lang) for why in city.left_out["why"]])
    return rows.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _layers(city: FirstCity) -> bytes:
    """A GeoPackage of all layers."""
    with tempfile.TemporaryDirectory() as folder:
        path, packed = Path(folder) / "city.gpkg", Path(folder) / "packed.gpkg"
        for position, (name, frame) in enumerate(city.layers.items()):
            options: dict[str, Any] = {"driver": "GPKG", "layer": name, "append": position > 0}
            pyogrio.write_dataframe(frame, path, geometry_type="Point" if name == "schools" else "Unknown", **options)
        with closing(sqlite3.connect(path, isolation_level=None)) as base:
            base.execute("UPDATE gpkg_contents SET last_change = ?", (_MOMENT,))
            base.execute("VACUUM INTO ?", (str(packed),))
        return packed.read_bytes()
