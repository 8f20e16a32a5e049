"""How equal schools are: official coefficients, inequality indices, lines a school must reach, gaps between groups of pupils. Arrays in, arrays out.

Values of many indicators come as columns: (s,) gives one number, (s, k) gives (k,) at once. NaN is "not given": a school that lacks an indicator is left out of that
indicator and of nothing else, and nothing is put in its place.
"""

from districting.measures.balance.conditions import band_counts, funded_more, posts_short, rooms_short, share_above
from districting.measures.balance.exclusions import KEPT, exclusion_reasons
from districting.measures.balance.groups import dissimilarity, group_gaps, group_share
from districting.measures.balance.inequality import gini, theil, theil_parts
from districting.measures.balance.official import Compliance, compliance, composite, near_misses
from districting.measures.balance.splitting import split_shared
from districting.measures.balance.variation import coefficient_of_variation, coefficients_of_variation, per_pupil, range_ratio, value_range
from districting.measures.balance.warning import levels, trend, warning_coefficient

__all__ = [
    "KEPT",
    "Compliance",
    "band_counts",
    "coefficient_of_variation",
    "coefficients_of_variation",
    "compliance",
    "composite",
    "dissimilarity",
    "exclusion_reasons",
    "funded_more",
    "gini",
    "group_gaps",
    "group_share",
    "levels",
    "near_misses",
    "per_pupil",
    "posts_short",
    "range_ratio",
    "rooms_short",
    "share_above",
    "split_shared",
    "theil",
    "theil_parts",
    "trend",
    "value_range",
    "warning_coefficient",
]
