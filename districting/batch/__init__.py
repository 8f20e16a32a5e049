"""Many counties in one go: each its own run, whatever becomes of the others, and what a province makes of them."""

from districting.batch.counties import County, find_counties
from districting.batch.run import Batch, BatchOptions, planned_batch, run_batch

__all__ = ["Batch", "BatchOptions", "County", "find_counties", "planned_batch", "run_batch"]
