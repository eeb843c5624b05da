//! Evidence: which events support a tenure, which say otherwise, and what sources disagree on.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use tenure_domain::bounds::Bounds;
use tenure_domain::conflict::{Conflict as Dispute, ConflictKind};
use tenure_domain::day::Instant;
use tenure_domain::edtf::VagueDate;
use tenure_domain::event::{Event, Fact, PersonFact};
use tenure_domain::position::{EventId, Seq};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::{Edge, Tenure as FoldedTenure};
use tenure_domain::view::{EvidenceRef, Meant, NameConflict, ViewError};
use tenure_domain::wire;

use crate::Inquiry;
use tenure_answers::{BasisShown, Conflict, ConflictsAnswer, Evidence, WhyAnswer};
use tenure_answers::{Candidate, Sort};

use crate::ask::AskError;
use crate::findings::Findings;
use crate::location::MergerPaths;
use crate::naming::NameOrder;
use crate::outlives::Dissolved;
use crate::reach::Reach;
use crate::tenure_id::{IdAsked, TenureIds};
use crate::units::SubUnits;

/// An event as the log keeps it.
#[derive(Clone, Debug)]
pub struct RecordedEvent {
    /// Its position.
    pub seq: Seq,
    /// When the log recorded it.
    pub recorded_at: Instant,
    /// The event.
    pub event: Event,
}

/// Where events can be looked up by position.
pub trait RecordedEvents {
    /// The event at that position of the log; none where no event is there that this version reads.
    fn event(&self, seq: Seq) -> Result<Option<RecordedEvent>, ViewError>;
}

