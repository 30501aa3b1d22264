"""No address without a rule: who may open it is said beside it."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from bureau.access.roles import GROUND_VERBS
from bureau.access.views import Ground, Open, Rule


def callbacks(patterns, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from callbacks(entry.url_patterns, where)
        else:
            yield where, entry


ADDRESSES = list(callbacks(get_resolver().url_patterns))
# Pages of the work areas that anybody may open: none.
WORK = ("desk/", "school/")


def test_there_are_addresses():
    assert len(ADDRESSES) > 20


@pytest.mark.parametrize(("where", "entry"), ADDRESSES, ids=[where for where, _entry in ADDRESSES])
def test_every_address_names_a_rule(where, entry):
    assert isinstance(getattr(entry.callback, "access_rule", None), Rule), f"{where} names no rule"


def test_no_work_page_is_open_to_everybody():
    found = [
        where
        for where, entry in ADDRESSES
        if where.startswith(WORK) and isinstance(entry.callback.access_rule, Open)
    ]
    assert not found


def test_every_ground_verb_that_a_page_asks_for_is_known():
    asked = {
        entry.callback.access_rule.verb
        for _w, entry in ADDRESSES
        if isinstance(entry.callback.access_rule, Ground)
    }
    assert asked <= GROUND_VERBS.keys()


@pytest.mark.django_db
def test_a_view_without_a_rule_is_refused(rf):
    from django.core.exceptions import ImproperlyConfigured
    from django.http import HttpResponse

    from bureau.access.middleware import RuleMiddleware

    def careless(request):
        return HttpResponse("everything")

    with pytest.raises(ImproperlyConfigured, match="names no rule"):
        RuleMiddleware(careless).process_view(rf.get("/"), careless, (), {})
