"""Links of every form, added to a plan: one file per form, one line in ``MAKERS``."""

from districting.planning.links.add import MAKERS, add_links

__all__ = ["MAKERS", "add_links"]
