"""What long work tells of itself while it runs: the part it is at, how many of how many, how far plan and bound are apart. Unheard it changes nothing and costs next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """``part``: a key of the catalogue's file ``progress``; ``of``: the stage or form; ``done`` of ``total``; ``gap``: (objective - bound) / objective so far."""

    part: str = ""
    of: str = ""
    done: int = 0
    total: int = 0
    gap: float | None = None


Listener = Callable[[Told], None]
_listener: ContextVar[Listener | None] = ContextVar("progress", default=None)


@contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """What is told inside goes to ``listener``, which must not change anything.

    Examples
    --------
    >>> said = []
    >>> with heard(said.append):
    ...     tell_part("zones", "primary")
    ...     tell_gap(0.25)
    >>> [(told.part, told.of, told.gap) for told in said]
    [('zones', 'primary', None), ('', '', 0.25)]
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell_part(part: str, of: str = "", done: int = 0, total: int = 0) -> None:
    """The work is now at ``part``."""
    listener = _listener.get()
    if listener is not None:
        listener(Told(part, of, done, total))


def tell_gap(gap: float) -> None:
    """The part at work has a plan that is at most ``gap`` from the best."""
    listener = _listener.get()
    if listener is not None:
        listener(Told(gap=gap))
