"""Links between schools, counties and teachers: strong schools carry weak ones, and others that help each other."""

from districting.pairing.county import pair_counties
from districting.pairing.school import pair_schools

FORMS = ("school", "county", "second_level")
"""Forms in the order of ``pair --list``; :data:`districting.planning.links.MAKERS` says what makes each."""

__all__ = ["FORMS", "pair_counties", "pair_schools"]
