//! User and password of Gradio apps that need a login.

use url::Url;

use super::{
    ConfigError, Secret, error,
    values::{list, parse_origin},
};

/// A login of one Gradio app.
#[derive(Clone, Debug)]
pub struct SpaceLogin {
    pub origin: Url,
    pub user: String,
    pub password: Secret,
}

/// Parses `https://host user password`, comma-separated.
pub(super) fn parse_logins(value: &str) -> Result<Vec<SpaceLogin>, ConfigError> {
    list(value)
        .map(|entry| {
            let mut parts = entry.splitn(3, char::is_whitespace);
            match (parts.next(), parts.next(), parts.next()) {
                (Some(origin), Some(user), Some(password)) => Ok(SpaceLogin {
                    origin: parse_origin("EASEL_SPACE_LOGINS", origin)?,
                    user: user.to_owned(),
                    password: Secret::new(password.trim()),
                }),
                _ => Err(error(
                    "EASEL_SPACE_LOGINS",
                    "must hold entries of the form: https://host user password",
                )),
            }
        })
        .collect()
}
