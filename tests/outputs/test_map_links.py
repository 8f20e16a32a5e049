"""Links on the page: what stands in its data, and what a reader sees, points at and reaches by keyboard."""

from __future__ import annotations

import re

import pytest

from districting.outputs.link_looks import LINK_LOOKS
from districting.outputs.map import map_html
from districting.outputs.map.content import page_content
from tests.outputs.linked import ROWS, link, linked_plan, links_frame, many_links


@pytest.fixture(scope="module")
def plan(grid_plan):
    return linked_plan(grid_plan)


@pytest.fixture(scope="module")
def content(plan):
    return page_content(plan, "internal", "en")


def test_every_link_is_there_with_its_form_and_both_ends(plan, content):
    found, rows, ends = content["links"], content["links"]["rows"], content["links"]["ends"]

    def name(e):
        return content["schools"][ends[e]["school"]]["name"] if "school" in ends[e] else ends[e]["name"]

    told = [(found["looks"][k]["kind"], name(a), name(b)) for k, a, b in zip(rows["kind"], rows["from"], rows["to"], strict=True)]
    assert told == list(zip(plan.links["kind"], plan.links["from_name"], plan.links["to_name"], strict=True))
    assert [look["kind"] for look in found["looks"]] == [k for k in LINK_LOOKS if k in set(plan.links["kind"])]


def test_ends_that_are_no_schools_have_a_name_and_a_place_of_six_digits(plan, content):
    places = {e["name"]: e["at"] for e in content["links"]["ends"] if "school" not in e}
    assert set(places) == {"Weibin", "Linyou", "Teachers' University"}
    line = plan.links[plan.links["kind"] == "county"].to_crs(4326).geometry.iloc[0]
    (x, y), _ = line.coords
    assert places["Weibin"] == [round(y, 6), round(x, 6)]
    assert all("at" not in e for e in content["links"]["ends"] if "school" in e)


def test_columns_that_say_nothing_are_left_out_and_numbers_are_short(content, grid_plan):
    rows = content["links"]["rows"]
    assert rows["margin"].count(None) == len(ROWS) - 1
    assert (rows["metres"][0], rows["margin"][0]) == (100, 1.23)
    bare = grid_plan.replace(links=links_frame(grid_plan, [link("chain", "L", "M", "")]))
    assert set(page_content(bare, "internal", "en")["links"]["rows"]) == {"kind", "from", "to", "term", "metres"}


def test_a_plan_without_links_has_an_empty_list(grid_plan):
    found = page_content(grid_plan.replace(links=grid_plan.links.iloc[:0]), "internal", "zh")["links"]
    assert (found["looks"], found["ends"], found["rows"]) == ([], [], {"kind": [], "from": [], "to": []})


def test_five_thousand_links_stay_small(grid_plan):
    assert len(map_html(many_links(grid_plan, 5000)).encode()) < len(map_html(many_links(grid_plan, 1)).encode()) + 200_000


COLOURS = """(colours) => {
  const c = document.getElementById('curves'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, count = colours.map(() => 0);
  const want = colours.map(h => [1, 3, 5].map(i => parseInt(h.slice(i, i + 2), 16)));
  for (let i = 0; i < d.length; i += 4) { want.forEach((w, n) => { if (d[i + 3] > 250 && d[i] === w[0] && d[i + 1] === w[1] && d[i + 2] === w[2]) { count[n]++; } }); }
  return count;
}"""


