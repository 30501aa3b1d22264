"""How a citizen fills in the form, without a browser."""

from __future__ import annotations

import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

NEW = "/en/letters/new/"
RESUME = "/en/letters/resume/"
TEXT = {"title": "Bus stop", "body": "Where does the bus stop?", "school": ""}
WRITER = {"name": "Wang Example", "phone": "13800000000", "email": ""}
TOLD = {"body": "Somebody in my class is beaten.", "harm": "no", "school": ""}
CHILD = {"name": "Li Example", "phone": ""}


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found, f"the page carries no {name}"
    return found.group(1)


def post(client: Client, page: Any, **fields: Any) -> Any:
    text = page.content.decode()
    step = hidden(page, "step") if 'name="step"' in text else ""
    return client.post(NEW, {"draft": hidden(page, "draft"), "step": step, **fields})


def at_text(client: Client) -> Any:
    return post(client, client.get(NEW), kind="request")


def to_the_check(client: Client, **changes: Any) -> Any:
    page = post(client, at_text(client), **{**TEXT, **changes})
    return post(client, page, **{**WRITER, **changes})


def code_on(page: Any) -> str:
    """The code of a receipt, which stands below the number; or that of a saved letter."""
    found = re.findall(r'class="code big">([0-9A-Z-]{10,})<', page.content.decode())
    assert found and not re.match(r"L\d{4}-", found[-1]), "the page shows no code"
    return str(found[-1])


def picture(name: str = "王示例家的照片.png", *, colour: str = "red", size: int = 8) -> SimpleUploadedFile:
    """A small picture; JPEG carries where it was taken."""
    content = io.BytesIO()
    image = Image.new("RGB", (size, size), colour)
    if name.endswith(".jpg"):
        exif = Image.Exif()
        exif[0x010E] = "CanaryPlace"
        image.save(content, "JPEG", exif=exif)
    else:
        image.save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue())
