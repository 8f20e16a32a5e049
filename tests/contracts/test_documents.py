"""What every document in DOCUMENTS keeps to: words, a number, files of its own or a reason, the same bytes again, nothing of strength for the public.

Of the documents of many pages (the whole report and the book of maps, as PDF) the bytes are compared in tests/outputs/report, where they are made anyway.
"""

from __future__ import annotations

import re

import pytest

from districting.outputs.report import make_report, maps, registry
from districting.outputs.report.registry import DOCUMENTS, Document
from districting.wording import LANGUAGES, catalogue, text
from tests.outputs.report.test_report_files import SECRET, words_of

BOOKS = ("report.pdf", "11-maps.pdf", "notice.pdf")
KEYS = [d.key for d in DOCUMENTS]


@pytest.fixture(scope="module")
def reports(full_plan):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maps, "DPI", 50)  # nobody looks at these
        yield {audience: make_report(full_plan, audience) for audience in ("public", "internal")}


def broken(document: Document, reports, folder) -> set[str]:
    """The laws that a document breaks."""
    found = set() if set(catalogue("report").get(f"doc_{document.key}", ())) == set(LANGUAGES) else {"words"}
    others = [d for d in registry.DOCUMENTS if d is not document]
    found |= set() if 0 <= document.number <= 12 and document.number not in {d.number for d in others if d.number} else {"number"}
    found |= {"key"} if document.key in {d.key for d in others} else set()
    for audience, report in reports.items():
        why = document.missing(report)
        if why is not None:
            found |= set() if all(why.say(lang) for lang in LANGUAGES) else {"reason"}
            continue
        files = document.files(report)
        taken = {name for d in others if d.missing(report) is None for name in d.files(report)}
        found |= set() if files else {"neither files nor a reason"}
        found |= set() if all(re.fullmatch(r"[\w-]+\.[a-z]+", name) for name in files) and not taken & set(files) else {"names"}
        if "names" in found:
            return found
        firsts = {name.rpartition(".")[2]: name for name in reversed(files)}  # of several maps or layers one is enough
        for name in firsts.values():
            if name not in BOOKS and (audience == "public" or document.missing(reports["public"]) is not None):
                found |= _made(files[name], report, folder / audience / name, audience)
    return found


def _made(make, report, path, audience) -> set[str]:
    once, again = path.parent / "once" / path.name, path.parent / "again" / path.name
    for place in (once, again):
        place.parent.mkdir(parents=True, exist_ok=True)
        if not (place is again and audience == "internal"):
            make(report, place)
    if audience == "internal":
        return set() if once.stat().st_size else {"written"}
    found = set() if once.read_bytes() == again.read_bytes() else {"same bytes"}
    return found | {f"for the public: {word}" for word in SECRET if word in words_of(once)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=KEYS)
def test_a_document_keeps_every_law(document, reports, tmp_path):
    assert broken(document, reports, tmp_path) == set()


def test_the_twelve_deliverables_are_all_there():
    assert sorted(d.number for d in DOCUMENTS if d.number) == list(range(1, 13))


COUNT = iter(range(1_000))


def writing(content):
    return {"planted.txt": lambda report, path: path.write_text(content(report), encoding="utf-8")}


@pytest.mark.parametrize(
    ("planted", "law"),
    [
        (Document("planted", 0, lambda _: writing(lambda _: "a"), lambda _: None), "words"),
        (Document("zoning", 0, lambda _: writing(lambda _: "a"), lambda _: None), "key"),
        (Document("planted", 11, lambda _: writing(lambda _: "a"), lambda _: None), "number"),
        (Document("planted", 0, lambda _: {}, lambda _: None), "neither files nor a reason"),
        (Document("planted", 0, lambda _: {"../a.txt": None}, lambda _: None), "names"),
        (Document("planted", 0, lambda _: writing(lambda report: str(next(COUNT))), lambda _: None), "same bytes"),
        (Document("planted", 0, lambda _: writing(lambda _: "等次"), lambda _: None), "for the public: 等次"),
        (Document("planted", 0, lambda _: writing(lambda _: "a"), lambda _: text("report.not_public")), "words"),
    ],
)
def test_a_bad_document_that_is_registered_is_caught(planted, law, reports, tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "DOCUMENTS", (*DOCUMENTS, planted))
    assert law in broken(planted, reports, tmp_path)
