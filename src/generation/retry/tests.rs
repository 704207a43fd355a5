//! Courses of messages, and the commands that they lead to.

use super::*;

/// Applies messages in turn and returns the commands.
fn play(retry: &mut Retry, msgs: impl IntoIterator<Item = Msg>) -> Vec<Command> {
    msgs.into_iter().map(|msg| retry.take(msg)).collect()
}

/// Ends the sleep that the machine is in.
fn slept(retry: &mut Retry) -> Command {
    let sleep = retry.sleep;
    retry.take(Msg::Slept(sleep))
}

fn loading(attempt: u32) -> Msg {
    Msg::Loading { estimated_time: Some(1.0), attempt }
}

fn calls(commands: &[Command]) -> usize {
    commands.iter().filter(|command| **command == Command::Call).count()
}

#[test]
fn success_the_first_time() {
    let mut retry = Retry::default();
    assert_eq!(play(&mut retry, [Msg::Started, Msg::Done]), [Command::Call, Command::Show]);
    assert!(!retry.is_generating());
    assert_eq!(retry.retries_left(), MAX_RETRIES);
}

#[test]
fn loading_three_times_and_then_success_makes_four_calls() {
    let mut retry = Retry::default();
    let mut commands = play(&mut retry, [Msg::Started]);
    for attempt in 1..=3 {
        commands.extend(play(&mut retry, [loading(attempt)]));
        commands.push(slept(&mut retry));
    }
    commands.extend(play(&mut retry, [Msg::Done]));
    assert_eq!(calls(&commands), 4);
    assert_eq!(commands.last(), Some(&Command::Show));
    assert_eq!(retry.retries_left(), 17);
}

#[test]
fn twenty_one_calls_and_then_it_gives_up() {
    let mut retry = Retry::default();
    let mut commands = play(&mut retry, [Msg::Started]);
    let mut attempt = 0;
    while retry.is_generating() {
        attempt += 1;
        commands.extend(play(&mut retry, [loading(attempt)]));
        commands.push(slept(&mut retry));
        assert!(attempt < 100, "it never gives up");
    }
    assert_eq!(calls(&commands), 21);
    assert!(commands.contains(&Command::Fail(RefusalKind::StillLoading.into())));
}

#[test]
fn an_error_ends_it() {
    let mut retry = Retry::default();
    let commands = play(&mut retry, [Msg::Started, Msg::Failed(RefusalKind::Failed.into())]);
    assert_eq!(commands[1], Command::Fail(RefusalKind::Failed.into()));
    assert_eq!(retry.state(), State::Over);
}

#[test]
fn a_server_that_hears_too_much_is_asked_again_later() {
    let too_often = || Msg::Failed(RefusalKind::TooOften.into());
    let mut retry = Retry::default();
    play(&mut retry, [Msg::Started, loading(1)]);
    slept(&mut retry);
    for seconds in [1.0, 2.0, 4.0] {
        let ordered = retry.take(too_often());
        assert_eq!(ordered, Command::Sleep { sleep: retry.sleep, seconds });
        assert!(retry.is_generating());
        assert_eq!(slept(&mut retry), Command::Call);
    }
    assert_eq!(retry.take(Msg::Done), Command::Show);
    assert_eq!(retry.retries_left(), MAX_RETRIES - 1, "no attempt was made meanwhile");
}

#[test]
fn an_estimate_is_advice() {
    for (estimated_time, seconds) in [
        (None, 10.0),
        (Some(0.0), 1.0),
        (Some(-5.0), 1.0),
        (Some(0.3), 1.0),
        (Some(22.3), 22.3),
        (Some(300.889), 60.0),
        (Some(f64::MAX), 60.0),
        (Some(f64::NAN), 10.0),
        (Some(f64::INFINITY), 60.0),
        (Some(f64::NEG_INFINITY), 1.0),
    ] {
        assert_eq!(waiting_seconds(estimated_time), seconds, "{estimated_time:?}");
    }
}

