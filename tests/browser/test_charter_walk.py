"""Loading another chart from the desk: previewed, confirmed, in force, and people are where they belong."""

from __future__ import annotations

import pytest

from bureau.charter.models import Charter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery staple"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_chart_is_previewed_and_loaded_and_moves_people(signed_in, cast, language):
    words = {
        "zh-hans": {
            "show": "查看将发生的变更",
            "load": "载入该方案",
            "on": "继续",
            "password": "密码",
            "basic": "基础教育科",
            "preschool": "学前教育科",
        },
        "en": {
            "show": "Show what would change",
            "load": "Load this chart",
            "on": "Go on",
            "password": "Your password",
            "basic": "Basic Education Section",
            "preschool": "Preschool Education Section",
        },
    }[language]
    cast.security_admin.set_password(PASSWORD)
    cast.security_admin.save()
    clerk = signed_in("preschool_clerk", "/desk/", language=language)
    assert words["preschool"] in clerk.text()

    admin = signed_in("security_admin", "/desk/charter/", language=language)
    admin.page.locator("select[name=name]").select_option("compact")
    admin.press(words["show"])
    assert words["preschool"] in admin.text()
    assert Charter.objects.latest("pk").key == "jinzhong"
    assert not admin.scrolls_sideways()
    assert admin.complaints() == []
    for question in admin.page.locator("#main form select:not(#id_name)").all():
        if not question.input_value():
            question.select_option(index=1)
    admin.press(words["load"])
    admin.fill(words["password"], PASSWORD).press(words["on"])
    admin.page.wait_for_url("**/desk/units/")
    assert Charter.objects.latest("pk").key == "compact"
    assert [text for text in admin.messages if "401" not in text] == []

    # The clerk's rights have moved, so the clerk signs in again and stands in the other section.
    clerk = signed_in("preschool_clerk", "/desk/", language=language)
    assert words["basic"] in clerk.text()
    assert words["preschool"] not in clerk.text()
    clerk.go("/desk/units/basic/")
    assert str(cast.preschool_clerk) in clerk.text()
