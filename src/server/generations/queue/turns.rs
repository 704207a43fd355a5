//! Decides whose turn is next. Parties take turns, and so do the people of each party, so that a
//! crowd behind one address delays itself and nobody else. A semaphore would serve in order of
//! arrival, which a crowd would exploit.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::server::{client_address::ClientAddress, generations::Caller, store::SessionId};

/// The unit that gets one turn in every round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    /// A person who has made pictures here before.
    Person(SessionId),
    /// All other people at one address: cookies cost nothing, addresses do.
    Newcomers(Option<ClientAddress>),
}

/// One waiting generation.
#[derive(Debug)]
pub struct Waiting<T> {
    pub number: u64,
    pub caller: Caller,
    pub party: Party,
    /// Signals that the turn has come.
    pub bell: T,
}

/// All waiting generations.
#[derive(Debug)]
pub struct Turns<T> {
    /// The first party is next.
    parties: VecDeque<(Party, People<T>)>,
}

/// The people of one party.
#[derive(Debug)]
struct People<T> {
    /// The first line is next. All people without a cookie share one line.
    lines: VecDeque<(Option<SessionId>, VecDeque<Waiting<T>>)>,
    size: usize,
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self { parties: VecDeque::new() }
    }
}

impl<T> Turns<T> {
    pub fn size(&self) -> usize {
        self.parties.iter().map(|(_, people)| people.size).sum()
    }

    pub fn push(&mut self, waiting: Waiting<T>) {
        let people = match self.parties.iter().position(|(party, _)| *party == waiting.party) {
            Some(index) => &mut self.parties[index].1,
            None => {
                let people = People { lines: VecDeque::new(), size: 0 };
                self.parties.push_back((waiting.party.clone(), people));
                &mut self.parties.back_mut().expect("it was just added").1
            }
        };
        people.push(waiting);
    }

    /// Removes and returns the next one that `may_run`. Those that may not are skipped and keep
    /// their turn.
    pub fn next(&mut self, may_run: impl Fn(&Caller) -> bool) -> Option<Waiting<T>> {
        for index in 0..self.parties.len() {
            let Some(next) = self.parties[index].1.next(&may_run) else { continue };
            let (party, people) = self.parties.remove(index)?;
            if people.size > 0 {
                self.parties.push_back((party, people));
            }
            return Some(next);
        }
        None
    }

    /// Removes a waiting generation. False when it does not wait.
    pub fn remove(&mut self, party: &Party, caller: &Caller, number: u64) -> bool {
        let Some(index) = self.parties.iter().position(|(other, _)| other == party) else {
            return false;
        };
        let was_there = self.parties[index].1.remove(caller, number);
        if self.parties[index].1.size == 0 {
            self.parties.remove(index);
        }
        was_there
    }

    /// The position, counted from 1 = next, assuming that nobody arrives or leaves and everybody
    /// may run; `None` when it does not wait.
    pub fn place(&self, party: &Party, caller: &Caller, number: u64) -> Option<usize> {
        let sizes = self.parties.iter().map(|(_, people)| people.size);
        let index = self.parties.iter().position(|(other, _)| other == party)?;
        let before = self.parties[index].1.before(caller, number)?;
        Some(turns_before(sizes, index, before) + 1)
    }
}

impl<T> People<T> {
    fn line_of(&self, caller: &Caller) -> Option<usize> {
        let name = line_name(caller);
        self.lines.iter().position(|(other, _)| other.as_ref() == name)
    }

    fn push(&mut self, waiting: Waiting<T>) {
        self.size += 1;
        match self.line_of(&waiting.caller) {
            Some(index) => self.lines[index].1.push_back(waiting),
            None => {
                let name = line_name(&waiting.caller).cloned();
                self.lines.push_back((name, VecDeque::from([waiting])));
            }
        }
    }

    fn next(&mut self, may_run: &impl Fn(&Caller) -> bool) -> Option<Waiting<T>> {
        let first_may = |line: &VecDeque<Waiting<T>>| {
            line.front().is_some_and(|waiting| may_run(&waiting.caller))
        };
        let index = self.lines.iter().position(|(_, line)| first_may(line))?;
        let (name, mut line) = self.lines.remove(index)?;
        let next = line.pop_front()?;
        if !line.is_empty() {
            self.lines.push_back((name, line));
        }
        self.size -= 1;
        Some(next)
    }

    fn remove(&mut self, caller: &Caller, number: u64) -> bool {
        let Some(index) = self.line_of(caller) else { return false };
        let line = &mut self.lines[index].1;
        let before = line.len();
        line.retain(|waiting| waiting.number != number);
        let was_there = line.len() < before;
        if line.is_empty() {
            self.lines.remove(index);
        }
        self.size -= usize::from(was_there);
        was_there
    }

    /// How many people of the party come before this one.
    fn before(&self, caller: &Caller, number: u64) -> Option<usize> {
        let index = self.line_of(caller)?;
        // Numbers are assigned in order, so a line is sorted.
        let line = &self.lines[index].1;
        let before = line.binary_search_by_key(&number, |waiting| waiting.number).ok()?;
        Some(turns_before(self.lines.iter().map(|(_, line)| line.len()), index, before))
    }
}

/// How many turns come before an entry that has `before` entries ahead of it in the line `index`,
/// when lines of these `sizes` take turns.
fn turns_before(sizes: impl Iterator<Item = usize>, index: usize, before: usize) -> usize {
    let turns = sizes.enumerate().map(|(other, size)| match other.cmp(&index) {
        std::cmp::Ordering::Less => size.min(before + 1),
        std::cmp::Ordering::Equal => before,
        std::cmp::Ordering::Greater => size.min(before),
    });
    turns.sum()
}

fn line_name(caller: &Caller) -> Option<&SessionId> {
    Some(&caller.session).filter(|_| !caller.is_new)
}
