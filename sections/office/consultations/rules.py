"""Who may see or do what with consultations, opinions and points."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import Policy, Through, register
from sections.office.consultations.capabilities import NAME
from sections.office.consultations.choices import PUBLIC, OpinionStatus, Status
from sections.office.consultations.models import (
    Consultation,
    Opinion,
    OpinionDataRequest,
    OpinionDraft,
    OpinionGroup,
)
from sections.office.news.rules import Articles

register(
    Articles(
        Consultation,
        capability=NAME,
        participants=("owner",),
        public={
            "view": lambda: Q(status__in=PUBLIC),
            "miss": lambda: Q(status=Status.WITHDRAWN),
        },
    )
)
# Opinions are read by the section that drafts and by whoever holds consultations; what became of them by everybody.
register(
    Through(
        Opinion,
        parent="consultation",
        verbs={
            "view": "read_opinions",
            "export": "export_opinions",
            "sort": "sort",
            "set_aside": "sort",
            "reveal": "reveal",
        },
        public={"add": lambda: Q(status=OpinionStatus.RECEIVED)},
        holder=("view", "ask_about_data"),
    )
)
# What a sender asks of the own data holds what is right of name and telephone: for who may see both.
register(Through(OpinionDataRequest, parent="opinion", verbs={"view": "reveal"}))
register(
    Through(
        OpinionGroup,
        parent="consultation",
        verbs={"view": "read_opinions", "export": "export_opinions", "add": "sort", "change": "sort"},
        public={"view": lambda: Q(consultation__status=Status.CONCLUDED) & ~Q(decision="")},
    )
)
# What is not sent yet is nobody's but the sender's, who has the form.
register(Policy(OpinionDraft, holder=("view", "enclose")))
