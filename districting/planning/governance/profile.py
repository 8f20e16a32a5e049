"""Actors, duties and mechanisms from a data file, in the language of the plan."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from districting.errors import DataError, Fault
from districting.model.plan import PLAN_TABLES
from districting.wording import LANGUAGES, text

LETTERS = "RACI"
"""Responsible (执行), accountable (负责), consulted (征求意见), informed (知会)."""

_PACKAGED = "governance.toml"


@dataclass(frozen=True)
class Profile:
    """Three tables by key: ``actors`` words; ``duties`` words and one cell of letters per actor; ``mechanisms`` words, owner, evidence and frequency."""

    actors: Mapping[str, Any]
    duties: Mapping[str, Any]
    mechanisms: Mapping[str, Any]

    def duty_rows(self, scheme: str, lang: str) -> pd.DataFrame:
        """One row per duty and actor that has a part in it."""
        rows = [
            (scheme, duty, entry[lang], actor, self.actors[actor][lang], entry[actor])
            for duty, entry in self.duties.items()
            for actor in self.actors
            if entry.get(actor)
        ]
        return pd.DataFrame(rows, columns=list(PLAN_TABLES["duties"]))

    def mechanism_rows(self, scheme: str, districts: list[str], lang: str) -> pd.DataFrame:
        """One row per district and mechanism."""
        rows = [
            (scheme, district, key, m[lang], m["owner"], self.actors[m["owner"]][lang], m["evidence"][lang], m["frequency"][lang])
            for district in districts
            for key, m in self.mechanisms.items()
        ]
        return pd.DataFrame(rows, columns=list(PLAN_TABLES["mechanisms"]))


def read_profile(path: Path | None = None) -> Profile:
    """The data file at ``path``; None = the one of the package.

    Raises
    ------
    DataError : no such file, no TOML, or entries that do not hold together (every one listed)

    >>> read_profile().duties["rotation"]["bureau"]
    'A'
    """
    file = _PACKAGED if path is None else path.name
    try:
        content = resources.files("districting.profiles").joinpath(_PACKAGED).read_bytes() if path is None else path.read_bytes()
        tree = tomllib.loads(content.decode("utf-8-sig"))
    except FileNotFoundError:
        raise DataError(Fault(text("governance.profile_missing", path=str(path)), text("governance.give_profile"), column="governance.profile")) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise DataError(Fault(text("governance.profile_unreadable"), text("governance.give_profile"), file=file)) from None
    faults = _faults(tree, file)
    if faults:
        raise DataError(faults)
    return Profile(tree["actors"], tree["duties"], tree["mechanisms"])


def _faults(tree: Mapping[str, Any], file: str) -> list[Fault]:
    missing = [name for name in ("actors", "duties", "mechanisms") if not isinstance(tree.get(name), dict) or not tree[name]]
    if missing:
        return [Fault(text("governance.table_missing", name=name), text("governance.give_profile"), file=file, column=name) for name in missing]
    actors = tree["actors"]
    found: list[Fault] = []
    for table in ("actors", "duties", "mechanisms"):
        for key, entry in tree[table].items():
            place = f"{table}.{key}"
            if not _worded(entry):
                found.append(Fault(text("governance.words_missing"), text("governance.give_words"), file=file, column=place))
            elif table == "duties":
                found += _duty_faults(entry, actors, file, place)
            elif table == "mechanisms":
                found += _mechanism_faults(entry, actors, file, place)
    return found


def _worded(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(lang), str) and entry[lang] for lang in LANGUAGES)


def _duty_faults(entry: Mapping[str, Any], actors: Mapping[str, Any], file: str, place: str) -> list[Fault]:
    cells = {k: v for k, v in entry.items() if k not in LANGUAGES}
    found = [
        Fault(text("governance.no_actor", given=k), text("governance.known_actors", names=list(actors)), file=file, column=place)
        for k in set(cells) - set(actors)
    ]
    wrong = [v for v in cells.values() if not isinstance(v, str) or not v or not set(v) <= set(LETTERS)]
    if wrong:
        found.append(Fault(text("governance.no_letters", given=[str(v) for v in wrong]), text("governance.give_letters"), file=file, column=place))
        return found
    answering, doing = sum("A" in v for v in cells.values()), sum("R" in v for v in cells.values())
    if answering != 1 or not doing:
        found.append(Fault(text("governance.no_raci", answering=answering, doing=doing), text("governance.give_raci"), file=file, column=place))
    return found


def _mechanism_faults(entry: Mapping[str, Any], actors: Mapping[str, Any], file: str, place: str) -> list[Fault]:
    found = []
    if entry.get("owner") not in actors:
        found.append(
            Fault(text("governance.no_actor", given=str(entry.get("owner"))), text("governance.known_actors", names=list(actors)), file=file, column=place)
        )
    found += [
        Fault(text("governance.words_missing"), text("governance.give_words"), file=file, column=f"{place}.{k}")
        for k in ("evidence", "frequency")
        if not _worded(entry.get(k))
    ]
    return found
