"""What letters offer, and to which roles."""

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

register(
    Capability(
        "office.letters",
        label=_("Letters and visits"),
        holder={
            "view": READERS,
            "export": SECTION_STAFF,
            "add": SECTION_STAFF,
            "register": SECTION_STAFF,
            "note": SECTION_STAFF | LEADERS,
            "instruct": LEADERS,
            "invite": SECTION_STAFF,
            "accept": SECTION_OFFICERS,
            "decline": SECTION_OFFICERS,
            "refer": SECTION_OFFICERS,
            "reopen": SECTION_OFFICERS,
            "review": SECTION_OFFICERS,
            "ask_extension": SECTION_STAFF,
            "grant_extension": LEADERS,
            "pause": SECTION_OFFICERS,
            "urge": SECTION_STAFF | LEADERS,
            "assign": SECTION_STAFF,
            "reissue": SECTION_STAFF,
            # Whom the letter is about, and who wrote it.
            "accuse": SECTION_STAFF,
            "reveal_writer": SECTION_STAFF,
            "approve_identity": frozenset({Role.CHIEF}) | LEADERS,
            "explain": SECTION_STAFF,
            "clear_explanation": SECTION_OFFICERS,
            "send_back": SECTION_OFFICERS,
            "approve": SECTION_OFFICERS,
            # What comes after the answer: publishing it, tables that the office keeps, the supervisor's page.
            "prepare_publication": SECTION_STAFF,
            "check_publication": SECTION_OFFICERS,
            "publish_answer": SECTION_OFFICERS,
            "withdraw_answer": SECTION_OFFICERS,
            "keep_tables": SECTION_OFFICERS,
            "keep_longer": SECTION_OFFICERS,
            "supervise": frozenset({Role.CHIEF}) | LEADERS,
            "answer_dispute": SECTION_STAFF,
            "report": SECTION_STAFF,
            "release_report": frozenset({Role.CHIEF}),
        },
        participant={
            "view": SECTION_STAFF | LEADERS,
            "object": SECTION_OFFICERS,
            "draft": SECTION_STAFF,
            "ask_extension": SECTION_STAFF,
            "grant_extension": LEADERS,
            "urge": LEADERS,
            "note": SECTION_STAFF | LEADERS,
            "instruct": LEADERS,
            "invite": SECTION_STAFF,
            "contribute": SECTION_STAFF,
            "ask_identity": SECTION_STAFF,
            "explain": SECTION_STAFF,
            "clear_explanation": SECTION_OFFICERS,
        },
        public_links=(
            ("public:letter_new", _("Write to the bureau")),
            ("public:track", _("Track a letter")),
            ("public:letter_figures", _("Letters in figures")),
        ),
        desk_link="office:letter_list",
    )
)
