//! Tests the wait for a turn: positions, refusals, memory.

use super::*;

#[tokio::test]
async fn the_rest_waits_in_the_queue_and_is_told_its_place() {
    let stage = Stage::with((0..3).map(|_| Turn::Wait(picture()))).await;
    let (first, second, third) = (id(0), id(1), id(2));
    let run = |id| stage.generate_other(&stage.session, id, request("a fox"));
    let ((one, two), three, ()) = tokio::join!(
        async { tokio::join!(run(&first), run(&second)) },
        async {
            // Two generations of one session run at the same time.
            stage.script.began.notified().await;
            while stage.calls() < 2 {
                tokio::task::yield_now().await;
            }
            run(&third).await
        },
        async {
            let events = stage.generations.watch(&stage.session, &third, 0).await.unwrap();
            let queued =
                Event::Queued { place: Some(1), size: Some(1), eta_seconds: None, upstream: false };
            let queued = events.skip_while(|event| std::future::ready(event.event != queued));
            assert!(pin!(queued).next().await.is_some(), "it is never told its place");
            assert_eq!(stage.calls(), 2);
            stage.script.go_on.notify_waiters();
            while stage.calls() < 3 {
                tokio::task::yield_now().await;
            }
            stage.script.go_on.notify_one();
        },
    );
    assert!([one, two, three].iter().all(is_done));
}

#[tokio::test]
async fn who_waits_leaves_no_places_in_the_database_and_the_rest_is_refused() {
    let stage = Stage::with((0..502).map(|_| Turn::Wait(picture()))).await;
    let generations = stage.generations.clone();
    let ids: Vec<_> = (0..502_u64)
        .map(|number| {
            let mut entropy = [0; 10];
            entropy[..8].copy_from_slice(&number.to_be_bytes());
            GenerationId::from_parts(1, entropy)
        })
        .collect();
    let mut calls = Vec::new();
    for (id, number) in ids.iter().zip(0..) {
        let (generations, session, id) = (generations.clone(), stage.session.clone(), id.clone());
        let known = id.clone();
        calls.push(tokio::spawn(async move {
            generations.generate(&session, &id, draft_of(request("a fox"))).await
        }));
        while number >= 2
            && !stage.generations.0.running.get(&known).is_some_and(|run| run.is_waiting())
        {
            if let Some(call) = calls.pop_if(|call| call.is_finished()) {
                panic!("{number} does not wait: {:?}", call.await.unwrap());
            }
            tokio::task::yield_now().await;
        }
    }
    let refused = stage.generate_other(&stage.session, &id(9), request("a fox")).await;
    assert_eq!(
        refused,
        Err(GenerateError::Busy {
            host: "Easel".to_owned(),
            detail: "500 generations are waiting already".to_owned(),
        })
    );
    assert!(generations.0.records.get(&id(9)).await.unwrap().is_none(), "nothing was started");
    let waiting = generations.0.running.get(&ids[501]).unwrap();
    let place = |run: &Run| {
        run.events_after(0).iter().rev().find_map(|event| match event.event {
            Event::Queued { place, .. } => place,
            _ => None,
        })
    };
    assert_eq!(place(&waiting), Some(500));
    while calls.iter().any(|call| !call.is_finished()) {
        stage.script.go_on.notify_waiters();
        tokio::task::yield_now().await;
    }
    for id in &ids {
        let (kept, _) = kept(&generations, id).await;
        let is_place =
            |event: &NumberedEvent| matches!(event.event, Event::Queued { place: Some(_), .. });
        assert!(kept.len() <= 5 && !kept.iter().any(is_place), "{kept:?}");
    }
}

#[tokio::test]
async fn a_generation_that_waits_takes_little_memory() {
    let stage = Stage::with([]).await;
    let caller = Caller::from(&stage.session);
    let turn = stage.generations.0.queue.line_up_again(&caller);
    let ticket = Some(turn.ticket().clone());
    let (session, log) = (stage.session.clone(), Default::default());
    let run = Run::new(id(0), session, request("a fox"), None, 1, ticket, log);
    let task = stage.generations.clone().task(Arc::new(run), AttemptInputs::default(), turn, None);
    assert!(size_of_val(&task) < 3_200, "{} bytes", size_of_val(&task));
    assert!(size_of::<Run>() < 1_500, "{} bytes", size_of::<Run>());
    let caller = Caller::from(&stage.session);
    let call = stage.generations.generate(caller, &stage.id, None);
    assert!(size_of_val(&call) < 2_000, "{} bytes", size_of_val(&call));
    let watch = stage.generations.watch(&stage.session, &stage.id, 0);
    assert!(size_of_val(&watch) < 2_500, "{} bytes", size_of_val(&watch));
}
