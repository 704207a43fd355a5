//! The tab's icon while a generation runs: a ring filled to the progress.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};

/// The length of the ring, in units of the drawing.
const ROUND: f64 = 75.4;

/// The ring at `percent`; more than 100 is full, and 0 means work of unknown length.
pub async fn icon(Path(percent): Path<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, drawn(percent)).into_response()
}

fn drawn(percent: u8) -> String {
    let done = ROUND * f64::from(percent.min(100)) / 100.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\" fill=\"none\" stroke-width=\"6\">\
         <circle cx=\"16\" cy=\"16\" r=\"12\" stroke=\"#8a8a8a\" stroke-opacity=\".45\"/>\
         <circle cx=\"16\" cy=\"16\" r=\"12\" stroke=\"#2f7f98\" stroke-dasharray=\"{done:.1} {ROUND}\" \
         transform=\"rotate(-90 16 16)\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_is_as_full_as_the_work_is_done() {
        assert!(drawn(0).contains("\"0.0 75.4\""));
        assert!(drawn(50).contains("\"37.7 75.4\""));
        assert_eq!(drawn(100), drawn(200));
    }
}
