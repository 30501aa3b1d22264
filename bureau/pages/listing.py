"""What a list shows for one address: the same rows for the page, the export and the bulk acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet, Sum
from django.http import QueryDict
from django.utils.translation import gettext as _

from bureau.access.counting import MOST_COUNTED, capped_counts, shown, window
from bureau.accounts.principals import Principal
from bureau.pages import filters, paging
from bureau.pages.pagesets import Column, PageSet
from bureau.pages.tables import field_of, kind_of, label_of, labelled
from bureau.search.selectors import narrowed

# Parameters that every list understands beside its filters.
OWN = frozenset({"q", "sort", "tab", "cols", "page", "per", "after", "before", "all"})
POSITION = ("page", "after", "before", "all")


class BadQuery(ValueError):
    """The address asks for something that this list does not offer."""


@dataclass(frozen=True)
class Link:
    """A link to the same list in another state. `query` starts with "?"."""

    label: str
    query: str
    is_current: bool = False
    count: int | None = None

    @property
    def shown_count(self) -> str:
        if self.count is None:
            return ""
        return shown(self.count)


@dataclass(frozen=True)
class ColumnChoice:
    """A column that may be left out; the one with the link always stays."""

    name: str
    label: str
    is_shown: bool


@dataclass(frozen=True)
class Head:
    label: str
    kind: str
    query: str = ""  # where a click leads; empty: not sortable
    direction: str = ""  # "ascending", "descending" or ""
    is_low: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in ("number", "money")


class Listing:
    """The rows of a PageSet that a person sees under the parameters of an address.

    Raises BadQuery for a parameter, an order or a tab that the list does not declare.
    """

    def __init__(self, pageset: PageSet, principal: Principal, params: QueryDict) -> None:
        self.pageset = pageset
        self.principal = principal
        self.params = params
        self.visible: QuerySet[Any] = pageset.rows(principal)
        self.filterset = self._filterset()
        self._refuse_unknown()
        self.tab = self._tab()
        self.columns = self._columns()
        self.sort, self.order = self._order()
        self.size = self._number("per", paging.SIZES[0], allowed=paging.SIZES)
        self.number = self._number("page", 1)
        self.after, self.before = self._number("after", 0), self._number("before", 0)

    # --- what the address says ---------------------------------------------------------------

    def _filterset(self) -> filters.PortalFilterSet | None:
        declared = self.pageset.filters
        return declared(self.params, self.visible, principal=self.principal) if declared else None

    def _refuse_unknown(self) -> None:
        known = OWN | (self.filterset.parameters() if self.filterset else set())
        unknown = set(self.params) - known
        if unknown or any("\x00" in value for values in self.params.lists() for value in values[1]):
            raise BadQuery(_("This list has no such filter."))

    def _tab(self) -> str:
        tab = self.params.get("tab", "")
        if tab and tab not in dict(self.tab_choices):
            raise BadQuery(_("This list has no such tab."))
        return tab

    @property
    def tab_choices(self) -> Sequence[tuple[str, Any]]:
        tabs = self.pageset.tabs
        field = field_of(self.pageset.model, tabs.field) if tabs else None
        if tabs is None or field is None:
            return ()
        labels = dict(field.flatchoices)
        return [(value, labels[value]) for value in (tabs.only or labels)]

    def _columns(self) -> Sequence[Column]:
        """The columns that were asked for, and always the one with the link; all of them where none was."""
        wanted = set(self.chosen_columns)
        if wanted - {column.name for column in self.pageset.columns}:
            raise BadQuery(_("This list has no such column."))
        shown = [one for one in self.pageset.columns if one.link or one.name in wanted]
        return shown if wanted else self.pageset.columns

    def _order(self) -> tuple[str, list[paging.Key]]:
        """The column that was asked for, and the order that follows."""
        sort = self.params.get("sort", "")
        if not sort:
            return "", paging.keys(self.pageset.model, self.pageset.order)
        column = next((one for one in self.pageset.columns if one.name == sort.removeprefix("-")), None)
        if column is None or not column.order_fields:
            raise BadQuery(_("This list cannot be sorted like that."))
        names = column.order_fields
        if sort.startswith("-"):
            names = tuple(name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in names)
        return sort, paging.keys(self.pageset.model, names)

    def _number(self, name: str, default: int, *, allowed: Sequence[int] = ()) -> int:
        text = self.params.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise BadQuery(_("This page number is not a number."))
        number = int(text)
        if number < 1 or (allowed and number not in allowed):
            raise BadQuery(_("This list has no such page."))
        return number

    # --- rows --------------------------------------------------------------------------------

    @property
    def form(self) -> forms.Form | None:
        return self.filterset.form if self.filterset else None

    @cached_property
    def is_valid(self) -> bool:
        """Whether the filters' values can be understood; if not, the form says what is wrong."""
        return self.form is None or self.form.is_valid()

    @cached_property
    def in_tab(self) -> QuerySet[Any]:
        tabs = self.pageset.tabs
        return self.visible.filter(**{tabs.field: self.tab}) if tabs and self.tab else self.visible

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        """All rows under tab, filters and search, in no order yet."""
        if not self.is_valid:
            return self.visible.none()
        rows = self.filterset.narrowed(self.in_tab) if self.filterset else self.in_tab
        found = narrowed(rows, self.text, self.principal) if self.text else rows
        return filters.search(rows, self.text, self.pageset.search) if found is None else found

    @cached_property
    def ordered(self) -> QuerySet[Any]:
        return paging.ordered(self.filtered, self.order)

    @property
    def text(self) -> str:
        return str(self.params.get("q", "")).strip()

    @cached_property
    def is_narrowed(self) -> bool:
        return bool(self.applied or self.text)

    @cached_property
    def applied(self) -> list[filters.Applied]:
        return filters.applied(self.form) if self.form is not None and self.is_valid else []

    # --- counts ------------------------------------------------------------------------------

    @cached_property
    def by_tab(self) -> Mapping[str, int]:
        """Tab → rows, "" for all of them; one above a thousand means "more than a thousand"."""
        tabs = self.pageset.tabs
        if tabs is None:
            return {}
        plain = self.pageset.queryset(self.principal, "view")
        values = [value for value, _label in self.tab_choices]
        each = [plain.filter(**{tabs.field: value}) for value in values]
        if tabs.only:  # else the tabs hold every row among them
            counts = capped_counts([plain, *each])
            return dict(zip(["", *values], counts, strict=True))
        counts = capped_counts(each)
        return {"": min(sum(counts), MOST_COUNTED + 1), **dict(zip(values, counts, strict=True))}

    @cached_property
    def total(self) -> int:
        """Rows before filters and search, counted no further than one above a thousand."""
        return self.by_tab[self.tab] if self.by_tab else paging.counted(self.visible)

    @cached_property
    def found(self) -> int:
        """Rows after them; one above a thousand means "more than a thousand"."""
        if not self.is_narrowed and self.is_valid:
            return min(self.total, MOST_COUNTED + 1)
        return paging.counted(self.filtered)

    @cached_property
    def totals(self) -> list[tuple[str, str]]:
        """(label, sum in words) over every row found, on whatever page it stands."""
        declared = self.pageset.totals
        if not declared or not self.found:
            return []
        # Through the keys: a filter over a relation may name a row twice.
        rows = self.pageset.model._default_manager.filter(pk__in=self.filtered.values("pk"))
        sums = {f"total_{place}": Sum(one.field, filter=one.only) for place, one in enumerate(declared)}
        found = rows.aggregate(**sums)
        return [
            labelled(self.pageset.model, Column(one.field, one.label), found[f"total_{place}"] or 0)
            for place, one in enumerate(declared)
        ]

    @property
    def is_long(self) -> bool:
        return self.found > MOST_COUNTED

    # --- the page ----------------------------------------------------------------------------

    @cached_property
    def page(self) -> paging.Page:
        rows, order, size = self.filtered, self.order, self.size
        if not self.is_long:
            return paging.by_number(rows, order, number=self.number, size=size, found=self.found)
        key = self.after or self.before
        values = self._values_of(key) if key else None
        is_backwards = bool(self.before and not self.after and values)
        return paging.by_key(
            rows, order, number=self.number, size=size, values=values, is_backwards=is_backwards
        )

    def _values_of(self, pk: int) -> tuple[Any, ...] | None:
        """What the row of the key holds in the order's fields; None when it is gone."""
        row: tuple[Any, ...] | None = (
            self.visible.filter(pk=pk).values_list(*(key.name for key in self.order)).first()
        )
        return row

    # --- links to the same list in another state ------------------------------------------------

    def query(self, *, without: Sequence[str] = POSITION, **changes: Any) -> str:
        """This address with changes; the position in the list is forgotten unless it is given."""
        params = self.params.copy()
        for name in (*without, *changes):
            params.pop(name, None)
        for name, value in changes.items():
            if value not in (None, ""):
                params[name] = str(value)
        kept = QueryDict(mutable=True)
        for name, values in params.lists():
            if filled := [value for value in values if value]:
                kept.setlist(name, filled)
        return f"?{kept.urlencode()}" if kept else "?"

    def tabs(self) -> list[Link]:
        if not self.tab_choices:
            return []
        every = Link(_("All"), self.query(tab=""), not self.tab, self.by_tab[""])
        return [
            every,
            *(
                Link(str(label), self.query(tab=value), value == self.tab, self.by_tab[value])
                for value, label in self.tab_choices
            ),
        ]

    def chips(self) -> list[Link]:
        """What narrows the list; each link takes one away."""
        found = [Link(_("Search: %(text)s") % {"text": self.text}, self.query(q=""))] if self.text else []
        for one in self.applied:
            words = _("%(label)s: %(value)s") % {"label": one.label, "value": one.text}
            found.append(Link(words, self.query(without=(*POSITION, *one.names))))
        return found

    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.columns]

    @property
    def chosen_columns(self) -> list[str]:
        return [name for name in self.params.getlist("cols") if name]

    def column_choices(self) -> list[ColumnChoice]:
        shown = {column.name for column in self.columns}
        return [
            ColumnChoice(column.name, label_of(self.pageset.model, column), column.name in shown)
            for column in self.pageset.columns
            if not column.link
        ]

    def kept(self) -> list[tuple[str, str]]:
        """What a form that changes the columns carries along."""
        params = QueryDict(self.query(without=(*POSITION, "cols")).removeprefix("?"))
        return [(name, value) for name, values in params.lists() for value in values]

    def _head(self, column: Column) -> Head:
        label = label_of(self.pageset.model, column)
        kind = kind_of(self.pageset.model, column)
        if not column.order_fields:
            return Head(label, kind, is_low=column.low)
        direction = {column.name: "ascending", f"-{column.name}": "descending"}.get(self.sort, "")
        turned = f"-{column.name}" if direction == "ascending" else column.name
        return Head(label, kind, self.query(sort=turned), direction, column.low)

    def cleared(self) -> str:
        """Without filters and search; tab, order and page size stay."""
        names = self.filterset.parameters() if self.filterset else set()
        return self.query(without=(*POSITION, "q", *names))

    def pages(self) -> list[Link]:
        """Numbers, with an empty label for a gap. None in a long list."""
        if self.is_long:
            return []
        last = max(1, -(-self.found // self.size))
        numbers = window(self.page.number, last)
        return [Link(str(n or ""), self.query(page=n) if n else "", n == self.page.number) for n in numbers]

    def previous(self) -> str:
        page = self.page
        if self.is_long:
            key = page.previous_key
            return self.query(before=key, page=max(1, page.number - 1)) if key else ""
        return self.query(page=page.number - 1) if page.number > 1 else ""

    def next(self) -> str:
        page = self.page
        if self.is_long:
            return self.query(after=page.next_key, page=page.number + 1) if page.next_key else ""
        return self.query(page=page.number + 1) if page.end < self.found else ""

    def sizes(self) -> list[Link]:
        return [Link(str(size), self.query(per=size), size == self.size) for size in paging.SIZES]

    def here(self) -> str:
        """This state as it travels through detail and edit pages and back."""
        return self.query(without=("all",)).removeprefix("?")
