"""The content of an input as one number: of a shapefile that of all its parts."""

from __future__ import annotations

import glob
import hashlib
from pathlib import Path


def parts_of(path: Path) -> list[Path]:
    """The files that an input is made of: a shapefile with its siblings, in the order of their names; else the file alone."""
    return sorted(path.parent.glob(f"{glob.escape(path.stem)}.*")) if path.suffix.lower() == ".shp" else [path]


def file_hash(path: Path) -> str:
    """SHA-256 of a file; of a shapefile with its siblings, in the order of their names."""
    digest = hashlib.sha256()
    for part in parts_of(path):
        digest.update(part.read_bytes())
    return digest.hexdigest()
