"""A form as a workbook, and back."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client, SimpleTestCase
from django.urls import reverse

from bureau.sheets.reading import Raw, read_every
from schools.returns.definition import Definition
from schools.returns.designer import sheet
from schools.returns.models import FormVersion
from schools.returns.services import designing
from schools.returns.services.shipped import load_forms, shipped
from tests.cast import Cast, in_english


class Whole(SimpleTestCase):
    def test_a_form_comes_back_as_it_went_out(self) -> None:
        for document in shipped():
            content = Definition.read(document["definition"])
            raws = read_every(sheet.workbook(content))
            again = sheet.read(raws)
            with self.subTest(document["code"]):
                assert again.cells == content.cells
                assert again.checks == content.checks
                assert [block.words for part in again.parts for block in part.blocks] == [
                    block.words for part in content.parts for block in part.blocks
                ]

    def test_every_fault_names_its_cell(self) -> None:
        raws = [
            Raw(sheet="parts", rows=[(1, ["key", "zh"]), (2, ["a", "甲"])]),
            Raw(sheet="blocks", rows=[(1, ["part", "type", "key", "zh"]), (2, ["b", "table", "t", "表"])]),
            Raw(
                sheet="lines",
                rows=[
                    (1, ["block", "place", "key", "zh", "kind", "computed"]),
                    (5, ["t", "row", "R 1", "行", "numbr", "1 +"]),
                ],
            ),
        ]
        with pytest.raises(sheet.SheetFaults) as caught:
            sheet.read(raws)
        assert [fault.cell for fault in caught.value.faults] == [
            "blocks!A2",
            "lines!C5",
            "lines!E5",
            "lines!F5",
        ]
        with pytest.raises(sheet.SheetFaults, match="parts"):
            sheet.read([Raw(sheet="Sheet1", rows=[(1, ["a"])])])


def test_a_draft_is_made_from_a_workbook(cast: Cast, client: Client) -> None:
    version = load_forms()[0]
    officer = in_english(cast.finance_clerk)
    client.force_login(officer)
    answer = client.get(reverse("desk:schools:formversion_workbook", args=[version.pk]))
    assert answer.status_code == 200 and answer.content.startswith(b"PK")
    address = reverse("desk:schools:form_workbook", args=[version.form_id])
    assert client.get(address).status_code == 200

    def send(content: bytes) -> int:
        file = BytesIO(content)
        file.name = "form.xlsx"
        return client.post(address, {"file": file}).status_code

    assert send(b"no workbook at all") == 422
    assert send(answer.content) == 302
    draft = FormVersion.objects.get(form=version.form, status="draft")
    assert draft.content.cells == version.content.cells
    assert send(answer.content) == 302  # into the same draft
    assert designing.faults(FormVersion.objects.get(pk=draft.pk).content) == []
