"""What axe is asked: the page every time, what stands around it once for each way in which it shows."""

from __future__ import annotations

import pytest

from tests.browser.conftest import AS_DRAWN, PHONE, Opener, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PALE = "color: #ddd; background: #fff"
# A pale link and a picture without words on either side; two regions of one name; a heading too deep.
PAGE = f"""<!doctype html><html lang="en"><head><title>Page</title></head><body>
<header class="topbar"><img src="data:,shell"><input type="hidden" value="back"></header>
<nav id="side" aria-label="Workspace"><a class="shell" href="/a/" style="{PALE}">Entry</a></nav>
<main><h1>Page</h1><h5>Too deep</h5><img src="data:,main"><p style="{PALE}">Text</p>
<nav aria-label="Workspace"><a href="/b/">Link</a></nav></main></body></html>"""
SHELL = ('<a class="shell"', '<img src="data:,shell"')
IN_MAIN = {"color-contrast", "heading-order", "image-alt", "landmark-unique"}


@pytest.fixture
def opened(visit: Opener) -> Visit:
    found = visit()
    found.page.set_content(PAGE)
    return found


def rules_of(found: list[str]) -> set[str]:
    return {fault.split(":")[0] for fault in found}


def in_shell(found: list[str]) -> set[str]:
    """The rules for the two elements themselves: a landmark is told with all that stands in it."""
    return {rule for rule, element in (fault.split(": ", 1) for fault in found) if element.startswith(SHELL)}


def test_the_shell_is_looked_at_once_and_the_page_every_time(opened: Visit) -> None:
    first = opened.complaints()
    assert rules_of(first) == IN_MAIN and in_shell(first) == {"color-contrast", "image-alt"}
    opened.page.set_content(
        PAGE.replace('href="/a/"', 'href="/a/" aria-current="page"').replace('value="back"', 'value="on"')
    )
    again = opened.complaints()
    assert rules_of(again) == IN_MAIN and in_shell(again) == set()


def test_a_shell_that_differs_is_looked_at_again(opened: Visit) -> None:
    opened.complaints()
    opened.page.set_content(PAGE.replace("Entry", "Another entry"))
    assert in_shell(opened.complaints()) == {"color-contrast", "image-alt"}
    opened.page.set_viewport_size(PHONE)
    assert in_shell(opened.complaints()) == {"color-contrast", "image-alt"}
    opened.page.evaluate("document.documentElement.className = 'dark'")
    assert in_shell(opened.complaints()) == {"color-contrast", "image-alt"}


def test_the_rules_for_whole_pages_count_beside_a_known_shell(opened: Visit) -> None:
    opened.complaints()
    main = PAGE[PAGE.index("<main>") : PAGE.index("</body>")]
    opened.page.set_content(PAGE.replace(main, "<p>Beside every landmark</p>"))
    found = rules_of(opened.complaints())
    assert found == {"landmark-one-main", "page-has-heading-one", "region"}


def test_what_is_drawn_is_asked_alone_and_is_part_of_everything(opened: Visit) -> None:
    assert rules_of(opened.complaints(AS_DRAWN)) == {"color-contrast"}
    assert in_shell(opened.complaints()) == {"color-contrast", "image-alt"}
    assert in_shell(opened.complaints(AS_DRAWN)) == set()
