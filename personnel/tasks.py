"""What happens to the register of teachers at fixed times."""

from __future__ import annotations

from datetime import time

from bureau.jobs.schedule import every
from personnel.services.posts import settle_posts


@every(name="personnel.posts", daily_at=time(0, 20))
def settle() -> None:
    settle_posts()
