"""The forms that come with the portal, and the public register of forms."""

from __future__ import annotations

import pytest
from django.test import Client, SimpleTestCase

from schools.returns.checking import faults_of_definition
from schools.returns.definition import Definition
from schools.returns.designer.held import held_by_others
from schools.returns.models import Form, FormVersion
from schools.returns.services.shipped import load_forms, shipped
from tests.cast import Cast


class Shipped(SimpleTestCase):
    def test_each_form_can_be_used_and_is_stored_as_it_reads(self) -> None:
        for document in shipped():
            with self.subTest(document["code"]):
                content = Definition.read(document["definition"])
                assert faults_of_definition(content) == []
                assert Definition.read(content.written()) == content

    def test_all_words_stand_in_both_languages(self) -> None:
        for document in shipped():
            content = Definition.read(document["definition"])
            said = [cell.label for cell in content.cells.values()] + [
                check.message for check in content.checks
            ]
            assert [words for words in said if not words.en or words.en == words.zh] == []


@pytest.fixture
def versions(cast: Cast) -> list[FormVersion]:
    return load_forms()


def test_they_are_loaded_once_for_the_sections_in_charge(versions: list[FormVersion]) -> None:
    assert [version.form.code for version in versions] == ["basic_statistics", "public_funds", "safety_check"]
    assert {version.form.owner.key for version in versions} >= {"planning_finance"}
    assert load_forms() == []
    assert [held_by_others(version).repeats for version in versions] == [[], [], []]
    assert held_by_others(versions[0]).bound and not held_by_others(versions[0]).alike


def test_anyone_reads_the_register_of_forms(
    versions: list[FormVersion], client: Client, django_assert_max_num_queries: object
) -> None:
    Form.objects.filter(code="safety_check").update(is_public=False)
    page = client.get("/en/forms/").content.decode()
    assert "Yearly basic statistics of a school" in page and "Monthly safety check" not in page
    assert "about 270 minutes a year" in page  # 180 and 90; the monthly check is kept out
    page = client.get("/zh/forms/basic_statistics/").content.decode()
    assert "一年级" in page and "A·A4" in page
    assert client.get("/zh/forms/safety_check/").status_code == 404
    assert client.get("/zh/forms/none/").status_code == 404