def drawn(opened):
    """Form -> pixels of its colour on the canvas of the curves."""
    return dict(zip(LINK_LOOKS, opened.page.evaluate(COLOURS, [look.colour for look in LINK_LOOKS.values()]), strict=True))


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["school", "county", "incubation", "chain", "difference", "base_school", "uds", "six_shares"])
def test_a_box_draws_the_curves_of_its_form_alone(plan, open_page, kind):
    opened = open_page(map_html(plan, lang="en"))
    assert sum(drawn(opened).values()) == 0
    opened.page.check(f"#links-{kind}")
    found = drawn(opened)
    assert found[kind] > 20
    assert {k for k, n in found.items() if n > found[kind] / 4} == {kind}  # a few pixels at the rim of a black line are grey
    count = sum(row["kind"] == kind for row in ROWS)
    assert f"({count})" in opened.page.inner_text(f"label:has(#links-{kind})")
    assert opened.page.get_attribute("#curves", "data-curves") == str(count)
    opened.page.uncheck(f"#links-{kind}")
    assert sum(drawn(opened).values()) == 0
    assert opened.quiet()


@pytest.mark.browser
def test_the_box_of_all_draws_all_and_the_legend_names_what_is_shown_and_nothing_else(plan, open_page):
    opened = open_page(map_html(plan, lang="en"))
    assert "School pairs" not in opened.page.inner_text("#legend")
    opened.page.check("#links")
    assert all(drawn(opened)[k] for k in {row["kind"] for row in ROWS})
    legend = opened.page.inner_text("#legend")
    assert all(word in legend for word in ("School pairs", "County partners", "Mentor chains", "Six shares", "The arrow points from giver to taker", "remote"))
    opened.page.uncheck("#links-school")
    assert opened.page.evaluate("document.getElementById('links').indeterminate")
    assert "School pairs" not in opened.page.inner_text("#legend")
    assert "remote" not in opened.page.inner_text("#legend")  # the only remote link was a school pair


@pytest.mark.browser
def test_there_and_back_are_two_curves(grid_plan, open_page):
    both = grid_plan.replace(links=links_frame(grid_plan, [link("chain", "P1", "P2", ""), link("chain", "P2", "P1", ""), link("chain", "P1", "P2", "")]))
    opened = open_page(map_html(both))
    opened.page.check("#links")
    middles = [opened.page.evaluate("k => districting.inner.middle(k)", k) for k in range(3)]
    assert min(abs(middles[0][1] - middles[1][1]), abs(middles[0][1] - middles[2][1])) > 10
    assert (middles[0][1] < middles[1][1]) != (middles[2][1] > middles[1][1])  # the first and the third bend to one side, the second to the other


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            [
                "School pairs",
                "school L → school W",
                "100 m",
                "30.0",
                "1.23",
                "school M",
                "2026–2028",
                "administrative assignment",
                "team exchange, project support",
            ],
        ),
        ("zh", ["校际结对", "school L → school W", "100米", "30.0", "1.23", "school M", "2026–2028", "行政指派", "互派团队、项目支持、联合科研"]),
    ],
)
def test_a_link_under_the_pointer_is_told_in_full_and_a_click_keeps_it(plan, open_page, lang, words):
    opened = open_page(map_html(plan, lang=lang))
    opened.page.check("#links-school")
    x, y = opened.page.evaluate("districting.inner.middle(0)")
    box = opened.page.locator(".folium-map").bounding_box()
    opened.page.mouse.move(box["x"] + x, box["y"] + y)
    tip = opened.page.inner_text("#tip")
    assert [w for w in words if w not in tip] == []
    opened.page.mouse.click(box["x"] + x, box["y"] + y)
    card = opened.page.inner_text("#card")
    assert [w for w in words if w not in card] == []
    if lang == "en":
        assert not re.search(r"[\u4e00-\u9fff]", tip)
    assert opened.quiet()


@pytest.mark.browser
def test_the_tip_says_when_a_link_is_farther_than_wanted(plan, open_page):
    opened = open_page(map_html(plan, lang="en"))
    opened.page.check("#links-school")
    x, y = opened.page.evaluate("districting.inner.middle(1)")
    box = opened.page.locator(".folium-map").bounding_box()
    opened.page.mouse.move(box["x"] + x, box["y"] + y)
    assert "farther than wanted: remote" in opened.page.inner_text("#tip")


