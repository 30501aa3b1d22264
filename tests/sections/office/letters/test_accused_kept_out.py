"""The hardest rule: who complains is never made known to whom the complaint is about.

Every text of a letter and of everything that hangs on it is a word found nowhere else. Everybody whom the letter is
kept from looks at every address of the portal and meets none of these words, in no page, list, file, export or search.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any
from zlib import crc32

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models, transaction
from django.utils import timezone

from bureau.access.services import is_kept_from, permitted
from bureau.accounts.models import User
from bureau.charter.choices import Role
from bureau.charter.models import Membership, Unit
from bureau.files.invented import invented_pdf
from bureau.files.models import Attachment
from bureau.files.services import attach
from bureau.identifiers.encryption import EncryptedTextField
from bureau.workflow import services as workflow
from bureau.workflow.delegation import delegate
from bureau.workflow.models import HistoryEntry, WorkItem
from sections.office.letters.choices import AccusedKind
from sections.office.letters.models import Accused, Letter
from tests.attacks.walking import address, body, kind_of, open_to, routes, signed_in, spread, values
from tests.cast import Cast, person
from tests.factories import explanations, letters
from tests.ground import laid_on

pytestmark = pytest.mark.django_db

TEXTS = (models.CharField, models.TextField, EncryptedTextField)
# What the school reads by right: the text of the request, written for it. The rest of that record is inside.
FOR_THE_RECIPIENT = frozenset({"subject", "text", "remark", "answer", "number", "due_on"})
OPEN_NAMES = frozenset({"number"})


def hangs_on_letters(seen: frozenset[Any] = frozenset({Letter})) -> list[tuple[Any, str]]:
    """(model, path to the letter) of everything that leads to a letter by foreign keys, however far."""
    found: list[tuple[Any, str]] = []
    ways: list[tuple[Any, str]] = [(Letter, "")]
    known = set(seen)
    while ways:
        model, path = ways.pop(0)
        for relation in model._meta.get_fields(include_hidden=True):
            if (
                relation.auto_created
                and not relation.concrete
                and (relation.one_to_many or relation.one_to_one)
            ):
                other, name = relation.related_model, relation.field.name
                way = f"{name}__{path}" if path else name
                if other not in known:
                    known.add(other)
                    found.append((other, way))
                    ways.append((other, way))
    return found


def texts_of(model: Any) -> list[Any]:
    """Fields in which somebody writes; not codes, digests, choices and links."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, TEXTS)
        and not field.choices
        and not field.primary_key
        and field.editable
        and "digest" not in field.name
    ]


def token(model: Any, field: Any) -> str:
    word = f"{model._meta.model_name}{field.name}".replace("_", "")
    found = f"Cnry{word}"[: (field.max_length or 60) - 9] + f"x{crc32(word.encode()):08x}"
    return found[-(field.max_length or 200) :]


def mark(model: Any, rows: models.QuerySet[Any]) -> list[str]:
    """Write a word of its own into every text of these rows, where the table allows it."""
    words = []
    for field in texts_of(model):
        if (field.max_length or 99) < 12:
            continue
        for number, row in enumerate(rows):
            word = token(model, field) if not number else f"{token(model, field)[:-2]}{number:02d}"
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=row.pk).update(**{field.name: word})
            except Exception:
                continue
            words.append(word)
    return words


