"""Both languages are complete: no string without Chinese, no name without its Chinese one."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from bureau import translations
from bureau.access import reorganisation
from bureau.deadlines.models import ClockRule
from schools.models import AreaClass, District, Organiser, SchoolType


def test_every_string_has_its_chinese() -> None:
    assert translations.untranslated(translations.read_catalogue()) == []


def test_chinese_keeps_every_placeholder() -> None:
    with translations.catalogue_path().open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    faults = [(message.id, str(error)) for message, errors in catalogue.check() for error in errors]
    assert faults == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["jinzhong", "compact"])
def test_every_section_and_duty_of_a_chart_has_both_names(name: str) -> None:
    chart = reorganisation.read(name)
    nameless = [section.key for section in chart.sections if not (section.name and section.name_zh)]
    nameless += [
        duty.code for section in chart.sections for duty in section.duties if not (duty.name and duty.name_zh)
    ]
    assert nameless == []


@pytest.mark.parametrize("model", [District, SchoolType, Organiser, AreaClass, ClockRule])
def test_reference_data_is_named_in_both_languages(charter_jinzhong: object, model: type) -> None:
    rows = model.objects.all()
    assert rows
    assert [str(row.pk) for row in rows if not (row.name and row.name_zh)] == []


def test_the_catalogue_collects_every_name_under_which_gettext_is_called() -> None:
    sources = [path for folder in translations.SOURCES for path in (settings.ROOT / folder).rglob("*.py")]
    called = {
        name
        for path in sources
        for name in re.findall(r"gettext(?:_lazy)? as (\w+)", path.read_text(encoding="utf-8"))
    }
    assert called <= set(translations.KEYWORDS)