@pytest.mark.browser
def test_counties_and_universities_are_marked_by_name_while_their_links_are_shown(plan, open_page):
    opened = open_page(map_html(plan))
    assert opened.page.locator(".end").count() == 0
    opened.page.check("#links-county")
    assert sorted(opened.page.locator(".end span:last-child").all_inner_texts()) == ["Linyou", "Weibin"]
    opened.page.uncheck("#links-county")
    opened.page.check("#links-uds")
    assert opened.page.locator(".end").count() == 1
    opened.page.click("#whole")  # the university lies outside the districts and is on the whole map all the same
    spot, frame = opened.page.locator(".end-mark").bounding_box(), opened.page.locator(".folium-map").bounding_box()
    assert frame["x"] < spot["x"] < frame["x"] + frame["width"]
    assert frame["y"] < spot["y"] < frame["y"] + frame["height"]


@pytest.mark.browser
def test_base_schools_are_shown_subject_by_subject_and_sharing_layer_by_layer(plan, open_page):
    opened = open_page(map_html(plan, lang="en"))
    opened.page.check("#links-base_school")
    assert opened.page.locator("#part-base_school option").all_inner_texts() == ["All (3)", "语文 (2)", "maths (1)"]
    opened.page.select_option("#part-base_school", label="maths (1)")
    assert opened.page.get_attribute("#curves", "data-curves") == "1"
    assert opened.page.locator("#part-six_shares option").all_inner_texts() == ["All (3)", "books read together (2)", "venues shared (1)"]
    opened.page.uncheck("#links-base_school")
    opened.page.select_option("#part-six_shares", label="venues shared (1)")
    assert opened.page.get_attribute("#curves", "data-curves") == "1"
    opened.page.click("#lang")
    assert "好场所共用（1）" in opened.page.locator("#part-six_shares option").all_inner_texts()


@pytest.mark.browser
def test_a_form_with_hundreds_of_links_opens_at_its_first_subject(grid_plan, open_page):
    rows = [link("base_school", "P1", ["P2", "P3", "P4"][n % 3], "primary", subject=f"subject {n % 4}") for n in range(200)]
    opened = open_page(map_html(grid_plan.replace(links=links_frame(grid_plan, rows))))
    opened.page.check("#links-base_school")
    assert opened.page.get_attribute("#curves", "data-curves") == "50"
    assert "50/200" in opened.page.locator("label", has=opened.page.locator("#links-base_school")).inner_text()
    assert "50/200" in opened.page.locator("label", has=opened.page.locator("#links")).inner_text()
    assert "subject 0" in opened.page.inner_text("#legend")
    opened.page.select_option("#part-base_school", "-1")
    assert opened.page.get_attribute("#curves", "data-curves") == "200"
    assert "/" not in opened.page.locator("label", has=opened.page.locator("#links")).inner_text()


@pytest.mark.browser
def test_a_link_whose_end_has_no_place_is_counted_listed_in_the_card_and_not_drawn(plan, open_page):
    lines = plan.links.geometry.where(plan.links["kind"] != "uds", None)
    opened = open_page(map_html(plan.replace(links=plan.links.set_geometry(lines)), lang="en"))
    opened.page.check("#links-uds")
    assert opened.page.get_attribute("#curves", "data-curves") == "0"
    assert "1 more have an end without a place" in opened.page.inner_text("#links-section")
    opened.page.fill("#search", "school L")
    opened.page.keyboard.press("Enter")
    assert "← Teachers' University" in opened.page.inner_text("#card")
    opened.page.locator("#card ul.links button", has_text="University").press("Enter")
    assert "Teachers' University → school L" in opened.page.inner_text("#card")
    assert opened.quiet()


@pytest.mark.browser
def test_the_stage_that_is_viewed_filters_the_links(plan, open_page):
    opened = open_page(map_html(plan, lang="en"))
    opened.page.check("#links")
    opened.view("primary")
    assert opened.page.get_attribute("#curves", "data-curves") == str(sum(row["stage"] in ("primary", "") for row in ROWS))
    assert "School pairs (0)" in opened.page.inner_text("label:has(#links-school)")


