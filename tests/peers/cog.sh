#!/bin/sh
# Runs the fixture model in cog/ on a real cog server, without docker: cog.sh VERSION PORT [UPLOAD_URL]
# Tested with 0.16.12 (pure Python) and 0.23.1 (coglet, in Rust). Makes a virtual environment the first time.
set -eu
version=$1
port=$2
upload=${3:-}
cd "$(dirname "$0")/cog"
venv=${XDG_CACHE_HOME:-$HOME/.cache}/easel/venvs/cog-$version
if ! "$venv/bin/python" -c 'import cog, PIL' 2>/dev/null; then
  "$(command -v python3.11 || command -v python3)" -m venv "$venv"
  "$venv/bin/pip" install --quiet "cog==$version" pillow
fi
# 0.23.1 starts its worker as plain `python`, so that the environment must come first in PATH. It
# reads its schema from .cog/openapi_schema.json; 0.16.12 derives it and reads cog.yaml.
export PATH="$venv/bin:$PATH" PORT="$port" COG_PREDICT_TYPE_STUB=predict.py:Predictor PYTHONDONTWRITEBYTECODE=1
# The default host is 0.0.0.0.
exec python -m cog.server.http --host 127.0.0.1 ${upload:+--upload-url "$upload"}
