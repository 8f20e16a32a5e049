"""Strong schools carry weak ones: pairs as an assignment problem."""

from districting.pairing.school import pair_schools

FORMS = {"school": pair_schools}
"""Form -> solver."""

__all__ = ["FORMS", "pair_schools"]
