"""Links between schools, counties and teachers: strong schools carry weak ones, and others that help each other."""

from districting.pairing.difference import pair_differences
from districting.pairing.driver import DRIVES, drives_of
from districting.pairing.gains import gain_matrix, gifts
from districting.pairing.school import pair_schools
from districting.pairing.uds import uds_communities

FORMS = ("school", "difference", "uds")
"""Forms in the order of ``pair --list``; :data:`districting.planning.links.MAKERS` says what makes each."""

__all__ = ["DRIVES", "FORMS", "drives_of", "gain_matrix", "gifts", "pair_differences", "pair_schools", "uds_communities"]
