"""For a trial: schools that stand in the register twice, as it happens when two offices enter them."""

from __future__ import annotations

from collections.abc import Sequence

from bureau.accounts.models import User
from bureau.duplicates.declare import MERGEABLES
from bureau.duplicates.finding import search
from bureau.identifiers import credit_code
from schools.choices import SchoolStatus
from schools.models import School
from schools.selectors.fields import EDITABLE
from schools.services.register import create_school

OWN = ("code", "credit_code", "former_names", "longitude", "latitude", "name")


def enter_doubles(schools: Sequence[School], *, by: User) -> int:
    """Three second records: a name with the city in front, a former name, one organisation under two codes."""
    running = [school for school in schools if school.status == SchoolStatus.OPEN and school.credit_code]
    primary = [school for school in running if school.school_type.code == "211"]
    first, second, third = primary[3], primary[7], primary[11]
    _enter_again(first, by, name_zh=f"晋中市{first.name_zh}")
    _enter_again(second, by, name_zh=f"{second.district.name_zh}朝阳小学", former_names=second.name_zh)
    stem = f"52{third.credit_code[2:17]}"
    _enter_again(
        third, by, name_zh=f"{third.name_zh}（新校区）", credit_code=stem + credit_code.check_digit(stem)
    )
    return search(MERGEABLES["schools.school"]).found


def _enter_again(school: School, by: User, **changed: object) -> School:
    values = {name: getattr(school, name) for name in EDITABLE if name not in OWN}
    return create_school(values={**values, "code": None, **changed}, by=by, is_open=False)
