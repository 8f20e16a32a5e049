"""How a plan that rests on estimates says so."""

from __future__ import annotations

from districting.model.estimate_mark import estimated_columns, estimated_kinds
from districting.model.plan import Plan
from districting.wording import say


def estimate_sentence(plan: Plan, lang: str, key: str = "estimates.line") -> str:
    """One short sentence that names what is estimated; empty where nothing is.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"part": "estimated", "key": ["schools.seats", "blocks.pupils_primary"], "value": "config"})
    >>> plan = Plan("示范市", 2026, "zh", "EPSG:4546", provenance=rows)
    >>> estimate_sentence(plan, "en"), estimate_sentence(plan, "zh")
    ('Pupils and seats are estimates, not counts', '学生数、学位数为估算，并非统计数据')
    """
    words = [say(f"estimates.{kind}", lang) for kind in estimated_kinds(estimated_columns(plan))]
    if not words:
        return ""
    what = words[0] if len(words) == 1 else say("estimates.last_two", lang, first=("、" if lang == "zh" else ", ").join(words[:-1]), last=words[-1])
    told = say(key, lang, what=what)
    return told[0].upper() + told[1:]
