"""Everything a config names, read into one checked City. One step per line in :func:`check_city`."""

from __future__ import annotations

import dataclasses

from districting.errors import DataError, Fault
from districting.model.settings import InputSpec, Settings
from districting.progress import tell_part
from districting.reading.assemble import assemble
from districting.reading.causes import root_causes
from districting.reading.city import City
from districting.reading.file_hash import file_hash
from districting.reading.graph import spec_faults
from districting.reading.load import Loaded, load
from districting.reading.rule_tables import distance_faults, rule_specs
from districting.reading.schema import INPUTS
from districting.wording import text


def read_city(settings: Settings) -> City:
    """Read every input of ``settings``.

    Raises
    ------
    DataError : everything that is wrong, at once; warnings alone raise nothing and stand in ``City.notes``
    """
    tell_part("reading")
    city, faults = check_city(settings)
    errors = [f for f in faults if f.severity == "error"]
    if errors or city is None:
        raise DataError(errors)
    return city


def check_city(settings: Settings) -> tuple[City | None, tuple[Fault, ...]]:
    """The City where the input is usable, else None, and everything found, errors and warnings. Never raises DataError."""
    city, faults = look_at_city(settings)
    return None if any(f.severity == "error" for f in faults) else city, faults


def look_at_city(settings: Settings) -> tuple[City | None, tuple[Fault, ...]]:
    """As :func:`check_city`, with the City even where errors stand: not one to plan with, but what was repaired is in it. None where nothing could be put together."""
    files, faults = _load_all(settings)
    city = None
    if not any(f.severity == "error" for f in faults) or any(item.table == "schools" for item in files):
        city, more = assemble(settings, files)
        faults += more
    notes = _sorted(faults, settings)
    if city is None or any(f.severity == "error" for f in faults):
        return city, notes
    return dataclasses.replace(city, notes=notes, hashes=_hashes(settings, files)), notes


def _load_all(settings: Settings) -> tuple[list[Loaded], list[Fault]]:
    faults: list[Fault] = []
    files: list[Loaded] = []
    for table in sorted(set(settings.inputs) - set(INPUTS)):
        faults.append(Fault(text("reading.unknown_input", name=table), text("reading.known_inputs", names=list(INPUTS)), column=f"inputs.{table}"))
    if not settings.inputs.get("schools"):
        faults.append(Fault(text("reading.no_schools"), text("reading.give_schools"), column="inputs.schools"))
    asked = [(table, spec, "") for table in INPUTS for spec in settings.inputs.get(table, ())]
    asked += [(table, spec, key) for key, (table, spec) in rule_specs(settings).items()]
    for table, spec, key in asked:
        item, more = load(settings, table, spec)
        faults += more
        if item is not None:
            files.append(dataclasses.replace(item, key=key))
    return files, faults + spec_faults(settings) + distance_faults(settings)


def _hashes(settings: Settings, files: list[Loaded]) -> dict[str, str]:
    of_content = {id(item.spec): item.digest for item in files if item.digest}

    def digest(spec: InputSpec) -> str:
        return of_content[id(spec)] if id(spec) in of_content else file_hash(settings.folder / spec.path)

    out = {}
    for table in INPUTS:
        for number, spec in enumerate(settings.inputs.get(table, ()), start=1):
            out[table if number == 1 else f"{table}.{number}"] = digest(spec)
    for key, (_, spec) in rule_specs(settings).items():
        out[key] = digest(spec)
    return out


def _sorted(faults: list[Fault], settings: Settings) -> tuple[Fault, ...]:
    """Errors first, each once, otherwise in the order found; without what only follows from another, and never without a file."""
    faults = [dataclasses.replace(f, file=settings.file) if not f.file else f for f in root_causes(faults, settings)]
    once = list(dict.fromkeys((f.severity != "error", f.say("en"), i) for i, f in enumerate(faults)))
    seen: set[str] = set()
    out = []
    for _, line, i in sorted(once, key=lambda k: (k[0], k[2])):
        if line not in seen:
            seen.add(line)
            out.append(faults[i])
    return tuple(out)
