#!/bin/sh
# Before web, worker and beat start: once per start, by one host. Everything in it may be run again.
# `prepare.sh FOLDER` also puts static files and the error pages where nginx finds them (folder of the error pages);
# `prepare.sh --tables-alone` does not: there the static files are those of the image.
# The charter is loaded by hand at the first installation (docs/operations.md): which one is the bureau's decision.
set -eu
python manage.py migrate --no-input
python manage.py database_role
python manage.py reference
if [ "$1" != "--tables-alone" ]; then
    python manage.py collectstatic --no-input --verbosity 0
    python manage.py error_pages "$1"
fi
