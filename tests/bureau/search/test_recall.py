"""The index finds what a scan of every name would find: all of it, and nothing besides."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.search.declare import SEARCHABLES
from bureau.search.entries import entry_of
from bureau.search.models import SearchEntry
from bureau.search.queries import parse
from bureau.search.tokens import squashed
from schools.models import District, School

SIGNS = "榆次平遥太谷祁县寿阳昔左权和顺社灵石介休晋中市第一二三四五小学中学幼儿园实验教育局城关东西南北镇村路校区民族"
NAMES = 300


def made_up_names() -> list[str]:
    dice = random.Random(7)
    found = []
    for _number in range(NAMES):
        length = dice.randint(2, 14)
        name = "".join(dice.choice(SIGNS) for _place in range(length))
        found.append(
            name[: length // 2] + dice.choice(["", "（东校区）", "12", " ", "·"]) + name[length // 2 :]
        )
    return found


@pytest.fixture(scope="module")
def texts(django_db_setup, django_db_blocker):
    """Three hundred entries over made-up schools, squashed text by key; removed again at the end."""
    searchable = SEARCHABLES["schools.school"]
    district = District(name_zh="榆次区", name="")
    with django_db_blocker.unblock():
        entries = []
        for key, name in enumerate(made_up_names(), start=9_000_000):
            school = School(pk=key, name_zh=name, district=district)
            school._prefetched_objects_cache = {"campuses": [], "leaders": []}
            entry = entry_of(searchable, school)
            entry.kind = "tests.recall"
            entries.append(entry)
        SearchEntry.objects.bulk_create(entries)
        yield {entry.object_id: entry.text for entry in entries}
        SearchEntry.objects.filter(kind="tests.recall").delete()


def found(text: str) -> set[int]:
    rows = SearchEntry.objects.filter(parse(text).matches(), kind="tests.recall")
    return set(rows.values_list("object_id", flat=True))


def scanned(texts: dict[int, str], text: str) -> set[int]:
    """What `icontains` finds, spaces and signs aside."""
    return {key for key, whole in texts.items() if squashed(text) in whole}


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_any_stretch_of_a_name_finds_exactly_what_a_scan_finds(texts, data):
    name = data.draw(st.sampled_from(made_up_names()))
    han = [
        part
        for part in name.replace("12", " ").replace("（", " ").replace("）", " ").replace("·", " ").split()
        if part
    ]
    part = data.draw(st.sampled_from(han))
    start = data.draw(st.integers(0, len(part) - 1))
    end = data.draw(st.integers(start + 1, len(part)))
    assert found(part[start:end]) == scanned(texts, part[start:end]) != set()


@pytest.mark.django_db
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(text=st.text(alphabet=SIGNS, min_size=1, max_size=5))
def test_any_characters_find_exactly_what_a_scan_finds(texts, text):
    assert found(text) == scanned(texts, text)


@pytest.mark.django_db
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(text=st.text(max_size=120))
def test_no_text_at_all_is_a_fault(texts, text):
    query = parse(text)
    if query:
        assert found(text) <= texts.keys()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("教育", "晋中市教育局"),
        ("平遥", "平遥县"),
        ("张兰", "张兰镇"),
        ("育局", "晋中市教育局"),
        ("𬭸", "王𬭸"),
        ("㐂", "㐂来小学"),
    ],
)
def test_words_that_a_dictionary_swallows_are_found(text, name):
    school = School(pk=1, name_zh=name, district=District(name_zh="", name=""))
    school._prefetched_objects_cache = {"campuses": [], "leaders": []}
    entry = entry_of(SEARCHABLES["schools.school"], school)
    entry.kind = "tests.words"
    entry.save()
    assert SearchEntry.objects.filter(parse(text).matches(), kind="tests.words").exists()
