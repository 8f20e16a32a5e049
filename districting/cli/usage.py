"""Usage errors in the reader's language: the library's own words are English only."""

from __future__ import annotations

import difflib
import re
from typing import Any

import click

from districting.cli.worded import reader_language
from districting.wording import say


def show_usage_error(error: click.ClickException) -> None:
    """Usage line, where help is, and what is wrong, on stderr."""
    lang = reader_language()
    context = getattr(error, "ctx", None)
    if context is not None:
        pieces = " ".join(context.command.collect_usage_pieces(context))
        click.echo(say("cli.usage", lang, command=context.command_path, pieces=pieces), err=True)
        click.echo(say("cli.try_help", lang, command=context.command_path), err=True)
    click.echo(say("cli.usage_error", lang, problem=usage_problem(error, lang)), err=True)


def usage_problem(error: click.ClickException, lang: str) -> str:
    """What is wrong, in ``lang``."""
    if isinstance(error, click.MissingParameter):
        return say("cli.parameter_missing", lang, name=_name(error), choices=_kind(error.param, lang))
    if isinstance(error, click.NoSuchOption):
        near = sorted(error.possibilities or [])
        return say("cli.no_option", lang, name=error.option_name, near=say("cli.near", lang, names=near) if near else "")
    if isinstance(error, click.BadOptionUsage):
        return say("cli.option_needs_value", lang, name=error.option_name)
    if isinstance(error, click.BadParameter) and _is_library(error.message):
        return say("cli.bad_value", lang, name=_name(error), given=_quoted(error.message), kind=_kind(error.param, lang))
    if isinstance(error, click.BadParameter):
        return say("cli.bad_parameter", lang, name=_name(error), problem=error.message)
    if error.message.startswith("No such command"):
        given = _quoted(error.message)
        known = error.ctx.command.list_commands(error.ctx) if isinstance(error, click.UsageError) and error.ctx else []  # type: ignore[attr-defined]
        near = difflib.get_close_matches(given, known, n=3)
        return say("cli.no_command", lang, name=given, near=say("cli.near", lang, names=near) if near else "")
    extra = re.match(r"Got unexpected extra arguments? \((.*)\)", error.message)
    return say("cli.extra_arguments", lang, names=extra.group(1)) if extra else error.message


def _is_library(message: str) -> bool:
    """Whether the words are the library's: ours are never of this shape."""
    return re.match(r"'.*' is not|.* is not in the range|Value must|(File|Directory|Path) '", message) is not None


def _quoted(message: str) -> str:
    found = re.search(r"'([^']*)'", message) or re.match(r"(\S+) is not", message)
    return found.group(1) if found else ""


def _name(error: Any) -> str:
    if error.param_hint:
        return error.param_hint if isinstance(error.param_hint, str) else " / ".join(error.param_hint)
    if error.param is None:
        return ""
    return str(error.param.opts[-1] if isinstance(error.param, click.Option) else error.param.human_readable_name)


def _kind(param: Any, lang: str) -> str:
    """What a value must be, where it is not any text."""
    kind = getattr(param, "type", None)
    if isinstance(kind, click.Choice):
        return say("cli.one_of", lang, names=list(kind.choices))
    if isinstance(kind, (click.IntRange, click.FloatRange)):
        word = "cli.whole_number" if isinstance(kind, click.IntRange) else "cli.any_number"
        low = "" if kind.min is None else f"{'>' if kind.min_open else '>='} {kind.min:g}"
        high = "" if kind.max is None else f"{'<' if kind.max_open else '<='} {kind.max:g}"
        return say(word, lang, limits=[limit for limit in (low, high) if limit])
    return ""
