from django import forms
from django.core.exceptions import ValidationError

from bureau.deadlines.selectors import earliest_alarm
from bureau.workflow import countersigning
from bureau.workflow.declare import Transition, Waiting, Workflow, note, register
from bureau.workflow.engine import previous
from bureau.workflow.returning import returning
from tests.workflow_app.models import Paper, Status

OPEN = (Status.RECEIVED, Status.ASSIGNED, Status.SIGNING, Status.DRAFTED)
TOLD = []  # (pk, step): what the hook was told, for the tests to read


class DraftForm(forms.ModelForm):
    class Meta:
        model = Paper
        fields = ["note"]


def assign(paper, by, data):
    paper.section = data["section"]


def ask_opinions(paper, by, data):
    countersigning.ask(paper, data["signers"], mode=data.get("mode", "all"))


def countersign(paper, by, data):
    countersigning.answer(paper, by=by, agrees=data["agrees"], opinion=data.get("opinion", ""))


def not_own_draft(paper, by):
    return "Nobody approves his own draft." if paper.drafter_id == getattr(by, "pk", None) else ""


def break_down(paper, by, data):
    paper.subject = data.get("subject", paper.subject)
    if data.get("impossible"):
        raise ValidationError({"note": ["That note is impossible."]})


def waiting(paper):
    if paper.status == Status.RECEIVED:
        yield Waiting("assign", unit=paper.owner, due=paper.due)
    elif paper.status == Status.ASSIGNED and paper.section:
        yield Waiting("draft", unit=paper.section, due=earliest_alarm(paper) or paper.due)
    elif paper.status == Status.SIGNING:
        yield from countersigning.waiting_for(paper, "countersign")
    elif paper.status == Status.DRAFTED:
        yield Waiting("approve", unit=paper.owner, due=paper.due)


RETURN = returning(sources=(Status.DRAFTED,), to=(Status.RECEIVED, Status.ASSIGNED), verb="approve")
ReturnFormOfPaper = RETURN.form

register(
    Workflow(
        Paper,
        (
            Transition("submit", "Send", (), Status.RECEIVED, public=True, done_label="Received"),
            Transition(
                "assign",
                "Assign",
                (Status.RECEIVED,),
                Status.ASSIGNED,
                effect=assign,
                starts=("workflow_app.drafting",),
                reason="optional",
                public=True,
                public_reason=True,
                done_label="Assigned",
            ),
            Transition(
                "draft",
                "Draft",
                (Status.ASSIGNED,),
                Status.DRAFTED,
                form=DraftForm,
                stops=("workflow_app.drafting",),
                reason="optional",
                public=True,
                done_label="Drafted",
            ),
            Transition(
                "ask_opinions",
                "Ask for opinions",
                (Status.ASSIGNED,),
                Status.SIGNING,
                verb="draft",
                effect=ask_opinions,
            ),
            Transition(
                "countersign",
                "Countersign",
                (Status.SIGNING,),
                countersigning.by_outcome(
                    agreed=Status.DRAFTED, refused=Status.ASSIGNED, still_open=Status.SIGNING
                ),
                targets=(Status.DRAFTED, Status.ASSIGNED, Status.SIGNING),
                condition=countersigning.its_turn,
                effect=countersign,
            ),
            Transition(
                "approve",
                "Approve",
                (Status.DRAFTED,),
                Status.APPROVED,
                condition=not_own_draft,
                effect=break_down,
            ),
            Transition(
                "take_back",
                "Take back",
                (Status.ASSIGNED, Status.DRAFTED),
                previous,
                targets=(Status.RECEIVED, Status.ASSIGNED),
                verb="view",
                takes_back=True,
            ),
            RETURN,
            Transition("withdraw", "Withdraw", OPEN, Status.CLOSED, public=True),
            note("remark", "Remark", OPEN, verb="view", reason="required"),
            Transition("expire", "Expire", (Status.RECEIVED,), Status.CLOSED, by_system=True),
        ),
        waiting=waiting,
        title=lambda paper: f"Paper: {paper.subject} ({paper.owner.name})",
        tell=lambda paper, step, by: TOLD.append((paper.pk, step.name)),
        related=("owner",),
    )
)
