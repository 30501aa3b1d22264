"""Rows of a roster that bring a new person: where to, who is known already, what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.identifiers.errors import BadIdentifier
from bureau.sheets.rows import Outcome, Row
from bureau.sheets.writing import put
from personnel import identity
from personnel.choices import IdKind
from personnel.models import Post, Teacher
from personnel.models.teacher import check_birth, check_grade
from personnel.roster import Place, Reach, Tables, phone_of
from personnel.selectors.persons import what_to_do
from personnel.services.bulk import NewTeacher


def check_new(row: Row, given: dict[str, Any], reach: Reach) -> None:
    """Put the cells back in the form in which `new_teacher` takes them."""
    if row.get("number"):
        row.fault(_("There is no teacher with this number among those that you keep. Check it."), "number")
        return
    place = _place(row, given, reach)
    if not row.get("subject"):
        row.fault(_("A teaching post has a subject. Choose it from the list."), "subject")
    kind = given.get("id_kind") or (IdKind.RESIDENT if given.get("document") else IdKind.NONE)
    _refuse_known(row, kind, given, reach)
    row.values |= {
        "id_kind": kind,
        "document": given.get("document") or "",
        "id_digest": given.get("digest"),
        "phone": phone_of(row, given),
        "since": given.get("since") or timezone.localdate(),
        "place": place,
    }
    if not row.faults:
        _check_person(row, reach.tables)


def _place(row: Row, given: Mapping[str, Any], reach: Reach) -> Place | None:
    code = given.get("school_code") or reach.own_school
    stages = reach.stages.get(code, [])
    if not code:
        row.fault(_("Type the identification code of the school."), "school_code")
    elif not stages:
        row.fault(_("There is no school with this code whose teachers you may add."), "school_code")
    elif not stages[0].is_in_use:
        row.fault(_("This school has ended; nobody can be appointed there."), "school_code")
    if not stages:
        return None
    if not given.get("stage") and len(stages) == 1:
        return stages[0]
    found = next((one for one in stages if one.stage == given.get("stage")), None)
    if found is None:
        row.fault(_("Choose one of the stages of this school."), "stage")
    return found


def _refuse_known(row: Row, kind: str, given: Mapping[str, Any], reach: Reach) -> None:
    if given.get("document"):
        other = reach.holders.get((kind, given["digest"]))
        if other is not None:
            name = str(row.get("name") or "")
            row.fault(what_to_do(other, name, is_visible=other.pk in reach.visible), "document")
            return
    namesake = reach.namesakes.get((row.get("name"), row.get("born_on")))
    if namesake is not None and namesake.pk in reach.visible:
        row.doubt(
            _("%(name)s (%(number)s) has the same name and date of birth. Is it another person?")
            % {"name": namesake.name, "number": namesake.number},
            "name",
        )
    elif namesake is not None:
        row.doubt(
            _("Somebody with this name and date of birth teaches elsewhere. Is it another person?"), "name"
        )
    elif kind == IdKind.NONE:
        row.doubt(_("There is no document: the person is entered without one."), "name")


def _check_person(row: Row, tables: Tables) -> None:
    """What `Teacher.clean` demands, without a record: the dry run needs none."""
    try:
        row.values["document"] = identity.check(
            row.values["id_kind"], row.values["document"], sex=row.get("sex"), born_on=row.get("born_on")
        )
        check_birth(row.get("born_on"))
        check_grade(tables.row("title", row.get("title")), row.get("post_grade"))
    except BadIdentifier as error:
        row.fault(error.sentence, "document")
    except ValidationError as error:
        put(row, error)


def _person(row: Row, tables: Tables) -> Teacher:
    """The unsaved person of a row that was checked."""
    number = row.values["document"]
    plain = (
        "name",
        "former_names",
        "latin_name",
        "sex",
        "born_on",
        "email",
        "hired_on",
        "title_on",
        "post_grade",
    )
    given = {name: row.values[name] for name in plain if row.get(name) not in (None, "")}
    return Teacher(
        **given,
        title=tables.row("title", row.get("title")),
        key_level=tables.row("key_level", row.get("key_level")),
        phone=row.values["phone"],
        id_kind=row.values["id_kind"],
        id_number=number,
        id_digest=row.values["id_digest"] if number else None,
    )


def new_teacher(row: Row, tables: Tables) -> NewTeacher:
    teacher = row.record = _person(row, tables)
    place: Place = row.values["place"]
    post = Post(
        subject=tables.subjects.get(row.get("subject")),
        hiring_form=tables.forms[row.values["hiring_form"]],
        since=row.values["since"],
        school_stage_id=place.school_stage,
        school_id=place.school,
        stage=place.stage,
    )
    return NewTeacher(teacher, post)


def refuse_twice(rows: Sequence[Row]) -> None:
    """One document in two rows of the file; two new rows with one name and birth."""
    documents: dict[tuple[str, str], int] = {}
    persons: dict[tuple[Any, Any], int] = {}
    for row in rows:
        if row.outcome is not Outcome.NEW:
            continue
        if row.get("document"):
            key = (row.values["id_kind"], row.values["document"])
            if key in documents:
                said = _("The same document number stands in row %(row)s already. Delete one of them.")
                row.fault(said % {"row": documents[key]}, "document")
            documents.setdefault(key, row.number)
        person = (row.get("name"), row.get("born_on"))
        if person in persons and not row.faults:
            said = _("Row %(row)s has the same name and date of birth. Are these two persons?")
            row.doubt(said % {"row": persons[person]}, "name")
        persons.setdefault(person, row.number)
