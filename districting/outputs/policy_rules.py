"""The policy rules as lines of the terminal, as one page of Markdown and as JSON. Defaults are looked up where they are kept, never written down twice."""

from __future__ import annotations

import dataclasses
import json
import tomllib
import typing
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

from districting.model.policy_rule import PolicyRule, PolicyRules
from districting.outputs.atomic import write_text
from districting.outputs.text_table import aligned
from districting.wording import say

PROFILES: Final = ("balance", "risk", "proximity", "sharing", "governance")
"""Prefixes of keys that stand in a profile of the package, ``profiles/NAME.toml``."""
RULE_FILES: Final[Mapping[str, str]] = {
    "lottery": "districting.model.lottery_rules:LotteryRules",
    "quota": "districting.model.quota_rules:QuotaRules",
    "overflow": "districting.model.overflow_rules:OverflowRules",
    "forecast": "districting.model.forecast_rules:ForecastRules",
}
"""Prefixes of keys of files of rules, and where the dataclass of each stands."""
REQUIRED: Final = object()
"""Stands for a setting without a default: it must be given."""


def default_of(key: str) -> Any:
    """What holds where a setting is not given; None where it is off, :data:`REQUIRED` where it must be given. Keys are those of ``PolicyRule.settings``.

    Raises
    ------
    KeyError : there is no such setting

    >>> default_of("pairing.chain.max_depth"), default_of("forecast:yellow"), default_of("balance:quality.floor")
    (3, 0.9, 0.85)
    >>> default_of("grouping.forms.alliance.counts")["junior_weak"]
    (1, 2)
    """
    prefix, colon, path = key.partition(":")
    if colon and prefix in PROFILES:
        return _of_profile(prefix, path)
    if colon:
        from importlib import import_module

        module, _, name = RULE_FILES[prefix].partition(":")
        return _of_kind(getattr(import_module(module), name), path.split("."))
    if key.startswith("grouping.forms."):
        return _of_form(*key.split(".")[2:])
    from districting.model.settings import Settings

    parts = key.split(".")
    if parts[0] == "zoning":
        parts.remove("STAGE")
    return _of_kind(Settings, parts)


def _of_profile(name: str, path: str) -> Any:
    value: Any = tomllib.loads(resources.files("districting.profiles").joinpath(f"{name}.toml").read_text("utf-8"))
    for part in path.split("."):
        value = value[part]
    return value


def _of_form(form: str, name: str) -> Any:
    from districting.grouping.forms import FORMS, district_form

    if form not in FORMS:
        raise KeyError(form)
    spec = district_form(form)
    if name not in {f.name for f in dataclasses.fields(spec)}:
        raise KeyError(name)
    return getattr(spec, name)


def _of_kind(kind: Any, path: Sequence[str]) -> Any:
    """The default of a field of a dataclass, through the dataclasses that stand in its fields."""
    fields = {f.name: f for f in dataclasses.fields(kind)}
    field = fields[path[0]]
    if len(path) > 1:
        inner = typing.get_type_hints(kind)[path[0]]
        return _of_kind(next(k for k in (*_all_args(inner), inner) if dataclasses.is_dataclass(k)), path[1:])
    if field.default is not dataclasses.MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else REQUIRED


def _all_args(kind: Any) -> list[Any]:
    return [found for arg in typing.get_args(kind) for found in (arg, *_all_args(arg))]


def where_written(key: str, lang: str) -> str:
    """Where a planner writes a setting: ``[pairing.chain] max_depth``, or the file of rules and the key."""
    prefix, colon, path = key.partition(":")
    if not colon:
        table, _, name = key.rpartition(".")
        return f"[{table}] {name}"
    if prefix == "balance":
        table, _, name = path.rpartition(".")
        return f"[audit.balance{'.' if table else ''}{table}] {name}"
    return say(f"policy.place_{prefix}", lang, key=path)


