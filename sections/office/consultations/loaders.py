"""The least periods of consultations, kept in the table of periods of publishing."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.references import Loaded, Loader, register
from sections.office.policies.loaders import put_terms


def load_terms() -> Loaded:
    return put_terms(Path(__file__).parent / "reference" / "terms.toml")


register(Loader("consultations.terms", _("periods of consultations"), load_terms))
