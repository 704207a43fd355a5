//! Money: of many generations that start in parallel, no more start than a budget allows, on any
//! server.

use easel::{
    error::{Billed, GenerateError},
    generation::{BudgetLimit, Fact, GenerationId, Limit, Period, SpentBudget},
    server::{
        money::{Amount, Currency, Price, Unit},
        store::{Beginning, Bill, Budget, Claim, End, Most, Records, Whose},
    },
};

use crate::{
    lifecycle::{file, image},
    test_store::{TestStore, new_id, now_ms, request, session},
};

const NOTHING: Amount = Amount::NOTHING;

fn cents(count: i64) -> Amount {
    Amount::of_micros(count * 10_000)
}

fn bill(payer: &str, unit: Unit) -> Bill {
    Bill {
        payer: payer.to_owned(),
        is_owner: false,
        key: None,
        price: Some(Price { amount: cents(1), unit }),
        currency: Currency::DOLLAR,
        most: None,
        has_own_key: false,
    }
}

fn budget(whose: Whose, amount: Option<Amount>, generations: Option<i64>) -> Budget {
    Budget { whose, period: Period::Month, amount, generations }
}

async fn begin(records: &Records, id: &GenerationId, bill: &Bill, expected: Amount) -> Claim {
    let (session, request) = (session(&bill.payer), request("a fox"));
    let beginning = Beginning {
        id,
        session: &session,
        request: &request,
        draft_digest: None,
        spare: None,
        owner: "me",
        now_ms: now_ms(),
    };
    records.claim(beginning, Some((bill, expected))).await.unwrap()
}

