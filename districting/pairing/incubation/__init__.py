"""Incubation areas around incubators: exactly so many, of like size, at the least travel."""

from districting.pairing.incubation.areas import incubation_areas

__all__ = ["incubation_areas"]
