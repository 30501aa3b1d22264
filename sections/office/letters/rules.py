"""Who may see or do what with a letter."""

from django.db.models import Q

from bureau.access.policies import EVERYTHING, Policy, Through, UnitOwned, register
from bureau.access.standing import Standing
from sections.office.letters.accused import kept_from
from sections.office.letters.choices import Status
from sections.office.letters.models import (
    Accused,
    Addition,
    AnswerTemplate,
    AnswerWarning,
    Citation,
    CoHandler,
    DataRequest,
    Dispute,
    Letter,
    LetterDraft,
    LetterNote,
    PrivacyText,
    RetentionRule,
    StockPhrase,
)
from sections.office.letters.tables import OfficeTable
from sections.office.letters.taking_part import HandledLetters

register(
    HandledLetters(
        Letter,
        capability="office.letters",
        owner="owner",
        participants=("unit",),
        public={"add": lambda: Q(status=Status.RECEIVED)},
        holder=(
            *("view", "rate", "withdraw", "ask_again", "urge_by_writer", "append", "say_solved", "dispute"),
            *("forbid_publishing", "ask_about_data"),
        ),
        conflict=kept_from,
    )
)
# Whom a letter is about is seen with the letter, and only with it.
register(Through(Accused, parent="letter", verbs={"view": "view"}))


class KeptByTheOffice(UnitOwned):
    """Templates: the office writes them, every section that answers letters may use them."""

    def for_user(self, standing: Standing, verb: str) -> Q:
        if verb == "view" and standing.participant_units(self.capability, "draft"):
            return EVERYTHING
        return super().for_user(standing, "register" if verb in ("add", "change") else verb)


register(KeptByTheOffice(AnswerTemplate, capability="office.letters", owner="owner"))
# What stands beside a letter is read by who reads the letter.
register(Through(LetterNote, parent="letter", verbs={"view": "view"}))
register(Through(CoHandler, parent="letter", verbs={"view": "view"}))
register(Through(Citation, parent="letter", verbs={"view": "view"}))
# What the writer added later is read with the letter.
register(Through(Addition, parent="letter", verbs={"view": "view"}))
# A letter that is not sent yet is nobody's but the writer's, who has the form.
register(Policy(LetterDraft, holder=("view", "enclose")))
# What the reply guard warned of is for supervisors; the office keeps the tables behind it.
register(Through(AnswerWarning, parent="letter", verbs={"view": "supervise", "export": "supervise"}))
register(Through(Dispute, parent="letter", verbs={"view": "view"}))
register(OfficeTable(StockPhrase))
register(OfficeTable(RetentionRule))
# What a writer asks of the own data is the office's alone: it holds what is right of name and telephone.
register(Through(DataRequest, parent="letter", verbs={"view": "register"}))
register(OfficeTable(PrivacyText, public={"view": lambda: EVERYTHING}))
