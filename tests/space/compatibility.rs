//! The table in docs/compatibility.md, compared with the behaviour of real servers: by default of
//! the newest and the oldest release, with `--include-ignored` of those between them too. With
//! `EASEL_WRITE_DOCS` in the environment, a test writes the column of its release instead.

mod rows;

use std::{path::PathBuf, sync::Mutex};

use easel::{
    generation::{FileReference, InputValue, Mask},
    server::{
        fault::Fault,
        picture,
        provider::{Answer, InputFile, Provider, space::SpaceProvider},
    },
};

use self::rows::{ROWS, Row, Value};
use crate::{
    fixture::{RecordedUpdates, job, provider, within},
    server::Server,
};

const RELEASES: [&str; 4] = ["3.50.2", "4.44.1", "5.50.0", "6.31.0"];
const WORKS: &str = "works";
const SAYS_WHY_NOT: &str = "says why not";
/// The release lacks the feature, or needs more than Gradio itself for it.
const ABSENT: &str = "–";

/// Locked while the table is read or written.
static TABLE: Mutex<()> = Mutex::new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_release_does_what_the_table_says() {
    compare("6.31.0").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "slow"]
async fn release_5_does_what_the_table_says() {
    compare("5.50.0").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "slow"]
async fn release_4_does_what_the_table_says() {
    compare("4.44.1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_release_does_what_the_table_says() {
    compare("3.50.2").await;
}

async fn compare(release: &'static str) {
    let server = Server::get(release, "features").await;
    let provider = provider(&server.address(), &[]);
    let (mut cells, mut wrong) = (Vec::new(), Vec::new());
    for row in ROWS {
        match cell(&provider, &server, row).await {
            Ok(cell) => cells.push(cell),
            Err(why) => {
                wrong.push(format!("{}: {why}", row.name));
                cells.push("wrong");
            }
        }
    }
    if release != "3.50.2" {
        let drawn = drawn(release).await;
        cells.push(drawn);
    } else {
        cells.push(ABSENT);
    }
    assert!(wrong.is_empty(), "Gradio {release}:\n{}", wrong.join("\n"));

    let _table = TABLE.lock().unwrap();
    let column = RELEASES.iter().position(|one| *one == release).unwrap();
    let (page, mut table) = read();
    let told: Vec<_> = table.iter().map(|cells| cells[column].clone()).collect();
    if std::env::var_os("EASEL_WRITE_DOCS").is_some() {
        for (cells_of_row, cell) in table.iter_mut().zip(&cells) {
            cells_of_row[column] = (*cell).to_owned();
        }
        write(&page, &table);
    } else {
        let names = ROWS.iter().map(|row| row.title).chain([DRAWN]);
        for ((name, told), cell) in names.zip(&told).zip(&cells) {
            assert_eq!(told, cell, "docs/compatibility.md, “{name}”, Gradio {release}");
        }
        assert_eq!(told.len(), cells.len());
    }
}

/// The table's text for what an endpoint does.
async fn cell(
    provider: &SpaceProvider,
    server: &Server,
    row: &Row,
) -> Result<&'static str, String> {
    let reference = format!("space:{}#/{}", server.address(), row.name);
    let described = match provider.describe(&reference.parse().unwrap()).await {
        Ok(described) => described,
        Err(Fault::ModelNotFound { .. }) => return Ok(ABSENT),
        Err(error) => return Err(format!("{error:?}")),
    };
    let mut asked = job(&reference, "a fox", &[]);
    if let Some(value) = &row.value {
        let field = described.schema.fields.get(row.field).ok_or("there is no field")?;
        let value = match value {
            Value::Text(text) => InputValue::Text((*text).to_owned()),
            Value::Number(number) => InputValue::Number(*number),
            Value::Whole(number) => InputValue::Integer(*number),
            Value::Flag => InputValue::Boolean(true),
            Value::Texts(text) => InputValue::List(vec![InputValue::Text((*text).to_owned())]),
            Value::Json(json) => InputValue::Json((*json).to_owned()),
            Value::File(..) | Value::Files(..) | Value::Named(_) => {
                let (bytes, kind, name) = match value {
                    Value::File(bytes, kind) | Value::Files(bytes, kind) => {
                        (*bytes, *kind, format!("given.{}", kind.rsplit('/').next().unwrap()))
                    }
                    Value::Named(name) => {
                        (b"hello".as_slice(), "application/octet-stream", (*name).to_owned())
                    }
                    _ => unreachable!(),
                };
                let digest = picture::digest(bytes);
                let (content_type, name) = (kind.to_owned(), Some(name));
                let stored = InputFile { bytes: bytes.into(), content_type, name };
                asked.files.insert(digest.clone(), stored);
                let file = InputValue::File(FileReference::Stored(digest));
                match value {
                    Value::Files(..) => InputValue::List(vec![file]),
                    _ => file,
                }
            }
        };
        let problems = described.schema.check(&[(field.name.clone(), value.clone())].into());
        if !problems.is_empty() {
            return Err(format!("the form does not take it: {problems:?}"));
        }
        let fields = &described.schema.fields;
        let is_over = |mask: &Mask| mask.over.as_ref() == Some(&field.name);
        let mask = fields.iter().find(|one| one.mask.as_ref().is_some_and(is_over));
        asked.request.inputs.extend(mask.map(|mask| (mask.name.clone(), value.clone())));
        asked.request.inputs.insert(field.name.clone(), value);
    }
    let (_, updates) = RecordedUpdates::updates();
    let answer = within(60, provider.generate(asked, updates)).await;
    let warned = !described.notices.is_empty();
    match answer {
        Ok(Answer::Images { images, files, outputs, facts }) => {
            let words: Vec<_> = outputs
                .iter()
                .map(|output| output.words().to_owned())
                .chain(facts.into_iter().map(|fact| fact.value))
                .collect();
            let has_words = row.words.is_empty() || words.iter().any(|one| one.contains(row.words));
            let sizes: Vec<_> = images.iter().map(|image| (image.width, image.height)).collect();
            match (has_words, sizes.len(), files.len()) == (true, row.pictures, row.files) {
                true if row.is_warned && warned => Ok(SAYS_WHY_NOT),
                true if !row.is_warned => Ok(WORKS),
                false if warned => Ok(SAYS_WHY_NOT),
                _ => Err(format!("{sizes:?}, {} files, {words:?}", files.len())),
            }
        }
        Err(error) if row.fails => match error.to_string() == row.words {
            true => Ok(WORKS),
            false => Err(format!("{error:?}")),
        },
        Err(_) if warned => Ok(SAYS_WHY_NOT),
        other => Err(format!("{other:?}")),
    }
}

