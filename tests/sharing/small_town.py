"""A town of a few schools written to a folder: what the tests of the ``share`` commands set up."""

from __future__ import annotations

from pathlib import Path


def town_config(*tables: str, datum: str = "EPSG:4545", more: str = "") -> str:
    """A config that reads the schools and these tables, each from the file of its name; ``more`` stands below."""
    inputs = "".join(f'{table} = "{table}.csv"\n' for table in ("schools", *tables))
    return f'[project]\nname = "小城"\nyear = 2026\ncrs = "EPSG:4545"\n[inputs]\n{inputs}[inputs.datum]\nschools = "{datum}"\n{more}'


def write_town(folder: Path, config: str, **tables: str) -> str:
    """The config and its tables as files of ``folder``; the path of the config."""
    for name, words in {"city.toml": config, **{f"{table}.csv": words for table, words in tables.items()}}.items():
        (folder / name).write_text(words, "utf-8")
    return str(folder / "city.toml")
