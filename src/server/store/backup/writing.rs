//! Writes JSON Lines.

use serde::Serialize;
use tokio::io::{AsyncWriteExt, BufWriter};

use crate::server::store::StoreError;

pub(super) async fn write_line(
    out: &mut BufWriter<tokio::fs::File>,
    line: &impl Serialize,
) -> Result<(), StoreError> {
    let mut line = serde_json::to_vec(line)?;
    line.push(b'\n');
    out.write_all(&line).await?;
    Ok(())
}
