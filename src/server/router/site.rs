//! Serves the files of the page.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;
use tower::ServiceBuilder;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::server::{
    assets::{AssetSource, Assets, Embedded},
    encodings::Encoding,
};

/// For a name that contains a hash of its bytes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// For all others of a release: a message about a lost connection can load its icons, too.
const FOR_AN_HOUR: &str = "public, max-age=3600, stale-while-revalidate=86400";

/// For all others during development.
const ASK_AGAIN: &str = "no-cache";

/// The fallback for paths without a route.
pub fn site(assets: &Arc<Assets>) -> Router {
    match &assets.place {
        AssetSource::Binary(_) => Router::new().fallback(embedded).with_state(Arc::clone(assets)),
        AssetSource::Folder(root) => {
            let cache = if assets.are_hashed() { FOR_EVER } else { ASK_AGAIN };
            let built = ServiceBuilder::new()
                .layer(SetResponseHeaderLayer::if_not_present(
                    header::CACHE_CONTROL,
                    HeaderValue::from_static(cache),
                ))
                .service(ServeDir::new(root.join("pkg")).precompressed_br().precompressed_gzip());
            let public = ServeDir::new(root)
                .precompressed_br()
                .precompressed_gzip()
                .append_index_html_on_directories(false);
            Router::new().nest_service("/pkg", built).fallback_service(public)
        }
    }
}

async fn embedded(
    State(assets): State<Arc<Assets>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let AssetSource::Binary(files) = &assets.place else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let path = percent_decode_str(uri.path().trim_start_matches('/')).decode_utf8();
    match path.ok().and_then(|path| files.get(&*path)) {
        Some(file) => answer(file, &method, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(file: &Embedded, method: &Method, headers: &HeaderMap) -> Response {
    let accepted: Vec<_> = headers.get_all(header::ACCEPT_ENCODING).iter().collect();
    let accepted: Vec<_> = accepted.iter().filter_map(|value| value.to_str().ok()).collect();
    let accepted = accepted.join(",");
    let chosen = file.compressed.iter().find(|(encoding, _)| encoding.is_accepted(&accepted));
    let (bytes, encoding) = match chosen {
        Some((encoding, bytes)) => (*bytes, Some(*encoding)),
        None => (file.plain, None),
    };
    let tag = tag_of(&file.digest, encoding);
    let mut response = Response::new(Body::empty());
    let answer = response.headers_mut();
    let cache = if file.is_hashed { FOR_EVER } else { FOR_AN_HOUR };
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if !file.compressed.is_empty() {
        answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    let is_known = is_known(headers, &tag);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(header::ETAG, tag);
    }
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    answer.insert(header::CONTENT_TYPE, file.content_type.clone());
    answer.insert(header::CONTENT_LENGTH, bytes.len().into());
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    if method == Method::GET {
        *response.body_mut() = Body::from(Bytes::from_static(bytes));
    }
    response
}

/// Each encoding of a file has a tag of its own, because strong tags identify bytes.
fn tag_of(digest: &str, encoding: Option<Encoding>) -> String {
    match encoding {
        Some(encoding) => format!("\"{digest}-{}\"", encoding.name()),
        None => format!("\"{digest}\""),
    }
}

/// Whether the client has these bytes already, by its `If-None-Match`.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = values.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','));
    tags.any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
    })
}

#[cfg(test)]
mod tests {
    use axum::{body::to_bytes, http::Request};
    use include_dir::{Dir, DirEntry, File};
    use tower::ServiceExt;

    use super::*;

    static PACKAGE: [DirEntry<'static>; 6] = [
        DirEntry::File(File::new("pkg/easel.AbC_-1.js", b"plain script")),
        DirEntry::File(File::new("pkg/easel.AbC_-1.js.br", b"br")),
        DirEntry::File(File::new("pkg/easel.AbC_-1.js.gz", b"gz")),
        DirEntry::File(File::new("pkg/easel.AbC_-1_bg.wasm", b"\0asm")),
        DirEntry::File(File::new("pkg/easel.Xy.css", b"a{}")),
        DirEntry::File(File::new("pkg/painter.Zz.js", b"script")),
    ];
    static ROOT: [DirEntry<'static>; 2] = [
        DirEntry::Dir(Dir::new("pkg", &PACKAGE)),
        DirEntry::File(File::new("favicon.svg", b"<svg/>")),
    ];
    static SITE: Dir<'static> = Dir::new("", &ROOT);

