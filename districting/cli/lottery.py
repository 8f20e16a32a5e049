"""``enrol lottery`` and ``enrol verify``: commit, draw, odds; replay."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from districting.cli.common import Talk, common
from districting.cli.worded import WordedCommand, option
from districting.wording import say

if TYPE_CHECKING:
    from districting.enrolling.lottery import Frozen


@click.command(cls=WordedCommand)
@click.argument("rules", type=click.Path())
@option("--commit", is_flag=True, key="enrolment.option_commit", envvar="DISTRICTING_COMMIT")
@option("--public-seed", metavar="TEXT", key="enrolment.option_public_seed", envvar="DISTRICTING_PUBLIC_SEED")
@option("--commitment", metavar="HEX", key="enrolment.option_commitment", envvar="DISTRICTING_COMMITMENT")
@option("--odds", type=click.IntRange(min=1), metavar="N", key="enrolment.option_odds", envvar="DISTRICTING_ODDS")
@option("-o", "--output", "target", type=click.Path(dir_okay=False), key="enrolment.option_record", envvar="DISTRICTING_OUTPUT")
@option("--list", "listed", type=click.Path(dir_okay=False), key="enrolment.option_list", envvar="DISTRICTING_LIST")
@option("--unmasked", is_flag=True, key="enrolment.option_unmasked", envvar="DISTRICTING_UNMASKED")
@option("--verifier", type=click.Path(dir_okay=False), key="enrolment.option_verifier", envvar="DISTRICTING_VERIFIER")
@common
def lottery(talk: Talk, rules: str, **given: Any) -> None:
    from districting.enrolling.lottery import freeze
    from districting.reading.lottery_rules import load_rules

    _refuse_mix(talk, given)
    talk.source = rules
    read = load_rules(rules)
    talk.use_language_of(read.language)
    with collector_paused():
        frozen = freeze(read)
    for fault in frozen.notes:
        talk.plain(f"{say('cli.note', talk.lang)} {fault.say(talk.lang)}")
    for remark in frozen.remarks:
        talk.plain(f"{say('cli.note', talk.lang)} {remark.say(talk.lang)}")
    if given["odds"] is not None:
        _odds(talk, frozen, given)
    elif given["public_seed"] is None:
        _commit(talk, frozen, given)
    else:
        _draw(talk, frozen, given)


lottery.wording = "enrol_lottery"  # type: ignore[attr-defined]


@click.command(cls=WordedCommand)
@click.argument("record", type=click.Path())
@option("--commitment", metavar="HEX", key="enrolment.option_verify_commitment", envvar="DISTRICTING_COMMITMENT")
@option("--public-seed", metavar="TEXT", key="enrolment.option_verify_seed", envvar="DISTRICTING_PUBLIC_SEED")
@option("--rules", type=click.Path(), key="enrolment.option_verify_rules", envvar="DISTRICTING_RULES_FILE")
@option("--html", type=click.Path(dir_okay=False), key="enrolment.option_verifier", envvar="DISTRICTING_HTML")
@common
def verify(talk: Talk, record: str, commitment: str | None, public_seed: str | None, rules: str | None, html: str | None) -> None:
    from districting.enrolment.records import is_other_record
    from districting.enrolment.verify import verify_record
    from districting.outputs.lottery import read_record

    talk.source = record
    with collector_paused():
        tree = read_record(record)
        if is_other_record(tree):
            _verify_other(talk, tree, record, commitment, public_seed, rules, html)
            return
        summary = verify_record(tree, file=Path(record).name, commitment=_hex(talk, commitment), seed=public_seed)
    if rules is not None:
        _compare_with_files(rules, tree, Path(record).name)
    outputs = _write_page(talk, html)
    talk.line("enrolment.identical", record=record, entries=summary["entries"], lines=len(tree["log"]))
    if commitment is None or public_seed is None:
        talk.line("enrolment.compare_published", commitment=tree["commitment"], seed=tree["public_seed"])
    talk.result(
        {
            "status": "identical",
            "commitment": tree["commitment"],
            "public_seed": tree["public_seed"],
            "summary": summary,
            "outputs": outputs,
            "seconds": talk.seconds,
        }
    )


verify.wording = "enrol_verify"  # type: ignore[attr-defined]


def _verify_other(talk: Talk, tree: Any, record: str, commitment: str | None, seed: str | None, rules: str | None, html: str | None) -> None:
    """Splits, quotas and classes: drawn again from their record alone."""
    from districting.enrolment.records import verify_other

    if rules is not None:
        raise click.UsageError(say("enrolment.lottery_only", talk.lang))
    summary = verify_other(tree, file=Path(record).name, commitment=_hex(talk, commitment), seed=seed)
    outputs = _write_page(talk, html)
    talk.line("enrolment.identical_draw", record=record, entries=len(tree["results"]))
    if commitment is None or seed is None:
        talk.line("enrolment.compare_published", commitment=tree["commitment"], seed=tree["public_seed"])
    head = {key: tree[key] for key in ("commitment", "public_seed", "audit_hash")}
    talk.result({"status": "identical", **head, "summary": summary, "outputs": outputs, "seconds": talk.seconds})


@contextmanager
def collector_paused() -> Iterator[None]:
    """Hundreds of thousands of rows are made here and none of them refers back: looking for rings among them again and again takes a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _refuse_mix(talk: Talk, given: dict[str, Any]) -> None:
    """Commit, draw and odds are three different things to do."""
    asked = [name for name in ("commit", "public_seed", "odds") if given[name] not in (None, False)]
    if len(asked) != 1:
        raise click.UsageError(say("enrolment.one_of_three", talk.lang))
    if given["public_seed"] is not None and given["target"] is None:
        raise click.UsageError(say("enrolment.needs_record", talk.lang))
    if (given["listed"] or given["unmasked"]) and given["public_seed"] is None:
        raise click.UsageError(say("enrolment.list_needs_draw", talk.lang))
    if given["unmasked"] and not given["listed"]:
        raise click.UsageError(say("enrolment.unmasked_needs_list", talk.lang))
    _hex(talk, given["commitment"])


