"""Draws school districts (学区): attendance zones, strong-weak alliances and school pairs, with proofs.

The public names, imported on first use so that ``districting --help`` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "City": "districting.reading.city",
    "Plan": "districting.model.plan",
    "Settings": "districting.model.settings",
    "ZoningProblem": "districting.model.zoning_problem",
    "ZoningSolution": "districting.model.solution",
    "GroupingProblem": "districting.model.grouping_problem",
    "PairingProblem": "districting.model.pairing_problem",
    "DistrictSpec": "districting.model.district_spec",
    "Audit": "districting.auditing",
    "DistrictingError": "districting.errors",
    "DataError": "districting.errors",
    "InfeasibleError": "districting.errors",
    "DependencyError": "districting.errors",
    "assign_blocks": "districting.zoning",
    "check_zoning": "districting.checking",
    "group_units": "districting.grouping",
    "pair_schools": "districting.pairing",
    "split_graduates": "districting.enrolment.split",
    "apportion_quota": "districting.enrolment.quota",
    "place_overflow": "districting.enrolment.overflow",
    "load_overflow": "districting.reading.overflow_rules",
    "make_overflow": "districting.enrolling.overflow.make",
    "balanced_classes": "districting.enrolment.classes",
    "rook_adjacency": "districting.geography",
    "voronoi_blocks": "districting.geography.estimates",
    "interpolate_population": "districting.geography.estimates",
    "read_city": "districting.workflow",
    "make_plan": "districting.workflow",
    "audit_plan": "districting.auditing",
    "compare_plans": "districting.auditing",
    "assess_risk": "districting.auditing",
    "RiskOptions": "districting.auditing",
    "who_gives_what": "districting.auditing",
    "plan_from_assignment": "districting.planning",
    "explain_block": "districting.planning.explaining",
    "apply_moves": "districting.planning.editing",
    "read_moves": "districting.reading.moves",
    "rule_prices": "districting.planning.rule_prices",
    "write_plan": "districting.outputs.geopackage",
    "read_plan": "districting.outputs.geopackage",
    "explore": "districting.outputs.map",
    "GovernanceSettings": "districting.model.settings",
    "add_governance": "districting.planning.governance",
    "write_governance": "districting.outputs.governance",
    "write_links": "districting.outputs.links_book",
    "DistrictPartitioner": "districting.planning.partitioner",
    "ChoiceTown": "districting.model.choice_problem",
    "Tastes": "districting.model.choice_problem",
    "simulate_choice": "districting.enrolment.choice",
    "gain_before_draw": "districting.enrolment.choice",
    "entry_window": "districting.enrolment.cohort",
    "entry_year": "districting.enrolment.cohort",
    "town_of_plan": "districting.enrolling.choice.from_plan",
}

__all__ = ["__version__", *sorted(_HOME)]

if TYPE_CHECKING:
    from districting.auditing import Audit as Audit
    from districting.auditing import RiskOptions as RiskOptions
    from districting.auditing import assess_risk as assess_risk
    from districting.auditing import audit_plan as audit_plan
    from districting.auditing import compare_plans as compare_plans
    from districting.auditing import who_gives_what as who_gives_what
    from districting.checking import check_zoning as check_zoning
    from districting.enrolling.choice.from_plan import town_of_plan as town_of_plan
    from districting.enrolling.overflow.make import make_overflow as make_overflow
    from districting.enrolment.choice import gain_before_draw as gain_before_draw
    from districting.enrolment.choice import simulate_choice as simulate_choice
    from districting.enrolment.classes import balanced_classes as balanced_classes
    from districting.enrolment.cohort import entry_window as entry_window
    from districting.enrolment.cohort import entry_year as entry_year
    from districting.enrolment.overflow import place_overflow as place_overflow
    from districting.enrolment.quota import apportion_quota as apportion_quota
    from districting.enrolment.split import split_graduates as split_graduates
    from districting.errors import DataError as DataError
    from districting.errors import DependencyError as DependencyError
    from districting.errors import DistrictingError as DistrictingError
    from districting.errors import InfeasibleError as InfeasibleError
    from districting.geography import rook_adjacency as rook_adjacency
    from districting.geography.estimates import interpolate_population as interpolate_population
    from districting.geography.estimates import voronoi_blocks as voronoi_blocks
    from districting.grouping import group_units as group_units
    from districting.model.choice_problem import ChoiceTown as ChoiceTown
    from districting.model.choice_problem import Tastes as Tastes
    from districting.model.district_spec import DistrictSpec as DistrictSpec
    from districting.model.grouping_problem import GroupingProblem as GroupingProblem
    from districting.model.pairing_problem import PairingProblem as PairingProblem
    from districting.model.plan import Plan as Plan
    from districting.model.settings import GovernanceSettings as GovernanceSettings
    from districting.model.settings import Settings as Settings
    from districting.model.solution import ZoningSolution as ZoningSolution
    from districting.model.zoning_problem import ZoningProblem as ZoningProblem
    from districting.outputs.geopackage import read_plan as read_plan
    from districting.outputs.geopackage import write_plan as write_plan
    from districting.outputs.governance import write_governance as write_governance
    from districting.outputs.links_book import write_links as write_links
    from districting.outputs.map import explore as explore
    from districting.pairing import pair_schools as pair_schools
    from districting.planning import plan_from_assignment as plan_from_assignment
    from districting.planning.editing import apply_moves as apply_moves
    from districting.planning.explaining import explain_block as explain_block
    from districting.planning.governance import add_governance as add_governance
    from districting.planning.partitioner import DistrictPartitioner as DistrictPartitioner
    from districting.planning.rule_prices import rule_prices as rule_prices
    from districting.reading.city import City as City
    from districting.reading.moves import read_moves as read_moves
    from districting.reading.overflow_rules import load_overflow as load_overflow
    from districting.workflow import make_plan as make_plan
    from districting.workflow import read_city as read_city
    from districting.zoning import assign_blocks as assign_blocks


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
