"""What holds everywhere."""

from pathlib import Path
from typing import Any

from bureau.settings import environment as env

ROOT = env.ROOT
VAR = ROOT / "var"

DEBUG = False
SECRET_KEY = ""
ALLOWED_HOSTS: list[str] = []

# The floors of docs/architecture.md, lowest first. The last one fills and freezes the registries.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "django_prose_editor",  # its script alone: bureau.rich_text is the field, the cleaning and the toolbar
    "bureau.audit",
    "bureau.outbox",
    "bureau.identifiers",
    "bureau.accounts",
    "bureau.charter",
    "bureau.access",
    "bureau.deadlines",
    "bureau.jobs",
    "bureau.files",
    "bureau.sheets",
    "bureau.notices",
    "bureau.backup",
    "bureau.workflow",
    "bureau.search",
    "bureau.duplicates",
    "bureau.pages",
    "bureau.public",
    "bureau.desk",
    "bureau.api",
    "schools",
    "personnel",
    "finance",
    "supervision",
    "sections.office",
    "bureau",
]

MIDDLEWARE = [
    "bureau.logs.RequestMiddleware",
    "bureau.database.BusyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "bureau.files.handing.HandingMiddleware",
    "bureau.public.middleware.HeadersMiddleware",
    "bureau.public.kept.KeptPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bureau.accounts.middleware.VisitMiddleware",
    "bureau.public.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bureau.public.errors.NotAllowedMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # A program's token: counted before any transaction of the request begins.
    "bureau.api.middleware.TokenMiddleware",
    # Outside every transaction of the request, so that a refusal outlives the rollback.
    "bureau.audit.middleware.RefusalMiddleware",
    "bureau.database.SnapshotMiddleware",
    "bureau.access.middleware.RuleMiddleware",
]

ROOT_URLCONF = "bureau.urls"
WSGI_APPLICATION = "bureau.wsgi.application"
ASGI_APPLICATION = "bureau.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bureau.public.context.site",
                "bureau.pages.context.work",
            ],
        },
    }
]
FORM_RENDERER = "bureau.pages.rendering.Renderer"

DATABASES = {"default": env.database(f"sqlite:///{VAR / 'portal.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False
# A copy that is older is not read (bureau.replica).
DATABASE_REPLICA_LAG_SECONDS = env.number("DATABASE_REPLICA_LAG_SECONDS", 120)

# Touched by a worker and by beat while they live; the health check of the container looks at its age. Empty: none.
HEARTBEAT_FILE = env.text("HEARTBEAT_FILE", "")
# The role that the servers use where it does not own the tables (manage.py database_role); empty: the owner.
DATABASE_ROLE = env.text("DATABASE_ROLE", "")
# How long `migrate` waits for a table that is in use, how often, and how long it lets others go on between.
MIGRATION_LOCK_SECONDS = env.number("MIGRATION_LOCK_SECONDS", 2)
MIGRATION_TRIES = env.number("MIGRATION_TRIES", 10)
MIGRATION_PAUSE_SECONDS = env.number("MIGRATION_PAUSE_SECONDS", 3)

# When /readyz calls the work behind late: an effect that waits, a schedule that stands still.
READY_OUTBOX_SECONDS = env.number("READY_OUTBOX_SECONDS", 300)
READY_SCHEDULE_SECONDS = env.number("READY_SCHEDULE_SECONDS", 600)

REDIS_URL = env.text("REDIS_URL", "")

# In the memory of each process: only for what may be a minute old and differ between processes.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
    # Public pages, the same for everybody; without Redis each process keeps its own.
    "pages": {
        "BACKEND": "bureau.redis_cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

# guardian.W001: its back end is not hooked, because rights are never asked through has_perm.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

# How long the audit is kept; 180 days is the least that the law allows.
AUDIT_TERM_DAYS = env.number("AUDIT_TERM_DAYS", 180 * 4)

# Messages to people: off, console, smtp, or table (shown at /desk/outgoing/). SMS: off or table.
NOTICE_EMAIL = env.text("NOTICE_EMAIL", "off")
SMS_GATEWAY = env.text("SMS_GATEWAY", "off")
# Whatever Django or allauth mails goes through the outbox, so that it leaves after the commit or not at all.
EMAIL_BACKEND = "bureau.notices.mail.OutboxEmailBackend"
SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
# A mail server that accepts and says nothing is left after so many seconds; the outbox tries again later.
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 10)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "portal@localhost")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {},
    "formatters": {
        "plain": {"()": "bureau.logs.formatter", "as_json": False},
        "json": {"()": "bureau.logs.formatter", "as_json": True},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ANONYMOUS_USER_NAME = None  # guardian would add an active user at every migrate
GUARDIAN_RAISE_403 = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "portal_language"
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR / "static")))
STATICFILES_DIRS = [ROOT / "static"]

