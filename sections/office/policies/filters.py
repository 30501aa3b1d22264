"""Filters of the list of policy documents on the desk."""

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.pages.filters import PortalFilterSet
from sections.office.policies.choices import CodeKind, Status, Validity
from sections.office.policies.models import PolicyCode, PolicyDocument


def codes(kind: str):  # type: ignore[no-untyped-def]
    return lambda _request: PolicyCode.objects.filter(kind=kind)


class PolicyFilter(PortalFilterSet):
    free_choices = ("topic", "issuer")

    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices)
    validity = django_filters.ChoiceFilter(label=_("Validity"), choices=Validity.choices)
    topic = django_filters.ModelChoiceFilter(label=_("Topic"), queryset=codes(CodeKind.TOPIC))
    issuer = django_filters.ModelChoiceFilter(label=_("Issuing body"), queryset=codes(CodeKind.ISSUER))

    class Meta:
        model = PolicyDocument
        fields = ("status", "validity", "topic", "issuer")


class CodeFilter(PortalFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Table"), choices=CodeKind.choices)

    class Meta:
        model = PolicyCode
        fields = ("kind",)
