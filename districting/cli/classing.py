"""``enrol classes``: balanced classes of the pupils admitted, and the draw of their teachers."""

from __future__ import annotations

from typing import Any

import click

from districting.cli.common import Talk, common
from districting.cli.drawing import commit, folder_of, refuse_other, say_notes, seed_of, write
from districting.cli.worded import WordedCommand, option
from districting.wording import say


@click.command(cls=WordedCommand)
@click.argument("pupils", type=click.Path())
@option("--classes", "count", type=click.IntRange(min=1), metavar="K", required=True, key="enrolment.option_classes", envvar="DISTRICTING_CLASSES")
@option("-o", "--output", "folder", type=click.Path(file_okay=False), key="enrolment.option_folder", envvar="DISTRICTING_OUTPUT")
@option("--score", metavar="COLUMN", key="enrolment.option_score", envvar="DISTRICTING_SCORE")
@option("--together", metavar="COLUMN", key="enrolment.option_together", envvar="DISTRICTING_TOGETHER")
@option("--apart", metavar="COLUMN", key="enrolment.option_apart", envvar="DISTRICTING_APART")
@option("--teachers", type=click.Path(), key="enrolment.option_teachers", envvar="DISTRICTING_TEACHERS")
@option("--commit", "committing", is_flag=True, key="enrolment.option_commit", envvar="DISTRICTING_COMMIT")
@option("--public-seed", metavar="TEXT", key="enrolment.option_public_seed", envvar="DISTRICTING_PUBLIC_SEED")
@option("--commitment", metavar="HEX", key="enrolment.option_commitment", envvar="DISTRICTING_COMMITMENT")
@common
def classes(talk: Talk, pupils: str, **given: Any) -> None:
    from districting.enrolling.classes import make_classes, read_admitted
    from districting.enrolment.frozen import commitment_of
    from districting.enrolment.records import draw_record
    from districting.outputs.class_files import class_list, class_private, class_public, classes_book, classes_csv, classes_summary
    from districting.outputs.enrolment_files import json_text
    from districting.outputs.lottery import record_text

    if given["committing"] == (given["public_seed"] is not None):
        raise click.UsageError(say("enrolment.commit_or_draw", talk.lang))
    if not given["committing"]:
        folder_of(talk, given["folder"])
    talk.source = pupils
    columns = {name: given[name] for name in ("score", "together", "apart") if given[name] is not None}
    admitted = read_admitted(pupils, given["count"], columns, given["teachers"])
    say_notes(talk, admitted.notes, admitted.remarks)
    if given["committing"]:
        commit(talk, admitted.lines)
        return
    refuse_other(talk, given["commitment"], commitment_of(admitted.lines))
    seed = seed_of(talk, given["public_seed"])
    found = make_classes(admitted, seed)
    record = draw_record(admitted.lines, seed)
    tree = classes_summary(found, record)
    texts = {
        "classes.csv": classes_csv(found, talk.lang),
        "class_list.csv": class_list(found, record, talk.lang),
        "classes_proof.json": class_public(found, record),
        "classes_record.private.json": record_text(record),
        "classes_pupils.private.json": class_private(found, record),
        "classes.json": json_text(tree),
    }
    private = ["classes_record.private.json", "classes_pupils.private.json"]
    outputs = write(talk, given["folder"], texts, {"classes.xlsx": classes_book(found, record, talk.lang)}, private)
    for one in tree["classes"]:
        key = "enrolment.class_line" if one["mean"] is not None else "enrolment.class_line_plain"
        words = {**one, "mean": f"{one['mean'] or 0.0:.2f}", "number": one["class"], "team": one["team"] or "-"}
        del words["class"]
        talk.line(key, **words)
    if admitted.scored:
        talk.line("enrolment.class_gap", gap=f"{found.plan.mean_gap:.3f}", bound=f"{found.plan.bound:.3f}")
    talk.line("enrolment.class_audit", audit=record["audit_hash"])
    talk.result({**tree, "outputs": outputs, "seconds": talk.seconds})


classes.wording = "enrol_classes"  # type: ignore[attr-defined]
