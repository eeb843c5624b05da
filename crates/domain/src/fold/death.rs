//! Rule 9: death. It "bounds every tenure when all else is applied".

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::day::Day;
use crate::position::EventId;
use crate::statement::Statement;
use crate::tenure::{Edge, Origin};

use super::claim::Belief;
use super::days::NarrowSpans;
use super::draft::TenureDraft;
use super::sorted;

/// The `end_reason` of a tenure that a death ended.
const DIED: &str = "died";

/// Statements of a death that can all be true.
struct Death<'f> {
    bounds: Bounds,
    belief: Belief<'f>,
    events: Vec<EventId>,
}

/// "Statements of it merge as in rule 1": the narrowest first, each joining the first that it overlaps.
fn merged<'f>(statements: &[&'f Statement]) -> Vec<Death<'f>> {
    let mut statements = statements.to_vec();
    let width = |s: &Statement| s.effective.width().map_or(i64::MAX, i64::from);
    statements.sort_by(|a, b| (width(a), a.reported_at, &a.event).cmp(&(width(b), b.reported_at, &b.event)));
    let mut deaths: Vec<Death<'f>> = Vec::new();
    let mut days = NarrowSpans::default();
    for statement in statements {
        let belief = Belief::of(statement);
        let first = days.least(statement.effective, None).map(|number| (number, &mut deaths[number]));
        let joins = first.and_then(|(i, death)| Some((i, death.bounds.intersect(statement.effective)?, death)));
        if let Some((number, both, death)) = joins {
            days.remove(death.bounds, number);
            days.add(both, number);
            death.bounds = both;
            death.belief = death.belief.most(belief);
            death.events.push(statement.event.clone());
        } else {
            days.add(statement.effective, deaths.len());
            deaths.push(Death { bounds: statement.effective, belief, events: vec![statement.event.clone()] });
        }
    }
    deaths
}

/// Bounds the tenures by the death that the statements tell of. When the person died, as far as it is believed.
pub(super) fn bound_by_death<'f>(
    drafts: &mut Vec<TenureDraft<'f>>,
    deaths: &[&'f Statement],
    attesting: &[(Day, &'f Statement)],
    conflicts: &mut Vec<Conflict>,
) -> Option<Edge> {
    let merged = merged(deaths);
    let believed = merged.iter().reduce(|a, b| if b.belief.over(&a.belief) { b } else { a })?;
    let all = sorted(deaths.iter().map(|s| &s.event));
    if merged.len() > 1 {
        let dates: Vec<String> = merged.iter().map(|death| format!("{}", death.bounds)).collect();
        let detail = format!("died {}; {} is believed", dates.join(" or "), believed.bounds);
        conflicts.push(Conflict::new(ConflictKind::DateDisagrees, all.clone(), detail));
    }
    let after = |day: Day| believed.bounds.latest().is_some_and(|latest| latest < day);
    // "A death less believed than a statement that attests a later day bounds nothing, and `after_death` is recorded."
    // What was said before the death can tell of a later day only as what was to come.
    let contradicts = |(day, s): &&(Day, &'f Statement)| {
        after(*day) && after(s.reported_at.day()) && Belief::of(s).over(&believed.belief)
    };
    let later: Vec<EventId> = attesting.iter().filter(contradicts).map(|(_, s)| s.event.clone()).collect();
    if !later.is_empty() {
        let events = later.into_iter().chain(believed.events.iter().cloned()).collect();
        let detail = format!("in a post after {}, the day of a death that is believed less", believed.bounds);
        conflicts.push(Conflict::new(ConflictKind::AfterDeath, events, detail));
        return None;
    }
    drafts.retain_mut(|draft| {
        let outcome = draft.bound(believed, after);
        let put_aside = draft.seen.iter().filter(|(day, _)| after(*day)).map(|(_, event)| (*event).clone());
        let mut events: Vec<EventId> = outcome.put_aside;
        if !outcome.stays {
            events.extend(draft.tenure.supports.iter().cloned());
        }
        events.extend(put_aside);
        if !events.is_empty() {
            events.extend(believed.events.iter().cloned());
            let title = draft.tenure.title.as_ref().map_or("a post".to_owned(), |t| format!("`{}`", t.as_str()));
            let detail = format!("{title} after the death of {}: a stale source, or a namesake", believed.bounds);
            conflicts.push(Conflict::new(ConflictKind::AfterDeath, events, detail));
        }
        outcome.stays
    });
    Some(Edge { bounds: believed.bounds, origin: Origin::Stated, events: all })
}
/// What a death did to a tenure.
struct Outcome {
    stays: bool,
    /// The events of a stated end that the death puts aside.
    put_aside: Vec<EventId>,
}

impl TenureDraft<'_> {
    fn bound(&mut self, death: &Death<'_>, after: impl Fn(Day) -> bool) -> Outcome {
        let tenure = &mut self.tenure;
        let mut outcome = Outcome { stays: true, put_aside: Vec::new() };
        // "A tenure whose earliest start is after the death's latest day is not answered."
        if tenure.start.bounds.earliest().is_some_and(&after) {
            outcome.stays = false;
            return outcome;
        }
        let lasts = tenure.end.as_ref().is_none_or(|end| end.bounds.earliest().is_some_and(&after));
        if !lasts {
            // "Of another the latest day of the end, and so of the start, is cut to it."
            if let Some(end) = &mut tenure.end {
                end.bounds = end.bounds.cut(death.bounds.latest());
                let bounds = end.bounds;
                self.cut_start(bounds);
            }
            return outcome;
        }
        // "One without an end, or whose earliest end is after that day, ends by the death (rule 4)."
        let stated = tenure.end.take().filter(|end| !end.origin.is_inferred());
        let origin = if stated.is_some() { Origin::Stated } else { Origin::Death };
        // A succession says "by then", and not that the post was held so long.
        if let Some(end) = stated.filter(|_| !self.succeeded.alone) {
            let by_then = &self.succeeded.by_then;
            outcome.put_aside = end.events.into_iter().filter(|event| by_then.binary_search(event).is_err()).collect();
        }
        let mut events = death.events.clone();
        events.sort();
        let bounds = tenure.raised(death.bounds);
        tenure.supports.extend(events.iter().cloned());
        tenure.end = Some(Edge { bounds, origin, events });
        tenure.end_reason = Some(DIED.into());
        self.cut_start(bounds);
        outcome
    }
}
