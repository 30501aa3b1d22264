"""Tags and filters of every page: icons, fields, tags, breadcrumbs, dates in both languages."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bureau.access.counting import shown
from bureau.pages.icons import EMBLEM, ICONS

register = template.Library()

Moment = date | datetime | None

# (English, Chinese) formats of django.utils.dateformat
DAY = ("j F Y", "Y年n月j日")
SHORT_DAY = ("j F", "m-d")
MOMENT = ("j F Y, H:i", "Y年n月j日 H:i")
WEEKDAY = ("l j F Y", "Y年n月j日（D）")
MONTH = ("F Y", "Y年n月")

TAG_CLASSES = {
    "": "",
    "plain": "t-plain",
    "new": "t-new",
    "half": "t-go",
    "done": "t-ok",
    "warn": "t-warn",
    "bad": "t-bad",
    "moved": "t-move",
}


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _written(value: Moment, formats: tuple[str, str]) -> str:
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return date_format(value, formats[_is_chinese()], use_l10n=False)


@register.filter
def day(value: Moment) -> str:
    """9 June 2026 / 2026年6月9日"""
    return _written(value, DAY)


@register.filter
def short_day(value: Moment) -> str:
    """7 June / 06-07, for lists of the same year."""
    return _written(value, SHORT_DAY)


@register.filter
def moment(value: Moment) -> str:
    """9 June 2026, 14:05 / 2026年6月9日 14:05"""
    return _written(value, MOMENT)


@register.filter
def weekday(value: Moment) -> str:
    """Tuesday 9 June 2026 / 2026年6月9日（星期二）"""
    return _written(value, WEEKDAY)


@register.filter
def month(value: Moment) -> str:
    """June 2026 / 2026年6月"""
    return _written(value, MONTH)


@register.simple_tag
def when(value: Moment, style: str = "day") -> SafeString | str:
    """A date for people and machines: {% when letter.sent_at "moment" %} → <time datetime="…">…</time>"""
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    formats = {"day": DAY, "short": SHORT_DAY, "moment": MOMENT, "weekday": WEEKDAY, "month": MONTH}[style]
    spec = "minutes" if isinstance(value, datetime) else ""
    machine = value.isoformat(timespec=spec) if isinstance(value, datetime) else value.isoformat()
    return format_html('<time datetime="{}">{}</time>', machine, _written(value, formats))


@register.filter
def counted(number: int) -> str:
    """A number that was counted to a thousand."""
    return shown(number)


@register.filter
def local_name(thing: Any) -> SafeString | str:
    """The name in the reader's language; a name in the other one says so: <span lang="zh">."""
    chinese, english = getattr(thing, "name_zh", ""), getattr(thing, "name", "")
    if not chinese and not english:
        return str(thing or "")
    if _is_chinese():
        return chinese or format_html('<span lang="en">{}</span>', english)
    return english or format_html('<span lang="zh">{}</span>', chinese)


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """An inline SVG. With a label it speaks for itself; without one the text beside it does."""
    if label:
        return format_html(
            '<svg class="i {}" viewBox="0 0 24 24" role="img" aria-label="{}" focusable="false">{}</svg>',
            extra,
            label,
            mark_safe(ICONS[name]),
        )
    return _silent_icon(name, extra)


@lru_cache(maxsize=500)
def _silent_icon(name: str, extra: str) -> SafeString:
    return format_html(
        '<svg class="i {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        extra,
        mark_safe(ICONS[name]),
    )


@register.simple_tag
def emblem() -> SafeString:
    """The portal's own mark."""
    return mark_safe(EMBLEM)


@register.simple_tag
def tag(text: str | Promise, kind: str = "") -> SafeString:
    """A status as adjective, colour and shape. Kinds: new, half, done, warn, bad, moved, plain, or none."""
    return format_html('<span class="tag {}">{}</span>', TAG_CLASSES[kind], text)


@register.simple_tag
def crumbs(*parts: str | Promise) -> SafeString:
    """{% crumbs "Letters" url "L26-7Q3K" %}: label and address in turn; a last label alone is this page."""
    pairs = list(zip(parts[0::2], parts[1::2], strict=False))
    items = format_html_join("", '<li><a href="{1}">{0}</a></li>', pairs)
    if len(parts) % 2:
        items += format_html('<li aria-current="page">{}</li>', parts[-1])
    return format_html('<nav class="crumbs" aria-label="{}"><ol>{}</ol></nav>', _("Breadcrumb"), items)


@register.simple_tag
def meter(value: float, top: float, label: str, kind: str = "") -> SafeString:
    """A bar for `value` of `top`; the label says the same in words. Kinds: ok, warn, bad, or none."""
    width = f"{min(max(value / top, 0), 1) * 100:.1f}" if top else "0"
    return format_html(
        '<svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="{}" width="{}" height="8"/></svg>',
        label,
        kind,
        width,
    )


def _css_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.Textarea):
        return "txt"
    if isinstance(widget, (forms.CheckboxSelectMultiple, forms.RadioSelect)):
        return ""
    if isinstance(widget, forms.Select):
        return "sel"
    if isinstance(widget, forms.CheckboxInput):
        return "cb"
    return "inp"


def _described_by(bound: BoundField) -> str:
    ids = [f"{bound.id_for_label or bound.auto_id}_hint"] if bound.help_text else []
    if bound.errors:
        ids.append(f"{bound.id_for_label or bound.auto_id}_error")
    return " ".join(ids)


def _control(bound: BoundField) -> SafeString:
    """The widget with the classes and ARIA attributes that its label, hint and error call for."""
    widget = bound.field.widget
    classes = [str(widget.attrs.get("class", "")), _css_class(widget), "is-err" if bound.errors else ""]
    attrs: dict[str, Any] = {"class": " ".join(filter(None, classes))}
    described_by = _described_by(bound)
    if described_by and not widget.use_fieldset:
        attrs["aria-describedby"] = described_by
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return bound.as_widget(attrs=attrs)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str | Promise = "") -> dict[str, Any]:
    """A whole field: label, hint, error, control. Groups of choices become a fieldset."""
    widget = bound.field.widget
    return {
        "bound": bound,
        "label": label or bound.label,
        "anchor": bound.id_for_label or bound.auto_id,
        "is_group": isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple),
        "is_checkbox": isinstance(widget, forms.CheckboxInput),
        "is_compound": widget.use_fieldset,
        "described_by": _described_by(bound),
        "control": _control(bound),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: forms.BaseForm | None) -> dict[str, Any]:
    """All that is wrong with a form, each line leading to its field. Nothing where nothing is wrong."""
    if form is None or not form.errors:
        return {"lines": []}
    lines: list[tuple[str, str]] = [("", str(error)) for error in form.non_field_errors()]
    for bound in form:
        anchor = bound.id_for_label or bound.auto_id
        lines += [(f"#{anchor}", str(error)) for error in bound.errors]
    return {"lines": lines}
