#!/bin/sh
# Asks a running Easel whatever its description of the API allows, and what it does not:
# schemathesis.sh ADDRESS KEY
#
# Schemathesis is installed the first time and kept in the cache directory.
set -eu

cache=${XDG_CACHE_HOME:-$HOME/.cache}/easel
venv=$cache/venvs/schemathesis-1

if [ ! -e "$venv/ready" ]; then
    command -v python3 >/dev/null 2>&1 || { echo "python3 is missing: schemathesis runs on it" >&2; exit 127; }
    mkdir -p "$cache/venvs"
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check 'schemathesis==4.32.5' >&2
    "$venv/bin/pip" freeze > "$venv/ready"
fi
[ "$1" = install ] && exit 0

address=$1
key=$2
export NO_PROXY='*' no_proxy='*'
# In a folder of its own, where it keeps what it found.
cd "$(mktemp -d)"
exec "$venv/bin/schemathesis" run "$address/openapi.json" \
    --header "Authorization: Bearer $key" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --mode all --max-examples "${EASEL_EXAMPLES:-20}" --seed 1 --workers 2 --request-timeout 60 \
    --exclude-operation-id followGeneration
