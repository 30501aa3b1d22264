"""One school in the register twice: how that is recognised, what can be chosen, what hangs on a record.

Two schools of which one goes into the other are something else: the step `merge` of the school's own life.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.duplicates.declare import Choice, Dependant, Mergeable, Sign, hangs, register
from schools.models import (
    Campus,
    ChangeRequest,
    Confirmation,
    School,
    SchoolChange,
    SchoolContact,
    SchoolDuplicate,
    SchoolFacts,
    SchoolGroupGrant,
    SchoolLeader,
    SchoolStage,
    SchoolUserGrant,
    StageGroupGrant,
    Succession,
)
from schools.models.school import ENDED
from schools.selectors import likeness
from schools.services import duplicates

register(
    Mergeable(
        School,
        SchoolDuplicate,
        signs=(
            Sign("name", _("same name in the same district"), 70, likeness.by_name),
            Sign("organisation", _("same organisation in the credit code"), 60, likeness.by_organisation),
            Sign(
                "former_name",
                _("a former name of the one is a name of the other"),
                50,
                likeness.by_former_name,
            ),
            Sign("core", _("same short name and stage in the same district"), 50, likeness.by_core),
            Sign("phone", _("same telephone"), 25, likeness.by_phone),
            Sign("place", _("same coordinates"), 25, likeness.by_place),
        ),
        choices=(
            Choice(("code",), swaps=True),
            Choice(("name_zh",)),
            Choice(("name",), _("English name")),
            Choice(("former_names",)),
            Choice(("school_type",)),
            Choice(("organiser",)),
            Choice(("is_private",)),
            Choice(("credit_code",), swaps=True),
            Choice(("area_class",)),
            Choice(("district",)),
            Choice(("managed_by",)),
            Choice(("township",)),
            Choice(("address",)),
            Choice(("longitude", "latitude"), _("Coordinates"), shown=lambda school: coordinates(school)),
            Choice(("founded_on",)),
        ),
        live=lambda: ~Q(status__in=ENDED),
        select_related=("district", "school_type"),
        prefetch_related=("contacts",),
        watched=((SchoolContact, "school"),),
        refuse=duplicates.refuse_open_requests,
        after=duplicates.settle_merged,
    )
)


def coordinates(school: School) -> str:
    return "" if school.longitude is None else f"{school.longitude}, {school.latitude}"


hangs(
    Dependant(Campus, "school", before=duplicates.one_main_campus),
    Dependant(SchoolContact, "school"),
    Dependant(SchoolLeader, "school"),
    Dependant(SchoolFacts, "school"),
    Dependant(Confirmation, "school"),
    Dependant(ChangeRequest, "school"),
    Dependant(SchoolChange, "school", "stays"),
    Dependant(Succession, "predecessor"),
    Dependant(Succession, "successor", label=_("origins")),
    Dependant(SchoolStage, "school", "follows", match=("stage",)),
    Dependant(SchoolGroupGrant, "content_object", "rights"),
    Dependant(SchoolUserGrant, "content_object", "rights"),
    Dependant(StageGroupGrant, "content_object", "rights"),
)
