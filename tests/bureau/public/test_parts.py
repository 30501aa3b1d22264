"""What many public pages show alike is read once, and anew as soon as it changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from bureau.public import parts
from bureau.public.generations import GENERATIONS, raise_numbers


@pytest.fixture(autouse=True)
def kept(settings: Any, db: None) -> Iterator[None]:
    settings.PAGE_KEPT_SECONDS = 30
    settings.PAGE_GENERATION_SECONDS = 600
    GENERATIONS.forget()
    parts.forget()
    yield
    GENERATIONS.forget()
    parts.forget()


def test_a_part_is_made_once_for_all_pages() -> None:
    made = count()
    assert [parts.part("x", ["a"], lambda: next(made)) for _page in range(3)] == [0, 0, 0]


def test_what_is_published_makes_its_parts_anew_and_leaves_the_others(
    django_capture_on_commit_callbacks: Any,
) -> None:
    made = count()
    for key in ("x", "y"):
        parts.part(key, [key], lambda: next(made))
    with django_capture_on_commit_callbacks(execute=True):
        raise_numbers(["x"])
    assert [parts.part(key, [key], lambda: next(made)) for key in ("x", "y")] == [2, 1]


@pytest.mark.parametrize("name", ["PAGE_KEPT_SECONDS", "PAGE_GENERATION_SECONDS"])
def test_nothing_is_kept_where_the_settings_say_so(settings: Any, name: str) -> None:
    setattr(settings, name, 0)
    made = count()
    assert [parts.part("x", [], lambda: next(made)) for _page in range(2)] == [0, 1]
