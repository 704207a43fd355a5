//! The final checks: nothing is lost, nothing is incomplete, nothing ran twice.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    pin::pin,
    time::{Duration, Instant},
};

use easel::{
    error::{Billed, GenerateError},
    generation::PageOutcome,
    server::picture,
};
use futures::{StreamExt, stream};
use sqlx::Row;
use tokio::time::sleep;

use crate::{
    fleet::Fleet,
    page::{Answer, whole_pictures},
    server::Server,
    upstream::{Asked, Kind, Upstreams},
    visitor::VisitRecord,
};

/// Longer than a server takes to notice a row that it holds but does not run.
const STRAYS_TIMEOUT: Duration = Duration::from_secs(60);

/// Longer than a server on a busy machine takes to report an ended generation.
const TELLING_TIMEOUT: Duration = Duration::from_secs(120);

/// How many generations are called again in parallel.
const AT_ONCE: usize = 16;

/// How the generations of one kind ended.
#[derive(Debug, Default)]
pub struct Ends {
    pub done: usize,
    pub interrupted: usize,
    pub cancelled: usize,
    pub refused: usize,
    pub other: usize,
}

/// Which outcomes are acceptable.
#[derive(Clone, Copy, PartialEq)]
pub enum Strictness {
    /// Servers were killed, and nothing else failed.
    OnlyKills,
    /// Database and store also failed at times.
    Trouble,
}

/// Checks everything and stops the servers. Panics with all findings.
pub async fn reckon(
    fleet: Fleet,
    upstreams: &Upstreams,
    heard: Vec<VisitRecord>,
    strictness: Strictness,
) -> BTreeMap<Kind, Ends> {
    let mut wrong = Vec::new();
    let asked = upstreams.asked();
    let address = fleet.addresses().borrow()[0].clone();
    let mut ends = BTreeMap::<Kind, Ends>::new();
    for heard in &heard {
        let asked = asked.get(&heard.request.prompt).copied().unwrap_or_default();
        ends.entry(heard.kind).or_default().count(&heard.end);
        wrong.extend(
            contradictions(heard, asked, strictness)
                .into_iter()
                .map(|what| format!("{} ({}): {what}", heard.id, heard.kind)),
        );
    }
    // After the last restart each call returns the same result as before, byte for byte. A refused
    // one would start now, so it is left out.
    let over = heard.iter().filter(|heard| !is_refused(&heard.end));
    let told_again = stream::iter(over)
        .map(async |heard| (heard, again(heard, &address).await))
        .buffer_unordered(AT_ONCE);
    let mut told_again = pin!(told_again);
    while let Some((heard, again)) = told_again.next().await {
        if again != heard.end {
            let (id, kind, end) = (&heard.id, heard.kind, &heard.end);
            wrong.push(format!("{id} ({kind}): was told as {end:?} and now as {again:?}"));
        }
    }

    // A row whose insert got no response because of a broken connection is not run by anybody: its
    // server ends it after a few checks.
    let patience = Instant::now() + STRAYS_TIMEOUT;
    while !unended(&fleet).await.is_empty() && Instant::now() < patience {
        sleep(Duration::from_millis(500)).await;
    }
    let (folder, variables) = (fleet.folder().to_owned(), fleet.variables().to_vec());
    fleet.stop().await;
    wrong.extend(wrong_rows(&folder, &variables, &heard).await);
    wrong.extend(half_files(&folder));
    let (well, said) = Server::command_with(&folder, &variables, &["check"]).await;
    if !well {
        wrong.push(format!("easel check: {said}"));
    }
    let shown = wrong.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} things are wrong:\n{shown}", wrong.len());
    ends
}

/// Calls once more: as soon as the rate limit allows it, and again while the result is `Running`.
/// All but two parallel calls of one page return that after 300 ms, even if the generation has
/// ended and only its row was not read yet.
async fn again(heard: &VisitRecord, address: &str) -> Result<Vec<String>, GenerateError> {
    let until = Instant::now() + TELLING_TIMEOUT;
    loop {
        match heard.page.generate(address, &heard.id, &heard.request).await {
            Answer::Good(PageOutcome::Running) if Instant::now() < until => {}
            Answer::Good(outcome) => return Ok(whole_pictures(&outcome)),
            Answer::Later(seconds) => sleep(Duration::from_secs(seconds.into())).await,
            Answer::Bad(error) => return Err(error),
            Answer::Lost => panic!("the server does not answer"),
        }
    }
}

