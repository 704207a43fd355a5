//! Why an uploaded file is refused, in the language of the person.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{
    language::text,
    server::{picture::NotAccepted, store::NoRoom},
};

/// Why a file is refused.
#[derive(Clone, Copy, Debug)]
pub enum UploadRefusal {
    /// The request is no form with a file.
    NoFile,
    Empty,
    /// Its end did not arrive.
    Cut,
    /// It arrived as it is, but without its end.
    Truncated,
    TooLarge,
    /// A file of a session whose cookie is not stored would belong to nobody.
    NoCookie,
    ManyUploads,
    ManyPictures,
    NoRoom(NoRoom),
    /// Location and author cannot be removed from it.
    Personal,
    NotAccepted(NotAccepted),
}

impl UploadRefusal {
    fn status(self) -> StatusCode {
        match self {
            Self::NoFile | Self::Empty | Self::Cut => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoCookie => StatusCode::FORBIDDEN,
            Self::ManyUploads | Self::ManyPictures => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoRoom(_) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Truncated | Self::Personal => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotAccepted(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    /// One or more sentences: what is wrong with the file, and what to do.
    pub fn words(self) -> String {
        match self {
            Self::NoFile => text!("upload-no-file"),
            Self::Empty => text!("upload-empty"),
            Self::Cut | Self::Truncated => text!("upload-cut"),
            Self::TooLarge => text!("upload-too-large"),
            Self::NoCookie => text!("upload-no-cookie"),
            Self::ManyUploads => text!("upload-many"),
            Self::ManyPictures => text!("upload-many-pictures"),
            Self::NoRoom(NoRoom { free, floor }) => {
                text!("upload-no-room", free = free / MB, floor = floor / MB)
            }
            Self::Personal => text!("upload-personal"),
            Self::NotAccepted(NotAccepted::Heic) => text!("upload-heic"),
            Self::NotAccepted(NotAccepted::Uncommon(kind)) => {
                text!("upload-uncommon", kind = kind)
            }
            Self::NotAccepted(NotAccepted::NoPicture) => text!("upload-no-picture"),
        }
    }
}

impl IntoResponse for UploadRefusal {
    fn into_response(self) -> Response {
        (self.status(), self.words()).into_response()
    }
}

const MB: u64 = 1024 * 1024;
