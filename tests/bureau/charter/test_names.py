"""Every capability that a chart names has a name in both languages, installed or not."""

import pytest
from django.utils import translation

from bureau.access import reorganisation
from bureau.charter.names import capability_label


@pytest.mark.django_db
@pytest.mark.parametrize("chart", ["jinzhong", "compact"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_capability_of_a_chart_shows_its_key(chart, language):
    named = {name for section in reorganisation.read(chart).sections for name in section.capabilities()}
    with translation.override(language):
        assert [name for name in named if capability_label(name) == name] == []


def test_an_unknown_capability_shows_its_key():
    assert capability_label("office.telepathy") == "office.telepathy"
