"""The documents a bureau publishes and files, from a plan: notice pack, deliverables, maps, GIS layers (``districting report``)."""

from districting.outputs.report.facts import Report, make_report
from districting.outputs.report.folder import planned_files, standing, write_report

__all__ = ["Report", "make_report", "planned_files", "standing", "write_report"]
