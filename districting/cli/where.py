"""``--where TABLE=EXPRESSION``: one more condition on the rows of an input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from districting.cli.worded import option, reader_language
from districting.wording import say

where_option = option("--where", multiple=True, metavar="TABLE=EXPRESSION", key="where.option")


def with_given(settings: Any, given: Sequence[str]) -> Any:
    """``settings`` with every condition of the command line."""
    import dataclasses

    from districting.reading.where_columns import with_where

    inputs = dict(settings.inputs)
    for words in given:
        table, sign, where = (part.strip() for part in words.partition("="))
        if not sign or not where or where.startswith("="):
            _refuse("where.not_a_pair", given=words)
        if not inputs.get(table):
            _refuse("where.unknown_table", given=table, names=[name for name, specs in inputs.items() if specs])
        inputs[table] = tuple(with_where(spec, where) for spec in inputs[table])
    return dataclasses.replace(settings, inputs=inputs)


def _refuse(key: str, **values: Any) -> None:
    raise click.BadParameter(say(key, reader_language(), **values), click.get_current_context(), param_hint="--where")