    async fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
        let assets = Arc::new(Assets::in_binary(&SITE));
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        site(&assets).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    fn head<'a>(answer: &'a Response, name: &str) -> &'a str {
        answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn the_page_names_what_was_built() {
        let assets = Assets::in_binary(&SITE);
        assert_eq!(assets.script_name(), "easel.AbC_-1");
        assert_eq!(assets.style_sheet(), "/pkg/easel.Xy.css");
        // One was built, the other is beside its source.
        assert_eq!(assets.painter().script, "/pkg/painter.Zz.js");
        assert_eq!(assets.painter().style, "/painter.css");
    }

    #[tokio::test]
    async fn the_smallest_form_is_sent_that_the_client_takes() {
        let path = "/pkg/easel.AbC_-1.js";
        for (accepted, encoding, bytes, tag) in [
            ("gzip, br", "br", "br", "\"AbC_-1-br\""),
            ("gzip", "gzip", "gz", "\"AbC_-1-gzip\""),
            ("br;q=0", "", "plain script", "\"AbC_-1\""),
        ] {
            let answer = ask("GET", path, &[("accept-encoding", accepted)]).await;
            assert_eq!(answer.status(), 200);
            assert_eq!(head(&answer, "content-encoding"), encoding);
            assert_eq!(head(&answer, "etag"), tag);
            assert_eq!(head(&answer, "vary"), "accept-encoding");
            assert_eq!(head(&answer, "content-type"), "text/javascript");
            assert_eq!(head(&answer, "cache-control"), FOR_EVER);
            assert_eq!(to_bytes(answer.into_body(), 99).await.unwrap(), bytes);
        }
    }

    #[tokio::test]
    async fn only_a_hashed_name_is_kept_for_ever() {
        for (path, kind, cache) in [
            ("/favicon.svg", "image/svg+xml", FOR_AN_HOUR),
            ("/pkg/easel.AbC_-1_bg.wasm", "application/wasm", FOR_EVER),
            ("/pkg/easel.Xy.css", "text/css", FOR_EVER),
            ("/pkg/painter.Zz.js", "text/javascript", FOR_EVER),
        ] {
            let answer = ask("GET", path, &[]).await;
            assert_eq!(head(&answer, "content-type"), kind);
            assert_eq!(head(&answer, "cache-control"), cache);
            assert_eq!(head(&answer, "vary"), "");
            let tag = head(&answer, "etag").to_owned();
            let known = ask("GET", path, &[("if-none-match", &format!("\"x\", W/{tag}"))]).await;
            assert_eq!((known.status().as_u16(), head(&known, "etag")), (304, tag.as_str()));
        }
    }

    #[tokio::test]
    async fn a_head_has_the_length_and_no_body() {
        let answer = ask("HEAD", "/favicon.svg", &[]).await;
        assert_eq!(head(&answer, "content-length"), "6");
        assert!(to_bytes(answer.into_body(), 99).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_found() {
        for path in ["/nothing", "/pkg", "/pkg/", "/favicon.svg/", "/pkg/../favicon.svg", "/%FF"] {
            assert_eq!(ask("GET", path, &[]).await.status(), 404, "{path}");
        }
        // Encoded forms of a file have no paths of their own.
        assert_eq!(ask("GET", "/pkg/easel.AbC_-1.js.br", &[]).await.status(), 404);
        assert_eq!(ask("GET", "/%66avicon.svg", &[]).await.status(), 200);
        let refused = ask("POST", "/favicon.svg", &[]).await;
        assert_eq!((refused.status().as_u16(), head(&refused, "allow")), (405, "GET, HEAD"));
    }
}
