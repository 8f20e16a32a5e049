"""``check --where``: one more condition on the rows of an input; what is no condition of the language is refused in words."""

import pytest

from tests.cli.test_commands import call
from tests.reading.small_city import blocks_frame, city_in


@pytest.fixture
def config(tmp_path):
    city_in(tmp_path)
    blocks_frame().assign(县=lambda f: ["510107" if b < "b30" else "510108" for b in f["地块编号"]]).to_parquet(tmp_path / "national.parquet")
    path = tmp_path / "config.toml"
    path.write_text(
        '[project]\nlanguage = "en"\n[inputs]\nschools = { path = "schools.csv", datum = "wgs84" }\nblocks = "national.parquet"\n[zoning.primary]\n',
        encoding="utf-8",
    )
    return path


def test_only_the_rows_that_fit_are_read(config):
    assert "36 blocks" in call("check", config).output
    assert "18 blocks" in call("check", config, "--where", "blocks=县 == '510107'", "--where", "schools=学校标识码 in ['S0', 'S2']").output


@pytest.mark.parametrize(
    ("given", "code"), [("blocks", 2), ("blocks==1", 2), ("nothing=a == 1", 2), ("blocks=县 == '1'; DROP TABLE x", 4), ("blocks=open('/etc/passwd') == 1", 4)]
)
def test_what_is_no_condition_is_refused(config, given, code):
    done = call("check", config, "--where", given)
    assert done.exit_code == code
    assert "Traceback" not in done.output
