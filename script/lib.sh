# Shared by the scripts: says what it does, installs what is missing.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

CARGO_LEPTOS_VERSION=0.3.10
CARGO_DENY_VERSION=0.20.2
CARGO_FUZZ_VERSION=0.13.2
# Of the server: `otlp` can be added.
features="ssr,${EASEL_BUILD_FEATURES:-}"
TOOLS="${XDG_CACHE_HOME:-$HOME/.cache}/easel"
CARGO_BIN="${CARGO_HOME:-$HOME/.cargo}/bin"
export PATH="$CARGO_BIN:$PATH"

# With the minutes and seconds since the script began.
say() { printf '\033[1m==> %d:%02d %s\033[0m\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*" >&2; }
die() { printf '\033[1;31m==> %s\033[0m\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

need() { # need COMMAND "how to get it"
  have "$1" || die "$1 is missing: $2"
}

need_rust() {
  need cargo "install Rust from https://rustup.rs"
  need rustup "install Rust from https://rustup.rs (the page is built for WASM, which rustup adds)"
}

need_node() {
  need node "install Node 20 or newer from https://nodejs.org"
  need npm "it comes with Node: https://nodejs.org"
}

# The targets and sources that the page is built from.
ensure_wasm() {
  local installed
  installed="$(rustup target list --installed; rustup component list --installed)"
  if ! grep -q wasm32-unknown-unknown <<<"$installed"; then
    say "Adding the wasm32-unknown-unknown target (seconds)"
    rustup target add wasm32-unknown-unknown
  fi
  if ! grep -q rust-src <<<"$installed"; then
    say "Adding rust-src, to build a small standard library for the page (seconds)"
    rustup component add rust-src
  fi
}

# cargo_tool CRATE COMMAND VERSION "how long it may take"
cargo_tool() {
  if have "$2" && "$2" --version 2>/dev/null | grep -qF "$3"; then return; fi
  if have cargo-binstall && say "Fetching $1 $3" && cargo binstall --no-confirm "$1@$3"; then return; fi
  say "Building $1 $3 ($4)"
  # Some releases lock a dependency that is newer than the toolchain.
  cargo install "$1@$3" --locked --force || cargo install "$1@$3" --force
}

# locked_version CRATE
locked_version() {
  grep -A1 "^name = \"$1\"$" Cargo.lock | sed -n 's/^version = "\(.*\)"$/\1/p' | head -1
}

# What the release is built with.
ensure_build_tools() {
  need_rust
  need_node
  ensure_wasm
  ensure_npm script/page "wasm-opt, esbuild and lightningcss"
}

# What `cargo leptos watch` needs beside that. It would fetch wasm-bindgen from GitHub; this way the
# registries are enough.
ensure_watch_tools() {
  ensure_build_tools
  cargo_tool wasm-bindgen-cli wasm-bindgen "$(locked_version wasm-bindgen)" "2 minutes, once"
  cargo_tool cargo-leptos cargo-leptos "$CARGO_LEPTOS_VERSION" "up to 15 minutes, once"
}

# ensure_npm FOLDER "what it brings"
ensure_npm() {
  if [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; then return; fi
  say "Installing $2 (seconds)"
  (cd "$1" && npm ci --silent --no-fund --no-audit)
}

# The release, one file. The server's library is compiled beside the page; the binary, which holds
# the files of the page, after both.
build_release() {
  local stamp=target/release/.easel-build inputs page
  inputs="$(build_inputs)"
  if [ -x target/release/easel ] && [ "$(cat "$stamp" 2>/dev/null)" = "$inputs" ]; then return; fi
  say "Building the release, 1 of 2: the page, and the server beside it (10 to 15 minutes the first time)"
  rm -f "$stamp"
  build_page &
  page=$!
  cargo build --release --features "$features" --lib || { kill "$page"; die "the server could not be built"; }
  wait "$page" || die "the page could not be built"
  say "Building the release, 2 of 2: the binary, with the page in it (2 minutes the first time)"
  cargo rustc --release --features "$features" --bin easel -- --cfg easel_embeds_page \
    || die "the binary could not be built"
  printf '%s' "$inputs" > "$stamp"
}

# The page with a standard library of its own, made for size, and as a cdylib alone: Cargo
# optimises over all crates only when nothing else is asked for. RUSTC_BOOTSTRAP lets a stable
# compiler take these options, which make the page a third smaller; the server is built without.
# A compiler that knows one of them no more says so and stops.
build_page() {
  RUSTC_BOOTSTRAP=1 \
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=shallow -Zlocation-detail=none" \
    cargo rustc --lib --crate-type cdylib --features hydrate --profile wasm-release \
    --target wasm32-unknown-unknown --target-dir target/page \
    -Zbuild-std=std -Zbuild-std-features=optimize_for_size
  cargo run --quiet --release --target-dir target/page -p easel-bindgen -- \
    target/page/wasm32-unknown-unknown/wasm-release/easel.wasm target/page/bound
  node script/page/assemble.mjs target/page/bound target/page/site
}

# Everything that goes into the release, as one digest.
build_inputs() {
  { rustc --version; echo "$features"; find Cargo.toml Cargo.lock build.rs src locales style public migrations patches tools script/page script/lib.sh -path '*/node_modules' -prune -o -type f -print0 | sort -z | xargs -0 cat; } | shasum_any
}

shasum_any() {
  if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1
}
