"""Resource vectors of schools: per pupil, within the stage, with theme tags as 0/1 columns."""

import numpy as np
import pandas as pd
import pytest

from districting.planning.profile import resource_notes, resources_of, theme_tags

MEMBERS = pd.DataFrame(
    {
        "stage": ["primary", "primary", "junior", "junior"],
        "pupils": [100.0, 200.0, 100.0, 100.0],
        "books": [100.0, 600.0, 500.0, 500.0],
        "music_teachers": [1.0, 6.0, np.nan, 3.0],
        "pe_teachers": [2.0, 4.0, 1.0, 3.0],
        "themes": ["戏曲", "戏曲、足球", None, "足球，科技"],
    }
)


@pytest.mark.parametrize("text", ["戏曲；足球", "戏曲;足球", "戏曲、足球", "戏曲,足球", "戏曲，足球", " 戏曲 ；； 足球 "])
def test_tags_may_stand_apart_by_any_of_the_usual_marks(text):
    assert list(theme_tags(pd.Series([text]))) == ["戏曲", "足球"]


def test_a_resource_is_compared_per_pupil_within_its_stage():
    found = resources_of(MEMBERS)
    z = dict(zip(found.names, found.z.T.tolist(), strict=True))
    assert z["books"] == [-1.0, 1.0, 0.0, 0.0]  # 1 and 3 books a pupil; the juniors are alike
    assert z["pe_teachers"] == pytest.approx([0.0, 0.0, -1.0, 1.0])
    assert z["theme:足球"] == [-1.0, 1.0, -1.0, 1.0]
    assert z["theme:戏曲"] == [0.0] * 4


def test_what_a_school_does_not_say_is_average_and_marked_as_missing():
    found = resources_of(MEMBERS)
    column = found.names.index("music_teachers")
    assert found.z[2, column] == 0.0
    assert found.missing.sum(axis=0).tolist() == [1 if name == "music_teachers" else 0 for name in found.names]


def test_subjects_together_weigh_as_one_resource_and_so_do_theme_tags():
    found = resources_of(MEMBERS)
    weight = dict(zip(found.names, found.weight.tolist(), strict=True))
    assert weight["books"] == 1.0
    assert weight["music_teachers"] == weight["pe_teachers"] == 0.5
    assert [weight[f"theme:{t}"] for t in ("戏曲", "足球", "科技")] == pytest.approx([1 / 3] * 3)


def test_what_some_schools_do_not_say_is_a_note_for_each_resource():
    notes = resource_notes(resources_of(MEMBERS))
    assert [(n.problem.key, n.column) for n in notes] == [("planning.resource_missing", "music_teachers")]
