"""Drop-down fields are drawn as Django's own templates draw them."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy

from bureau.pages.rendering import Renderer

PLAIN = [("", "All"), (1, "one"), ("<2>", 'two & "three"'), (None, gettext_lazy("Search"))]
GROUPED = [("", "---"), ("Towns", [("a", "A"), ("b", "B")]), ("z", "Z")]


@pytest.mark.parametrize("choices", [(), PLAIN, GROUPED], ids=["none", "plain", "grouped"])
@pytest.mark.parametrize("value", [None, "1", "b", "nobody"])
@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple, forms.NullBooleanSelect])
def test_a_drop_down_is_drawn_as_django_draws_it(widget, value, choices):
    attrs = {"class": "sel", "required": True, "disabled": False, "data-x": '<"&>', "size": 3}
    field = widget(attrs=attrs) if widget is forms.NullBooleanSelect else widget(attrs=attrs, choices=choices)
    shown = [value] if widget is forms.SelectMultiple and value else value
    own = field.render("fund", shown, attrs={"id": "id_fund"}, renderer=Renderer())
    assert own == field.render("fund", shown, attrs={"id": "id_fund"}, renderer=DjangoTemplates())


def test_a_drop_down_with_options_of_its_own_keeps_its_template():
    class Odd(forms.Select):
        option_template_name = "django/forms/widgets/input_option.html"

    field = Odd(choices=PLAIN)
    assert field.render("fund", "1", renderer=Renderer()) == field.render(
        "fund", "1", renderer=DjangoTemplates()
    )
