"""Blocks to schools: attendance zones within seats, connected, with a proven bound."""

from districting.zoning.assign import assign_blocks

__all__ = ["assign_blocks"]
