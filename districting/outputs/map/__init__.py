"""The self-contained page of a plan."""

from districting.outputs.map.compare import compare_html
from districting.outputs.map.ground import is_drawable
from districting.outputs.map.options import PageOptions
from districting.outputs.map.page import explore, map_html

__all__ = ["PageOptions", "compare_html", "explore", "is_drawable", "map_html"]
