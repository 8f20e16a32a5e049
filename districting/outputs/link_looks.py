"""How links of each form look, on the page and in QGIS: a colour and a dash of its own, so that either alone tells them apart."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import pandas as pd

from districting.wording import catalogue


class LinkLook(NamedTuple):
    """``dash``: lengths of strokes and gaps in pixels, in turn; empty for a solid line. ``mutual``: both ends gain, so no end is the taker."""

    colour: str
    dash: tuple[int, ...] = ()
    mutual: bool = False


LINK_LOOKS: Final = {
    "school": LinkLook("#E66100"),
    "county": LinkLook("#000000", (14, 5)),
    "incubation": LinkLook("#006CD1", (10, 4, 2, 4)),
    "chain": LinkLook("#AA4499", (8, 4)),
    "difference": LinkLook("#40B0A6", (2, 3), mutual=True),
    "base_school": LinkLook("#7A4B00", (12, 3, 3, 3)),
    "uds": LinkLook("#332288", (10, 3, 2, 3, 2, 3)),
    "master_apprentice": LinkLook("#00441B", (4, 3)),
    "six_shares": LinkLook("#666666", (3, 4)),
}
"""Form -> its look, in the order of the forms; second-level alliances are districts and have no links. Any two colours are at least 19 apart (CIE 1976), seen by
ordinary, protan, deutan and tritan eyes."""

_OTHER: Final = LinkLook("#8C2D04", (6, 2))


def look_of(kind: str) -> LinkLook:
    """The look of a form; forms that are not listed share one."""
    return LINK_LOOKS.get(kind, _OTHER)


def kinds_in(links: pd.DataFrame) -> list[str]:
    """The forms that have links, in the order of the forms."""
    found = set(links["kind"].astype("str")) if len(links) else set()
    return [k for k in LINK_LOOKS if k in found] + sorted(found - set(LINK_LOOKS))


def coded(group: str, code: Any, lang: str) -> str:
    """Words for a code of a link (its form, drive, channel ...), several codes joined by commas word by word; what the catalogue does not know stands as it is.

    >>> coded("kind", "county", "zh"), coded("channel", "team_exchange,joint_research", "en"), coded("subject", "书法", "en")
    ('县域结对', 'team exchange, joint research', '书法')
    """
    if code is None or pd.isna(code):
        return ""
    known = catalogue("links")
    parts = [p.strip() for p in str(code).split(",") if p.strip()]
    return ("、" if lang == "zh" else ", ").join(known[f"{group}_{p}"][lang] if f"{group}_{p}" in known else p for p in parts)


def term_words(row: Any) -> str:
    """First and last year of a row's term, empty where they are not known.

    >>> from types import SimpleNamespace
    >>> term_words(SimpleNamespace(term_from=2026, term_to=2028)), term_words(SimpleNamespace(term_from=2026, term_to=None))
    ('2026–2028', '')
    """
    first, last = getattr(row, "term_from", None), getattr(row, "term_to", None)
    if pd.isna(first) or pd.isna(last):
        return ""
    return f"{int(first)}" if first == last else f"{int(first)}–{int(last)}"
