"""The presets of district forms, read from ``profiles/forms.toml``: data, not code."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any, Final

from districting.errors import DataError, Fault
from districting.model.district_spec import DistrictSpec
from districting.wording import text


def _presets() -> dict[str, Any]:
    return tomllib.loads(resources.files("districting.profiles").joinpath("forms.toml").read_text(encoding="utf-8"))


FORMS: Final[tuple[str, ...]] = tuple(_presets())
"""The names of the forms, in the order of the file."""


def district_form(name: str) -> DistrictSpec:
    """The specification of a form by its name; DataError names the known forms when it is none of them.

    >>> district_form("alliance").counts["junior_weak"]
    (1, 2)
    """
    presets = _presets()
    if name not in presets:
        raise DataError(Fault(text("grouping.unknown_form", form=name), text("grouping.known_forms", forms=list(presets)), column="form"))
    values = dict(presets[name])
    counts = {key: (int(low), int(high) or None) for key, (low, high) in values.pop("counts").items()}
    return DistrictSpec(form=name, stages=tuple(values.pop("stages")), counts=counts, **values)
