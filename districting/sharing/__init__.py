"""Sharing between schools: venues, courses, teachers, lessons, and what each school gives and takes. Arrays only."""
