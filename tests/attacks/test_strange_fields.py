"""Every field that a form of the house declares takes any text that a browser can send, or refuses it in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import get_resolver
from django.utils.datastructures import MultiValueDict

from bureau.registry import OURS
from tests.attacks.test_strange_input import VALUES

# These ask the database, and are tried by tests.attacks.test_foreign_choices.
ASKING = (forms.ModelChoiceField,)
# A form cannot bring half of a surrogate pair: Django puts a mark in its place, and the API refuses it.
SENT = {what: value for what, value in VALUES.items() if what != "half of a pair"}


def declared(kind: Any = forms.BaseForm) -> Iterator[Any]:
    """Every class of a form in the packages of the house, those of tests apart."""
    for one in kind.__subclasses__():
        if one.__module__.startswith(OURS) and not one.__module__.startswith("tests."):
            yield one
        yield from declared(one)


def as_sent(name: str, widget: forms.Widget, value: str) -> QueryDict:
    """The value in every box of the field."""
    found = QueryDict(mutable=True)
    for ending in getattr(widget, "widgets_names", [""]):
        found[f"{name}{ending}"] = value
    return found


def fields() -> list[tuple[str, str, forms.Field]]:
    assert get_resolver().url_patterns  # with it every view is loaded, and so is every form
    return [
        (f"{form.__module__}.{form.__qualname__}", name, field)
        for form in dict.fromkeys(declared())
        for name, field in getattr(form, "base_fields", {}).items()
        if not isinstance(field, ASKING)
    ]


def taken(field: forms.Field, name: str, value: str) -> Any:
    """What a form keeps of it; raises ValidationError when it is refused."""
    raw = field.widget.value_from_datadict(as_sent(name, field.widget, value), MultiValueDict(), name)
    return field.clean(raw, None) if isinstance(field, forms.FileField) else field.clean(raw)


@pytest.mark.parametrize("what", SENT)
def test_no_field_of_any_form_fails_on_what_is_sent(what: str, db: None) -> None:
    walk, refused = fields(), 0
    for form, name, field in walk:
        try:
            kept = taken(field, name, SENT[what])
        except ValidationError:
            refused += 1
        except Exception as fault:
            pytest.fail(f"{form}.{name}: {fault!r}")
        else:
            assert "\x00" not in str(kept), f"{form}.{name} keeps a null character"
    assert len(walk) > 200 and refused