/// Contradictions between the caller's view and the upstream's.
fn contradictions(heard: &VisitRecord, asked: Asked, strictness: Strictness) -> Vec<String> {
    let mut wrong = Vec::new();
    if asked.runs > 1 {
        wrong.push(format!("ran {} times upstream", asked.runs));
    }
    if asked.runs + asked.loading > heard.kind.most_attempts() {
        wrong.push(format!("too many attempts upstream: {asked:?}"));
    }
    let has_run = asked.runs > 0;
    match &heard.end {
        Ok(_) if heard.kind != Kind::Demo && !has_run => {
            wrong.push("is done but never ran upstream".to_owned());
        }
        Ok(_) => {}
        Err(GenerateError::Cancelled) if heard.cancelled => {}
        Err(_) if is_refused(&heard.end) => {
            if has_run {
                wrong.push(format!("ran upstream but was refused: {:?}", heard.end));
            }
        }
        Err(error) => {
            let is_honest = match strictness {
                Strictness::OnlyKills => matches!(error, GenerateError::Interrupted { .. }),
                Strictness::Trouble => true,
            };
            if !is_honest {
                wrong.push(format!("ended as {error:?}"));
            }
            let costs = !matches!(heard.kind, Kind::Demo | Kind::Gradio);
            if has_run && costs && error.billed() == Billed::No {
                wrong.push(format!("ran upstream, but is told as not billed: {error:?}"));
            }
            let may_be_billed = GenerateError::Interrupted { may_be_billed: true };
            // With a token of Hugging Face, an app may use up some of what its owner has.
            if heard.kind == Kind::Demo && *error == may_be_billed {
                wrong.push(format!("cost nothing, but is told as billed: {error:?}"));
            }
            // Its predictions can be found again, whenever the server was killed.
            if heard.kind == Kind::Replicate && asked.succeeded > 0 {
                wrong.push(format!("succeeded upstream and is lost: {error:?}"));
            }
        }
    }
    wrong
}

/// True for a refusal before anything started. It leaves no row, or one that has ended.
fn is_refused(end: &Result<Vec<String>, GenerateError>) -> bool {
    matches!(
        end,
        Err(GenerateError::Storage { .. }
            | GenerateError::CannotKeep { .. }
            | GenerateError::NoRoom
            | GenerateError::OwnGalleryFull { .. }
            | GenerateError::AllGalleriesFull { .. })
    )
}

/// Every id has one row, every row belongs to a known id, and nothing is running.
async fn wrong_rows(
    folder: &Path,
    variables: &[(&'static str, String)],
    heard: &[VisitRecord],
) -> Vec<String> {
    let mut states = states(folder, variables).await;
    let mut wrong = Vec::new();
    for heard in heard {
        let expected = match heard.end {
            Ok(_) => "done",
            Err(GenerateError::Cancelled) => "cancelled",
            Err(_) => "failed",
        };
        match states.remove(heard.id.as_str()) {
            None if is_refused(&heard.end) => {}
            // A cancel that arrived before anything else.
            None if heard.cancelled => {}
            Some(state) if state == expected => {}
            state => wrong.push(format!("{}: its row is {state:?}, not {expected}", heard.id)),
        }
    }
    wrong.extend(states.into_iter().map(|(id, state)| format!("{id}: nobody made it ({state})")));
    wrong
}

/// The generations that are still running, for the message of a test that waited in vain.
pub async fn unended(fleet: &Fleet) -> Vec<String> {
    let states = states(fleet.folder(), fleet.variables()).await;
    let is_unended = |state: &str| !["done", "failed", "cancelled"].contains(&state);
    let unended = states.into_iter().filter(|(_, state)| is_unended(state));
    unended.map(|(id, state)| format!("{id}: {state}")).collect()
}

/// The state of every row, by id.
async fn states(folder: &Path, variables: &[(&'static str, String)]) -> HashMap<String, String> {
    let variable = |wanted| variables.iter().find(|(name, _)| *name == wanted);
    let database = variable("DATABASE_URL").map_or_else(
        || format!("sqlite:{}", folder.join("easel.db").display()),
        |(_, address)| address.clone(),
    );
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(&database).await.unwrap();
    let rows = sqlx::query("SELECT id, state FROM generations").fetch_all(&pool).await.unwrap();
    pool.close().await;
    rows.iter().map(|row| (row.get("id"), row.get("state"))).collect()
}

/// Files in the folder whose bytes do not match the digest in their name.
fn half_files(folder: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut folders = vec![folder.join("images")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            let is_digest = name.len() == 64 && name.bytes().all(|c| c.is_ascii_hexdigit());
            if path.is_dir() {
                folders.push(path);
            } else if is_digest && picture::digest(&std::fs::read(&path).unwrap()) != name {
                wrong.push(format!("{} is half a file", path.display()));
            }
        }
    }
    wrong
}

impl Ends {
    fn count(&mut self, end: &Result<Vec<String>, GenerateError>) {
        let place = match end {
            Ok(_) => &mut self.done,
            Err(GenerateError::Interrupted { .. }) => &mut self.interrupted,
            Err(GenerateError::Cancelled) => &mut self.cancelled,
            Err(_) if is_refused(end) => &mut self.refused,
            Err(_) => &mut self.other,
        };
        *place += 1;
    }
}

/// The outcomes of each kind, as lines of a table.
pub fn table(ends: &BTreeMap<Kind, Ends>) -> String {
    let mut text = format!(
        "  {:<18} {:>7} {:>12} {:>10} {:>8} {:>6}\n",
        "", "done", "interrupted", "cancelled", "refused", "other"
    );
    for (kind, Ends { done, interrupted, cancelled, refused, other }) in ends {
        text += &format!(
            "  {:<18} {done:>7} {interrupted:>12} {cancelled:>10} {refused:>8} {other:>6}\n",
            kind.to_string()
        );
    }
    text
}
