"""Faults that only follow from another are not said beside it: a file that could not be read has, of course, no blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from districting.errors import Fault
from districting.model.settings import Settings
from districting.reading.rule_tables import rule_specs

_NO_PLACE: Final = frozenset(
    {"no_datum", "unknown_datum", "no_crs", "not_degrees", "not_metres", "swapped_axes", "swapped_metres", "no_header", "unknown_column"}
)
"""What leaves a whole file without places."""
_WRONG_PLACE: Final = frozenset({"swapped", "out_of_range", "not_number", "error_cell", "formula_without_value", "blank_name", "no_id"})
"""What leaves one row without a place, or without a name to speak of."""
_NO_CELLS: Final = frozenset({"not_number", "error_cell", "formula_without_value", "two_headers", "no_header", "extra_cells", "too_few_cells"})
"""What leaves cells without a value."""
_NO_STAGE: Final = frozenset({"no_stage", "unknown_stage", "no_school_of_stage"})


def root_causes(faults: Iterable[Fault], settings: Settings) -> list[Fault]:
    """``faults`` without those that follow from another one of them, in the same order."""
    faults = list(faults)
    errors = [f for f in faults if f.severity == "error"]
    files = _files(settings)
    return [f for f in faults if not _follows(f, [e for e in errors if e is not f], files)]


def _files(settings: Settings) -> dict[str, frozenset[str]]:
    """Input -> the paths of its files."""
    found = {name: frozenset(spec.path for spec in specs) for name, specs in settings.inputs.items()}
    return found | {"rules": frozenset(spec.path for _, spec in rule_specs(settings).values())}


def _follows(fault: Fault, errors: list[Fault], files: Mapping[str, frozenset[str]]) -> bool:
    cause = _CAUSES.get(_kind(fault))
    return cause is not None and any(cause(fault, error, files) for error in errors)


Cause = Callable[[Fault, Fault, Mapping[str, frozenset[str]]], bool]


def _kind(fault: Fault) -> str:
    subject, _, name = fault.problem.key.partition(".")
    return name if subject == "reading" else fault.problem.key


def _of(files: Mapping[str, frozenset[str]], *inputs: str) -> frozenset[str]:
    return frozenset().union(*(files.get(name, frozenset()) for name in inputs))


def _blocks_lost(fault: Fault, error: Fault, files: Mapping[str, frozenset[str]]) -> bool:
    """The file of blocks could not be used, or lacks its ids."""
    return error.file in _of(files, "blocks") and (error.row is None or _kind(error) in ("no_id", "duplicate", *_NO_CELLS)) and _kind(error) != "no_demand"


def _unplaced(fault: Fault, error: Fault, files: Mapping[str, frozenset[str]]) -> bool:
    mine = error.file == fault.file
    return mine and (_kind(error) in _NO_PLACE or (_kind(error) in _WRONG_PLACE and error.row == fault.row) or _kind(error) == "formula_without_value")


def _no_cells(fault: Fault, error: Fault, files: Mapping[str, frozenset[str]]) -> bool:
    return _kind(error) in _NO_CELLS and error.file == fault.file and (error.row == fault.row or _kind(error) in ("formula_without_value", "no_header"))


def _no_column(fault: Fault, error: Fault, files: Mapping[str, frozenset[str]]) -> bool:
    """A column that is missing because its file, its header or its cells could not be read."""
    of = _of(files, "blocks" if _kind(fault) == "no_demand" else "schools")
    return error.file in of and (_kind(error) in _NO_CELLS or (error.row is None and _kind(error) in ("unknown_column", "unreadable", "missing_file", "empty")))


def _no_school(fault: Fault, error: Fault, files: Mapping[str, frozenset[str]]) -> bool:
    return error.file in _of(files, "schools") and (_kind(error) in _NO_STAGE or (error.row is None and _kind(error) in _WHOLE_FILE))


def _unknown_school(fault: Fault, error: Fault, files: Mapping[str, frozenset[str]]) -> bool:
    named = _kind(error) in ("alias_to_nobody", "no_id", "blank_name", "two_headers", "missing_column") and error.file in _of(files, "schools")
    return named or _no_school(fault, error, files)


def _no_shapes(fault: Fault, error: Fault, files: Mapping[str, frozenset[str]]) -> bool:
    return error.file == fault.file and _kind(error) in (*_NO_PLACE, "mixed_datum")


def _outside(fault: Fault, error: Fault, files: Mapping[str, frozenset[str]]) -> bool:
    return _no_shapes(fault, error, files) or _kind(error) == "outside_datum"


def _no_header(fault: Fault, error: Fault, files: Mapping[str, frozenset[str]]) -> bool:
    return error.file == fault.file and _kind(error) == "missing_column"


def _shifted(fault: Fault, error: Fault, files: Mapping[str, frozenset[str]]) -> bool:
    return _kind(error) == "mixed_datum"


_WHOLE_FILE: Final = frozenset({"unreadable", "missing_file", "empty", "wrong_encoding", "no_sheet", "many_sheets", "no_layer", "many_layers", "where_empty"})

_CAUSES: Final[Mapping[str, Cause]] = {
    "no_blocks": _blocks_lost,
    "unknown_block": _blocks_lost,
    "unknown_home": _blocks_lost,
    "no_distances": _blocks_lost,
    "no_forecast": _blocks_lost,
    "no_id": _no_header,
    "unplaced": _unplaced,
    "unplaced_resource": _unplaced,
    "outside": _outside,
    "homes_apart": _shifted,
    "maybe_datum": _shifted,
    "no_shape": _no_shapes,
    "no_geometry": _no_shapes,
    "blank_number": _no_cells,
    "blank_seats": _no_cells,
    "no_demand": _no_column,
    "no_seats": _no_column,
    "no_school_of_stage": _no_school,
    "unknown_current": _unknown_school,
    "unknown_teacher_school": _unknown_school,
    "unknown_share_school": _unknown_school,
}
"""Fault -> whether another fault explains it."""
