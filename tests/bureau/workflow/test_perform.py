"""One step: what is checked, what is written, what a refusal leaves behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.access.standing import rights_scope
from bureau.accounts.principals import PUBLIC, Holder, System
from bureau.audit.models import Event
from bureau.workflow.models import HistoryEntry, SubmittedForm, WorkItem
from bureau.workflow.refusals import Conflict, Invalid, NotPermitted, WrongState
from bureau.workflow.services import amend, available, history, perform, public_history
from bureau.workflow.tasks import forget_forms
from tests.workflow_app.models import Paper, Status
from tests.workflow_app.workflow import TOLD


def names(transitions):
    return [step.name for step in transitions]


def test_a_step_moves_the_status_and_raises_the_version(house):
    paper = house.paper()
    moved = perform(paper, "assign", by=house.clerk, data={"section": house.section})
    assert (moved.status, moved.version) == (Status.ASSIGNED, paper.version + 1)
    assert Paper.objects.get(pk=paper.pk).status == Status.ASSIGNED


def test_a_creation_stores_the_record_with_its_first_line(house):
    paper = house.paper()
    assert (paper.status, paper.version) == (Status.RECEIVED, 1)
    line = history(paper)[0]
    assert (line.label, line.source, line.target) == ("Received", "", "Received")


def test_the_history_says_who_in_which_unit_changed_what_and_why(house):
    paper = house.paper()
    perform(paper, "assign", by=house.clerk, data={"section": house.section}, reason="They know stairs")
    row = HistoryEntry.objects.filter(transition="assign").get()
    assert (row.actor_name, row.unit_name, row.unit_name_zh) == ("Clerk", "Office", "办公室")
    assert (row.source, row.target, row.reason) == ("received", "assigned", "They know stairs")
    assert row.fields == ["section"]


def test_the_name_of_a_unit_in_the_history_outlives_its_renaming(house):
    paper = house.paper()
    house.office.name = "General Office"
    house.office.save()
    assert history(paper)[0].unit == "Office"


def test_an_act_is_audited_with_field_names_and_without_the_reason(house):
    paper = house.paper()
    perform(paper, "assign", by=house.clerk, data={"section": house.section}, reason="Mrs Wang fell")
    event = Event.objects.get(action="workflow_app.paper.assign")
    assert (event.object_id, event.fields, event.refused) == (str(paper.pk), ["section"], False)
    assert "Wang" not in f"{event.detail}{event.reason}"


def test_whoever_has_no_right_is_refused_before_he_learns_the_state(house):
    paper = house.drafted()
    with pytest.raises(NotPermitted) as refused:
        perform(paper, "assign", by=house.outsider, data={"section": house.other})
    assert "not open to you" in refused.value.sentence


def test_who_may_see_but_not_do_is_told_so(house):
    paper = house.drafted()
    with pytest.raises(NotPermitted) as refused:
        perform(paper, "approve", by=house.clerk)
    assert "for others to do" in refused.value.sentence


def test_a_step_from_the_wrong_state_names_step_and_status(house):
    paper = house.drafted()
    with pytest.raises(WrongState) as refused:
        perform(paper, "assign", by=house.clerk, data={"section": house.section})
    assert refused.value.sentence == "“Assign” is not possible while the status is “Drafted”."


def test_a_stale_page_is_told_what_changed_since_and_by_whom(house):
    paper = house.drafted()
    seen = paper.version
    amend(paper, by=house.chief, changes={"subject": "Stairs and lift"})
    with pytest.raises(Conflict) as refused:
        perform(paper, "approve", by=house.chief, version=seen)
    assert [(one.who, one.fields) for one in refused.value.changes] == [("Chief", ("subject",))]
    assert "Chief changed this record" in refused.value.sentence


def test_a_condition_refuses_with_its_sentence(house):
    paper = house.drafted()
    amend(paper, by=house.chief, changes={"drafter": house.chief})
    with pytest.raises(NotPermitted, match="Nobody approves his own draft"):
        perform(paper, "approve", by=house.chief)


def test_a_reason_that_is_required_must_be_given(house):
    paper = house.drafted()
    with pytest.raises(Invalid) as refused:
        perform(paper, "return_to", by=house.chief, data={"step": "assigned"}, reason="  ")
    assert refused.value.errors == {"reason": ["Give a reason."]}


def test_a_reason_where_none_is_asked_is_refused(house):
    with pytest.raises(Invalid):
        perform(house.drafted(), "approve", by=house.chief, reason="Because")


def test_a_form_without_an_effect_writes_its_own_fields_and_no_others(house):
    paper = house.assigned()
    drafted = perform(paper, "draft", by=house.drafter, data={"note": "New stairs", "subject": "Mine now"})
    assert (drafted.note, drafted.subject) == ("New stairs", "Stairs")


def test_what_the_model_forbids_comes_back_by_field(house):
    with pytest.raises(Invalid) as refused:
        perform(house.drafted(), "approve", by=house.chief, data={"subject": ""})
    assert list(refused.value.errors) == ["subject"]


def test_a_refusal_leaves_nothing_but_itself(house):
    paper = house.drafted()
    before = HistoryEntry.objects.count()
    with pytest.raises(Invalid):
        perform(paper, "approve", by=house.chief, data={"subject": "Changed", "impossible": True})
    stored = Paper.objects.get(pk=paper.pk)
    assert (stored.status, stored.subject, stored.version) == (Status.DRAFTED, "Stairs", paper.version)
    assert HistoryEntry.objects.count() == before
    event = Event.objects.get(refused=True)
    assert (event.action, event.detail) == ("workflow_app.paper.approve", {"refusal": "Invalid"})


def test_a_fault_in_the_last_hook_undoes_everything(house, monkeypatch):
    paper = house.drafted()

    class Full:
        def append(self, told):
            raise OSError("disk full")

    monkeypatch.setattr("tests.workflow_app.workflow.TOLD", Full())
    with pytest.raises(OSError):
        perform(paper, "approve", by=house.chief)
    assert Paper.objects.get(pk=paper.pk).status == Status.DRAFTED
    assert not HistoryEntry.objects.filter(transition="approve").exists()


def test_a_refused_creation_leaves_an_unsaved_instance(house):
    paper = Paper(subject="", owner=house.office)
    with pytest.raises(Invalid):
        perform(paper, "submit", by=house.clerk)
    assert (paper.pk, paper.status) == (None, "")


def test_nobody_begins_a_record_for_another_unit(house):
    with pytest.raises(NotPermitted, match="unit or the place"):
        perform(Paper(subject="Foreign", owner=house.other), "submit", by=house.clerk)
    assert not Paper.objects.exists()


def test_the_public_may_begin_and_its_line_names_no_person(house):
    paper = perform(Paper(subject="From a citizen", owner=house.office), "submit", by=PUBLIC)
    row = HistoryEntry.objects.get(object_id=paper.pk)
    assert (row.actor_kind, row.actor_id, row.actor_name, row.unit_id) == ("public", None, "", None)


def test_the_holder_of_a_receipt_has_the_declared_verbs_on_this_record_alone(house):
    mine, other = house.paper(), house.paper()
    holder = Holder("workflow_app.paper", mine.pk)
    assert names(available(mine, holder)) == ["withdraw", "remark"]
    with pytest.raises(NotPermitted):
        perform(other, "withdraw", by=holder)
    assert perform(mine, "withdraw", by=holder).status == Status.CLOSED


def test_a_scheduled_task_has_only_the_verbs_it_declares(house):
    paper = house.paper()
    with pytest.raises(NotPermitted):
        perform(paper, "expire", by=System("sweep", frozenset({"workflow_app.paper.view"})))
    done = perform(paper, "expire", by=System("sweep", frozenset({"workflow_app.paper.expire"})))
    assert done.status == Status.CLOSED


def test_an_inactive_person_may_nothing(house):
    paper = house.paper()
    house.clerk.is_active = False
    house.clerk.save()
    with pytest.raises(NotPermitted):
        perform(paper, "assign", by=house.clerk, data={"section": house.section})


def test_people_are_told_in_the_transaction(house):
    TOLD.clear()
    paper = house.assigned()
    assert [(paper.pk, "submit"), (paper.pk, "assign")] == TOLD


def test_the_same_form_sent_twice_creates_one_record(house):
    first = perform(Paper(subject="Once", owner=house.office), "submit", by=PUBLIC, key="t-1")
    again = perform(Paper(subject="Once", owner=house.office), "submit", by=PUBLIC, key="t-1")
    assert again.pk == first.pk
    assert Paper.objects.count() == 1


def test_a_token_of_a_refused_form_may_be_used_again(house):
    with pytest.raises(Invalid):
        perform(Paper(subject="", owner=house.office), "submit", by=PUBLIC, key="t-2")
    assert not SubmittedForm.objects.exists()
    assert perform(Paper(subject="Now", owner=house.office), "submit", by=PUBLIC, key="t-2").pk


def test_a_token_of_another_kind_of_form_is_refused(house):
    SubmittedForm.objects.create(token="t-3", kind="other.kind", object_id=1)
    with pytest.raises(Invalid, match="sent before"):
        perform(Paper(subject="Other", owner=house.office), "submit", by=PUBLIC, key="t-3")


def test_available_lists_what_the_person_may_do_here(house):
    paper = house.drafted()
    assert names(available(paper, house.chief)) == ["approve", "return_to", "remark"]
    assert names(available(paper, house.clerk)) == ["remark"]
    assert names(available(paper, house.drafter)) == ["take_back", "remark"]
    assert names(available(paper, house.outsider)) == []


def test_available_leaves_out_what_a_condition_forbids(house):
    paper = amend(house.drafted(), by=house.chief, changes={"drafter": house.chief})
    assert names(available(paper, house.chief)) == ["return_to", "remark"]


def test_available_asks_the_database_once_for_all_verbs(house, django_assert_max_num_queries):
    paper = house.paper()
    with rights_scope(), django_assert_max_num_queries(5):
        available(paper, house.clerk)


def test_a_late_entry_keeps_its_day_and_never_lies_in_the_future(house):
    then = timezone.now() - timedelta(days=9)
    paper = perform(Paper(subject="Old", owner=house.office), "submit", by=house.clerk, at=then)
    assert history(paper)[0].at == then
    with pytest.raises(ValueError, match="future"):
        perform(paper, "assign", by=house.clerk, at=timezone.now() + timedelta(hours=1))


def test_a_change_of_fields_is_a_line_of_the_history_without_a_new_status(house):
    paper = amend(house.paper(), by=house.clerk, changes={"subject": "Steps"})
    line = history(paper)[0]
    assert (line.label, line.fields) == ("Changed", ("subject",))
    assert (line.source, line.target) == ("Received", "Received")
    assert paper.version == 2


def test_a_change_that_changes_nothing_writes_nothing(house):
    paper = amend(house.paper(), by=house.clerk, changes={"subject": "Stairs"})
    assert (paper.version, len(history(paper))) == (1, 1)


def test_a_change_of_the_status_beside_the_engine_is_a_fault(house):
    with pytest.raises(TypeError):
        amend(house.paper(), by=house.clerk, changes={"status": "closed"})


def test_the_database_itself_refuses_an_unknown_status(house):
    from django.db import IntegrityError, transaction

    paper = house.paper()
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(status="lost")


def test_history_is_written_once(house):
    house.paper()
    row = HistoryEntry.objects.get()
    row.reason = "rewritten"
    with pytest.raises(TypeError):
        row.save()


def test_a_citizen_sees_public_lines_with_the_section_and_no_person(house):
    paper = house.paper()
    perform(paper, "assign", by=house.clerk, data={"section": house.section}, reason="They know stairs")
    perform(paper, "draft", by=house.drafter, data={"note": "x"}, reason="internal remark")
    perform(paper, "return_to", by=house.chief, data={"step": "assigned"}, reason="too short")
    lines = public_history(paper)
    assert [(one.label, one.who, one.reason) for one in lines] == [
        ("Drafted", "Safety Section", ""),
        ("Assigned", "Office", "They know stairs"),
        ("Received", "Office", ""),
    ]


def test_a_deleted_record_leaves_no_work_behind(house):
    paper = house.paper()
    assert WorkItem.objects.count() == 1
    paper.delete()
    assert not WorkItem.objects.exists()


def test_tokens_of_old_forms_are_forgotten(house):
    for token, days in [("old", 31), ("recent", 29)]:
        SubmittedForm.objects.create(token=token, kind="x", at=timezone.now() - timedelta(days=days))
    forget_forms()
    assert [form.token for form in SubmittedForm.objects.all()] == ["recent"]
