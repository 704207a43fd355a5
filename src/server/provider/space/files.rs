//! Downloads the pictures and other files in an app's answer.

use std::borrow::Cow;

use bytes::Bytes;
use url::Url;

use super::{
    app::App,
    found::{ImageSource, encoded},
    http,
};
use crate::{
    generation::Image,
    server::{budget::Held, fault::Fault, picture},
};

/// The URL of a file of the app, built from its path, which works behind every proxy. `None` for
/// paths that would lead to another of its routes.
fn file_url(app: &App, path: &str) -> Option<Url> {
    if path.split(['/', '\\']).any(|step| step == "..") {
        return None;
    }
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    Some(app.route(&format!("/file={encoded}")))
}

/// A downloaded file.
pub enum FetchedFile {
    Image(Image),
    File(Bytes),
}

/// Downloads a picture of at most `limit` bytes.
///
/// # Errors
///
/// As [`fetch`], and `BadAnswer` when it is not a picture.
pub async fn fetch_image(
    app: &App,
    place: &ImageSource,
    limit: usize,
) -> Result<Held<Image>, Fault> {
    let Held { value, share } = fetch(app, place, limit).await?;
    match value {
        FetchedFile::Image(value) => Ok(Held { value, share }),
        FetchedFile::File(bytes) => Err(Fault::BadAnswer { detail: picture::first_words(&bytes) }),
    }
}

/// Downloads a picture, or another file, of at most `limit` bytes.
///
/// # Errors
///
/// [`Fault::NotAllowed`] before any packet leaves, `Expired` when the app no longer has it,
/// `BadAnswer` when it is too large, or neither a picture nor a file of the app's own.
pub async fn fetch(
    app: &App,
    place: &ImageSource,
    limit: usize,
) -> Result<Held<FetchedFile>, Fault> {
    let guard = &app.http().network().guard;
    let data = match place {
        ImageSource::Base64(data) => Some(Cow::Borrowed(data.as_str())),
        ImageSource::Address(address) => encoded::base64_of(address),
        ImageSource::Path(_) => None,
    };
    if let Some(data) = data {
        if data.len() / 4 * 3 > limit + 3 {
            return Err(Fault::BadAnswer { detail: "too large a file".to_owned() });
        }
        let bytes = encoded::decode(&data)
            .ok_or_else(|| Fault::BadAnswer { detail: "a file in broken base64".to_owned() })?;
        // The answer that contains it has reserved memory for it.
        return Ok(Held { value: told_apart(bytes), share: guard.budget().share(0) });
    }
    let url = match place {
        ImageSource::Base64(_) => return Err(Fault::Internal),
        ImageSource::Path(path) => file_url(app, path)
            .ok_or_else(|| Fault::BadAnswer { detail: "a file at an odd path".to_owned() })?,
        ImageSource::Address(address) => {
            let url = address_of(app, address).ok_or_else(|| Fault::BadAnswer {
                detail: "a file without an address".to_owned(),
            })?;
            match proxied(app, &url) {
                Some(own) => own,
                // On another origin: neither cookies nor token are sent there.
                None if url.origin() != app.base().origin() => {
                    let Held { value, share } = guard.download_image_within(&url, limit).await?;
                    return Ok(Held { value: FetchedFile::Image(value), share });
                }
                None => url,
            }
        }
    };
    let (response, url) = app.http().get(&url).await?;
    // Other content at the app's origin is not for everybody to read.
    let is_its_own =
        matches!(place, ImageSource::Path(_)) || url.path().starts_with(app.route("/file=").path());
    match response.status().as_u16() {
        200 => {
            let bytes = app.http().body(response, limit).await?;
            bytes.try_map(|bytes| match told_apart(bytes) {
                FetchedFile::File(_) if !is_its_own => Err(Fault::BadAnswer {
                    detail: "what is at the picture's address is not a picture".to_owned(),
                }),
                fetched => Ok(fetched),
            })
        }
        403 | 404 | 410 => {
            Err(Fault::Expired { detail: "the app no longer has the file".to_owned() })
        }
        _ if is_its_own => Err(http::failure(response, &url).await),
        _ => Err(http::failure_of_stranger(response, &url).await),
    }
}

/// Whether a URL in a text is one of the app itself.
pub fn is_own(app: &App, place: &ImageSource) -> bool {
    match place {
        ImageSource::Address(address) => {
            address_of(app, address).is_some_and(|url| url.origin() == app.base().origin())
        }
        ImageSource::Path(_) | ImageSource::Base64(_) => true,
    }
}

fn address_of(app: &App, address: &str) -> Option<Url> {
    // Without a trailing slash, `join` would drop the last part of the base.
    let base = format!("{}/", app.base().as_str().trim_end_matches('/')).parse::<Url>().ok()?;
    address.parse().or_else(|_| base.join(address)).ok()
}

fn told_apart(bytes: Vec<u8>) -> FetchedFile {
    match picture::try_recognise(bytes) {
        Ok(image) => FetchedFile::Image(image),
        Err(bytes) => FetchedFile::File(bytes.into()),
    }
}

/// A file that the app proxies from another one, by the app's own URL.
fn proxied(app: &App, url: &Url) -> Option<Url> {
    let (_, rest) = url.path().split_once("/proxy=")?;
    Some(app.route(&format!("/proxy={rest}")))
}
