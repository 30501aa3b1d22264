"""A section chief shares one school with one person and takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.charter.choices import Role
from bureau.charter.models import Unit
from tests.cast import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_chief_shares_a_school_and_takes_it_back(signed_in, cast, phone):
    cast.chief = person("basic_chief", (Unit.objects.get(key="basic"), Role.CHIEF))
    cast.chief.set_password("river-harbour-maple-12")
    cast.chief.save()
    record = f"/desk/schools/schools/{cast.school.pk}/"

    clerk = signed_in("preschool_clerk", record)
    assert cast.school.name not in clerk.text()

    chief = signed_in("chief", record, viewport=phone)
    chief.follow("Share")
    chief.fill("Person", "preschool_clerk")
    chief.page.locator("select[name=verb]").select_option("view")
    chief.page.locator("input[name=until]").fill((timezone.localdate() + timedelta(days=9)).isoformat())
    chief.fill("Reason", "Joint inspection of kitchens")
    chief.press("Share", within=chief.page.locator("#main"))
    # Before a right is given away the portal asks who sits at the desk; what was typed waits.
    chief.page.locator("input[type=password]").fill("river-harbour-maple-12")
    chief.click(chief.page.locator("#main form button").first)
    assert "Joint inspection of kitchens" in chief.text()
    assert not chief.scrolls_sideways()
    assert chief.complaints() == []
    assert cast.school.name in clerk.go(record).text()

    chief.page.locator("#main tbody button").click()
    assert "Nothing is shared by hand." in chief.page.locator("#main").inner_text()
    assert cast.school.name not in clerk.go(record).text()
    assert [said for said in chief.messages if "401" not in said] == []  # the question itself
