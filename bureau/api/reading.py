"""What programs read: lists and single records, from the same declarations as the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.accounts.principals import Principal
from bureau.api.faults import Fault
from bureau.api.resources import (
    Resource,
    columns_of,
    list_shapes,
    related_of,
    shape,
    version_of,
)
from bureau.pages import paging
from bureau.pages.listing import BadQuery, Listing
from bureau.pages.pagesets import PageSet, Panel, Related
from bureau.workflow.services import available

SIZE = 100
# Pages are turned by key: a number would show a row twice, or never, when rows come and go between.
NOT_HERE = frozenset({"page", "before", "all", "cols"})


@dataclass(frozen=True)
class Part:
    """One page of a list. `query`: of the next page, with its "?"; empty at the end."""

    rows: list[dict[str, Any]]
    query: str
    filters: list[str]


def part(pageset: PageSet, principal: Principal, params: QueryDict) -> Part:
    """Raises Fault (400) for a filter, an order or a place that the list does not have."""
    listing = _listing(pageset, principal, params)
    size = listing.size if params.get("per") else SIZE
    page = paging.by_key(listing.filtered, listing.order, number=1, size=size, values=_start(listing))
    shapes = list_shapes(pageset)
    rows = [_row(record, shapes) for record in page.rows]
    query = listing.query(after=page.next_key) if page.next_key else ""
    return Part(rows, query, sorted(name for name in params if params.get(name)))


def _listing(pageset: PageSet, principal: Principal, params: QueryDict) -> Listing:
    unknown = NOT_HERE & set(params)
    if unknown:
        raise Fault(400, _("This list has no such filter."))
    try:
        listing = Listing(pageset, principal, params)
    except BadQuery as error:
        raise Fault(400, str(error)) from error
    if not listing.is_valid and listing.form is not None:
        errors = {name: [str(one) for one in said] for name, said in listing.form.errors.items()}
        raise Fault(400, _("One of the filters cannot be understood."), errors)
    return listing


def _start(listing: Listing) -> tuple[Any, ...] | None:
    """Where this page begins. A row that is gone is said, not silently taken for the beginning."""
    if not listing.after:
        return None
    names = [key.name for key in listing.order]
    values: tuple[Any, ...] | None = listing.visible.filter(pk=listing.after).values_list(*names).first()
    if values is None:
        raise Fault(400, _("The row after which this page begins is gone. Begin at the first page again."))
    return values


def _row(record: Any, shapes: list[Any]) -> dict[str, Any]:
    return {"id": record.pk, "version": version_of(record), **{one.name: one.of(record) for one in shapes}}


def whole(resource: Resource, pageset: PageSet, record: Any, principal: Principal) -> dict[str, Any]:
    """One record: the facts of its page, its related records, and what can be done with it now."""
    found = _row(record, list_shapes(pageset))
    for panel in pageset.panels:
        if isinstance(panel, Panel) and (panel.shown is None or panel.shown(record, principal)):
            shapes = [shape(pageset, column) for column in columns_of(panel)]
            found |= {one.name: one.of(record) for one in shapes}
    found |= {one.name: one.value(record, principal) for one in resource.extras}
    if related_of(pageset):
        found["related"] = {
            name_of(panel): _related(pageset, panel, record, principal) for panel in related_of(pageset)
        }
    if resource.steps:
        names = {one.name for one in resource.steps}
        found["steps"] = [one.name for one in available(record, principal) if one.name in names]
    return found


def name_of(panel: Related) -> str:
    return str(panel.model._meta.model_name)


def _related(pageset: PageSet, panel: Related, record: Any, principal: Principal) -> Mapping[str, Any]:
    """As many rows as the page shows, and how many there are beyond them."""
    rows = permitted(principal, "view", panel.model).filter(**{panel.by: record})
    rows = rows.select_related(*panel.select_related).order_by(*(panel.ordering or ("pk",)))
    taken = list(rows[: panel.limit + 1])
    more = rows.count() - panel.limit if len(taken) > panel.limit else 0
    shapes = [shape(pageset, column, model=panel.model) for column in panel.columns]
    shown = [{"id": one.pk, **{each.name: each.of(one) for each in shapes}} for one in taken[: panel.limit]]
    return {"rows": shown, "more": more}
