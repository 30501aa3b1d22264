"""What publishing offers, and to which roles. Every section writes; the holder publishes."""

from django.utils.translation import gettext_lazy as _

from bureau.charter.capabilities import (
    LEADERS,
    READERS,
    SECTION_OFFICERS,
    SECTION_STAFF,
    Capability,
    register,
)
from bureau.charter.choices import Role

CHIEFS = frozenset({Role.CHIEF})

register(
    Capability(
        "office.news",
        label=_("News and notices"),
        holder={
            "view": READERS,
            "export": SECTION_STAFF,
            "draft": SECTION_STAFF,
            "first_review": SECTION_STAFF,
            "second_review": CHIEFS | LEADERS,
            "final_review": LEADERS,
            "publish": SECTION_OFFICERS,
            "publish_at_once": SECTION_OFFICERS,
            "look_again": CHIEFS | LEADERS,
            "withdraw": SECTION_OFFICERS,
            "keep_columns": SECTION_OFFICERS,
        },
        participant={
            "view": SECTION_STAFF | LEADERS,
            "draft": SECTION_STAFF,
            "first_review": SECTION_STAFF,
            "second_review": CHIEFS | LEADERS,
            "final_review": LEADERS,
        },
        desk_link="office:article_list",
    )
)
