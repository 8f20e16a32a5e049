"""What pydantic finds wrong with settings, in our words; those of the library go to the log."""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from districting.errors import Fault
from districting.wording import Text, text

_KINDS: Final[Mapping[str, str]] = {
    "int": "integer", "float": "number", "bool": "flag", "string": "text", "dataclass": "table", "dict": "table", "mapping": "table", "tuple": "list", "list": "list",
    "too": "list", "path": "text",
}  # fmt: skip
"""Beginning of a kind of error -> what the setting should be."""


def setting_fault(error: Any, place: str, known: Iterable[str], file: str) -> Fault:
    """One error of pydantic as a fault at ``place``; ``known``: keys that may stand there."""
    if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return unknown_key(place, file, known)
    problem, remedy = _wrong_kind(error)
    return Fault(problem, remedy, file=file, column=place)


def unknown_key(place: str, file: str, known: Iterable[str]) -> Fault:
    """A key that nobody knows, and the one that may be meant."""
    near = difflib.get_close_matches(place.rpartition(".")[2], list(known), n=1)
    remedy = text("config.did_you_mean", name=near[0]) if near else text("config.remove_key")
    return Fault(text("config.unknown_key"), remedy, file=file, column=place)


def _wrong_kind(error: Any) -> tuple[Text, Text]:
    logging.getLogger(__name__).info("%s", error["msg"])
    kind, given = str(error["type"]), error.get("input")
    if kind in ("missing", "missing_argument"):
        return text("config.key_missing"), text("config.give_key")
    shown = (
        str(given).lower()
        if isinstance(given, bool)
        else str(given)
        if isinstance(given, (str, int, float))
        else "{...}"
        if isinstance(given, Mapping)
        else "[...]"
    )
    if kind == "literal_error":
        return text("config.no_choice", given=shown), text("config.choose", names=re.findall(r"'([^']*)'", error["ctx"]["expected"]))
    for start, name in _KINDS.items():
        if kind.startswith(start):
            return text("config.wrong_kind", given=shown, kind=text(f"config.kind_{name}")), text("config.give_kind", kind=text(f"config.kind_{name}"))
    return text("config.no_fit", given=shown), text("config.see_show")
