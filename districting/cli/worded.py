"""Commands and options whose help stands in the catalogue, shown in the reader's language."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from districting.wording import say


def reader_language() -> str:
    """``--lang``, then DISTRICTING_LANG, then the locale; for help and for faults met before a config is read."""
    for i, word in enumerate(sys.argv):
        if word == "--lang" and sys.argv[i + 1 : i + 2] in (["zh"], ["en"]):
            return sys.argv[i + 1]
        if word in ("--lang=zh", "--lang=en"):
            return word[-2:]
    given = os.environ.get("DISTRICTING_LANG", "")
    if given in ("zh", "en"):
        return given
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


class WordedOption(click.Option):
    """An option whose help is the catalogue entry ``cli.option_NAME`` unless another key is given."""

    def __init__(self, *args: Any, key: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key or f"cli.option_{self.name}"

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        self.help = say(self.key, reader_language())
        return super().get_help_record(ctx)


class WordedCommand(click.Command):
    """A command whose help is the catalogue entry ``cli.command_NAME``."""

    def get_short_help_str(self, limit: int = 45) -> str:
        return self._words().split("\n", 1)[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.help = self._words()
        super().format_help_text(ctx, formatter)

    def _words(self) -> str:
        name = getattr(self, "wording", None) or (self.name or "").replace("-", "_")
        return say(f"cli.command_{name}", reader_language())


class WordedGroup(WordedCommand, click.Group):
    """A group of worded commands."""

    command_class = WordedCommand


class FiniteRange(click.FloatRange):
    """A number within bounds; neither NaN nor infinity, which compare with nothing or stop nothing."""

    name = "float range"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(say("cli.not_finite", reader_language(), given=str(value)), param, ctx)
        return number


def option(*args: Any, **kwargs: Any) -> Callable[[Any], Any]:
    """``click.option`` with worded help."""
    return click.option(*args, cls=WordedOption, **kwargs)
