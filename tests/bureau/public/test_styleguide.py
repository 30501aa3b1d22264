"""The gallery of components."""

import re
from collections import Counter

import pytest

from bureau.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("shell", ["", "school/", "public/"])
def test_it_shows_every_component_in_both_languages(client, shell):
    page = client.get(f"/styleguide/{shell}").content.decode()
    assert 'lang="zh-Hans" class="stack-l"' in page and 'lang="en" class="stack-l"' in page
    for name in ("errsum", "track", "tl", "tbl", "filter", "pager", "receipt", "panel empty", "meter"):
        assert page.count(f'class="{name}') >= 2, name


@pytest.mark.parametrize("shell", ["", "school/", "public/"])
def test_no_id_stands_twice(client, shell):
    page = client.get(f"/styleguide/{shell}").content.decode()
    twice = [name for name, times in Counter(re.findall(r'\sid="([^"]+)"', page)).items() if times > 1]
    assert not twice


def test_outside_tests_it_needs_a_role(client, settings):
    settings.STYLEGUIDE_IS_OPEN = False
    assert client.get("/styleguide/").status_code == 302
    client.force_login(User.objects.create_user("li", name="Li"))
    assert client.get("/styleguide/").status_code == 403


def test_the_work_shell_switches_off_what_htmx_must_not_do(client):
    page = client.get("/styleguide/").content.decode()
    assert '"allowEval":false' in page and '"historyCacheSize":0' in page
    assert "htmx-2.min.js" in page
    assert "htmx" not in client.get("/styleguide/public/").content.decode()
