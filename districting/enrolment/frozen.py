"""The frozen list as text, and back: what is committed to before the seed is known. The format is specified in ``draw-1.md`` beside this file."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from districting.errors import DataError, Fault
from districting.model.draw_list import DrawBatch, DrawEntry, DrawList, DrawPool, DrawSchool
from districting.model.lottery_rules import ENGINE_NAMES
from districting.wording import text

ALGORITHM: Final = "draw-1"
LABELS: Final = ("name", "year", "stage", "order_keys")
_NONE: Final = "-"
_MAX_WHOLE: Final = 12
"""Digits of the largest whole number in a list."""
T = TypeVar("T")


def frozen_lines(draw: DrawList) -> list[str]:
    """The lines of the list, NFC, without line ends.

    >>> lines = frozen_lines(DrawList({}, "number_first", "ascending", 10, "overfill", (DrawSchool("", "一中", 2),), (DrawEntry("00ff", 0, 1, (), (), (0,)),)))
    >>> lines[0], lines[-1]
    ('draw-1', 'entry\\t1\\t00ff\\t1\\t1\\t-\\t-\\t1')
    """
    rules = {
        **{key: draw.labels.get(key, "") for key in LABELS},
        "engine": draw.engine,
        "direction": draw.direction,
        "digits": str(draw.digits),
        "bundle": draw.bundle,
        "default_order": _positions(draw.default_order),
    }
    lines = [ALGORITHM, *(_line("rule", key, value) for key, value in rules.items())]
    lines += [_line("tier", i, name, when) for i, (name, when) in enumerate(draw.tiers, 1)]
    lines += [_line("school", i, s.id, s.name, s.plan, _NONE if s.cap is None else s.cap) for i, s in enumerate(draw.schools, 1)]
    lines += [_line("pool", i, p.school + 1, p.seats, p.unfilled, p.name, p.when) for i, p in enumerate(draw.pools, 1)]
    lines += [_line("batch", i, b.name, b.engine, b.first, b.last, _positions(b.schools)) for i, b in enumerate(draw.batches, 1)]
    for i, e in enumerate(draw.entries, 1):
        wishes = ",".join("0" if w is None else str(w + 1) for w in e.wishes) or _NONE
        keys = ",".join(map(str, e.keys)) or _NONE
        lines.append(f"entry\t{i}\t{e.token}\t{e.bundle + 1}\t{e.tier}\t{keys}\t{_positions(e.pools)}\t{wishes}")
    return lines


def commitment_of(lines: Sequence[str]) -> str:
    """SHA-256 (hex) of the lines in UTF-8, each with a line feed behind it."""
    return hashlib.sha256(frozen_text(lines).encode()).hexdigest()


def frozen_text(lines: Sequence[str]) -> str:
    """The text that is hashed and published."""
    return "".join(f"{line}\n" for line in lines)


def line_checks(lines: Iterable[str]) -> list[str]:
    """Eight hex digits for every line, each over all lines so far: they tell which line of a changed list is the first one changed."""
    running, checks = hashlib.sha256(), []
    for line in lines:
        running.update(f"{line}\n".encode())
        checks.append(running.copy().hexdigest()[:8])
    return checks


def read_frozen(lines: Sequence[str], *, file: str = "") -> DrawList:
    """The list behind the lines.

    Raises
    ------
    DataError : a line that is none of the format, naming it
    """
    return _Reader(lines, file).read()


def _line(*fields: object) -> str:
    return "\t".join(clean(str(f)) for f in fields)


def clean(value: str) -> str:
    """Text as a field: NFC, tabs, line ends and other control characters as blanks.

    >>> clean(" a\\tb\\n")
    'a b'
    """
    flat = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in value)
    return unicodedata.normalize("NFC", " ".join(flat.split()))


def _positions(positions: Iterable[int]) -> str:
    return ",".join(str(p + 1) for p in positions) or _NONE


class _Reader:
    """Reads line by line; whatever does not fit is a fault of that line."""

    def __init__(self, lines: Sequence[str], file: str) -> None:
        self.lines, self.file, self.at = lines, file, 0

    def read(self) -> DrawList:
        if not self.lines or self.lines[0] != ALGORITHM:
            raise self._wrong()
        self.at = 1
        rules = self._rules()
        tiers = self._block("tier", 4, lambda f: (f[2], f[3]))
        schools = self._block("school", 6, lambda f: DrawSchool(f[2], f[3], _whole(f[4]), None if f[5] == _NONE else _whole(f[5])))
        ns = len(schools)
        pools = self._block("pool", 7, lambda f: DrawPool(_below(f[2], ns), _whole(f[3]), _one_of(f[4], ("return", "keep")), f[5], f[6]))
        batches = self._block("batch", 7, lambda f: DrawBatch(f[2], _one_of(f[3], ENGINE_NAMES), _whole(f[4]), _whole(f[5]), _list(f[6], ns)))
        np_, count = len(pools), sum(line.startswith("entry\t") for line in self.lines)
        entries = self._block("entry", 8, lambda f: _entry(f, ns, np_, count))
        if self.at != len(self.lines) or any(e.bundle > i or entries[e.bundle].bundle != e.bundle for i, e in enumerate(entries)):
            raise self._wrong()
        try:
            return DrawList(
                {key: rules[key] for key in LABELS},
                _one_of(rules["engine"], ENGINE_NAMES),
                _one_of(rules["direction"], ("ascending", "descending")),
                _whole(rules["digits"]),
                _one_of(rules["bundle"], ("overfill", "skip")),
                schools,
                entries,
                tiers,
                pools,
                batches,
                _list(rules["default_order"], ns),
            )
        except (ValueError, KeyError):
            self.at = len(rules)
            raise self._wrong() from None

    def _rules(self) -> dict[str, str]:
        rules = {}
        while self.at < len(self.lines) and self.lines[self.at].startswith("rule\t"):
            fields = self.lines[self.at].split("\t")
            if len(fields) != 3 or fields[1] in rules:
                raise self._wrong()
            rules[fields[1]] = fields[2]
            self.at += 1
        return rules

    def _block(self, kind: str, width: int, made: Callable[[list[str]], T]) -> tuple[T, ...]:
        found: list[T] = []
        start = f"{kind}\t"
        while self.at < len(self.lines) and self.lines[self.at].startswith(start):
            fields = self.lines[self.at].split("\t")
            if len(fields) != width or fields[1] != str(len(found) + 1):
                raise self._wrong()
            try:
                found.append(made(fields))
            except ValueError:
                raise self._wrong() from None
            self.at += 1
        return tuple(found)

    def _wrong(self) -> DataError:
        return DataError(Fault(text("enrolment.bad_line", line=self.at + 1), text("enrolment.bad_line_remedy"), file=self.file, column="frozen"))


def _entry(f: list[str], schools: int, pools: int, count: int) -> DrawEntry:
    wishes = () if f[7] == _NONE else tuple(None if w == "0" else _below(w, schools) for w in f[7].split(","))
    keys = () if f[5] == _NONE else tuple(_whole(k) for k in f[5].split(","))
    return DrawEntry(f[2], _below(f[3], count), _whole(f[4]), keys, _list(f[6], pools), wishes)


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= _MAX_WHOLE):
        raise ValueError(value)
    return int(value)


def _below(value: str, count: int) -> int:
    position = _whole(value) - 1
    if not 0 <= position < count:
        raise ValueError(value)
    return position


def _list(value: str, count: int) -> tuple[int, ...]:
    return () if value == _NONE else tuple(_below(v, count) for v in value.split(","))


def _one_of(value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise ValueError(value)
    return value
