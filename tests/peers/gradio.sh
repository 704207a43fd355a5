#!/bin/sh
# Run the fixture app under one version of Gradio: gradio.sh VERSION PORT [MODE]
#
# The virtual environment is made the first time and kept in the cache directory.
# `gradio.sh VERSION install` only makes it. What the app writes to standard error is kept there.
set -eu

version=$1
port=$2
mode=${3:-plain}
here=$(cd "$(dirname "$0")" && pwd)
venvs=${XDG_CACHE_HOME:-$HOME/.cache}/easel/venvs
venv=$venvs/gradio-$version

command -v python3 >/dev/null 2>&1 || {
    echo "python3 is missing: the Space tests run real Gradio servers" >&2
    exit 127
}

if [ ! -e "$venv/ready" ]; then
    mkdir -p "$venvs"
    # One at a time: tests start several apps of one release at once.
    until mkdir "$venv.lock" 2>/dev/null; do
        # One that was killed left its lock; no installation takes that long.
        find "$venv.lock" -maxdepth 0 -mmin +15 -exec rmdir {} \; 2>/dev/null || true
        sleep 1
    done
    trap 'rmdir "$venv.lock" 2>/dev/null' EXIT
    trap 'exit 130' INT TERM
    if [ ! -e "$venv/ready" ]; then
        rm -rf "$venv"
        python3 -m venv "$venv"
        case $version in
            # Old releases do not pin what they need; these are the last versions they run with.
            3.*|4.*) set -- "gradio==$version" fastapi==0.112.2 pydantic==2.10.6 huggingface_hub==0.36.2 ;;
            *) set -- "gradio==$version" ;;
        esac
        "$venv/bin/pip" install --quiet --disable-pip-version-check "$@" >&2
        touch "$venv/ready"
    fi
    rmdir "$venv.lock"
    trap - EXIT INT TERM
fi
[ "$port" = install ] && exit 0

export GRADIO_ANALYTICS_ENABLED=False HF_HUB_OFFLINE=1 NO_PROXY='*' no_proxy='*'
app=app.py
case $mode in kinds | pages | features | drawn | guide | cookies | talk) app=$mode.py ;; esac
exec "$venv/bin/python" "$here/gradio/$app" --port "$port" --mode "$mode" 2>"$venv/stderr-$port"
