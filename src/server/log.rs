//! Logging: one line for each event, whatever texts it contains.

pub mod traces;

use std::{
    fmt::{self, Write},
    io::IsTerminal,
};

use tracing_subscriber::{
    EnvFilter, Layer,
    field::MakeExt,
    fmt::{
        FormatFields,
        format::{Writer, debug_fn},
    },
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use self::traces::Traces;
use super::redact;

/// `EASEL_LOG`: how lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one object of JSON on each line.
    Json,
}

/// Starts logging to the standard output, and sends traces where they are configured.
pub fn start(format: LogFormat) -> Traces {
    let filter = EnvFilter::try_from_env("RUST_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let traces = Traces::from_environment();
    let all = tracing_subscriber::registry().with(traces.layer());
    let lines = tracing_subscriber::fmt::layer();
    match format {
        LogFormat::Json => all.with(lines.json().with_filter(filter)).init(),
        LogFormat::Text => {
            let is_terminal = std::io::stdout().is_terminal();
            let lines = lines.with_ansi(is_terminal).fmt_fields(plain_fields());
            all.with(lines.with_filter(filter)).init();
        }
    }
    traces
}

/// Writes fields as usual, but escapes characters that could end a line or control a terminal, so
/// that code may log texts from outside.
fn plain_fields() -> impl for<'writer> FormatFields<'writer> + 'static {
    debug_fn(|writer: &mut Writer<'_>, field, value| {
        if field.name() == "message" {
            write!(Plain(writer), "{value:?}")
        } else {
            write!(writer, "{}=", field.name())?;
            write!(Plain(writer), "{value:?}")
        }
    })
    .delimited(" ")
}

/// Escapes characters that are not plain.
struct Plain<'a, 'w>(&'a mut Writer<'w>);

impl Write for Plain<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            if letter.is_control() || redact::turns_text(letter) {
                write!(self.0, "{}", letter.escape_default())?;
            } else {
                self.0.write_char(letter)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{io, sync::Arc};

    use parking_lot::Mutex;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn no_word_from_outside_makes_a_line_of_its_own() {
        let written = Written::default();
        let writer = written.clone();
        let lines = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .fmt_fields(plain_fields())
            .finish();
        let forged = "x\n2026-01-01T00:00:00Z ERROR easel: all is lost \x1b[2J\u{202e}\u{9b}";
        tracing::subscriber::with_default(lines, || {
            let _span = tracing::info_span!("request", path = forged, model = %forged).entered();
            tracing::info!(text = forged, shown = %forged, seen = ?forged, "said {forged}");
            tracing::info!("next");
        });
        let written = String::from_utf8(written.0.lock().clone()).unwrap();
        assert_eq!(written.lines().count(), 2, "{written}");
        let is_plain = |letter: char| letter == '\n' || !letter.is_control();
        assert!(written.chars().all(is_plain) && !written.contains('\u{202e}'), "{written:?}");
        assert!(written.contains(r"shown=x\n2026-01-01T00:00:00Z"), "{written}");
    }
}
