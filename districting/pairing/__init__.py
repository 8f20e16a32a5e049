"""Links between schools, counties and teachers: strong schools carry weak ones, and others that help each other."""

from districting.pairing.incubation import incubation_areas
from districting.pairing.school import pair_schools

FORMS = ("school", "incubation")
"""Forms in the order of ``pair --list``; :data:`districting.planning.links.MAKERS` says what makes each."""

__all__ = ["FORMS", "incubation_areas", "pair_schools"]
