"""How the seals of released reports come under another key of look-up."""

from __future__ import annotations

from bureau.identifiers.lookup_key import Recomputed, declare
from sections.office.letter_figures.models import LetterReport

# A report that was altered keeps the seal that says so.
declare(
    LetterReport,
    "seal",
    Recomputed(
        LetterReport, "seal", LetterReport.fingerprint, reads=("month", "figures", "remarks"), heals=False
    ),
)
