"""The picture that browsers ask for by themselves."""

import pytest


@pytest.mark.parametrize(
    ("path", "kind", "begin"),
    [("/favicon.ico", "image/x-icon", b"\0\0\1\0"), ("/favicon.svg", "image/svg+xml", b"<svg")],
)
def test_the_icon_is_served_to_everybody(client, db, path, kind, begin):
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert b"".join(answer.streaming_content).startswith(begin)
