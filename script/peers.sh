# What the tests talk to: real Gradio and cog servers, PostgreSQL, an S3 server, Chromium.

VENVS="$TOOLS/venvs"

# ensure_peers GRADIO…: virtual environments of the Python peers, those of Gradio in these releases,
# made one after the other; those that are there cost nothing.
ensure_peers() {
  local version
  for version in "$@"; do
    [ -e "$VENVS/gradio-$version/ready" ] && continue
    say "Installing Gradio $version (a minute)"
    tests/peers/gradio.sh "$version" install
  done
  for version in 0.23.1 0.16.12; do
    [ -x "$VENVS/cog-$version/bin/python" ] && "$VENVS/cog-$version/bin/python" -c 'import cog, PIL' 2>/dev/null && continue
    say "Installing cog $version (seconds)"
    python3 -m venv "$VENVS/cog-$version"
    "$VENVS/cog-$version/bin/pip" install --quiet --disable-pip-version-check "cog==$version" pillow
  done
  # What asks Easel as other tools do.
  say "Real clients of the API (a minute the first time)"
  tests/peers/clients.sh install
  if ! ls /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb >/dev/null 2>&1 && ! have initdb; then
    system_package postgresql "install PostgreSQL: the store is tested on it too"
  fi
}

# The Chromium that is there, else the distribution's, else Playwright's own.
ensure_chromium() {
  have npm || need_node
  local name
  for name in chromium chromium-browser google-chrome; do
    if have "$name"; then
      export CHROMIUM_PATH="$(command -v "$name")"
      return
    fi
  done
  if have apt-get && can_install; then
    system_package chromium ""
    export CHROMIUM_PATH="$(command -v chromium)"
  else
    say "Fetching Chromium for Playwright (a minute)"
    (cd end2end && npm ci --silent --no-fund --no-audit && npx playwright install chromium)
  fi
}

can_install() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

system_package() { # system_package NAME "what to do where it cannot be installed"
  if have apt-get && can_install; then
    say "Installing $1 (a minute)"
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$1" >/dev/null
  else
    die "$1 is missing: $2"
  fi
}

# The same tests of the store once more, on PostgreSQL and an S3 server that live as long: both
# stop when the shell that holds their standard input does.
test_store_elsewhere() (
  coproc POSTGRES { exec tests/peers/postgres.sh; }
  # Bash warns of a second coprocess, but runs it.
  { coproc S3 { exec tests/peers/s3.sh; } } 2>/dev/null
  read -r database <&"${POSTGRES[0]}" || die "PostgreSQL did not start"
  read -r storage <&"${S3[0]}" || die "the S3 server did not start"
  TEST_DATABASE_URL="$database" TEST_STORAGE_URL=s3://easel/ AWS_ENDPOINT_URL="$storage" \
    AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 \
    cargo test --features ssr --test store || status=$?
  # A last command would replace this shell, and with it what keeps the servers running.
  exit "${status:-0}"
)
