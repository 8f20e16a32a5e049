"""The proof by open centres: the same answers as by trying every labelling, also where the programme as a whole is never asked."""

import numpy as np
import pytest

from districting.grouping import district_form, group_units, solve_area
from districting.grouping.area import areas
from districting.grouping.programme import Programme
from tests.grouping.test_group_units import cheapest, row, whole


@pytest.fixture
def by_openings_alone(monkeypatch):
    monkeypatch.setattr(solve_area, "WHOLE_SHARE", 0.0)


@pytest.mark.parametrize("kinds", ["PLWWLP", "LPWPLWPP", "PLLWPWP", "WPLPLPW"])
@pytest.mark.parametrize("evenness", [0.0, 500.0])
def test_it_finds_and_proves_the_cheapest_of_all_labellings(by_openings_alone, kinds, evenness):
    problem = row(kinds, pupils=[100 + 37 * i % 90 for i in range(len(kinds))], spec=district_form("alliance").replace(evenness=evenness))
    found = group_units(problem)
    assert whole(problem, found)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(cheapest(problem))


def test_what_cannot_be_is_refused_and_not_searched_for_ever(by_openings_alone):
    from districting.errors import InfeasibleError

    with pytest.raises(InfeasibleError):
        group_units(row("LPWWW"))


def test_a_relaxation_in_pieces_breaks_a_separator():
    programme = Programme(areas(row("PLWWLP"))[0])
    share = np.zeros((programme.n, programme.c))
    share[:, 0] = [1, 1, 0.2, 0.9, 0, 0]  # L stands in unit 1; unit 3 holds 0.9 of it behind a 0.2
    rows = programme.broken_separators(np.append(share.ravel(), np.zeros(programme.c)), by=0.01)
    assert [(columns.tolist(), value.tolist()) for columns, value, _, _ in rows] == [([programme.arc(2, 0), programme.arc(3, 0)], [1.0, -1.0])]
