"""The guide to the forms: every example is read as a config and means what its form may mean."""

import re
import textwrap
import tomllib
from pathlib import Path

import pytest

from districting.config import parse_settings
from districting.grouping import FORMS, forms
from districting.planning.choices import only_grouping
from districting.planning.districts import spec_of

PRESETS = tomllib.loads((Path(forms.__file__).parents[1] / "profiles" / "forms.toml").read_text("utf-8"))
EXAMPLES = dict(re.findall(r"^``(\w+)`` \([^)]*\):.*?::\n\n((?:    [^\n]*\n)+)", forms.__doc__, flags=re.DOTALL | re.MULTILINE))


def test_every_form_has_an_example():
    assert list(EXAMPLES) == list(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_an_example_changes_what_it_says_and_nothing_else(form):
    tree = tomllib.loads(textwrap.dedent(EXAMPLES[form]))
    given = tree["grouping"] if form == "custom" else tree["grouping"]["forms"][form]
    spec = spec_of(only_grouping(parse_settings(tree, folder=Path(".")), form).grouping)
    plain = forms.district_form(form)
    for field, value in given.items():
        now = getattr(spec, field)
        assert now != getattr(plain, field) or field in ("form", "stages", "evenness", "connected") or form == "custom"
        if field == "counts":
            assert {k: now[k] for k in value} == {k: forms.limits(v) for k, v in value.items()}
        elif field in ("districts", "children"):
            assert now == forms.limits(value)
        else:
            assert now == (tuple(value) if isinstance(value, list) else value)
    assert {f for f in vars(plain) if getattr(plain, f) != getattr(spec, f)} <= set(given)


def test_the_readme_names_every_form():
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert [form for form in FORMS if f"`{form}`" not in readme] == []
