//! Builds again when a migration is added: the macro that embeds their folder cannot see new files. Refuses
//! to build a server with a compiler that was told to take unstable options.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-env-changed=RUSTC_BOOTSTRAP");
    // With it every dependency that asks sees an unstable compiler. The page is built so, on its
    // own (script/lib.sh), and so are fuzz targets, which nobody runs for others.
    let has = |name| env::var_os(name).is_some();
    let is_server = has("CARGO_FEATURE_SSR") && !has("CARGO_CFG_FUZZING");
    assert!(
        !is_server || !has("RUSTC_BOOTSTRAP"),
        "the server is built by stable Rust: unset RUSTC_BOOTSTRAP"
    );
}
