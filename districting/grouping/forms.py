"""The presets of district forms, read from ``profiles/forms.toml``: data, not code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

from districting.errors import DataError, Fault
from districting.grouping.keys import refuse_unknown_keys
from districting.model.district_spec import DistrictSpec, Limits
from districting.wording import text


def _presets() -> dict[str, Any]:
    return tomllib.loads(resources.files("districting.profiles").joinpath("forms.toml").read_text(encoding="utf-8"))


FORMS: Final[tuple[str, ...]] = tuple(_presets())
"""The names of the forms, in the order of the file."""


def district_form(name: str, changes: Mapping[str, Any] | None = None) -> DistrictSpec:
    """The specification of a form by its name, with the planner's ``changes`` laid over it (``counts`` key by key, where a limit of 0 at most means no limit).

    Raises
    ------
    DataError : the form is none of the known ones (they are named), or a key counts nothing

    >>> district_form("alliance").counts["junior_weak"]
    (1, 2)
    >>> district_form("alliance", {"counts": {"junior_weak": (1, 3)}, "evenness": 0.0}).counts["junior_weak"]
    (1, 3)
    """
    presets = _presets()
    if name not in presets:
        raise DataError(Fault(text("grouping.unknown_form", form=name), text("grouping.known_forms", forms=list(presets)), column="form"))
    values = dict(presets[name])
    given = {key: value for key, value in (changes or {}).items() if value is not None}
    values["counts"] = {**values.get("counts", {}), **given.pop("counts", {})}
    values |= given
    spec = DistrictSpec(form=name, **{key: _value(key, value) for key, value in values.items()})
    refuse_unknown_keys((*spec.counts, *spec.spread, *spec.takes, spec.centre), name)
    return spec


def _value(key: str, value: Any) -> Any:
    if key == "counts":
        return {what: limits(pair) for what, pair in value.items()}
    if key in ("children", "districts"):
        return limits(value)
    return tuple(value) if isinstance(value, list) else value


def limits(given: int | list[int] | tuple[int, ...]) -> Limits:
    """``7`` = exactly 7, ``[4, 6]`` = 4 to 6, ``[1]`` or ``[1, 0]`` = 1 or more.

    >>> limits(7), limits([4, 6]), limits([1, 0])
    ((7, 7), (4, 6), (1, None))
    """
    if isinstance(given, int):
        return given, given
    least, most = int(given[0]), int(given[1]) if len(given) > 1 else 0
    return least, most or None
