"""Tiny towns need no search to begin with: what the exact part finds alone is what is tested."""

import pytest


@pytest.fixture
def exact_part_alone(monkeypatch):
    """No annealed starts: a town without a lawful grouping is refused at once."""
    monkeypatch.setattr("districting.grouping.solve_area.ANNEALED_STARTS", 0)
