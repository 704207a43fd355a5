//! Splits an event stream into its messages.
//!
//! Frames of Gradio and of OpenAI are `data: {json}` lines ended by an empty line. Lines end with
//! LF only: payloads hold other line separators as raw UTF-8. Memory is bounded by the largest
//! frame.
//!
//! Crates for this format, such as `eventsource-stream`, end lines at CR too, which the standard
//! allows but these servers never send, and buffer a frame of any size.

use bytes::{Bytes, BytesMut};

/// The largest message: a few pictures in base64.
pub const MAX_FRAME_BYTES: usize = 48 * 1024 * 1024;

/// A message is larger than [`MAX_FRAME_BYTES`].
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong;

/// Received bytes that are not a whole line yet.
#[derive(Default)]
pub struct Frames {
    buffer: BytesMut,
    /// There is no LF before this position, so that a long line is searched only once.
    searched: usize,
}

impl Frames {
    /// The number of bytes that wait for the end of their line.
    pub fn len(&self) -> usize {
        self.buffer.len()
    }

    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
    }

    /// The payload of the next `data` line. These servers never spread a message over several
    /// lines.
    ///
    /// # Errors
    ///
    /// [`TooLong`]; the rest of the stream is then unusable.
    pub fn next(&mut self) -> Result<Option<Bytes>, TooLong> {
        loop {
            let Some(end) = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n')
            else {
                self.searched = self.buffer.len();
                return if self.searched > MAX_FRAME_BYTES { Err(TooLong) } else { Ok(None) };
            };
            let mut line = self.buffer.split_to(self.searched + end + 1).freeze();
            self.searched = 0;
            line.truncate(line.len() - 1);
            if line.len() > MAX_FRAME_BYTES {
                return Err(TooLong);
            }
            if line.starts_with(b"data:") {
                let start = if line.get(5) == Some(&b' ') { 6 } else { 5 };
                return Ok(Some(line.slice(start..)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(frames: &mut Frames) -> Vec<String> {
        std::iter::from_fn(|| frames.next().unwrap())
            .map(|frame| String::from_utf8(frame.to_vec()).unwrap())
            .collect()
    }

    #[test]
    fn chunks_may_break_anywhere() {
        let stream = "data: {\"a\":\"é\u{85}\u{2028}\"}\n\n: comment\nevent: x\ndata:2\n\n";
        let mut frames = Frames::default();
        let mut found = Vec::new();
        for byte in stream.as_bytes() {
            frames.push(&[*byte]);
            found.extend(all(&mut frames));
        }
        assert_eq!(found, ["{\"a\":\"é\u{85}\u{2028}\"}", "2"]);
    }

    #[test]
    fn a_line_of_ten_megabytes_is_one_message() {
        let mut frames = Frames::default();
        frames.push(b"data: ");
        for _ in 0..160 {
            frames.push(&[b'x'; 65_536]);
            assert_eq!(frames.next(), Ok(None));
        }
        frames.push(b"\n\n");
        assert_eq!(frames.next().unwrap().unwrap().len(), 160 * 65_536);
    }

    #[test]
    fn a_line_without_end_is_given_up() {
        let mut frames = Frames::default();
        let chunk = vec![b'x'; 1 << 20];
        let mut kept = 0;
        while frames.next() == Ok(None) {
            frames.push(&chunk);
            kept += chunk.len();
        }
        assert!(kept <= MAX_FRAME_BYTES + chunk.len());
    }
}
