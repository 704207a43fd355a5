//! Fetches the pictures that an app answered.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use url::Url;

use super::{client::App, found::Place, http};
use crate::{
    error::GenerateError,
    generation::Image,
    server::{budget::Held, picture},
};

/// The address of a file of the app: from its path, which holds behind every proxy. `None` for
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

/// Fetches a picture of at most `limit` bytes.
///
/// # Errors
///
/// [`GenerateError::NotAllowed`] before any packet leaves, `Expired` when the app has it no
/// more, `BadAnswer` when it is none.
pub async fn fetch(app: &App, place: &Place, limit: usize) -> Result<Held<Image>, GenerateError> {
    let guard = &app.http().network().guard;
    let url = match place {
        Place::Base64(data) => {
            if data.len() / 4 * 3 > limit + 3 {
                return Err(GenerateError::BadAnswer { detail: "too large a picture".to_owned() });
            }
            let bytes = BASE64_STANDARD.decode(data.trim()).map_err(|_| {
                GenerateError::BadAnswer { detail: "a picture in broken base64".to_owned() }
            })?;
            // The answer that it is part of has room for it.
            let share = guard.budget().share(0);
            return picture::recognise(bytes).map(|image| Held { value: image, share });
        }
        Place::Path(path) => file_url(app, path).ok_or_else(|| GenerateError::BadAnswer {
            detail: "a picture at an odd path".to_owned(),
        })?,
        Place::Address(address) => {
            let url = address.parse().or_else(|_| app.base().join(address)).map_err(|_| {
                GenerateError::BadAnswer { detail: "a picture without an address".to_owned() }
            })?;
            match proxied(app, &url) {
                Some(own) => own,
                // Elsewhere: neither cookies nor token go there.
                None if url.origin() != app.base().origin() => {
                    return guard.download_image_within(&url, limit).await;
                }
                None => url,
            }
        }
    };
    let (response, url) = app.http().get(&url).await?;
    // What lies beside the app at the same origin is not for everybody to read.
    let is_its_own = matches!(place, Place::Path(_));
    match response.status().as_u16() {
        200 => {
            let bytes = app.http().body(response, limit).await?;
            bytes.try_map(picture::recognise).map_err(|error| match is_its_own {
                true => error,
                false => GenerateError::BadAnswer {
                    detail: "what is at the picture's address is no picture".to_owned(),
                },
            })
        }
        403 | 404 | 410 => {
            Err(GenerateError::Expired { detail: "the app no longer has the picture".to_owned() })
        }
        _ if is_its_own => Err(http::failure(response, &url).await),
        _ => Err(http::failure_of_stranger(response, &url).await),
    }
}

/// A file that the app passes on from another one, by the app's own address.
fn proxied(app: &App, url: &Url) -> Option<Url> {
    let (_, rest) = url.path().split_once("/proxy=")?;
    Some(app.route(&format!("/proxy={rest}")))
}
