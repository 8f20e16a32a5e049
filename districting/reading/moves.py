"""Reads moves: the JSON that the map page exports, or a table of two columns."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

from districting.errors import DataError, Fault
from districting.model.moves import FORMAT, Move, Moves, SchoolMove
from districting.wording import text

_HEADERS: Final = frozenset({"block_id", "block", "id", "地块", "地块代码", "地块编号", "小区", "小区编号"})
_LONGEST: Final = 2000
"""Characters of a note or an author's name that are kept."""


def read_moves(path: str | Path) -> Moves:
    """The moves of a file: JSON where its name ends so, else text of two columns, block id and zone or school id (blank or 0 = stays where it is).

    Raises
    ------
    DataError : the file is missing or no such file, or rows are malformed (every one listed)
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError:
        raise DataError(Fault(text("edit.no_file"), text("edit.no_file_remedy"), file=path.name)) from None
    return _from_json(path.name, data) if path.suffix.lower() == ".json" or data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{" else _from_table(path.name, data)


def _from_json(name: str, data: bytes) -> Moves:
    wrong = Fault(text("edit.not_moves", format=FORMAT), text("edit.not_moves_remedy"), file=name)
    try:
        tree = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise DataError(wrong) from None
    if not isinstance(tree, dict) or tree.get("format") != FORMAT or not isinstance(tree.get("moves"), list) or not isinstance(tree.get("base"), dict):
        raise DataError(wrong)
    faults, moves = [], []
    for row, given in enumerate(tree["moves"], start=1):
        if isinstance(given, list) and len(given) == 4 and all(isinstance(word, str) for word in given):
            moves.append(Move(row, given[0], given[1], given[3], given[2]))
        else:
            faults.append(Fault(text("edit.malformed"), text("edit.malformed_remedy"), file=name, row=row))
    given_schools = tree.get("schools")
    schools = []
    for row, given in enumerate(given_schools if isinstance(given_schools, list) else [] if given_schools is None else [None], start=1):
        if isinstance(given, list) and len(given) == 4 and all(isinstance(word, str) for word in given):
            schools.append(SchoolMove(row, *given))
        else:
            faults.append(Fault(text("edit.malformed_school"), text("edit.malformed_remedy"), file=name, row=row, column="schools"))
    locks = tree.get("locks")
    for row, given in enumerate(locks if isinstance(locks, list) else [] if locks is None else [None], start=1):
        if not (isinstance(given, list) and len(given) == 2 and all(isinstance(word, str) for word in given)):
            faults.append(Fault(text("edit.malformed_lock"), text("edit.malformed_remedy"), file=name, row=row, column="locks"))
    if faults:
        raise DataError(faults)
    return Moves(tuple(moves), name, _words(tree["base"].get("key")), _words(tree.get("note")), _words(tree.get("author")), tuple(schools))


def _words(given: Any) -> str:
    """Text that any file can hold; anything else is none."""
    return given[:_LONGEST].encode("utf-8", "replace").decode("utf-8").replace("\x00", "") if isinstance(given, str) else ""


def _from_table(name: str, data: bytes) -> Moves:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            words = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise DataError(Fault(text("edit.not_moves", format=FORMAT), text("edit.not_moves_remedy"), file=name))
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(words, newline=""))]
    except csv.Error:
        raise DataError(Fault(text("edit.not_moves", format=FORMAT), text("edit.not_moves_remedy"), file=name)) from None
    faults, moves = [], []
    for row, cells in enumerate(rows, start=1):
        if not any(cells) or (row == 1 and cells[0].lower() in _HEADERS):
            continue
        if len(cells) < 2 or any(cells[2:]) or not cells[0]:
            faults.append(Fault(text("edit.not_two"), text("edit.not_two_remedy"), file=name, row=row))
        elif cells[1] not in ("", "0"):
            moves.append(Move(row, "", _unguarded(cells[0]), _unguarded(cells[1])))
    if faults:
        raise DataError(faults)
    return Moves(tuple(moves), name)


def _unguarded(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from reading an id as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell
