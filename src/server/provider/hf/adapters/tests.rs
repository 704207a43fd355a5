//! Table tests of the request to each provider and its answers.

mod jobs;
mod requests;

use super::*;

fn params() -> Params {
    Params { seed: 7, ..Params::default() }
}
