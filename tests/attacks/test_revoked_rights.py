"""A right that ends between page and post: the post is refused in words and changes nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.access.policies import POLICIES
from bureau.access.services import may_add, may_on_the_ground
from bureau.access.standing import rights_scope
from bureau.accounts.models import User
from bureau.charter.models import Membership, Unit
from bureau.pages.pagesets import PageSet, mounted
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.services import available
from tests.attacks.walking import changed, rows, signed_in, typed
from tests.cast import Cast

MOUNTED = mounted()
EACH = pytest.mark.parametrize(
    ("workspace", "pageset"), MOUNTED, ids=[f"{workspace}-{pageset.label}" for workspace, pageset in MOUNTED]
)
# The refusal itself is on record, nothing else.
Open = list[tuple[Any, str, dict[str, Any], User]]


def workers(workspace: str, cast: Cast) -> list[User]:
    with rights_scope():
        return [
            user
            for user in cast.people().values()
            if user.is_active and may_on_the_ground(user, f"{workspace}.open")
        ]


def opened(workspace: str, pageset: PageSet, cast: Cast) -> Open:
    """Pages that somebody has open: who, where, what the form holds."""
    found: Open = []
    kinds: set[str] = set()
    for user in workers(workspace, cast):
        client: Any = None
        for address in _addresses(workspace, pageset, user):
            kind = re.sub(r"\d+", "N", address)
            if kind in kinds:
                continue
            kinds.add(kind)
            client = client or signed_in(user)
            page = client.get(address)
            if page.status_code == 200 and page.context and "form" in page.context:
                found.append((client, address, {"reason": "why", **typed(page.context)}, user))
    return found


def _addresses(workspace: str, pageset: PageSet, user: User) -> list[str]:
    with rights_scope():
        return _addresses_now(workspace, pageset, user)


def _addresses_now(workspace: str, pageset: PageSet, user: User) -> list[str]:
    def url(kind: str, *args: Any) -> str:
        return reverse(pageset.url_name(workspace, kind), args=args)

    found = []
    if "add" in pageset.kinds() and may_add(user, pageset.model):
        found.append(url("add"))
    if "edit" in pageset.kinds():
        found += [url("edit", one.pk) for one in pageset.queryset(user, "change").order_by("-pk")[:1]]
    if pageset.label in WORKFLOWS:
        for one in pageset.queryset(user, "view").order_by("-pk")[:6]:
            found += [url("do", one.pk, step.name) for step in available(one, user)]
    return found


def leave(user: User) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=user).update(until=yesterday)


def go_elsewhere(user: User) -> None:
    """To a section without a right over what the pages hold, or to another school."""
    for membership in Membership.objects.filter(user=user).select_related("unit"):
        kind = membership.unit.kind
        elsewhere = Unit.objects.filter(kind=kind, is_active=True, key__in=ELSEWHERE).exclude(
            pk=membership.unit_id
        )
        if elsewhere.exists():
            Membership.objects.filter(pk=membership.pk).update(unit=elsewhere.first())
        else:
            leave(user)


ELSEWHERE = ("retirees", "retired", "personnel", "adult", "school-2114990002", "district-140728")


def first_of_each_policy() -> list[tuple[str, PageSet]]:
    """Where rights come from is the policy's matter: of the lists that share a source, the first."""

    def source(pageset: PageSet) -> tuple[Any, ...]:
        policy = POLICIES.get(pageset.label)
        return (type(policy), getattr(policy, "capability", ""), getattr(policy, "parent", ""))

    firsts: dict[Any, tuple[str, PageSet]] = {}
    for workspace, pageset in MOUNTED:
        firsts.setdefault((workspace, source(pageset)), (workspace, pageset))
    return list(firsts.values())


ENDS = [
    *((workspace, pageset, leave, "the membership ends") for workspace, pageset in MOUNTED),
    *(
        (workspace, pageset, go_elsewhere, "the person moves")
        for workspace, pageset in first_of_each_policy()
    ),
]