# Nothing from another host, nothing inline. Widths of bars stand in SVG attributes.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Not "no-referrer": browsers would then send "Origin: null" with our own forms.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
STYLEGUIDE_IS_OPEN = False  # else it needs a role
CSRF_FAILURE_VIEW = "bureau.public.errors.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# Whose portal this is, as the public reads it. The charter names the bureau; these complete the page.
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000")
IS_DEMO = False
HOTLINE = env.text("HOTLINE", "")
# Whether the nightly check of links may ask other sites; ours are asked without the network.
LINK_CHECK_OUTSIDE = env.flag("LINK_CHECK_OUTSIDE")
# The unit that runs the site (empty: the bureau of the charter) and the one that keeps it.
SITE_HOST = env.text("SITE_HOST", "")
SITE_UNDERTAKER = env.text("SITE_UNDERTAKER", "")
SITE_ID_CODE = env.text("SITE_ID_CODE", "")  # ten digits, of the national register of government sites
INDEX_PREFIX = env.text("INDEX_PREFIX", "")  # before each index number of a document: code of the body
ICP_NUMBER = env.text("ICP_NUMBER", "")
POLICE_NUMBER = env.text("POLICE_NUMBER", "")
# Public pages: how long the portal keeps one that is made, how long a browser may, and how often each process asks
# whether something was published or withdrawn. Together they stay below a minute.
PAGE_KEPT_SECONDS = env.number("PAGE_KEPT_SECONDS", 30)  # 0: none is kept
PAGE_BROWSER_SECONDS = env.number("PAGE_BROWSER_SECONDS", 20)
PAGE_GENERATION_SECONDS = env.number("PAGE_GENERATION_SECONDS", 5)
PAGE_PROXY_SECONDS = env.number("PAGE_PROXY_SECONDS", 0)  # how long nginx may keep one; 0: it keeps none

# Accounts and sign-in. Sign-up is closed by the adapter; every limit is counted in the database.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/home/"
LOGOUT_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", 30)
SESSION_HOURS = env.number("SESSION_HOURS", 12)
SESSIONS_PER_PERSON = env.number("SESSIONS_PER_PERSON", 5)
STEP_UP_MINUTES = env.number("STEP_UP_MINUTES", 10)
STAFF_SECOND_FACTOR = env.flag("STAFF_SECOND_FACTOR", default=True)
# How many proxies of ours stand before the server; what a sender writes beyond them is not believed.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
SIGN_IN_TRIES_PER_ACCOUNT = env.number("SIGN_IN_TRIES_PER_ACCOUNT", 5)
SIGN_IN_TRIES_PER_SENDER = env.number("SIGN_IN_TRIES_PER_SENDER", 60)
SIGN_IN_WINDOW_MINUTES = env.number("SIGN_IN_WINDOW_MINUTES", 15)
SLIP_DAYS = env.number("SLIP_DAYS", 14)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "bureau.accounts.passwords.LengthValidator"},
    {"NAME": "bureau.accounts.passwords.CommonWordsValidator"},
    {"NAME": "bureau.accounts.passwords.OwnWordsValidator"},
    {"NAME": "bureau.accounts.passwords.CompositionValidator"},
    {"NAME": "bureau.accounts.passwords.ReuseValidator"},
]
# MLPS 2.0 asks for rotation and composition, ASVS 5.0 advises against both: two switches.
PASSWORD_MAX_AGE_DAYS = env.number("PASSWORD_MAX_AGE_DAYS", 0)  # 0: no rotation
PASSWORD_CLASSES = env.number("PASSWORD_CLASSES", 1)  # how many of a–z, A–Z, 0–9, others
PASSWORD_HISTORY = env.number("PASSWORD_HISTORY", 0)  # how many former ones may not return

