"""Plan and today to findings: what a plan changes, measured from its tables alone."""

from districting.auditing.audit import Audit, audit_plan, with_audit
from districting.auditing.compare import compare_plans
from districting.auditing.complementarity import who_gives_what

__all__ = ["Audit", "audit_plan", "compare_plans", "who_gives_what", "with_audit"]
