"""Pupils to schools: fair shares, quotas, classes, and the seats of the years to come."""

from districting.enrolment.classes import ClassPlan, balanced_classes, draw_teachers
from districting.enrolment.forecast import Forecast, ForecastProblem, SeatOutlook, forecast_pupils, progression_rates, seat_outlook
from districting.enrolment.quota import QuotaPlan, apportion_quota, returned_seats
from districting.enrolment.split import SplitPlan, draw_inside, split_graduates

__all__ = [
    "ClassPlan",
    "Forecast",
    "ForecastProblem",
    "QuotaPlan",
    "SeatOutlook",
    "SplitPlan",
    "apportion_quota",
    "balanced_classes",
    "draw_inside",
    "draw_teachers",
    "forecast_pupils",
    "progression_rates",
    "returned_seats",
    "seat_outlook",
    "split_graduates",
]