#[test]
fn a_cancel_while_the_model_loads_makes_no_further_attempt() {
    let mut retry = Retry::default();
    let commands = play(&mut retry, [Msg::Started, loading(1), Msg::CancelPressed]);
    assert_eq!(commands[2], Command::Cancel);
    assert!(retry.is_cancelling());
    // The sleep from before is outdated.
    assert_eq!(play(&mut retry, [Msg::Slept(1)]), [Command::Nothing]);
    // The next call only reports the result of the cancel.
    assert_eq!(play(&mut retry, [Msg::CancelDelivered]), [Command::Call]);
    let end = play(&mut retry, [Msg::Failed(RefusalKind::Cancelled.into())]);
    assert_eq!(end, [Command::Fail(RefusalKind::Cancelled.into())]);
}

#[test]
fn it_is_cancelling_until_the_server_says_what_became_of_it() {
    let mut retry = Retry::default();
    let commands = play(&mut retry, [Msg::Started, Msg::CancelPressed, Msg::CancelPressed]);
    assert_eq!(commands, [Command::Call, Command::Cancel, Command::Nothing]);
    assert_eq!(play(&mut retry, [Msg::CancelDelivered]), [Command::Nothing]);
    assert!(retry.is_cancelling());
    play(&mut retry, [Msg::StillRunning]);
    assert_eq!(play(&mut retry, [Msg::Heard]), [Command::Call]);
    play(&mut retry, [Msg::Failed(RefusalKind::Cancelled.into())]);
    assert!(!retry.is_cancelling());
}

#[test]
fn a_picture_that_won_the_race_against_a_cancel_is_shown() {
    let mut retry = Retry::default();
    let commands =
        play(&mut retry, [Msg::Started, Msg::CancelPressed, Msg::CancelDelivered, Msg::Done]);
    assert_eq!(commands.last(), Some(&Command::Show));
}

#[test]
fn a_cancel_that_could_not_be_delivered_is_sent_when_the_connection_is_back() {
    let mut retry = Retry::default();
    let commands =
        play(&mut retry, [Msg::Started, Msg::CancelPressed, Msg::Disconnected, Msg::CancelLost]);
    assert_eq!(commands[2], Command::Nothing);
    assert!(matches!(commands[3], Command::Sleep { .. }));
    assert!(retry.is_cancel_undelivered());
    assert_eq!(play(&mut retry, [Msg::Online]), [Command::Cancel]);
    assert_eq!(play(&mut retry, [Msg::CancelDelivered]), [Command::Call]);
    assert!(retry.is_cancelling() && !retry.is_cancel_undelivered());
}

#[test]
fn an_attempt_that_ended_before_the_cancel_came_is_cancelled_again() {
    let mut retry = Retry::default();
    let commands =
        play(&mut retry, [Msg::Started, Msg::CancelPressed, Msg::CancelDelivered, loading(1)]);
    assert_eq!(commands.last(), Some(&Command::Cancel));
    assert_eq!(play(&mut retry, [Msg::CancelDelivered]), [Command::Call]);
}

#[test]
fn a_second_start_changes_nothing() {
    let mut retry = Retry::default();
    let commands = play(&mut retry, [Msg::Started, Msg::Started]);
    assert_eq!(commands, [Command::Call, Command::Nothing]);
}

#[test]
fn still_running_uses_up_no_retry() {
    let mut retry = Retry::default();
    play(&mut retry, [Msg::Started]);
    for _ in 0..100 {
        let commands = play(&mut retry, [Msg::StillRunning]);
        assert!(matches!(commands[0], Command::Sleep { seconds: 10.0, .. }));
        assert_eq!(slept(&mut retry), Command::Call);
    }
    assert_eq!(retry.retries_left(), MAX_RETRIES);
}

