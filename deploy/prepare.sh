#!/bin/sh
# Before web, worker and beat start: once per start, by one host. Everything in it may be run again.
# The charter is loaded by hand at the first installation (docs/operations.md): which one is the bureau's decision.
set -eu
python manage.py migrate --no-input
python manage.py reference
python manage.py collectstatic --no-input --verbosity 0
if [ "$#" -gt 0 ]; then
    python manage.py error_pages "$1"
fi
