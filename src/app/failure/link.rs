//! The page that helps with an error: its URL, and the text of the link.

use crate::{
    error::{GenerateError, IMAGE_SERVERS, SPACE_LOGINS},
    language::text,
};

/// The page where dedicated endpoints of Hugging Face are paused and resumed.
const ENDPOINTS_PAGE: &str = "https://endpoints.huggingface.co/";

/// A page that helps, as (text, URL).
pub fn link(error: &GenerateError) -> Option<(String, String)> {
    let link = match error {
        // The password of an app or the key of a server comes from its operator, who has no known
        // page.
        GenerateError::BadKey { variable, .. }
        | GenerateError::MissingKey { variable, .. }
        | GenerateError::NotPermitted { variable, .. }
            if variable == SPACE_LOGINS || variable == IMAGE_SERVERS =>
        {
            return None;
        }
        GenerateError::BadKey { provider, .. }
        | GenerateError::MissingKey { provider, .. }
        | GenerateError::NotPermitted { provider, .. } => {
            let keys = provider.keys()?;
            (text!("error-link-key", provider = keys.owner), keys.make.to_owned())
        }
        GenerateError::NoCredit { provider, .. } => {
            let keys = provider.keys()?;
            (text!("error-link-billing", provider = keys.owner), keys.billing.to_owned())
        }
        GenerateError::EndpointOff { .. } => {
            (text!("error-link-endpoints"), ENDPOINTS_PAGE.to_owned())
        }
        GenerateError::NotSignedIn => (text!("people-sign-in"), "/sign-in".to_owned()),
        GenerateError::GatedModel { page, .. } => (text!("error-link-licence"), page.clone()),
        GenerateError::Paused { page, .. } => (text!("error-link-page"), page.clone()),
        _ => return None,
    };
    Some(link)
}
