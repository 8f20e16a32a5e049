"""How sentences name a county: by its name, by its code, or as the whole area where it has neither."""

from __future__ import annotations

from districting.wording import Text, text


def county_words(county: str) -> Text | str:
    """A county as a sentence names it: a bare code is said to be one.

    >>> county_words("示范区"), county_words("2").say("zh"), county_words("").say("zh")
    ('示范区', '县区（代码2）', '全域')
    """
    if not county:
        return text("grouping.whole_city")
    return text("word.county_code", code=county) if county.isdigit() else county
