"""The test settings for processes of their own: they may name another place for files and other keys."""

import os

from bureau.settings import environment as env
from bureau.settings.test import *  # noqa: F403

FILES_ROOT = os.environ.get("OUTAGE_FILES", FILES_ROOT)  # noqa: F405
if "OUTAGE_KEY" in os.environ:
    FIELD_KEYS = {"k1": env.derived_key(os.environ["OUTAGE_KEY"], "field key k1")}
if "OUTAGE_LOOKUP" in os.environ:
    LOOKUP_KEY = env.derived_key(os.environ["OUTAGE_LOOKUP"], "lookup key")
