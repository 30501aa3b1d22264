"""A walk through the whole house: every address with real records in it, and what a step changed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import translation

from bureau.access.standing import rights_scope
from bureau.access.views import Records, Rule
from bureau.accounts import step_up
from bureau.accounts.models import User
from bureau.api.access import ApiRecords
from bureau.charter.models import Membership, Unit
from bureau.deadlines.models import CalendarYear, ClockRule
from bureau.files.models import Attachment
from bureau.jobs.models import Job
from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.models import Delegation
from schools.models import School
from schools.returns.definition import Definition
from schools.returns.models import Form, FormVersion, Return
from sections.office.answers.models import PublishedAnswer
from tests.attacks.watching import Watch

# What every visit leaves behind: who looked, whose session lives, how often something was tried.
TRACES = frozenset(
    {
        "audit.event",
        "audit.seal",
        "accounts.visit",
        "accounts.bucket",
        "sessions.session",
    }
)

# Tables that everybody who works here reads: nothing in them is foreign.
EVERYBODYS = frozenset({"finance.budgetcode", "finance.economicclass", "schools.fieldownership"})

# Pages of the public begin with their language, and are found while it is the one in use.
LANGUAGES = {"/en/": "en", "/zh/": "zh-hans"}
IN_A_LANGUAGE = tuple(LANGUAGES)


def signed_in(user: User) -> Client:
    """With the password just confirmed, so that no page stays behind the question."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[step_up.SESSION_KEY] = time.time()
    session.save()
    return client


