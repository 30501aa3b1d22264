"""What is checked and made of the rows of a roster; in bulk, never a query per row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.access.services import permitted
from bureau.access.standing import standing
from bureau.accounts.models import User
from bureau.among import Among
from bureau.identifiers import phones
from bureau.identifiers.errors import BadIdentifier
from bureau.sheets.rows import Outcome, Row
from personnel import identity
from personnel.choices import IdKind, PostKind
from personnel.models import HiringForm, KeyTeacherLevel, Subject, Teacher, Title
from personnel.selectors.fields import writable
from personnel.selectors.persons import holders_of, what_to_do
from personnel.services.bulk import Change
from schools.models import SchoolStage
from schools.models.school import ENDED

MASK = "*"
# Cells that are compared here and not by the kernel.
APART = ("id_kind", "document", "phone", "school_code", "stage", "since")
_RELATIONS = {"title": Title, "key_level": KeyTeacherLevel}


def take_apart(row: Row) -> dict[str, Any]:
    """The cells of a row that the roster understands itself. A masked number counts as not given."""
    given = {name: row.values.pop(name) for name in APART if name in row.values}
    return {name: value for name, value in given.items() if not _is_mask(value)}


def _is_mask(value: Any) -> bool:
    return isinstance(value, str) and MASK in value


class Tables:
    """Code tables by key, read once for a batch."""

    def __init__(self) -> None:
        self.titles = Title.objects.in_bulk()
        self.levels = KeyTeacherLevel.objects.in_bulk()
        self.subjects = Subject.objects.in_bulk()
        self.forms = HiringForm.objects.in_bulk()

    def row(self, name: str, key: Any) -> Any:
        tables: dict[str, dict[Any, Any]] = {"title": self.titles, "key_level": self.levels}
        return tables[name].get(key)


class Place(NamedTuple):
    """A stage of a school, as far as a new post needs it."""

    school_stage: int
    stage: str
    school: int
    code: str
    is_in_use: bool


@dataclass
class Reach:
    """What this person may do with the rows of a batch, and who has their numbers already."""

    stages: dict[str, list[Place]]  # school code → stages whose teachers I may add
    own_school: str
    holders: Mapping[tuple[str, str], Teacher]
    visible: frozenset[int]
    namesakes: Mapping[tuple[str, date], Teacher]
    keeps: frozenset[str]
    tables: Tables = field(default_factory=Tables)

    @classmethod
    def of(cls, rows: Sequence[Row], given: Sequence[dict[str, Any]], by: User) -> Reach:
        digests = [_digest(one) for one in given]
        holders = holders_of(digest for digest in digests if digest)
        namesakes = _namesakes(rows)
        others = [row.pk for row in (*holders.values(), *namesakes.values())]
        visible = permitted(by, "view", Teacher).filter(pk__in=others).values_list("pk", flat=True)
        stages = _stages(given, by)
        own = next(iter(stages)) if len(stages) == 1 and not _is_everywhere(by) else ""
        return cls(stages, own, holders, frozenset(visible), namesakes, writable(by))


def _is_everywhere(by: User) -> bool:
    return standing(by).has_whole_remit("teacher", "add")


def _digest(given: dict[str, Any]) -> str:
    """What the number is found by, kept with it; empty without one."""
    if not given.get("document"):
        return ""
    found = identity.digest(given.get("id_kind") or IdKind.RESIDENT, given["document"])
    given["digest"] = found
    return found


def _stages(given: Iterable[Mapping[str, Any]], by: User) -> dict[str, list[Place]]:
    rows = SchoolStage.objects.order_by("order")
    if _is_everywhere(by):
        rows = rows.filter(school__code__in={one.get("school_code") for one in given} - {None, ""})
    else:
        rows = rows.filter(pk__in=permitted(by, "add_teachers", SchoolStage).values("pk"))
    found: dict[str, list[Place]] = {}
    for pk, stage, school, code, status in rows.values_list(
        "pk", "stage", "school_id", "school__code", "school__status"
    ):
        found.setdefault(code or "", []).append(Place(pk, stage, school, code or "", status not in ENDED))
    return found


def _namesakes(rows: Sequence[Row]) -> dict[tuple[str, date], Teacher]:
    """Teachers with name and birth of a new row: perhaps the same person."""
    new = [row for row in rows if row.outcome is Outcome.NEW and row.get("name") and row.get("born_on")]
    found = Teacher.objects.filter(
        Among("name", {row.get("name") for row in new}),
        Among("born_on", {row.get("born_on") for row in new}),
        merged_into__isnull=True,
    )
    return {(row.name, row.born_on): row for row in found.defer("id_number", "phone")}


# --- persons of the register ------------------------------------------------------------------


def check_known(row: Row, given: Mapping[str, Any], reach: Reach) -> None:
    _refuse_move(row, given)
    _compare_identity(row, given, reach)
    _compare_phone(row, given, reach)
    if row.changes and row.outcome is Outcome.SAME:
        row.outcome = Outcome.CHANGED
    if row.changes and not row.faults:
        wanted = copy(row.record)
        wanted.main_post = copy(row.record.main_post)
        _carry(wanted, row, reach.tables)
        clean(row, wanted)


def _refuse_move(row: Row, given: Mapping[str, Any]) -> None:
    post = row.record.main_post
    if post is None:
        if given.get("school_code"):
            row.fault(_("This person has no post. Appoint on the person's page."), "school_code")
        return
    if given.get("school_code") not in (None, "", post.school.code):
        row.fault(_("A change of school is a transfer. Ask for it under “Transfers”."), "school_code")
    if given.get("stage") not in (None, "", post.stage):
        row.fault(
            _("A change of stage is another post. End the post and appoint on the person's page."), "stage"
        )
    if given.get("since") not in (None, post.since):
        row.fault(_("The first day of a post is not changed by a roster."), "since")
    if not {"subject", "hiring_form"} & row.changes.keys():
        return
    if post.kind == PostKind.TEACHING and row.values.get("subject", post.subject_id) is None:
        row.fault(_("A teaching post has a subject. Choose it from the list."), "subject")


def _compare_identity(row: Row, given: Mapping[str, Any], reach: Reach) -> None:
    kind, number = given.get("id_kind") or row.record.id_kind, given.get("document")
    if not number:
        if kind != row.record.id_kind:
            row.fault(_("Another document has another number: type it as well."), "document")
        return
    digest = identity.digest(kind, number)
    if kind == row.record.id_kind and digest.fits(row.record.id_digest):
        return
    if "identity" not in reach.keeps and not row.record.has_no_document:
        row.fault(
            _("The personnel section keeps documents. Put back what stood in the template."), "document"
        )
        return
    other = reach.holders.get((kind, digest))
    if other is not None and other.pk != row.record.pk:
        row.fault(what_to_do(other, row.record.name, is_visible=other.pk in reach.visible), "document")
        return
    row.changes["document"] = (row.record.id_kind, (kind, number))


def _compare_phone(row: Row, given: Mapping[str, Any], reach: Reach) -> None:
    number = phone_of(row, given)
    if number and number != row.record.phone:
        if "phone" not in reach.keeps:
            row.fault(_("This column is not yours to change. Put back what stood in the template."), "phone")
        else:
            row.changes["phone"] = ("", number)


def phone_of(row: Row, given: Mapping[str, Any]) -> str:
    text = given.get("phone") or ""
    try:
        return phones.check(text) if text else ""
    except BadIdentifier as error:
        row.fault(error.sentence, "phone")
        return ""


def _carry(teacher: Teacher, row: Row, tables: Tables) -> tuple[list[str], list[str]]:
    """Write the changes of a row into the record; returns the changed fields of person and post."""
    fields: list[str] = []
    post_fields: list[str] = []
    for name, (_now, then) in row.changes.items():
        if name == "document":
            teacher.id_kind, teacher.id_number = then
            teacher.id_digest = identity.digest(*then)
            fields += ["id_kind", "id_number", "id_digest"]
        elif name in ("subject", "hiring_form"):
            setattr(teacher.main_post, f"{name}_id", then)
            post_fields.append(name)
        elif name in _RELATIONS:
            setattr(teacher, name, tables.row(name, then))
            fields.append(name)
        else:
            setattr(teacher, name, then)
            fields.append(name)
    return fields, post_fields


def change_of(row: Row, tables: Tables) -> Change:
    return Change(row.record, *_carry(row.record, row, tables))


def clean(row: Row, teacher: Teacher) -> None:
    """What no column can check alone, without a query; each column has been checked by its own field."""
    try:
        teacher.clean()
    except ValidationError as error:
        by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, sentences in by_field.items():
            row.fault(" ".join(sentences), "document" if name in ("", "__all__") else name)
