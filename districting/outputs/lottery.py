"""Files of a lottery: the record (no personal data), the frozen list, the private file that joins pseudonyms to pupils, and lists of results, masked unless asked otherwise."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring as quoted
from pathlib import Path
from typing import Any, Final

from districting.enrolment.frozen import frozen_lines, frozen_text
from districting.errors import DataError, Fault
from districting.model.draw_list import DrawList
from districting.outputs.atomic import atomic_paths
from districting.wording import say, text

OWNER_ONLY: Final = 0o600


def record_text(record: Mapping[str, Any]) -> str:
    """The record as JSON, one line of the frozen list, the log, ... to a line of text, so that two records can be compared by eye and by ``diff``."""
    parts = [f'"{key}": {_value(value)}' for key, value in record.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _value(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(quoted(v) if isinstance(v, str) else json.dumps(v) for v in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def read_record(path: str | Path) -> Any:
    """The tree of a record.

    Raises
    ------
    DataError : the file is missing or is no JSON
    """
    path = Path(path)
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise DataError(Fault(text("reading.missing_file"), text("enrolment.no_record_remedy"), file=path.name)) from None
    except json.JSONDecodeError as error:
        raise DataError(Fault(text("enrolment.not_json"), text("enrolment.no_record_remedy"), file=path.name, row=error.lineno)) from None
    except (OSError, UnicodeDecodeError, RecursionError):
        raise DataError(Fault(text("enrolment.not_json"), text("enrolment.no_record_remedy"), file=path.name)) from None


def private_path(path: str | Path) -> Path:
    """Where the private file of a record stands.

    >>> private_path("a/record.json").name
    'record.private.json'
    """
    return Path(path).with_suffix(".private.json")


def private_text(commitment: str, salt: str, tokens: Sequence[str], ids: Sequence[str], names: Sequence[str]) -> str:
    """Salt, and pseudonym, id and name of every position."""
    rows = [
        f'{{"position": {i}, "token": "{t}", "pupil_id": {quoted(own)}, "name": {quoted(name)}}}'
        for i, (t, own, name) in enumerate(zip(tokens, ids, names, strict=True), 1)
    ]
    head = json.dumps({"commitment": commitment, "salt": salt}, ensure_ascii=False)[:-1]
    return head + ', "entries": [\n' + ",\n".join(rows) + "\n]}\n"


def list_text(draw: DrawList) -> str:
    """The frozen list as the file that is published: its SHA-256 is the commitment."""
    return frozen_text(frozen_lines(draw))


def results_text(record: Mapping[str, Any], schools: Sequence[str], ids: Sequence[str], names: Sequence[str], *, masked: bool = True, lang: str = "zh") -> str:
    """A table of results (CSV with a mark for spreadsheets). Masked: the first character of a name, the last four of an id."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([say(f"enrolment.list_{key}", lang) for key in ("position", "number", "pupil_id", "name", "school")])
    for i, (number, at) in enumerate(zip(record["numbers"], record["results"], strict=True)):
        who = (mask_id(ids[i]), mask_name(names[i])) if masked else (ids[i], names[i])
        writer.writerow([i + 1, as_text(number), *map(as_text, who), say("enrolment.list_none", lang) if at is None else as_text(schools[at - 1])])
    return "\ufeff" + out.getvalue()


def as_text(value: str) -> str:
    """Digits that a spreadsheet would make a number of, and beginnings it would compute, kept as text."""
    return f'="{value}"' if value.isdigit() and (len(value) > 9 or value.startswith("0")) else f"'{value}" if value[:1] in ("=", "+", "-", "@") else value


def mask_name(name: str) -> str:
    """The first character, and a star for each other.

    >>> mask_name("欧阳明"), mask_name("")
    ('欧**', '')
    """
    return name[:1] + "*" * (len(name) - 1)


def mask_id(own: str) -> str:
    """The last four characters of an identity number, one in eight of a shorter id: the last digits of a running number tell who it is.

    >>> mask_id("11010519491231002X"), mask_id("S20260001"), mask_id("A01")
    ('**************002X', '********1', '***')
    """
    kept = 4 if len(own) >= 15 else len(own) // 8
    return "*" * (len(own) - kept) + own[len(own) - kept :]


def write_together(contents: Mapping[str, str], private: Sequence[str] = ()) -> None:
    """Write all of them or none; those in ``private`` can be read and written by their owner only, from their first byte on."""
    hidden = {Path(p) for p in private}
    with atomic_paths(list(contents)) as temporaries:
        for temporary, (target, content) in zip(temporaries, contents.items(), strict=True):
            mode = OWNER_ONLY if Path(target) in hidden else 0o666
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(content.encode("utf-8"))
