"""From births, rolls and estates to pupils and seats of the years to come."""

from __future__ import annotations

from districting.enrolling.forecast.asked import Asked, ask_what_if
from districting.enrolling.forecast.make import Outlook, load_forecast, make_forecast
from districting.enrolling.forecast.remedies import Balance, Remedy
from districting.enrolling.forecast.seats import SchoolOutlook

__all__ = ["Asked", "Balance", "Outlook", "Remedy", "SchoolOutlook", "ask_what_if", "load_forecast", "make_forecast"]
