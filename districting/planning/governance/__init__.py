"""How the districts of a plan are run: charter, joint conference, duties, inspectors, mechanisms and score cards, for every scheme of the plan."""

from districting.planning.governance.add import add_governance, check_governance
from districting.planning.governance.inspectors import assign_inspectors

__all__ = ["add_governance", "assign_inspectors", "check_governance"]
