"""Balance monitoring of a plan: official lines, inequality, conditions, groups of pupils and early warning, in the rows of one table."""

from districting.auditing.balance.monitor import balance_findings, recorded_profile, recorded_settings

__all__ = ["balance_findings", "recorded_profile", "recorded_settings"]
