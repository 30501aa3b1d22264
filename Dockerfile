# One image for web, worker, beat and the preparing step. Not root; packages by version and hash.
FROM python:3.11.13-slim-bookworm AS packages
WORKDIR /portal
# base, or s3 where attached files lie in an S3-compatible storage (see docs/operations.md)
ARG REQUIREMENTS=base
COPY requirements/ requirements/
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r "requirements/${REQUIREMENTS}.txt" \
 && /venv/bin/pip uninstall --yes pip setuptools

FROM python:3.11.13-slim-bookworm
# The font of PDFs; pg_dump and psql for `manage.py` commands that save and bring back the database.
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-wqy-microhei postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal /portal/var /shared /shared/files /shared/static /shared/errors
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=bureau.settings.production HOME=/tmp
COPY --from=packages /venv /venv
WORKDIR /portal
COPY . .
# Messages and static files are made here with keys that are forgotten at once; the running portal only reads.
RUN python manage.py messages compile --settings bureau.settings.demo \
 && env $(python -m deploy.keys) ALLOWED_HOSTS=build.invalid PUBLIC_URL=https://build.invalid \
    DATABASE_URL=postgres://build.invalid/none \
    python manage.py collectstatic --no-input --verbosity 0 \
 && python -m compileall -q bureau schools personnel finance supervision sections \
 && chown -R portal:portal var
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 CMD ["python", "deploy/alive.py", "http://127.0.0.1:8000/healthz"]
# Sync workers: the pages are short, nginx holds the slow lines. --max-requests gives memory back from time to time.
CMD ["gunicorn", "bureau.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "4", "--timeout", "120", \
     "--graceful-timeout", "30", "--max-requests", "5000", "--max-requests-jitter", "500", "--worker-tmp-dir", "/dev/shm", \
     "--no-control-socket", "--log-level", "warning"]
