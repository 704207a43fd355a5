//! Tests who comes next, and how long it takes.

use super::*;

const HERE: &str = "192.0.2.1";
const THERE: &str = "192.0.2.2";

/// Adds people by name and address to the queue. A capitalized name has made pictures before; one
/// that begins with `_` came without a cookie.
fn turns(people: &[(&'static str, &str)]) -> Turns<&'static str> {
    let mut turns = Turns::default();
    for ((name, address), number) in people.iter().zip(0..) {
        let address = Some(ClientAddress::new(address.parse().unwrap()));
        let session = SessionId::new(*name);
        let is_new = name.starts_with('_');
        let caller = Caller { address, is_new, ..Caller::from(&session) };
        let party = match name.starts_with(char::is_uppercase) {
            true => Party::Person(caller.session.clone()),
            false => Party::Newcomers(address),
        };
        turns.push(Waiting { number, caller, party, bell: *name });
    }
    turns
}

fn in_order(mut turns: Turns<&'static str>) -> Vec<&'static str> {
    std::iter::from_fn(|| turns.next(|_| true)).map(|next| next.bell).collect()
}

#[test]
fn people_at_one_address_take_turns() {
    let people = [("a", HERE), ("a", HERE), ("a", HERE), ("b", HERE)];
    assert_eq!(in_order(turns(&people)), ["a", "b", "a", "a"]);
}

#[test]
fn a_crowd_of_new_cookies_waits_for_itself() {
    let names: Vec<_> = (0..200).map(|i| &*format!("crowd {i}").leak()).collect();
    let mut people: Vec<_> = names.iter().map(|name| (*name, HERE)).collect();
    people.extend([("other address", THERE), ("Known", HERE)]);
    assert_eq!(in_order(turns(&people))[..3], ["crowd 0", "other address", "Known"]);
}

#[test]
fn who_keeps_no_cookie_shares_one_line() {
    let people = [("_1", HERE), ("_2", HERE), ("_3", HERE), ("cookie", HERE)];
    assert_eq!(in_order(turns(&people)), ["_1", "cookie", "_2", "_3"]);
}

#[test]
fn who_may_not_run_keeps_the_turn() {
    let mut turns = turns(&[("a", HERE), ("b", HERE), ("c", THERE)]);
    let next = turns.next(|caller| caller.session.as_str() != "a").unwrap();
    assert_eq!(next.bell, "b");
    let next = turns.next(|_| true).unwrap();
    assert_eq!(next.bell, "c", "it is the turn of the other address");
    assert_eq!(in_order(turns), ["a"]);
}

#[test]
fn a_place_says_how_many_turns_are_left() {
    let people = [
        ("a", HERE),
        ("a", HERE),
        ("b", HERE),
        ("c", THERE),
        ("A", HERE),
        ("_", HERE),
        ("a", HERE),
        ("c", THERE),
        ("A", THERE),
    ];
    let mut turns = turns(&people);
    let mut expected = Vec::new();
    for parties in &turns.parties {
        for (_, line) in &parties.1.lines {
            for waiting in line {
                let place = turns.place(&waiting.party, &waiting.caller, waiting.number);
                expected.push((place.unwrap(), waiting.number));
            }
        }
    }
    expected.sort_unstable();
    let order: Vec<_> =
        std::iter::from_fn(|| turns.next(|_| true)).map(|next| next.number).zip(1..).collect();
    let order: Vec<_> = order.into_iter().map(|(number, place)| (place, number)).collect();
    assert_eq!(expected, order);
}

#[test]
fn who_leaves_is_gone() {
    let mut turns = turns(&[("a", HERE), ("a", HERE)]);
    let (caller, party) = {
        let first = &turns.parties[0].1.lines[0].1[0];
        (first.caller.clone(), first.party.clone())
    };
    assert!(turns.remove(&party, &caller, 0));
    assert!(!turns.remove(&party, &caller, 0));
    assert_eq!(turns.place(&party, &caller, 1), Some(1));
    assert!(turns.remove(&party, &caller, 1));
    assert_eq!((turns.size(), turns.parties.len()), (0, 0));
}
