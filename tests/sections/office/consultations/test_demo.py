"""The invented documents and consultations are made the real way and can be read by everybody."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from bureau.demo import DemoRun
from sections.office.consultations import demo as consultations
from sections.office.consultations.models import Consultation
from sections.office.policies import demo as policies
from sections.office.policies.models import PolicyDocument

pytestmark = pytest.mark.django_db


def test_the_demo_has_documents_in_every_validity_and_consultations_in_both_states(cast):
    run = DemoRun("small", "jinzhong", timezone.localdate(), make_password(None), lambda _line: None)
    policies.seed(run)
    consultations.seed(run)
    validities = set(PolicyDocument.objects.values_list("validity", flat=True))
    assert {"in_force", "repealed", "expired"} <= validities
    assert {one.status for one in Consultation.objects.all()} == {"open", "concluded"}
    for language in ("zh", "en"):
        pages = [f"open/documents/{one.pk}" for one in PolicyDocument.objects.filter(status="published")]
        pages += [f"consultations/{one.pk}" for one in Consultation.objects.all()]
        for page in [*pages, "open/documents", "consultations"]:
            assert Client().get(f"/{language}/{page}/").status_code == 200
