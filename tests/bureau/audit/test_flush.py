"""A transactional test can be cleaned up after, and the triggers stand again for the next one."""

import pytest
from django.db import connection

from bureau.audit import triggers
from bureau.audit.models import Event
from bureau.audit.services import Machine, record


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_each_transactional_test_begins_with_an_empty_guarded_audit(turn):
    assert (Event.objects.count(), triggers.missing(connection)) == (0, [])
    record("test.done", by=Machine("test"))
