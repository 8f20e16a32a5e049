"""An executor by its name."""

from __future__ import annotations

from typing import Final

from districting.executing.seam import RETRIES, Executor

EXECUTORS: Final = ("serial", "processes", "dask")


def open_executor(name: str, *, workers: int | None = None, address: str | None = None, retries: int = RETRIES) -> Executor:
    """The executor ``name``: ``serial``, ``processes`` or ``dask``. Close it, or use it in a ``with`` block.

    Parameters
    ----------
    workers : processes; None = one for each core (``serial`` has one)
    address : of a Dask scheduler; None = a cluster on this machine
    retries : so often a task whose worker was lost is given to another

    Raises
    ------
    DependencyError : ``distributed`` is not installed, or nobody answers at ``address``
    ValueError : another name

    >>> [one.value for one in open_executor("serial").each(len, ["ab", "c"])]
    [2, 1]
    """
    if name == "serial":
        from districting.executing.serial import Serial

        return Serial()
    if name == "processes":
        from districting.executing.processes import Processes

        return Processes(workers, retries)
    if name == "dask":
        from districting.executing.cluster import Cluster

        return Cluster(workers, address, retries)
    raise ValueError(name)
