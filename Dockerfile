# One image for web, worker and beat. Non-root; hashed dependencies.
FROM python:3.11-slim AS build
WORKDIR /portal
COPY requirements/base.txt requirements/base.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/base.txt

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=bureau.settings.production
COPY --from=build /venv /venv
WORKDIR /portal
COPY --chown=portal . .
RUN DJANGO_SETTINGS_MODULE=bureau.settings.demo python manage.py messages compile && mkdir -p var && chown portal var
USER portal
EXPOSE 8000
CMD ["gunicorn", "bureau.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "4", "--timeout", "120", "--max-requests", "2000"]