impl Inquiry<'_> {
    /// The tenure that an id means, as answers give it or cut to its first digits, and whose it is.
    pub fn tenure_by_id(&self, id: &str) -> Result<Option<(PersonNo, usize)>, AskError> {
        let Some((person, hash)) = id.rsplit_once('@') else { return Ok(None) };
        let Some(asked) = IdAsked::of(hash) else { return Ok(None) };
        let mut found: Vec<(PersonNo, usize)> = Vec::new();
        for person in self.view.people_asked(person)? {
            let meant = asked.meant(&*self.view.person(person)?);
            found.extend(meant.into_iter().map(|tenure| (person, tenure)));
        }
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => {
                let candidates = several.iter().map(|(person, tenure)| self.tenure_offered(*person, *tenure));
                let mut candidates: Vec<Candidate> = candidates.collect::<Result<_, _>>()?;
                candidates.sort_by(|a, b| a.id.cmp(&b.id));
                Err(AskError::Ambiguous { asked: id.to_owned(), candidates, total: several.len() })
            }
        }
    }

    fn tenure_offered(&self, person: PersonNo, tenure: usize) -> Result<Candidate, ViewError> {
        let state = self.view.person(person)?;
        let held = &state.career.tenures[tenure];
        let place = self.unit_shown(held.unit.unwrap_or(held.company))?.name;
        let title = held.title.as_ref().map(|title| title.as_str().to_owned());
        let name = title.into_iter().chain([place]).collect::<Vec<_>>().join(", ");
        Ok(Candidate::named(Sort::Tenure, TenureIds::of(&state).id(tenure), name))
    }

    /// The tenure that `why PERSON` is about: of the posts on the day, the one that `person` lists first.
    pub fn tenure_of(&self, person: PersonNo) -> Result<Option<usize>, ViewError> {
        Ok(self
            .placed_positions(&mut Findings::default(), &*self.view.person(person)?)?
            .into_iter()
            .next()
            .map(|(place, _)| place))
    }

    /// `why`: the evidence of one tenure.
    pub fn why_answer(
        &self,
        basis: BasisShown,
        tenure: Option<(PersonNo, usize)>,
        events: &dyn RecordedEvents,
    ) -> Result<WhyAnswer, ViewError> {
        let Some((person, tenure)) = tenure else {
            let (supports, contradicts, replaced) = (Vec::new(), Vec::new(), Vec::new());
            return Ok(WhyAnswer { basis, asked: None, tenure: None, supports, contradicts, replaced });
        };
        let state = self.view.person(person)?;
        let held = &state.career.tenures[tenure];
        // Of several of one id the first.
        let told: BTreeMap<&EventId, &EvidenceRef> = state.evidence.iter().rev().map(|e| (&e.id, e)).collect();
        let by_id = |id: &EventId| told.get(id).and_then(|told| events.event(told.seq).transpose());
        let mut supporting: Vec<RecordedEvent> = held.supports.iter().filter_map(by_id).collect::<Result<_, _>>()?;
        let inferred = held.end.iter().filter(|end| end.origin.is_inferred()).flat_map(|end| &end.events);
        let mut contradicting: BTreeSet<EventId> = BTreeSet::new();
        let on = RestsOn::of(held);
        let by_support: FxHashMap<&EventId, &RecordedEvent> = supporting.iter().map(|s| (&s.event.id, s)).collect();
        for conflict in &state.career.conflicts {
            if conflict.events.iter().any(|event| on.supports.contains(event)) {
                let contradicts = |event: &&EventId| match by_support.get(event) {
                    Some(support) => says_otherwise(conflict, &on, &support.event),
                    None => !on.supports.contains(event),
                };
                contradicting.extend(conflict.events.iter().filter(contradicts).cloned());
            }
        }
        for cause in inferred {
            contradicting.remove(cause);
        }
        let mut contradicting: Vec<RecordedEvent> = contradicting.iter().filter_map(by_id).collect::<Result<_, _>>()?;
        let older = held.supports.iter().filter_map(|id| told.get(id)).flat_map(|e| e.replaces.iter().copied());
        let mut replaced: Vec<RecordedEvent> =
            older.filter_map(|seq| events.event(seq).transpose()).collect::<Result<_, _>>()?;
        let by_position = |list: &mut Vec<RecordedEvent>| {
            list.sort_by_key(|known| known.seq);
            list.dedup_by_key(|known| known.seq);
        };
        by_position(&mut supporting);
        by_position(&mut contradicting);
        by_position(&mut replaced);
        let erased = self.view.erased_names()?;
        let shown = |known: &RecordedEvent| {
            let mut shown = evidence(known);
            erased.withhold_words_of_source(&mut shown.source);
            shown
        };
        Ok(WhyAnswer {
            basis,
            asked: None,
            tenure: Some(self.tenure_shown(&mut Findings::default(), TenureIds::of(&state).id(tenure), held)?),
            supports: supporting.iter().map(shown).collect(),
            contradicts: contradicting.iter().map(shown).collect(),
            replaced: replaced.iter().map(shown).collect(),
        })
    }

    pub(crate) fn conflict_shown(
        &self,
        person: Option<PersonNo>,
        unit: Option<UnitNo>,
        conflict: &Dispute,
    ) -> Result<Conflict, ViewError> {
        Ok(Conflict {
            kind: conflict.kind.as_str().to_owned(),
            person: person.map(|p| self.person_shown(p)).transpose()?,
            unit: unit.map(|u| self.unit_shown(u)).transpose()?,
            events: conflict.events.iter().map(ToString::to_string).collect(),
            detail: conflict.detail.clone(),
        })
    }

    /// `conflicts`: of a person, of a unit and what is below it, or of the whole ledger.
    pub fn conflicts_answer(&self, basis: BasisShown, of: Option<ConflictsOf>) -> Result<ConflictsAnswer, ViewError> {
        let mut found: Vec<Conflict> = Vec::new();
        let mut units = match of {
            Some(ConflictsOf::Unit(unit)) => Some(self.reach(unit, SubUnits::Whole)?),
            Some(ConflictsOf::Person(_)) | None => None,
        };
        let mut people: Vec<PersonNo> = Vec::new();
        let (mut dissolved, mut ways) = (Dissolved::in_view(self.view), MergerPaths::default());
        let mut outliving: BTreeSet<PersonNo> = BTreeSet::new();
        match (of, &mut units) {
            (Some(ConflictsOf::Person(person)), _) => {
                people.push(person);
                outliving.insert(person);
            }
            (_, Some(within)) => {
                for unit in within.sources.clone() {
                    let rows = within.rows(unit)?;
                    people.extend(rows.iter().map(|row| row.person));
                    outliving.extend(dissolved.may_outlive(unit, || Ok(rows))?);
                }
            }
            (_, None) => {
                people.extend(self.view.people_with_conflicts()?);
                for unit in self.view.units()? {
                    outliving.extend(dissolved.may_outlive(unit, || self.view.roster(unit))?);
                }
            }
        }
        people.sort_unstable();
        people.dedup();
        for person in self.view.conflicted(&people)? {
            for conflict in &self.view.person(person)?.career.conflicts {
                found.push(self.conflict_shown(Some(person), None, conflict)?);
            }
        }
        for person in outliving {
            for (unit, conflict) in self.outliving(&mut ways, person)? {
                found.push(self.conflict_shown(Some(person), Some(unit), &conflict)?);
            }
        }
        found.extend(self.name_conflicts_that(|named| match (of, &units) {
            (Some(ConflictsOf::Person(person)), _) => named.about().any(|one| one == Meant::Person(person)),
            (_, Some(within)) => named.about().any(|one| match one {
                Meant::Person(person) => people.binary_search(&person).is_ok(),
                Meant::Unit(unit) => within.sources.contains(&unit),
            }),
            (_, None) => true,
        })?);
        self.add_conflicts_of_units(of, units.as_ref(), &mut found)?;
        found.sort_by_cached_key(|c| {
            let unit = c.unit.as_ref().map(NameOrder::unit);
            (c.kind.clone(), c.person.as_ref().map(NameOrder::person), unit, c.events.clone())
        });
        found.dedup();
        Ok(ConflictsAnswer { basis, conflicts: found })
    }

    /// The conflicts of names that are wanted.
    pub(crate) fn name_conflicts_that(
        &self,
        are_wanted: impl Fn(&NameConflict) -> bool,
    ) -> Result<Vec<Conflict>, ViewError> {
        let named = self.view.name_conflicts()?;
        let wanted = named.iter().filter(|named| are_wanted(named));
        wanted.map(|named| self.conflict_shown(named.person, named.unit, &named.conflict)).collect()
    }

    /// What contradicts itself in a unit, what its people and its names do left aside.
    pub(crate) fn conflicts_within(&self, unit: UnitNo) -> Result<Vec<Conflict>, ViewError> {
        let mut found = Vec::new();
        self.add_conflicts_about(unit, &mut found)?;
        self.add_conflicts_of_leads(unit, &mut found)?;
        Ok(found)
    }

    fn add_conflicts_about(&self, unit: UnitNo, found: &mut Vec<Conflict>) -> Result<(), ViewError> {
        for conflict in &self.view.unit(unit)?.conflicts {
            found.push(self.conflict_shown(None, Some(unit), conflict)?);
        }
        Ok(())
    }

    fn add_conflicts_of_leads(&self, unit: UnitNo, found: &mut Vec<Conflict>) -> Result<(), ViewError> {
        for led in self.led_by_many(unit)? {
            found.push(self.conflict_shown(None, Some(unit), &led.conflict)?);
        }
        Ok(())
    }

    /// Adds what contradicts itself in units: in those that the person led, in those in reach, or in all.
    fn add_conflicts_of_units(
        &self,
        of: Option<ConflictsOf>,
        within: Option<&Reach<'_>>,
        found: &mut Vec<Conflict>,
    ) -> Result<(), ViewError> {
        if let Some(ConflictsOf::Person(person)) = of {
            let state = self.view.person(person)?;
            let led = state.career.tenures.iter().filter(|t| t.lead);
            for unit in led.map(|t| t.unit.unwrap_or(t.company)).collect::<BTreeSet<UnitNo>>() {
                for led in self.led_by_many(unit)?.iter().filter(|led| led.people.contains(&person)) {
                    found.push(self.conflict_shown(None, Some(unit), &led.conflict)?);
                }
            }
            return Ok(());
        }
        let Some(within) = within else {
            for unit in self.view.units()? {
                self.add_conflicts_about(unit, found)?;
            }
            for unit in self.view.units_led()? {
                self.add_conflicts_of_leads(unit, found)?;
            }
            return Ok(());
        };
        for unit in within.sources.iter().copied() {
            found.extend(self.conflicts_within(unit)?);
        }
        Ok(())
    }
}

