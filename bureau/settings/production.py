"""The real house: refuses to start half-prepared. docs/operations.md names every variable."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from bureau.settings import environment as env
from bureau.settings.base import *

SHORTEST_KEY = 50
LONGEST_AFTER_WITHDRAWAL = 60  # seconds


def _secret_key() -> str:
    key = env.text("SECRET_KEY")
    if key.startswith(("demo-only", "test-only", "django-insecure-")):
        raise ImproperlyConfigured("SECRET_KEY is a key from the source code: set one of your own.")
    if len(key) < SHORTEST_KEY or len(set(key)) < 5:
        raise ImproperlyConfigured(f"SECRET_KEY is too weak: use at least {SHORTEST_KEY} random characters.")
    return key


def _allowed_hosts() -> list[str]:
    hosts = env.words("ALLOWED_HOSTS")
    if not hosts or "*" in hosts:
        raise ImproperlyConfigured(
            "Set ALLOWED_HOSTS to the names of this site, separated by commas; * is not one."
        )
    return hosts


def _lookup_keys() -> list[str]:
    if not env.text("LOOKUP_KEY", ""):
        raise ImproperlyConfigured("Set LOOKUP_KEY, the key by which personal numbers are found.")
    return env.key_list("LOOKUP_KEY")


def _field_keys() -> dict[str, str]:
    if not env.text("FIELD_KEYS", ""):
        raise ImproperlyConfigured(
            "Set FIELD_KEYS, the keys that encrypt personal numbers, such as k1:<key>."
        )
    return env.keys("FIELD_KEYS")


def _database(name: str = "DATABASE_URL") -> dict[str, Any]:
    """PostgreSQL with limits: no statement, lock or idle transaction holds the others up for long."""
    config = env.database("sqlite://:memory:", name)
    if not config["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured(
            f"Production runs on PostgreSQL: set {name} to postgres://…; SQLite is for the trial."
        )
    limits = {
        "statement_timeout": env.number("DATABASE_STATEMENT_SECONDS", 30),
        "lock_timeout": env.number("DATABASE_LOCK_SECONDS", 5),
        "idle_in_transaction_session_timeout": env.number("DATABASE_IDLE_SECONDS", 120),
    }
    # pgbouncer takes no options at the start of a connection: there the role carries the limits (operations.md).
    if not env.flag("DATABASE_POOLED"):
        config["OPTIONS"]["options"] = " ".join(f"-c {limit}={seconds}s" for limit, seconds in limits.items())
    return config


def _databases() -> dict[str, Any]:
    """The first, and a copy to read figures from where one is named."""
    first = {"default": _database()}
    return (
        first | {"replica": _database("DATABASE_REPLICA_URL")}
        if env.text("DATABASE_REPLICA_URL", "")
        else first
    )


def _page_seconds() -> None:
    """A page that was withdrawn is out of every cache within a minute."""
    parts = ("PAGE_GENERATION_SECONDS", "PAGE_PROXY_SECONDS", "PAGE_BROWSER_SECONDS")
    if PAGE_GENERATION_SECONDS + PAGE_PROXY_SECONDS + PAGE_BROWSER_SECONDS > LONGEST_AFTER_WITHDRAWAL:
        raise ImproperlyConfigured(f"{' + '.join(parts)} must not be more than {LONGEST_AFTER_WITHDRAWAL}.")


def _channel(name: str, allowed: tuple[str, ...]) -> str:
    """`table` and `console` show texts that may let somebody in: they are for the trial."""
    channel = env.text(name, "off")
    if channel not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of: {', '.join(allowed)}.")
    return channel


if env.flag("DEBUG"):
    raise ImproperlyConfigured("DEBUG is set: error pages would show the inside of the house. Remove it.")

DEBUG = False
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = _allowed_hosts()
DATABASES = _databases()
if "replica" in DATABASES:
    DATABASE_ROUTERS = ["bureau.replica.ReplicaRouter"]
_page_seconds()
FIELD_KEYS = _field_keys()
LOOKUP_KEY, *LOOKUP_KEYS_FORMER = _lookup_keys()
PUBLIC_URL = env.text("PUBLIC_URL")
if not PUBLIC_URL.startswith("https://"):
    raise ImproperlyConfigured("PUBLIC_URL must begin with https://; it stands in mails and on receipts.")
NOTICE_EMAIL = _channel("NOTICE_EMAIL", ("off", "smtp"))
SMS_GATEWAY = _channel("SMS_GATEWAY", ("off",))

# Cookies that only this host, only over TLS, may set: a sister site of the city cannot plant one.
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True

SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come in plain from the same machine
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
# Believed only where our own proxy sets it and removes what a sender wrote.
if env.flag("BEHIND_TLS_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SILENCED_SYSTEM_CHECKS = [
    *SILENCED_SYSTEM_CHECKS,
    # Subdomains and preload: the parent domain belongs to the city, not to the bureau.
    "security.W005",
    "security.W021",
]

STORAGES["staticfiles"] = {"BACKEND": "bureau.static.GzipManifestStorage"}

BACKUP_MAX_AGE_HOURS = env.number("BACKUP_MAX_AGE_HOURS", 26)  # nightly, and two hours for it

LOGGING["handlers"]["stderr"]["formatter"] = "json"
LOGGING["loggers"]["bureau"] = {"level": "INFO"}
