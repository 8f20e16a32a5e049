"""Hard rules checked again from labels alone; shares no code with what it checks."""

from districting.checking.zoning import Violation, check_zoning

__all__ = ["Violation", "check_zoning"]
