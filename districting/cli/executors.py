"""Options of commands whose work may run in processes or on a cluster."""

from __future__ import annotations

import click

from districting.cli.common import Talk
from districting.cli.worded import option
from districting.wording import say

executor_option = option(
    "--executor", type=click.Choice(["serial", "processes", "dask"]), show_default=True, key="executing.option_executor", envvar="DISTRICTING_EXECUTOR"
)
address_option = option("--address", key="executing.option_address", envvar="DISTRICTING_ADDRESS")
workers_option = option("--workers", type=click.IntRange(min=1), key="executing.option_workers", envvar="DISTRICTING_WORKERS")


def refuse_address(talk: Talk, executor: str, address: str | None) -> None:
    """An address is that of a Dask scheduler."""
    if address is not None and executor != "dask":
        raise click.UsageError(say("batch.address_without", talk.lang))