ACCOUNT_ADAPTER = "bureau.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = STEP_UP_MINUTES * 60
MFA_ADAPTER = "bureau.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_RATE_LIMITS = False
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "bureau.accounts.second_factor.AuthenticateForm",
    "reauthenticate": "bureau.accounts.second_factor.ReauthenticateForm",
    "activate_totp": "bureau.accounts.second_factor.ActivateForm",
}

# Keys of personal numbers at rest: id → base64 of 32 bytes; the first one encrypts.
# LOOKUP_KEY makes the keyed digests by which they are found; what the former ones made is found as well.
FIELD_KEYS: dict[str, str] = {}
LOOKUP_KEY = ""
LOOKUP_KEYS_FORMER: list[str] = []

# Programs at /api/v1/: a view that says nothing lets nobody in. The limits are technical ones.
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["bureau.api.calling.Caller"],
    "DEFAULT_PERMISSION_CLASSES": ["bureau.api.calling.Named"],
    "DEFAULT_PARSER_CLASSES": ["bureau.api.parsing.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "bureau.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "bureau.api.faults.answer",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Education Bureau portal",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["bureau.api.schema.with_components"],
}
API_MAX_BYTES = 1_000_000
API_TOKEN_DAYS = env.number("API_TOKEN_DAYS", 365)  # the longest life of a token
API_TOKENS_PER_PERSON = env.number("API_TOKENS_PER_PERSON", 10)
API_CALLS_PER_MINUTE = env.number("API_CALLS_PER_MINUTE", 300)

