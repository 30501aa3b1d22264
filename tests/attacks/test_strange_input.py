"""Whatever is sent, the answer is a sentence and never a fault."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django_filters import CharFilter

from bureau.access.services import may_on_the_ground
from bureau.access.standing import rights_scope
from bureau.pages.listing import BadQuery, Listing
from bureau.pages.pagesets import PageSet, mounted
from sections.office.letters.models import Letter
from sections.office.letters.writing import Draft
from tests.attacks.walking import changed, routes, rows, signed_in
from tests.cast import Cast
from tests.factories import letters

HUGE, LONG = "9" * 200, "长" * 340_000  # a megabyte of UTF-8
VALUES = {
    "a null character": "a\x00b",
    "a number of 200 digits": HUGE,
    "a negative number": "-1",
    "a digit that is no decimal": "²",
    "digits of another script": "١٢",
    "half of a pair": "\ud800",
    "a megabyte": LONG,
    "something like SQL": "' OR 1=1 --",
    "wild cards": "%_%",
    "a list": "[]",
    "a format": "%(x)s {0}",
}
STRANGE = pytest.mark.parametrize("value", list(VALUES.values()), ids=list(VALUES))
MOUNTED = mounted()
EACH = pytest.mark.parametrize(
    ("workspace", "pageset"), MOUNTED, ids=[f"{workspace}-{pageset.label}" for workspace, pageset in MOUNTED]
)


def coded(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"))


def post(client: Client, where: str, fields: dict[str, str]) -> Any:
    """As a browser would, also what is no text."""
    data = "&".join(f"{name}={coded(value)}" for name, value in fields.items())
    return client.post(where, data, content_type="application/x-www-form-urlencoded")


# --- lists ---------------------------------------------------------------------------------------


def someone(workspace: str, pageset: PageSet, cast: Cast) -> Any:
    with rights_scope():
        people = [
            user
            for user in cast.people().values()
            if user.is_active and may_on_the_ground(user, f"{workspace}.open")
        ]
        return max(people, key=lambda user: pageset.queryset(user, "view").count())


OWN = ("q", "sort", "tab", "page", "per", "after", "before", "all")
# Text that is searched for may be anything; there is simply nothing that fits.
FREE = ("q", "all")
FEW = ("a null character", "a number of 200 digits", "half of a pair", "a digit that is no decimal")


# Every list has its own parameters, but the same few sorts of them: one list tries all values on a sort; of the
# others the listing itself, which page and file share, is asked with a value that nobody may send.
Tried = set[tuple[Any, ...]]


def sort_of(pageset: PageSet, name: str, kind: str) -> tuple[Any, ...]:
    if name in OWN or not pageset.filters:
        return (name, kind)
    declared = next(
        (
            one
            for key, one in pageset.filters.base_filters.items()
            if name == key or name.startswith(f"{key}_")
        ),
        None,
    )
    return (type(declared), getattr(declared, "lookup_expr", ""), name.rpartition("_")[2], kind)


def values_for(sort: tuple[Any, ...], tried: Tried) -> tuple[str, ...]:
    if sort in tried:
        return ()
    tried.add(sort)
    return tuple(VALUES) if sort == ("q", "list") else FEW if sort[-1] == "list" else FEW[:1]


def parameters(pageset: PageSet) -> list[str]:
    return [*OWN, *(pageset.filters.base_filters if pageset.filters else ())]


def walk_of_values() -> list[Any]:
    """(workspace, list, [(address, parameter, kind of value)]), planned once for all lists."""
    tried: Tried = set()
    found = []
    for workspace, pageset in MOUNTED:
        plan = [
            (kind, name, what)
            for kind in ("list", "export")
            if kind in pageset.kinds()
            for name in parameters(pageset)
            for what in values_for(sort_of(pageset, name, kind), tried)
        ]
        found.append(pytest.param(workspace, pageset, plan, id=f"{workspace}-{pageset.label}"))
    return found


@pytest.mark.parametrize(("workspace", "pageset", "plan"), walk_of_values())
def test_no_parameter_of_a_list_brings_it_down(
    workspace: str, pageset: PageSet, plan: list[tuple[str, str, str]], furnished: Cast
) -> None:
    user = someone(workspace, pageset, furnished)
    client, before = signed_in(user), rows()
    free = set(FREE)
    if pageset.filters:
        free |= {name for name, one in pageset.filters.base_filters.items() if type(one) is CharFilter}
    for kind, name, what in plan:
        value = VALUES[what]
        response = client.get(f"{reverse(pageset.url_name(workspace, kind))}?{name}={coded(value)}")
        expected = (200, 400, 403) if name in free else (400, 403)
        expected = (400, 403) if "\x00" in value else expected
        assert response.status_code in expected, (kind, name, what)
    with rights_scope():
        for name in parameters(pageset):
            with pytest.raises(BadQuery):
                Listing(pageset, user, QueryDict(f"{name}=a%00b"))
    assert not changed(before)


UNDECLARED = (
    "nonsense=1",
    "id=1",
    "pk__gt=0",
    "status__startswith=a",
    "sender_phone__startswith=13",
    "sort=id",
    "sort=-password",
    "sort=sender_name",
    "sort=owner__group__user__password",
    "ordering=id",
    "o=1",
    "tab=nonsense",
    "per=7",
    "page=x",
)


@EACH
def test_what_a_list_does_not_declare_is_refused(workspace: str, pageset: PageSet, furnished: Cast) -> None:
    """By the listing that page and file share; of the pages each tries some, together they try all."""
    user = someone(workspace, pageset, furnished)
    with rights_scope():
        for query in UNDECLARED:
            with pytest.raises(BadQuery):
                Listing(pageset, user, QueryDict(query))
    client = signed_in(user)
    place = MOUNTED.index((workspace, pageset)) % len(UNDECLARED)
    for query in (UNDECLARED[place], UNDECLARED[place - 5]):
        for kind in ("list", "export"):
            if kind in pageset.kinds():
                response = client.get(f"{reverse(pageset.url_name(workspace, kind))}?{query}")
                assert response.status_code == 400 or (kind == "export" and response.status_code == 403), (
                    query
                )


LOGS = {
    "/desk/audit/": ("auditor", ("who", "action", "record", "since", "until", "page", "q", "refused")),
    "/desk/accounts/": ("security_admin", ("q", "kind", "state", "page")),
    "/desk/outgoing/": ("system_admin", ("page", "q", "state", "channel")),
    "/desk/jobs/": ("office_chief", ("page", "q", "state")),
    "/desk/notices/": ("office_chief", ("page", "kind")),
    "/desk/": ("office_chief", ("kind", "later", "page")),
    "/desk/waiting/": ("office_chief", ("kind", "page")),
    "/desk/done/": ("office_chief", ("kind", "page")),
    "/desk/absence/": ("office_chief", ("for",)),
    "/school/": ("principal", ("kind", "later", "page")),
    "/school/users/": ("principal", ("page", "unit")),
    "/desk/units/": ("auditor", ("q", "kind", "page")),
    "/desk/charter/": ("security_admin", ("name",)),
    "/desk/charter/load/": ("security_admin", ("name",)),
    "/desk/accounts/onboarding/": ("security_admin", ("page", "district", "q")),
    "/account/": ("principal", ("tab", "next")),
}


@pytest.mark.parametrize("where", LOGS)
def test_no_parameter_of_another_page_brings_it_down(where: str, furnished: Cast) -> None:
    name, parameters = LOGS[where]
    client = signed_in(furnished.people()[name])
    for parameter in parameters:
        for what in VALUES if parameter == "q" else FEW:
            value = VALUES[what]
            assert client.get(f"{where}?{parameter}={coded(value)}").status_code < 500, (parameter, what)


# --- the public ----------------------------------------------------------------------------------

PUBLIC = {
    "/en/schools/": ("q", "district", "stage", "run_by", "page", "nonsense"),
    "/en/track/": ("number", "code"),
    "/en/track/status/": ("pk",),
    "/en/letters/new/": ("draft", "step"),
    "/en/letters/child/": ("draft", "q"),
    "/en/letters/urgent/": ("begin",),
    "/en/letters/resume/": ("code",),
    "/en/letters/code/": ("number", "phone"),
    "/en/": ("q",),
    "/modes/": ("mode", "next"),
    "/": ("next",),
    "/account/login/": ("next", "login"),
    "/styleguide/": ("page",),
}


@pytest.mark.parametrize("where", PUBLIC)
@STRANGE
def test_no_parameter_of_a_public_page_brings_it_down(where: str, value: str, cast: Cast) -> None:
    for name in PUBLIC[where]:
        assert Client().get(f"{where}?{name}={coded(value)}").status_code < 500, name


@STRANGE
def test_no_pair_brings_the_tracking_form_down(value: str, cast: Cast) -> None:
    letters.sent()
    for fields in ({"number": value, "code": value}, {"number": "L2026-000001", "code": value}):
        assert post(Client(), "/en/track/", fields).status_code in (400, 413, 422)


STEPS = {
    "kind": {"kind": "request"},
    "text": {"title": "T", "body": "B", "school": ""},
    "writer": {"name": "N", "phone": "13800000000", "email": ""},
}


@pytest.mark.parametrize(("step", "name"), [(step, name) for step in STEPS for name in STEPS[step]])
@STRANGE
def test_no_field_of_a_letter_brings_the_form_down(step: str, name: str, value: str, cast: Cast) -> None:
    """A short strange text may be what somebody wants to say; the rest is refused with a sentence."""
    order = list(STEPS)
    answers = {one: STEPS[one] for one in order[: order.index(step)]}
    fields = {**STEPS[step], name: value, "draft": Draft(answers, "t").signed(), "step": step}
    response = post(Client(), "/en/letters/new/", fields)
    assert response.status_code < 500
    # What is no text arrives as a replacement mark; the writer sees it before sending.
    is_text = name in ("title", "body", "name") and len(value) < 1000 and "\x00" not in value
    if not is_text or (value == HUGE and name != "body"):
        assert response.status_code in (400, 413, 422), response.status_code
    assert not Letter.objects.exists()


@pytest.mark.parametrize("name", ["draft", "step", "go", "key", "csrfmiddlewaretoken"])
@STRANGE
def test_no_hidden_field_of_a_letter_brings_the_form_down(name: str, value: str, cast: Cast) -> None:
    fields = {"draft": Draft(STEPS, "t").signed(), "step": "check", name: value}
    assert post(Client(), "/en/letters/new/", fields).status_code < 500
    assert not Letter.objects.exists()


CHILD = {
    "told": {"body": "B", "harm": "no", "school": ""},
    "child": {"name": "N", "phone": ""},
}


@pytest.mark.parametrize(("step", "name"), [(step, name) for step in CHILD for name in CHILD[step]])
@STRANGE
def test_no_field_of_a_childs_letter_brings_the_form_down(
    step: str, name: str, value: str, cast: Cast
) -> None:
    answers = {} if step == "told" else {"told": CHILD["told"]}
    fields = {**CHILD[step], name: value, "draft": Draft(answers, "t", "child").signed(), "step": step}
    assert post(Client(), "/en/letters/new/", fields).status_code < 500
    assert not Letter.objects.exists()


@STRANGE
def test_no_code_brings_going_on_or_a_lost_code_down(value: str, cast: Cast) -> None:
    for where, fields in (
        ("/en/letters/resume/", {"code": value}),
        ("/en/letters/code/", {"number": value, "phone": value}),
        ("/en/letters/new/", {"begin": value}),
        ("/en/letters/new/", {"draft": Draft(STEPS, "t").signed(), "step": "check", "go": f"remove-{value}"}),
    ):
        assert post(Client(), where, fields).status_code < 500


@pytest.mark.parametrize("name", ["act", "rating", "rating_comment"])
@STRANGE
def test_no_field_of_a_rating_brings_the_status_page_down(name: str, value: str, cast: Cast) -> None:
    from sections.office.letters.services import receipt_code

    letter = letters.answered(cast, token="rated")
    client = Client()
    client.post("/en/track/", {"number": letter.number, "code": receipt_code("rated")})
    fields = {"act": "rate", "rating": "5", "rating_comment": "", name: value}
    response = post(client, "/en/track/status/", fields)
    assert response.status_code < 500
    letter.refresh_from_db()
    if name != "rating_comment":
        assert letter.rating is None


@pytest.mark.parametrize("name", ["login", "password", "next", "carried", "remember", "mode", "language"])
@STRANGE
def test_no_field_of_signing_in_or_of_a_switch_brings_it_down(name: str, value: str, cast: Cast) -> None:
    for where in ("/account/login/", "/modes/"):
        fields = {"login": "office_chief", "password": "wrong", "mode": "care", "next": "/en/", name: value}
        assert post(Client(), where, fields).status_code < 500


# --- the envelope --------------------------------------------------------------------------------

OPEN_POSTS = [
    "/en/track/",
    "/en/track/status/",
    "/en/letters/new/",
    "/en/letters/resume/",
    "/en/letters/code/",
    "/account/login/",
    "/modes/",
    "/en/track/leave/",
]


@pytest.mark.parametrize("where", OPEN_POSTS)
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"number=%ff%fe&code=%c3%28", "application/x-www-form-urlencoded"),
        (b"\xff\xfe=\xff&%00=%00", "application/x-www-form-urlencoded"),
        (b"number=1", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"number=1", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"no boundary", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", "multipart/form-data; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="number"\r\n\r\n\xff\x00',
            "multipart/form-data; boundary=x",
        ),
        (b"{" * 5000, "application/json"),
        (b"&".join(b"f%d=1" % n for n in range(1100)), "application/x-www-form-urlencoded"),
        (b"number=" + b"9" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
    ids=[
        "bytes that are no UTF-8",
        "names that are no UTF-8",
        "an unknown charset",
        "another charset",
        "parts without a boundary",
        "a part without a name",
        "a part that is cut off",
        "JSON",
        "1,100 fields",
        "three megabytes",
        "nothing at all",
    ],
)
def test_a_body_that_cannot_be_read_is_no_fault(where: str, content: bytes, kind: str, cast: Cast) -> None:
    response = Client().generic("POST", where, content, content_type=kind)
    assert response.status_code < 500
    assert not Letter.objects.exists()


@pytest.mark.parametrize("value", ["%00", "%ff%fe", HUGE, "²", "-1", "..%2f..%2fetc", "9" * 5000], ids=str)
def test_no_part_of_an_address_brings_a_page_down(value: str, furnished: Cast) -> None:
    clients = [Client(), signed_in(furnished.office_chief), signed_in(furnished.security_admin)]
    for where in one_of_each_view():
        filled = "/" + re.sub(r"<[^>]+>", value, where)
        for client in clients:
            response = client.get(filled)
            assert response.status_code in (302, 400, 401, 403, 404, 405), filled


def one_of_each_view() -> list[str]:
    """An address with <parts> for each view; the generic ones serve many kinds of record by the same lines."""
    found: dict[Any, str] = {}
    for where, entry in routes():
        if entry.pattern.converters:
            view = getattr(entry.callback, "view_class", entry.callback)
            found.setdefault((view, tuple(entry.pattern.converters), where.partition("/")[0]), where)
    return list(found.values())


@pytest.mark.parametrize(
    "name", ["portal_tracked", "portal_language", "portal_modes", "csrftoken", "messages", "sessionid"]
)
@pytest.mark.parametrize("value", ["\x00", HUGE, "a:b:c", "[]", "ÿþ", "."], ids=repr)
def test_a_cookie_that_nobody_set_is_no_fault(name: str, value: str, cast: Cast) -> None:
    client = Client()
    client.cookies[name] = value
    for where in ("/", "/en/", "/en/track/", "/en/track/status/", "/desk/", "/account/login/"):
        assert client.get(where).status_code < 500, where


@pytest.mark.parametrize(
    "header",
    [
        "HTTP_ACCEPT_LANGUAGE",
        "HTTP_X_REQUEST_ID",
        "HTTP_REFERER",
        "HTTP_HX_TARGET",
        "HTTP_HX_CURRENT_URL",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_USER_AGENT",
    ],
)
@STRANGE
def test_a_strange_header_is_no_fault(header: str, value: str, cast: Cast) -> None:
    if "\ud800" in value:
        return  # no server hands such a header on
    value = value[:8000]
    for where in ("/", "/en/", "/en/track/", "/desk/"):
        assert Client().get(where, **{header: value}).status_code < 500
