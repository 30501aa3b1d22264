"""Which kinds of record programs may reach: every PageSet with `api = True`, one resource per model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.db import models
from django.utils.crypto import salted_hmac

from bureau.access.services import may_on_the_ground
from bureau.accounts.principals import Principal
from bureau.api.declare import Extra, extras_of
from bureau.api.shapes import Shape
from bureau.pages.pagesets import Column, PageSet, Panel, Related, mounted
from bureau.registry import RegistryError
from bureau.workflow.declare import WORKFLOWS, Transition

WORKSPACES = ("desk", "school")
# Names of an answer that no column may take.
OWN_NAMES = frozenset({"id", "version", "steps", "related"})


@dataclass(frozen=True)
class Resource:
    """One kind of record under /api/v1/<app>/<slug>/. `pagesets`: workspace → its declaration there."""

    model: type[models.Model]
    slug: str
    pagesets: Mapping[str, PageSet]

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def path(self) -> str:
        return f"{self.model._meta.app_label}/{self.slug}/"

    @property
    def component(self) -> str:
        """The name of its schemas."""
        return f"{self.model._meta.app_label}.{self.model.__name__}"

    @property
    def first(self) -> PageSet:
        return next(iter(self.pagesets.values()))

    def pageset_for(self, principal: Principal) -> PageSet | None:
        """The declaration of the workspace in which this person works; the bureau's before the school's."""
        for workspace in WORKSPACES:
            if workspace in self.pagesets and may_on_the_ground(principal, f"{workspace}.open"):
                return self.pagesets[workspace]
        return None

    @cached_property
    def steps(self) -> list[Transition]:
        """The steps that a person may take at all."""
        workflow = WORKFLOWS.get(self.label)
        return [one for one in workflow.transitions if not (one.creates or one.by_system)] if workflow else []

    @property
    def can_add(self) -> bool:
        return any(one.add_form is not None for one in self.pagesets.values())

    @property
    def can_change(self) -> bool:
        return any(one.form is not None for one in self.pagesets.values())

    @property
    def has_files(self) -> bool:
        return any(one.attachments for one in self.pagesets.values())

    @cached_property
    def extras(self) -> list[Extra]:
        return extras_of(self.model)


@cache
def resources() -> list[Resource]:
    """In the order of registration; asked for once the registries are full."""
    found: dict[str, dict[str, PageSet]] = {}
    for workspace, pageset in mounted():
        if pageset.api:
            found.setdefault(pageset.label, {})[workspace] = pageset
    return [_resource(pagesets) for pagesets in found.values()]


def _resource(pagesets: dict[str, PageSet]) -> Resource:
    first = next(iter(pagesets.values()))
    for pageset in pagesets.values():
        taken = OWN_NAMES & {column.name for column in (*pageset.columns, *fact_columns(pageset))}
        if taken:
            raise RegistryError(f"{pageset.label}: the API keeps the names {', '.join(sorted(taken))}")
    return Resource(first.model, first.slug, pagesets)


@cache
def is_reachable(model: type[models.Model]) -> bool:
    return any(one.model is model for one in resources())


def fact_columns(pageset: PageSet) -> Iterator[Column]:
    for panel in pageset.panels:
        if isinstance(panel, Panel):
            yield from columns_of(panel)


def columns_of(panel: Panel) -> list[Column]:
    return [one if isinstance(one, Column) else Column(one) for one in panel.fields]


def related_of(pageset: PageSet) -> list[Related]:
    return [panel for panel in pageset.panels if isinstance(panel, Related)]


def shape(pageset: PageSet, column: Column, *, model: type[models.Model] | None = None) -> Shape:
    """A reference carries its key where a program needs it: to write, to filter, to look it up."""
    model = model or pageset.model
    named: Any = column.name in keyed_names(pageset) and model is pageset.model
    target = getattr(Shape(model, column).field, "related_model", None)
    return Shape(model, column, has_key=bool(named or (target is not None and is_reachable(target))))


@cache
def keyed_names(pageset: PageSet) -> frozenset[str]:
    forms = [one.base_fields for one in (pageset.form, pageset.add_form) if one is not None]
    filters = getattr(pageset.filters, "base_filters", {})
    return frozenset(name for fields in (*forms, filters) for name in fields)


def list_shapes(pageset: PageSet) -> list[Shape]:
    return [shape(pageset, column) for column in pageset.columns]


def version_of(record: Any) -> str:
    """What says whether a record is still as it was read: its own count of changes, or a digest of its row."""
    if record._meta.label_lower in WORKFLOWS:
        return str(record.version)
    values = {field.attname: str(getattr(record, field.attname)) for field in record._meta.concrete_fields}
    return salted_hmac("api.version", repr(sorted(values.items())), algorithm="sha256").hexdigest()[:32]
