"""The line that moves while long work runs: on stderr, on a terminal only, gone before the command says anything."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from districting import progress
from districting.outputs.numbers import share_words
from districting.wording import catalogue, say

PER_SECOND = 4
"""Redrawn so often; the work itself is never slowed by what it tells."""

Hush = Callable[[], None]


@contextmanager
def moving_line(lang: Callable[[], str]) -> Iterator[Hush]:
    """Shows what the work inside tells, in the language that ``lang`` gives at that time. Gives what takes the line away before something else is printed."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    # The spinner is plain ASCII: a console in code page 936 has no Braille.
    shown = Progress(
        SpinnerColumn("line"),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True, highlight=False),
        transient=True,
        refresh_per_second=PER_SECOND,
    )
    line = _Line(shown, lang)
    try:
        with progress.heard(line.take):
            yield line.hush
    finally:
        line.hush()


def has_terminal() -> bool:
    """Whether somebody looks at stderr."""
    return sys.stderr is not None and sys.stderr.isatty()


class _Line:
    """The part at work, with its count or its gap. A new part starts a new clock."""

    def __init__(self, shown: Any, lang: Callable[[], str]) -> None:
        self.shown, self.lang = shown, lang
        self.task: Any = None
        self.part, self.silent = progress.Told(), False

    def take(self, told: progress.Told) -> None:
        if self.silent:
            return
        same = told.gap is not None or (told.part, told.of) == (self.part.part, self.part.of)
        self.part = told if told.gap is None else progress.Told(self.part.part, self.part.of, gap=told.gap)
        if not self.part.part:
            return
        if self.task is None:
            self.shown.start()
        words = part_words(self.part, self.lang())
        if same and self.task is not None:
            self.shown.update(self.task, description=words)
            return
        if self.task is not None:
            self.shown.remove_task(self.task)
        self.task = self.shown.add_task(words, total=None)

    def hush(self) -> None:
        self.silent = True
        self.shown.stop()


def part_words(told: progress.Told, lang: str) -> str:
    """One part of the work in words.

    >>> part_words(progress.Told("zones", "primary", gap=0.013), "en")
    'drawing attendance zones (primary), within 1.3% of the best'
    >>> part_words(progress.Told("resolves", "junior", 3, 20), "zh")
    '小幅变动后重新求解（初中），3 / 20'
    """
    words = say(f"progress.{told.part}", lang)
    if told.of:
        words = say("progress.of", lang, part=words, of=_name(told, lang))
    if told.total:
        words = say("progress.counted", lang, part=words, done=told.done, total=told.total)
    if told.gap is not None:
        words = say("progress.near", lang, part=words, gap=share_words(told.gap))
    return words


def _name(told: progress.Told, lang: str) -> str:
    """A stage, form or command in words; what has none keeps its own name."""
    named = {"districts": f"grouping.name_{told.of}", "links": f"links.kind_{told.of}"}
    for key in (named.get(told.part, ""), f"word.{told.of}"):
        file, _, name = key.partition(".")
        if name and name in catalogue(file):
            return say(key, lang)
    return told.of