def _hex(talk: Talk, commitment: str | None) -> str | None:
    if commitment is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", commitment.strip()):
        raise click.UsageError(say("enrolment.not_hex", talk.lang))
    return None if commitment is None else commitment.strip().lower()


def _commit(talk: Talk, frozen: Frozen, given: dict[str, Any]) -> None:
    from districting.enrolment.frozen import commitment_of, frozen_lines
    from districting.outputs.lottery import list_text

    _refuse_same(talk, [given[name] for name in ("target", "verifier") if given[name]])
    commitment = commitment_of(frozen_lines(frozen.draw))
    _refuse_other(given, commitment)
    contents = {given["target"]: list_text(frozen.draw)} if given["target"] else {}
    outputs = _write(talk, frozen, commitment, contents, given)
    if talk.quiet or talk.as_json:
        if not talk.as_json:
            click.echo(commitment)
    else:
        talk.line("enrolment.committed", entries=len(frozen.draw.entries), schools=len(frozen.draw.schools))
        talk.plain(commitment)
        talk.line("enrolment.publish")
    talk.result(
        {
            "status": "committed",
            "algorithm": "draw-1",
            "commitment": commitment,
            "entries": len(frozen.draw.entries),
            "outputs": outputs,
            "seconds": talk.seconds,
        }
    )


def _draw(talk: Talk, frozen: Frozen, given: dict[str, Any]) -> None:
    from districting.enrolment import lottery as draw
    from districting.enrolment.numbers import public_seed, seed_remarks
    from districting.outputs.lottery import record_text, results_text
    from districting.outputs.lottery_summary import draw_lines

    _refuse_same(talk, [given[name] for name in ("target", "listed", "verifier") if given[name]])
    seed = public_seed(given["public_seed"])
    with collector_paused():
        record = draw(frozen.draw, seed)
    _refuse_other(given, record["commitment"])
    for remark in seed_remarks(given["public_seed"]):
        talk.plain(f"{say('cli.note', talk.lang)} {remark.say(talk.lang)}")
    contents = {given["target"]: record_text(record)}
    if given["listed"]:
        names = [s.name for s in frozen.draw.schools]
        contents[given["listed"]] = results_text(record, names, frozen.ids, frozen.names, masked=not given["unmasked"], lang=talk.lang)
    outputs = _write(talk, frozen, record["commitment"], contents, given)
    talk.plain("\n".join(draw_lines(record, talk.lang)))
    head = {key: record[key] for key in ("algorithm", "commitment", "public_seed", "summary")}
    talk.result({"status": "dry_run" if talk.dry_run else "drawn", **head, "outputs": outputs, "seconds": talk.seconds})


