"""Rules and tables of an overflow to a placing of every pupil with its reasons (policy R40, 2.6)."""

from districting.enrolling.overflow.make import Overflow, make_overflow

__all__ = ["Overflow", "make_overflow"]
