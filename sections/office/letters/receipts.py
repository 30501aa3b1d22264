"""What is printed on a receipt."""

from __future__ import annotations

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from sections.office.letters.models import Letter


def qr_of(letter: Letter) -> SafeString:
    """The tracking page with the number filled in, as SVG. The code is typed by hand: it is in no address."""
    with override("zh-hans"):
        address = f"{settings.PUBLIC_URL}{reverse('public:track')}?number={letter.number}"
    return mark_safe(segno.make(address, error="m").svg_inline(scale=4, border=2))
