"""Every surface there is – lists, exports, workbooks, prints, search, counts, programs – read for records of others.

Each record carries a word of its own (tests.attacks.branding). Who walks meets the words of what is his, and none
of the rest; letters and reports have a walk of their own in test_canaries.
"""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db.models import Model

from tests.attacks.branding import brand_all, foreign_brands, unpacked, words
from tests.attacks.walking import addresses, body, open_to, signed_in
from tests.cast import Cast
from tests.ground import laid_on

# Who walks where; a shell that is not one's own is shut at the entrance (test_every_route).
WALKERS = {"preschool_clerk": "desk", "other_district": "desk", "other_principal": "school"}


@laid_on("furnished")
def branded(furnished: Cast) -> dict[type[Model], list[int]]:
    found = brand_all()
    call_command("search", "rebuild", verbosity=0)
    return found


@pytest.mark.parametrize("name", list(WALKERS))
def test_no_surface_shows_a_word_of_a_record_that_is_not_the_walkers(
    name: str, branded: dict[type[Model], list[int]], furnished: Cast
) -> None:
    user = furnished.people()[name]
    kept = [word.encode() for word in foreign_brands(user, branded)]
    own = [word.encode() for word in words(branded) if word.encode() not in kept]
    assert len(kept) > 30, "there is something to be met"
    client, met, met_own = signed_in(user), set(), False
    shell = WALKERS[name]
    places = [
        where
        for where in addresses(most=1, steps=1)
        if where.startswith((f"/{shell}/", "/api/", "/account/"))
    ]
    places.append(f"/{shell}/search/?q=Kanari")
    for where in open_to(user, places):
        response = client.get(where)
        assert response.status_code < 500, where
        if response.status_code != 200:
            continue
        text = unpacked(body(response))
        met_own = met_own or any(word in text for word in own)
        found = [word for word in kept if word in text]
        if found:
            met.add((where, found[0].decode()))
    assert sorted(met) == []
    # The other school of the house keeps no record of its own: what could be met there is all foreign.
    assert met_own or shell == "school", "the words of one's own records are met, or the walk could not fail"
