"""One table of transitions per kind of record. Pages, inbox and diagrams are drawn from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from django.db.models import Model
from django.forms import BaseForm
from django.utils.functional import Promise

from bureau.accounts.models import User
from bureau.accounts.principals import Principal
from bureau.charter.models import Unit
from bureau.deadlines.clocks import clock_moved
from bureau.deadlines.models import ClockEvent
from bureau.registry import Registry, RegistryError

Text: TypeAlias = str | Promise
Data: TypeAlias = Mapping[str, Any]
# A declaration names the fields of its own model, so the record is Any here.
Effect: TypeAlias = Callable[[Any, Principal, Data], None]
EffectOnMany: TypeAlias = Callable[[Sequence[Any], Principal, Data], None]
Condition: TypeAlias = Callable[[Any, Principal], Text]


@dataclass(frozen=True)
class Transition:
    """One step. `sources=()` creates the record.

    `target`: a status, or a function of (record, data) called after the effect; `targets` then names what it
    may give.
    `verb`: the right that is asked for; the name of the step, or `add` for a creation.
    `condition`: "" or the sentence why not. `effect` runs before the record is saved, `then` after it;
    without an effect the form's fields that the record has are written.
    `starts`, `stops`: clocks by matter; `counted_from` gives the day from which they run (today).
    `public`: the step is a line on the citizen's page; `public_reason`: with its reason.
    `takes_back`: undoes one's own last step while nobody has acted on it.
    `is_note`: only a line of the history (see `note`).
    """

    name: str
    label: Text
    sources: tuple[str, ...]
    target: str | Callable[[Any, Data], str]
    verb: str = ""
    form: type[BaseForm] | None = None
    condition: Condition | None = None
    effect: Effect | None = None
    then: Effect | None = None
    then_many: EffectOnMany | None = None
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    counted_from: Callable[[Any], date] | None = None
    reason: Literal["no", "optional", "required"] = "no"
    public: bool = False
    public_reason: bool = False
    confirm: Text = ""
    takes_back: bool = False
    style: Literal["primary", "secondary", "danger"] = "secondary"
    done_label: Text = ""  # what the history says: "Accepted"; the label where empty
    targets: tuple[str, ...] = ()
    by_system: bool = False  # only a scheduled task does it; no role has the verb
    is_note: bool = False

    @property
    def right(self) -> str:
        return self.verb or (self.name if self.sources else "add")

    @property
    def creates(self) -> bool:
        return not self.sources

    @property
    def possible_targets(self) -> tuple[str, ...]:
        return (self.target,) if isinstance(self.target, str) else self.targets

    def target_for(self, record: Any, data: Data) -> str:
        return self.target if isinstance(self.target, str) else self.target(record, data)

    def form_fields(self) -> frozenset[str]:
        return frozenset(getattr(self.form, "base_fields", {}))


def note(name: str, label: Text, sources: tuple[str, ...], **more: Any) -> Transition:
    """A step that moves neither status nor fields nor version: it is no answer, and nobody's unsaved text is
    refused because of it. What it does, such as pausing a clock or asking for speed, `then` does."""
    return Transition(name, label, sources, _as_it_is, targets=sources, is_note=True, **more)


def _as_it_is(record: Any, data: Data) -> str:
    return workflow_of(record).status_of(record)


@dataclass(frozen=True)
class Waiting:
    """Who must act next, by when. `verb_label`: a transition's name, or words of one's own with `verb`."""

    verb_label: Text
    unit: Unit | None = None
    user: User | None = None
    due: date | None = None
    verb: str = ""


def nobody(record: Any) -> Iterable[Waiting]:
    """For a kind of record that waits on no one."""
    return ()


@dataclass(frozen=True)
class Workflow:
    """The life of one kind of record.

    `waiting`: who must act next, read after every step. `title`: one line for the inbox.
    `tell`: sends notices, in the transaction; `tell_many` the same for many records. `date_moved`: tells of a promised date that moved between steps.
    `related`: what `title` follows, for one query per kind.
    """

    model: type[Model]
    transitions: tuple[Transition, ...]
    status_field: str = "status"
    waiting: Callable[[Any], Iterable[Waiting]] = nobody
    title: Callable[[Any], str] = str
    tell: Callable[[Any, Transition, Principal], None] | None = None
    tell_many: Callable[[Sequence[Any], Transition, Principal], None] | None = None
    date_moved: Callable[[Any, ClockEvent], None] | None = None
    label: Text = ""  # one word for the chip of the inbox; the model's plural name where empty
    icon: str = "doc"
    related: tuple[str, ...] = ()
    by_name: dict[str, Transition] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "transitions", tuple(self.transitions))
        self.by_name.update({step.name: step for step in self.transitions})

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower

    @property
    def kind_label(self) -> Text:
        return self.label or self.model._meta.verbose_name_plural or self.kind

    def statuses(self) -> dict[str, Text]:
        """Status → label, in the order of the choices."""
        choices: Iterable[tuple[str, Text]] = self.model._meta.get_field(self.status_field).choices or ()  # type: ignore[union-attr, assignment]
        return dict(choices)

    def transition(self, name: str) -> Transition:
        try:
            return self.by_name[name]
        except KeyError:
            raise RegistryError(f"{self.kind} has no transition {name}") from None

    def status_of(self, record: Model) -> str:
        return str(getattr(record, self.status_field) or "")

    def status_label(self, status: str) -> str:
        return str(self.statuses().get(status, status))

    def from_status(self, status: str) -> list[Transition]:
        return [step for step in self.transitions if status in step.sources]


WORKFLOWS: Registry[Workflow] = Registry("workflows")


def register(workflow: Workflow) -> Workflow:
    """Take a workflow in, after checking it against its model and the rights."""
    from bureau.workflow.checks import faults
    from bureau.workflow.items import follow_clock, follow_deletions

    found = faults(workflow)
    if found:
        raise RegistryError(f"Workflow of {workflow.kind}: " + "; ".join(found))
    follow_deletions(workflow.model)
    clock_moved(workflow.kind, follow_clock)
    return WORKFLOWS.add(workflow.kind, workflow)


def workflow_of(record: Model | type[Model]) -> Workflow:
    return WORKFLOWS[record._meta.label_lower]
