"""The trial on one machine: SQLite, jobs drained by `manage.py work`, nothing to install."""

from bureau.settings import environment as env
from bureau.settings.base import *

IS_DEMO = True
DEBUG = False
SECRET_KEY = "demo-only-not-a-secret-this-key-signs-nothing-that-matters"  # noqa: S105
FIELD_KEYS = {"k1": env.derived_key(SECRET_KEY, "field key k1")}
LOOKUP_KEY = env.derived_key(SECRET_KEY, "lookup key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{env.text('PORT', '8000')}")
# Samples, marked as such in the footer.
SITE_ID_CODE = env.text("SITE_ID_CODE", "0000000000")
ICP_NUMBER = env.text("ICP_NUMBER", "ICP 00000000")
POLICE_NUMBER = env.text("POLICE_NUMBER", "00000000000000")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STAFF_SECOND_FACTOR = env.flag("STAFF_SECOND_FACTOR", default=False)
NOTICE_EMAIL = env.text("NOTICE_EMAIL", "table")
SMS_GATEWAY = env.text("SMS_GATEWAY", "off")
