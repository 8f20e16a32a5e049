"""Pupils to schools: fair shares, quotas, classes."""

from districting.enrolment.classes import ClassPlan, balanced_classes, draw_teachers
from districting.enrolment.quota import QuotaPlan, apportion_quota, returned_seats
from districting.enrolment.split import SplitPlan, draw_inside, split_graduates

__all__ = ["ClassPlan", "QuotaPlan", "SplitPlan", "apportion_quota", "balanced_classes", "draw_inside", "draw_teachers", "returned_seats", "split_graduates"]
