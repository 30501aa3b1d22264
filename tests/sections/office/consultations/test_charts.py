"""Another chart: drafts and opinions follow their section, whoever holds the capability then opens and publishes."""

import pytest

from bureau.access import reorganisation
from bureau.access.services import permitted
from bureau.accounts.principals import System
from bureau.charter.choices import Role
from bureau.charter.models import Unit
from bureau.workflow import services as workflow
from sections.office.consultations.models import Consultation, Opinion
from sections.office.policies.models import PolicyDocument
from tests.cast import person
from tests.factories import consultations, policies

pytestmark = pytest.mark.django_db


def test_on_the_compact_chart_the_new_holder_goes_on(cast):
    document = policies.entered(cast, by=cast.preschool_clerk)
    draft = consultations.entered(cast, by=cast.preschool_clerk)
    running = consultations.opened(cast)
    sent = consultations.opinion(running).opinion
    reorganisation.load(reorganisation.read("compact"), by=System("test"))
    for record in (document, draft):
        record.refresh_from_db()
        assert record.owner.key == "basic"
        assert record in permitted(cast.basic_clerk, "view", type(record))
        workflow.perform(record, "submit", by=cast.basic_clerk)
        assert record not in permitted(cast.office_chief, "publish", type(record))
    holder = Unit.objects.get(key="ideological")
    chief = person("holders_chief", (holder, Role.CHIEF))
    assert workflow.perform(document, "publish", by=chief) in permitted(chief, "view", PolicyDocument)
    assert workflow.perform(draft, "publish", by=chief) in permitted(chief, "view", Consultation)
    assert sent in permitted(chief, "view", Opinion)
    workflow.perform(sent, "sort", by=chief, data={"new_point": "期限"})
