//! Writes the script that loads the page's WASM: `easel-bindgen COMPILED.wasm FOLDER`.
//!
//! What the `wasm-bindgen` command does, as a crate of this workspace: nothing has to be installed
//! that could be of another version than the page.

use std::env;

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let mut arguments = env::args().skip(1);
    let compiled = arguments.next().context("the compiled WASM is not named")?;
    let folder = arguments.next().context("the folder to write to is not named")?;
    Bindgen::new()
        .input_path(compiled)
        .web(true)?
        .out_name("easel")
        .typescript(false)
        // Leptos names the WASM in the page, by its hashed name.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
}
