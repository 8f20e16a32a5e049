"""Every setting with its value, those that are not set included: what the form or the program takes in their place stands beside them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from districting.config import settings_tree, without_passwords
from districting.model.settings import GroupingSettings, Settings
from districting.wording import say


def every_setting(settings: Settings) -> dict[str, Any]:
    """All settings as a plain tree; None where one is not set and nothing stands in its place.

    >>> every_setting(Settings())["solve"]["steps"] is None
    True
    """
    tree = without_passwords(dataclasses.asdict(settings))
    for key in ("folder", "file"):
        tree.pop(key)
    return tree


def shown_settings(settings: Settings, lang: str) -> str:
    """TOML that reads back to the same settings; a setting that is not set stands in it as a comment."""
    import tomli_w

    written = settings_tree(settings)
    unset: dict[str, list[str]] = {}
    defaults = _form_defaults(settings.grouping)
    for place, name in _unset(every_setting(settings), ""):
        known = defaults.get(name) if place == "grouping" else None
        line = f"# {name} = {_toml(known)}  # {say('config.default_of_form', lang)}" if known is not None else f"# {name}  # {say('config.not_set', lang)}"
        unset.setdefault(place, []).append(line)
    out: list[str] = []
    for line in tomli_w.dumps(written).splitlines():
        out.append(line)
        if line.startswith("[") and not line.startswith("[["):
            out += unset.pop(line.strip("[]"), [])
    for place, lines in unset.items():
        out += ["", f"# [{place}]", *lines]
    return "\n".join(out)


def _unset(tree: Mapping[str, Any], place: str) -> list[tuple[str, str]]:
    """(section, name) of everything that is None; sections that are off count as one name. Inputs are left out: each file has its own few settings."""
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        if value is None:
            found.append((place or name, name) if place else (name, "off"))
        elif isinstance(value, Mapping) and name != "inputs":
            found += _unset(value, f"{place}.{name}" if place else name)
    return found


def _form_defaults(grouping: GroupingSettings | None) -> dict[str, Any]:
    """What the form says where ``[grouping]`` says nothing."""
    if grouping is None:
        return {}
    from districting.grouping.forms import district_form

    spec = district_form(grouping.form)
    found = {f.name: getattr(spec, f.name) for f in dataclasses.fields(spec) if f.name not in ("form", "source", "counts")}
    return {name: value for name, value in found.items() if value is not None}


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(0 if v is None else v) for v in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
