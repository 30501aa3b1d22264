"""The OpenAPI description: complete, valid, and true."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse
from jsonschema import Draft202012Validator

from bureau.api.resources import resources
from bureau.api.schema import described
from tests.bureau.api.conftest import Program
from tests.site.factories import MAKERS

SCHEMA = "/api/v1/schema/"


def test_the_description_is_valid_and_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


@pytest.fixture(scope="module")
def schema():
    from django.utils import translation

    with translation.override("en"):
        return described()


def operations(schema):
    return [
        (path, method, one) for path, methods in schema["paths"].items() for method, one in methods.items()
    ]


def test_every_operation_says_what_it_does_and_how_it_refuses(schema):
    for path, method, one in operations(schema):
        where = f"{method} {path}"
        assert one["summary"] and one["tags"], where
        assert {"401", "403", "429"} <= set(one["responses"]), where
        assert one["security"] == [{"token": []}, {"session": []}], where
        assert ("404" in one["responses"]) == ("{id}" in path), where
        if method in ("post", "patch", "put"):
            assert {"400", "409", "413", "415", "422"} <= set(one["responses"]), where
    names = [one["operationId"] for _path, _method, one in operations(schema)]
    assert len(names) == len(set(names))
    assert set(schema["components"]["securitySchemes"]) == {"token", "session"}


def test_values_of_a_fixed_list_are_named(schema):
    status = schema["components"]["schemas"]["schools.School"]["properties"]["status"]
    value = status["properties"]["value"]
    assert "open" in value["enum"] and "`open`: in operation" in value["description"]


def test_no_encrypted_field_is_in_it(schema):
    from bureau.identifiers.encryption import EncryptedTextField

    for resource in resources():
        secret = {f.name for f in resource.model._meta.concrete_fields if isinstance(f, EncryptedTextField)}
        for pageset in resource.pagesets.values():
            plain = {one.column.name for one in shapes(pageset) if one.column.value is None}
            assert not secret & plain


def shapes(pageset):
    from bureau.api.resources import fact_columns, list_shapes, shape

    return [*list_shapes(pageset), *(shape(pageset, column) for column in fact_columns(pageset))]


@pytest.mark.parametrize("resource", resources(), ids=lambda one: one.label)
def test_answers_are_as_described(cast, schema, resource):
    """Every field that comes is declared, with a value of its type."""
    user = MAKERS[resource.label](cast, 2)
    one = Program(user)
    page = one.get(f"/api/v1/{resource.path}").json()
    assert page["results"]
    check(schema, f"{resource.component}.list", page)
    whole = one.get(f"/api/v1/{resource.path}{page['results'][0]['id']}/").json()
    check(schema, resource.component, whole)
    assert set(whole) <= set(schema["components"]["schemas"][resource.component]["properties"])


def check(schema, name, value):
    whole = {"$ref": f"#/components/schemas/{name}", "components": schema["components"]}
    assert [error.message for error in Draft202012Validator(whole).iter_errors(value)] == []


def test_the_description_is_for_people_who_are_in(cast):
    assert Program(None).get(SCHEMA).status_code == 401
    assert Program(cast.outsider).get(SCHEMA).json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_for_people_names_what_is_open_to_them_and_no_foreign_host(cast, signed_in, language):
    cast.principal.language = language
    cast.principal.save(update_fields=["language"])
    page = signed_in(cast.principal).get(reverse("api:docs"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "/api/v1/schools/schools/" in text and "/api/v1/pages_app/" not in text
    assert f'<html lang="{"zh" if language == "zh-hans" else "en"}' in text
    assert " style=" not in text and "<script>" not in text and "https://" not in text
