"""Links between schools, counties and teachers: strong schools carry weak ones, and others that help each other."""

from districting.pairing.base_school import choose_bases
from districting.pairing.county import pair_counties
from districting.pairing.master_apprentice import match_apprentices
from districting.pairing.school import pair_schools
from districting.pairing.six_shares import cover_shares

FORMS = (
    "school",
    "county",
    "second_level",
    "base_school",
    "master_apprentice",
    "six_shares",
)
"""Forms in the order of ``pair --list``; :data:`districting.planning.links.MAKERS` says what makes each."""

__all__ = ["FORMS", "choose_bases", "cover_shares", "match_apprentices", "pair_counties", "pair_schools"]
