"""TOML to Settings. Unknown keys and wrong kinds are faults, all listed at once; flags and environment are laid over the file."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from districting.errors import DataError, Fault
from districting.model.setting_values import number_faults
from districting.model.settings import RULE_TABLES, DistanceLimits, InputSpec, Settings, ZoningSettings
from districting.model.stages import STAGES
from districting.model.zoning_values import zoning_faults
from districting.reading.setting_faults import setting_fault, unknown_key
from districting.reading.toml_file import toml_tree
from districting.wording import text

_BRANCHES: Mapping[str, Any] = {"float": None, "str": None, "DistanceLimits": DistanceLimits, "InputSpec": InputSpec}
"""Kinds that one setting may have, as they stand in the place of an error."""
_NOT_IN_FILE = ("folder", "file")
"""Settings that say where the config stands."""
_PER_INPUT = ("datum", "columns", "aliases", "values")


def load_settings(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read ``path`` and lay ``overrides`` (``{"project.seed": 3}``; None = not given) over it.

    Raises
    ------
    DataError : the file is missing, is not TOML, or holds unknown keys or wrong kinds (each one listed)
    """
    path = Path(path)
    return parse_settings(toml_tree(path, missing=text("config.give_path")), folder=path.parent, file=path.name, overrides=overrides)


def parse_settings(tree: Mapping[str, Any], *, folder: Path, file: str = "", overrides: Mapping[str, Any] | None = None) -> Settings:
    """Settings from a parsed TOML tree.

    >>> parse_settings({"project": {"name": "示范市"}}, folder=Path(".")).project.name
    '示范市'
    """
    from pydantic import TypeAdapter, ValidationError

    merged = {key: dict(value) if isinstance(value, Mapping) else value for key, value in tree.items()}
    faults = [unknown_key(key, file, _sections()) for key in _NOT_IN_FILE if merged.pop(key, None) is not None]
    for key, value in (overrides or {}).items():
        section, _, name = key.partition(".")
        if value is not None and isinstance(merged.get(section, {}), dict):
            merged.setdefault(section, {})[name] = value
    if isinstance(merged.get("inputs"), dict):
        merged["inputs"] = _input_specs(merged["inputs"])
    if isinstance(merged.get("zoning"), dict):
        merged["zoning"] = _with_rule_specs(merged["zoning"])
    kinds = TypeAdapter(Settings)
    try:
        settings = kinds.validate_python(merged)
    except ValidationError as error:
        faults += [_as_fault(e, file) for e in _settled(error.errors())]
        try:
            rest = kinds.validate_python(_without(merged, [e["loc"] for e in error.errors()]))
        except ValidationError:
            raise DataError(faults) from None
        faults += [dataclasses.replace(f, file=file) for f in _value_faults(rest) if f.problem.key not in _OF_TWO]
        raise DataError(faults) from None
    faults += [dataclasses.replace(f, file=file) for f in _value_faults(settings)]
    faults += _profile_faults(settings, folder, file)
    if faults:
        raise DataError(faults)
    return dataclasses.replace(settings, folder=folder, file=file)


def _profile_faults(settings: Settings, folder: Path, file: str) -> list[Fault]:
    """What is wrong with the lines of balance and of risk, in their profiles or in what the config puts in their place."""
    from districting.reading.balance_profile import balance_profile
    from districting.reading.risk_profile import risk_rules_of

    faults: list[Fault] = []
    for read in (lambda: balance_profile(settings.audit, folder, file), lambda: risk_rules_of(dataclasses.replace(settings, folder=folder))):
        try:
            read()
        except DataError as error:
            faults += error.faults
    return faults


def _value_faults(settings: Settings) -> list[Fault]:
    """Values of the right kind that make no sense."""
    return number_faults(settings) + _form_faults(settings) + [f for stage, zoning in settings.zoning.items() for f in zoning_faults(stage, zoning)]


_OF_TWO = frozenset(
    f"config.{key}" for key in ("idle", "mix_without_groups", "no_goal", "no_score_weights", "unused_score_weights", "unused_indicators")
)  # fmt: skip
"""Faults that say how two settings fit: not asked while one of them may be unreadable."""


def _without(tree: Any, places: Iterable[tuple[Any, ...]]) -> Any:
    """A copy of the tree without what stands at the places, or without the table or list around a place that is not there."""
    gone = {_inside(tree, place) for place in places}

    def kept(value: Any, at: tuple[Any, ...]) -> Any:
        if isinstance(value, Mapping):
            return {k: kept(v, (*at, k)) for k, v in value.items() if (*at, k) not in gone}
        if isinstance(value, (list, tuple)) and not any(place[:-1] == at for place in gone):
            return [kept(v, (*at, i)) for i, v in enumerate(value)]
        return [] if isinstance(value, (list, tuple)) else value

    return kept(tree, ())


def _inside(tree: Any, place: tuple[Any, ...]) -> tuple[Any, ...]:
    """As much of a place as stands in the tree."""
    found: list[Any] = []
    for part in place:
        known = part in tree if isinstance(tree, Mapping) else isinstance(tree, (list, tuple)) and isinstance(part, int) and part < len(tree)
        if not known:
            break
        tree = tree[part]
        found.append(part)
    return tuple(found)


