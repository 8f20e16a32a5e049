"""A TOML file of rules to a dataclass: unknown keys and wrong kinds are faults, all listed at once. Paths in it are relative to it."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from districting.errors import DataError, Fault
from districting.model.settings import InputSpec
from districting.reading.setting_faults import setting_fault
from districting.reading.toml_file import toml_tree
from districting.wording import Text, text

Rules = TypeVar("Rules")
Misfit = tuple[str, Text, Text]
"""Place, problem and remedy of what is of the right kind and makes no sense."""
TABLE_KEYS: Final = ("path", "sheet", "where", "encoding", "columns", "aliases", "values")
"""What a table of an enrolment may say of itself; the other keys of an input (layer, datum, neighbours ...) are those of maps."""
_NOT_IN_FILE: Final = ("folder", "file")


@dataclasses.dataclass(frozen=True)
class RulesKind:
    """``parts``: key -> what stands under it (InputSpec: a path alone will do). ``tables``: key -> the field that takes it where it is a path or a table, not a list.

    ``placed``: keys whose tables may hold coordinates, and so a ``datum``.
    """

    of: type[Any]
    parts: Mapping[str, type]
    tables: Mapping[str, str] = dataclasses.field(default_factory=dict)
    placed: frozenset[str] = frozenset()

    @property
    def known(self) -> list[str]:
        """Keys of the file."""
        return [f.name for f in dataclasses.fields(self.of) if f.name not in self.hidden]

    @property
    def hidden(self) -> tuple[str, ...]:
        """Fields that are no keys."""
        return (*_NOT_IN_FILE, *self.tables.values())

    def table_keys(self, key: str) -> tuple[str, ...]:
        """Keys of the table under ``key``."""
        return (*TABLE_KEYS, "datum") if key in self.placed else TABLE_KEYS

    def keys_under(self, place: list[str]) -> list[str]:
        """Keys that may stand beside the last of ``place``."""
        of = self.parts.get(place[0]) if len(place) > 1 else None
        if len(place) > 1 and place[0] in self.tables and not place[1].isdigit():
            of = InputSpec
        if of is None:
            return self.known
        return list(self.table_keys(place[0])) if of is InputSpec else [f.name for f in dataclasses.fields(of)]


def load_rules_file(path: str | Path, kind: type[Rules], parts: Mapping[str, type], placed: frozenset[str] = frozenset()) -> Rules:
    """Read ``path`` as ``kind``; ``parts`` and ``placed`` as in :class:`RulesKind`.

    Raises
    ------
    DataError : the file is missing, is not TOML, or holds unknown keys or wrong kinds (each one listed)
    """
    path = Path(path)
    rules: Rules = parse_rules_tree(rules_tree(path), RulesKind(kind, parts, placed=placed), path.parent, path.name)
    return rules


def rules_tree(path: Path) -> Mapping[str, Any]:
    """The file as a tree.

    Raises
    ------
    DataError : it is missing or is not TOML
    """
    return toml_tree(path, missing=text("enrolment.give_rules"))


def parse_rules_tree(tree: Mapping[str, Any], kind: RulesKind, folder: Path, file: str, misfits: Callable[[Any], Iterable[Misfit]] | None = None) -> Any:
    """The rules of a parsed tree; ``misfits`` of what pydantic cannot know.

    Raises
    ------
    DataError : unknown keys (with those that are known), wrong kinds, misfits; all at once
    """
    from pydantic import TypeAdapter, ValidationError

    merged = {key: value for key, value in tree.items() if key not in kind.hidden}
    faults = [_unknown([key], kind, file) for key in kind.hidden if key in tree]
    for key, field in kind.tables.items():
        if isinstance(merged.get(key), str | Mapping):
            merged[field] = merged.pop(key)
    for key, field in {**{k: k for k, of in kind.parts.items() if of is InputSpec}, **kind.tables}.items():
        given = merged.get(field)
        if isinstance(given, str):
            merged[field] = {"path": given}
        elif isinstance(given, Mapping):
            foreign = [k for k in given if k not in kind.table_keys(key)]
            faults += [_unknown([key, k], kind, file) for k in foreign]
            merged[field] = {k: v for k, v in given.items() if k not in foreign}
    try:
        rules = TypeAdapter(kind.of).validate_python(merged)
    except ValidationError as error:
        raise DataError([*faults, *(_as_fault(e, kind, file) for e in error.errors())]) from None
    if misfits is not None:
        faults += [Fault(problem, remedy, file=file, column=place) for place, problem, remedy in misfits(rules)]
    if faults:
        raise DataError(faults)
    return dataclasses.replace(rules, folder=folder, file=file)


def _as_fault(error: Any, kind: RulesKind, file: str) -> Fault:
    keys = {field: key for key, field in kind.tables.items()}
    place = [keys.get(str(p), str(p)) for p in error["loc"]]
    if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return _unknown(place, kind, file)
    return setting_fault(error, _shown(place), kind.keys_under(place), file)


def _unknown(place: list[str], kind: RulesKind, file: str) -> Fault:
    """A key that has no meaning there: the one that may be meant, and all that have."""
    known = kind.keys_under(place)
    near = difflib.get_close_matches(place[-1], known, n=1)
    remedy = text("enrolment.near_key", name=near[0], names=known) if near else text("enrolment.known_keys", names=known)
    return Fault(text("config.unknown_key"), remedy, file=file, column=_shown(place))


def _shown(place: list[str]) -> str:
    """Keys with dots; positions in lists from 1."""
    return ".".join(str(int(p) + 1) if p.isdigit() else p for p in place)