#[test]
fn the_end_that_the_events_tell_of_is_asked_for_at_once() {
    let mut retry = Retry::default();
    let commands = play(&mut retry, [Msg::Started, Msg::StillRunning, Msg::Heard, Msg::Heard]);
    assert_eq!(commands[2..], [Command::Call, Command::Nothing]);
    // The end of the old sleep causes no second call.
    assert_eq!(play(&mut retry, [Msg::Slept(1)]), [Command::Nothing]);
}

#[test]
fn a_reload_goes_on_counting_where_it_was() {
    let mut retry = Retry::default();
    play(&mut retry, [Msg::Started, loading(19)]);
    assert_eq!(retry.retries_left(), 1);
    slept(&mut retry);
    play(&mut retry, [loading(20)]);
    slept(&mut retry);
    let commands = play(&mut retry, [loading(21)]);
    assert_eq!(commands, [Command::Fail(RefusalKind::StillLoading.into())]);
}

#[test]
fn a_lost_connection_is_a_state_of_its_own_and_never_given_up() {
    let mut retry = Retry::default();
    play(&mut retry, [Msg::Started]);
    let mut pauses = Vec::new();
    for _ in 0..40 {
        match play(&mut retry, [Msg::Disconnected]).pop() {
            Some(Command::Sleep { seconds, .. }) => pauses.push(seconds),
            other => panic!("{other:?}"),
        }
        assert_eq!(retry.state(), State::Lost);
        assert_eq!(slept(&mut retry), Command::Call);
    }
    assert_eq!(pauses[..5], [1.0, 2.0, 4.0, 8.0, 15.0]);
    assert_eq!(pauses[39], 15.0);
    assert_eq!(retry.retries_left(), MAX_RETRIES);
}

#[test]
fn it_reconnects_at_once_when_the_browser_is_online_again() {
    let mut retry = Retry::default();
    let commands = play(&mut retry, [Msg::Started, Msg::Disconnected, Msg::Online]);
    assert_eq!(commands[2], Command::Call);
    // The end of the old sleep causes no second call.
    assert_eq!(play(&mut retry, [Msg::Slept(1)]), [Command::Nothing]);
    // A loading model is not called earlier because of it.
    assert_eq!(play(&mut retry, [loading(1), Msg::Online])[1], Command::Nothing);
}

#[test]
fn an_undelivered_cancel_is_sent_again_whatever_is_heard_meanwhile() {
    let mut retry = Retry::default();
    let before = [Msg::Started, Msg::StillRunning, Msg::CancelPressed, Msg::CancelLost];
    let ordered = play(&mut retry, before);
    let Some(Command::Sleep { sleep, .. }) = ordered.last() else { panic!("{ordered:?}") };
    let after = [Msg::Heard, Msg::Disconnected, Msg::Slept(*sleep)];
    assert_eq!(play(&mut retry, after).last(), Some(&Command::Cancel));
}

#[test]
fn a_connection_stays_lost_until_the_server_is_heard_of() {
    let lost = || {
        let mut retry = Retry::default();
        play(&mut retry, [Msg::Started, Msg::StillRunning, Msg::Heard, Msg::Disconnected]);
        retry
    };
    for of_page in [Msg::Online, Msg::Slept(lost().sleep), Msg::CancelPressed] {
        let mut retry = lost();
        retry.take(of_page.clone());
        assert!(retry.is_lost(), "{of_page:?}");
    }
    let mut retry = lost();
    play(&mut retry, [Msg::CancelPressed, Msg::CancelLost]);
    assert_eq!(slept(&mut retry), Command::Cancel);
    assert!(retry.is_lost());
    for heard in [Msg::Reached, Msg::StillRunning, Msg::CancelDelivered] {
        let mut retry = lost();
        play(&mut retry, [Msg::CancelPressed, Msg::Online, heard.clone()]);
        assert!(!retry.is_lost(), "{heard:?}");
    }
    let mut retry = lost();
    play(&mut retry, [Msg::Online, Msg::Failed(RefusalKind::Failed.into())]);
    assert!(!retry.is_lost() && !retry.is_generating());
}