def default_words(key: str, lang: str) -> str:
    """The default of a setting as it would be written in TOML, or that it is off, or must be given."""
    value = default_of(key)
    if value is REQUIRED:
        return say("policy.required", lang)
    if value is None or (isinstance(value, (tuple, list, Mapping)) and not value):
        return say("policy.unset", lang)
    if isinstance(value, Mapping) and any(isinstance(v, Mapping) for v in value.values()):
        return say("policy.table_of", lang, names=list(value))
    return _toml(value)


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join("0" if v is None else _toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def rule_rows(table: PolicyRules, lang: str) -> list[str]:
    """One line a rule: code, title, first command, and a mark where a part of it cannot be computed."""
    rows = [(r.code, r.title(lang), f"districting {r.commands[0]}", "*" if r.not_computable else "") for r in table.rules.values()]
    return aligned([(say("policy.head_code", lang), say("policy.head_title", lang), say("policy.head_command", lang), ""), *rows])


def phrase_rows(table: PolicyRules, lang: str) -> list[str]:
    """Every phrase of the sources under its source, with the rules that take it up."""
    lines: list[str] = []
    for key in dict.fromkeys(p.source for p in table.phrases):
        mine = [p for p in table.phrases if p.source == key]
        lines += [table.sources[key][lang], *("  " + row for row in aligned([(_phrase(p, lang), _codes(p.rules, lang)) for p in mine]))]
        lines += ["  * " + _not_computable(_phrase(p, lang), p.not_computable, lang) for p in mine if p.not_computable]
    return lines


def _phrase(phrase: Any, lang: str) -> str:
    return str(phrase.zh if lang == "zh" else phrase.en)


def _codes(codes: Sequence[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(codes)


def _not_computable(what: str, why: Mapping[str, str], lang: str) -> str:
    return say("policy.phrase_not_computable", lang, what=what, why=why[lang])


def rule_facts(table: PolicyRules, rule: PolicyRule, lang: str) -> list[tuple[str, list[str]]]:
    """(heading, lines) of one rule, in reading order; headings without lines are left out."""
    phrases = [say("policy.phrase_of", lang, source=table.sources[p.source][lang], words=_phrase(p, lang)) for p in table.phrases if rule.code in p.rules]
    seen = [
        *(say("policy.seen_measure", lang, name=m, words=say(f"measure.{m}", lang, of="…")) for m in rule.measures),
        *(say("policy.seen_table", lang, name=t) for t in rule.tables),
        *(say("policy.seen_sheet", lang, name=t, words=say(f"sharing.sheet_{t}", lang)) for t in rule.sheets),
        *(say("policy.seen_document", lang, words=say(f"report.doc_{d}", lang)) for d in rule.documents),
    ]
    facts = [
        ("sources", [table.sources[s][lang] for s in rule.sources]),
        ("phrases", phrases),
        ("formula", [rule.formula[lang]]),
        ("commands", [f"districting {c}" for c in rule.commands]),
        ("settings", [f"{where_written(k, lang)} = {default_words(k, lang)}" for k in rule.settings]),
        ("api", [f"districting.{name}" for name in rule.api]),
        ("seen", seen),
        ("limits", [rule.limits[lang]]),
        ("not_computable", [rule.not_computable[lang]] if rule.not_computable else []),
    ]
    return [(say(f"policy.{key}", lang), lines) for key, lines in facts if lines]


def rule_lines(table: PolicyRules, rule: PolicyRule, lang: str) -> list[str]:
    """One rule for the terminal."""
    lines = [f"{rule.code}  {rule.title(lang)}"]
    for heading, found in rule_facts(table, rule, lang):
        lines += [f"  {heading}", *(f"    {line}" for line in found)]
    return lines


def rule_json(table: PolicyRules, rule: PolicyRule, lang: str) -> dict[str, Any]:
    """One rule as plain data; a setting that must be given has the default ``"required"``."""
    defaults = {k: default_of(k) for k in rule.settings}
    return {
        "code": rule.code,
        "title": rule.title(lang),
        "sources": [table.sources[s][lang] for s in rule.sources],
        "phrases": [_phrase(p, lang) for p in table.phrases if rule.code in p.rules],
        "formula": rule.formula[lang],
        "commands": [f"districting {c}" for c in rule.commands],
        "settings": {k: "required" if v is REQUIRED else v for k, v in defaults.items()},
        **{name: list(getattr(rule, name)) for name in ("api", "measures", "tables", "sheets", "documents")},
        "limits": rule.limits[lang],
        "not_computable": rule.not_computable[lang] if rule.not_computable else None,
    }


def rules_page(table: PolicyRules, lang: str) -> str:
    """All rules and phrases as one page of Markdown."""
    out = [f"# {say('policy.page_title', lang)}", "", say("policy.page_about", lang), ""]
    for rule in table.rules.values():
        out += [f"## {rule.code} {rule.title(lang)}", ""]
        for heading, lines in rule_facts(table, rule, lang):
            code = heading in (say("policy.commands", lang), say("policy.settings", lang), say("policy.api", lang))
            out += [f"**{heading}**", "", *(f"- `{line}`" if code else f"- {_escaped(line)}" for line in lines), ""]
    out += [f"## {say('policy.page_phrases', lang)}", ""]
    for key in dict.fromkeys(p.source for p in table.phrases):
        out += [f"### {table.sources[key][lang]}", "", f"| {say('policy.head_phrase', lang)} | {say('policy.head_rules', lang)} |", "|---|---|"]
        out += [f"| {_escaped(_phrase(p, lang))} | {_phrase_cell(p, lang)} |" for p in table.phrases if p.source == key]
        out += [""]
    return "\n".join(out).rstrip() + "\n"


def _phrase_cell(phrase: Any, lang: str) -> str:
    codes, why = _codes(phrase.rules, lang), phrase.not_computable
    return _escaped(say("policy.phrase_cell", lang, codes=codes, why=why[lang])) if why else codes


def _escaped(words: str) -> str:
    """Characters that Markdown would read: none of our sentences is meant to be marked up."""
    return words.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;")


def write_rules_page(table: PolicyRules, path: str | Path, lang: str) -> None:
    """:func:`rules_page` into a file, whole or not at all."""
    write_text(rules_page(table, lang), path)
