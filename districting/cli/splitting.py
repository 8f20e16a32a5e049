"""``enrol split``: graduates of the primaries to the juniors of their districts, and the draw inside each primary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from districting.cli.common import Talk, common
from districting.cli.drawing import commit, folder_of, head_of, refuse_other, say_notes, seed_of, write
from districting.cli.worded import WordedCommand, option
from districting.wording import say

if TYPE_CHECKING:
    from districting.enrolling.split import Split


@click.command(cls=WordedCommand)
@click.argument("plan", type=click.Path())
@option("-o", "--output", "folder", type=click.Path(file_okay=False), key="enrolment.option_folder", envvar="DISTRICTING_OUTPUT")
@option("--scheme", metavar="NAME", key="enrolment.option_scheme", envvar="DISTRICTING_SCHEME")
@option("--pupils", type=click.Path(), key="enrolment.option_pupils", envvar="DISTRICTING_PUPILS")
@option("--strata", type=click.Choice(["sex", "residence"]), multiple=True, key="enrolment.option_strata", envvar="DISTRICTING_STRATA")
@option("--commit", "committing", is_flag=True, key="enrolment.option_commit", envvar="DISTRICTING_COMMIT")
@option("--public-seed", metavar="TEXT", key="enrolment.option_public_seed", envvar="DISTRICTING_PUBLIC_SEED")
@option("--commitment", metavar="HEX", key="enrolment.option_commitment", envvar="DISTRICTING_COMMITMENT")
@common
def split(talk: Talk, plan: str, **given: Any) -> None:
    from districting.enrolling.split import split_plan
    from districting.outputs.geopackage import read_plan

    drawing = given["committing"] or given["public_seed"] is not None
    if drawing and given["pupils"] is None:
        raise click.UsageError(say("enrolment.draw_needs_pupils", talk.lang))
    if given["committing"] and given["public_seed"] is not None:
        raise click.UsageError(say("enrolment.commit_or_draw", talk.lang))
    if not given["committing"]:
        folder_of(talk, given["folder"])
    read = read_plan(plan)
    talk.use_language_of(read.language)
    found = split_plan(read, given["scheme"], given["pupils"], tuple(dict.fromkeys(given["strata"])))
    say_notes(talk, found.notes, found.remarks)
    if given["committing"]:
        from districting.enrolment.split_draw import split_lines

        assert found.draw is not None
        lines = split_lines(found.draw)
        commit(talk, lines)
        return
    _write(talk, found, given)


split.wording = "enrol_split"  # type: ignore[attr-defined]


def _write(talk: Talk, found: Split, given: dict[str, Any]) -> None:
    from districting.outputs.enrolment_files import json_text
    from districting.outputs.split_files import split_book, split_csv, split_summary

    texts, private, record = {"split.csv": split_csv(found, talk.lang)}, [], None
    tree = split_summary(found)
    if given["public_seed"] is not None:
        record, more = _draw(talk, found, given)
        texts |= more
        private = ["split_record.private.json"]
        tree |= {**head_of(record), "draw": record["summary"]}
    texts["split.json"] = json_text(tree)
    outputs = write(talk, given["folder"], texts, {"split.xlsx": split_book(found, talk.lang)}, private)
    for one in tree["districts"]:
        talk.line(
            "enrolment.split_line", district=one["district_id"], name=one["name"], placed=sum(map(sum, one["pupils"])), surplus=sum(one["surplus"]),
            primaries=len(one["primaries"]), juniors=len(one["juniors"]), deviation=f"{one['largest_deviation']:.1%}",
        )  # fmt: skip
    talk.line(
        "enrolment.split_total",
        placed=found.pupils,
        surplus=found.surplus,
        deviation=f"{found.largest_deviation:.1%}",
        dissimilarity=f"{found.dissimilarity:.4f}",
    )
    talk.result({**tree, "outputs": outputs, "seconds": talk.seconds})


def _draw(talk: Talk, found: Split, given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The record of the draw, and its files."""
    from districting.enrolling.split import recheck_draw
    from districting.enrolment.records import draw_record
    from districting.enrolment.split_draw import split_lines
    from districting.outputs.lottery import private_text, record_text
    from districting.outputs.split_files import split_list

    assert found.draw is not None
    assert found.private is not None
    seed = seed_of(talk, given["public_seed"])
    record = draw_record(split_lines(found.draw), seed)
    refuse_other(talk, given["commitment"], record["commitment"])
    apart = recheck_draw(found.draw, record["results"])
    if apart:
        talk.line("enrolment.split_apart", count=apart)
    own = found.private
    return record, {
        "split_record.json": record_text(record),
        "split_record.private.json": private_text(record["commitment"], own.salt, own.tokens, own.ids, own.names),
        "split_list.csv": split_list(found, record, talk.lang),
    }
