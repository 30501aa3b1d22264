"""Somebody else's key in the address: answered like a key that nobody has, byte for byte and query for query."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau.access.services import may_on_the_ground
from bureau.accounts.models import User
from bureau.charter.models import Membership, Unit
from bureau.jobs.models import Job
from bureau.pages.pagesets import PageSet, mounted
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.models import Delegation
from sections.office.letters.models import Letter
from tests.attacks.walking import EVERYBODYS, changed, rows, signed_in
from tests.cast import Cast
from tests.factories import letters

MOUNTED = [(workspace, pageset) for workspace, pageset in mounted() if pageset.label not in EVERYBODYS]
EACH = pytest.mark.parametrize(
    ("workspace", "pageset"), MOUNTED, ids=[f"{workspace}-{pageset.label}" for workspace, pageset in MOUNTED]
)
NOBODYS = 987_654_321
pytestmark = pytest.mark.usefixtures("rights_read_once")


def stranger(workspace: str, pageset: PageSet, cast: Cast) -> tuple[User, Any]:
    """Somebody of the workspace, and a record that is not his or hers."""
    for user in cast.people().values():
        if not user.is_active or not may_on_the_ground(user, f"{workspace}.open"):
            continue
        seen = pageset.queryset(user, "view").values("pk")
        record = pageset.model._base_manager.exclude(pk__in=seen).order_by("-pk").first()
        if record is not None:
            return user, record
    raise AssertionError(f"Everybody of {workspace} sees every {pageset.label}")


def answer(client: Client, method: str, address: str, data: dict[str, Any]) -> tuple[Any, list[str]]:
    """The response without its request id, and the queries without their numbers."""
    with CaptureQueriesContext(connection) as asked:
        response = getattr(client, method)(address, data)
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    queries = [re.sub(r"\d+(\.\d+)?", "N", one["sql"]) for one in asked.captured_queries]
    return (response.status_code, response.content, headers), queries


def assert_same(
    client: Client,
    method: str,
    make: Any,
    foreign: Any,
    data: Any = lambda _key: {},
    *,
    is_first: bool = True,
) -> Any:
    """`make(key)` gives the address, `data(key)` what is posted."""
    if is_first:
        answer(client, method, make(NOBODYS - 1), data(NOBODYS - 1))  # what only a first visit asks
    one, asked_one = answer(client, method, make(foreign), data(foreign))
    two, asked_two = answer(client, method, make(NOBODYS), data(NOBODYS))
    assert one == two, make(foreign)
    assert asked_one == asked_two, make(foreign)
    return one


def pages(pageset: PageSet) -> list[tuple[str, str, tuple[str, ...]]]:
    """(method, kind of page, further parts of the address)"""
    kinds = pageset.kinds()
    found = [("get", kind, ()) for kind in ("detail", "history", "print", "edit") if kind in kinds]
    found += [("post", "edit", ())] if "edit" in kinds else []
    workflow = WORKFLOWS.get(pageset.label)
    for step in workflow.transitions if workflow else ():
        found += [("get", "do", (step.name,)), ("post", "do", (step.name,))]
    return found


@EACH
def test_a_foreign_key_and_one_that_nobody_has_look_the_same_on_every_page(
    workspace: str, pageset: PageSet, furnished: Cast
) -> None:
    user, record = stranger(workspace, pageset, furnished)
    client, before = signed_in(user), rows()
    visited: set[tuple[str, str]] = set()
    for method, kind, more in pages(pageset):

        def make(pk: int, kind: str = kind, more: tuple[str, ...] = more) -> str:
            return reverse(pageset.url_name(workspace, kind), args=[pk, *more])

        sent = {"reason": "mine", "title": "mine"}
        is_first = (method, kind) not in visited
        visited.add((method, kind))
        status, *_rest = assert_same(
            client, method, make, record.pk, lambda _pk, sent=sent: sent, is_first=is_first
        )
        assert status == 404, (method, kind, more)
    assert not changed(before)


@EACH
def test_a_foreign_key_among_the_chosen_refuses_the_whole_bulk_act(
    workspace: str, pageset: PageSet, furnished: Cast
) -> None:
    user, record = stranger(workspace, pageset, furnished)
    if "bulk" not in pageset.kinds():
        # Whoever declares one is tested by this from then on.
        assert not pageset.bulk
        return
    client, before = signed_in(user), rows()
    address = reverse(pageset.url_name(workspace, "bulk"))
    for act in pageset.bulk:
        status, *_rest = assert_same(
            client, "post", lambda _pk: address, record.pk, lambda pk, act=act: {"act": act, "pk": [pk]}
        )
        assert status == 404
    assert not changed(before)


@EACH
def test_a_foreign_key_as_the_place_in_a_list_tells_nothing(
    workspace: str, pageset: PageSet, furnished: Cast
) -> None:
    user, record = stranger(workspace, pageset, furnished)
    client = signed_in(user)
    for kind in ("list", "export"):
        if kind not in pageset.kinds():
            continue
        address = reverse(pageset.url_name(workspace, kind))
        for name in ("after", "before"):
            got = [client.get(f"{address}?{name}={pk}") for pk in (record.pk, NOBODYS)]
            pages = [
                (b"".join(one.streaming_content) if one.streaming else one.content).decode() for one in got
            ]
            same = [
                re.sub(r'value="[^"]{40,}"', "", page.replace(str(pk), "N"))
                for page, pk in zip(pages, (str(record.pk), str(NOBODYS)), strict=True)
            ]
            if len(str(record.pk)) < 4:  # a short number stands elsewhere on the page as well
                same = [re.sub(r"\d+|N", "", page) for page in same]
            assert same[0] == same[1]
            assert got[0].status_code == got[1].status_code


# --- pages that are not generated -----------------------------------------------------------------


def someone_else(cast: Cast) -> dict[str, tuple[User, str, str, Any]]:
    """name → (who, method, address with a gap, a key that is not theirs)"""
    letter = Letter._base_manager.first()
    job = Job.objects.get()
    absence = Delegation.objects.get()
    foreign = Membership.objects.get(user=cast.other_principal)
    unit = Unit.objects.get(key=f"school-{cast.other_school.code}")
    return {
        "the account page of a person of the bureau": (
            cast.district_leader,
            "get",
            "/desk/accounts/%s/",
            cast.basic_clerk.pk,
        ),
        "a reset of a person of the bureau": (
            cast.district_leader,
            "post",
            "/desk/accounts/%s/reset/",
            cast.basic_clerk.pk,
        ),
        "a job": (cast.basic_clerk, "get", "/desk/jobs/%s/", job.pk),
        "a job run again": (cast.basic_clerk, "post", "/desk/jobs/%s/retry/", job.pk),
        "an absence": (cast.preschool_clerk, "post", "/desk/absence/%s/end/", absence.pk),
        "an absence entered for": (
            cast.preschool_clerk,
            "get",
            "/desk/absence/?for=%s",
            cast.office_clerk.pk,
        ),
        "a new code": (cast.personnel_clerk, "post", "/desk/office/letters/%s/code/", letter.pk),
        "the question for a new code": (
            cast.personnel_clerk,
            "get",
            "/desk/office/letters/%s/code/",
            letter.pk,
        ),
        "a membership in another school": (cast.principal, "post", "/school/users/%s/end/", foreign.pk),
        "the person of another school": (
            cast.principal,
            "post",
            "/school/users/%s/reset/",
            cast.other_principal.pk,
        ),
        "a new person in another school": (cast.principal, "get", "/school/users/new/%s/", unit.pk),
        "the session of somebody else": (cast.basic_clerk, "post", "/account/sessions/%s/end/", None),
    }


NAMES = [
    "the account page of a person of the bureau",
    "a reset of a person of the bureau",
    "a job",
    "a job run again",
    "an absence",
    "an absence entered for",
    "a new code",
    "the question for a new code",
    "a membership in another school",
    "the person of another school",
    "a new person in another school",
    "the session of somebody else",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_of_the_ground_floor_know_no_foreign_key(name: str, furnished: Cast) -> None:
    who, method, where, key = someone_else(furnished)[name]
    if key is None:
        signed_in(furnished.office_chief).get("/desk/")
        key = furnished.office_chief.visits.get().pk
    client, before = signed_in(who), rows()
    status, *_rest = assert_same(client, method, lambda pk: where % pk, key)
    assert status == 404
    assert not changed(before)


def test_every_declared_case_of_the_ground_floor_is_tested(furnished: Cast) -> None:
    assert sorted(someone_else(furnished)) == sorted(NAMES)


# --- the public ---------------------------------------------------------------------------------


def masked(page: bytes, *given: str) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.decode())
    for one in given:
        text = text.replace(one, "N")
    return text


def test_a_letter_of_somebody_else_is_tracked_like_one_that_does_not_exist(cast: Cast) -> None:
    real = letters.sent().letter.number
    client = Client()
    got = []
    for number in ("L1999-000001", real, "L1999-000002"):
        with CaptureQueriesContext(connection) as asked:
            page = client.post("/en/track/", {"number": number, "code": "AAAAA-AAAAA"})
        headers = {
            name: value
            for name, value in page.headers.items()
            if name not in ("X-Request-ID", "Content-Length")
        }
        got.append((page.status_code, masked(page.content, number), headers, len(asked)))
    assert got[1] == got[2]
    assert got[1][0] == 422


def test_the_proof_of_one_letter_opens_no_other_by_any_parameter(cast: Cast) -> None:
    mine, other = letters.sent(title="Mine alone"), letters.sent(title="Somebody elses")
    client = Client()
    client.post("/en/track/", {"number": mine.letter.number, "code": mine.code})
    for name in ("pk", "id", "number", "letter", "record", "kind"):
        for value in (other.letter.pk, other.letter.number):
            page = client.get("/en/track/status/", {name: value}).content.decode()
            assert "Somebody elses" not in page and "Mine alone" in page
            client.post("/en/track/status/", {"act": "withdraw", name: value})
    other.letter.refresh_from_db()
    assert other.letter.status == "received"


def test_a_school_that_is_not_public_is_not_found_like_one_that_does_not_exist(furnished: Cast) -> None:
    from tests.factories.schools import SchoolFactory

    hidden = SchoolFactory(closed=True)
    client = Client()
    status, *_rest = assert_same(
        client,
        "get",
        lambda key: f"/en/schools/{key if isinstance(key, str) else '2114999999'}/",
        hidden.code,
    )
    assert status == 404
