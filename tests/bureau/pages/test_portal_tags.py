"""Dates, names, icons, fields: what every template uses."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from bureau.pages.templatetags import portal


def render(source: str, **context: object) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("day", "9 June 2026", "2026年6月9日"),
        ("short_day", "9 June", "06-09"),
        ("weekday", "Tuesday 9 June 2026", "2026年6月9日（星期二）"),
        ("month", "June 2026", "2026年6月"),
    ],
)
def test_a_day_is_written_as_each_language_writes_it(name, english, chinese):
    for code, expected in (("en", english), ("zh-hans", chinese)):
        with translation.override(code):
            assert getattr(portal, name)(date(2026, 6, 9)) == expected


def test_a_moment_is_shown_in_local_time():
    instant = datetime(2026, 6, 8, 23, 5, tzinfo=UTC)
    with translation.override("en"):
        assert portal.moment(instant) == "9 June 2026, 07:05"
        assert portal.day(instant) == "9 June 2026"


def test_no_date_is_an_empty_text():
    assert portal.day(None) == "" and portal.when(None) == ""


def test_a_date_carries_its_machine_value():
    with translation.override("en"):
        assert (
            render("{% when at %}", at=date(2026, 6, 9)) == '<time datetime="2026-06-09">9 June 2026</time>'
        )


@pytest.mark.parametrize(
    ("code", "zh", "en", "shown"),
    [
        ("en", "和平小学", "Heping Primary", "Heping Primary"),
        ("en", "和平小学", "", '<span lang="zh">和平小学</span>'),
        ("zh-hans", "和平小学", "Heping Primary", "和平小学"),
        ("zh-hans", "", "Heping Primary", '<span lang="en">Heping Primary</span>'),
    ],
)
def test_a_name_in_the_other_language_says_so(code, zh, en, shown):
    with translation.override(code):
        assert portal.local_name(SimpleNamespace(name_zh=zh, name=en)) == shown


def test_a_name_cannot_smuggle_markup():
    with translation.override("en"):
        assert "<b>" not in portal.local_name(SimpleNamespace(name_zh="<b>", name=""))


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in render('{% icon "mail" %}')
    assert 'role="img" aria-label="Mail"' in render('{% icon "mail" "Mail" %}')


def test_an_unknown_icon_or_kind_of_tag_is_a_fault():
    with pytest.raises(KeyError):
        render('{% icon "nothing" %}')
    with pytest.raises(KeyError):
        render('{% tag "x" "nothing" %}')


def test_breadcrumbs_end_with_this_page_as_text():
    text = render('{% crumbs "Home" "/en/" here %}', here="<Here>")
    assert '<a href="/en/">Home</a>' in text
    assert '<li aria-current="page">&lt;Here&gt;</li>' in text


def test_a_meter_never_leaves_its_frame():
    assert 'width="100.0"' in render('{% meter 9 3 "x" %}')
    assert 'width="0"' in render('{% meter 9 0 "x" %}')


class Sample(forms.Form):
    name = forms.CharField(help_text="As on the card.")
    note = forms.CharField(required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(required=False)


def test_a_field_ties_hint_and_error_to_its_control():
    with translation.override("en"):
        text = render("{% field form.name %}", form=Sample({}))
    assert 'aria-describedby="id_name_hint id_name_error"' in text
    assert 'aria-invalid="true"' in text
    assert 'id="id_name_hint"' in text and 'id="id_name_error"' in text


def test_an_optional_field_says_so():
    with translation.override("en"):
        assert "(optional)" in render("{% field form.note %}", form=Sample())
        assert "(optional)" not in render("{% field form.name %}", form=Sample())


def test_a_group_of_choices_is_a_fieldset_with_a_legend():
    text = render("{% field form.kind %}", form=Sample())
    assert "<fieldset" in text and "<legend>Kind" in text
    assert text.count('class="choice"') == 2


def test_the_error_summary_leads_to_the_fields():
    with translation.override("en"):
        text = render("{% error_summary form %}", form=Sample({}))
    assert '<a href="#id_name">' in text and '<a href="#id_kind' in text


def test_nothing_wrong_means_no_summary():
    assert render("{% error_summary form %}", form=Sample()).strip() == ""
    assert render("{% error_summary form %}", form=None).strip() == ""
