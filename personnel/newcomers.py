"""Rows of a roster that bring a new person: where to, who is known already, what is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.identifiers.errors import BadIdentifier
from bureau.inserts import maker
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
    """Put the cells back in the form in which `new_teachers` takes them."""
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


# Columns of a person that are stored as they were read: texts, and what may be unknown.
_TEXTS = ("name", "former_names", "latin_name", "sex", "email")
_OTHERS = ("born_on", "hired_on", "title_on", "post_grade", "title", "key_level")
_PERSON = (*_TEXTS, "born_on", "hired_on", "title_on", "post_grade", "title_id", "key_level_id")
_DOCUMENT = ("phone", "id_kind", "id_number", "id_digest")
_POST = ("subject_id", "hiring_form_id", "since", "school_stage_id", "school_id", "stage")


def new_teachers(rows: Sequence[Row], tables: Tables) -> list[NewTeacher]:
    """The unsaved persons of rows that were checked, with their posts; each stands in its row, too."""
    person, post = maker(Teacher, *_PERSON, *_DOCUMENT), maker(Post, *_POST)
    found = []
    for row in rows:
        row.record = person(*_person(row.values))
        first = post(*_first_post(row.values))
        # The timeline names them: nobody looks them up again.
        first._state.fields_cache |= {
            "subject": tables.subjects.get(first.subject_id),
            "hiring_form": tables.forms[first.hiring_form_id],
        }
        found.append(NewTeacher(row.record, first))
    return found


def _person(values: Mapping[str, Any]) -> Iterator[Any]:
    yield from (values.get(name) or "" for name in _TEXTS)
    yield from map(values.get, _OTHERS)
    number = values["document"]
    yield from (values["phone"], values["id_kind"], number, values["id_digest"] if number else None)


def _first_post(values: Mapping[str, Any]) -> Iterator[Any]:
    place: Place = values["place"]
    yield from (values.get("subject"), values["hiring_form"], values["since"])
    yield from (place.school_stage, place.school, place.stage)


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
