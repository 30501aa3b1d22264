"""Every page of the desk and of the school workspace, for somebody who may open it, in both languages and widths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zlib import crc32

import pytest
from django.urls import reverse

from bureau.access.remits import apply_remits
from bureau.access.services import may_add, may_on_the_ground
from bureau.pages.menu import menu_for
from bureau.pages.pagesets import mounted
from bureau.workflow.services import available
from finance.models import BudgetCode, EconomicClass
from sections.office.news.models import WrongWord
from sections.office.policies.models import PolicyCode
from sections.office.reviews.models import ReviewingBody
from tests.cast import the_cast
from tests.factories import letters
from tests.site.factories import MAKERS
from tests.snapshots import restored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Each kind of person, in the workspace in which he or she works.
READERS = {
    "desk": (
        "office_clerk",
        "office_chief",
        "basic_officer",
        "district_reviewer",
        "security_admin",
        "system_admin",
        "auditor",
    ),
    "school": ("principal", "school_clerk"),
}
# Pages that neither the menu nor a PageSet names.
FURTHER = {
    "office_clerk": ("/desk/waiting/", "/desk/done/", "/desk/absence/", "/desk/notices/"),
    "office_chief": ("/desk/units/office/", "/desk/units/check/", "/account/", "/account/password/"),
    "security_admin": ("/desk/charter/", "/desk/charter/?name=compact", "/desk/accounts/new/"),
    "principal": ("/school/waiting/", "/school/done/", "/school/notices/", "/account/sessions/"),
}
SHARES = 3  # the desk's pages are looked at in so many goes, for two machines to share
NOT_WORK = {"/styleguide/"}  # shows both languages side by side and has its own test

# What stands in Latin letters on Chinese pages and shall: the name of the other language, formats, keys of charts.
ALLOWED = {"English", "CSV", "API", "TOTP", "SMS", "QR", "jinzhong", "compact", "preschool"}
ALLOWED |= {"PDF", "number", "date", "section"}  # a kind of file; placeholders of answer templates
ALLOWED |= {"pdf", "ofd", "docx", "xlsx", "wps", "doc", "xls", "jpg", "png", "csv"}  # kinds of files
# What the records of these tests are called, in English.
RECORDS = (
    "School bus stop",
    "Where does the bus stop after the holidays?",
    "The bus stops at the north gate.",
    "Wang Example",
    "Renamed by the district government",
    "Yuci Primary School No.",
    "Cast Primary School",
    "Other Primary School",
    "synthetic",
    "Subsidy for compulsory education",
    "Closer to home",
    "test charter loader",
    "The stop is still 900 metres away.",
    "City commission",
    "Template",
    "Li Example",
    "A name",
    "empty words",
    "Say what was done.",
    "Identity card",
    "Dates",
    "Lessons begin on 1 September.",
    "Do the invented work.",
    "Column",
    "Period",
    "Point",
    "More",
    "Body",
    "/news/",
)
WORD = re.compile(r"[A-Za-z]{3,}")
# Addresses; capabilities and keys (office.letters); user names; numbers of records.
CODES = re.compile(
    r"(?:https?://|www\.)[\w./%?=&-]+|[\w.+-]+@[\w.-]+"
    r"|\b[a-z0-9_]+(?:[._-][a-z0-9_]+)+\b|\b[A-Z][0-9]{4}-[0-9]+\b|\b[0-9a-f]{16,}\b"
)
STEP = re.compile(r"[0-9]+/do/[\w-]+/$")  # the end of the address of a step
SEEN_TEXT = """() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll('[lang="en"], script, .lang, textarea').forEach(one => one.remove());
  const said = [...copy.querySelectorAll('[aria-label], [placeholder], [title]')].flatMap(
    one => ['aria-label', 'placeholder', 'title'].map(name => one.getAttribute(name) || ''));
  const walk = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT), texts = [];
  while (walk.nextNode()) texts.push(walk.currentNode.textContent);
  return [document.title, ...said, ...texts].join(' ');
}"""


def english_on(page, names: list[str]) -> list[str]:
    """Words in Latin letters that a reader of the Chinese page sees or hears and should not."""
    text = page.evaluate(SEEN_TEXT)
    for name in names:
        text = text.replace(name, " ")
    return sorted({word for word in WORD.findall(CODES.sub(" ", text)) if word not in ALLOWED})


def look_at(opened, address: str, names: list[str], sizes, *, is_chinese: bool) -> Iterator[str]:
    """Everything that is wrong with one page. It arrives in the size in which the page before was left.

    The structure and the colours are the same in both languages: axe looks at the Chinese page, in the first size.
    """
    opened.messages.clear()
    answer = opened.page.goto(f"http://{opened.host}{address}")
    if answer is None or answer.status != 200:
        yield f"{address}: answered {answer and answer.status}"
        return
    if is_chinese:
        yield from (f"{address}: English word {word}" for word in english_on(opened.page, names))
    arrived = opened.page.viewport_size
    for size in sorted(sizes, key=lambda size: size != arrived):
        if size != arrived:
            opened.page.set_viewport_size(size)
        if opened.scrolls_sideways():
            yield f"{address}: scrolls sideways at {size['width']}"
        if is_chinese and size == sizes[0]:
            yield from (f"{address}: {fault}" for fault in opened.complaints())
    yield from (f"{address}: {message}" for message in opened.messages)


def ours():
    return [(workspace, one) for workspace, one in mounted() if not one.model.__module__.startswith("tests.")]


@pytest.fixture
def full_house(cast):
    """Some of everything that the house keeps, and work for everybody."""
    restored("full house", lambda: fill(cast))
    return the_cast()


def fill(cast):
    for label in sorted({pageset.label for _workspace, pageset in ours()}):
        MAKERS[label](cast, 2)
    letters.proposed(cast, school=cast.school)
    letters.answered(cast)
    apply_remits()


def record_pages(user, workspace: str, alike: set[str]) -> Iterator[str]:
    """Of each declared kind: list, add, and of the newest record detail, edit and each step.

    What looks alike for every kind is looked at twice and then taken as seen: history, print, a step that asks
    for no more than a reason.
    """
    for place, pageset in ours():
        if place != workspace:
            continue
        yield reverse(pageset.url_name(workspace, "list"))
        if "add" in pageset.kinds() and may_add(user, pageset.model):
            yield reverse(pageset.url_name(workspace, "add"))
        record = pageset.queryset(user, "view").order_by("-pk").first()
        if record is not None:
            yield from pages_of(pageset, record, user, workspace, alike)


def pages_of(pageset, record, user, workspace: str, alike: set[str]) -> Iterator[str]:
    kinds = ["detail"]
    may_change = pageset.queryset(user, "change").filter(pk=record.pk).exists()
    if "edit" in pageset.kinds() and may_change and not pageset.locked(record, user):
        kinds.append("edit")
    kinds += [kind for kind in ("history", "print") if is_new(alike, kind, pageset)]
    yield from (reverse(pageset.url_name(workspace, kind), args=[record.pk]) for kind in kinds)
    if "do" in pageset.kinds():
        for step in available(record, user):
            if step.form is not None or is_new(alike, f"step {step.reason} {step.style}", pageset):
                yield reverse(pageset.url_name(workspace, "do"), args=[record.pk, step.name])


def is_new(alike: set[str], what: str, pageset) -> bool:
    """Whether fewer than two other kinds of record have shown this."""
    kinds = {one for one in alike if one.startswith(f"{what}|")}
    if len(kinds - {f"{what}|{pageset.label}"}) < 2:
        alike.add(f"{what}|{pageset.label}")
        return True
    return False


def is_in(share: int | None, address: str) -> bool:
    """Whether a page is in this share; the steps of one record stay together."""
    return share is None or crc32(STEP.sub("", address).encode()) % SHARES == share


def menu_pages(user, workspace: str, rf) -> list[str]:
    request = rf.get(f"/{workspace}/")
    request.user = user
    return [entry.url for group in menu_for(request, workspace) for entry in group.entries]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("workspace", "share"), [*(("desk", share) for share in range(SHARES)), ("school", None)]
)
def test_every_work_page_fits_is_silent_open_to_everybody_and_in_the_readers_language(
    signed_in, full_house, rf, desktop, phone, language, workspace, share
):
    people = full_house.people().values()
    tables = (BudgetCode, EconomicClass, PolicyCode, ReviewingBody)  # both names stand beside each other
    codes = [code.name for table in tables for code in table.objects.exclude(name="")]
    codes += [word for pair in WrongWord.objects.values_list("wrong", "right") for word in pair]
    names = [*RECORDS, *codes, *(u.name for u in people), *(u.username for u in people)]
    names.sort(key=len, reverse=True)
    sizes = (desktop, phone)
    faults: list[str] = []
    seen: set[str] = set(NOT_WORK)
    alike: set[str] = set()
    is_chinese = language == "zh-hans"
    for who in READERS[workspace]:
        user = getattr(full_house, who)
        assert may_on_the_ground(user, f"{workspace}.open")
        found = {
            *menu_pages(user, workspace, rf),
            *record_pages(user, workspace, alike),
            *FURTHER.get(who, ()),
        }
        opened = signed_in(who, language=language, viewport=desktop)
        for address in sorted(address for address in found - seen if is_in(share, address)):
            faults += look_at(opened, address, names, sizes, is_chinese=is_chinese)
        seen |= found
    assert faults == [], "\n".join(faults)
