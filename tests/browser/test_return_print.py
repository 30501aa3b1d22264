"""Who has reported, on paper: a county bureau takes one page to a meeting, whatever its schools are asked."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from schools.choices import Stage
from tests.factories import returns
from tests.factories.schools import SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORMS = 8


def test_a_district_prints_who_has_reported_on_one_page(signed_in, cast):
    collections = returns.CollectionFactory.create_batch(FORMS)
    for place, stage in enumerate(Stage):
        school = SchoolFactory(district=cast.school.district, managed_by=cast.school.managed_by)
        school.stages.update(stage=stage)
        returns.stored(collection=collections[place % FORMS], school=school)
    reviewer = signed_in("district_reviewer", language="zh-hans")
    reviewer.go(reverse("desk:schools:return_completeness_print"))
    assert reviewer.page.locator("tbody tr").count() >= len(Stage) + FORMS
    paper = reviewer.page.pdf(format="A4", print_background=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1
