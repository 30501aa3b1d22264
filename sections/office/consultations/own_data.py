"""What is held of who sent an opinion. Name and telephone go by themselves some time after the result."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bureau.accounts.principals import Holder
from bureau.files.models import Attachment
from bureau.public.own_data import OwnData, register
from sections.office.consultations.models import Opinion
from sections.office.letters import privacy


def held(opinion: Opinion, holder: Holder) -> dict[str, Any]:
    agreed = privacy.agreement_of(opinion)
    files = Attachment.objects.of(opinion).in_force()
    return {
        "number": opinion.number,
        "received_on": opinion.received_on,
        "status": opinion.get_status_display(),
        "sent_by": opinion.get_sender_display(),
        "name": opinion.name,
        "phone": opinion.phone,
        "draft": opinion.consultation.label,
        "about": opinion.about,
        "text": opinion.body,
        "files": [{"name": one.name, "bytes": one.size, "sha256": one.sha256} for one in files],
        "privacy_text_of": agreed.text.valid_from if agreed else None,
        "kept": kept(opinion),
    }


def kept(opinion: Opinion) -> str:
    day = opinion.consultation.identities_forgotten_on
    if day:
        return _("Name, phone number and files were deleted on %(day)s.") % {"day": day.isoformat()}
    return _("Name, phone number and files go some time after the result. What was said stays with it.")


register(
    OwnData(
        Opinion,
        phone=lambda opinion: str(opinion.phone),
        held=held,
        kept=kept,
        agreed=privacy.agreement_of,
    )
)