class House:
    """The cast, an accused chief, and a letter about school, chief and district with all that may hang on it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.chief = person("accused_chief", (unit("basic"), Role.CHIEF))
        self.transferred = person("transferred", (unit("preschool"), Role.OFFICER))
        self.stand_in = person("stand_in", (unit("office"), Role.OFFICER))
        self.letter = self._letter()
        self.words = self._marked()
        Membership.objects.create(
            user=self.transferred, unit=cast.school.unit, role=Role.SCHOOL_CLERK, since=timezone.localdate()
        )
        today = timezone.localdate()
        delegate(
            absent=cast.office_chief,
            substitute=self.stand_in,
            since=today,
            until=today + timedelta(days=1),
            reason="Leave",
            by=cast.office_chief,
        )

    def _letter(self) -> Letter:
        """With a section from which it is taken, so that notices and history of its people exist."""
        cast = self.cast
        letter = letters.proposed(cast, school=cast.other_school)
        attach(record=letter, upload=invented_pdf(["x"], "x.pdf"), kind=_file_kind(), by=cast.office_clerk)
        explanations.identity_asked(cast, letter=letter)
        data = {
            "about_unit": unit("district-140702"),
            "about_school": cast.school,
            "about_person": self.chief,
        }
        letter = workflow.perform(letter, "accuse", by=cast.office_clerk, data=data)
        Accused.objects.create(letter=letter, kind=AccusedKind.PERSON, user=self.stand_in)
        Accused.objects.create(letter=letter, kind=AccusedKind.NAME, name="x")
        letter = workflow.perform(
            letter,
            "assign",
            by=cast.office_clerk,
            data={
                "unit": unit("preschool"),
                "co_units": [],
                "leaks_seen": True,
            },  # the file is not looked into
        )
        explanation = explanations.drafted(cast, letter=letter, by=cast.office_clerk)
        explanation = workflow.perform(explanation, "propose", by=cast.office_clerk)
        self.explanation = workflow.perform(explanation, "send", by=cast.office_chief, data={})
        return letter

    def _with_rows_of_others(self) -> None:
        """What the furnished house has of every kind that hangs on letters hangs on this one now."""
        for model, way in hangs_on_letters():
            if "__" in way or model._base_manager.filter(**{way: self.letter.pk}).exists():
                continue
            row = model._base_manager.order_by("-pk").first()
            if row is not None and model is not Letter:
                model._base_manager.filter(pk=row.pk).update(**{way: self.letter.pk})

    def _marked(self) -> list[str]:
        self._with_rows_of_others()
        number = self.letter.number  # as it stands in notices that were written before
        rows = Letter._base_manager.filter(pk=self.letter.pk)
        words = mark(Letter, rows)
        for model, way in hangs_on_letters():
            found = model._base_manager.filter(**{way: self.letter.pk})
            if model._meta.model_name == "explanation":
                continue
            words += mark(model, found)
        explanation = type(self.explanation)
        inside = [one for one in texts_of(explanation) if one.name not in FOR_THE_RECIPIENT]
        for field in inside:
            explanation._base_manager.filter(pk=self.explanation.pk).update(
                **{field.name: token(explanation, field)}
            )
            words.append(token(explanation, field))
        HistoryEntry.objects.filter(kind="office.letter", object_id=self.letter.pk).update(
            reason="Cnryhistoryreason"
        )
        Attachment.objects.filter(record_kind="office.letter", record_id=self.letter.pk).update(
            name="Cnryfilename.pdf"
        )
        self.letter.refresh_from_db()
        return [*words, "Cnryhistoryreason", "Cnryfilename", number]

    def person(self, name: str) -> User:
        mine: User | None = getattr(self, name, None)
        return mine or getattr(self.cast, name)


def unit(key: str) -> Unit:
    return Unit.objects.get(key=key)


def _file_kind() -> str:
    from bureau.files.kinds import kinds_of

    return next(kind.key for kind in kinds_of(Letter) if "pdf" in kind.types)


@laid_on("furnished")
def house(furnished: Cast) -> House:
    found = House(furnished)
    call_command("work", "--once", verbosity=0)
    return found


# The principal and clerk of the accused school, the principal of the school that the writer named first, the accused
# chief, who reports to him and who wrote the answer before, who had the letter as an officer and works at the accused
# school now, who is accused and stands in for the chief of the office, the people of the accused district.
KEPT_OUT = [
    "principal",
    "school_clerk",
    "other_principal",
    "chief",
    "basic_clerk",
    "basic_officer",
    "transferred",
    "stand_in",
    "district_reviewer",
    "district_leader",
]
# The others see what one of these sees: the rule itself is asked for each of them below.
WALKERS = [
    "principal",
    "school_clerk",
    "chief",
    "basic_clerk",
    "transferred",
    "stand_in",
    "district_reviewer",
]


def everywhere(house: House) -> Iterator[str]:
    """Every address of the two workspaces, with the keys of this letter and of all that hangs on it.

    Of the way of the letter every step; of other ways three, spread over the way: their pages are one view.
    """
    ways = {model._meta.label_lower: way for model, way in hangs_on_letters()}
    for where, entry in routes():
        if where.startswith(("<", "zh/", "en/")):
            continue
        found, kind = values(where, entry), kind_of(entry)
        if kind == "office.letter":
            found["pk"] = [house.letter.pk] if "pk" in found else []
        elif kind in ways and "pk" in found:
            rows = apps.get_model(kind)._base_manager.filter(**{ways[kind]: house.letter.pk})
            found["pk"] = list(rows.values_list("pk", flat=True))[:2]
        elif "pk" in found:
            found["pk"] = found["pk"][-1:]
        if kind != "office.letter" and "name" in found:
            found["name"] = spread(found["name"], 3)
        for one in product(*found.values()):
            yield address(where, dict(zip(found, one, strict=True)))


def whole(content: bytes) -> bytes:
    """With what is packed inside: sheets and documents are zips."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return content + b"".join(packed.read(name) for name in packed.namelist())


def searches(house: House) -> Iterator[str]:
    for where in ("/desk/office/letters/", "/desk/office/explanations/", "/desk/office/identities/"):
        for word in (house.letter.title, house.letter.number, house.letter.sender_name):
            yield f"{where}?q={word}"
    yield from ("/desk/?all=1", "/desk/waiting/", "/desk/done/", "/desk/notices/", "/school/notices/")
    yield f"/desk/search/?q={house.letter.title}"


