"""Small pictures drawn for the demonstration: flat colours, no person in them."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

SIZE = (720, 405)
SKY, HILL, GROUND, WALL, ROOF, GLASS = "#cfe1f1", "#7fa88f", "#d9c9a3", "#f4f1e8", "#b3281e", "#5b86ad"


def drawn(scene: str) -> ContentFile[bytes]:
    image = Image.new("RGB", SIZE, SKY)
    SCENES[scene](ImageDraw.Draw(image))
    out = io.BytesIO()
    image.quantize(32).convert("RGB").save(out, "PNG", optimize=False)
    return ContentFile(out.getvalue(), name=f"{scene}.png")


def _land(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((560, 40, 640, 120), fill="#ffd874")
    draw.polygon([(0, 290), (170, 120), (360, 290)], fill=HILL)
    draw.polygon([(240, 290), (480, 150), (720, 290)], fill="#94b9a2")
    draw.rectangle((0, 285, 720, 405), fill=GROUND)


def _school(draw: ImageDraw.ImageDraw) -> None:
    _land(draw)
    draw.rectangle((180, 170, 560, 320), fill=WALL)
    draw.polygon([(165, 170), (370, 110), (575, 170)], fill=ROOF)
    for row in (190, 245):
        for place in range(200, 540, 58):
            draw.rectangle((place, row, place + 34, row + 34), fill=GLASS)
    draw.rectangle((350, 265, 392, 320), fill="#14528c")
    draw.line((620, 320, 620, 150), fill="#43525f", width=5)
    draw.rectangle((622, 152, 672, 184), fill=ROOF)


def _books(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, 720, 405), fill="#efe7d6")
    colours = ("#b3281e", "#14528c", "#1b6546", "#e7c36a", "#5a3b8c", "#15564a")
    for shelf in (130, 260, 390):
        draw.rectangle((0, shelf, 720, shelf + 12), fill="#8b6b45")
        for number in range(18):
            height = 70 + (number * 13 + shelf) % 34
            left = 14 + number * 39
            draw.rectangle((left, shelf - height, left + 30, shelf - 1), fill=colours[(number + shelf) % 6])


def _bus(draw: ImageDraw.ImageDraw) -> None:
    _land(draw)
    draw.rectangle((0, 330, 720, 405), fill="#6a7a87")
    draw.rounded_rectangle((120, 190, 600, 345), radius=26, fill="#f1b51c")
    for place in range(150, 560, 82):
        draw.rectangle((place, 215, place + 62, 262), fill=GLASS)
    draw.rectangle((120, 288, 600, 298), fill="#17232e")
    for wheel in (210, 500):
        draw.ellipse((wheel - 34, 312, wheel + 34, 380), fill="#17232e")
        draw.ellipse((wheel - 14, 332, wheel + 14, 360), fill="#d8dfe5")


SCENES = {"school": _school, "books": _books, "bus": _bus}
