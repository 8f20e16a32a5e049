"""What the draws of ``enrol split``, ``quota`` and ``classes`` share: commit or draw, the seed, the folder they write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from districting.cli.common import Talk
from districting.errors import DataError, Fault
from districting.wording import Text, say, text

if TYPE_CHECKING:
    from districting.outputs.enrolment_files import Book


def say_notes(talk: Talk, notes: Iterable[Fault], remarks: Iterable[Text] = ()) -> None:
    """Notes of reading and remarks, one line each."""
    for words in (*(n.say(talk.lang) for n in notes), *(r.say(talk.lang) for r in remarks)):
        talk.plain(f"{say('cli.note', talk.lang)} {words}")


def seed_of(talk: Talk, given: str) -> str:
    """The seed as it is used, with what a reader may overlook said."""
    from districting.enrolment.numbers import public_seed, seed_remarks

    seed = public_seed(given)
    say_notes(talk, (), seed_remarks(given))
    return seed


def refuse_other(talk: Talk, published: str | None, commitment: str) -> None:
    """What was published before is another list than this one."""
    if published is None:
        return
    given = published.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", given):
        raise click.UsageError(say("enrolment.not_hex", talk.lang))
    if given != commitment:
        raise DataError(Fault(text("enrolment.other_list", published=given, given=commitment), text("enrolment.other_list_remedy"), column="commitment"))


def commit(talk: Talk, lines: Sequence[str]) -> None:
    """Print the commitment to a list, write nothing."""
    from districting.enrolment.frozen import commitment_of

    commitment = commitment_of(lines)
    if talk.quiet and not talk.as_json:
        click.echo(commitment)
    else:
        talk.line("enrolment.committed_draw")
        talk.plain(commitment)
        talk.line("enrolment.publish")
    talk.result({"status": "committed", "algorithm": lines[0], "commitment": commitment, "outputs": [], "seconds": talk.seconds})


def folder_of(talk: Talk, folder: str | None) -> str:
    """The folder to write, or what to say where none is given."""
    if folder is None:
        raise click.UsageError(say("enrolment.needs_folder", talk.lang))
    return folder


def write(talk: Talk, folder: str, texts: Mapping[str, str], books: Mapping[str, Book], private: Sequence[str] = ()) -> list[str]:
    """The files of a run, unless one is there already or it is a dry run."""
    from districting.outputs.enrolment_files import write_folder

    paths = [str(Path(folder) / name) for name in (*texts, *books)]
    existing = [p for p in paths if Path(p).exists()]
    if existing and not talk.overwrite:
        raise click.UsageError(say("cli.exists", talk.lang, paths=existing))
    if talk.dry_run:
        talk.line("cli.dry_run", outputs=paths)
    else:
        write_folder(folder, texts, books, private)
        talk.line("cli.written", outputs=paths)
        if private:
            talk.line("enrolment.private", paths=[str(Path(folder) / name) for name in private])
    return paths


def head_of(record: Mapping[str, Any] | None) -> dict[str, Any]:
    """What ``--json`` says of a draw."""
    return {} if record is None else {key: record[key] for key in ("algorithm", "commitment", "public_seed", "audit_hash")}
