"""What ``<Data name="…"><value>…`` says of each placemark of a KML: GDAL makes underscores of Chinese names, and one column of all that are equally long."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pandas as pd

from districting.reading.formats.limits import refuse_wide

_CONTAINERS = frozenset({"Document", "Folder"})


@dataclass(eq=False)
class Folder:
    """The placemarks that stand in one folder itself, in their order: name, and what their untyped data say."""

    name: str = ""
    marks: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def with_data_names(frame: pd.DataFrame, layer: str, path: Path, file: str) -> pd.DataFrame:
    """``frame`` with the columns under the names that stand in the file, in the place of those that GDAL made of them.

    Columns of a schema stay as they are, and so does a file that says its data in names that need no change.
    """
    folder = _folder_of(frame, layer, path)
    names = list(dict.fromkeys(name for _, data in folder.marks for name in data)) if folder is not None else []
    made = {laundered(name) for name in names if laundered(name) != name}
    lost = [name for name in names if laundered(name) in made]
    if folder is None or not lost:
        return frame
    refuse_wide(len(frame.columns) + len(lost), file)
    kept = frame.drop(columns=[c for c in frame.columns if c in made])
    told = pd.DataFrame({n: [data.get(n) or None for _, data in folder.marks] for n in lost if n not in kept.columns}, index=frame.index, dtype="object")
    return pd.concat([kept, told], axis=1)


def laundered(name: str) -> str:
    """The name of a column as GDAL makes it: every byte that is no letter, digit or underscore is one.

    >>> laundered("学段"), laundered("seats_2026")
    ('______', 'seats_2026')
    """
    return re.sub(rb"[^A-Za-z0-9_]", b"_", name.encode()).decode("ascii")


def _folder_of(frame: pd.DataFrame, layer: str, path: Path) -> Folder | None:
    """The folder that GDAL read as ``layer``: as many placemarks with the same names; None where that is none."""
    names = ["" if pd.isna(n) else str(n).strip() for n in frame["Name"]] if "Name" in frame.columns else [""] * len(frame)
    alike = [f for f in folders_of(path) if [name for name, _ in f.marks] == names]
    return next((f for f in alike if f.name == layer), alike[0] if alike else None)


def folders_of(path: Path) -> list[Folder]:
    """Every folder of a KML with the placemarks in it; none where the file is no XML, or declares entities or a document type."""
    reader = _Reader()
    try:
        with path.open("rb") as file:
            reader.parser.ParseFile(file)
    except (expat.ExpatError, OSError, ValueError, LookupError):
        return []
    return reader.folders


class _Reader:
    def __init__(self) -> None:
        self.parser: Any = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.StartElementHandler, self.parser.EndElementHandler, self.parser.CharacterDataHandler = self._start, self._end, self._words
        self.folders: list[Folder] = []
        self._open: list[Folder] = []
        self._tags: list[str] = []
        self._said: list[str] = []
        self._mark: tuple[list[str], dict[str, str]] | None = None
        self._key = ""

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2]
        self._tags.append(tag)
        self._said = []
        if tag in _CONTAINERS:
            self.folders.append(Folder())
            self._open.append(self.folders[-1])
        elif tag == "Placemark":
            self._mark = ([], {})
        elif tag == "Data":
            self._key = attributes.get("name", "").strip()

    def _words(self, words: str) -> None:
        if self._tags[-1] in ("name", "value"):
            self._said.append(words)

    def _end(self, tag: str) -> None:
        tag = self._tags.pop()
        over = self._tags[-1] if self._tags else ""
        said = "".join(self._said).strip()
        if tag == "Placemark" and self._mark is not None:
            if self._open:
                self._open[-1].marks.append(("".join(self._mark[0]), self._mark[1]))
            self._mark = None
        elif tag in _CONTAINERS:
            self._open.pop()
        elif tag == "name" and over == "Placemark" and self._mark is not None:
            self._mark[0].append(said)
        elif tag == "name" and over in _CONTAINERS and self._open:
            self._open[-1].name = said
        elif tag == "value" and over == "Data" and self._mark is not None and self._key:
            self._mark[1][self._key] = said


def _refuse(*_: Any) -> None:
    raise ValueError
