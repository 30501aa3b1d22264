"""What in a file or a text must not reach the public.

`inspect(file)` and `cleaned(file)` for an attachment, `classification_marks(text)` and `personal_data(text)` for
what is written on a page, `public_text(record)` for the search.
"""

from bureau.files.inspection.choices import FindingKind
from bureau.files.inspection.findings import Finding, Findings
from bureau.files.inspection.marks import classification_marks
from bureau.files.inspection.personal import personal_data
from bureau.files.inspection.services import cleaned, inspect, public_text, why_not_public

__all__ = [
    "Finding",
    "FindingKind",
    "Findings",
    "classification_marks",
    "cleaned",
    "inspect",
    "personal_data",
    "public_text",
    "why_not_public",
]
