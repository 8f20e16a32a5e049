"""The schools of one stage that balance is measured over (it stands with the measures: sharing measures over the same schools)."""

from __future__ import annotations

from districting.measures.balance.population import COMPULSORY, Population, district_of, population, schemes_of

__all__ = ["COMPULSORY", "Population", "district_of", "population", "schemes_of"]
