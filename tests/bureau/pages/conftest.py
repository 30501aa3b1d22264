"""Two units, a person in each, clubs of both."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from bureau.charter.choices import Role
from tests.bureau.workflow.conftest import House, person
from tests.pages_app.models import Club


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


class Clubs(House):
    """`officer` and `clerk` of the office own clubs; `drafter` works in another section."""

    def __init__(self):
        super().__init__()
        self.auditor = person("auditor", self.office, Role.AUDITOR)

    def club(self, number="C1", **fields):
        return Club.objects.create(
            **{"number": number, "name": f"Club {number}", "owner": self.office, **fields}
        )

    def many(self, count, **fields):
        start = Club.objects.count()
        rows = [
            Club(number=f"N{n:05}", name=f"Club {n:05}", owner=self.office, **fields)
            for n in range(start, start + count)
        ]
        return Club.objects.bulk_create(rows)


@pytest.fixture
def clubs(db):
    return Clubs()


def client_of(user):
    user.language = "en"
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def desk(clubs):
    """Signed in as the officer."""
    return client_of(clubs.officer)