# Letters: how many one connection may send within the window.
LETTERS_PER_SENDER = env.number("LETTERS_PER_SENDER", 5)
LETTERS_WINDOW_MINUTES = env.number("LETTERS_WINDOW_MINUTES", 10)
LETTERS_SOON_WORKING_DAYS = env.number("LETTERS_SOON_WORKING_DAYS", 5)  # a date so near is due soon
LETTERS_ESCALATE_WORKING_DAYS = env.number("LETTERS_ESCALATE_WORKING_DAYS", 5)  # so late, the head is told
# Public answers: how long caches may keep a page (60 at most, so that a withdrawn one is gone within a minute);
# how many of the newest are weighed, and how much of a text they must share, to be offered before writing.
ANSWERS_CACHE_SECONDS = env.number("ANSWERS_CACHE_SECONDS", 60)
LIKELY_ANSWER_POOL = env.number("LIKELY_ANSWER_POOL", 500)
LIKELY_ANSWER_PERCENT = env.number("LIKELY_ANSWER_PERCENT", 20)
# The reply guard: how many earlier answers of a section are compared; how alike answers, and how unlike letters,
# must be (per cent) to warn; answers shorter than so many Han characters are not compared; how many answers one
# person approves within a minute unwarned; an answer to a letter of so many characters that has less than so many
# per cent of its length is too short.
REPLY_GUARD_COMPARED = env.number("REPLY_GUARD_COMPARED", 200)
REPLY_GUARD_ALIKE = env.number("REPLY_GUARD_ALIKE", 85)
REPLY_GUARD_UNLIKE = env.number("REPLY_GUARD_UNLIKE", 40)
REPLY_GUARD_SHORTEST = env.number("REPLY_GUARD_SHORTEST", 20)
REPLY_GUARD_PER_MINUTE = env.number("REPLY_GUARD_PER_MINUTE", 5)
REPLY_GUARD_LONG_LETTER = env.number("REPLY_GUARD_LONG_LETTER", 200)
REPLY_GUARD_SHORT_PERCENT = env.number("REPLY_GUARD_SHORT_PERCENT", 10)
# How many letters a nightly task takes at once, and how often a writer may object to a result.
LETTERS_PER_RUN = env.number("LETTERS_PER_RUN", 2000)
LETTERS_DISPUTES = env.number("LETTERS_DISPUTES", 2)
# How often a writer may ask for a correction or deletion, and try to fetch the own data within an hour.
LETTERS_DATA_REQUESTS = env.number("LETTERS_DATA_REQUESTS", 5)
OWN_DATA_TRIES = env.number("OWN_DATA_TRIES", 5)
# Days before a letter is made anonymous on which the office is warned.
RETENTION_WARNING_DAYS = env.number("RETENTION_WARNING_DAYS", 30)
LETTERS_GLOBAL = env.number("LETTERS_GLOBAL", 300)  # all senders together within the window
LETTERS_PER_CONTACT = env.number("LETTERS_PER_CONTACT", 10)  # with one telephone number in a day
LETTERS_MIN_SECONDS = env.number("LETTERS_MIN_SECONDS", 4)  # nobody writes a letter faster
# A letter that is gone on with later: how long it is kept, and how often its code may be tried in an hour.
LETTERS_DRAFT_DAYS = env.number("LETTERS_DRAFT_DAYS", 7)
LETTERS_UNSAVED_HOURS = env.number("LETTERS_UNSAVED_HOURS", 24)  # files of a letter that was not saved
LETTERS_DRAFTS_PER_SENDER = env.number("LETTERS_DRAFTS_PER_SENDER", 10)  # saved within the window
LETTERS_RESUMES_PER_SENDER = env.number("LETTERS_RESUMES_PER_SENDER", 20)
LETTERS_RESUMES_GLOBAL = env.number("LETTERS_RESUMES_GLOBAL", 1000)
# Files of citizens.
LETTERS_FILES = env.number("LETTERS_FILES", 5)  # with one letter
LETTERS_FILE_MB = env.number("LETTERS_FILE_MB", 10)  # one file
LETTERS_FILES_PER_SENDER = env.number("LETTERS_FILES_PER_SENDER", 30)  # in an hour
LETTERS_FILES_WAITING_MB = env.number("LETTERS_FILES_WAITING_MB", 2048)  # of all letters not sent yet
LETTERS_ADDITIONS = env.number("LETTERS_ADDITIONS", 10)  # how often a writer may add to one letter
LETTERS_CODES_PER_DAY = env.number("LETTERS_CODES_PER_DAY", 3)  # new codes of one letter by SMS
LETTERS_SHARED_CHARACTERS = env.number(
    "LETTERS_SHARED_CHARACTERS", 12
)  # so many in a row lead back to a letter
EXPLANATION_DAYS = env.number("EXPLANATION_DAYS", 10)  # proposed to the officer, counted from today
IDENTITY_DAYS_MOST = env.number("IDENTITY_DAYS_MOST", 30)  # how long an identity may stay open to one person
IDENTITY_LOOK_MINUTES = env.number("IDENTITY_LOOK_MINUTES", 10)  # how long one look lasts
# Letters that the office sees beside a new one: how far back, how many texts are compared, how alike they must be.
LETTERS_ALIKE_DAYS = env.number("LETTERS_ALIKE_DAYS", 180)
LETTERS_ALIKE_COMPARED = env.number("LETTERS_ALIKE_COMPARED", 5000)
LETTERS_ALIKE_PERCENT = env.number("LETTERS_ALIKE_PERCENT", 50)
LETTERS_ALIKE_SHOWN = env.number("LETTERS_ALIKE_SHOWN", 5)
# Following by number and code: tries within an hour.
TRACK_TRIES_PER_NUMBER = env.number("TRACK_TRIES_PER_NUMBER", 10)
TRACK_TRIES_PER_SENDER = env.number("TRACK_TRIES_PER_SENDER", 40)
TRACK_TRIES_GLOBAL = env.number("TRACK_TRIES_GLOBAL", 1000)  # wrong ones, of everybody together
# Public figures: numbers below this one are not shown. The font of PDFs; empty: one of the usual places.
FIGURES_FEWEST = env.number("FIGURES_FEWEST", 5)
PDF_FONT = env.text("PDF_FONT", "")
# Where the discipline unit receives reports on persons: post address, telephone.
DISCIPLINE_CONTACT = env.text("DISCIPLINE_CONTACT", "")

# Backups: how long one is kept, and after how many hours without a good one the administrators are told (0: never).
BACKUP_KEPT_DAYS = env.number("BACKUP_KEPT_DAYS", 30)
BACKUP_MAX_AGE_HOURS = env.number("BACKUP_MAX_AGE_HOURS", 0)

# Backups: how long one is kept, and after how many hours without a good one the administrators are told (0: never).
BACKUP_KEPT_DAYS = env.number("BACKUP_KEPT_DAYS", 30)
BACKUP_MAX_AGE_HOURS = env.number("BACKUP_MAX_AGE_HOURS", 0)

