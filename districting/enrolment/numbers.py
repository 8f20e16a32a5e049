"""Numbers of ``draw-1``: HMAC-SHA-256 under the public seed, so that nobody can choose them and anybody can compute them again."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable

from districting.errors import DataError, Fault
from districting.wording import Text, text


def public_seed(given: str) -> str:
    """The seed as it is used: NFC, and nothing else changed.

    Raises
    ------
    DataError : it is empty or blank, or holds line ends or other control characters
    """
    seed = unicodedata.normalize("NFC", given)
    if not seed.strip():
        raise DataError(Fault(text("enrolment.empty_seed"), text("enrolment.empty_seed_remedy"), column="public_seed"))
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in seed):
        raise DataError(Fault(text("enrolment.control_seed"), text("enrolment.control_seed_remedy"), column="public_seed"))
    return seed


def seed_remarks(given: str) -> list[Text]:
    """What a reader of the seed may overlook: it was composed anew, has blanks around it, or digits that are not 0-9."""
    seed = unicodedata.normalize("NFC", given)
    said = []
    if seed != given:
        said.append(text("enrolment.seed_composed"))
    if seed != seed.strip():
        said.append(text("enrolment.seed_blanks"))
    if any(unicodedata.category(c) == "Nd" and not c.isascii() for c in seed):
        said.append(text("enrolment.seed_digits"))
    return said


def folded_seed(seed: str) -> str:
    """A seed without what an eye may overlook: blanks, wide letters, digits of other scripts.

    >>> folded_seed(" ３８٤ ")
    '384'
    """
    return "".join(str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFKC", seed) if not c.isspace())


def digests(seed: str, commitment: str, suffixes: Iterable[str]) -> list[str]:
    """Hex digest of every ``commitment|suffix``; a suffix is a position from 1, with ``|school position`` behind it where numbers are drawn school by school.

    >>> digests("20260701", "00" * 32, ["1"])[0][:16]
    '9bd50d189ba22c07'
    """
    key = seed.encode()
    start = f"{commitment}|"
    return [hmac.digest(key, f"{start}{suffix}".encode(), "sha256").hex() for suffix in suffixes]


def shown_number(digest: str, digits: int) -> str:
    """The number of ``digits`` digits that people see: the first 8 bytes as a fraction of 2^64. It grows with the digest, which decides where two numbers look alike.

    >>> shown_number("80" + "00" * 31, 10), shown_number("ff" * 32, 7), shown_number("00" * 32, 9)
    ('5000000000', '9999999', '000000000')
    """
    return str((int(digest[:16], 16) * 10**digits) >> 64).zfill(digits)
