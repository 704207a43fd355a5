#!/bin/sh
# Real clients of the API for other tools, in pinned releases: clients.sh python|node SCRIPT ARGUMENTS…
#
# They are installed the first time and kept in the cache directory; `clients.sh install` only does
# that.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/easel
venv=$cache/venvs/clients-1
modules=$cache/clients-1

if [ ! -e "$venv/ready" ]; then
    command -v python3 >/dev/null 2>&1 || { echo "python3 is missing: real clients run on it" >&2; exit 127; }
    mkdir -p "$cache/venvs"
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check \
        openai==3.57.0 litellm==1.108.7 webuiapi==0.9.17 >&2
    touch "$venv/ready"
fi
if [ ! -e "$modules/ready" ]; then
    command -v npm >/dev/null 2>&1 || { echo "npm is missing: real clients run on Node" >&2; exit 127; }
    rm -rf "$modules"
    mkdir -p "$modules"
    cp "$here/../engine/clients/package.json" "$modules/"
    (cd "$modules" && npm install --silent --no-fund --no-audit >&2)
    touch "$modules/ready"
fi

kind=$1
shift
export NO_PROXY='*' no_proxy='*' LITELLM_LOCAL_MODEL_COST_MAP=True
case $kind in
    install) ;;
    python) exec "$venv/bin/python" "$@" ;;
    node)
        # Modules are looked for beside the script.
        copy=$(mktemp -d "$modules/run.XXXXXX")
        trap 'rm -rf "$copy"' EXIT
        cp "$1" "$copy/client.mjs"
        shift
        node "$copy/client.mjs" "$@"
        ;;
esac
