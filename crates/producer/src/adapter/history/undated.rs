//! Posts without a start: when they were seen, and by which day they had begun.

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::VagueDate;
use tenure_domain::name_id::name_id;
use tenure_domain::wire::{Json, canonical};

use super::{NAMESPACE, is_aside};
use crate::adapter::period::Period;

/// A post without a start, or of which it is known by which day it had begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Undated {
    /// What is said beside its dates, as a hash.
    pub(super) post: u64,
    /// When it was seen, where it was, and had no end by then.
    pub(super) sighting: Option<Sighting>,
    /// The earliest day on which it can have ended, where it has.
    pub(super) ended: Option<Day>,
}

/// When a post was seen in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::adapter) struct Sighting {
    /// By which day it had begun.
    begun: Day,
    pub(super) last: Period,
}

impl Undated {
    /// What an event says of such a post; none where it is of no such post.
    pub(super) fn of(event: &Json<'_>) -> Option<Undated> {
        let date = |field: &str| event[field].as_str()?.parse::<VagueDate>().ok().map(|date| date.bounds());
        let known = match date("from") {
            None => None,
            Some(from) => Some(from.latest().filter(|_| from.earliest().is_none())?),
        };
        let ended = (!event["to"].is_null()).then(|| date("to").and_then(Bounds::earliest).unwrap_or(Day::MIN));
        let seen = date("seen").and_then(Period::of).filter(|seen| ended.is_none_or(|ended| seen.first < ended));
        let sighting = seen.map(|last| Sighting { begun: known.unwrap_or(last.last), last });
        Some(Undated { post: post(event)?, sighting, ended }).filter(|_| event["type"] == "HeldPost")
    }

    /// What is known of it once it is known when it was seen before, and not over; none where that is nothing new.
    pub(super) fn with(self, before: Sighting) -> Option<Sighting> {
        let own = self.sighting.or(self.ended.map(|_| before))?;
        let last = if self.ended.is_some() { own.last.max(before.last) } else { own.last };
        let together = Sighting { begun: own.begun.min(before.begun), last };
        (Some(together) != self.sighting).then_some(together)
    }
}

impl Sighting {
    /// Says it in an event.
    pub(in crate::adapter) fn put(self, event: &mut Json<'_>) {
        if self.begun < self.last.last {
            event.set("from", format!("[..{}]", self.begun));
        }
        event.set("seen", self.last.to_string());
    }
}

/// What a statement can say of a post otherwise than before, and mean the same post.
const DETAILS: [&str; 8] = ["from", "to", "seen", "note", "remit", "confidence", "reports_to", "lead"];

/// Of which post something is said, as a hash: whose it is and where, by ids where there are any.
fn post(event: &Json<'_>) -> Option<u64> {
    let Json::Object(said) = event else { return None };
    let said = said.iter().filter(|(field, _)| !is_aside(field) && !DETAILS.contains(&&**field));
    let named = said.map(|(field, node)| {
        let is_by_id = !node["id"].is_null();
        (field.clone(), if is_by_id { node["id"].clone() } else { node.clone() })
    });
    let said: Vec<_> = named.collect();
    Some(name_id(&NAMESPACE, canonical(&said).as_bytes()).as_u64_pair().0)
}
