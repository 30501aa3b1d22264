"""Money in the one search box: only what a person may see."""

import pytest

from bureau.access.services import permitted
from bureau.search.declare import SEARCHABLES
from bureau.search.queries import parse
from bureau.search.selectors import Scope, Search
from finance.models import Allocation, Fund

pytestmark = pytest.mark.django_db


def found(text, by, model):
    kind = model._meta.label_lower
    search = Search(parse(text), [Scope(SEARCHABLES[kind], permitted(by, "view", model))], by)
    if not search.query or not search.counts()[kind]:
        return []
    return list(search.page(kind, start=0, size=25)[0])


@pytest.mark.parametrize("text", ["义务教育补助", "晋财教〔2026〕12号", "number", "cxywjybzjf", "公用"])
def test_a_fund_is_found_by_name_number_document_and_pinyin(cast, fund, text):
    text = fund.number if text == "number" else text
    expected = [] if text == "公用" else [fund]
    assert found(text, cast.finance_clerk, Fund) == expected
    assert found(text, cast.preschool_clerk, Fund) == []
    assert found(text, cast.principal, Fund) == []


def test_a_school_finds_its_own_allocation_and_no_other(cast, money):
    own, other = money.allot(10), money.allot(20, cast.other_school)
    assert found("义务教育补助", cast.principal, Allocation) == [own]
    assert found("另一小学", cast.other_principal, Allocation) == [other]
    assert found(money.fund.number, cast.district_reviewer, Allocation) == [own]
    assert set(found("义务教育补助", cast.basic_clerk, Allocation)) == {own, other}
