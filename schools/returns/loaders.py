"""What `manage.py reference` loads for returns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.deadlines.references import Loaded, Loader, register


def _load_terms() -> Loaded:
    from schools.returns.services.terms import load_terms

    return load_terms()


def _load_flow_rules() -> Loaded:
    from schools.returns.services.flow_rules import load_flow_rules

    return load_flow_rules()


register(Loader("schools.returns.terms", _("periods of school returns"), _load_terms))
register(Loader("schools.returns.flow_rules", _("rules for the way of returns"), _load_flow_rules))