def asked_for(where: str, text: bytes) -> bytes:
    """A page repeats what was typed into its search box: that is no find."""
    asked = where.partition("?q=")[2].encode()
    return text.replace(asked, b"") if asked else text


@pytest.mark.parametrize("name", WALKERS)
def test_nobody_who_is_kept_out_meets_a_word_of_the_letter_anywhere(name: str, house: House) -> None:
    user = house.person(name)
    client = signed_in(user)
    assert len(house.words) > 20
    words = [word.encode() for word in house.words]
    for where in [*open_to(user, everywhere(house)), *searches(house)]:
        response = client.get(where)
        text = asked_for(where, whole(body(response)))
        assert not [word for word in words if word in text], (where, response.status_code)


def test_the_office_meets_these_words_so_that_the_sweep_can_fail(house: House) -> None:
    client = signed_in(house.cast.office_chief)
    page = client.get(f"/desk/office/letters/{house.letter.pk}/").content.decode()
    for word in (house.letter.title, house.letter.body, "Cnryhistoryreason", "Cnryfilename"):
        assert word in page


@pytest.mark.parametrize("name", KEPT_OUT)
def test_whoever_is_kept_out_has_no_verb_no_list_no_item_and_no_notice(name: str, house: House) -> None:
    user = house.person(name)
    assert is_kept_from(user, house.letter)
    for verb in ("view", "export", "register", "assign", "draft", "approve", "note", "urge", "explain"):
        assert not permitted(user, verb, Letter).filter(pk=house.letter.pk).exists()
    for model, way in hangs_on_letters():
        rows = permitted(user, "view", model).filter(**{way: house.letter.pk})
        if model._meta.model_name == "explanation":
            rows = rows.exclude(recipient__in=[post.unit for post in user.memberships.all()])
        if model._meta.model_name == "workitem":
            continue
        assert not rows.exists(), model


@pytest.mark.parametrize("name", [*KEPT_OUT, "bureau_leader"])
def test_every_step_is_refused_to_whoever_is_kept_out(name: str, house: House) -> None:
    user, letter = house.person(name), house.letter
    if name == "bureau_leader":
        Accused.objects.create(letter=letter, kind=AccusedKind.PERSON, user=user)
    for step in workflow_steps():
        with pytest.raises((workflow.NotPermitted, workflow.WrongState)), transaction.atomic():
            workflow.perform(letter, step, by=user, data={}, reason="")


def workflow_steps() -> list[str]:
    from bureau.workflow.declare import workflow_of

    return [step.name for step in workflow_of(Letter).transitions if not step.creates]


def test_list_detail_and_export_show_each_person_the_same_letters(house: House) -> None:
    for user in [*house.cast.people().values(), house.chief, house.transferred, house.stand_in]:
        if not user.is_active:
            continue
        client = signed_in(user)
        listed = client.get("/desk/office/letters/?per=100&q=" + house.letter.number)
        if listed.status_code != 200:
            continue
        seen = permitted(user, "view", Letter).filter(pk=house.letter.pk).exists()
        assert (f"/desk/office/letters/{house.letter.pk}/" in listed.content.decode()) == seen, user
        detail = client.get(f"/desk/office/letters/{house.letter.pk}/")
        assert (detail.status_code == 200) == seen, user
        exported = client.get("/desk/office/letters/export/")
        if exported.status_code == 200:
            assert (house.letter.number.encode() in body(exported)) <= seen


def test_the_auditor_reads_the_letter_and_meets_neither_name_nor_phone(house: House) -> None:
    client = signed_in(house.cast.auditor)
    hidden = [house.letter.sender_name, house.letter.sender_phone, house.letter.sender_address]
    met = False
    for where in open_to(house.cast.auditor, everywhere(house)):
        text = whole(body(client.get(where)))
        met = met or house.letter.title.encode() in text
        assert not [word for word in hidden if word and word.encode() in text], where
    assert met


def test_a_foreign_letter_is_the_same_page_as_one_that_does_not_exist(house: House) -> None:
    client = signed_in(house.cast.basic_clerk)
    kept = client.get(f"/desk/office/letters/{house.letter.pk}/")
    none = client.get("/desk/office/letters/999999999/")
    assert (kept.status_code, kept.content) == (none.status_code, none.content)


def test_no_work_item_stands_at_a_unit_whose_people_are_kept_out(house: House) -> None:
    from sections.office.letters.accused import kept_out_units

    items = WorkItem.objects.filter(kind="office.letter", object_id=house.letter.pk)
    assert items.exists()
    assert not items.filter(unit__in=kept_out_units(house.letter)).exists()


def test_everything_that_hangs_on_a_letter_is_known_to_the_sweep() -> None:
    """A new model that leads to a letter is swept without a word here; these are there today."""
    found = {model._meta.model_name for model, _way in hangs_on_letters()}
    assert {"accused", "explanation", "identityrequest", "cohandler", "letternote"} <= found
    assert all(apps.get_model(model._meta.label) for model, _way in hangs_on_letters())
