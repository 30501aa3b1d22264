"""Drafts open for comment, on the home page."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from bureau.public import languages
from bureau.public.blocks import OpenNow, open_now
from sections.office.consultations import selectors


def open_for_comment() -> Iterator[OpenNow]:
    code = languages.current()
    for one in selectors.open_now():
        is_own = one.title_zh if code == "zh-hans" else one.title
        lang = "" if is_own else languages.HTML_LANG[languages.other(code)]
        yield OpenNow(one.label, reverse("public:consultation", args=[one.pk]), one.closes_on, lang)


open_now("office.consultation", open_for_comment)