@pytest.mark.browser
def test_the_card_of_a_school_lists_its_links_by_form_and_stops_at_a_few(grid_plan, open_page):
    rows = [link("chain", "L", "M"), *(link("six_shares", "L", ["P1", "P2", "P3"][n % 3], "", subject="book") for n in range(12)), link("school", "M", "L")]
    opened = open_page(map_html(grid_plan.replace(links=links_frame(grid_plan, rows)), lang="en"))
    opened.page.fill("#search", "school L")
    opened.page.keyboard.press("Enter")
    assert opened.page.locator("#card h3").all_inner_texts() == ["School pairs", "Mentor chains", "Six shares"]
    card = opened.page.inner_text("#card")
    assert "→ school M" in card
    assert "← school M" in card
    assert "4 more not listed" in card
    opened.page.locator("#card ul.links button").nth(1).press("Enter")  # by keyboard: the link opens, is switched on and is drawn
    assert "school L → school M" in opened.page.inner_text("#card")
    assert opened.page.is_checked("#links-chain")
    assert opened.quiet()


@pytest.mark.browser
def test_the_list_of_links_opens_by_keyboard_and_leads_to_each(plan, open_page):
    opened = open_page(map_html(plan, lang="en"))
    assert opened.page.is_hidden("#links-list")
    opened.page.focus("#links-county")
    opened.page.keyboard.press("Space")
    opened.page.focus("#links-list summary")
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_selector("#links-list button")
    assert opened.page.locator("#links-list button").count() == 1
    opened.page.locator("#links-list button").press("Enter")
    assert "Weibin → Linyou" in opened.page.inner_text("#card")
    assert opened.page.evaluate("[...document.querySelectorAll('input, select')].every(e => e.labels.length === 1)")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1366, 768)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_of_the_links_sticks_out_of_the_screen(plan, open_page, width, height, lang):
    opened = open_page(map_html(plan, lang=lang), width, height)
    opened.page.check("#links")
    opened.page.fill("#search", "school M")
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    wide = "[...document.querySelectorAll('#side *')].filter(e => e.offsetParent && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 80))"
    assert opened.page.evaluate(wide) == []
    assert opened.page.evaluate("document.getElementById('side').scrollWidth <= document.getElementById('side').clientWidth")


@pytest.mark.browser
def test_the_language_button_turns_every_word_of_the_links(plan, open_page):
    opened = open_page(map_html(plan, lang="zh"))
    opened.page.check("#links")
    opened.page.click("#links-list summary")
    opened.page.click("#lang")
    said = opened.page.inner_text("#links-section") + opened.page.inner_text("#legend")
    assert not re.search(r"[\u4e00-\u9fff]", said.replace("语文", ""))


@pytest.mark.browser
def test_five_thousand_links_are_drawn_and_found_under_the_pointer(grid_plan, open_page):
    opened = open_page(map_html(many_links(grid_plan, 5000)))
    opened.page.check("#links")
    assert opened.page.get_attribute("#curves", "data-curves") == "5000"
    assert opened.page.evaluate("(() => { const m = districting.inner.middle(7); return districting.inner.at({ x: m[0], y: m[1] }); })()") >= 0
    assert opened.quiet()


@pytest.mark.browser
def test_a_page_with_links_alone_shows_them_at_once(grid_plan, open_page):
    """What `pair` writes: no zones and no districts."""
    plan = linked_plan(grid_plan)
    blocks = plan.blocks.drop(columns=[c for c in plan.blocks.columns if c.startswith("zone_id_")])
    none = {name: getattr(plan, name).iloc[:0] for name in ("zones", "zone_schools", "districts", "memberships", "today", "reasons")}
    opened = open_page(map_html(plan.replace(blocks=blocks, **none), lang="en"))
    assert opened.page.get_attribute("#curves", "data-curves") == str(len(ROWS))
    assert opened.page.is_checked("#links")
    assert opened.quiet()
