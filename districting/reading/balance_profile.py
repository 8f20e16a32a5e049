"""Which lines balance is held to: a profile of the package or a file, with what the config puts in place of its numbers."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

from districting.errors import DataError, Fault
from districting.model.balance_profile import BalanceProfile
from districting.model.resources import RESOURCES
from districting.model.settings import AuditSettings, Settings
from districting.model.stages import SCHOOL_TYPES
from districting.reading.setting_faults import setting_fault
from districting.reading.toml_file import toml_tree
from districting.wording import text

_PREFIX: Final = "audit.balance."
_EXCLUDABLE: Final = ("special", "vocational", *SCHOOL_TYPES)


def packaged_profiles() -> list[str]:
    """Names of the profiles that come with the package.

    >>> packaged_profiles()
    ['balance', 'balance_hebei']
    """
    folder = resources.files("districting.profiles")
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.startswith("balance") and item.name.endswith(".toml"))


def balance_of(settings: Settings) -> BalanceProfile:
    """The profile that a config asks for.

    Raises
    ------
    DataError : no such profile, or numbers in it that do not hold together (every one listed)
    """
    return balance_profile(settings.audit, settings.folder, settings.file)


def balance_profile(audit: AuditSettings | None = None, folder: Path = Path("."), file: str = "") -> BalanceProfile:
    """The profile named by ``audit.profile`` with ``audit.balance`` and ``audit.cv_line`` laid over it.

    >>> balance_profile().quality.cv["junior"]
    0.45
    """
    given = audit or AuditSettings()
    if given.profile in packaged_profiles() and not (given.balance or given.cv_line):
        return _of_package(given.profile)
    tree, place = _tree(given.profile, folder, file, ())
    profile = _parsed({**tree, "name": given.profile}, file=place, prefix="")
    own: dict[str, Any] = json.loads(json.dumps(given.balance))
    if given.cv_line:
        own = _over({"quality": {"cv": dict(given.cv_line)}}, own)
    return _parsed({**_over(tree, own), "name": given.profile}, file=file, prefix=_PREFIX) if own else profile


def named_profile(name: str) -> BalanceProfile:
    """A profile of the package by its name, or the one in a file: ``FILE.toml``.

    >>> named_profile("balance_hebei").exclusions.point_pupils
    50.0
    """
    return balance_profile(AuditSettings(profile=name))


@functools.cache
def _of_package(name: str) -> BalanceProfile:
    tree, file = _tree(name, Path("."), "", ())
    return _parsed({**tree, "name": name}, file=file, prefix="")


def profile_text(profile: BalanceProfile) -> str:
    """The profile as one line of text that :func:`profile_of_text` reads."""
    return json.dumps(dataclasses.asdict(profile), ensure_ascii=False)


@functools.lru_cache(maxsize=8)
def profile_of_text(content: str) -> BalanceProfile:
    """What :func:`profile_text` wrote.

    >>> profile_of_text(profile_text(balance_profile())) == balance_profile()
    True
    """
    return _parsed(json.loads(content), file="", prefix="")


def _tree(name: str, folder: Path, file: str, seen: tuple[str, ...]) -> tuple[dict[str, Any], str]:
    """The tree of a profile over that of its base, and the file it stands in."""
    if name in seen:
        raise DataError(Fault(text("balance.base_turns", names=[*seen, name]), text("balance.end_base"), file=file, column="base"))
    if name.endswith(".toml"):
        path, shown = folder / name, name
        tree = toml_tree(path, missing=text("balance.give_profile", names=packaged_profiles()))
        folder = path.parent
    else:
        known = packaged_profiles()
        if name not in known:
            raise DataError(Fault(text("balance.no_profile", name=name), text("balance.give_profile", names=known), file=file, column="audit.profile"))
        shown, tree = f"{name}.toml", _packaged(name)
    base = tree.get("base")
    rest = {key: value for key, value in tree.items() if key != "base"}
    if base is None:
        return rest, shown
    if not isinstance(base, str):
        raise DataError(Fault(text("config.wrong_kind", given=str(base), kind=text("config.kind_text")), text("balance.end_base"), file=shown, column="base"))
    below, _ = _tree(base, folder, shown, (*seen, name))
    return _over(below, rest), shown


def _packaged(name: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(resources.files("districting.profiles").joinpath(f"{name}.toml").read_text("utf-8"))


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are laid over tables, everything else takes the place of what is there."""
    out = dict(below)
    for key, value in above.items():
        known = out.get(key)
        out[key] = _over(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return out


@functools.cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(BalanceProfile)


def _parsed(tree: Mapping[str, Any], *, file: str, prefix: str) -> BalanceProfile:
    from pydantic import ValidationError

    try:
        profile: BalanceProfile = _adapter().validate_python(dict(tree))
    except ValidationError as error:
        raise DataError([_as_fault(e, file, prefix) for e in error.errors()]) from None
    faults = value_faults(profile, file, prefix)
    if faults:
        raise DataError(faults)
    return profile


def _as_fault(error: Any, file: str, prefix: str) -> Fault:
    loc = tuple(str(p) for p in error["loc"] if "[" not in str(p))
    known = [f.name for f in dataclasses.fields(BalanceProfile)]
    if len(loc) == 2:
        from districting.model import balance_profile as module

        kind = getattr(module, loc[0].capitalize(), None)
        known = [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else known
    elif len(loc) > 2:
        known = ["per", "line", "source", "tag"] if loc[1] == "indicators" and len(loc) == 4 else ["preschool", "primary", "junior", "senior"]
    return setting_fault(error, prefix + ".".join(loc), known, file)


def value_faults(profile: BalanceProfile, file: str, prefix: str) -> list[Fault]:
    """Numbers of the right kind that make no sense: shares above 1, lines that are not above 0, bands that do not rise, columns that nobody knows."""
    quality, classes, warning = profile.quality, profile.classes, profile.warning
    found = [(place, value) for place, value in _positive(profile) if not 0 < value < float("inf")]
    faults = [Fault(text("balance.not_positive", given=v), text("balance.give_positive"), file=file, column=prefix + p) for p, v in found]
    shares = {"quality.floor": quality.floor, "classes.large_share": classes.large_share, "groups.migrants_in_public": profile.groups.migrants_in_public}
    shares |= {f"proximity.zoned.{stage}": share for stage, share in profile.proximity.zoned.items()}
    faults += [
        Fault(text("config.not_a_share", given=v), text("config.give_share"), file=file, column=prefix + p) for p, v in shares.items() if not 0 <= v <= 1
    ]
    if not 1 <= quality.least_met <= len(quality.indicators):
        problem = text("balance.least_met", given=quality.least_met, most=len(quality.indicators))
        faults.append(Fault(problem, text("balance.give_least_met"), file=file, column=f"{prefix}quality.least_met"))
    if list(classes.bands) != sorted(set(classes.bands)):
        faults.append(Fault(text("balance.bands"), text("balance.give_bands"), file=file, column=f"{prefix}classes.bands"))
    if warning.yellow > warning.red:
        faults.append(Fault(text("balance.levels", yellow=warning.yellow, red=warning.red), text("balance.give_levels"), file=file, column=f"{prefix}warning"))
    if not 0 <= profile.exclusions.point_pupils < float("inf"):
        problem = text("config.negative", given=profile.exclusions.point_pupils)
        faults.append(Fault(problem, text("config.give_not_negative"), file=file, column=f"{prefix}exclusions.point_pupils"))
    named = {"basic.indicators": profile.basic.indicators, "quality.indicators": quality.indicators, "rooms.columns": profile.rooms.columns}
    faults += [_unknown(prefix + p, n, RESOURCES, file) for p, names in named.items() for n in names if n not in RESOURCES]
    return faults + [_unknown(f"{prefix}exclusions.types", n, _EXCLUDABLE, file) for n in profile.exclusions.types if n not in _EXCLUDABLE]


def _positive(profile: BalanceProfile) -> list[tuple[str, float]]:
    tables: dict[str, Mapping[Any, float]] = {
        "basic.indicators": profile.basic.indicators,
        "basic.composite": profile.basic.composite,
        "quality.cv": profile.quality.cv,
        "split.weight": profile.split.weight,
        "classes.cap": profile.classes.cap,
        "size.pupils": profile.size.pupils,
        "size": {"funded_as": profile.size.funded_as},
        "staff.pupils_per_post": profile.staff.pupils_per_post,
        "warning": {name: getattr(profile.warning, name) for name in ("yellow", "red", "horizon_years", "least_years", "least_schools")},
        "rooms": {"classes_per_room": profile.rooms.classes_per_room},
        "classes": {name: getattr(profile.classes, name) for name in ("large", "huge")},
    }
    for name, indicator in profile.quality.indicators.items():
        tables[f"quality.indicators.{name}"] = {"per": indicator.per}
        tables[f"quality.indicators.{name}.line"] = indicator.line
    return [(f"{place}.{key}", float(value)) for place, numbers in tables.items() for key, value in numbers.items()]


def _unknown(place: str, given: str, known: Any, file: str) -> Fault:
    return Fault(text("config.no_choice", given=given), text("config.choose", names=list(known)), file=file, column=place)
