"""Acts of the audit in words: steps by their workflow, the rest by this list."""

from __future__ import annotations

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bureau.workflow.declare import WORKFLOWS
from bureau.workflow.engine import step_label

ACTS: dict[str, str | Promise] = {
    "access.share.granted": _("Record shared with a person"),
    "access.share.revoked": _("Share taken back"),
    "accounts.user.activated": _("Account put in use"),
    "accounts.user.changed": _("Account changed"),
    "accounts.user.created": _("Account opened"),
    "accounts.user.deactivated": _("Account put out of use"),
    "accounts.user.locked_out": _("Sign-in locked for a time"),
    "accounts.user.password_changed": _("Password changed"),
    "accounts.user.second_factor_failed": _("Wrong second factor"),
    "accounts.user.second_factor_removed": _("Second factor removed"),
    "accounts.user.sign_in_failed": _("Sign-in failed"),
    "accounts.user.signed_in": _("Sign-in succeeded"),
    "accounts.user.signed_out": _("Signed out"),
    "accounts.user.signed_out_everywhere": _("Signed out everywhere"),
    "accounts.user.slip_issued": _("Slip issued"),
    "accounts.user.step_up_failed": _("Confirmation of identity failed"),
    "accounts.user.stepped_up": _("Identity confirmed"),
    "accounts.users.onboarded": _("Accounts opened for units"),
    "audit.purged": _("Audit entries past their term removed"),
    "audit.verified": _("Audit verified"),
    "charter.charter.loaded": _("Organisation chart loaded"),
    "charter.membership.added": _("Membership granted"),
    "charter.membership.ended": _("Membership ended"),
    "identifiers.keys.rotated": _("Encryption keys rotated"),
    "identifiers.lookup_key.rotated": _("Key of look-up rotated"),
    "jobs.job.retried": _("Job started again"),
    "jobs.job.started": _("Job started"),
    "personal_data.revealed": _("Personal data revealed"),
    "workflow.delegation.end": _("Stand-in ended"),
    "workflow.delegation.set": _("Stand-in set"),
}
# The last word of an act that several kinds of records share.
VERBS: dict[str, str | Promise] = {
    "add": _("Added"),
    "change": _("Changed"),
    "export": _("Exported"),
    "reissue": _("New code issued"),
    "view": _("Opened"),
    "bulk": _("Done for many at once"),
}


def act_label(action: str) -> str:
    """In words; an act that no list knows shows as it was written."""
    if action in ACTS:
        return str(ACTS[action])
    kind, _dot, verb = action.rpartition(".")
    workflow = WORKFLOWS.get(kind)
    if workflow is not None and (label := step_label(workflow, verb)) != verb:
        return label
    return str(VERBS.get(verb, action))


def details(action_kind: str, values: dict[str, object]) -> dict[str, object]:
    """Statuses of a step in words."""
    workflow = WORKFLOWS.get(action_kind)
    if workflow is None:
        return values
    return {
        name: workflow.status_label(str(value)) if name in ("from", "to") and value else value
        for name, value in values.items()
    }


NAMES: dict[str, str | Promise] = {
    "from": _("status before"),
    "to": _("status after"),
    "count": _("how many"),
    "refusal": _("refused because"),
    "seals": _("seals"),
    "events": _("entries"),
    "faults": _("faults"),
    "key": _("key"),
    "digest": _("fingerprint of the file"),
    "sections_added": _("sections added"),
    "sections_gone": _("sections ended"),
    "capabilities_gained": _("capabilities gained"),
    "capabilities_lost": _("capabilities lost"),
    "people": _("people moved"),
    "records": _("records moved"),
    "grants_gained": _("rights gained"),
    "grants_lost": _("rights lost"),
}


def detail_name(name: str) -> str:
    return str(NAMES.get(name, name.replace("_", " ")))


def field_label(kind: str, name: str) -> str:
    """The label of a field of a record; an unknown one shows its name."""
    try:
        field = apps.get_model(kind)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return name
    return str(capfirst(getattr(field, "verbose_name", name)))


def actor_label(kind: str, name: str) -> str:
    """Who acted, where no person did."""
    if name and kind != "system":
        return name
    return {
        "public": _t("the public"),
        "holder": _t("the holder of a receipt"),
        "system": _t("the portal itself"),
    }.get(kind, name or kind)
