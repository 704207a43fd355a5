//! How long a page of the gallery takes on SQLite: `cargo bench --features ssr --bench gallery`.
//!
//! Fills a database with as many rows as the first number given (100 000) and prints a table.

use std::time::{Duration, Instant};

use easel::{
    generation::{
        GalleryCursor, GalleryFilter, GenerationId, InputValue, Inputs, ProviderKind, Request,
    },
    server::store::{Records, SessionId},
};
use rand::{Rng, SeedableRng, seq::IndexedRandom};

const MEASURED_RUNS: usize = 100;
const PAGE: usize = 50;
const START_MS: i64 = 1_700_000_000_000;

#[tokio::main]
async fn main() {
    let rows =
        std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let records = Records::open(None, folder.path()).await.unwrap();
    let begun = Instant::now();
    fill(&folder.path().join("easel.db"), rows).await;
    println!("{rows} rows, written in {:.1} s, pages of {PAGE}", begun.elapsed().as_secs_f64());

    // As after an upgrade: these were written by nobody's rules.
    let begun = Instant::now();
    let folded = records.fold_anew().await.unwrap();
    println!("{folded} rows folded anew in {:.1} s\n", begun.elapsed().as_secs_f64());

    let all = GalleryFilter::default();
    let search = |text: &str| GalleryFilter { search: Some(text.to_owned()), ..all.clone() };
    // A place in the middle, by time alone.
    let middle = GalleryCursor {
        created_ms: START_MS + rows as i64 * 500,
        id: GenerationId::from_parts(0, [0; 10]),
    };
    println!("{:<44} {:>5} {:>9} {:>9}", "what", "found", "p50", "p95");
    for (what, filter, cursor) in [
        ("first page", all.clone(), None),
        ("page in the middle", all.clone(), Some(&middle)),
        ("search: a word in every prompt", search("picture"), None),
        ("search: the same, from the middle", search("picture"), Some(&middle)),
        ("search: a beginning in most prompts", search("word7"), None),
        ("search: a word and a beginning", search("word7 word8"), None),
        ("search: a word in one prompt", search("needle"), None),
        ("search: a word in none", search("haystack"), None),
        ("search: the first letter", search("w"), None),
        ("search: a model", search("FLUX.1-dev"), None),
        ("search: full width and accents", search("ＰＩＣＴＵＲＥ Wörd７"), None),
        ("search: common, and starred", GalleryFilter { starred: true, ..search("picture") }, None),
        ("starred, 1 of 1000", GalleryFilter { starred: true, ..all.clone() }, None),
        ("failed, 1 of 50", GalleryFilter { failed: true, ..all.clone() }, None),
        (
            "provider that made none",
            GalleryFilter { provider: Some(ProviderKind::Replicate), ..all.clone() },
            None,
        ),
    ] {
        let mut times = Vec::with_capacity(MEASURED_RUNS);
        let mut found = 0;
        for _ in 0..MEASURED_RUNS {
            let begun = Instant::now();
            let page = records.list(&SessionId::new("a"), &filter, cursor, PAGE).await.unwrap();
            times.push(begun.elapsed());
            found = page.items.len();
        }
        times.sort();
        let (p50, p95) = (times[MEASURED_RUNS / 2], times[MEASURED_RUNS * 95 / 100]);
        println!("{what:<44} {found:>5} {:>9} {:>9}", in_ms(p50), in_ms(p95));
    }
}

fn in_ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// Nine rows of ten are of the session that asks.
async fn fill(database: &std::path::Path, rows: usize) {
    let pool =
        sqlx::SqlitePool::connect(&format!("sqlite://{}", database.display())).await.unwrap();
    let mut random = rand::rngs::StdRng::seed_from_u64(7);
    let mut transaction = pool.begin().await.unwrap();
    for i in 0..rows {
        let words: Vec<_> =
            (0..20).map(|_| format!("word{}", random.random_range(0..2000))).collect();
        let needle = if i == rows / 3 { " needle" } else { "" };
        let prompt = format!("a picture of {}{needle}", words.join(" "));
        let model = ["demo", "hf:black-forest-labs/FLUX.1-dev", "space:owner/name"]
            .choose(&mut random)
            .unwrap();
        let created_ms = START_MS + i as i64 * 1000;
        let id = GenerationId::from_parts(created_ms as u64, random.random());
        let inputs = Inputs::from([("seed".to_owned(), InputValue::Integer(i as i128))]);
        let request = Request { model: model.parse().unwrap(), prompt: prompt.clone(), inputs };
        let failed = i % 50 == 0;
        sqlx::query(
            "INSERT INTO generations (id, session, provider, request, search_text, state, \
             attempts, created_ms, started_ms, ended_ms, starred) \
             VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $7, $8)",
        )
        .bind(id.as_str())
        .bind(if i % 10 == 9 { "b" } else { "a" })
        .bind(request.model.provider().prefix())
        .bind(serde_json::to_string(&request).unwrap())
        .bind(format!("{prompt} {}", model.to_lowercase().replace([':', '/', '-', '.'], " ")))
        .bind(if failed { "failed" } else { "done" })
        .bind(created_ms)
        .bind(i64::from(i % 1000 == 0))
        .execute(&mut *transaction)
        .await
        .unwrap();
        if !failed {
            sqlx::query(
                "INSERT INTO images \
                 (generation, position, digest, content_type, width, height, bytes) \
                 VALUES ($1, 0, $2, 'image/png', 1024, 1024, 1500000)",
            )
            .bind(id.as_str())
            .bind(format!("{i:064x}"))
            .execute(&mut *transaction)
            .await
            .unwrap();
        }
    }
    transaction.commit().await.unwrap();
}
