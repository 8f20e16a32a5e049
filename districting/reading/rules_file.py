"""A TOML file of rules to a dataclass: unknown keys and wrong kinds are faults, all listed at once. Paths in it are relative to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from districting.errors import DataError, Fault
from districting.model.settings import InputSpec
from districting.reading.setting_faults import setting_fault, unknown_key
from districting.reading.toml_file import toml_tree
from districting.wording import text

Rules = TypeVar("Rules")
_NOT_IN_FILE: Final = ("folder", "file")


def load_rules_file(path: str | Path, kind: type[Rules], parts: Mapping[str, type]) -> Rules:
    """Read ``path`` as ``kind``; ``parts``: key -> what stands under it (InputSpec: a path alone will do).

    Raises
    ------
    DataError : the file is missing, is not TOML, or holds unknown keys or wrong kinds (each one listed)
    """
    path = Path(path)
    tree = toml_tree(path, missing=text("enrolment.give_rules"))
    return _parsed(tree, kind, parts, path)


def _parsed(tree: Mapping[str, Any], kind: type[Rules], parts: Mapping[str, type], path: Path) -> Rules:
    from pydantic import TypeAdapter, ValidationError

    known = [f.name for f in dataclasses.fields(kind) if f.name not in _NOT_IN_FILE]  # type: ignore[arg-type]
    faults = [unknown_key(key, path.name, known) for key in _NOT_IN_FILE if key in tree]
    merged = {key: value for key, value in tree.items() if key not in _NOT_IN_FILE}
    for key, of in parts.items():
        if of is InputSpec and isinstance(merged.get(key), str):
            merged[key] = {"path": merged[key]}
    try:
        rules = TypeAdapter(kind).validate_python(merged)
    except ValidationError as error:
        raise DataError([*faults, *(_as_fault(e, known, parts, path.name) for e in error.errors())]) from None
    if faults:
        raise DataError(faults)
    placed: Rules = dataclasses.replace(rules, folder=path.parent, file=path.name)  # type: ignore[type-var]
    return placed


def _as_fault(error: Any, known: list[str], parts: Mapping[str, type], file: str) -> Fault:
    place = [str(p) for p in error["loc"]]
    of = parts.get(place[0]) if place else None
    names = known if len(place) == 1 or of is None else [f.name for f in dataclasses.fields(of)]
    return setting_fault(error, ".".join(str(int(p) + 1) if p.isdigit() else p for p in place), names, file)
