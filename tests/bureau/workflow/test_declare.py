"""A workflow is checked when it is taken in; the fault says what is wrong."""

from types import SimpleNamespace

import pytest

from bureau.registry import RegistryError
from bureau.workflow.checks import faults
from bureau.workflow.declare import WORKFLOWS, Transition, Workflow, note, register
from bureau.workflow.models import Delegation
from tests.workflow_app.models import Paper


def with_step(name="step", label="Step", sources=("received",), target="closed", **more):
    return Workflow(Paper, (Transition(name, label, sources, target, **more),))


@pytest.mark.parametrize(
    ("workflow", "fault"),
    [
        (with_step(sources=("lost",)), "lost is not a status"),
        (with_step(target="lost"), "lost is not a status"),
        (with_step(target=lambda *_: "", targets=("lost",)), "lost is not a status"),
        (with_step(name="Not a word"), "lower-case word"),
        (with_step(label=""), "no label"),
        (with_step(form=SimpleNamespace), "not a form class"),
        (with_step(reason="maybe"), "unknown reason"),
        (with_step(starts=("workflow_app.unknown",)), "names the matter"),
        (with_step(sources=(), takes_back=True), "takes nothing back"),
        (Workflow(Paper, (note("n", "N", ("received",), effect=print),)), "neither creates nor changes"),
        (Workflow(Paper, (note("n", "N", ()),)), "neither creates nor changes"),
        (
            Workflow(Paper, (Transition("a", "A", (), "closed"), Transition("a", "A", (), "closed"))),
            "declared twice",
        ),
        (Workflow(Delegation, ()), "no field status"),
    ],
)
def test_a_faulty_table_is_refused_in_words(workflow, fault):
    with pytest.raises(RegistryError, match=fault):
        register(workflow)


def test_a_verb_that_nobody_can_have_is_found(monkeypatch):
    from bureau.access.policies import POLICIES, Through

    monkeypatch.setitem(
        POLICIES._entries, "workflow_app.paper", Through(Paper, parent="owner", verbs={"view": "view"})
    )
    assert "verb fly" in faults(with_step(verb="fly"))[0]
    assert faults(with_step(verb="view")) == []
    assert faults(with_step(verb="fly", by_system=True)) == []


def test_a_status_without_a_check_in_the_database_is_found(monkeypatch):
    monkeypatch.setattr(Paper._meta, "constraints", [])
    assert faults(with_step(verb="view")) == ["no CHECK limits status to its choices"]


def test_a_kind_without_a_policy_is_found(monkeypatch):
    from bureau.access.policies import POLICIES

    monkeypatch.delitem(POLICIES._entries, "workflow_app.paper")
    assert faults(with_step()) == ["rules.py registers no policy for it"]


def test_a_kind_has_one_workflow_and_none_comes_late():
    with pytest.raises(RegistryError, match="frozen"):
        register(with_step(verb="view"))


def test_the_table_of_the_small_app_is_in_the_registry():
    assert "workflow_app.paper" in WORKFLOWS