def language_of(path: str | Path) -> str | None:
    """The language that a config asks for, read before anything else of it is checked; None where it cannot be read or says none."""
    try:
        project = tomllib.loads(Path(path).read_bytes().decode("utf-8-sig")).get("project", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return None
    said = project.get("language") if isinstance(project, Mapping) else None
    return said if said in ("zh", "en") else None


def settings_tree(settings: Settings) -> dict[str, Any]:
    """Settings as a plain tree without the values that are not set, ready for TOML or JSON."""
    tree = without_passwords(dataclasses.asdict(settings))
    for key in _NOT_IN_FILE:
        tree.pop(key)
    return _without_none(tree)


def without_passwords(tree: Any) -> Any:
    """A tree of settings without the passwords of its inputs."""
    if isinstance(tree, Mapping):
        return {k: without_passwords(v) for k, v in tree.items() if k != "password"}
    return [without_passwords(v) for v in tree] if isinstance(tree, (list, tuple)) else tree


def _sections() -> list[str]:
    return [f.name for f in dataclasses.fields(Settings) if f.name not in _NOT_IN_FILE]


def _input_specs(inputs: dict[str, Any]) -> dict[str, Any]:
    """``name = "path" | {table} | [..]`` plus the per-input tables, as one list of specs per name."""
    extras = {key: inputs.get(key, {}) for key in _PER_INPUT}
    specs: dict[str, Any] = {}
    for name, given in inputs.items():
        if name in _PER_INPUT:
            continue
        entries = given if isinstance(given, list) else [given]
        specs[name] = [_with_extras({"path": e} if isinstance(e, str) else e, name, extras) for e in entries]
    for key, table in extras.items():
        for name in table if isinstance(table, Mapping) else ():
            specs.setdefault(name, [{f"[inputs.{key}.{name}]": "", "path": ""}])
    return specs


def _with_rule_specs(zoning: Mapping[str, Any]) -> dict[str, Any]:
    """Rules, and distances, that name a table file by its path alone, as specs."""
    stages = {key: dict(value) if isinstance(value, Mapping) else value for key, value in zoning.items()}
    for stage in stages.values():
        if isinstance(stage, dict) and isinstance(stage.get("distance"), str) and stage["distance"] not in ("straight", "walk"):
            stage["distance"] = {"path": stage["distance"]}
        if isinstance(stage, dict) and isinstance(stage.get("rules"), Mapping):
            stage["rules"] = {k: {"path": v} if k in RULE_TABLES and isinstance(v, str) else v for k, v in stage["rules"].items()}
    return stages


def _with_extras(entry: Any, name: str, extras: Mapping[str, Any]) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    merged = dict(entry)
    for key, table in extras.items():
        if isinstance(table, Mapping) and name in table:
            common = table[name]
            merged[key] = {**common, **merged.get(key, {})} if isinstance(common, Mapping) else merged.get(key, common)
    if isinstance(merged.get("datum"), int):
        merged["datum"] = f"EPSG:{merged['datum']}"
    return merged


def _as_fault(error: Any, file: str) -> Fault:
    place = ".".join(str(part) for part in error["loc"] if part not in _BRANCHES and "[" not in str(part))
    return setting_fault(error, place, _known_beside(error["loc"]), file)


def _form_faults(settings: Settings) -> list[Fault]:
    """Forms of districts and pairs that nobody knows."""
    faults = []
    if settings.grouping is not None:
        from districting.grouping.forms import FORMS

        faults += _unknown_form("grouping.form", settings.grouping.form, FORMS)
        for name in settings.grouping.forms:
            faults += _unknown_form(f"grouping.forms.{name}", name, FORMS)
    if settings.pairing is not None:
        from districting.pairing import FORMS as PAIRS

        faults += [f for form in settings.pairing.forms for f in _unknown_form("pairing.form", form, PAIRS)]
        faults += [f for form in settings.pairing.second_level.linked for f in _unknown_form("pairing.second_level.linked", form, PAIRS)]
    return faults


def _unknown_form(place: str, given: str, known: Iterable[str]) -> list[Fault]:
    known = list(known)
    return [] if given in known else [Fault(text("config.no_choice", given=given), text("config.choose", names=known), column=place)]


def _known_beside(place: tuple[Any, ...]) -> list[str]:
    """The keys that are known where an unknown one stands."""
    if len(place) > 1 and place[0] == "inputs":
        return [f.name for f in dataclasses.fields(InputSpec)]
    kind: Any = Settings(zoning={stage: ZoningSettings() for stage in STAGES})
    for part in place[:-1]:
        kind = kind.get(part) if isinstance(kind, Mapping) else getattr(kind, str(part), None)
        if kind is None:
            branch = _BRANCHES.get(place[-2] if len(place) > 1 else "")
            return [f.name for c in ((branch,) if branch else _all_sections()) for f in dataclasses.fields(c)]
    if isinstance(kind, Mapping):
        return list(STAGES)
    return [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []


def _settled(errors: list[Any]) -> list[Any]:
    """Where a setting may be of several kinds, only what is wrong with the kind that fits best."""
    deepest: dict[tuple[Any, ...], Any] = {}
    for error in errors:
        kinds = [i for i, part in enumerate(error["loc"]) if part in _BRANCHES or "[" in str(part)]
        at = error["loc"][: kinds[0]] if kinds else error["loc"]
        known = deepest.get(at, [])
        if not known or len(error["loc"]) > len(known[0]["loc"]):
            deepest[at] = [error]
        elif len(error["loc"]) == len(known[0]["loc"]) and not (kinds and kinds[0] == len(error["loc"]) - 1):
            known.append(error)
    return [error for known in deepest.values() for error in known]


def _all_sections() -> list[type]:
    from districting.model import settings as module

    return [c for c in vars(module).values() if isinstance(c, type) and dataclasses.is_dataclass(c)]


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _without_none(v) for k, v in value.items() if v is not None and v != {}}
    if isinstance(value, (list, tuple)):
        return [_without_none(v) for v in value]
    return value
