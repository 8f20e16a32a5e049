"""The language a plan file says it is in, read without opening the plan: faults found before it is open are said in it too."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def language_of_plan(path: str) -> str | None:
    """``zh`` or ``en``; None where the file is none, or says nothing."""
    try:
        if not Path(path).is_file():
            return None
        with closing(sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)) as file:
            found = file.execute("SELECT value FROM plan WHERE key = 'language'").fetchone()
    except (sqlite3.Error, OSError, ValueError):
        return None
    return found[0] if found and found[0] in ("zh", "en") else None
