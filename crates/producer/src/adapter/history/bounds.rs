//! Dates that a version bounds by its own day: "over by then", "begun by then".

use tenure_domain::day::{Day, Instant};
use tenure_domain::wire::Json;

use super::{At, History, Key, NOW};

/// The fields that can hold such dates.
const DATES: [&str; 3] = ["from", "to", "effective"];

/// The dates of a statement that are bounds, by their fields: `[..2024-01-10]`, `[2001..2024-01-10]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Bounded(Vec<(&'static str, Box<str>)>);

/// Between which days a date lies.
fn sides(date: &str) -> Option<(&str, Day)> {
    let (earliest, latest) = date.strip_prefix('[')?.strip_suffix(']')?.split_once("..")?;
    Some((earliest, latest.parse().ok()?))
}

impl Bounded {
    pub(super) fn of(event: &Json<'_>) -> Bounded {
        let bounded = |field: &&'static str| event[*field].as_str().filter(|date| sides(date).is_some());
        Bounded(DATES.iter().filter_map(|field| Some((*field, bounded(field)?.into()))).collect())
    }
}

impl History {
    /// What a version bounds by its own day stays bounded by that of the first version that said so, for as long as it is
    /// said: a later one knows no less.
    pub(in crate::adapter) fn carry_bounds(&self, key: &Key<'_>, at: At, event: &mut Json<'_>) {
        let Some(trail) = self.trails.get(&*key.whole).filter(|_| at != NOW) else { return };
        let day_of = |at: At| Instant::from_micros(at).day();
        let Some(last) = trail.by(at) else { return };
        for (field, before) in &last.bounded.0 {
            let (Some(now), Some((earliest, by))) = (event[*field].as_str().and_then(sides), sides(before)) else {
                continue;
            };
            // "Over by then" is "begun before then".
            let is_before = *field == "from" && now.1.next() == day_of(at);
            let (now_by, first_by) = if is_before { (now.1.next(), by.next()) } else { (now.1, by) };
            let is_of_version = now.0 == earliest && now_by == day_of(at) && first_by < now_by;
            if is_of_version && trail.entries.iter().any(|entry| entry.at != NOW && day_of(entry.at) == first_by) {
                event.set(*field, before.to_string());
            }
        }
    }
}
