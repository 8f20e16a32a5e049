"""Builds problems from a City, solves them and lays the answers down as a Plan."""

from districting.planning.assignment import plan_from_assignment
from districting.planning.districts import add_districts
from districting.planning.joint import add_joint
from districting.planning.links import add_links
from districting.planning.start import start_plan
from districting.planning.zones import add_zones

__all__ = ["add_districts", "add_joint", "add_links", "add_zones", "plan_from_assignment", "start_plan"]
