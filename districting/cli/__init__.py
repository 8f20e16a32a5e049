"""The command line: parse, one call of the API, echo. Everything heavy is imported inside the commands."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Entry point of ``districting``: consoles that cannot show a character show a replacement instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    from districting.cli.commands import cli

    ended: int | str | None = 0
    try:
        cli(prog_name="districting")
    except SystemExit as exit_:
        ended = exit_.code
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        ended = 0
    if ended == 0:
        _hush()
    sys.exit(ended)


def _hush() -> None:
    """The reader of our output may have gone (``| head``): what Python flushes at its end goes nowhere then, instead of being complained of."""
    try:
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ is not None else 1)


__all__ = ["main"]
