"""How consultations are found on the desk; opinions by their number alone."""

from __future__ import annotations

from bureau.search.declare import Searchable, register
from sections.office.consultations.models import Consultation, Opinion

register(
    Searchable(
        Consultation,
        names=lambda consultation: [consultation.title_zh, consultation.title],
        words=lambda consultation: [consultation.summary_zh, consultation.summary],
        subtitle=lambda consultation: str(consultation.get_status_display()),
        icon="chat",
    )
)
register(
    Searchable(
        Opinion,
        names=lambda opinion: [],
        identifiers=lambda opinion: [opinion.number],
        subtitle=lambda opinion: opinion.consultation.label,
        select_related=("consultation",),
        icon="chat",
    )
)
