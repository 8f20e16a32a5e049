"""Plan and today to findings: what a plan changes, measured from its tables alone."""

from districting.auditing.audit import Audit, audit_plan
from districting.auditing.compare import compare_plans
from districting.auditing.complementarity import who_gives_what
from districting.auditing.risk_assessment import RiskAssessment, RiskOptions, assess_risk

__all__ = ["Audit", "RiskAssessment", "RiskOptions", "assess_risk", "audit_plan", "compare_plans", "who_gives_what"]
