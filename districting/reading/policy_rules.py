"""The table of policy rules that comes with the package (``profiles/rules.toml``)."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources

from districting.model.policy_rule import PolicyPhrase, PolicyRule, PolicyRules


@functools.cache
def policy_rules() -> PolicyRules:
    """Every rule by its code, every phrase of the sources, and the sources.

    >>> policy_rules().rules["R12"].en
    'Mentor chains from strong to weak'
    """
    from pydantic import TypeAdapter

    tree = tomllib.loads(resources.files("districting.profiles").joinpath("rules.toml").read_text("utf-8"))
    sources, phrases = tree.pop("sources"), tree.pop("phrases")
    rules = TypeAdapter(dict[str, PolicyRule]).validate_python({code: {"code": code, **row} for code, row in tree.items()})
    return PolicyRules(rules, TypeAdapter(tuple[PolicyPhrase, ...]).validate_python(phrases), sources)
