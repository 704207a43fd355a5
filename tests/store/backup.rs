//! Export, import, and the check of rows against files.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use bytes::Bytes;
use easel::{
    error::{Billed, GenerateError},
    generation::{
        Draft, Fact, FileReference, GalleryFilter, GenerationId, Habit, InputValue, ModelReference,
        Output, Period, Words, WordsKind,
        series::{Member, ModelChoice, Plan, Series, SeriesId, Side},
    },
    server::{
        money::{Amount, Currency, Entry, Pattern, Price, Unit},
        picture::recognise,
        store::{
            Beginning, Bill, Budget, CheckReport, End, FileRow, Moved, Person, PersonBrowser,
            RecordState, Replaced, Replacing, Role, SeriesAsker, StoredImage, Whose, check, export,
            import,
        },
    },
};
use image::{ImageFormat, RgbImage};
use tempfile::TempDir;

use crate::test_store::{TestStore, new_id, now_ms, request, session};

impl TestStore {
    /// A generation with a real picture, made from an uploaded one.
    async fn pictured(&self, prompt: &str, shade: u8) -> (GenerationId, StoredImage) {
        let mut bytes = std::io::Cursor::new(Vec::new());
        RgbImage::from_pixel(8, 4, image::Rgb([shade; 3]))
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        let image = recognise(bytes.into_inner()).unwrap();
        let image_row = StoredImage {
            position: 0,
            digest: image.digest.clone(),
            content_type: image.content_type,
            width: image.width,
            height: image.height,
            bytes: image.bytes.len() as u64,
        };
        self.images.put(image.bytes).await.unwrap();

        let upload = self.images.put(Bytes::from(format!("input of {prompt}"))).await.unwrap();
        let a = session("a");
        self.records.add_upload(&a, &upload, "image/webp", 9, 5).await.unwrap();
        let mut request = request(prompt);
        request.inputs.insert("image".into(), InputValue::File(FileReference::Stored(upload)));
        let id = new_id();
        self.records.claim_new(&id, &a, &request, None, "me", 1000).await.unwrap();
        let facts = vec![Fact::new("seed", 7)];
        let end =
            End::Done { images: vec![image_row.clone()], files: vec![], outputs: vec![], facts };
        self.records.finish(&id, &end, 2000).await.unwrap();
        self.records.set_starred(&a, &id, true).await.unwrap();
        let collection = "Pets".parse().unwrap();
        self.records.collect(&a, &id, Some(&collection)).await.unwrap();
        (id, image_row)
    }

    async fn import(&self, folder: &Path) -> (Moved, Vec<String>) {
        let mut said = Vec::new();
        let say = |what: &str| said.push(what.to_owned());
        let moved = import(&self.records, &self.images, folder, say).await.unwrap();
        (moved, said)
    }

    async fn check(&self) -> (CheckReport, Vec<String>) {
        let mut said = Vec::new();
        let checked =
            check(&self.records, &self.images, |what| said.push(what.to_owned())).await.unwrap();
        (checked, said)
    }
}

#[tokio::test]
async fn what_is_exported_comes_back_in_another_place() {
    let (from, to) = (TestStore::new().await, TestStore::new().await);
    let (first, image) = from.pictured("一只猫, a cat", 10).await;
    let (second, _) = from.pictured("two", 20).await;
    let running = from.running("me", 3000).await;

    let folder = TempDir::new().unwrap();
    let moved = export(&from.records, &from.images, folder.path()).await.unwrap();
    // Two pictures, and two uploads.
    assert_eq!(moved, Moved { generations: 3, files: 4, ..Moved::default() });
    let again = export(&from.records, &from.images, folder.path()).await.unwrap();
    assert_eq!(again, Moved { files: 0, ..moved });
    assert!(folder.path().join("files").join(format!("{}.png", image.digest)).exists());

    assert_eq!(to.import(folder.path()).await, (moved, vec![]));
    for id in [&first, &second] {
        assert_eq!(to.get(id).await, from.get(id).await);
    }
    let interrupted = to.get(&running.item.id).await;
    assert_eq!(interrupted.item.state, RecordState::Failed);
    assert_eq!(interrupted.item.error, Some(GenerateError::Interrupted { may_be_billed: true }));
    let search = GalleryFilter { search: Some("猫".into()), ..Default::default() };
    let found = to.records.list(&session("a"), &search, None, 9).await.unwrap();
    assert_eq!(found.items.len(), 1);
    assert_eq!(to.check().await.0, CheckReport { generations: 3, files: 4, problems: 0 });

    let twice = to.import(folder.path()).await.0;
    assert_eq!((twice.generations, twice.known), (0, 3));
}

