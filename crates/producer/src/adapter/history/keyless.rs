//! What the ledger was told without a key: what says the same, in the words of the same source, is known by its content alone.
//!
//! Nothing of it is ever replaced or gone, so the first report of it is all that there is to know. That a post was seen on
//! the day of its report is not held: each day is evidence of its own.

use rustc_hash::FxHashMap;
use tenure_domain::day::{Day, Instant};
use tenure_domain::name_id::name_id;
use tenure_domain::wire::{Json, canonical};

use super::{At, NAMESPACE, NOW, Print, is_aside};

/// How many statements are known by their content; the others are said again.
const MOST_STATEMENTS: usize = 8_000_000;

/// What the ledger was told without a key, and when first.
#[derive(Debug, Default)]
pub(super) struct Keyless {
    first: FxHashMap<Print, At>,
}

impl Keyless {
    /// Learns what an event says that was reported then.
    pub(super) fn learn(&mut self, event: &Json<'_>, at: At, is_seen_aside: bool) {
        if !is_seen_aside && is_sighting_of(event, at) {
            return;
        }
        let print = print(event, is_seen_aside);
        if self.first.len() < MOST_STATEMENTS || self.first.contains_key(&print) {
            let first = self.first.entry(print).or_insert(at);
            *first = at.min(*first);
        }
    }

    /// Whether what an event says was reported by then.
    pub(super) fn has(&self, event: &Json<'_>, at: At, is_seen_aside: bool) -> bool {
        self.first.get(&print(event, is_seen_aside)).is_some_and(|first| *first <= at)
    }
}

/// Whether all that may be new in an event is that a post was in force on the day of the report.
fn is_sighting_of(event: &Json<'_>, at: At) -> bool {
    let seen = event["seen"].as_str().and_then(|seen| seen.parse::<Day>().ok());
    at != NOW && seen == Some(Instant::from_micros(at).day())
}

/// What an event says and in which source, but for when it was reported and read.
fn print(event: &Json<'_>, is_seen_aside: bool) -> Print {
    let fields = event.fields().iter();
    let said = canonical(fields.filter(|(field, _)| !(is_aside(field) || is_seen_aside && field == "seen")));
    let source = event["source"].fields().iter();
    let source = canonical(source.filter(|(field, _)| field != "retrieved_at"));
    name_id(&NAMESPACE, [said, source].concat().as_bytes()).as_u128()
}
