"""Nothing but the engine assigns the status of a record with a workflow: read from the source."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from bureau.workflow.declare import WORKFLOWS

ROOT = Path(settings.ROOT)
PACKAGES = ("bureau", "schools", "personnel", "finance", "supervision", "sections")
ENGINE = {"bureau/workflow/engine.py", "bureau/workflow/services.py"}
# Deliveries and background jobs have a state of their own that no person moves.
MACHINERY = ("bureau/outbox/", "bureau/jobs/", "bureau/notices/")
WRITERS = {"update", "create", "get_or_create", "update_or_create", "acreate", "aupdate"}
FIELDS = {workflow.status_field for workflow in WORKFLOWS}
MODELS = {workflow.model.__name__ for workflow in WORKFLOWS}


def sources():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name and name not in ENGINE and not name.startswith(MACHINERY):
                yield pytest.param(path.read_text(), id=name)


def is_status(node):
    return isinstance(node, ast.Attribute) and node.attr in FIELDS


def named(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def writes(call):
    keywords = {keyword.arg for keyword in call.keywords}
    if named(call) == "setattr":
        return any(isinstance(given, ast.Constant) and given.value in FIELDS for given in call.args)
    if named(call) in WRITERS or named(call) in MODELS:
        return bool(keywords & FIELDS)
    if named(call) == "bulk_update":
        return any(isinstance(one, ast.Constant) and one.value in FIELDS for one in ast.walk(call))
    return False


def found_in(source):
    for node in ast.walk(ast.parse(source)):
        if (
            (
                isinstance(node, ast.Assign)
                and any(is_status(one) for target in node.targets for one in ast.walk(target))
            )
            or (isinstance(node, ast.AugAssign | ast.AnnAssign) and is_status(node.target))
            or (isinstance(node, ast.Call) and writes(node))
        ):
            yield node.lineno


@pytest.mark.parametrize("source", list(sources()))
def test_no_file_but_the_engine_assigns_a_status(source):
    assert list(found_in(source)) == []


@pytest.mark.parametrize(
    "line",
    [
        "letter.status = 'closed'",
        "letter.status, other = 'closed', 1",
        "letter.status += 'x'",
        "setattr(letter, 'status', 'closed')",
        "Paper.objects.filter(pk=1).update(status='closed')",
        "Paper(status='closed')",
        "Paper.objects.create(status='closed')",
        "Paper.objects.bulk_update(rows, ['status'])",
    ],
)
def test_the_reader_of_the_source_sees_each_way_of_writing(line):
    assert list(found_in(line)) == [1]


@pytest.mark.parametrize(
    "line", ["if letter.status == 'closed': pass", "HttpResponse(status=503)", "x = letter.status"]
)
def test_the_reader_of_the_source_lets_reading_pass(line):
    assert list(found_in(line)) == []
