"""A citizen's letter and what hangs on it."""

from sections.office.letters.models.accused import Accused
from sections.office.letters.models.additions import Addition
from sections.office.letters.models.after import AnswerWarning, Dispute, RetentionRule, StockPhrase
from sections.office.letters.models.clocks import EarlierAnswer, Escalation, Extension
from sections.office.letters.models.drafts import EnclosureCheck, LetterDraft, SentName
from sections.office.letters.models.handling import (
    AnswerTemplate,
    Citation,
    CoHandler,
    LetterLink,
    LetterNote,
)
from sections.office.letters.models.keeping import RetentionNotice
from sections.office.letters.models.letter import Letter
from sections.office.letters.models.own_data import Agreement, DataRequest, PrivacyText

__all__ = [
    "Accused",
    "Addition",
    "Agreement",
    "AnswerTemplate",
    "AnswerWarning",
    "Citation",
    "CoHandler",
    "DataRequest",
    "Dispute",
    "EarlierAnswer",
    "EnclosureCheck",
    "Escalation",
    "Extension",
    "Letter",
    "LetterDraft",
    "LetterLink",
    "LetterNote",
    "PrivacyText",
    "RetentionNotice",
    "RetentionRule",
    "SentName",
    "StockPhrase",
]
