"""Files and history of a record for programs: what the page shows, to whom the page shows it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from bureau.api.resources import resources
from bureau.files.models import Attachment
from tests.bureau.api.conftest import SCHOOLS, Program
from tests.site.factories import MAKERS

pytestmark = pytest.mark.django_db


def picture(name: str = "licence.png") -> SimpleUploadedFile:
    kept = BytesIO()
    Image.new("RGB", (8, 8), "white").save(kept, "PNG")
    return SimpleUploadedFile(name, kept.getvalue())


def upload(one: Program, path: str, **fields: Any) -> Any:
    content = encode_multipart(BOUNDARY, fields)
    return one.client.generic("POST", path, content, content_type=MULTIPART_CONTENT, headers=one.headers)


def files_of(cast: Any) -> str:
    return f"{SCHOOLS}{cast.school.pk}/files/"


def test_a_file_is_added_listed_downloaded_and_withdrawn(cast):
    mine = Program(cast.principal)
    added = upload(mine, files_of(cast), kind="licence", file=picture())
    assert added.status_code == 201 and added.json()["kind"] == "licence"
    assert upload(mine, files_of(cast), kind="licence", file=picture()).status_code == 409
    (row,) = mine.get(files_of(cast)).json()["results"]
    assert (row["name"], row["may_withdraw"], row["is_open"]) == ("licence.png", True, True)
    content = mine.get(f"{files_of(cast)}{row['id']}/")
    assert content.status_code == 200 and content["Content-Type"] == "image/png"
    assert content["Content-Disposition"].startswith("attachment") and "sandbox" in str(content.headers)
    where = f"{files_of(cast)}{row['id']}/withdraw/"
    assert mine.post(where, {}).status_code == 422
    assert mine.post(where, {"reason": "Old licence"}).status_code == 204
    assert mine.get(f"{files_of(cast)}{row['id']}/").status_code == 409


def test_a_file_is_refused_with_the_pages_sentences(cast):
    mine = Program(cast.principal)
    text = SimpleUploadedFile("licence.pdf", b"no pdf")
    refused = upload(mine, files_of(cast), kind="licence", file=text)
    assert refused.status_code == 422 and refused.json()["errors"]["file"]
    assert upload(mine, files_of(cast), kind="nothing", file=picture()).status_code == 422
    assert upload(mine, files_of(cast), kind="licence").status_code == 422
    assert mine.post(files_of(cast), {"kind": "licence"}).status_code == 415
    assert upload(Program(cast.principal, scope="read"), files_of(cast), kind="licence").status_code == 403
    assert not Attachment.objects.exists()


def test_files_are_for_whom_the_record_is(cast):
    upload(Program(cast.principal), files_of(cast), kind="licence", file=picture())
    key = Attachment.objects.get().pk
    stranger = Program(cast.other_principal)
    assert stranger.get(files_of(cast)).status_code == 404
    assert stranger.get(f"{files_of(cast)}{key}/").status_code == 404
    # Through a record of one's own one does not reach another's file.
    assert stranger.get(f"{SCHOOLS}{cast.other_school.pk}/files/{key}/").status_code == 404
    reviewer = Program(cast.district_reviewer)
    assert reviewer.get(f"{files_of(cast)}{key}/").status_code == 200
    assert upload(reviewer, files_of(cast), kind="licence", file=picture()).status_code == 403
    assert reviewer.post(f"{files_of(cast)}{key}/withdraw/", {"reason": "x"}).status_code == 403


def test_the_history_is_that_of_the_page(cast):
    office = Program(cast.basic_officer)
    version = office.get(f"{SCHOOLS}{cast.school.pk}/").json()["version"]
    office.patch(f"{SCHOOLS}{cast.school.pk}/", {"township": "北关街道"}, **{"If-Match": f'"{version}"'})
    (line, *_rest) = office.get(f"{SCHOOLS}{cast.school.pk}/history/").json()["results"]
    assert "Basic Officer" in line["who"] and line["fields"]
    assert Program(cast.other_district).get(f"{SCHOOLS}{cast.school.pk}/history/").status_code == 404


@pytest.mark.parametrize("resource", resources(), ids=lambda one: one.label)
def test_history_and_files_follow_the_record(cast, resource):
    maker = MAKERS[resource.label](cast, 1)
    record = resource.model._base_manager.order_by("-pk").first()
    below = ["history/", "files/"] if resource.has_files else ["history/"]
    for user in (maker, cast.principal, cast.outsider):
        if resource.pageset_for(user) is None:
            continue
        one = Program(user)
        seen = one.get(f"/api/v1/{resource.path}{record.pk}/").status_code
        assert {one.get(f"/api/v1/{resource.path}{record.pk}/{part}").status_code for part in below} == {seen}
