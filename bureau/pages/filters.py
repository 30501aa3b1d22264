"""Filters and search of a list: declared fields only, relations through `permitted`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from django_filters import filters as kinds
from django_filters.filterset import FilterSet

from bureau.accounts.principals import Principal
from bureau.pages.forms import within_rights, word
from bureau.pages.tables import field_of
from bureau.pages.words import in_words

LONGEST_SEARCH = 100
NO_CHOICE = "---------"
# A lookup that is one end of a span is named as such.
BOUNDS = {
    "gte": gettext_lazy("%(label)s from"),
    "gt": gettext_lazy("%(label)s after"),
    "lte": gettext_lazy("%(label)s until"),
    "lt": gettext_lazy("%(label)s before"),
}
MOST_WORDS = 8


class PortalFilterSet(FilterSet):
    """The FilterSet of a PageSet. Labels are the fields' own; choices are what the person may see.

    `free_choices`: names of filters over reference tables that have no policy.
    """

    free_choices: Sequence[str] = ()

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], *, principal: Principal) -> None:
        super().__init__(data, queryset)  # type: ignore[no-untyped-call]
        self.principal = principal
        for one in self.filters.values():
            self._word(one)

    def _word(self, one: Any) -> None:
        """A label from the model field and a plain word for "no choice made"."""
        if one._label is None:
            field = field_of(self.queryset.model, one.field_name)
            name = capfirst(str(field.verbose_name)) if field is not None else one.field_name
            words = BOUNDS.get(one.lookup_expr)
            one.label = words % {"label": name} if words is not None else name
        is_choice = isinstance(one, kinds.ChoiceFilter | kinds.ModelChoiceFilter)
        if is_choice and one.extra.get("empty_label", NO_CHOICE) == NO_CHOICE:
            one.extra["empty_label"] = gettext_lazy("All")

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """`rows` under the filters; the form must be valid."""
        found: QuerySet[Any] = self.filter_queryset(rows)  # type: ignore[no-untyped-call]
        return found

    @property
    def form(self) -> forms.Form:
        is_new = not hasattr(self, "_form")
        form: forms.Form = super().form
        if is_new:
            for name, field in form.fields.items():
                word(field)
                field.widget.attrs.setdefault(
                    "class", "sel" if isinstance(field.widget, forms.Select) else "inp"
                )
                if isinstance(field, forms.ModelChoiceField) and name not in self.free_choices:
                    field.queryset = within_rights(field.queryset, self.principal)
        return form

    def parameters(self) -> set[str]:
        """Every name that may stand in the address."""
        return {part for name, field in self.form.fields.items() for part in parts(name, field)}


def parts(name: str, field: forms.Field) -> list[str]:
    """The input names of a field: one, or one per box of a range."""
    widget = field.widget
    suffixes: Iterable[str] | None = getattr(widget, "suffixes", None)
    if suffixes is not None:
        return [f"{name}_{suffix}" for suffix in suffixes]
    if isinstance(widget, forms.MultiWidget):
        return [name + ending for ending in getattr(widget, "widgets_names")]  # noqa: B009
    return [name]


@dataclass(frozen=True)
class Applied:
    """A filter in force, in words, and the address parameters that carry it."""

    label: str
    text: str
    names: Sequence[str]


def applied(form: forms.Form) -> list[Applied]:
    found = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value not in (None, "", [], ()) and not _is_empty_set(value):
            found.append(Applied(str(field.label or name), in_words(field, value), parts(name, field)))
    return found


def _is_empty_set(value: Any) -> bool:
    return isinstance(value, QuerySet) and not value.exists()


def search(queryset: QuerySet[Any], text: str, lookups: Sequence[str]) -> QuerySet[Any]:
    """Each word must stand in one of the fields; or the whole, without spaces, be the value of one.

    Case and width do not matter: "Ｌ２０２６" finds "L2026", and "(" finds "（".
    """
    text = text.strip()[:LONGEST_SEARCH]
    if not text or not lookups:
        return queryset
    plain = unicodedata.normalize("NFKC", text)
    variants = {text, plain, plain.translate(WIDE)}
    found = reduce(or_, (_every_word(variant, lookups) for variant in sorted(variants)))
    whole = "".join(plain.split())
    return queryset.filter(found | reduce(or_, (Q(**{_lookup(name): whole}) for name in lookups)))


# Names in Chinese carry full-width brackets; people type either kind.
WIDE = str.maketrans("()", "\uff08\uff09")


def _every_word(text: str, lookups: Sequence[str]) -> Q:
    words = text.split()[:MOST_WORDS]
    return reduce(and_, (reduce(or_, (Q(**{_lookup(name): word}) for name in lookups)) for word in words))


LOOKUPS = ("exact", "iexact", "contains", "icontains", "startswith", "istartswith")


def _lookup(name: str) -> str:
    return name if name.rsplit("__", 1)[-1] in LOOKUPS else f"{name}__icontains"
