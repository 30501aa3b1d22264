"""Asking what a page is changes nothing but the traces of the visit; that reading is free is seen in test_canaries."""

from __future__ import annotations

import pytest

from tests.attacks.walking import addresses, changed, one_of_each_view, rows, signed_in
from tests.cast import Cast


@pytest.mark.parametrize("method", ["head", "options"])
def test_asking_what_a_page_is_changes_nothing(method: str, furnished: Cast) -> None:
    client = signed_in(furnished.office_chief)
    walk, before = one_of_each_view(addresses(most=1)), rows()
    for where in walk:
        assert getattr(client, method)(where).status_code < 500, where
    assert not changed(before)
