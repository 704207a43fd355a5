//! An unreadable row affects nothing else: every reader skips it, and the server starts.

use easel::{
    error::GenerateError,
    generation::{
        Event, GalleryFilter, GenerationId, ModelReference, NumberedEvent, Period, Words,
        WordsKind, series::SeriesId,
    },
    server::{
        config::Config,
        state::AppState,
        store::{
            ApiMessage, Bound, Budget, Delivery, End, Person, RecordState, Role, StoreError, Whose,
            check, export, sweep,
        },
    },
};
use leptos::config::LeptosOptions;
use sqlx::{AnyPool, AssertSqlSafe};
use tempfile::TempDir;

use crate::test_store::{TestStore, session};

/// Values for a generation's columns that no version of Easel wrote.
const POISONS: &[(&str, &str)] = &[
    ("request", "'{\"model\":'"),
    ("request", "'null'"),
    ("request", r#"'{"model":"demo","prompt":"","inputs":{"extra":{"Number":null}}}'"#),
    ("facts", "'{'"),
    ("error", "'{\"Unheard\":{}}'"),
    ("attempts", "-1"),
    ("attempts", "5000000000"),
    ("state", "'paused'"),
    ("id", "'no id'"),
];

/// Further values, for a database whose columns take values of any type.
const LOOSE_POISONS: &[(&str, &str)] = &[
    ("request", "x'00ff'"),
    ("request", "CAST(x'7bff7d' AS TEXT)"),
    ("attempts", "'many'"),
    ("created_ms", "'yesterday'"),
    ("started_ms", "'then'"),
    ("starred", "x'01'"),
    ("id", "x'00ff'"),
];

impl TestStore {
    /// Its database, for statements that Easel never sends.
    pub async fn database(&self) -> AnyPool {
        let file = format!("sqlite://{}", self.folder.path().join("easel.db").display());
        let url = self.database_url.as_ref().map_or(file.as_str(), |url| url.expose());
        sqlx::any::install_default_drivers();
        AnyPool::connect(url).await.unwrap()
    }

    fn poisons(&self) -> Vec<(&'static str, &'static str)> {
        let loose = if self.is_sqlite() { LOOSE_POISONS } else { &[] };
        [POISONS, loose].concat()
    }

    /// Makes a running row for each poison, with a good row after each, and poisons the former.
    async fn poisoned(&self) -> (Vec<GenerationId>, Vec<GenerationId>) {
        let database = self.database().await;
        let (mut good, mut bad) = (vec![self.running("gone", 1000).await.item.id], Vec::new());
        for ((column, value), number) in self.poisons().into_iter().zip(1..) {
            let id = self.running("gone", 1000 + number).await.item.id;
            good.push(self.running("gone", 1000 + number).await.item.id);
            let sql = format!("UPDATE generations SET {column} = {value} WHERE id = '{id}'");
            sqlx::query(AssertSqlSafe(sql)).execute(&database).await.unwrap();
            bad.push(id);
        }
        (good, bad)
    }

    async fn state_of(&self, database: &AnyPool, id: &GenerationId) -> Option<String> {
        let row = sqlx::query_as("SELECT state FROM generations WHERE id = $1").bind(id.as_str());
        row.fetch_optional(database).await.unwrap().map(|(state,)| state)
    }
}

#[tokio::test]
async fn every_reader_passes_over_rows_that_cannot_be_read() {
    let place = TestStore::new().await;
    let (good, bad) = place.poisoned().await;

    for (id, (column, value)) in bad.iter().zip(place.poisons()) {
        let read = place.records.get(id).await;
        let is_gone = column == "id";
        let as_it_should = if is_gone {
            matches!(read, Ok(None))
        } else {
            matches!(read, Err(StoreError::Row(_)))
        };
        assert!(as_it_should, "{column} = {value}: {read:?}");
    }
    let mut newest_first = good.clone();
    newest_first.reverse();
    let fox = GalleryFilter { search: Some("fox".into()), ..Default::default() };
    for filter in [GalleryFilter::default(), fox] {
        for limit in [1, 2, 3, 200] {
            let (mut shown, mut cursor) = (Vec::new(), None);
            loop {
                let a = session("a");
                let page = place.records.list(&a, &filter, cursor.as_ref(), limit).await.unwrap();
                shown.extend(page.items.into_iter().map(|item| item.id));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(shown, newest_first, "{filter:?}, pages of {limit}");
        }
    }

    let folder = TempDir::new().unwrap();
    let moved = export(&place.records, &place.images, folder.path()).await.unwrap();
    assert_eq!(moved.generations, good.len() as u64);
    let mut said = Vec::new();
    let checked =
        check(&place.records, &place.images, |what| said.push(what.to_owned())).await.unwrap();
    assert_eq!(checked.generations, good.len() as u64);
    let bad_rows = said.iter().filter(|words| words.starts_with("The row of ")).count() as u64;
    assert_eq!((checked.problems, moved.unreadable), (bad_rows, bad_rows), "{said:?}");
    for (id, (column, value)) in bad.iter().zip(place.poisons()) {
        let name = match (column, value) {
            ("id", "'no id'") => "generation no id".to_owned(),
            // It sorts after all others, so that it shows.
            ("id", _) => "a generation whose id is not text".to_owned(),
            (_, value) if value.starts_with("CAST") => "a row whose text is not UTF-8".to_owned(),
            _ => format!("generation {id}"),
        };
        let words = format!("The row of {name} cannot be read.");
        assert!(said.contains(&words), "{words} is not in {said:?}");
    }
    sweep(&place.records, &place.images, 2000, Bound::Careful).await.unwrap();
}

#[tokio::test]
async fn rows_that_cannot_be_read_keep_no_other_from_being_folded() {
    let place = TestStore::new().await;
    let (good, _bad) = place.poisoned().await;
    let database = place.database().await;
    let sql = "UPDATE generations SET folding = 0, search_text = ''";
    sqlx::query(sql).execute(&database).await.unwrap();
    let filter = GalleryFilter { search: Some("fox".to_owned()), ..Default::default() };
    let found = async || {
        let page = place.records.list(&session("a"), &filter, None, 200).await.unwrap();
        page.items.into_iter().map(|item| item.id).collect::<Vec<_>>()
    };
    assert_eq!(found().await, []);

    assert!(place.records.fold_anew().await.unwrap() >= good.len() as u64);
    let found = found().await;
    assert!(good.iter().all(|id| found.contains(id)), "{found:?}");
}

#[tokio::test]
async fn a_bad_part_is_left_out_and_named() {
    let place = TestStore::new().await;
    let database = place.database().await;
    let id = place.running("me", 1).await.item.id;
    let images = vec![crate::lifecycle::image(0), crate::lifecycle::image(1)];
    let files = vec![crate::lifecycle::file(0), crate::lifecycle::file(1)];
    let numbered = |number| NumberedEvent { number, at_ms: 1, event: Event::Done };
    place.records.keep_events(&id, &[numbered(1), numbered(2), numbered(3)], None).await.unwrap();
    let end = End::Done { images, files, outputs: vec![], facts: vec![] };
    place.records.finish(&id, &end, 2).await.unwrap();
    for digest in ["0", "1"].map(|digit| digit.repeat(64)) {
        place.records.add_upload(&session("a"), &digest, "image/png", 1, 1).await.unwrap();
    }
    for sql in [
        "UPDATE images SET content_type = 'image/unheard' WHERE position = 0",
        "UPDATE files SET bytes = -1 WHERE position = 1",
        "UPDATE events SET event = '{\"Unheard\":1}' WHERE number = 2",
        "UPDATE events SET at_ms = -1 WHERE number = 3",
        "UPDATE uploads SET bytes = -1 WHERE digest LIKE '0%'",
    ] {
        sqlx::query(sql).execute(&database).await.unwrap();
    }

    let record = place.get(&id).await;
    assert_eq!(record.item.images, [crate::lifecycle::image(1)]);
    assert_eq!(record.files, [crate::lifecycle::file(0)]);
    assert_eq!(place.records.events_after(&id, 0).await.unwrap(), [numbered(1)]);
    let folder = TempDir::new().unwrap();
    let moved = export(&place.records, &place.images, folder.path()).await.unwrap();
    assert_eq!((moved.generations, moved.unreadable), (1, 3));
    let uploads = std::fs::read_to_string(folder.path().join("uploads.jsonl")).unwrap();
    assert_eq!(uploads.lines().count(), 1);

    let mut said = Vec::new();
    check(&place.records, &place.images, |what| said.push(what.to_owned())).await.unwrap();
    for name in [
        format!("picture 0 of {id}"),
        format!("file 1 of {id}"),
        format!("event 2 of {id}"),
        format!("event 3 of {id}"),
    ] {
        let words = format!("The row of {name} cannot be read.");
        assert!(said.contains(&words), "{words} is not in {said:?}");
    }
}

#[tokio::test]
async fn the_server_starts_and_ends_what_ran_whatever_the_rows_hold() {
    let place = TestStore::new().await;
    let (good, bad) = place.poisoned().await;
    let variable = |name: &str| match name {
        "EASEL_DATA_DIR" => Some(place.folder.path().display().to_string()),
        "DATABASE_URL" => place.database_url.as_ref().map(|url| url.expose().to_owned()),
        "STORAGE_URL" => place.storage_url.as_ref().map(ToString::to_string),
        _ => None,
    };
    let config = Config::read(variable).unwrap();
    let leptos = LeptosOptions::builder().output_name("easel").build();
    let state = AppState::open(config, leptos).await.unwrap();
    state.generations.start_duties().await.unwrap();

    for id in &good {
        let record = place.get(id).await;
        assert_eq!(record.item.state, RecordState::Failed);
        let interrupted = GenerateError::Interrupted { may_be_billed: false };
        assert_eq!(record.item.error, Some(interrupted));
    }
    let database = place.database().await;
    for (id, (column, value)) in bad.iter().zip(place.poisons()) {
        let state = place.state_of(&database, id).await;
        match column {
            "id" => assert_eq!(state, None),
            "state" => assert_eq!(state.as_deref(), Some("paused")),
            _ => assert_eq!(state.as_deref(), Some("failed"), "{column} = {value}"),
        }
    }
    let sql = "SELECT COUNT(*) FROM generations WHERE state = 'running'";
    let (running,): (i64,) = sqlx::query_as(sql).fetch_one(&database).await.unwrap();
    assert_eq!(running, 0);
    let page = state.gallery.page(&session("a"), &GalleryFilter::default(), None).await;
    // The row whose error could not be read has another error now, which can be read.
    assert_eq!(page.unwrap().items.len(), good.len() + 1);
    state.generations.stop_waiting();
}

/// What a column of another table may hold that no version of Easel wrote, and what the row is
/// called. The last ones can be written where columns take values of any type.
const OTHER_POISONS: &[(&str, &str)] = &[
    ("UPDATE budgets SET period = 'aeon' WHERE whose = 'each'", "the budget each"),
    ("UPDATE api_messages SET state = 'paused' WHERE id = 'second'", "the message second"),
    ("UPDATE words SET kind = 'poem' WHERE name = 'second'", "something kept"),
    ("UPDATE prices SET unit = 'mile' WHERE pattern = 'hf:second'", "the price of hf:second"),
    (
        "UPDATE charges SET currency = 'shells' WHERE payer = 'second'",
        "the cost of 01900000-0000-7000-8000-000000000002",
    ),
    ("UPDATE api_keys SET scope = '{' WHERE id = 'second'", "the API key second"),
    ("UPDATE api_requests SET state = 'paused' WHERE id = 'second'", "the API request second"),
    (
        "UPDATE series_members SET draft = '{' WHERE position = 1",
        "a generation of the series 01900000-0000-7000-8000-000000000001",
    ),
];
const OTHER_LOOSE_POISONS: &[(&str, &str)] = &[
    ("UPDATE owner_settings SET value = x'00ff' WHERE name = 'second'", "the decision second"),
    ("UPDATE people SET created_ms = 'then' WHERE id = 'second'", "the person second"),
    (
        "UPDATE provider_keys SET sealed = x'00ff' WHERE provider = 'second'",
        "the key of the provider second",
    ),
    (
        "UPDATE own_keys SET sealed = x'00ff' WHERE provider = 'second'",
        "the own provider key of first",
    ),
    ("UPDATE run_times SET took_ms = 'long' WHERE generation = 'second'", "the run time of second"),
    ("UPDATE person_sessions SET used_ms = 'then' WHERE digest = 'second'", "the browser second"),
    ("UPDATE invitations SET created_ms = 'then' WHERE digest = 'second'", "the invitation second"),
];

/// Rows of further tables, one for each `NAME`.
const OTHER_ROWS: &[&str] = &[
    "INSERT INTO prices (pattern, micros, unit) VALUES ('hf:NAME', 1, 'second')",
    "INSERT INTO charges (generation, payer, model, created_ms, currency, price, unit, micros, \
     counts, settled_ms) VALUES ('01900000-0000-7000-8000-00000000000PLACE', 'NAME', 'demo', 1, 'USD', \
     1, 'second', 1, 1, 1)",
    "INSERT INTO api_keys (id, name, digest, ending, session, scope, created_ms) \
     VALUES ('NAME', 'NAME', 'NAME', 'abcd', 'a', '{}', 1)",
    "INSERT INTO api_requests (id, asker, fingerprint, generations, state, server, changed_ms, \
     created_ms) VALUES ('NAME', 'tool', 'same', '', 'lost', 'here', 1, 1)",
    "INSERT INTO provider_keys (provider, sealed, changed_ms) VALUES ('NAME', 'sealed', 1)",
    "INSERT INTO own_keys (person, provider, sealed, changed_ms) \
     VALUES ('first', 'NAME', 'sealed', 1)",
    "INSERT INTO run_times (model, was_cold, generation, ended_ms, took_ms) \
     VALUES ('demo', 0, 'NAME', 1, 1)",
    "INSERT INTO person_sessions (digest, person, agent, created_ms, used_ms) \
     VALUES ('NAME', 'first', 'a browser', 1, 1)",
    "INSERT INTO invitations (digest, role, created_ms, expires_ms) VALUES ('NAME', 'maker', 1, 9)",
];

#[tokio::test]
async fn a_bad_row_of_any_table_is_one_bad_row() {
    let place = TestStore::new().await;
    let records = &place.records;
    for whose in [Whose::All, Whose::Each] {
        let budget = Budget { whose, period: Period::Month, amount: None, generations: Some(1) };
        records.set_budget(&budget).await.unwrap();
    }
    for name in ["first", "second"] {
        let kept = [(name.to_owned(), Some("on".to_owned()))];
        records.keep_owner_settings(&kept, 1).await.unwrap();
        let person = Person {
            id: name.to_owned(),
            name: name.to_owned(),
            folded: name.to_owned(),
            role: Role::Maker,
            password: None,
            gallery: session(name),
            created_ms: 1,
        };
        assert!(records.add_person(&person).await.unwrap());
        let words = Words {
            kind: WordsKind::Style,
            name: name.to_owned(),
            prefix: "oil".to_owned(),
            suffix: String::new(),
            negative: String::new(),
        };
        assert!(records.keep_words(&session("a"), &words, 1).await.unwrap());
        let message = ApiMessage {
            id: name.to_owned(),
            asker: "tool".to_owned(),
            session: session("a"),
            generation: place.running("me", 1).await.item.id,
            url: "https://tool.example".to_owned(),
            base: String::new(),
            delivery: Delivery::Waiting,
            tries: 0,
            next_ms: 1,
            status: None,
            error: None,
            tried_ms: None,
            created_ms: 1,
        };
        records.add_api_message(&message).await.unwrap();
    }
    let database = place.database().await;
    for row in OTHER_ROWS {
        for (name, number) in [("first", "1"), ("second", "2")] {
            let row = row.replace("NAME", name).replace("PLACE", number);
            sqlx::query(AssertSqlSafe(row)).execute(&database).await.unwrap();
        }
    }
    add_series(&database).await;
    let loose = if place.is_sqlite() { OTHER_LOOSE_POISONS } else { &[] };
    for (sql, _) in OTHER_POISONS.iter().chain(loose) {
        let poisoned = sqlx::query(*sql).execute(&database).await.unwrap();
        assert_eq!(poisoned.rows_affected(), 1, "{sql}");
    }

    assert_eq!(records.budgets().await.unwrap().len(), 1);
    // It guards money: nobody whom it may be for spends any.
    assert!(matches!(records.budgets_for("me", false).await, Err(StoreError::Row(_))));
    let left = if place.is_sqlite() { 1 } else { 2 };
    assert_eq!(records.owner_settings().await.unwrap().len(), left);
    assert_eq!(records.people().await.unwrap().len(), left);
    assert_eq!(records.words_of(&session("a")).await.unwrap().len(), 1);
    let messages = records.api_messages_of(&session("a"), None, 10).await.unwrap();
    assert_eq!(messages.len(), 1);
    let demo = ModelReference::demo();
    assert_eq!(records.prices().await.unwrap().entries.len(), 1);
    assert_eq!(records.totals(None, 0).await.unwrap().len(), 1);
    assert_eq!(records.charged_times(&demo).await.unwrap().len(), 2);
    assert_eq!(records.api_keys(None).await.unwrap().len(), 1);
    assert_eq!(records.equal_api_requests("tool", "same", 0).await.unwrap().len(), 1);
    assert_eq!(records.sealed_keys().await.unwrap().len(), left);
    assert_eq!(records.all_own_sealed_keys().await.unwrap().len(), left);
    // It can be removed by its provider, whatever it holds.
    assert_eq!(records.own_sealed_keys("first").await.unwrap().len(), 2);
    assert_eq!(records.run_times(&demo).await.unwrap().len(), left);
    assert_eq!(records.browsers_of("first").await.unwrap().len(), left);
    assert_eq!(records.invitations(2).await.unwrap().len(), left);
    assert_eq!(records.listed_series(&session("a")).await.unwrap().len(), 2);

    let mut said = Vec::new();
    check(records, &place.images, |what| said.push(what.to_owned())).await.unwrap();
    for (_, name) in OTHER_POISONS.iter().chain(loose) {
        let words = format!("The row of {name} cannot be read.");
        assert!(said.contains(&words), "{words} is not in {said:?}");
    }
}

/// A series that runs, and an older one whose row cannot be read.
async fn add_series(database: &AnyPool) {
    for sql in [
        "INSERT INTO series (id, session, plan, prompt, created_ms, is_comparison, is_blind, caller, \
         address, language, owner, lease_until_ms) VALUES \
         ('01900000-0000-7000-8000-000000000001', 'a', \
         '{\"across\":{\"Prompts\":[\"a fox\",\"an owl\"]},\"down\":null}', 'a fox', 2, 0, 0, \
         'operator', '127.0.0.1', 'en', 'gone', 1), \
         ('01900000-0000-7000-8000-000000000002', 'a', '{', 'a fox', 1, 0, 0, 'operator', \
         '127.0.0.1', 'en', 'gone', 1)",
        "INSERT INTO series_members (series, position, generation, model, title, draft) VALUES \
         ('01900000-0000-7000-8000-000000000001', 0, '01900000-0000-7000-8000-000000000003', 'demo', \
         'Demo', '{\"model\":\"demo\",\"prompt\":\"a fox\",\"inputs\":[]}'), \
         ('01900000-0000-7000-8000-000000000001', 1, '01900000-0000-7000-8000-000000000004', 'demo', \
         'Demo', '{\"model\":\"demo\",\"prompt\":\"an owl\",\"inputs\":[]}')",
    ] {
        sqlx::query(sql).execute(database).await.unwrap();
    }
}

#[tokio::test]
async fn a_bad_generation_of_a_series_has_failed_and_the_others_go_on() {
    let place = TestStore::new().await;
    let (records, database) = (&place.records, place.database().await);
    add_series(&database).await;
    let spoil = "UPDATE series_members SET draft = '{' WHERE position = 1";
    sqlx::query(spoil).execute(&database).await.unwrap();
    let id: SeriesId = "01900000-0000-7000-8000-000000000001".parse().unwrap();

    let seen = records.series_of(&session("a"), &id).await.unwrap().unwrap();
    let places = seen.members.iter().map(|member| member.position);
    assert_eq!(places.collect::<Vec<_>>(), [0, 1]);
    assert_eq!((seen.members[0].ended, &seen.members[0].error), (None, &None));
    let failed = (Some(RecordState::Failed), Some(GenerateError::Internal));
    assert_eq!((seen.members[1].ended, seen.members[1].error.clone()), failed);
    assert_eq!(seen.members[1].draft.prompt, "an owl", "as planned");

    // The older one, whose own row is bad, keeps nobody from what comes after it.
    let (taken, asker) = records.take_over_series("me", 10).await.unwrap().unwrap();
    assert_eq!((taken, asker.session), (seen, session("a")));
    records.end_member(&id, 0, RecordState::Done, None).await.unwrap();
    records.end_series(&id).await.unwrap();
    assert_eq!(records.take_over_series("me", i64::MAX / 2).await.unwrap(), None, "both are over");
}

#[tokio::test]
async fn a_generation_whose_cost_cannot_be_read_ends_all_the_same() {
    let place = TestStore::new().await;
    let id = place.running("me", 1).await.item.id;
    let sql = format!(
        "INSERT INTO charges (generation, payer, model, created_ms, currency, price, unit, micros, \
         counts) VALUES ('{id}', 'a', 'demo', 1, 'USD', 1, 'mile', 7, 1)"
    );
    sqlx::query(AssertSqlSafe(sql)).execute(&place.database().await).await.unwrap();
    let (images, files) = (vec![crate::lifecycle::image(0)], vec![]);
    let end = End::Done { images, files, outputs: vec![], facts: vec![] };
    assert!(place.records.finish(&id, &end, 2).await.unwrap());
    assert_eq!(place.get(&id).await.item.state, RecordState::Done);
    assert!(matches!(place.records.cost_of(&id).await, Err(StoreError::Row(_))));
}
