"""Replay of a record: everything is computed again from its frozen lines and its seed; the first line that differs is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from districting.enrolment.draw import record_tree
from districting.enrolment.frozen import ALGORITHM, commitment_of, line_checks, read_frozen
from districting.enrolment.numbers import folded_seed, public_seed
from districting.errors import DataError, Fault
from districting.wording import text

PARTS: Final = ("algorithm", "commitment", "public_seed", "rules", "frozen", "frozen_checks", "numbers", "log", "results", "summary")
"""Parts of a record, in the order in which they are written and compared."""
_LISTS: Final[Mapping[str, tuple[type, ...]]] = {
    "frozen": (str,),
    "frozen_checks": (str,),
    "numbers": (str,),
    "log": (str,),
    "results": (int, type(None)),
}
_SHOWN: Final = 100
_NOTHING: Final = "-"


def verify_record(record: Any, *, file: str = "", commitment: str | None = None, seed: str | None = None) -> dict[str, Any]:
    """Replay ``record`` and return the summary of the draw when all of it is what its frozen lines and seed give.

    ``commitment`` and ``seed``: what was published; a record that is true to itself may still be of another list or another seed.

    Raises
    ------
    DataError : the first line that differs (part, line, what the replay gives, what the record says), or a record that cannot be read
    """
    _shape(record, file)
    lines: list[str] = record["frozen"]
    as_published(record, commitment, seed, file)
    if record["algorithm"] != ALGORITHM:
        raise differs("algorithm", None, ALGORITHM, record["algorithm"], file)
    frozen_as_committed(record, lines, file)
    if public_seed(record["public_seed"]) != record["public_seed"]:
        raise differs("public_seed", None, public_seed(record["public_seed"]), record["public_seed"], file)
    again = record_tree(lines, read_frozen(lines, file=file), record["commitment"], record["public_seed"])
    for part in ("rules", "numbers", "log", "results", "summary"):
        same(part, again[part], record[part], file)
    summary: dict[str, Any] = again["summary"]
    return summary


def same_lines(expected: Sequence[str], found: Sequence[str], file: str = "") -> None:
    """The frozen lines of a record beside those that the original files give.

    Raises
    ------
    DataError : the first line that differs
    """
    same("frozen", list(expected), list(found), file)


def _shape(record: Any, file: str) -> None:
    """Whether everything is there in its kind; faults of all parts at once."""
    if not isinstance(record, Mapping):
        raise DataError(Fault(text("enrolment.no_record"), text("enrolment.no_record_remedy"), file=file))
    faults = [_bad_part(part, file) for part in PARTS if part not in record]
    faults += [
        Fault(text("enrolment.unknown_part"), text("enrolment.no_record_remedy"), file=file, column=str(part)[:_SHOWN]) for part in record if part not in PARTS
    ]
    for part in PARTS:
        value = record.get(part)
        if part in _LISTS:
            kinds = _LISTS[part]
            good = isinstance(value, list) and all(isinstance(v, kinds) and not isinstance(v, bool) for v in value)
        else:
            good = isinstance(value, Mapping if part in ("rules", "summary") else str)
        if part in record and not (good and _encodable(value)):
            faults.append(_bad_part(part, file))
    if faults:
        raise DataError(faults)


def _encodable(value: Any) -> bool:
    """Text without halves of characters, which no file can hold."""
    try:
        "".join(v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _bad_part(part: str, file: str) -> Fault:
    return Fault(text("enrolment.bad_part"), text("enrolment.no_record_remedy"), file=file, column=part)


def as_published(record: Mapping[str, Any], commitment: str | None, seed: str | None, file: str) -> None:
    """DataError where the record is of another seed or commitment than was published; seeds that differ in their kind of digits only are told apart."""
    pairs = (("public_seed", None if seed is None else public_seed(seed)), ("commitment", None if commitment is None else commitment.strip().lower()))
    for part, published in pairs:
        if published is None or published == record[part]:
            continue
        alike = part == "public_seed" and folded_seed(published) == folded_seed(record[part])
        remedy = text("enrolment.seed_alike_remedy" if alike else "enrolment.differs_remedy")
        problem = text("enrolment.not_published", part=part, published=_short(published), found=_short(record[part]))
        raise DataError(Fault(problem, remedy, file=file, column=part))


def frozen_as_committed(record: Mapping[str, Any], lines: Sequence[str], file: str) -> None:
    """The list is the one that was committed to. Where it is not, the checks of its lines tell the first that was changed."""
    given = commitment_of(lines)
    checks, kept = line_checks(lines), record["frozen_checks"]
    if given != record["commitment"]:
        at = next((i for i, (a, b) in enumerate(zip(checks, kept, strict=False)) if a != b), min(len(checks), len(kept)))
        if checks == kept:
            raise differs("commitment", None, given, record["commitment"], file)
        shown = line_in_public(lines[at], lines[0]) if at < len(lines) else _NOTHING
        problem = text("enrolment.list_changed", line=at + 1, found=_short(shown), expected=record["commitment"], given=given)
        raise DataError(Fault(problem, text("enrolment.differs_remedy"), file=file, row=at + 1, column="frozen"))
    same("frozen_checks", checks, kept, file)


def line_in_public(line: str, algorithm: str) -> str:
    """A frozen line as it may be quoted: those of classes hold scores, so that only kind and position are.

    >>> line_in_public("pupil\\t4\\t00ff\\t1\\t61.0\\t-\\t-", "classes-1")
    'pupil\\t4'
    """
    return "\t".join(line.split("\t")[:2]) if algorithm == "classes-1" else line


def same(part: str, expected: Any, found: Any, file: str) -> None:
    """DataError at the first line or entry that differs."""
    if expected == found:
        return
    if isinstance(expected, Mapping):
        key = next((k for k in [*expected, *found] if expected.get(k) != found.get(k)), "")
        raise differs(f"{part}.{key}", None, expected.get(key, _NOTHING), found.get(key, _NOTHING), file)
    at = next((i for i, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), min(len(expected), len(found)))
    raise differs(part, at + 1, expected[at] if at < len(expected) else _NOTHING, found[at] if at < len(found) else _NOTHING, file)


def differs(part: str, line: int | None, expected: Any, found: Any, file: str) -> DataError:
    """What the replay gives, and what the record says instead."""
    values = {"expected": _short(expected), "found": _short(found)}
    problem = text("enrolment.differs", part=part, **values) if line is None else text("enrolment.line_differs", part=part, line=line, **values)
    return DataError(Fault(problem, text("enrolment.differs_remedy"), file=file, row=line, column=part))


def _short(value: Any) -> str:
    """As much of a line as can be read at a glance; tabs as bars."""
    shown = "null" if value is None else str(value).replace("\t", " | ")
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."
