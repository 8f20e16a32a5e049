"""Options every command shares, and how a command speaks: results on stdout, everything else on stderr."""

from __future__ import annotations

import functools
import json
import logging
import math
import os
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from districting.cli.plan_language import language_of_plan
from districting.cli.worded import FiniteRange, option, reader_language
from districting.errors import DataError, DistrictingError, InfeasibleError
from districting.outputs.numbers import tidy
from districting.wording import say


@dataclass
class Talk:
    """How this run of a command speaks. ``lang`` may change once the config is read; ``source`` is the config or plan it was given, for faults without a file."""

    lang: str
    lang_given: bool
    as_json: bool
    quiet: bool
    verbose: bool
    dry_run: bool
    overwrite: bool
    source: str = ""
    overrides: dict[str, Any] = field(default_factory=dict)
    hush: Callable[[], None] = lambda: None
    """Takes the moving line away before something is printed."""
    started: float = field(default_factory=time.perf_counter)

    def use_language_of(self, language: str | None) -> None:
        """The config's language, unless a flag or the environment gave one."""
        if not self.lang_given and language is not None:
            self.lang = language

    def line(self, key: str, **values: Any) -> None:
        """One line for the person: on stdout, or on stderr when stdout carries JSON; nothing when quiet."""
        self.plain(say(key, self.lang, **values))

    def plain(self, words: str) -> None:
        """A prepared text, as ``line``."""
        self.hush()
        if not self.quiet:
            click.echo(words, err=self.as_json)

    def result(self, tree: Mapping[str, Any]) -> None:
        """The one JSON object of ``--json``."""
        self.hush()
        if self.as_json:
            click.echo(json.dumps(_finite(tree), ensure_ascii=False))

    @property
    def seconds(self) -> float:
        return round(time.perf_counter() - self.started, 3)


def _finite(value: Any) -> Any:
    """JSON knows neither NaN nor infinity: null instead. Numbers have no tails of binary arithmetic."""
    if isinstance(value, Mapping):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(v) for v in value]
    if isinstance(value, float):
        return tidy(value) if math.isfinite(value) else None
    return value


_COMMON = (
    option("--lang", type=click.Choice(["zh", "en"]), envvar="DISTRICTING_LANG"),
    option("--json", "as_json", is_flag=True, envvar="DISTRICTING_JSON"),
    option("-q", "--quiet", is_flag=True, envvar="DISTRICTING_QUIET"),
    option("-v", "--verbose", is_flag=True, envvar="DISTRICTING_VERBOSE"),
    option("--dry-run", is_flag=True, envvar="DISTRICTING_DRY_RUN"),
    option("--overwrite", is_flag=True, envvar="DISTRICTING_OVERWRITE"),
    option("--seed", type=click.IntRange(min=0), envvar="DISTRICTING_SEED"),
    option("--gap", type=FiniteRange(min=0, max=1), envvar="DISTRICTING_GAP"),
    option("--steps", type=click.IntRange(min=1), envvar="DISTRICTING_STEPS"),
    option("--time-limit", type=FiniteRange(min=0, min_open=True), envvar="DISTRICTING_TIME_LIMIT"),
)


def common(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the shared options; the command gets one ``talk`` in their place, and its errors become exit codes."""

    @functools.wraps(function)
    def wrapped(**given: Any) -> None:
        talk = _talk(given)
        talk.source = next((str(given[name]) for name in ("config", "plan", "plan_a") if given.get(name)), "")
        plan = given.get("plan") or given.get("plan_a")
        talk.use_language_of(language_of_plan(str(plan)) if plan else None)
        logging.basicConfig(level=logging.WARNING, format="%(message)s")
        logging.getLogger("districting").setLevel(logging.INFO if talk.verbose else logging.WARNING)
        try:
            with _watched(talk):
                function(talk, **given)
        except DistrictingError as error:
            _report(talk, error)
            raise SystemExit(error.exit_code) from None
        except (click.ClickException, click.Abort, SystemExit, BrokenPipeError):
            raise
        except Exception as error:
            if talk.verbose:
                traceback.print_exc()
            click.echo(say("cli.unexpected", talk.lang, kind=type(error).__name__, why=str(error).split("\n", 1)[0]), err=True)
            talk.result({"status": "error", "problem": f"{type(error).__name__}: {error}"})
            raise SystemExit(1) from None

    for decorate in reversed(_COMMON):
        wrapped = decorate(wrapped)
    return wrapped


@contextmanager
def _watched(talk: Talk) -> Iterator[None]:
    """On a terminal, a line tells what the work is at; elsewhere, and when quiet, nothing."""
    from districting.cli.bar import has_terminal, moving_line

    if talk.quiet or not has_terminal():
        yield
        return
    with moving_line(lambda: talk.lang) as talk.hush:
        yield


def _talk(given: dict[str, Any]) -> Talk:
    lang = given.pop("lang")
    overrides = {
        "project.seed": given.pop("seed"),
        "solve.gap": given.pop("gap"),
        "solve.steps": given.pop("steps"),
        "solve.time_limit_s": given.pop("time_limit"),
    }
    if lang:
        overrides["project.language"] = lang
    if folder := os.environ.get("DISTRICTING_CACHE"):
        overrides["project.cache"] = os.path.abspath(folder)
    flags = {name: given.pop(name) for name in ("as_json", "quiet", "verbose", "dry_run", "overwrite")}
    return Talk(lang or reader_language(), bool(lang), overrides=overrides, **flags)


def _report(talk: Talk, error: DistrictingError) -> None:
    if isinstance(error, DataError):
        error = DataError(f if f.column.startswith("--") else replace(f, file=f.file or Path(talk.source).name) for f in error.faults)
        click.echo(say("cli.faults", talk.lang, count=len(error.faults)), err=True)
        talk.result({"status": "invalid", "faults": [f.as_json(talk.lang) for f in error.faults]})
    elif isinstance(error, InfeasibleError):
        click.echo(error.message.say(talk.lang), err=True)
        conflicts = [c.as_json(talk.lang) for c in error.conflicts]
        talk.result({"status": "infeasible", "proven": error.proven, "conflicts": conflicts, "relaxations": [r.say(talk.lang) for r in error.relaxations]})
    else:
        talk.result({"status": "usage" if error.exit_code == 2 else "error", "problem": error.say(talk.lang)})
    click.echo(error.say(talk.lang), err=True)
