"""One rule of policy and where it is done: a row of ``profiles/rules.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from districting.model.settings import STRICT

Bilingual = Mapping[str, str]
"""``zh`` and ``en``."""


@dataclass(frozen=True)
class PolicyRule:
    """A rule: titles, sources (keys of the table ``sources``), formula in a line, and what does it and shows it.

    ``commands`` follow ``districting``; ``settings`` are keys of the config (``STAGE`` for a stage) or, after a prefix, of a file of rules or a profile;
    ``api`` names of the package; ``measures`` of the table ``findings``; ``tables`` of the plan file; ``sheets`` that ``share`` writes; ``documents`` of ``report``.
    ``not_computable``: what of it cannot be computed, and why.
    """

    code: str
    zh: str
    en: str
    sources: tuple[str, ...]
    formula: Bilingual
    limits: Bilingual
    commands: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    api: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    not_computable: Bilingual | None = None
    __pydantic_config__: ClassVar[Any] = STRICT

    def title(self, lang: str) -> str:
        """The title in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class PolicyPhrase:
    """A phrase of a source, the codes of the rules that take it up, and, where nothing can be computed of it, why."""

    source: str
    zh: str
    en: str
    rules: tuple[str, ...]
    not_computable: Bilingual | None = None
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class PolicyRules:
    """All of ``profiles/rules.toml``: rules by code in its order, phrases in theirs, sources by key."""

    rules: Mapping[str, PolicyRule]
    phrases: tuple[PolicyPhrase, ...]
    sources: Mapping[str, Bilingual] = field(default_factory=dict)
