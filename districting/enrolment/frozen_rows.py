"""Frozen lines of the draws beside the lottery, by kind; whatever does not fit is a fault of its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from districting.errors import DataError, Fault
from districting.wording import text

Read = TypeVar("Read")
_MAX_WHOLE = 12


class FrozenRows:
    """``widths``: kind -> fields behind it, in the order in which the kinds come; the rows of all kinds but ``rule`` and those of ``free`` begin with their position.

    Raises
    ------
    DataError : the first line that is none of the format
    """

    def __init__(self, lines: Sequence[str], widths: Mapping[str, int], free: Sequence[str] = ()) -> None:
        self.rows: dict[str, list[list[str]]] = {kind: [] for kind in widths}
        self.first: dict[str, int] = {}
        kinds, at = list(widths), 0
        for number, line in enumerate(lines[1:], 2):
            kind, *fields = line.split("\t")
            if kind not in widths or kinds.index(kind) < at or len(fields) != widths[kind]:
                raise bad_line(number)
            at = kinds.index(kind)
            self.first.setdefault(kind, number)
            self.rows[kind].append(fields)
            if kind != "rule" and kind not in free and fields[0] != str(len(self.rows[kind])):
                raise bad_line(number)
        self.rules: dict[str, str] = {}
        for i, (key, value) in enumerate(self.rows["rule"]):
            if key in self.rules:
                raise bad_line(self.first["rule"] + i)
            self.rules[key] = value

    def each(self, kind: str, read: Callable[[list[str]], Read]) -> tuple[Read, ...]:
        """``read`` of every row; what it refuses with a ValueError is a fault of the line."""
        found = []
        for i, fields in enumerate(self.rows[kind]):
            try:
                found.append(read(fields))
            except ValueError:
                raise bad_line(self.first[kind] + i) from None
        return tuple(found)

    def rule(self, key: str, read: Callable[[str], Read]) -> Read:
        """A rule that must be there, taken out of the labels."""
        try:
            return read(self.rules.pop(key))
        except (KeyError, ValueError):
            raise bad_line(1) from None


def bad_line(number: int) -> DataError:
    """A line that is none of the format."""
    return DataError(Fault(text("enrolment.bad_line", line=number), text("enrolment.bad_line_remedy"), row=number, column="frozen"))


def whole(value: str) -> int:
    """A whole number in digits 0-9.

    >>> whole("12")
    12
    """
    if not (value.isascii() and value.isdigit() and len(value) <= _MAX_WHOLE):
        raise ValueError(value)
    return int(value)


def below(value: str, count: int) -> int:
    """A position from 1 to ``count`` as one from 0."""
    position = whole(value) - 1
    if not 0 <= position < count:
        raise ValueError(value)
    return position
