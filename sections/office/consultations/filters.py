"""Filters of the lists of consultations, points and opinions on the desk."""

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.pages.filters import PortalFilterSet
from sections.office.consultations.choices import Decision, Kind, OpinionStatus, Sender, Status
from sections.office.consultations.models import Consultation, Opinion, OpinionGroup


class ConsultationFilter(PortalFilterSet):
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)

    class Meta:
        model = Consultation
        fields = ("status", "kind")


class OpinionFilter(PortalFilterSet):
    consultation = django_filters.ModelChoiceFilter(
        label=_("Consultation"), queryset=lambda _request: Consultation.objects.all()
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=OpinionStatus.choices)
    sender = django_filters.ChoiceFilter(label=_("Sent by"), choices=Sender.choices)

    class Meta:
        model = Opinion
        fields = ("consultation", "status", "sender")


class PointFilter(PortalFilterSet):
    consultation = django_filters.ModelChoiceFilter(
        label=_("Consultation"), queryset=lambda _request: Consultation.objects.all()
    )
    decision = django_filters.ChoiceFilter(label=_("Decision"), choices=Decision.choices)

    class Meta:
        model = OpinionGroup
        fields = ("consultation", "decision")
