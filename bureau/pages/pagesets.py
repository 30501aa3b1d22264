"""A kind of record is declared once: list, detail, forms, history, export and acts follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import URLPattern, URLResolver
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.views import View

from bureau.access.services import permitted
from bureau.access.shares import is_shared_by_hand
from bureau.accounts.principals import Principal
from bureau.files import kinds as file_kinds
from bureau.files.kinds import AttachmentKind
from bureau.registry import Registry, RegistryError
from bureau.workflow.declare import WORKFLOWS, Transition
from bureau.workflow.many import Many

if TYPE_CHECKING:
    from bureau.pages.filters import PortalFilterSet
    from bureau.pages.forms import PortalModelForm

Text = str | Promise
Kind = Literal["text", "long", "date", "moment", "tag", "number", "money", "yes_no"]
Workspace = Literal["desk", "school"]
Group = Literal["mine", "section", "registers", "bureau", "tables"]
Record = models.Model
# The shapes of a tag, as the style sheet knows them.
TagKind = Literal["new", "half", "done", "warn", "bad", "moved"]


@dataclass(frozen=True)
class Along:
    """What stands at the end of a dotted path of stored fields, in words where it is a choice.

    A `value` of a column like any other; an export reads it without making records.
    """

    path: str

    def __call__(self, record: Any) -> Any:
        *parts, last = self.path.split(".")
        for part in parts:
            record = getattr(record, part, None)
        display = getattr(record, f"get_{last}_display", None)
        return display() if display is not None else getattr(record, last, None)


@dataclass(frozen=True)
class Column:
    """One column of a list, one fact of a detail page.

    `name`: field, property or dotted path. `value`: instead of it, what to show (masks belong here).
    `sort`: order fields; the empty string means not sortable. `low`: left out on narrow screens.
    """

    name: str
    label: Text = ""
    kind: Kind | None = None
    link: bool = False
    sort: str | tuple[str, ...] = ""
    value: Callable[[Any], Any] | None = None
    tags: Mapping[str, TagKind] = field(default_factory=dict)
    low: bool = False

    @property
    def order_fields(self) -> tuple[str, ...]:
        if not self.sort:
            return ()
        return (self.sort,) if isinstance(self.sort, str) else tuple(self.sort)


@dataclass(frozen=True)
class Panel:
    """Facts of a record (`fields`), or a template of the room with its own context."""

    title: Text
    fields: Sequence[str | Column] = ()
    template: str = ""
    context: Callable[[Any, Principal], Mapping[str, Any]] | None = None
    # Whether this person sees it; what is not his is absent.
    shown: Callable[[Any, Principal], bool] | None = None


@dataclass(frozen=True)
class Related:
    """A panel with the records of another kind that point at this one, through `permitted`."""

    title: Text
    model: type[models.Model]
    by: str  # the foreign key of `model` that points at this record
    columns: Sequence[Column]
    ordering: Sequence[str] = ()
    select_related: Sequence[str] = ()
    limit: int = 20
    empty: Text = ""


@dataclass(frozen=True)
class Tabs:
    """Saved filters over one field with choices, as links with counts above the list."""

    field: str
    only: Sequence[str] = ()  # these values, in this order; all choices where empty


@dataclass(frozen=True)
class Total:
    """A sum over the rows that a list shows, above the table. `only`: the rows that count."""

    field: str
    label: Text = ""
    only: Q | None = None


@dataclass(frozen=True)
class Menu:
    """Where the list stands in the side navigation."""

    group: Group
    label: Text = ""
    icon: str = "doc"
    order: int = 50
    # Section entries stand under the section that holds it; taken from the policy where empty.
    capability: str = ""
    # Shown while the list is still empty, to everybody who may open the workspace.
    always: bool = False
    # Leads to the record itself where the person sees exactly one.
    alone: bool = False


class PageSet:
    """The pages of one kind of record. Subclass, fill in, `register`."""

    model: ClassVar[type[models.Model]]
    workspaces: ClassVar[Sequence[Workspace]] = ("desk",)
    slug: ClassVar[str]
    menu: ClassVar[Menu | None] = None
    note: ClassVar[Text] = ""  # one line under the heading of the list
    empty: ClassVar[Text] = ""  # why the list is empty, and what fills it

    columns: ClassVar[Sequence[Column]] = ()
    search: ClassVar[Sequence[str]] = ()  # lookups; plain names mean "contains"
    search_label: ClassVar[Text] = ""
    filters: ClassVar[type[PortalFilterSet] | None] = None
    tabs: ClassVar[Tabs | None] = None
    ordering: ClassVar[Sequence[str]] = ()
    select_related: ClassVar[Sequence[str]] = ()
    prefetch_related: ClassVar[Sequence[str]] = ()
    # Columns that no list and no file of it reads: numbers of persons stay sealed there.
    unread: ClassVar[Sequence[str]] = ()
    tags: ClassVar[Mapping[str, TagKind]] = {}  # status → shape of its tag

    totals: ClassVar[Sequence[Total]] = ()

    panels: ClassVar[Sequence[Panel | Related]] = ()
    form: ClassVar[type[PortalModelForm] | None] = None
    add_form: ClassVar[type[PortalModelForm] | None] = None
    prefill: ClassVar[Sequence[str]] = ()  # fields of a new record that the address may name: ?fund=12
    exports: ClassVar[bool] = True
    # Whether programs read and write it too, at /api/v1/<app>/<slug>/ (see bureau.api).
    api: ClassVar[bool] = False
    bulk: ClassVar[Sequence[str]] = ()
    sheets: ClassVar[Sequence[str]] = ()  # keys of workbooks that this kind of record takes in
    attachments: ClassVar[Sequence[AttachmentKind]] = ()  # the files that a record carries
    # Pages of the room's own in place of the generated ones, by the ending of their URL name.
    views: ClassVar[Mapping[str, type[View]]] = {}

    # --- what a room may override -------------------------------------------------------------

    def queryset(self, principal: Principal, verb: str) -> QuerySet[Any]:
        """The records that this person may `verb`; narrow it, never widen it."""
        return permitted(principal, verb, self.model).defer(*self.unread)

    def save(self, form: PortalModelForm, by: Principal) -> Any:
        """Write what the form holds through the room's service; by default a checked, audited save."""
        from bureau.pages.saving import save_form

        return save_form(form, by)

    def take_many(self, step: Transition, records: Sequence[Any], *, by: Principal) -> Many[Any] | None:
        """A room's own way to take a step of `bulk` with several records at once; None: one by one."""
        return None

    def title(self, record: Any) -> str:
        return str(record)

    def facts(self, record: Any) -> Sequence[Text]:
        """Short facts beside the title: number, district, since when."""
        return ()

    def history(self, record: Any, principal: Principal, lines: list[Any]) -> list[Any]:
        """The lines of the history that this person reads: leave out or shorten, never add."""
        return lines

    def survivor(self, record: Any) -> Any:
        """The record to which the address of this one leads, where it was a double; usually None."""
        return getattr(record, "merged_into", None)

    def locked(self, record: Any, principal: Principal) -> Text:
        """Why this record cannot be edited now; the empty string when it can."""
        return ""

    def added(self, record: Any) -> Text:
        """The sentence shown after a new record; the empty string means the usual one."""
        return ""

    def changed(self, record: Any) -> Text:
        """The sentence shown after an edit; the empty string means the usual one."""
        return ""

    def links(self, workspace: Workspace, principal: Principal) -> Sequence[tuple[Text, str]]:
        """Further pages of the room, as (words, address) above the list."""
        return ()

    def extra_urls(self, workspace: Workspace) -> Sequence[URLPattern | URLResolver]:
        """Further pages of the room, mounted beneath the list's address. Each names its rule."""
        return ()

    # --- what follows from the declaration ----------------------------------------------------

    @property
    def app_label(self) -> str:
        return self.model._meta.app_label

    @property
    def model_name(self) -> str:
        return str(self.model._meta.model_name)

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def heading(self) -> str:
        own = self.menu.label if self.menu else ""
        return capfirst(str(own or self.model._meta.verbose_name_plural))

    @property
    def one(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(self.ordering or self.model._meta.ordering or ("pk",))  # type: ignore[arg-type]

    def rows(self, principal: Principal, verb: str = "view") -> QuerySet[Any]:
        """`queryset` with what a row needs to be shown, in a constant number of queries."""
        found = self.queryset(principal, verb)
        if self.select_related:
            found = found.select_related(*self.select_related)
        return found.prefetch_related(*self.prefetch_related)

    def kinds(self, workspace: str = "") -> tuple[str, ...]:
        """The pages that this declaration has, by the ending of their URL name. Shares are the desk's."""
        found = ["list", "detail", "history", "print"]
        found += ["do"] if self.label in WORKFLOWS else []
        found += ["add"] if self.add_form else []
        found += ["edit"] if self.form else []
        found += ["export", "export_xlsx"] if self.exports else []
        found += ["bulk"] if self.bulk else []
        found += ["files"] if self.attachments else []
        found += ["shares"] if workspace == "desk" and is_shared_by_hand(self.model) else []
        return tuple(found)

    def url_name(self, workspace: str, kind: str) -> str:
        return f"{workspace}:{self.app_label}:{self.model_name}_{kind}"


P = TypeVar("P", bound=type[PageSet])

PAGESETS: Registry[PageSet] = Registry("page sets")


def register(declared: P) -> P:
    """Mount a PageSet under each of its workspaces; works as a decorator."""
    if not declared.columns:
        raise RegistryError(f"{declared.__name__} declares no columns")
    from bureau.pages.forms import PortalModelForm

    for form in (declared.form, declared.add_form):
        if form is not None and not issubclass(form, PortalModelForm):
            raise RegistryError(f"{form.__name__} of {declared.__name__} must be a PortalModelForm")
    pageset = declared()
    if declared.attachments:
        file_kinds.declare(declared.model, declared.attachments)
    for workspace in declared.workspaces:
        PAGESETS.add(f"{workspace}:{pageset.label}", pageset)
    return declared


def pageset_of(workspace: str, model: type[models.Model] | models.Model) -> PageSet | None:
    return PAGESETS.get(f"{workspace}:{model._meta.label_lower}")


def mounted(workspace: str | None = None) -> list[tuple[str, PageSet]]:
    """(workspace, PageSet) in order of registration."""
    pairs = [(key.split(":")[0], PAGESETS[key]) for key in PAGESETS.keys()]  # noqa: SIM118
    return [pair for pair in pairs if workspace in (None, pair[0])]
