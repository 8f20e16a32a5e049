"""What can go wrong, in four kinds: each says what, where and what next. The command line turns a kind into an exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from districting.wording import Text, text

_LONGEST = 200
"""Letters of a cell that are shown."""


class DistrictingError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def say(self, lang: str = "en") -> str:
        """The whole message in ``lang``, one line per fault or conflict."""
        return self.message.say(lang)

    def __str__(self) -> str:
        return self.say("en")


@dataclass(frozen=True)
class Fault:
    """One fault in the input: where it is, what it is and how to mend it. ``row`` counts as the spreadsheet does (header included)."""

    problem: Text
    remedy: Text
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    severity: Literal["error", "warning"] = "error"

    def say(self, lang: str = "en") -> str:
        """One line: place, problem, remedy."""
        place = [p for p in (self.file, self.sheet) if p]
        if self.row is not None:
            place.append(text("fault.row", row=self.row).say(lang))
        if self.column:
            place.append(text("fault.column", column=self.column).say(lang))
        line = text("fault.line", problem=_short(self.problem), remedy=_short(self.remedy)).say(lang)
        return _one_line(f"{' · '.join(place)}: {line}" if place else line)

    def __str__(self) -> str:
        return self.say("en")

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The object of ``--json``."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "severity": self.severity,
            "problem": _one_line(_short(self.problem).say(lang)),
            "remedy": _one_line(_short(self.remedy).say(lang)),
        }


def _short(said: Text) -> Text:
    """The sentence with what was read from a file cut to what fits into a line."""
    return Text(said.key, {k: f"{v[:_LONGEST]}…" if isinstance(v, str) and len(v) > _LONGEST else v for k, v in said.values.items()})


def _one_line(words: str) -> str:
    return " ".join(words.split("\n")) if "\n" in words else words


class DataError(DistrictingError):
    """The input is not usable as it is. Carries every fault found, not the first."""

    exit_code = 4

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__(text("fault.summary", count=len(self.faults)))

    def say(self, lang: str = "en") -> str:
        return "\n".join(f.say(lang) for f in self.faults)


class Gathered:
    """Faults of several attempts, each attempt made whatever the others found.

    >>> gathered = Gathered()
    >>> for name in ("a", "b"):
    ...     with gathered:
    ...         raise DataError(Fault(text("problem.missing", name=name), text("problem.give_numbers")))
    >>> len(gathered.faults)
    2
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def __enter__(self) -> Gathered:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, DataError):
            return False
        self.faults += [fault for fault in error.faults if fault not in self.faults]
        return True

    def refuse(self) -> None:
        """DataError with everything that was found, if anything was."""
        if self.faults:
            raise DataError(self.faults)


@dataclass(frozen=True)
class Conflict:
    """A rule that cannot hold, and by how much; not ``proven``: no plan that holds it was found, which does not say that there is none."""

    rule: str
    amount: float
    unit: str
    problem: Text
    proven: bool = True

    def say(self, lang: str = "en") -> str:
        return self.problem.say(lang)

    def __str__(self) -> str:
        return self.say("en")

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        return {"rule": self.rule, "amount": self.amount, "unit": self.unit, "problem": self.problem.say(lang), "proven": self.proven}


class InfeasibleError(DistrictingError):
    """No plan obeys all the hard rules, or none was found: which clash, by how much, and the smallest relaxations on offer.

    ``proven``: it is certain that there is no plan.

    >>> InfeasibleError([Conflict("rules", 1.0, "rule", text("zoning.add_seats", short=3), proven=False)]).message.say("en")
    'no plan was found within the budget; that none exists is not proven'
    """

    exit_code = 3

    def __init__(self, conflicts: Iterable[Conflict], relaxations: Iterable[Text] = ()) -> None:
        self.conflicts = tuple(conflicts)
        self.relaxations = tuple(relaxations)
        super().__init__(text("infeasible.summary", count=sum(c.proven for c in self.conflicts)) if self.proven else text("infeasible.none_found"))

    @property
    def proven(self) -> bool:
        """Whether any conflict is certain: then no plan exists."""
        return any(c.proven for c in self.conflicts)

    def say(self, lang: str = "en") -> str:
        lines = [c.problem.say(lang) for c in self.conflicts]
        lines += [text("infeasible.relaxation", relaxation=r).say(lang) for r in self.relaxations]
        return "\n".join(lines)


class OutputError(DistrictingError):
    """Results cannot be written where they were asked to go."""

    exit_code = 2


class DependencyError(DistrictingError):
    """An optional package or service is missing."""

    exit_code = 5
