//! Downloads files from URLs in responses.

use std::time::Duration;

use reqwest::Response;
use url::Url;

use super::Guard;
use crate::{
    generation::Image,
    server::{budget::Held, fault::Fault, picture},
};

const MAX_REDIRECTS: usize = 3;
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(120);

impl Guard {
    /// Downloads an image without any credentials, following at most three redirects, each of them
    /// checked. The text of anything else is not shown: a URL in a response must not make this
    /// server reveal what only it can reach.
    ///
    /// # Errors
    ///
    /// Refused URLs, network failures, more than 32 MiB, or bytes that are not an image.
    pub async fn download_image(&self, url: &Url) -> Result<Held<Image>, Fault> {
        self.download_image_within(url, picture::MAX_IMAGE_BYTES).await
    }

    /// Like [`download_image`](Self::download_image), of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// As [`download_image`](Self::download_image).
    pub async fn download_image_within(
        &self,
        url: &Url,
        limit: usize,
    ) -> Result<Held<Image>, Fault> {
        let host = url.host_str().unwrap_or_default();
        let bytes = self.download(url, limit).await?;
        bytes.try_map(picture::recognise).map_err(|_| Fault::BadAnswer {
            detail: format!("what {host} has at the picture's address is not a picture"),
        })
    }

    /// Like [`download_image_within`](Self::download_image_within), for any bytes. Callers must not
    /// show text in them.
    ///
    /// # Errors
    ///
    /// As [`download_image`](Self::download_image).
    pub async fn download(&self, url: &Url, limit: usize) -> Result<Held<Vec<u8>>, Fault> {
        let host = url.host_str().unwrap_or_default();
        let download = async {
            let response = self.get(url.clone()).await?;
            let status = response.status();
            // The file may be available when its host has recovered.
            if status.is_server_error() || status.as_u16() == 429 {
                let detail = format!("{host} answered {status} for the picture");
                return Err(Fault::Unknown { detail });
            }
            if matches!(status.as_u16(), 404 | 410) {
                let detail = format!("{host} answered {status} for the picture");
                return Err(Fault::Expired { detail });
            }
            if !status.is_success() {
                let detail = format!("{host} answered {status} for the picture");
                return Err(Fault::BadAnswer { detail });
            }
            self.read(response, limit).await
        };
        tokio::time::timeout(DOWNLOAD_TIMEOUT, download).await.unwrap_or_else(|_| {
            Err(Fault::Timeout { detail: "the picture could not be downloaded".to_owned() })
        })
    }

    async fn get(&self, mut url: Url) -> Result<Response, Fault> {
        for _ in 0..=MAX_REDIRECTS {
            let response = self
                .client_for(&url)?
                .get(url.clone())
                .send()
                .await
                .map_err(|error| self.unreachable(&url, &error))?;
            if !response.status().is_redirection() {
                return Ok(response);
            }
            let location = response.headers().get(reqwest::header::LOCATION);
            url = location
                .and_then(|location| location.to_str().ok())
                .and_then(|location| url.join(location).ok())
                .ok_or_else(|| Fault::BadAnswer { detail: "a redirect to nowhere".to_owned() })?;
        }
        Err(Fault::BadAnswer { detail: "too many redirects".to_owned() })
    }
}
