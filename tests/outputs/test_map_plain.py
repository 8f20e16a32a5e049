"""The map as plain folium layers: what it holds, what it refuses, and that it opens alone."""

from __future__ import annotations

import json
import re

import pytest

from districting.errors import DataError
from districting.outputs.map import plain
from districting.outputs.map.plain import plain_html


def layers(html):
    """The GeoJSON of each layer, in order."""
    return [json.loads(text) for text in re.findall(r"geo_json_n\d+_add\((\{.*\})\);", html)]


def test_every_block_district_and_school_is_a_feature_with_its_names(grid_plan):
    found = layers(plain_html(grid_plan))
    blocks = [f["properties"] for f in found[0]["features"]]
    assert {b["id"]: b["school"] for b in blocks} == dict(
        zip(
            grid_plan.blocks["block_id"],
            grid_plan.blocks["zone_id_primary"].str.removeprefix("P-").map(grid_plan.schools.set_index("school_id")["name"]),
            strict=True,
        )
    )
    assert [len(layer["features"]) for layer in found] == [16, 16, len(grid_plan.districts), len(grid_plan.schools)]


def test_the_same_plan_gives_the_same_bytes(grid_plan):
    assert plain_html(grid_plan) == plain_html(grid_plan)


def test_the_public_reads_no_tier_and_no_score(grid_plan):
    html = plain_html(grid_plan, audience="public", lang="en")
    assert "tier" not in re.sub(r"<(script|style)>/\*.*?</\1>", "", html, flags=re.DOTALL)
    assert ".137" not in html


def test_a_plan_too_large_is_refused_with_the_way_out(grid_plan, monkeypatch):
    monkeypatch.setattr(plain, "MOST", 15)
    with pytest.raises(DataError, match="16") as refused:
        plain_html(grid_plan)
    assert "--renderer geojson" in str(refused.value)


@pytest.mark.browser
@pytest.mark.parametrize("name", ["甲\"乙'</script><script>bad()</script>{{ 7 * 7 }}", "=cmd|' /C calc'!A0 \U0001f600 \u202e"])
def test_it_opens_alone_and_no_name_breaks_it(grid_plan, chromium, tmp_path, name):
    plan = grid_plan.replace(blocks=grid_plan.blocks.assign(name=name))
    file = tmp_path / "plain.html"
    file.write_text(plain_html(plan), encoding="utf-8")
    context = chromium.new_context(offline=True)
    page, asked, errors = context.new_page(), [], []
    page.on("request", lambda r: asked.append(r.url))
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto(file.as_uri())
    page.wait_for_selector(".leaflet-control-layers")
    context.close()
    assert (asked, errors) == ([file.as_uri()], [])