@pytest.mark.parametrize(
    ("workspace", "pageset", "how"),
    [pytest.param(place, one, how, id=f"{place}-{one.label}-{name}") for place, one, how, name in ENDS],
)
def test_a_page_that_was_open_when_the_right_ended_saves_nothing(
    workspace: str, pageset: PageSet, how: Any, furnished: Cast
) -> None:
    pages = opened(workspace, pageset, furnished)
    is_writable = bool({"add", "edit", "do"} & set(pageset.kinds()))
    assert bool(pages) or not is_writable or is_nobodys(pageset)
    for user in {one[3] for one in pages}:
        how(user)
    before = rows()
    still_open: dict[int, list[str]] = {}  # nothing below changes a right: asked once for each person
    for client, address, data, user in pages:
        if how is go_elsewhere:
            if user.pk not in still_open:
                still_open[user.pk] = _addresses(workspace, pageset, user)
            if address in still_open[user.pk]:
                continue
        response = client.post(address, data)
        assert response.status_code in (403, 404, 409), (address, response.status_code)
    assert not changed(before)


def is_nobodys(pageset: PageSet) -> bool:
    """Records whose way is over, or that only the other workspace changes."""
    return pageset.label in (
        "schools.school",
        "schools.schoolfacts",
        "schools.confirmation",
        "schools.changerequest",
        "schools.schoolduplicate",
        "personnel.teacherduplicate",
        "finance.allocation",
        "finance.receipt",
        "finance.spendingentry",
    )


@EACH
def test_a_list_that_was_open_gives_no_file_and_takes_no_bulk_act_afterwards(
    workspace: str, pageset: PageSet, furnished: Cast
) -> None:
    for user in workers(workspace, furnished)[:3]:
        record = pageset.queryset(user, "view").first()
        client = signed_in(user)
        assert client.get(reverse(pageset.url_name(workspace, "list"))).status_code == 200
        leave(user)
        before = rows()
        for kind in ("list", "export"):
            if kind in pageset.kinds():
                assert client.get(reverse(pageset.url_name(workspace, kind))).status_code == 403
        for act in pageset.bulk:
            address = reverse(pageset.url_name(workspace, "bulk"))
            data = {"act": act, "pk": [record.pk] if record else [], "confirmed": "1"}
            assert client.post(address, data).status_code == 403
        assert not changed(before)


GROUND = [
    ("security_admin", "/desk/accounts/new/"),
    ("security_admin", "/desk/accounts/{person}/edit/"),
    ("security_admin", "/desk/accounts/{person}/reset/"),
    ("security_admin", "/desk/accounts/{person}/switch/"),
    ("security_admin", "/desk/accounts/{person}/sign-out/"),
    ("security_admin", "/desk/accounts/{person}/second-factor/"),
    ("security_admin", "/desk/accounts/{person}/memberships/new/"),
    ("security_admin", "/desk/accounts/{person}/memberships/{membership}/end/"),
    ("security_admin", "/desk/accounts/onboarding/"),
    ("security_admin", "/desk/accounts/onboarding/{unit}/slips/"),
    ("security_admin", "/desk/accounts/hand-over/{unit}/"),
    ("security_admin", "/desk/charter/load/"),
    ("system_admin", "/desk/calendar/import/"),
    ("system_admin", "/desk/calendar/rules/letters.acceptance/change/"),
    ("district_leader", "/desk/accounts/{principal}/reset/"),
    ("office_chief", "/desk/absence/"),
    ("office_chief", "/desk/waiting/urge/"),
    ("office_chief", "/desk/office/letters/{letter}/code/"),
    ("principal", "/school/absence/"),
    ("principal", "/school/users/new/{unit}/"),
    ("principal", "/school/users/{principal}/reset/"),
]


@pytest.mark.parametrize(("name", "where"), GROUND)
def test_a_page_of_the_ground_floor_saves_nothing_after_the_right_ended(
    name: str, where: str, furnished: Cast
) -> None:
    from sections.office.letters.models import Letter

    user, clerk = furnished.people()[name], furnished.basic_clerk
    address = where.format(
        person=clerk.pk,
        membership=clerk.memberships.get().pk,
        unit=furnished.school.unit_id,
        principal=furnished.school_clerk.pk,
        letter=Letter.objects.order_by("pk")[0].pk,
    )
    client = signed_in(user)
    page = client.get(address)
    data = typed(page.context) if page.status_code == 200 and page.context and "form" in page.context else {}
    assert page.status_code in (200, 302, 405), "the page was open before"
    leave(user)
    before = rows()
    response = client.post(
        address, {"reason": "why", "name": "N", "username": "new-one", "language": "en", **data}
    )
    assert response.status_code == 403
    assert not changed(before)
