"""Links between schools, counties and teachers: strong schools carry weak ones, and others that help each other."""

from districting.pairing.chain import mentor_chain
from districting.pairing.chain_reach import Reach, reach_of_roots
from districting.pairing.school import pair_schools

FORMS = ("school", "chain")
"""Forms in the order of ``pair --list``; :data:`districting.planning.links.MAKERS` says what makes each."""

__all__ = ["FORMS", "Reach", "mentor_chain", "pair_schools", "reach_of_roots"]
