"""Charts of the page: the figures are those of the plan, the drawing shows them, the public sees one of five, other tables are refused."""

import numpy as np
import pandas as pd
import pytest

from districting.auditing.views import stage_views
from districting.errors import DataError
from districting.outputs.map import PageOptions, map_html
from districting.outputs.map.charts import Drawn, charts, read_drawn
from districting.outputs.public import public_plan
from tests.cli.test_commands import call

FRONT = pd.DataFrame({"stage": "primary", "pupils_moved": [30, 10, 20], "mean_distance_m": [100.0, 300.0, 200.0], "gap": [0.0, 0.01, 0.02]})
SPREAD = pd.DataFrame({"stage": "primary", "mean_distance_m": np.linspace(500, 900, 41)})


def test_the_columns_of_distances_hold_every_pupil_of_the_plan_and_of_today(grid_plan):
    made = charts(grid_plan, "internal", Drawn())["primary"]["distance"]
    views = stage_views(grid_plan, "primary")
    assert sum(made["plan"]) == round(views.plan.demand.sum())
    assert sum(made["today"]) == round(views.today.demand[np.isfinite(views.today.distance_m)].sum())
    first = views.plan.distance_m < made["step_m"]
    assert made["plan"][0] == round(views.plan.demand[first].sum())


def test_a_curve_is_sorted_by_moves_and_belongs_to_its_stage(grid_plan):
    made = charts(grid_plan, "internal", Drawn(FRONT, SPREAD))
    assert made["primary"]["front"]["moved"] == [10, 20, 30]
    assert made["primary"]["front"]["metres"] == [300, 200, 100]
    assert made["primary"]["spread"]["metres"][0] == 500
    assert "front" not in made["junior"]


def test_the_public_sees_seat_use_alone_as_it_is_not_told_how_many_live_where(grid_plan):
    assert charts(public_plan(grid_plan), "public", Drawn(FRONT, SPREAD)) == {}
    page = map_html(grid_plan, audience="public")
    for word in ("差异系数：共享前后", "少调整还是更就近", "随机方案"):
        assert word not in page


def test_every_chart_is_drawn_once_opened_and_has_its_figures_beneath(grid_plan, open_page):
    opened = open_page(map_html(grid_plan, options=PageOptions(drawn=Drawn(FRONT, SPREAD))))
    opened.view("primary")
    opened.page.click("#charts-section > details > summary")
    opened.page.wait_for_selector(".chart-box")
    titles = opened.page.locator(".chart-box h3").all_inner_texts()
    assert titles == ["各片区学位使用率", "上学距离分布（学生数）", "校际差异系数：共享前后", "少调整还是更就近", "在随机合规方案中的位置"]
    assert opened.page.locator(".chart-box svg[role=img][aria-label]").count() == len(titles)
    zones = opened.page.evaluate("districting.data.zones.primary.filter(z => z.id).length")
    assert opened.page.locator(".chart-box").first.locator("svg rect").count() == zones
    for box in opened.page.locator(".chart-box").all():
        box.locator("details summary").click()
        assert box.locator("table tr").count() > 1
    opened.page.click("#lang")
    assert opened.page.locator(".chart-box h3").first.inner_text() == "Seat use of every zone"
    opened.view("junior")
    assert "Fewer moves or shorter ways" not in opened.page.locator(".chart-box h3").all_inner_texts()
    assert opened.quiet()


def test_a_bar_over_its_seats_is_red_and_says_so(grid_plan, open_page):
    """One zone is filled to twice its seats: its bar stands first."""
    seats = grid_plan.seats.copy()
    first = seats.index[seats["stage"] == "primary"][0]
    seats.loc[first, "seats"] = 1.0
    opened = open_page(map_html(grid_plan.replace(seats=seats)))
    opened.view("primary")
    opened.page.click("#charts-section > details > summary")
    opened.page.wait_for_selector(".chart-box")
    bar = opened.page.locator(".chart-box").first.locator("svg rect").first
    assert bar.get_attribute("fill") == "#a3160f"
    assert int(bar.locator("title").text_content().rpartition(" ")[2].rstrip("%")) > 100


@pytest.mark.parametrize(
    ("text", "key"),
    [("a,b\n1,2\n", "charts.other_make"), ("", "charts.unread"), ("stage,pupils_moved,mean_distance_m,gap\nprimary,x,1,0\n", "charts.other_make")],
)
def test_a_table_of_another_make_is_refused(tmp_path, text, key):
    path = tmp_path / "front.csv"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        read_drawn(path, None)
    assert caught.value.faults[0].problem.key == key
    assert caught.value.faults[0].file == "front.csv"


def test_what_tradeoff_writes_the_map_draws(grid_plan, tmp_path):
    from districting.outputs.geopackage import write_plan

    plan, curve, page = (tmp_path / n for n in ("plan.gpkg", "curve.csv", "map.html"))
    write_plan(grid_plan, plan)
    assert call("tradeoff", plan, "--stage", "primary", "--points", "2", "--steps", "2000", "-o", curve).exit_code == 0
    assert call("map", plan, "-o", page, "--front", curve).exit_code == 0
    assert '"front":{"moved":' in page.read_text(encoding="utf-8")
