//! An entry point for fuzzing.

use super::{STACK_BYTES, Sides, draw};

/// Small, so that many are drawn in little time and memory.
const TINY: Sides = Sides { longest: 16.0..=32.0, smallest: 8.0 };

/// Draws what could be an SVG.
///
/// # Panics
///
/// When drawing does, which the thread of [`rasterise`](super::rasterise) would contain.
pub fn drawings(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    std::thread::scope(|scope| {
        let drawing = std::thread::Builder::new().name("svg".to_owned()).stack_size(STACK_BYTES);
        let drawing = drawing.spawn_scoped(scope, || draw(text, &TINY).is_ok());
        let drawn = drawing.expect("a thread can be started").join();
        drawn.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}
