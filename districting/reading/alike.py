"""Which school a spelling means that no school bears letter for letter: taken where exactly one name is alike, and told; never guessed from likeness alone."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from districting.reading.school_names import MAIN, SchoolName, school_name

_NEAR: Final = 0.66
"""One letter wrong in three."""
_MOST_NEAR: Final = 3


@dataclass(frozen=True)
class Borne:
    """A name, its parts, and the ids of the schools that bear it."""

    spelling: str
    name: SchoolName
    ids: tuple[str, ...]


class NameIndex:
    """The names of schools (and their aliases), found by what is alike in them."""

    def __init__(self, borne: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._of: dict[str, list[Borne]] = {}
        for spelling, ids in borne:
            name = school_name(spelling)
            self._of.setdefault(name.core, []).append(Borne(spelling, name, ids))

    def meant(self, spelling: str) -> tuple[Borne, ...]:
        """The names that ``spelling`` may mean, one of each set of ids; one alone is meant, several are not clear.

        A name without a campus means a school with several campuses not clearly; a campus that is not known means nobody.

        >>> index = NameIndex([("第一小学", ("S1",)), ("第二小学（东校区）", ("S2",)), ("第二小学（西校区）", ("S3",))])
        >>> [b.spelling for b in index.meant("武侯區第１小學")], [b.ids[0] for b in index.meant("第2小学")], index.meant("第一小学（南校区）")
        (['第一小学'], ['S2', 'S3'], ())
        """
        asked = school_name(spelling)
        fitting = [b for b in self._of.get(asked.core, ()) if b.name.place_fits(asked)]
        campus = [b for b in fitting if b.name.campus == asked.campus]
        if not campus and asked.campus == MAIN:
            campus = [b for b in fitting if not b.name.campus]
        elif not campus and not asked.campus and ({b.name.campus for b in fitting} == {MAIN} or len({b.ids for b in fitting}) > 1):
            campus = fitting
        same = [b for b in campus if b.name.places == asked.places]
        return tuple({b.ids: b for b in reversed(same or campus)}.values())[::-1]

    def near(self, spelling: str) -> list[str]:
        """At most three names that may have been meant, for a person to choose from: other places or campuses of the name, then what differs by a letter or two.

        >>> NameIndex([("棠湖小学", ("a",)), ("第一小学", ("b",))]).near("堂湖小学"), NameIndex([("第一小学", ("b",))]).near("第七小学")
        (['棠湖小学'], [])
        """
        asked = school_name(spelling)
        alike = [core for core in self._of if re.findall(r"\d+", core) == re.findall(r"\d+", asked.core)]
        cores = difflib.get_close_matches(asked.core, sorted(alike), n=_MOST_NEAR, cutoff=_NEAR)
        return list(dict.fromkeys(b.spelling for core in cores for b in self._of[core]))[:_MOST_NEAR]


def in_a_line(name: str) -> str:
    """A name with its line breaks as blanks, for sentences that stand in one line."""
    return " ".join(name.split())
