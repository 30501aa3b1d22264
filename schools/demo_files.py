"""The files that the schools of a trial carry."""

from __future__ import annotations

from bureau.accounts.models import User
from bureau.files.invented import invented_pdf, invented_png
from bureau.files.services import attach, withdraw
from schools.models import ChangeRequest, School


def attach_papers(school: School, by: User) -> None:
    """Approval, licence and a photograph; a first version of the licence was withdrawn."""
    about = [f"School code {school.code}", school.name or "School of the trial"]
    attach(
        record=school,
        upload=invented_pdf(["Founding approval", *about], "办学批复（虚构）.pdf"),
        kind="approval",
        by=by,
    )
    old = attach(
        record=school,
        upload=invented_pdf(["School licence, first version", *about], "办学许可证-旧（虚构）.pdf"),
        kind="licence",
        by=by,
    )
    withdraw(old, by=by, reason="上传错误，已换新版 (the wrong version was sent)")
    attach(
        record=school,
        upload=invented_pdf(["School licence", *about], "办学许可证（虚构）.pdf"),
        kind="licence",
        by=by,
    )
    attach(record=school, upload=invented_png("校门照片（虚构）.png"), kind="other", by=by)


def attach_evidence(request: ChangeRequest, by: User) -> None:
    attach(
        record=request,
        upload=invented_pdf(["Minutes of the district government", str(request.pk)], "会议纪要（虚构）.pdf"),
        kind="evidence",
        by=by,
    )
