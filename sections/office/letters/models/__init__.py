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

__all__ = [
    "Accused",
    "Addition",
    "AnswerTemplate",
    "AnswerWarning",
    "Citation",
    "CoHandler",
    "Dispute",
    "EarlierAnswer",
    "EnclosureCheck",
    "Escalation",
    "Extension",
    "Letter",
    "LetterDraft",
    "LetterLink",
    "LetterNote",
    "RetentionNotice",
    "RetentionRule",
    "SentName",
    "StockPhrase",
]
