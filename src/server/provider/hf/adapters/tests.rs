//! Tables of what each provider is sent and answers.

mod jobs;
mod requests;

use super::*;

fn params() -> Params {
    Params { seed: 7, ..Params::default() }
}