#[tokio::test]
async fn an_export_of_what_was_imported_is_the_same() {
    let (from, to) = (TestStore::new().await, TestStore::new().await);
    let a = session("a");
    let (open, _) = from.pictured("shared with its inputs", 1).await;
    let (closed, _) = from.pictured("shared without them", 2).await;
    let (binned, _) = from.pictured("in the bin", 3).await;
    let token = from.records.share(&a, &open, true).await.unwrap().unwrap();
    from.records.share(&a, &closed, false).await.unwrap().unwrap();
    from.records.share(&a, &binned, true).await.unwrap().unwrap();
    assert!(from.records.delete(&a, &binned, 4000).await.unwrap());
    let failed = from.running("me", 5000).await.item.id;
    let error = GenerateError::StillLoading { tries: 20 };
    from.records.finish(&failed, &End::Failed(error), 6000).await.unwrap();

    let (first, second) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    export(&from.records, &from.images, first.path()).await.unwrap();
    to.import(first.path()).await;
    export(&to.records, &to.images, second.path()).await.unwrap();
    assert_eq!(contents(first.path()), contents(second.path()));

    let shared = to.records.by_share_token(&token).await.unwrap().unwrap();
    assert!(shared.with_inputs && shared.record.item.id == open);
    assert!(to.records.restore(&a, &binned).await.unwrap());
    assert_eq!(to.records.share_of(&a, &binned).await.unwrap(), None);
}