def routes(
    patterns: Any = None, prefix: str = "", names: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern]]:
    """(address with its <converters>, pattern) of the whole portal."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, where)
        else:
            yield where, entry


def kind_of(entry: URLPattern) -> str:
    """The kind of record whose key stands in the address."""
    which = entry.callback.access_rule
    if isinstance(which, Records):
        return which.model._meta.label_lower
    return ""


def values(where: str, entry: URLPattern) -> dict[str, list[Any]]:
    """Real values for each <part> of an address."""
    return {name: _values_of(name, where, entry) for name in entry.pattern.converters}


def _values_of(name: str, where: str, entry: URLPattern) -> list[Any]:
    workflow = WORKFLOWS.get(kind_of(entry))
    found: dict[str, Callable[[], Iterable[Any]]] = {
        "pk": lambda: _keys(where, entry),
        "unit": lambda: Unit.objects.filter(kind="school").values_list("pk", flat=True)[:2],
        "membership": lambda: Membership.objects.values_list("pk", flat=True)[:3],
        "key": lambda: Unit.objects.values_list("key", flat=True)[:3],
        "code": lambda: (Form if "forms/" in where else School).objects.values_list("code", flat=True)[:2],
        "year": lambda: CalendarYear.objects.values_list("year", flat=True)[:1],
        "matter": lambda: ClockRule.objects.values_list("matter", flat=True).distinct()[:2],
        "shell": lambda: ["desk", "school", "public"],
        "result": lambda: [1],
        "file": lambda: Attachment.objects.values_list("pk", flat=True)[:1],
        "month": lambda: ["2026-06"],
        "number": lambda: (
            [1]  # of a version of a text, of a part of the map of the site
            if "<int:number>" in where
            else PublishedAnswer.objects.values_list("number", flat=True)[:3]
        ),
        "picture": lambda: [1],
        "link": lambda: [1],
        "upload": lambda: [1],
        "part": lambda: [part.key for part in _newest_form().parts[:1]],
        "block": lambda: [block.key for part in _newest_form().parts[:1] for block in part.blocks[:2]],
        "cell": lambda: [
            cell for record in Return.objects.order_by("-pk")[:1] for cell in list(record.values)[:1]
        ],
        "check": lambda: [check.key for check in _newest_form().checks[:1]],
        "secret": lambda: ["no-such-secret"],
        "form": lambda: ["atom", "rss"],
        "name": lambda: [step.name for step in workflow.transitions] if workflow else [],
    }
    assert name in found, f"Say here what may stand for <{name}> in {where}"
    return list(found[name]())


def _newest_form() -> Definition:
    """The one that is being designed, where the tests have furnished any."""
    version = FormVersion.objects.order_by("-pk").first()
    return version.content if version else Definition()


def _keys(where: str, entry: URLPattern) -> list[int]:
    kind = kind_of(entry)
    if kind:
        return list(apps.get_model(kind)._base_manager.order_by("pk").values_list("pk", flat=True))
    model: Any = User
    if "absence/" in where:
        model = Delegation
    elif "sessions/" in where:
        return [1]
    elif "jobs/" in where:
        model = Job
    return list(model._base_manager.order_by("pk").values_list("pk", flat=True)[:5])


def address(where: str, given: dict[str, Any]) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(given[part.group(1)]), where)


def addresses(
    *, most: int = 8, of: Mapping[str, list[int]] = MappingProxyType({}), steps: int = 99
) -> Iterator[str]:
    """Every address of the portal, filled with what is in the database, in English and Chinese.

    At most `most` records of each kind, of the kinds in `of` those with these keys; of each way at most `steps`
    steps, spread over it.
    """
    for where, entry in routes():
        found = values(where, entry)
        if "pk" in found:
            found["pk"] = of.get(kind_of(entry), found["pk"][-most:])
        if "name" in found:
            found["name"] = spread(found["name"], steps)
        for one in product(*found.values()):
            filled = address(where, dict(zip(found, one, strict=True)))
            if filled.startswith(IN_A_LANGUAGE):  # the one in use now
                yield from (language + filled[len(language) :] for language in IN_A_LANGUAGE)
            else:
                yield filled


def spread(names: list[Any], most: int) -> list[Any]:
    """At most so many of them, from the whole length."""
    return names[:: max(1, -(-len(names) // most))]


def door(which: Rule) -> str:
    """What decides at the entrance; over which records is the matter of the other attacks."""
    if isinstance(which, ApiRecords):
        return f"ApiRecords({which.resource.label})"
    return f"Records({which.verb})" if isinstance(which, Records) else str(which)


def lets_in(which: Rule, user: User | None, method: str) -> bool:
    request: HttpRequest = RequestFactory().generic(method, "/")
    request.user = user or AnonymousUser()
    try:
        return which.check(request) is None
    except PermissionDenied:
        return False


def is_open_to(user: User | None, where: str) -> bool:
    """Whether the rule of an address lets somebody in at the entrance."""
    return lets_in(_view_of(where).access_rule, user, "GET")


def open_to(user: User | None, walk: Iterable[str]) -> list[str]:
    """What of a walk answers somebody with more than a refusal at the entrance; of the shut ones one for each rule.

    Where the rule of a view refuses, the view does not run: the refusal is one page, whatever the address.
    """
    found: list[str] = []
    shut: dict[str, str] = {}
    doors: dict[str, bool] = {}
    with rights_scope():
        for where in walk:
            if where.startswith(IN_A_LANGUAGE):  # the public's, open to everybody
                found.append(where)
                continue
            view = _view_of(where)
            name = door(view.access_rule)
            if name not in doors:
                doors[name] = is_open_to(user, where)
            if doors[name]:
                found.append(where)
            else:
                shut.setdefault(name, where)
    return [*found, *shut.values()]


@lru_cache(maxsize=4096)
def _view_of(where: str) -> Any:
    with translation.override(LANGUAGES.get(where[:4], "en")):
        return resolve(where.partition("?")[0]).func


def body(response: Any) -> bytes:
    """Everything that leaves with an answer: headers, page, file."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content + "\n".join(f"{name}: {value}" for name, value in response.headers.items()).encode()


def rows(*, leaving: frozenset[str] = TRACES) -> Watch:
    """Every table as it is now, to be asked by `changed`."""
    return Watch(leaving)


def one_of_each_view(walk: Iterable[str]) -> list[str]:
    """The first address that each view answers: the generic views serve many kinds by the same lines."""
    found: dict[Any, str] = {}
    for where in walk:
        view = _view_of(where)
        place = "" if where.startswith(IN_A_LANGUAGE) else where.split("/")[1]
        found.setdefault((getattr(view, "view_class", view), place), where)
    return list(found.values())


def changed(before: Watch) -> dict[str, tuple[str, str]]:
    """Model → what it was and what it is now."""
    return before.changed()


def typed(context: Any) -> dict[str, Any]:
    """What a page with a form sends when nobody types anything."""
    found: dict[str, Any] = {name: context[name] for name in ("key", "seen") if name in context}
    for bound in context["form"]:
        widget, value = bound.field.widget, bound.value()
        if hasattr(widget, "decompress") and not isinstance(value, list):
            parts = widget.decompress(value)
            names = [f"{bound.html_name}{ending}" for ending in widget.widgets_names]
            found |= {name: "" if part is None else part for name, part in zip(names, parts, strict=True)}
        elif value is True:
            found[bound.html_name] = "on"
        elif value not in (None, False):
            found[bound.html_name] = value
    return found