async fn end(place: &TestStore, id: &GenerationId, end: End) -> i64 {
    assert!(place.records.finish(id, &end, now_ms()).await.unwrap());
    let cost = place.records.cost_of(id).await.unwrap().unwrap();
    assert!(cost.is_settled);
    cost.amount.unwrap_or(NOTHING).micros()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_that_begin_at_once_a_budget_of_ten_lets_ten() {
    for (amount, generations, limit) in [
        (Some(cents(10)), None, BudgetLimit::Money("0.10 USD".to_owned())),
        (None, Some(10), BudgetLimit::Generations(10)),
    ] {
        for whose in [Whose::All, Whose::Each, Whose::Of("ana".to_owned())] {
            let place = TestStore::new().await;
            place.records.set_budget(&budget(whose.clone(), amount, generations)).await.unwrap();
            // Like several processes.
            let mut processes = vec![place.records.clone()];
            if !place.is_sqlite() {
                processes.extend([place.records_again().await, place.records_again().await]);
            }
            let bill = bill("ana", Unit::Run);
            let ids: Vec<_> = (0..200).map(|_| new_id()).collect();
            let starts = ids.iter().enumerate().map(|(number, id)| {
                begin(&processes[number % processes.len()], id, &bill, cents(1))
            });
            let claims = futures::future::join_all(starts).await;
            let started = claims.iter().filter(|claim| matches!(claim, Claim::Started(_))).count();
            assert_eq!(started, 10, "{whose:?} {limit:?}");
            let refused: Vec<_> = claims
                .into_iter()
                .filter_map(|claim| match claim {
                    Claim::TooDear(budget) => Some(budget),
                    _ => None,
                })
                .collect();
            assert_eq!(refused.len(), 190);
            let SpentBudget { is_own, limit: told, period, .. } = &refused[0];
            assert_eq!((*is_own, told, *period), (whose != Whose::All, &limit, Period::Month));
            // Refused generations have no row.
            let mut rows = 0;
            for id in &ids {
                rows += usize::from(place.records.get(id).await.unwrap().is_some());
            }
            assert_eq!(rows, 10);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_that_begin_at_once_a_limit_of_ten_lets_ten() {
    for (most, limit) in [
        (Most { at_once: 10, an_hour: 1_000 }, Limit::AtOnce),
        (Most { at_once: 1_000, an_hour: 10 }, Limit::AnHour),
    ] {
        let place = TestStore::new().await;
        let mut processes = vec![place.records.clone()];
        if !place.is_sqlite() {
            processes.extend([place.records_again().await, place.records_again().await]);
        }
        let bill = Bill { most: Some(most), ..bill("ana", Unit::Run) };
        let ids: Vec<_> = (0..200).map(|_| new_id()).collect();
        let starts = ids
            .iter()
            .enumerate()
            .map(|(number, id)| begin(&processes[number % processes.len()], id, &bill, cents(1)));
        let claims = futures::future::join_all(starts).await;
        let started = claims.iter().filter(|claim| matches!(claim, Claim::Started(_))).count();
        assert_eq!(started, 10, "{limit:?}");
        for claim in &claims {
            if let Claim::TooMany(reached) = claim {
                assert_eq!((reached.limit, reached.allowed), (limit, 10));
            }
        }
        // Nobody else is affected, and an ended generation makes room, unless the hourly limit
        // counts it.
        let other = Bill { payer: "bo".to_owned(), ..bill.clone() };
        assert!(matches!(
            begin(&processes[0], &new_id(), &other, NOTHING).await,
            Claim::Started(_)
        ));
        let begun = claims.iter().position(|claim| matches!(claim, Claim::Started(_))).unwrap();
        end(&place, &ids[begun], End::Cancelled).await;
        let next = begin(&processes[0], &new_id(), &bill, NOTHING).await;
        assert_eq!(matches!(next, Claim::Started(_)), limit == Limit::AtOnce);
    }
}

#[tokio::test]
async fn an_hour_later_there_is_room_again_and_it_is_said_when() {
    let place = TestStore::new().await;
    let most = Some(Most { at_once: 9, an_hour: 2 });
    let bill = Bill { most, ..bill("ana", Unit::Run) };
    let begin = async |now_ms| {
        let (id, session, request) = (new_id(), session("ana"), request("a fox"));
        let beginning = Beginning {
            id: &id,
            session: &session,
            request: &request,
            draft_digest: None,
            spare: None,
            owner: "me",
            now_ms,
        };
        match place.records.claim(beginning, Some((&bill, NOTHING))).await.unwrap() {
            Claim::TooMany(reached) => reached.retry_after_seconds,
            _ => 0,
        }
    };
    let (start, minute) = (1_795_910_400_000, 60_000);
    assert_eq!((begin(start).await, begin(start + 10 * minute).await), (0, 0));
    // In 40 minutes the first one is an hour old.
    assert_eq!(begin(start + 20 * minute).await, 40 * 60 + 1);
    assert_eq!(begin(start + 60 * minute).await, 0);
    assert_eq!(begin(start + 60 * minute).await, 10 * 60 + 1);
}

#[tokio::test]
async fn what_is_made_with_a_key_of_ones_own_is_counted_by_no_budget() {
    let place = TestStore::new().await;
    place.records.set_budget(&budget(Whose::All, Some(cents(1)), Some(1))).await.unwrap();
    let shared = bill("ana", Unit::Run);
    let own = Bill { has_own_key: true, ..shared.clone() };
    for _ in 0..3 {
        let begun = begin(&place.records, &new_id(), &own, cents(1)).await;
        assert!(matches!(begun, Claim::Started(_)));
    }
    assert!(matches!(begin(&place.records, &new_id(), &shared, cents(1)).await, Claim::Started(_)));
    assert!(matches!(begin(&place.records, &new_id(), &shared, cents(1)).await, Claim::TooDear(_)));
    let totals = place.records.totals(Some("ana"), 0).await.unwrap();
    let mut told: Vec<_> =
        totals.iter().map(|total| (total.has_own_key, total.generations)).collect();
    told.sort_unstable();
    assert_eq!(told, [(false, 1), (true, 3)]);
}

#[tokio::test]
async fn what_cost_less_than_expected_makes_room_and_another_currency_counts_for_nothing() {
    let place = TestStore::new().await;
    let all = budget(Whose::All, Some(cents(2)), None);
    place.records.set_budget(&all).await.unwrap();
    let (bill, first) = (bill("ana", Unit::Image), new_id());
    assert!(matches!(begin(&place.records, &first, &bill, cents(2)).await, Claim::Started(_)));
    let second = new_id();
    assert!(matches!(begin(&place.records, &second, &bill, cents(1)).await, Claim::TooDear(_)));
    // A generation that is free, or has no price, needs no money.
    let free = Bill { price: None, ..bill.clone() };
    assert!(matches!(begin(&place.records, &new_id(), &free, NOTHING).await, Claim::Started(_)));
    let made = End::Done {
        images: vec![image(0)],
        files: Vec::new(),
        outputs: Vec::new(),
        facts: Vec::new(),
    };
    assert_eq!(end(&place, &first, made).await, cents(1).micros());
    // The same id again is not a second start.
    assert!(matches!(begin(&place.records, &first, &bill, cents(1)).await, Claim::Exists(_)));
    assert!(matches!(begin(&place.records, &second, &bill, cents(1)).await, Claim::Started(_)));
    assert!(matches!(begin(&place.records, &new_id(), &bill, cents(1)).await, Claim::TooDear(_)));
    let euros = Bill { currency: Currency::parse("EUR").unwrap(), ..bill };
    assert!(matches!(begin(&place.records, &new_id(), &euros, cents(1)).await, Claim::Started(_)));
}

#[tokio::test]
async fn an_end_says_what_it_cost() {
    let place = TestStore::new().await;
    let done = |count: u32, facts: Vec<Fact>| End::Done {
        images: (0..count).map(image).collect(),
        files: vec![file(0)],
        outputs: Vec::new(),
        facts,
    };
    let failed = |billed| End::Failed(GenerateError::ModelFailed { detail: String::new(), billed });
    let ran = |text: &str| vec![Fact::new("Run time", text)];
    for (unit, ended, cost) in [
        (Unit::Image, done(3, Vec::new()), cents(4)),
        (Unit::Run, done(3, Vec::new()), cents(1)),
        (Unit::Second, done(1, ran("2.5 s")), Amount::of_micros(25_000)),
        // If the provider reports no usable value, the estimate counts, where nobody measured.
        (Unit::Second, done(1, ran("long")), cents(7)),
        (Unit::Image, failed(Billed::Maybe), cents(7)),
        (Unit::Image, failed(Billed::No), NOTHING),
        (Unit::Image, End::Cancelled, NOTHING),
        (Unit::Second, End::Cancelled, NOTHING),
    ] {
        let id = new_id();
        begin(&place.records, &id, &bill("ana", unit), cents(7)).await;
        assert_eq!(end(&place, &id, ended.clone()).await, cost.micros(), "{unit:?} {ended:?}");
    }
    // A picture that arrives after all is charged.
    let late = new_id();
    begin(&place.records, &late, &bill("ana", Unit::Image), cents(1)).await;
    assert_eq!(end(&place, &late, failed(Billed::No)).await, 0);
    assert_eq!(end(&place, &late, done(1, Vec::new())).await, cents(2).micros());
    // Time measured by Easel, since the call of the provider.
    let timed = new_id();
    begin(&place.records, &timed, &bill("ana", Unit::Second), cents(7)).await;
    place.records.note_called(&timed, now_ms() - 3_000).await.unwrap();
    let cost = end(&place, &timed, End::Cancelled).await;
    assert!((30_000..60_000).contains(&cost), "{cost}");
    let times = place.records.charged_times(&request("a fox").model).await.unwrap();
    assert!(times.contains(&2_500) && times.len() == 3, "{times:?}");
}

#[tokio::test]
async fn an_upgrade_leaves_no_charges_that_a_sum_cannot_hold() {
    let place = TestStore::new().await;
    for _ in 0..2 {
        begin(&place.records, &new_id(), &bill("ana", Unit::Second), cents(1)).await;
    }
    // As a version before the migration left them.
    let database = place.database().await;
    for statement in [
        "UPDATE charges SET micros = 9223372036854775807",
        "DELETE FROM _sqlx_migrations WHERE version = 85",
    ] {
        sqlx::query(statement).execute(&database).await.unwrap();
    }
    let records = place.records_again().await;
    let totals = records.totals(Some("ana"), 0).await.unwrap();
    let sum: i64 = totals.iter().map(|total| total.amount.micros()).sum();
    assert_eq!(sum, 2 * 1_000_000_000_000);
}

#[tokio::test]
async fn totals_are_of_a_day_a_person_a_key_and_a_model() {
    let place = TestStore::new().await;
    let ana = Bill { key: Some("key".to_owned()), ..bill("ana", Unit::Run) };
    for bill in
        [ana.clone(), ana, bill("bo", Unit::Run), Bill { price: None, ..bill("bo", Unit::Run) }]
    {
        let expected = bill.price.map_or(NOTHING, |price| price.amount);
        begin(&place.records, &new_id(), &bill, expected).await;
    }
    let told = async |payer| {
        let totals = place.records.totals(payer, 0).await.unwrap().into_iter();
        let mut told: Vec<_> = totals
            .map(|total| {
                let cents = total.amount.micros() / 10_000;
                (total.payer, total.key, total.generations, total.unpriced, cents)
            })
            .collect();
        told.sort();
        told
    };
    let of_bo = ("bo".to_owned(), None, 2, 1, 1);
    let of_ana = ("ana".to_owned(), Some("key".to_owned()), 2, 0, 2);
    assert_eq!(told(Some("bo")).await, std::slice::from_ref(&of_bo));
    assert_eq!(told(None).await, [of_ana, of_bo]);
}

#[tokio::test]
async fn a_budget_of_ones_own_takes_the_place_of_the_one_for_each() {
    let place = TestStore::new().await;
    let records = &place.records;
    records.set_budget(&budget(Whose::Each, None, Some(0))).await.unwrap();
    records.set_budget(&budget(Whose::Of("ana".to_owned()), None, Some(1))).await.unwrap();
    let starts = async |bill: &Bill| {
        matches!(begin(records, &new_id(), bill, NOTHING).await, Claim::Started(_))
    };
    let (ana, bo) = (bill("ana", Unit::Run), bill("bo", Unit::Run));
    assert!(starts(&ana).await && !starts(&ana).await && !starts(&bo).await);
    // Owners are subject to the budgets for all and to their own.
    let owner = Bill { is_owner: true, ..bo };
    assert!(starts(&owner).await);
    records.set_budget(&budget(Whose::All, None, Some(2))).await.unwrap();
    assert!(!starts(&owner).await);
    records.remove_budget(&Whose::All).await.unwrap();
    assert!(starts(&owner).await);
}

#[tokio::test]
async fn a_new_month_begins_anew() {
    let place = TestStore::new().await;
    let (november, december) = (1_795_910_400_000, 1_796_083_200_000);
    place.records.set_budget(&budget(Whose::All, None, Some(1))).await.unwrap();
    let starts = async |now_ms| {
        let (id, session, request) = (new_id(), session("ana"), request("a fox"));
        let beginning = Beginning {
            id: &id,
            session: &session,
            request: &request,
            draft_digest: None,
            spare: None,
            owner: "me",
            now_ms,
        };
        let bill = bill("ana", Unit::Run);
        match place.records.claim(beginning, Some((&bill, cents(1)))).await.unwrap() {
            Claim::Started(_) => String::new(),
            Claim::TooDear(budget) => budget.begins_anew,
            Claim::Exists(_) | Claim::TooMany(_) => {
                unreachable!("the id is new, and none is limited")
            }
        }
    };
    assert_eq!(starts(november).await, "");
    assert_eq!(starts(november + 1).await, "2026-12-01");
    assert_eq!(starts(december).await, "");
}
