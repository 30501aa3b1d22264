"""The designer: lines typed or pasted, rules of cells, two officers at one draft, versions side by side."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bureau.charter.models import Unit
from bureau.workflow.models import WorkItem
from bureau.workflow.refusals import Conflict, Invalid, NotPermitted, WrongState
from bureau.workflow.services import perform
from schools.returns.choices import Period, VersionStatus
from schools.returns.definition import CellSpec, Definition, Line, Words
from schools.returns.designer import editing
from schools.returns.designer.comparing import compared
from schools.returns.designer.editing import Place, Target
from schools.returns.designer.lines import as_lines, read_lines
from schools.returns.models import Form, FormVersion
from schools.returns.services import designing
from tests.cast import Cast, in_english


def table() -> tuple[Definition, Place]:
    start = editing.add_part(Definition(), Words("学生", "Pupils"))
    content, block = editing.add_block(start, "pupils", "table", Words("按年级", "By grade"))
    place = Place("pupils", block)
    rows, columns = as_lines("g1|一年级\ng2|二年级", ()), as_lines("boys\t男\tBoys\t1\ngirls\t女", ())
    return editing.put_block(
        content, place, editing.with_lines(editing.block_of(content, place), rows, columns)
    ), place


# --- pure ---------------------------------------------------------------------------------------


def test_lines_are_typed_or_pasted_and_keys_are_made_once() -> None:
    lines = as_lines("一年级\n二年级\t\tG2\n三年级\n三年级", ())
    assert [line.key for line in lines][:1] == ["ynj"]
    assert len({line.key for line in lines}) == 4
    pasted = as_lines("boys\t男\tBoys\t０１", ())
    assert pasted == (Line("boys", Words("男", "Boys"), "01"),)


def test_a_line_keeps_key_and_rule_when_it_is_typed_again() -> None:
    spec = CellSpec(required=True)
    present = (Line("g1", Words("一年级"), spec=spec), Line("g2", Words("二年级")))
    again = as_lines("二年级\n一年级\n三年级", present)
    assert [(line.key, line.spec) for line in again][:2] == [("g2", None), ("g1", spec)]
    assert as_lines("g1|新一年级", present)[0].spec == spec


def test_faults_of_lines_name_the_line() -> None:
    with pytest.raises(ValidationError) as caught:
        read_lines("g1|一年级\ng1|二年级\ng3|")
    assert caught.value.messages == [
        "Line 2: The key “g1” stands twice.",
        "Line 3: The Chinese words are missing.",
    ]


def test_rules_hold_for_cell_before_row_before_column_and_go_with_their_row() -> None:
    content, place = table()
    for target, spec in (
        (Target(place, column="boys"), CellSpec(kind="decimal")),
        (Target(place, row="g1"), CellSpec(kind="money")),
        (Target(place, row="g1", column="boys"), CellSpec(is_closed=True)),
    ):
        content = editing.put_spec(content, target, spec)
    kinds = {key: cell.spec.kind for key, cell in content.cells.items()}
    name = place.block
    assert kinds == {f"{name}.g1.girls": "money", f"{name}.g2.boys": "decimal", f"{name}.g2.girls": "number"}
    block = editing.block_of(content, place)
    assert editing.with_lines(block, block.rows[1:], block.columns).cells == {}
    freed = editing.put_spec(content, Target(place, row="g1", column="boys"), None)
    assert freed.cells[f"{name}.g1.boys"].spec.kind == "money"
    assert Definition.read(freed.written()) == freed


def test_moving_stops_at_the_ends_and_misses_what_is_gone() -> None:
    content, place = table()
    content = editing.add_part(content, Words("教师", "Staff"))
    assert [part.key for part in editing.move_part(content, "staff", -1).parts] == ["staff", "pupils"]
    assert editing.move_part(content, "staff", 1) == content
    with pytest.raises(ValidationError):
        editing.block_of(editing.remove_block(content, place), place)


def test_versions_are_compared_cell_by_cell() -> None:
    old, place = table()
    block: Any = editing.block_of(old, place)
    rows = as_lines("g1|一年级\ng3|三年级", block.rows)
    new = editing.put_block(old, place, editing.with_lines(block, rows, block.columns))
    new = editing.put_spec(new, Target(place, row="g1", column="boys"), CellSpec(required=True))
    found = compared(old, new)
    assert [cell.row.key for cell in found.added if cell.row] == ["g3", "g3"]
    assert [cell.row.key for cell in found.removed if cell.row] == ["g2", "g2"]
    assert [(str(what), before, after) for what, before, after in found.changed[0].what] == [
        ("required", "", "True")
    ]
    assert compared(old, old).is_same


# --- with records -------------------------------------------------------------------------------


@pytest.fixture
def form(cast: Cast) -> Form:
    return designing.create_form(
        by=cast.basic_officer,
        code="pupils",
        name_zh="学生表",
        owner=Unit.objects.get(key="basic"),
        legal_basis="统计法",
        period=Period.SCHOOL_YEAR,
        minutes=20,
    )


@pytest.fixture
def draft(form: Form, cast: Cast) -> FormVersion:
    return designing.begin_version(form=form, by=cast.basic_officer, definition=table()[0])


def test_a_section_designs_for_itself_alone(form: Form, cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        designing.create_form(
            by=cast.personnel_clerk,
            code="other",
            name_zh="别科",
            owner=form.owner,
            legal_basis="统计法",
            period=Period.ONCE,
            minutes=1,
        )
    assert not Form.objects.filter(code="other").exists()
    with pytest.raises(NotPermitted):
        designing.begin_version(form=form, by=cast.personnel_clerk)


def test_a_version_in_use_never_changes_and_the_next_begins_with_it(draft: FormVersion, cast: Cast) -> None:
    by = cast.basic_officer
    with pytest.raises(NotPermitted):
        designing.freeze(version=draft, by=cast.basic_clerk)
    used = designing.freeze(version=draft, by=by)
    with pytest.raises(WrongState, match="never changes"):
        designing.change_definition(version=used, definition=Definition(), by=by)
    second = designing.begin_version(form=used.form, by=by)
    assert second.number == 2 and second.definition == used.definition
    with pytest.raises(WrongState, match="being designed already"):
        designing.begin_version(form=used.form, by=by)
    designing.freeze(version=second, by=by)
    used.refresh_from_db()
    assert used.status == VersionStatus.REPLACED


def test_an_empty_form_is_not_taken_into_use(form: Form, cast: Cast) -> None:
    empty = designing.begin_version(form=form, by=cast.basic_officer)
    with pytest.raises(Invalid, match="no part yet"):
        designing.freeze(version=empty, by=cast.basic_officer)


def test_the_second_of_two_officers_is_told(draft: FormVersion, cast: Cast) -> None:
    seen, content = draft.version, draft.content
    designing.change_definition(
        version=draft, definition=editing.add_part(content, Words("甲")), by=cast.basic_officer, seen=seen
    )
    with pytest.raises(Conflict, match="after you opened it"):
        designing.change_definition(version=draft, definition=content, by=cast.basic_clerk, seen=seen)


def at(name: str, *args: object) -> str:
    return reverse(f"desk:schools:formversion_{name}", args=args)


def test_a_clerk_designs_in_the_browser(draft: FormVersion, cast: Cast, client: Client) -> None:
    client.force_login(in_english(cast.basic_clerk))
    block = draft.content.parts[0].blocks[0].key
    place = (draft.pk, "pupils", block)
    pages = (at("design", draft.pk), at("block", *place), at("preview", draft.pk), at("held", draft.pk))
    for address in (
        *pages,
        at("compare", draft.pk),
        at("detail", draft.pk),
        at("rule", *place) + "?column=boys",
    ):
        assert client.get(address).status_code == 200, address
    seen = draft.version
    answer = client.post(
        at("block", *place),
        {"seen": seen, "zh": "按年级", "rows": "g1|一年级\n三年级", "columns": "boys|男"},
    )
    assert answer.status_code == 302
    # The page was opened before that: what was typed comes back with the sentence, and is saved the second time.
    rule = {"seen": seen, "of_its_own": "on", "kind": "number", "least": "１", "decimals": 2, "unit_zh": "人"}
    answer = client.post(at("rule", *place) + "?column=boys", rule)
    page = answer.content.decode()
    assert answer.status_code == 409 and "after you opened it" in page and 'value="人"' in page
    draft.refresh_from_db()
    answer = client.post(at("rule", *place) + "?column=boys", {**rule, "seen": draft.version})
    assert answer.status_code == 302
    cells = FormVersion.objects.get(pk=draft.pk).content.cells
    assert [(cell.spec.least, str(cell.spec.unit)) for cell in cells.values()] == [("1", "人")] * 2


def test_a_check_that_cannot_be_read_says_where(draft: FormVersion, cast: Cast, client: Client) -> None:
    client.force_login(in_english(cast.basic_officer))
    check = {"seen": draft.version, "rule": "sum(", "severity": "error", "message_zh": "不对"}
    answer = client.post(at("check_new", draft.pk), check)
    assert answer.status_code == 422 and 'id="id_rule_error"' in answer.content.decode()
    answer = client.post(at("check_new", draft.pk), {**check, "rule": "1 < 2", "cells": "no.such.cell"})
    assert answer.status_code == 422 and "no.such.cell" in answer.content.decode()
    assert FormVersion.objects.get(pk=draft.pk).content.checks == ()


def test_others_look_and_do_not_design(draft: FormVersion, cast: Cast, client: Client) -> None:
    client.force_login(cast.personnel_clerk)
    assert client.get(at("design", draft.pk)).status_code == 404
    client.force_login(cast.principal)
    assert client.get(at("preview", draft.pk)).status_code in (403, 404)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{block}.g1.boys > {block}.g9.girls", "g9.girls"),
        ("last({block}.g9.boys) > 0", "g9.boys"),
        ('register("facts.nothing") > 0', "facts.nothing"),
        ("{block}.g1.boys + 1", "yes or no"),
    ],
)
def test_a_check_that_names_what_is_not_there_is_refused_while_it_is_written(
    draft: FormVersion, cast: Cast, client: Client, rule: str, said: str
) -> None:
    client.force_login(in_english(cast.basic_officer))
    block = draft.content.parts[0].blocks[0].key
    check = {
        "seen": draft.version,
        "rule": rule.format(block=block),
        "severity": "error",
        "message_zh": "不对",
    }
    answer = client.post(at("check_new", draft.pk), check)
    assert answer.status_code == 422 and said in answer.content.decode()
    right = {**check, "rule": f"{block}.g1.boys > 0", "message_zh": "{" + f"{block}.g9.boys" + "}人"}
    assert client.post(at("check_new", draft.pk), right).status_code == 422
    right = {**right, "message_zh": "不对", "cells": f"{block}.*.boys"}
    assert client.post(at("check_new", draft.pk), right).status_code == 302


def test_a_cell_is_not_worked_out_from_one_that_is_not_there_nor_from_itself(
    draft: FormVersion, cast: Cast, client: Client
) -> None:
    client.force_login(in_english(cast.basic_officer))
    block = draft.content.parts[0].blocks[0].key
    rule = {"seen": draft.version, "of_its_own": "on", "kind": "number", "decimals": 0}
    page = at("rule", draft.pk, "pupils", block) + "?column=girls"
    for computed, said in (("row.nobody", "nobody"), ("row.girls", "circle"), ('stage("primary")', "stage")):
        answer = client.post(page, {**rule, "computed": computed})
        assert answer.status_code == 422 and said in answer.content.decode(), computed
    assert client.post(page, {**rule, "computed": "row.boys"}).status_code == 302
    spec = FormVersion.objects.get(pk=draft.pk).content.cells[f"{block}.g2.girls"].spec
    assert (spec.computed, spec.decimals) == ("row.boys", 0)


def test_a_draft_is_thrown_away_and_the_next_begins_with_what_was_in_use(
    draft: FormVersion, cast: Cast
) -> None:
    used = designing.freeze(version=draft, by=cast.basic_officer)
    second = designing.begin_version(form=used.form, by=cast.basic_officer)
    designing.change_definition(version=second, definition=Definition(), by=cast.basic_officer)
    second.refresh_from_db()
    gone = perform(second, "discard", by=cast.basic_clerk)
    assert not WorkItem.objects.filter(kind="schools.formversion", object_id=gone.pk).exists()
    with pytest.raises(WrongState, match="was discarded"):
        designing.change_definition(version=gone, definition=Definition(), by=cast.basic_officer)
    third = designing.begin_version(form=used.form, by=cast.basic_officer)
    assert (third.number, third.definition) == (3, used.definition)


def test_more_cells_than_one_form_can_send_are_a_fault(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 306
    content, _place = table()
    said = designing.faults(content)
    assert any("Make two parts" in one for one in said), said
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 320
    assert designing.faults(content) == []
