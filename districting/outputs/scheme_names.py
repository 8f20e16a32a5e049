"""What a scheme of districts is called, in words that the public may read too (none of strength): the form in words, with its stage or its level where it has one."""

from __future__ import annotations

from functools import cache

from districting.grouping.forms import FORMS, district_form
from districting.model.stages import STAGES
from districting.wording import catalogue, say


@cache
def scheme_name(scheme: str, lang: str, level: int = 1) -> str:
    """The form in words; ``same_stage_primary`` names its stage, a level of trees the stage it begins at. A scheme of no form keeps its own name.

    >>> scheme_name("same_stage_primary", "zh"), scheme_name("vertical_chain", "zh", 2), scheme_name("my own", "en")
    ('相同学段学区（小学）', '纵向链条学区（初中带头）', 'my own')
    """
    form, _, stage = scheme.rpartition("_")
    known = catalogue("grouping")
    if stage in STAGES and f"name_{scheme}" in known:
        return say(f"grouping.name_{scheme}", lang)
    if stage in STAGES and f"name_{form}" in known:
        return _with_part(form, lang, say(f"word.{stage}", lang))
    if f"name_{scheme}" not in known:
        return scheme if level == 1 else say("grouping.name_of_part", lang, name=scheme, part=say("grouping.part_level", lang, level=level))
    tree = district_form(scheme).tree if scheme in FORMS else ()
    if level <= len(tree):
        return _with_part(scheme, lang, say("grouping.part_under", lang, stage=say(f"word.{tree[level - 1]}", lang)))
    return say(f"grouping.name_{scheme}", lang) if level == 1 else _with_part(scheme, lang, say("grouping.part_level", lang, level=level))


def _with_part(form: str, lang: str, part: str) -> str:
    return say("grouping.name_of_part", lang, name=say(f"grouping.name_{form}", lang), part=part)