def _odds(talk: Talk, frozen: Frozen, given: dict[str, Any]) -> None:
    from districting.enrolment.odds import odds
    from districting.outputs.lottery import write_together
    from districting.outputs.lottery_summary import odds_lines, odds_text

    found = odds(frozen.draw, frozen.blocks, draws=given["odds"], seed=talk.overrides["project.seed"] or 0)
    outputs = []
    if given["target"]:
        _refuse_existing(talk, [given["target"]])
        outputs = [given["target"]]
        if not talk.dry_run:
            write_together({given["target"]: odds_text(found, frozen.draw, talk.lang)})
    outputs += _write_page(talk, given["verifier"])
    talk.plain("\n".join(odds_lines(found, frozen.draw, talk.lang)))
    talk.result({"status": "odds", **found.as_json(frozen.draw), "outputs": outputs, "seconds": talk.seconds})


def _refuse_other(given: dict[str, Any], commitment: str) -> None:
    """What was published before is another list than this one."""
    from districting.errors import DataError, Fault
    from districting.wording import text

    published = given["commitment"]
    if published is not None and published.strip().lower() != commitment:
        problem = text("enrolment.other_list", published=published.strip().lower(), given=commitment)
        raise DataError(Fault(problem, text("enrolment.other_list_remedy"), column="commitment"))


def _compare_with_files(rules: str, tree: Any, name: str) -> None:
    """The frozen lines of a record beside those that the original files give."""
    from districting.enrolling.lottery import freeze
    from districting.enrolment.frozen import frozen_lines
    from districting.enrolment.verify import same_lines
    from districting.reading.lottery_rules import load_rules

    same_lines(frozen_lines(freeze(load_rules(rules)).draw), tree["frozen"], name)


def _write(talk: Talk, frozen: Frozen, commitment: str, contents: dict[str, str], given: dict[str, Any]) -> list[str]:
    """The files of this run, the private one and those with names for their owner only; all or none."""
    from districting.outputs.lottery import private_path, private_text, write_together

    private = []
    if given["target"]:
        hidden = str(private_path(given["target"]))
        contents[hidden] = private_text(commitment, frozen.salt, [e.token for e in frozen.draw.entries], frozen.ids, frozen.names)
        private = [hidden, *([given["listed"]] if given["unmasked"] else [])]
    if given["verifier"]:
        from districting.outputs.lottery_page import verifier_html

        contents[given["verifier"]] = verifier_html(talk.lang)
    _refuse_existing(talk, list(contents))
    if contents and talk.dry_run:
        talk.line("cli.dry_run", outputs=list(contents))
    elif contents:
        write_together(contents, private)
        talk.line("cli.written", outputs=list(contents))
    if private and not talk.dry_run:
        talk.line("enrolment.private", paths=private)
    return list(contents)


def _write_page(talk: Talk, target: str | None) -> list[str]:
    from districting.outputs.lottery import write_together

    if target is None:
        return []
    from districting.outputs.lottery_page import verifier_html

    _refuse_existing(talk, [target])
    if not talk.dry_run:
        write_together({target: verifier_html(talk.lang)})
    talk.line("cli.dry_run" if talk.dry_run else "cli.written", outputs=[target])
    return [target]


def _refuse_same(talk: Talk, targets: list[str]) -> None:
    if len({str(Path(t).resolve()) for t in targets}) < len(targets):
        raise click.UsageError(say("enrolment.same_file", talk.lang))


def _refuse_existing(talk: Talk, targets: list[str]) -> None:
    existing = [t for t in targets if Path(t).exists()]
    if existing and not talk.overwrite:
        raise click.UsageError(say("cli.exists", talk.lang, paths=existing))
