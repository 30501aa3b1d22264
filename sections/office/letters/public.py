"""What a citizen sees of letters: writing one, the receipt, its status, the answer."""

from __future__ import annotations

from django.db.models import Model
from django.urls import path
from django.utils.translation import gettext_lazy as _

from bureau.identifiers import codes
from bureau.public.own_data import own_data
from bureau.public.site import Channel, Task, mount
from bureau.public.trackers import Tracker
from bureau.public.trackers import register as register_tracker
from sections.office.letters import services
from sections.office.letters.code_pages import letter_code, letter_resume
from sections.office.letters.following import letter_file, letter_status
from sections.office.letters.lost_codes import letter_of
from sections.office.letters.privacy_pages import privacy_text
from sections.office.letters.writing_pages import letter_child, letter_new, letter_urgent


def _check(letter: Model, code: str) -> bool:
    return codes.opens(services.CODE_PURPOSE, code, letter)


register_tracker(
    Tracker(
        prefix="L",
        find=letter_of,
        check=_check,
        page=letter_status,
        decoy=lambda code: codes.digest(services.CODE_PURPOSE, code),
        lost_code="letter_code",
    )
)

urlpatterns = [
    path("new/", letter_new, name="letter_new"),
    path("child/", letter_child, name="letter_child"),
    path("urgent/", letter_urgent, name="letter_urgent"),
    path("resume/", letter_resume, name="letter_resume"),
    path("code/", letter_code, name="letter_code"),
    path("files/<int:pk>/", letter_file, name="letter_file"),
]

mount(
    "your-data/",
    [
        path("", own_data, name="own_data"),
        path("texts/<int:pk>/", privacy_text, name="privacy_text"),
    ],
)
mount(
    "letters/",
    urlpatterns,
    channel=Channel(_("Letters"), order=50, url_name="letter_new"),
    tasks=(
        Task(
            _("Write to the bureau"),
            _("Suggestions and requests, about a school or in general"),
            "pen",
            "letter_new",
            20,
        ),
    ),
)