# Files on records: where they lie (never below a folder that the web server reads), and how much is taken.
FILES_ROOT = env.text("FILES_ROOT", str(VAR / "files"))
# Any storage of Django may hold them instead, such as storages.backends.s3.S3Storage with its options as JSON.
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "attachments": {
        "BACKEND": env.text("FILES_STORAGE", "bureau.files.storage.PrivateStorage"),
        "OPTIONS": env.options("FILES_STORAGE_OPTIONS"),
    },
}
# Below this address nginx, and nobody else, reaches FILES_ROOT: it sends what Django has allowed. Empty: Django sends.
FILES_ACCEL = env.text("FILES_ACCEL", "")
FILES_MAX_MB = env.number("FILES_MAX_MB", 20)  # one file
FILES_RECORD_MB = env.number("FILES_RECORD_MB", 200)  # all files of one record
FILES_DAY_MB = env.number("FILES_DAY_MB", 500)  # what one person adds in a day
FILES_FREE_MB = env.number("FILES_FREE_MB", 1024)  # with less room on the disk nothing more is taken
FILES_IMAGE_MEGAPIXELS = env.number("FILES_IMAGE_MEGAPIXELS", 40)
FILES_KEPT_DAYS = env.number("FILES_KEPT_DAYS", 30)  # the content of a withdrawn or infected file
# Files that go to the public are read in a process of their own, within these limits; what is more stays unread.
FILES_INSPECTION_MEMORY_MB = env.number("FILES_INSPECTION_MEMORY_MB", 700)
FILES_INSPECTION_CPU_SECONDS = env.number("FILES_INSPECTION_CPU_SECONDS", 20)
FILES_INSPECTION_WALL_SECONDS = env.number("FILES_INSPECTION_WALL_SECONDS", 40)
FILES_INSPECTION_CHARACTERS = env.number("FILES_INSPECTION_CHARACTERS", 2_000_000)
FILES_INSPECTION_UNPACKED_MB = env.number("FILES_INSPECTION_UNPACKED_MB", 120)
# The virus scanner: host:port or /path/to/socket of clamd; empty: files are not checked.
CLAMAV = env.text("CLAMAV", "")
CLAMAV_SECONDS = env.number("CLAMAV_SECONDS", 30)  # how long one answer may take

# What one request may bring. More is refused before it is read.
BODY_MAX_MB = env.number("BODY_MAX_MB", 25)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["bureau.files.uploads.MemoryUpload", "bureau.files.uploads.DiskUpload"]

# Workbooks. One file is read in a process of its own, within these limits; more is refused with a sentence.
SHEET_MAX_MB = env.number("SHEET_MAX_MB", 20)
SHEET_MAX_ROWS = env.number("SHEET_MAX_ROWS", 60_000)
SHEET_MAX_COLUMNS = 200
SHEET_MAX_CELLS = env.number("SHEET_MAX_CELLS", 1_500_000)
SHEET_MAX_ENTRIES = 500  # parts of the zip archive
SHEET_MAX_UNPACKED_MB = 120
SHEET_MAX_RATIO = 200  # how much smaller a part may be packed than it is
SHEET_MEMORY_MB = env.number("SHEET_MEMORY_MB", 400)
SHEET_CPU_SECONDS = env.number("SHEET_CPU_SECONDS", 3)
SHEET_WALL_SECONDS = env.number("SHEET_WALL_SECONDS", 15)  # the machine may be busy with others
SQLITE_PAUSE_SECONDS = 0.2  # a job leaves the trial's database to others after each batch
SHEET_JOB_ROWS = env.number("SHEET_JOB_ROWS", 2_000)  # above it, checking and saving are jobs
SHEET_UPLOADS_KEPT = 30  # of one person, waiting to be saved
SHEET_KEPT_HOURS = 24  # uploads, corrections and result files
# Rows that a list hands out as a workbook at once; more is made in the background.
EXPORT_ROWS_AT_ONCE = env.number("EXPORT_ROWS_AT_ONCE", 20_000)
# Records with which one step is taken within a request; more is done in the background, up to the second number.
BULK_ROWS_AT_ONCE = env.number("BULK_ROWS_AT_ONCE", 200)
BULK_ROWS_MOST = env.number("BULK_ROWS_MOST", 60_000)
