#!/usr/bin/env bash
# An S3-compatible server for tests on 127.0.0.1 (moto), with one bucket, kept in memory.
#
#   tests/peers/s3.sh [PORT]
#
# Prints its address as the first line and runs until it is told to stop (SIGTERM, SIGINT, or the
# end of its standard input). Clients need:
#   AWS_ENDPOINT_URL=<the printed address> AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
#   AWS_REGION=us-east-1 STORAGE_URL=s3://easel/
set -euo pipefail
# A background job is cut off from the standard input, but not from a copy of it.
exec 3<&0

venv=${XDG_CACHE_HOME:-$HOME/.cache}/easel/venvs/moto
if [ ! -e "$venv/ready" ]; then
    python3 -m venv "$venv" >&2
    "$venv/bin/pip" install --quiet --disable-pip-version-check 'moto[s3,server]>=5,<6' >&2
    touch "$venv/ready"
fi

port=${1:-$("$(dirname "$0")/port.py")}
"$venv/bin/moto_server" -H 127.0.0.1 -p "$port" >/dev/null 2>&1 </dev/null &
server=$!

stop() {
    trap - EXIT TERM INT
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    exit 0
}
trap stop EXIT TERM INT

for _ in $(seq 200); do
    if curl --silent --fail --request PUT "http://127.0.0.1:$port/easel" >/dev/null; then
        echo "http://127.0.0.1:$port"
        # The end of standard input is a stop too, so that no server outlives its test run.
        cat <&3 >/dev/null &
        wait -n "$server" $! || true
        exit 0
    fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
echo "the S3 server did not start" >&2
exit 1
