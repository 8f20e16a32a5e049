"""The command line: parse, one call of the API, echo. Everything heavy is imported inside the commands."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of ``districting``: consoles that cannot show a character show a replacement instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    from districting.cli.commands import cli

    cli(prog_name="districting")


__all__ = ["main"]
