from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnitKind(models.TextChoices):
    BUREAU = "bureau", _("bureau")
    SECTION = "section", _("section")
    DISTRICT = "district", _("district bureau")
    SCHOOL = "school", _("school")
    OUTSIDE = "outside", _("outside body")


class Role(models.TextChoices):
    """What a person is in a unit. What each role may do stands in `bureau.access.roles`."""

    CLERK = "clerk", _("clerk")
    OFFICER = "officer", _("officer")
    CHIEF = "chief", _("section chief")
    DEPUTY_LEADER = "deputy_leader", _("deputy leader")
    BUREAU_LEADER = "bureau_leader", _("bureau leader")
    AUDITOR = "auditor", _("auditor")
    SYSTEM_ADMIN = "system_admin", _("system administrator")
    SECURITY_ADMIN = "security_admin", _("security administrator")
    DISTRICT_REVIEWER = "district_reviewer", _("district reviewer")
    DISTRICT_LEADER = "district_leader", _("district leader")
    PRINCIPAL = "principal", _("principal")
    SCHOOL_CLERK = "school_clerk", _("school clerk")


ROLES_OF_KIND = {
    UnitKind.SECTION: (Role.CLERK, Role.OFFICER, Role.CHIEF),
    UnitKind.BUREAU: (
        Role.DEPUTY_LEADER,
        Role.BUREAU_LEADER,
        Role.AUDITOR,
        Role.SYSTEM_ADMIN,
        Role.SECURITY_ADMIN,
    ),
    UnitKind.DISTRICT: (Role.DISTRICT_REVIEWER, Role.DISTRICT_LEADER),
    UnitKind.SCHOOL: (Role.PRINCIPAL, Role.SCHOOL_CLERK),
    UnitKind.OUTSIDE: (),
}

# What a remit of a chart may say: kind of shared record → verbs, and → filters.
REMIT_VERBS: dict[str, frozenset[str]] = {
    "school": frozenset({"view", "add", "change", "adjust", "review", "merge", "export"}),
    "teacher": frozenset({"view", "add", "change", "train", "transfer", "merge", "reveal", "export"}),
    "student": frozenset({"view", "add", "change", "transfer", "merge", "reveal", "export"}),
    "fund": frozenset({"view", "add", "change", "allocate", "close", "export"}),
}
REMIT_FILTERS: dict[str, frozenset[str]] = {
    "school": frozenset({"stages", "private"}),
    "teacher": frozenset({"stages"}),
    "student": frozenset({"stages"}),
    "fund": frozenset({"purposes"}),
}

OVER_LABELS = {
    "school": pgettext_lazy("what a remit is over", "schools"),
    "teacher": pgettext_lazy("what a remit is over", "teachers"),
    "student": pgettext_lazy("what a remit is over", "pupils"),
    "fund": pgettext_lazy("what a remit is over", "funds"),
}
FILTER_LABELS = {
    "stages": pgettext_lazy("filter of a remit", "stages"),
    "private": pgettext_lazy("filter of a remit", "private"),
    "purposes": pgettext_lazy("filter of a remit", "purposes"),
}
# Verbs that charts and capabilities use, for the reader.
VERB_LABELS = {
    "view": pgettext_lazy("right", "see"),
    "add": pgettext_lazy("right", "add"),
    "change": pgettext_lazy("right", "change"),
    "adjust": pgettext_lazy("right", "found, close and adjust"),
    "review": pgettext_lazy("right", "review changes"),
    "merge": pgettext_lazy("right", "merge"),
    "export": pgettext_lazy("right", "export"),
    "train": pgettext_lazy("right", "train"),
    "transfer": pgettext_lazy("right", "transfer"),
    "reveal": pgettext_lazy("right", "reveal personal data"),
    "allocate": pgettext_lazy("right", "allocate"),
    "close": pgettext_lazy("right", "close"),
    "reissue": pgettext_lazy("right", "issue a new code"),
    "answer_dispute": pgettext_lazy("right", "reply to objections"),
    "approve_identity": pgettext_lazy("right", "agree to name the writer"),
    "ask_identity": pgettext_lazy("right", "ask who the writer is"),
    "check_publication": pgettext_lazy("right", "check what is to be published"),
    "clear_explanation": pgettext_lazy("right", "check requests for explanation"),
    "explain": pgettext_lazy("right", "ask for explanations"),
    "keep_tables": pgettext_lazy("right", "keep the tables of letters"),
    "prepare_publication": pgettext_lazy("right", "prepare answers for publication"),
    "publish_answer": pgettext_lazy("right", "publish answers"),
    "release_report": pgettext_lazy("right", "release monthly reports"),
    "report": pgettext_lazy("right", "draw up monthly reports"),
    "supervise": pgettext_lazy("right", "supervise answers"),
    "withdraw_answer": pgettext_lazy("right", "withdraw published answers"),
    "draft": pgettext_lazy("right", "draft"),
    "publish": pgettext_lazy("right", "publish"),
    "extend": pgettext_lazy("right", "give more time"),
    "withdraw": pgettext_lazy("right", "withdraw"),
    "conclude": pgettext_lazy("right", "publish the result"),
    "read_opinions": pgettext_lazy("right", "read opinions"),
    "export_opinions": pgettext_lazy("right", "export opinions"),
    "sort": pgettext_lazy("right", "group opinions"),
    "first_review": pgettext_lazy("right", "review articles first"),
    "second_review": pgettext_lazy("right", "review articles second"),
    "final_review": pgettext_lazy("right", "review articles at last"),
    "publish_at_once": pgettext_lazy("right", "publish in an emergency"),
    "look_again": pgettext_lazy("right", "take the second look"),
    "keep_columns": pgettext_lazy("right", "keep columns and tables of publishing"),
}