/// What `conflicts` is asked of.
#[derive(Clone, Copy, Debug)]
pub enum ConflictsOf {
    /// A person.
    Person(PersonNo),
    /// A unit and what is below it.
    Unit(UnitNo),
}

/// The events on which a tenure and its dates rest: they can be very many.
pub(crate) struct RestsOn<'h> {
    pub(crate) held: &'h FoldedTenure,
    pub(crate) supports: FxHashSet<&'h EventId>,
    pub(crate) start: FxHashSet<&'h EventId>,
    pub(crate) end: FxHashSet<&'h EventId>,
}

impl RestsOn<'_> {
    pub(crate) fn of(held: &FoldedTenure) -> RestsOn<'_> {
        let end = held.end.iter().flat_map(|end| &end.events).collect();
        RestsOn { held, supports: held.supports.iter().collect(), start: held.start.events.iter().collect(), end }
    }
}

/// Whether an event that supports a tenure states something else than what is believed.
pub(crate) fn says_otherwise(conflict: &Dispute, on: &RestsOn<'_>, event: &Event) -> bool {
    let Fact::Person { fact, .. } = &event.fact else { return false };
    match conflict.kind {
        ConflictKind::DateDisagrees => {
            let (start, end): (Option<Bounds>, Option<Bounds>) = if let PersonFact::HeldPost { from, to, .. } = fact {
                (from.as_ref().map(VagueDate::bounds), to.as_ref().map(VagueDate::bounds))
            } else {
                (Some(event.effective_bounds()), Some(event.effective_bounds()))
            };
            let disjoint = |edge: &Edge, events: &FxHashSet<&EventId>, stated: Option<Bounds>| {
                events.contains(&event.id) && stated.is_some_and(|stated| !stated.overlaps(edge.bounds))
            };
            disjoint(&on.held.start, &on.start, start)
                || on.held.end.as_ref().is_some_and(|edge| disjoint(edge, &on.end, end))
        }
        ConflictKind::FieldDisagrees => {
            let title = match fact {
                PersonFact::JoinedCompany { post, .. }
                | PersonFact::TransferredUnit { post, .. }
                | PersonFact::AppointedToPost { post, .. }
                | PersonFact::HeldPost { post, .. } => post.title.as_ref(),
                PersonFact::RelievedOfPost { title, .. } => title.as_ref(),
                PersonFact::LeftCompany { .. }
                | PersonFact::ChangedTitle { .. }
                | PersonFact::ChangedManager { .. } => None,
            };
            matches!((title, &on.held.title), (Some(a), Some(b)) if a.key() != b.key())
        }
        ConflictKind::ContestedMove
        | ConflictKind::MissingLink
        | ConflictKind::SeenAfterEnd
        | ConflictKind::TwoLeads
        | ConflictKind::TwoEmployers
        | ConflictKind::AfterDeath
        | ConflictKind::OutlivesUnit
        | ConflictKind::SharedIdentifier
        | ConflictKind::AmbiguousName
        | ConflictKind::KeyReused
        | ConflictKind::Cycle => false,
    }
}

