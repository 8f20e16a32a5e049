"""Links between schools, counties and teachers: strong schools carry weak ones, and others that help each other."""

from districting.pairing.base_school import choose_bases
from districting.pairing.chain import mentor_chain
from districting.pairing.chain_reach import Reach, reach_of_roots
from districting.pairing.county import pair_counties
from districting.pairing.difference import pair_differences
from districting.pairing.driver import DRIVES, drives_of
from districting.pairing.gains import gain_matrix, gifts
from districting.pairing.incubation import incubation_areas
from districting.pairing.master_apprentice import match_apprentices
from districting.pairing.school import pair_schools
from districting.pairing.six_shares import cover_shares
from districting.pairing.uds import uds_communities

FORMS = (
    "school",
    "county",
    "incubation",
    "second_level",
    "chain",
    "difference",
    "base_school",
    "uds",
    "master_apprentice",
    "six_shares",
)
"""Forms in the order of ``pair --list``; :data:`districting.planning.links.MAKERS` says what makes each."""

__all__ = [
    "DRIVES",
    "FORMS",
    "Reach",
    "choose_bases",
    "cover_shares",
    "drives_of",
    "gain_matrix",
    "gifts",
    "incubation_areas",
    "match_apprentices",
    "mentor_chain",
    "pair_counties",
    "pair_differences",
    "pair_schools",
    "reach_of_roots",
    "uds_communities",
]