const DRAWN: &str = "`gr.render`: parts of the page that are drawn while it is used";

/// An app that draws its form itself is reported as such, and its other endpoints work.
async fn drawn(release: &'static str) -> &'static str {
    let server = Server::get(release, "drawn").await;
    let provider = provider(&server.address(), &[]);
    let reference = format!("space:{}", server.address());
    let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
    assert!(described.notices[0].contains("draws a part of its form"), "{described:?}");
    let (_, updates) = RecordedUpdates::updates();
    let answer = within(60, provider.generate(job(&reference, "a fox", &[]), updates)).await;
    assert!(matches!(answer, Ok(Answer::Images { .. })), "{answer:?}");
    SAYS_WHY_NOT
}

fn path() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/compatibility.md"))
}

/// The page, and the cells of its table without the first column.
fn read() -> (String, Vec<Vec<String>>) {
    let page = std::fs::read_to_string(path()).unwrap();
    let table = page.lines().filter(|line| line.starts_with("| ")).skip(1);
    let cells = |line: &str| -> (String, Vec<String>) {
        let mut cells = line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned());
        (cells.next().unwrap(), cells.collect())
    };
    let known: std::collections::HashMap<_, _> = table.map(cells).collect();
    let unknown = || vec!["?".to_owned(); RELEASES.len()];
    let names = ROWS.iter().map(|row| row.title).chain([DRAWN]);
    let rows = names.map(|name| known.get(name).cloned().unwrap_or_else(unknown)).collect();
    (page, rows)
}

fn write(page: &str, table: &[Vec<String>]) {
    let start = page.find("| Component or feature").unwrap();
    let after = page[start..].find("\n\n").map_or(page.len(), |end| start + end);
    let head = "| Component or feature | 3.50 | 4.44 | 5.50 | 6.31 |\n| - | - | - | - | - |";
    let names = ROWS.iter().map(|row| row.title).chain([DRAWN]);
    let rows: Vec<_> = names
        .zip(table)
        .map(|(name, cells)| format!("| {name} | {} |", cells.join(" | ")))
        .collect();
    let page = format!("{}{head}\n{}{}", &page[..start], rows.join("\n"), &page[after..]);
    std::fs::write(path(), page).unwrap();
}
