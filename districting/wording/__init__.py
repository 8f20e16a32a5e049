"""Every sentence a user reads, Chinese and English, in one catalogue of TOML files beside this module.

A key is ``"<file>.<name>"``: ``"fault.negative"`` stands in ``fault.toml`` as ``[negative]`` with ``zh`` and ``en``.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("zh", "en")


@cache
def catalogue(subject: str) -> Mapping[str, Mapping[str, str]]:
    """All sentences of one file: name -> language -> template.

    >>> catalogue("word")["zone"]["en"]
    'attendance zone'
    """
    text = resources.files(__package__).joinpath(f"{subject}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def say(key: str, lang: str = "en", /, **values: Any) -> str:
    """One sentence in ``lang`` with its values filled in.

    >>> say("word.zone", "zh")
    '招生片区'
    """
    subject, _, name = key.partition(".")
    template = catalogue(subject)[name][lang]
    return template.format(**{k: _spoken(v, lang) for k, v in values.items()})


def known(key: str) -> bool:
    """Whether the catalogue holds this sentence.

    >>> known("word.zone"), known("word.nothing")
    (True, False)
    """
    subject, _, name = key.partition(".")
    return name in catalogue(subject)


def _spoken(value: Any, lang: str) -> Any:
    if isinstance(value, Text):
        return value.say(lang)
    if isinstance(value, (list, tuple, set, frozenset)):
        parts = [str(_spoken(v, lang)) for v in value]
        return ("、" if lang == "zh" else ", ").join(parts)
    return value


@dataclass(frozen=True)
class Text:
    """A sentence that is not yet in a language: a key and its values. ``str()`` gives English.

    >>> str(Text("word.zone"))
    'attendance zone'
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def say(self, lang: str = "en") -> str:
        return say(self.key, lang, **self.values)

    def __str__(self) -> str:
        return self.say("en")


def metres_said(metres: float, *, enough: bool = False) -> str:
    """Metres as sentences say them: whole from 10 m on, one decimal below, and nothing above zero as zero. ``enough``: rounded up.

    >>> metres_said(0.5), metres_said(0.01), metres_said(1234.4), metres_said(1234.4, enough=True), metres_said(2.01, enough=True)
    ('0.5', '0.1', '1,234', '1,235', '2.1')
    """
    if not 0 < metres < math.inf:
        return f"{metres:,.0f}"
    small = metres < 10
    scaled = metres * 10 if small else metres
    whole = max(math.ceil(scaled - 1e-6) if enough else round(scaled), 1)
    return f"{whole / 10:.1f}" if small else f"{whole:,}"


def text(key: str, /, **values: Any) -> Text:
    """Shorthand for :class:`Text`."""
    return Text(key, values)
