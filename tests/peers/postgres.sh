#!/usr/bin/env bash
# A PostgreSQL server for tests on 127.0.0.1, thrown away at the end.
#
#   tests/peers/postgres.sh [PORT]
#
# Prints its address as the first line and runs until it is told to stop (SIGTERM, SIGINT, or the
# end of its standard input). Its folder is EASEL_TEST_PG_DIR if that is set.
set -euo pipefail
# A background job is cut off from the standard input, but not from a copy of it.
exec 3<&0

bin=$(ls -d /usr/lib/postgresql/*/bin /usr/local/pgsql/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -z "$bin" ]; then
    bin=$(dirname "$(command -v postgres || true)")
fi
if [ ! -x "$bin/initdb" ]; then
    echo "PostgreSQL is not installed: apt install postgresql" >&2
    exit 1
fi

port=${1:-$("$(dirname "$0")/port.py")}
dir=${EASEL_TEST_PG_DIR:-$(mktemp -d /tmp/easel-postgres.XXXXXX)}
mkdir -p "$dir"

# PostgreSQL refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$dir"
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
fi
cd "$dir"

if [ ! -e "$dir/data/PG_VERSION" ]; then
    "${as[@]}" "$bin/initdb" --pgdata="$dir/data" --username=easel --auth=trust --encoding=UTF8 \
        --locale=C --no-sync >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
fi

"${as[@]}" "$bin/postgres" -D "$dir/data" -p "$port" -k "$dir" -c listen_addresses=127.0.0.1 \
    -c fsync=off -c max_connections=300 -c shared_buffers=64MB >"$dir/server.log" 2>&1 </dev/null &
server=$!

stop() {
    trap - EXIT TERM INT
    kill -INT "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    [ -n "${EASEL_TEST_PG_DIR:-}" ] || rm -rf "$dir"
    exit 0
}
trap stop EXIT TERM INT

for _ in $(seq 100); do
    if "$bin/pg_isready" --quiet --host=127.0.0.1 --port="$port" --username=easel; then
        echo "postgres://easel@127.0.0.1:$port/postgres"
        # The end of standard input is a stop too, so that no server outlives its test run.
        cat <&3 >/dev/null &
        wait -n "$server" $! || true
        exit 0
    fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
cat "$dir/server.log" >&2
exit 1
