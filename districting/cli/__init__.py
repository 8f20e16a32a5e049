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

    try:
        cli(prog_name="districting")
    except BrokenPipeError:
        # The reader of our output has gone (``| head``): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


__all__ = ["main"]
