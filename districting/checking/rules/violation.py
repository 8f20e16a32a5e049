"""What a check returns."""

from __future__ import annotations

from dataclasses import dataclass

from districting.wording import Text


@dataclass(frozen=True)
class Violation:
    """A broken rule: ``school`` and ``blocks`` are positions (-1 where no single school is to blame), ``amount`` in ``unit``."""

    rule: str
    school: int
    blocks: tuple[int, ...]
    amount: float
    unit: str
    problem: Text

    def say(self, lang: str = "en") -> str:
        """What is broken, as a sentence."""
        return self.problem.say(lang)

    def __str__(self) -> str:
        return self.say("en")
