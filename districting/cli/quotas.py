"""``enrol quota``: places of seniors to juniors (指标到校)."""

from __future__ import annotations

from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.drawing import commit, folder_of, head_of, refuse_other, say_notes, seed_of, write
from districting.cli.worded import WordedCommand, option
from districting.wording import say


@click.command(cls=WordedCommand)
@click.argument("rules", type=click.Path())
@option("-o", "--output", "folder", type=click.Path(file_okay=False), key="enrolment.option_folder", envvar="DISTRICTING_OUTPUT")
@option("--commit", "committing", is_flag=True, key="enrolment.option_commit", envvar="DISTRICTING_COMMIT")
@option("--public-seed", metavar="TEXT", key="enrolment.option_public_seed", envvar="DISTRICTING_PUBLIC_SEED")
@option("--commitment", metavar="HEX", key="enrolment.option_commitment", envvar="DISTRICTING_COMMITMENT")
@common
def quota(talk: Talk, rules: str, **given: Any) -> None:
    from districting.enrolling.quota import apportion, read_quota_tables
    from districting.enrolment.frozen import commitment_of
    from districting.outputs.enrolment_files import json_text
    from districting.outputs.quota_files import quota_book, quota_csv, quota_summary
    from districting.reading.quota_rules import load_quota

    if given["committing"] and given["public_seed"] is not None:
        raise click.UsageError(say("enrolment.commit_or_draw", talk.lang))
    if not given["committing"]:
        folder_of(talk, given["folder"])
    talk.source = rules
    read = load_quota(rules)
    talk.use_language_of(read.language)
    tables = read_quota_tables(read)
    say_notes(talk, tables.notes, tables.remarks)
    if given["committing"]:
        commit(talk, tables.lines)
        return
    if read.rounding == "draw" and given["public_seed"] is None:
        raise click.UsageError(say("enrolment.quota_needs_seed", talk.lang))
    refuse_other(talk, given["commitment"], commitment_of(tables.lines))
    seed = None if given["public_seed"] is None else seed_of(talk, given["public_seed"])
    found = apportion(tables, seed)
    tree = quota_summary(found)
    texts = {"quota.csv": quota_csv(found, talk.lang)}
    if seed is not None:
        from districting.enrolment.records import draw_record
        from districting.outputs.lottery import record_text

        record = draw_record(tables.lines, seed)
        tree |= head_of(record)
        texts["quota_record.json"] = record_text(record)
    texts["quota.json"] = json_text(tree)
    outputs = write(talk, given["folder"], texts, {"quota.xlsx": quota_book(found, talk.lang)})
    for senior in tree["seniors"]:
        key = "enrolment.quota_line" if senior["returned"] is None else "enrolment.quota_line_returned"
        talk.line(key, **senior)
    talk.line("enrolment.quota_total", seniors=len(tree["seniors"]), juniors=len(tree["juniors"]), places=int(found.places.sum()))
    talk.result({**tree, "outputs": outputs, "seconds": talk.seconds})


quota.wording = "enrol_quota"  # type: ignore[attr-defined]
