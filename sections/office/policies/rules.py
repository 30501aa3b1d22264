"""Who may see or do what with policy documents: every section enters its own, whoever publishes has all."""

from __future__ import annotations

from django.db.models import Q

from bureau.access.policies import register
from bureau.files.models import ClassificationMark
from sections.office.news.rules import CAPABILITY, Articles, EditorsTable
from sections.office.policies.choices import Status
from sections.office.policies.models import PolicyCode, PolicyDocument

register(
    Articles(
        PolicyDocument,
        capability=CAPABILITY,
        participants=("owner",),
        public={
            "view": lambda: Q(status=Status.PUBLISHED),
            "miss": lambda: Q(status=Status.WITHDRAWN),
        },
    )
)
register(EditorsTable(PolicyCode))
register(EditorsTable(ClassificationMark))