/// Which fields of an event that ends a post tell of that one, each with the field of the tenure: of what ends one post and begins
/// another, the others tell of the other.
pub(crate) fn fields_left(event: &Event) -> &'static [(&'static str, &'static str)] {
    let Fact::Person { fact, .. } = &event.fact else { return &[] };
    match fact {
        PersonFact::TransferredUnit { .. } => &[("from_unit", "unit")],
        PersonFact::ChangedTitle { .. } => &[("unit", "unit"), ("from_title", "title")],
        PersonFact::LeftCompany { .. } | PersonFact::RelievedOfPost { .. } => &[("unit", "unit"), ("title", "title")],
        PersonFact::JoinedCompany { .. }
        | PersonFact::AppointedToPost { .. }
        | PersonFact::ChangedManager { .. }
        | PersonFact::HeldPost { .. } => &[],
    }
}

/// An event as evidence.
pub fn evidence(known: &RecordedEvent) -> Evidence {
    let event = &known.event;
    let dates = Dates::of(event);
    Evidence {
        id: event.id.to_string(),
        seq: known.seq.number(),
        recorded_at: known.recorded_at.to_string(),
        event_type: event.fact.type_name().to_owned(),
        effective: dates.effective(event.reported_at),
        to: dates.to.map(ToString::to_string),
        seen: dates.seen.map(ToString::to_string),
        reported_at: event.reported_at.to_string(),
        source: wire::write_source(&event.source),
        confidence: event.confidence.word().to_owned(),
    }
}

/// The dates that an event gives.
struct Dates<'e> {
    /// Of the change; of a `HeldPost` its beginning.
    stated: Option<&'e VagueDate>,
    to: Option<&'e VagueDate>,
    seen: Option<&'e VagueDate>,
}

impl Dates<'_> {
    fn of(event: &Event) -> Dates<'_> {
        match &event.fact {
            Fact::Person { fact: PersonFact::HeldPost { from, to, seen, .. }, .. } => {
                Dates { stated: from.as_ref(), to: to.as_ref(), seen: seen.as_ref() }
            }
            Fact::Person { .. }
            | Fact::Unit { .. }
            | Fact::PersonDied { .. }
            | Fact::PersonDescribed { .. }
            | Fact::SamePerson { .. }
            | Fact::SameUnit { .. }
            | Fact::EventRetracted { .. }
            | Fact::PersonErased { .. } => Dates { stated: event.effective.as_ref(), to: None, seen: None },
        }
    }

    /// When it happened: as the source dates it, else by the last day on which it can have.
    fn effective(&self, reported_at: Instant) -> String {
        let latest = |date: Option<&VagueDate>| date.and_then(|date| date.bounds().latest());
        if let Some(stated) = self.stated {
            return stated.to_string();
        }
        let latest = latest(self.seen).or(latest(self.to)).unwrap_or(reported_at.day());
        tenure_domain::edtf::shortest(Bounds::until(Some(latest)))
    }
}
