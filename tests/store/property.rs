//! Property tests: every accepted value reads back unchanged.

use easel::{
    error::{Billed, GenerateError},
    generation::{
        Argument, Event, Fact, FieldError, FileReference, InputValue, Inputs, LogLevel, Message,
        Notice, NumberedEvent, ProviderKind, Request,
    },
    server::store::{Claim, End, RecordState, StoreError},
};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use tokio::runtime::Runtime;

use crate::test_store::{TestStore, new_id, request, session};

const CASES: u32 = 128;

/// Runs `check` with many values.
fn for_any<T: std::fmt::Debug>(
    values: impl Strategy<Value = T>,
    check: impl AsyncFn(&TestStore, T) -> Result<(), TestCaseError>,
) {
    let runtime = Runtime::new().unwrap();
    let place = runtime.block_on(TestStore::new());
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let run = TestRunner::new(config).run(&values, |value| runtime.block_on(check(&place, value)));
    run.unwrap_or_else(|error| panic!("{error}"));
}

fn input() -> impl Strategy<Value = InputValue> {
    let one = prop_oneof![
        any::<String>().prop_map(InputValue::Text),
        any::<i128>().prop_map(InputValue::Integer),
        number().prop_map(InputValue::Number),
        any::<bool>().prop_map(InputValue::Boolean),
        "[0-9a-f]{64}".prop_map(|digest| InputValue::File(FileReference::Stored(digest))),
        any::<String>().prop_map(|url| InputValue::File(FileReference::Url(url))),
        any::<String>().prop_map(InputValue::Json),
    ];
    one.prop_recursive(6, 32, 4, |inner| vec(inner, 0..4).prop_map(InputValue::List))
}

/// Numbers, including NaN and infinities.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![4 => any::<f64>(), 1 => Just(f64::NAN), 1 => Just(f64::NEG_INFINITY)]
}

fn is_finite(value: &InputValue) -> bool {
    match value {
        InputValue::Number(number) => number.is_finite(),
        InputValue::List(items) => items.iter().all(is_finite),
        _ => true,
    }
}

#[test]
fn a_request_reads_back_as_it_is_or_is_refused_field_by_field() {
    let requests = (any::<String>(), btree_map(any::<String>(), input(), 0..5));
    for_any(requests, async |place, (prompt, inputs): (String, Inputs)| {
        let request = Request { inputs, ..request(&prompt) };
        let id = new_id();
        let claim = place.records.claim_new(&id, &session("a"), &request, None, "me", 1).await;
        let unfit = request.inputs.iter().filter(|(_, value)| !is_finite(value));
        let unfit: Vec<_> = unfit.map(|(name, _)| name).collect();
        if unfit.is_empty() {
            let Ok(Claim::Started(claimed)) = claim else { panic!("{claim:?}") };
            let read = place.get(&id).await;
            prop_assert_eq!(&read, &claimed);
            prop_assert_eq!(read.item.request, request);
        } else {
            let Err(StoreError::Inputs(fields)) = claim else { panic!("{claim:?}") };
            let told: Vec<_> = fields.iter().map(|error| &error.field).collect();
            prop_assert_eq!(told, unfit);
            prop_assert_eq!(place.records.get(&id).await.unwrap(), None);
        }
        Ok(())
    });
}

fn error() -> impl Strategy<Value = GenerateError> {
    let text = any::<String>;
    prop_oneof![
        (text(), text()).prop_map(|(variable, detail)| GenerateError::BadKey {
            provider: ProviderKind::Space,
            variable,
            detail
        }),
        (vec((text(), text()), 0..4), text()).prop_map(|(fields, detail)| {
            let fields = fields.into_iter().map(|(field, words)| FieldError::new(field, words));
            GenerateError::InputRejected { fields: fields.collect(), detail }
        }),
        (option::of(any::<u32>()), text()).prop_map(|(retry_after_seconds, detail)| {
            GenerateError::TooManyRequests { retry_after_seconds, detail }
        }),
        any::<bool>().prop_map(|may_be_billed| GenerateError::Interrupted { may_be_billed }),
        text().prop_map(|detail| GenerateError::Unknown { detail, billed: Billed::Maybe }),
    ]
}

#[test]
fn an_end_reads_back_as_it_is() {
    let facts = vec((any::<String>(), any::<String>()), 0..5);
    for_any((facts, error()), async |place, (facts, error)| {
        let facts: Vec<_> =
            facts.iter().map(|(name, value)| Fact::new(name.as_str(), value)).collect();
        let (done, failed) = (place.running("me", 1).await, place.running("me", 1).await);
        let end = End::Done {
            images: vec![crate::lifecycle::image(0)],
            files: vec![crate::lifecycle::file(0)],
            outputs: vec![],
            facts: facts.clone(),
        };
        prop_assert!(place.records.finish(&done.item.id, &end, 2).await.unwrap());
        let end = End::Failed(error.clone());
        prop_assert!(place.records.finish(&failed.item.id, &end, 2).await.unwrap());
        let (done, failed) = (place.get(&done.item.id).await, place.get(&failed.item.id).await);
        prop_assert_eq!((done.item.state, done.item.facts), (RecordState::Done, facts));
        prop_assert_eq!(failed.item.error, Some(error));
        Ok(())
    });
}

#[test]
fn an_event_reads_back_as_it_is_without_numbers_that_are_none() {
    let numbers = proptest::array::uniform4(option::of(number()));
    let told = (numbers, option::of(any::<String>()), any::<String>(), error());
    for_any(told, async |place, (numbers, label, text, error)| {
        let events = |numbers: [Option<f64>; 4]| {
            let [step, total, fraction, eta_seconds] = numbers;
            let (unit, label) = (label.clone(), label.clone());
            let arguments = [Argument::from(text.as_str()), Argument::from(f64::NAN), 0.5.into()];
            let arguments = arguments.map(|argument| (text.clone(), argument)).into();
            let message = Box::new(Message { key: text.clone(), arguments });
            let events = [
                Event::Queued { place: Some(1), size: None, eta_seconds, upstream: true },
                Event::Progress { step, total, unit, fraction, label },
                Event::log(LogLevel::Info, text.clone()),
                Event::notice(Notice { text: text.clone(), message: Some(message) }),
                Event::Loading { estimated_time: eta_seconds, attempt: 1 },
                Event::Failed { error: error.clone() },
            ];
            let events = events.into_iter().zip(1..);
            events.map(|(event, number)| NumberedEvent { number, at_ms: 1, event }).collect()
        };
        let id = place.running("me", 1).await.item.id;
        let (told, kept): (Vec<_>, Vec<_>) =
            (events(numbers), events(numbers.map(|number| number.filter(|it| it.is_finite()))));
        place.records.keep_events(&id, &told, None).await.unwrap();
        prop_assert_eq!(place.records.events_after(&id, 0).await.unwrap(), kept);
        Ok(())
    });
}