#[tokio::test]
async fn people_come_back_with_their_passwords_and_are_told_by_name() {
    let person = |name: &str, password: &str| Person {
        id: format!("id of {name}"),
        name: name.to_owned(),
        folded: name.to_lowercase(),
        role: Role::Owner,
        password: Some(password.to_owned()),
        gallery: session(name),
        created_ms: 1,
    };
    let from = TestStore::new().await;
    let ours = person("Ana", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA");
    from.records.add_person(&ours).await.unwrap();
    // A manipulated export could demand all memory at the next sign-in.
    let greedy = person("Bo", "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHQ$aGFzaA");
    from.records.add_person(&greedy).await.unwrap();
    let browser = PersonBrowser {
        digest: "a".repeat(64),
        agent: "Firefox".to_owned(),
        created_ms: 2,
        used_ms: 3,
    };
    from.records.add_browser(&ours.id, &browser).await.unwrap();
    let folder = TempDir::new().unwrap();
    export(&from.records, &from.images, folder.path()).await.unwrap();

    let to = TestStore::new().await;
    let (_, said) = to.import(folder.path()).await;
    assert_eq!(said, ["Ana may come in, as owner.", "Bo may come in, as owner."]);
    let (_, said) = to.import(folder.path()).await;
    assert_eq!(said, [""; 0], "they are known");
    // Who was signed in still is, where the same key signs cookies.
    let found = to.records.person_at(&browser.digest, 0).await.unwrap();
    assert_eq!(found, Some((ours.clone(), browser)));
    let people = to.records.people().await.unwrap();
    assert_eq!(people, [ours, Person { password: None, ..greedy }]);
}

#[tokio::test]
async fn money_and_what_was_decided_come_back_and_nothing_of_it_is_overwritten() {
    let from = TestStore::new().await;
    let euro = Currency::parse("EUR").unwrap();
    from.records.set_currency(euro).await.unwrap();
    let price = Price { amount: Amount::of_micros(20_000), unit: Unit::Run };
    let entry = Entry { pattern: Pattern::parse("replicate:*").unwrap(), price };
    from.records.set_price(&entry).await.unwrap();
    let budget = Budget {
        whose: Whose::Of("ana".to_owned()),
        period: Period::Month,
        amount: Some(Amount::of_micros(50_000)),
        generations: Some(9),
    };
    from.records.set_budget(&budget).await.unwrap();
    let settings = [("limit at-once", "3"), ("models", "demo\nhf:a/b")];
    let kept = settings.map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
    from.records.keep_owner_settings(&kept, 1).await.unwrap();
    for has_own_key in [false, true] {
        let bill = Bill {
            payer: "ana".to_owned(),
            is_owner: false,
            key: Some("key".to_owned()),
            price: Some(price),
            currency: euro,
            most: None,
            has_own_key,
        };
        let (id, session, request) = (new_id(), session("ana"), request("a fox"));
        let beginning = Beginning {
            id: &id,
            session: &session,
            request: &request,
            draft_digest: None,
            spare: None,
            owner: "me",
            now_ms: now_ms(),
        };
        from.records.claim(beginning, Some((&bill, price.amount))).await.unwrap();
        from.records.finish(&id, &End::Cancelled, now_ms()).await.unwrap();
    }
    let folder = TempDir::new().unwrap();
    export(&from.records, &from.images, folder.path()).await.unwrap();
    let lines = std::fs::read_to_string(folder.path().join("money.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 7, "{lines}");

    let to = TestStore::new().await;
    let own = Budget { amount: None, ..budget.clone() };
    for (known, said) in [
        (
            &budget,
            &[
                "Decided in the page: limit at-once = 3.",
                "Decided in the page: models = demo, hf:a/b.",
            ][..],
        ),
        (&own, &[][..]),
    ] {
        if said.is_empty() {
            to.records.set_budget(&own).await.unwrap();
        }
        let (_, told) = to.import(folder.path()).await;
        assert_eq!(told, said);
        assert_eq!(to.records.budgets().await.unwrap(), std::slice::from_ref(known));
        assert_eq!(to.records.prices().await.unwrap(), from.records.prices().await.unwrap());
        let totals = async |place: &TestStore| place.records.totals(None, 0).await.unwrap();
        assert_eq!(totals(&to).await, totals(&from).await);
        let decided = to.records.owner_settings().await.unwrap();
        assert_eq!(decided, settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}

#[tokio::test]
async fn what_another_model_took_the_place_of_is_exported_with_its_cost() {
    let (from, to) = (TestStore::new().await, TestStore::new().await);
    let (id, a, asked) = (new_id(), session("a"), request("a fox"));
    let price = Some(Price { amount: Amount::of_micros(7), unit: Unit::Run });
    let (payer, currency) = ("a".to_owned(), Currency::DOLLAR);
    let bill =
        Bill { payer, is_owner: false, key: None, price, currency, most: None, has_own_key: false };
    let expected = Amount::of_micros(7);
    let beginning = Beginning {
        id: &id,
        session: &a,
        request: &asked,
        draft_digest: None,
        spare: None,
        owner: "me",
        now_ms: 1,
    };
    from.records.claim(beginning, Some((&bill, expected))).await.unwrap();
    let error = GenerateError::Timeout { detail: String::new(), billed: Billed::Maybe };
    for attempt in 1..=2 {
        let (owner, now_ms) = ("me", 2);
        let replacing =
            Replacing { id: &id, attempt, request: &asked, error: &error, owner, now_ms };
        let replaced = from.records.replace(replacing, Some((&bill, expected))).await.unwrap();
        assert!(matches!(replaced, Replaced::Begun(_)));
    }
    from.records.finish(&id, &End::Failed(error), 3).await.unwrap();
    let folder = TempDir::new().unwrap();
    export(&from.records, &from.images, folder.path()).await.unwrap();
    assert_eq!(to.import(folder.path()).await.1, Vec::<String>::new());
    let totals = async |place: &TestStore| place.records.totals(None, 0).await.unwrap();
    assert_eq!(totals(&to).await, totals(&from).await);
    assert_eq!(totals(&to).await[0].amount, Amount::of_micros(21));
}

#[tokio::test]
async fn a_folder_that_somebody_else_filled_brings_no_money_that_cannot_be() {
    let from = TestStore::new().await;
    let folder = TempDir::new().unwrap();
    export(&from.records, &from.images, folder.path()).await.unwrap();
    let lines = [
        r#"{"currency":"dollars"}"#,
        r#"{"price":{"pattern":"de mo","micros":1,"unit":"run"}}"#,
        r#"{"price":{"pattern":"demo","micros":-1,"unit":"run"}}"#,
        r#"{"price":{"pattern":"demo","micros":1000000000001,"unit":"run"}}"#,
        r#"{"budget":{"whose":"all","period":"month","micros":1000000000001,"generations":null}}"#,
        // Of a generation that Easel could have made, at more than it ever charges.
        r#"{"charge":{"generation":"019ac5b0-0000-7000-8000-000000000001","payer":"ana","model":"demo","created_ms":1,"currency":"USD","micros":1000000000001,"counts":1}}"#,
        r#"{"budget":{"whose":"nobody","period":"day","micros":1,"generations":null}}"#,
        r#"{"budget":{"whose":"","period":"month","micros":1,"generations":null}}"#,
        r#"{"setting":{"name":"","value":"x"}}"#,
        r#"{"secret":"x"}"#,
        "oops",
    ];
    std::fs::write(folder.path().join("money.jsonl"), lines.join("\n") + "\n").unwrap();
    let to = TestStore::new().await;
    let (moved, _) = to.import(folder.path()).await;
    assert_eq!(moved.refused, lines.len() as u64);
    assert!(to.records.totals(None, 0).await.unwrap().is_empty());
    assert!(to.records.prices().await.unwrap().entries.is_empty());
    assert!(to.records.budgets().await.unwrap().is_empty());
}

/// Every file in `folder`, by its path, with its bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let list =
        |folder: &Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let paths = list(folder).filter(|path| path.is_file()).chain(list(&folder.join("files")));
    paths
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            (path.strip_prefix(folder).unwrap().to_owned(), bytes)
        })
        .collect()
}

#[tokio::test]
async fn a_folder_that_is_half_there_is_imported_as_far_as_it_is() {
    let from = TestStore::new().await;
    let (id, image) = from.pictured("x", 1).await;
    let folder = TempDir::new().unwrap();
    export(&from.records, &from.images, folder.path()).await.unwrap();
    std::fs::remove_file(folder.path().join("uploads.jsonl")).unwrap();

    let to = TestStore::new().await;
    let (read, said) = to.import(folder.path()).await;
    assert_eq!(read, Moved { generations: 1, files: 2, refused: 1, ..Moved::default() });
    assert!(said[0].ends_with("uploads.jsonl is not there."), "{said:?}");
    assert!(to.images.get(&image.digest).await.unwrap().is_some());

    std::fs::remove_dir_all(folder.path().join("files")).unwrap();
    let to = TestStore::new().await;
    let (read, said) = to.import(folder.path()).await;
    assert_eq!((read.generations, read.files, read.missing), (1, 0, 1));
    assert_eq!(said.len(), 2, "{said:?}");
    assert_eq!(to.get(&id).await.item.images, vec![image]);

    let nothing = TempDir::new().unwrap();
    let error = import(&to.records, &to.images, nothing.path(), |_| ()).await.unwrap_err();
    assert!(error.to_string().ends_with("does not hold an export of Easel"), "{error}");
}

#[tokio::test]
async fn what_is_no_regular_file_is_told_and_not_read() {
    let from = TestStore::new().await;
    let (_, image) = from.pictured("x", 1).await;
    let folder = TempDir::new().unwrap();
    export(&from.records, &from.images, folder.path()).await.unwrap();
    let files = folder.path().join("files");
    let name = |letter: &str| files.join(letter.repeat(64));
    std::os::unix::fs::symlink("/etc/passwd", name("a")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", name("b")).unwrap();
    assert!(Command::new("mkfifo").arg(name("c")).status().unwrap().success());
    std::fs::create_dir(name("d")).unwrap();
    std::fs::File::create(name("e")).unwrap().set_len(1 << 40).unwrap();
    let uploads = folder.path().join("uploads.jsonl");
    std::fs::remove_file(&uploads).unwrap();
    assert!(Command::new("mkfifo").arg(&uploads).status().unwrap().success());

    let to = TestStore::new().await;
    let (read, said) = to.import(folder.path()).await;
    assert_eq!((read.generations, read.files, read.refused), (1, 2, 6), "{said:?}");
    assert!(to.images.get(&image.digest).await.unwrap().is_some());
}

#[tokio::test]
async fn a_line_that_cannot_be_used_is_told_and_the_others_are_read() {
    let from = TestStore::new().await;
    let (first, _) = from.pictured("first", 1).await;
    let (doubled, _) = from.pictured("doubled", 2).await;
    let (last, _) = from.pictured("last", 3).await;
    let folder = TempDir::new().unwrap();
    export(&from.records, &from.images, folder.path()).await.unwrap();
    let path = folder.path().join("generations.jsonl");
    let lines = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = lines.lines().collect();
    let mut two: serde_json::Value = serde_json::from_str(lines[1]).unwrap();
    let pictures = two["images"].as_array_mut().unwrap();
    pictures.push(pictures[0].clone());
    let long = "x".repeat(17 << 20);
    let written = [lines[0], "{}", &long, &two.to_string(), "\u{0}", lines[2]].join("\n");
    std::fs::write(&path, written).unwrap();

    let to = TestStore::new().await;
    let (read, said) = to.import(folder.path()).await;
    assert_eq!((read.generations, read.refused), (2, 4), "{said:?}");
    assert!(to.records.get(&first).await.unwrap().is_some());
    assert!(to.records.get(&last).await.unwrap().is_some());
    for what in [
        "Line 2 of generations.jsonl was left out".to_owned(),
        "Line 3 of generations.jsonl was left out: it is too long.".to_owned(),
        format!("{doubled} was left out: two of its pictures are in position 0."),
    ] {
        assert!(said.iter().any(|said| said.starts_with(&what)), "{what} is not in {said:?}");
    }
}

#[tokio::test]
async fn a_text_that_the_database_cannot_keep_ends_only_its_row() {
    let from = TestStore::new().await;
    let (bad, _) = from.pictured("bad", 1).await;
    let (good, _) = from.pictured("good", 2).await;
    let folder = TempDir::new().unwrap();
    export(&from.records, &from.images, folder.path()).await.unwrap();
    let path = folder.path().join("generations.jsonl");
    let lines = std::fs::read_to_string(&path).unwrap();
    let bad_session = lines.replacen("\"session\":\"a\"", "\"session\":\"a\\u0000\"", 1);
    std::fs::write(&path, bad_session).unwrap();

    let to = TestStore::new().await;
    let (read, said) = to.import(folder.path()).await;
    assert!(to.records.get(&good).await.unwrap().is_some());
    // SQLite can store it.
    let refused = u64::from(!to.is_sqlite());
    assert_eq!((read.generations, read.refused), (2 - refused, refused), "{said:?}");
    assert_eq!(to.records.get(&bad).await.unwrap().is_some(), to.is_sqlite());
}

#[tokio::test]
async fn a_check_names_what_is_missing_damaged_or_another_picture() {
    let place = TestStore::new().await;
    let (_, missing) = place.pictured("missing", 1).await;
    let (_, damaged) = place.pictured("damaged", 2).await;
    let (well, _) = place.pictured("well", 3).await;
    assert_eq!(
        place.check().await,
        (CheckReport { generations: 3, files: 6, problems: 0 }, vec![])
    );

    place.images.delete(&missing.digest).await.unwrap();
    place.overwrite(&damaged.digest, b"half").await;
    let wrong_size =
        StoredImage { width: 9, position: 1, ..place.get(&well).await.item.images[0].clone() };
    let liar = place.running("me", 1).await.item.id;
    let other = StoredImage {
        digest: place.images.put(Bytes::from_static(b"<svg>")).await.unwrap(),
        ..wrong_size
    };
    let end =
        End::Done { images: vec![other.clone()], files: vec![], outputs: vec![], facts: vec![] };
    place.records.finish(&liar, &end, 2).await.unwrap();
    place.images.put(Bytes::from_static(b"orphan")).await.unwrap();

    let (checked, said) = place.check().await;
    assert_eq!(checked, CheckReport { generations: 4, files: 7, problems: 3 });
    for what in [
        format!("the picture {} is missing.", missing.digest),
        format!("the picture {} is damaged.", damaged.digest),
        format!("{} is another picture than its row says.", other.digest),
        "1 file belongs to no row; after a day the sweep sets such files aside, into lost/."
            .to_owned(),
    ] {
        assert!(said.iter().any(|said| said.ends_with(&what)), "{what} is not in {said:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_picture_is_exported_imported_and_checked() {
    let (from, to) = (TestStore::new().await, TestStore::new().await);
    let record = from.running("me", 1).await;
    let digest = from.images.put(Bytes::from_static(b"a film")).await.unwrap();
    let file = FileRow { digest: digest.clone(), bytes: 6, ..crate::lifecycle::file(0) };
    let facts = vec![Fact::new("File", "/api/generations/x/files/0/fox.mp4")];
    let outputs = vec![Output::text("Note", "All done.")];
    let end = End::Done { images: vec![], files: vec![file], outputs, facts };
    from.records.finish(&record.item.id, &end, 2).await.unwrap();

    let folder = TempDir::new().unwrap();
    let moved = export(&from.records, &from.images, folder.path()).await.unwrap();
    assert_eq!(moved, Moved { generations: 1, files: 1, ..Moved::default() });
    assert!(folder.path().join("files").join(format!("{digest}.mp4")).exists());
    assert_eq!(to.import(folder.path()).await, (moved, vec![]));
    assert_eq!(to.get(&record.item.id).await, from.get(&record.item.id).await);
    assert_eq!(to.get(&record.item.id).await.item.outputs[0].words(), "All done.");
    assert_eq!(to.images.get(&digest).await.unwrap().unwrap(), "a film");
    assert_eq!(to.check().await.0, CheckReport { generations: 1, files: 1, problems: 0 });

    to.images.delete(&digest).await.unwrap();
    let said = format!("{}: the file {digest} is missing.", record.item.id);
    assert_eq!(
        to.check().await,
        (CheckReport { generations: 1, files: 1, problems: 1 }, vec![said])
    );
}

#[tokio::test]
async fn damaged_files_are_not_imported() {
    let (from, to) = (TestStore::new().await, TestStore::new().await);
    let (_, image) = from.pictured("x", 1).await;
    let folder = TempDir::new().unwrap();
    export(&from.records, &from.images, folder.path()).await.unwrap();
    let file = folder.path().join("files").join(format!("{}.png", image.digest));
    std::fs::write(file, "half").unwrap();

    let read = to.import(folder.path()).await.0;
    assert_eq!((read.generations, read.files, read.missing), (1, 1, 2));
    assert_eq!(to.images.get(&image.digest).await.unwrap(), None);
    assert_eq!(to.check().await.0.problems, 1);
}

#[tokio::test]
async fn what_is_dated_in_the_future_is_told() {
    let place = TestStore::new().await;
    place.running("me", now_ms() + 24 * 60 * 60 * 1000).await;
    let (checked, said) = place.check().await;
    assert_eq!(checked.problems, 0);
    assert!(said[0].starts_with("1 row is dated in the future"), "{said:?}");
}

#[tokio::test]
async fn what_people_keep_beside_pictures_comes_back_once() {
    let (from, to) = (TestStore::new().await, TestStore::new().await);
    let (id, _) = from.pictured("a fox", 10).await;
    let a = session("a");
    let words = Words {
        kind: WordsKind::Style,
        name: "Ink".to_owned(),
        prefix: "ink, ".to_owned(),
        suffix: String::new(),
        negative: String::new(),
    };
    from.records.keep_words(&a, &words, 5).await.unwrap();
    let inputs = vec![("steps".to_owned(), "4".to_owned())];
    let habit = Habit { inputs, spare: None };
    from.records.keep_habit(&a, &ModelReference::demo(), &habit, 5).await.unwrap();
    let model = |name: &str| ModelChoice { reference: name.to_owned(), title: name.to_owned() };
    let member = |position, generation, ended| Member {
        position,
        generation,
        draft: Draft { model: "demo".to_owned(), ..Draft::default() },
        title: "demo".to_owned(),
        ended,
        error: None,
    };
    let series = Series {
        id: SeriesId::new(new_id()),
        plan: Plan { across: Side::Models(vec![model("demo"), model("hf:a/b")]), down: None },
        prompt: "a fox".to_owned(),
        created_ms: 7,
        is_blind: true,
        is_revealed: false,
        winner: None,
        is_cancelled: false,
        members: vec![member(0, id, Some(RecordState::Done)), member(1, new_id(), None)],
    };
    let asker = SeriesAsker {
        session: a.clone(),
        caller: "maker".to_owned(),
        address: "127.0.0.1".to_owned(),
        language: "en".to_owned(),
    };
    from.records.add_series(&series, &asker, "me").await.unwrap();
    let token = from.records.share_series(&a, &series.id, true).await.unwrap().unwrap();

    let folder = TempDir::new().unwrap();
    export(&from.records, &from.images, folder.path()).await.unwrap();
    for _ in 0..2 {
        let (_, said) = to.import(folder.path()).await;
        assert_eq!(said, [""; 0]);
    }
    assert_eq!(to.records.words_of(&a).await.unwrap(), [words]);
    assert_eq!(to.records.habit(&a, &ModelReference::demo()).await.unwrap(), habit);
    let back = to.records.series_of(&a, &series.id).await.unwrap().unwrap();
    assert_eq!((&back.plan, back.is_blind, back.members.len()), (&series.plan, true, 2));
    assert_eq!(back.members[1].ended, Some(RecordState::Cancelled), "nobody goes on with it");
    assert!(to.records.take_over_series("me", now_ms()).await.unwrap().is_none());
    assert!(to.records.series_by_token(&token).await.unwrap().is_some());

    // An entry that no server could have stored is left out, and reported.
    let line = r#"{"session":"a","words":{"kind":"poem","name":"x","prefix":"y","suffix":"","negative":"","created_ms":1}}"#;
    std::fs::write(folder.path().join("kept.jsonl"), line).unwrap();
    let (_, said) = to.import(folder.path()).await;
    assert!(said.iter().any(|said| said.contains("left out")), "{said:?}");
}
