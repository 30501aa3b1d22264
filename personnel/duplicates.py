"""One person in the register twice; and what of this app hangs on teachers and on schools."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.duplicates.declare import Choice, Dependant, Mergeable, Sign, hangs, register
from personnel.models import (
    CareerEvent,
    Education,
    Post,
    Qualification,
    Teacher,
    TeacherDuplicate,
    TeacherUserGrant,
)
from personnel.selectors import likeness
from personnel.services import duplicates

register(
    Mergeable(
        Teacher,
        TeacherDuplicate,
        signs=(
            Sign("number", _("same number of a document"), 90, likeness.by_number),
            Sign("name_birth", _("same name and date of birth"), 60, likeness.by_name_and_birth),
            Sign("name_phone", _("same name and telephone"), 60, likeness.by_name_and_phone),
            Sign(
                "sound_birth",
                _("name of the same sound, same date of birth"),
                50,
                likeness.by_sound_and_birth,
            ),
            Sign("phone_birth", _("same telephone and date of birth"), 50, likeness.by_phone_and_birth),
            Sign(
                "latin_birth", _("same name in Latin letters and date of birth"), 50, likeness.by_latin_name
            ),
        ),
        choices=(
            Choice(("name",)),
            Choice(("former_names",)),
            Choice(("latin_name",)),
            Choice(("sex",)),
            Choice(("born_on",)),
            Choice(("id_number", "id_kind", "id_digest"), _("Identity document"), shown=likeness.document_of),
            Choice(("phone",), shown=lambda teacher: teacher.masked_phone),
            Choice(("email",)),
            Choice(("hired_on",)),
            Choice(("title", "title_on", "post_grade"), shown=lambda teacher: str(teacher.title or "")),
            Choice(("key_level",)),
        ),
        live=likeness.not_merged,
        after=duplicates.settle_merged,
    )
)

hangs(
    Dependant(Post, "teacher", before=duplicates.fit_posts),
    Dependant(Qualification, "teacher"),
    Dependant(Education, "teacher"),
    Dependant(CareerEvent, "teacher", move=duplicates.hand_over_timeline),
    Dependant(TeacherUserGrant, "content_object", "rights"),
    # Of schools: a line of a career names the record under which the school stood then.
    Dependant(Post, "school"),
    Dependant(Post, "school_stage", label=_("posts at a stage")),
    Dependant(CareerEvent, "school", "stays"),
)
