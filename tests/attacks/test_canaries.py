"""Everybody looks at every page: nothing breaks, nothing changes, and nobody meets a word that is not his to read.

The words stand in one letter or in one report on a person alone: who may not see it meets none of them, on no page
and in no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from zlib import crc32

import pytest
from django.core.management import call_command
from django.test import Client

from bureau.access.services import permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.workflow import services as workflow
from sections.office.letters.models import Letter
from sections.office.person_reports.models import PersonReport
from tests.attacks.walking import IN_A_LANGUAGE, addresses, body, changed, open_to, rows, signed_in
from tests.cast import Cast
from tests.factories import letters
from tests.factories import person_reports as reports
from tests.ground import laid_on

WAYS = {
    "received": letters.sent,
    "assigned": letters.assigned,
    "proposed": letters.proposed,
    "answered": letters.answered,
    "accused": letters.assigned,
}


def marks(name: str) -> dict[str, str]:
    return {
        "title": f"Canarytitle{name}",
        "body": f"Canarybody{name}",
        "name": f"Canaryname{name}",
        "phone": f"139{crc32(name.encode()) % 10**8:08d}",
    }


@laid_on("furnished")
def marked(furnished: Cast) -> dict[str, Letter]:
    """Letters whose every text is found nowhere else; one is about the school of the cast."""
    cast = furnished
    found = {}
    for name, way in WAYS.items():
        more = {"school": cast.school} if name == "accused" else {}
        found[name] = (
            way(**marks(name)).letter if name == "received" else way(cast, **marks(name), **more)  # type: ignore[operator]
        )
    declined = letters.registered(cast, **marks("declined"))
    found["declined"] = workflow.perform(
        declined,
        "decline",
        by=cast.office_chief,
        data={"ground": "unclear"},
        reason="Canaryreasondeclined",
    )
    call_command("work", "--once", verbosity=0)
    return found


REPORT = {
    "accused_name": "Canaccusedname",
    "accused_post": "Canaccusedpost",
    "accused_unit": "Canaccusedunit",
    "subject": "Cansubject",
    "body": "Canreportbody",
}
REPORTER = {"name": "Canreporter", "phone": "13912345678"}
LATER = ("Cannote", "Canfinding", "Canreferredto")


@laid_on("marked")
def reported(marked: dict[str, Letter], furnished: Cast) -> list[PersonReport]:
    """One report at each end of its way, and one that was a letter."""
    cast, officer = furnished, furnished.discipline_officer
    found = [reports.sent(**REPORT, **REPORTER).report]
    report = reports.verified(cast, **REPORT, **REPORTER)
    report = workflow.perform(report, "note", by=officer, data={"text": "Cannote"})
    data = {"result": "substantiated", "finding": "Canfinding"}
    found.append(workflow.perform(report, "close", by=officer, data=data))
    referred = reports.registered(cast, **REPORT, **REPORTER)
    found.append(workflow.perform(referred, "refer", by=officer, data={"referred_to": "Canreferredto"}))
    letter = letters.registered(cast, title="Cansubject", body="Canreportbody", name="Canreporter")
    about = {name: REPORT[name] for name in ("accused_name", "accused_post", "accused_unit")}
    workflow.perform(letter, "hand_over", by=cast.office_clerk, data=about)
    found.append(PersonReport.objects.latest("pk"))
    call_command("work", "--once", verbosity=0)
    return found


SEARCHES = (
    "/desk/office/letters/?q=Canarybody",
    "/desk/office/letters/?tab=received",
    "/desk/?later=1",
    "/desk/search/?q=Cansubject",
    "/desk/office/letters/?q=Cansubject",
    "/desk/office/person-reports/?q=Canaccusedname",
)


# Public pages never ask who looks: the visitor sees them all, one who works here those in Chinese.
PUBLIC = {"visitor": IN_A_LANGUAGE, "office_chief": ("/zh/",)}


Keys = dict[str, list[int]]


def with_words(marked: dict[str, Letter], reported: list[PersonReport]) -> Keys:
    """Keys of the records that hold the words, by kind; one report was a letter, the newest."""
    first = min(letter.pk for letter in marked.values())
    found = Letter._base_manager.filter(pk__gte=first).values_list("pk", flat=True)
    return {"office.letter": list(found), "office.personreport": [report.pk for report in reported]}


def pages(
    client: Client, user: User | None, of: Keys, public: tuple[str, ...]
) -> Iterator[tuple[str, bytes]]:
    """Each address, with one record of each kind and all that hold the words, and what leaves with its answer."""
    walk = [
        where
        for where in addresses(most=1, of=of, steps=3)
        if where.startswith(public) or not where.startswith(IN_A_LANGUAGE)
    ]
    for where in open_to(user, walk):
        response = client.get(where)
        yield where, body(response)
        assert response.status_code < 500, where
        if user is None and where.startswith(("/desk/", "/school/")):
            assert response.status_code in (302, 401), where
            assert response.headers["Location"].startswith("/account/login/"), where
    for where in SEARCHES:
        asked = where.rpartition("=")[2].encode()  # a page repeats what was typed into its box
        yield where, re.sub(asked + rb"(?!\w)", b"", body(client.get(where)))


def masked(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def secrets_of(letter: Letter, name: str, *, is_seen: bool, is_office: bool) -> list[str]:
    """The words that this person must not meet."""
    words = marks(name)
    found = [words["phone"]]  # masked for everybody
    if not (is_seen and is_office):
        found.append(words["name"])
    if not is_seen:
        found += [words["title"], words["body"], "Canaryreason" + name, letter.number]
    return found


NAMES = [
    "office_chief",
    "basic_clerk",
    "preschool_clerk",
    "bureau_leader",
    "auditor",
    "security_admin",
    "principal",
    "visitor",
]


# Without these the search below could not fail.
MUST_MEET = {
    "office_chief": [
        *(marks(name)[word] for name in (*WAYS, "declined") for word in ("title", "body")),
        marks("received")["name"],  # while it registers; masked afterwards
        "Canaryreasondeclined",
    ],
    "basic_clerk": ["Canarybodyassigned"],  # the section reads the letter and not its writer
}


# Who sees no other letters than somebody who walks; the rest of their rights is in the tables of tests/site.
ALIKE = {
    "office_clerk": "office_chief",
    "basic_officer": "basic_clerk",
    "deputy_leader": "bureau_leader",
    "personnel_clerk": "security_admin",
    "finance_clerk": "security_admin",
    "discipline_officer": "security_admin",
    "system_admin": "security_admin",
    "district_reviewer": "principal",
    "district_leader": "principal",
    "other_district": "principal",
    "school_clerk": "principal",
    "other_principal": "principal",
    "outsider": "principal",
    "inactive": "principal",
}


def test_everybody_of_the_cast_walks_or_sees_what_a_walker_sees(
    marked: dict[str, Letter], furnished: Cast
) -> None:
    people = furnished.people()
    assert sorted([*NAMES, *ALIKE]) == sorted([*people, "visitor"])
    for name, other in ALIKE.items():
        seen = [
            set(permitted(people[one], "view", Letter).values_list("pk", flat=True)) for one in (name, other)
        ]
        assert seen[0] == seen[1], name


@pytest.mark.parametrize("name", NAMES)
def test_who_looks_at_everything_changes_nothing_and_meets_only_what_is_his(
    name: str, marked: dict[str, Letter], reported: list[PersonReport], furnished: Cast
) -> None:
    user = furnished.people().get(name)
    seen = set(permitted(user, "view", Letter).values_list("pk", flat=True)) if user else set()
    holds = standing(user).holder_units("office.letters", "register") if user and user.is_active else ()
    kept = [
        word.encode()
        for kind, letter in marked.items()
        for word in secrets_of(letter, kind, is_seen=letter.pk in seen, is_office=letter.owner_id in holds)
    ]
    # Of the reports nobody but the discipline unit meets anything, not even a number.
    kept += [word.encode() for word in (*REPORT.values(), *REPORTER.values(), *LATER)]
    kept += [report.number.encode() for report in reported]
    client = signed_in(user) if user else Client()
    before, met = rows(), set()
    for where, text in pages(client, user, with_words(marked, reported), PUBLIC.get(name, ())):
        assert not [word for word in kept if word in text], where
        met |= {word for word in MUST_MEET.get(name, ()) if word.encode() in text}
    assert met == set(MUST_MEET.get(name, ()))
    assert not changed(before)


def test_the_discipline_officer_meets_the_text_and_never_unasked_the_reporter(
    reported: list[PersonReport], furnished: Cast
) -> None:
    client = signed_in(furnished.discipline_officer)
    met = b""
    for where in addresses(most=1, of={"office.personreport": [report.pk for report in reported]}):
        if where.startswith("/desk/office/person-reports/"):
            met += body(client.get(where))
    assert [word for word in (*REPORT.values(), *LATER) if word.encode() not in met] == []
    assert [word for word in REPORTER.values() if word.encode() in met] == []


def test_searching_by_the_words_of_a_letter_that_is_not_mine_finds_what_nonsense_finds(
    cast: Cast, marked: dict[str, Letter]
) -> None:
    client = signed_in(cast.preschool_clerk)
    for word in (marks("received")["title"], marks("received")["name"], marked["received"].number):
        got = [
            masked(client.get("/desk/office/letters/", {"q": one}).content.decode().replace(one, "W"))
            for one in (word, "x" * len(word))
        ]
        assert got[0] == got[1]


def test_the_writer_cannot_be_found_by_searching_even_by_the_office(
    cast: Cast, marked: dict[str, Letter]
) -> None:
    client = signed_in(cast.office_chief)
    for word in (marks("received")["name"], marks("received")["phone"]):
        page = client.get("/desk/office/letters/", {"q": word}).content.decode()
        assert marks("received")["title"] not in page
