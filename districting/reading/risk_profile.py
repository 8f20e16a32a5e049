"""Parameters of a risk assessment from a data file (``profiles/risk.toml`` or one of the planner's own)."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

from districting.errors import DataError, Fault
from districting.model.risk_rules import FRAMES, INDICATORS, Errors, LevelLine, RiskRules
from districting.model.settings import Settings
from districting.reading.toml_file import toml_tree
from districting.wording import text

_PACKAGED: Final = "risk.toml"
_SIDES: Final = ("from", "above")
_NUMBERS: Final = {
    "errors": ("common", "dispersion", "travel", "score"),
    "seats": ("yellow", "red"),
    "siblings": ("share",),
    "stability": ("change",),
    "notice": ("consult_days",),
}


def read_risk_rules(path: Path | None = None) -> RiskRules:
    """The file at ``path``; None = the one of the package.

    Raises
    ------
    DataError : no such file, no TOML, or entries that are missing, unknown or out of range (every one listed)

    >>> rules = read_risk_rules()
    >>> rules.levels["share_moved"].high, rules.yellow, rules.errors.dispersion
    (0.1, 0.9, 1.0)
    """
    with resources.as_file(resources.files("districting.profiles").joinpath(_PACKAGED)) as packaged:
        tree = toml_tree(packaged if path is None else path, missing=text("risk.give_profile"))
    return _parsed(tree, _PACKAGED if path is None else path.name)


def risk_rules_of(settings: Settings) -> RiskRules:
    """The parameters that a config asks for (``[audit] risk``); those of the package where it says nothing.

    Raises
    ------
    DataError : as :func:`read_risk_rules`
    """
    return read_risk_rules(None if settings.audit.risk is None else settings.folder / settings.audit.risk)


def rules_text(rules: RiskRules) -> str:
    """The parameters as one line of text that :func:`rules_of_text` reads, for the record of a plan.

    >>> rules_of_text(rules_text(read_risk_rules())) == read_risk_rules()
    True
    """
    tree = {
        "errors": dataclasses.asdict(rules.errors),
        "seats": {"yellow": rules.yellow, "red": rules.red},
        "distance": {"bands_m": list(rules.bands_m)},
        "siblings": {"share": rules.sibling_share},
        "stability": {"change": rules.change},
        "notice": {"consult_days": rules.consult_days},
        "levels": {name: {k: v for k, v in dataclasses.asdict(line).items() if v is not None} for name, line in rules.levels.items()},
    }
    return json.dumps(tree, ensure_ascii=False)


def rules_of_text(content: str) -> RiskRules:
    """What :func:`rules_text` wrote."""
    return _parsed(json.loads(content), "")


def _parsed(tree: Mapping[str, Any], file: str) -> RiskRules:
    faults = _faults(tree, file)
    if faults:
        raise DataError(faults)
    levels = {k: LevelLine(v["frame"], v["at"], float(v["medium"]), float(v["high"]), v.get("high_at")) for k, v in tree["levels"].items()}
    return RiskRules(
        errors=Errors(**{k: float(v) for k, v in tree["errors"].items()}),
        yellow=float(tree["seats"]["yellow"]),
        red=float(tree["seats"]["red"]),
        bands_m=tuple(float(b) for b in tree["distance"]["bands_m"]),
        sibling_share=float(tree["siblings"]["share"]),
        change=float(tree["stability"]["change"]),
        consult_days=float(tree["notice"]["consult_days"]),
        levels=levels,
    )


def _faults(tree: Mapping[str, Any], file: str) -> list[Fault]:
    found: list[Fault] = []

    def fault(key: str, place: str, **values: Any) -> None:
        found.append(Fault(text(f"risk.{key}", **values), text("risk.mend_profile"), file=file, column=place))

    known = {*_NUMBERS, "distance", "levels"}
    for name in sorted(known - {k for k, v in tree.items() if isinstance(v, dict)}):
        fault("table_missing", name, name=name)
    for name in sorted(set(tree) - known):
        fault("key_unknown", name, name=name)
    for table, keys in _NUMBERS.items():
        entry = tree.get(table, {})
        if not isinstance(entry, dict):
            continue
        for key in sorted(set(entry) - set(keys)):
            fault("key_unknown", f"{table}.{key}", name=key)
        for key in keys if table in tree else ():
            if not _number(entry.get(key)):
                fault("not_a_number", f"{table}.{key}", given=str(entry.get(key)))
    bands = tree.get("distance", {}).get("bands_m") if isinstance(tree.get("distance"), dict) else None
    rising = isinstance(bands, list) and all(_finite(b) for b in bands) and bands == sorted(set(bands)) and len(bands) > 0
    if not rising and isinstance(tree.get("distance"), dict):
        fault("bands_not_rising", "distance.bands_m")
    if isinstance(tree.get("levels"), dict):
        for name, line in tree["levels"].items():
            found += _line_faults(name, line, file)
    return found


def _line_faults(name: str, line: Any, file: str) -> list[Fault]:
    place = f"levels.{name}"
    if name not in INDICATORS:
        return [Fault(text("risk.no_indicator", name=name, known=list(INDICATORS)), text("risk.mend_profile"), file=file, column=place)]
    sound = isinstance(line, dict) and set(line) | {"high_at"} == {"frame", "at", "medium", "high", "high_at"} and line["frame"] in FRAMES
    sound = sound and line["at"] in _SIDES and line.get("high_at") in (None, *_SIDES)
    if not sound or not (_number(line["medium"]) and _number(line["high"]) and line["medium"] <= line["high"]):
        return [Fault(text("risk.bad_line", frames=list(FRAMES)), text("risk.mend_profile"), file=file, column=place)]
    return []


def _finite(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _number(value: Any) -> bool:
    return _finite(value) and value >= 0
