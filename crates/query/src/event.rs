//! One event: what it says, what it supports, and what became of it.
//!
//! The snapshots know no event that does not count, so this is asked of all events that a basis reads.

use std::collections::BTreeMap;

use serde_json::Value;
use tenure_domain::archive::Entry;
use tenure_domain::conflict::Conflict as Dispute;
use tenure_domain::event::{Event, Fact, Field, PersonFact};
use tenure_domain::name::Name;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::reading::{Fate, Fates};
use tenure_domain::statement::PersonNo;
use tenure_domain::tenure::{Edge, OpenedAs, Tenure as FoldedTenure};
use tenure_domain::view::{Meant, PersonState, ViewError};
use tenure_domain::wire;

use crate::Inquiry;
use tenure_answers::{BasisShown, Became, Conflict, EventAnswer, EventRef, EventShown, LogFate, Names, Supported};
use tenure_answers::{Candidate, Sort};

use crate::ask::AskError;
use crate::evidence::{RecordedEvents, RestsOn, evidence, fields_left, says_otherwise};
use crate::quotation;
use crate::tenure_id::{IdAsked, TenureIds};

/// The fewest characters of an event's id that can stand for it.
const PREFIX: usize = 4;
/// The most events that are told where the beginning of an id can mean several.
const CANDIDATES: usize = 10;

/// All events of a log, and what became of them on a basis.
pub trait EventBook {
    /// The events, in the order of the log.
    fn entries(&self) -> &[Entry];
    /// The event at a position.
    fn at(&self, seq: Seq) -> Option<&Entry>;
    /// The event with that id.
    fn entry(&self, id: &EventId) -> Option<&Entry>;
    /// What became of it.
    fn fate(&self, entry: &Entry) -> Fate;
    /// The live event that stands in its place; itself where it is live.
    fn stands(&self, id: &EventId) -> Option<&Entry>;
    /// The events that it retracts, corrects or restates.
    fn replaces(&self, entry: &Entry) -> Vec<Seq>;
    /// The events that retract or correct it.
    fn against(&self, entry: &Entry) -> Vec<Seq>;
    /// The event that it retracts or corrects and that is not there.
    fn awaits<'e>(&self, entry: &'e Entry) -> Option<&'e EventId>;
    /// Whom and what its fields mean.
    fn means(&self, entry: &Entry) -> Vec<(Field, Meant)>;
}

impl EventBook for Fates<'_, '_> {
    fn entries(&self) -> &[Entry] {
        Fates::entries(self)
    }

    fn at(&self, seq: Seq) -> Option<&Entry> {
        Fates::at(self, seq)
    }

    fn entry(&self, id: &EventId) -> Option<&Entry> {
        Fates::entry(self, id)
    }

    fn fate(&self, entry: &Entry) -> Fate {
        Fates::fate(self, entry)
    }

    fn stands(&self, id: &EventId) -> Option<&Entry> {
        Fates::stands(self, Fates::entry(self, id)?)
    }

    fn replaces(&self, entry: &Entry) -> Vec<Seq> {
        Fates::replaces(self, entry)
    }

    fn against(&self, entry: &Entry) -> Vec<Seq> {
        Fates::against(self, entry)
    }

    fn awaits<'e>(&self, entry: &'e Entry) -> Option<&'e EventId> {
        Fates::awaits(self, entry)
    }

    fn means(&self, entry: &Entry) -> Vec<(Field, Meant)> {
        Fates::means(self, entry)
    }
}

/// Why an event cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// No event stands there.
    #[error("there is no event #{seq} in this ledger")]
    NoSuchPosition {
        /// The position asked for.
        seq: u64,
    },
    /// The beginning of an id that several events share.
    #[error(transparent)]
    Ambiguous(#[from] AskError),
}

/// The event that an asker means by its position (`#3939`), its id, or the beginning of its id; none where the text
/// is none of these.
pub fn find_event<'b>(book: &'b dyn EventBook, asked: &str) -> Result<Option<&'b Entry>, EventError> {
    if let Some(seq) = asked.strip_prefix('#').and_then(|digits| digits.parse::<u64>().ok()) {
        return book.at(Seq::new(seq)).map(Some).ok_or(EventError::NoSuchPosition { seq });
    }
    let Ok(id) = asked.parse::<EventId>() else { return Ok(None) };
    if let Some(entry) = book.entry(&id) {
        return Ok(Some(entry));
    }
    if asked.chars().count() < PREFIX {
        return Ok(None);
    }
    // What is withheld is found by its whole id alone, so that no list tells of it.
    let is_meant = |entry: &&Entry| !entry.is_withheld() && entry.id.as_str().starts_with(asked);
    let found: Vec<&Entry> = book.entries().iter().filter(is_meant).collect();
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => {
            let candidates = several.iter().take(CANDIDATES).map(|entry| {
                let (seq, said, day) = (entry.seq, &entry.says, entry.reported_at.day());
                let name = format!("#{seq} {}, {said}, reported {day}", entry.type_name().unwrap_or_default());
                Candidate::named(Sort::Event, entry.id.to_string(), name)
            });
            let (candidates, total) = (candidates.collect(), several.len());
            Err(AskError::Ambiguous { asked: asked.to_owned(), candidates, total }.into())
        }
    }
}

/// What became of an event, for a list of events; none where it is live.
pub fn log_fate(fate: Fate) -> Option<LogFate> {
    let (state, by) = match fate {
        Fate::Live => return None,
        Fate::Outside => ("outside", None),
        Fate::Withheld => ("withheld", None),
        Fate::Superseded { by } => ("superseded", Some(by)),
        Fate::Corrected { by } => ("corrected", Some(by)),
        Fate::Retracted { by } => ("retracted", Some(by)),
    };
    Some(LogFate { state: state.to_owned(), by: by.map(Seq::number) })
}

impl Inquiry<'_> {
    /// The names of those whom the fields of an event mean, by field.
    pub fn names_meant(&self, meant: &[(Field, Meant)]) -> Result<Names, ViewError> {
        let name = |meant: Meant| match meant {
            Meant::Person(person) => Ok(self.person_name(&*self.view.who(person)?)),
            Meant::Unit(unit) => Ok(self.unit_name(&*self.view.unit(unit)?)),
        };
        meant.iter().map(|(field, meant)| Ok((field.name().to_owned(), name(*meant)?))).collect()
    }

    /// The ids of the same.
    fn ids_meant(&self, meant: &[(Field, Meant)]) -> Result<BTreeMap<String, String>, ViewError> {
        let id = |meant: Meant| match meant {
            Meant::Person(person) => Ok(self.view.who(person)?.id.to_string()),
            Meant::Unit(unit) => Ok(self.view.unit(unit)?.id.to_string()),
        };
        meant.iter().map(|(field, meant)| Ok((field.name().to_owned(), id(*meant)?))).collect()
    }

    /// `why` of an event.
    pub fn event_answer(
        &self,
        basis: BasisShown,
        book: &dyn EventBook,
        entry: &Entry,
        events: &dyn RecordedEvents,
    ) -> Result<EventAnswer, ViewError> {
        let known = events.event(entry.seq)?.filter(|_| !entry.is_withheld());
        let Some(known) = known else {
            let became = state_of("withheld");
            return Ok(EventAnswer { basis, event: None, supports: Vec::new(), replaces: Vec::new(), became });
        };
        let meant = book.means(entry);
        let people: Vec<PersonNo> = meant
            .iter()
            .filter_map(|(field, meant)| match meant {
                Meant::Person(person) if matches!(field, Field::Person | Field::Succeeds) => Some(*person),
                Meant::Person(_) | Meant::Unit(_) => None,
            })
            .collect();
        let fate = book.fate(entry);
        let mut supports = Vec::new();
        let mut fated = became(book, entry, fate, events)?;
        for person in people {
            let state = self.view.person(person)?;
            for tenure in 0..state.career.tenures.len() {
                supports.extend(self.supported(person, &state, tenure, &known.event)?);
            }
            if fate == Fate::Live
                && let Some((conflict, by)) = unbelieved(&state, &known.event, book, events)?
            {
                fated = state_of("not_believed");
                fated.by = reference(by.and_then(|id| book.entry(&id)), events)?;
                fated.conflict = Some(self.dispute_shown(person, conflict)?);
            }
        }
        let erased = self.view.erased_names()?;
        fated.reason = fated.reason.filter(|reason| !erased.stand_in(reason));
        let mut evidence = evidence(&known);
        erased.withhold_words_of_source(&mut evidence.source);
        let is_quoted = evidence.source.get("quote").is_some();
        let mut fields = own_fields(&known.event);
        for field in entry.withheld_fields() {
            fields.remove(field);
        }
        let mut fields = Value::Object(fields);
        erased.withhold_words(&mut fields);
        let event = EventShown {
            evidence,
            fields: fields.as_object().cloned().unwrap_or_default(),
            names: self.names_meant(&meant)?,
            ids: self.ids_meant(&meant)?,
            note: known.event.note.as_deref().filter(|note| !erased.stand_in(note)).map(str::to_owned),
            quote_url: quotation::link(&known.event.source).filter(|_| is_quoted),
        };
        let replaces = book.replaces(entry).into_iter().filter_map(|seq| reference(book.at(seq), events).transpose());
        let replaces = replaces.collect::<Result<_, _>>()?;
        Ok(EventAnswer { basis, event: Some(event), supports, replaces, became: fated })
    }

    fn dispute_shown(&self, person: PersonNo, conflict: &Dispute) -> Result<Conflict, ViewError> {
        self.conflict_shown(Some(person), None, conflict)
    }

    /// What of a tenure an event supports, where it does.
    fn supported(
        &self,
        person: PersonNo,
        state: &PersonState,
        tenure: usize,
        event: &Event,
    ) -> Result<Option<Supported>, ViewError> {
        let held = &state.career.tenures[tenure];
        let states = |edge: &Edge| edge.events.contains(&event.id);
        let mut what = Vec::new();
        let edges = [("start", "inferred_start", Some(&held.start)), ("end", "inferred_end", held.end.as_ref())];
        for (stated, inferred, edge) in edges {
            if let Some(edge) = edge.filter(|edge| states(edge)) {
                what.push(if edge.origin.is_inferred() { inferred } else { stated });
            }
        }
        if held.supports.contains(&event.id) {
            let ends = held.end.as_ref().is_some_and(states);
            what.extend(if ends { fields_given_at_end(held, event) } else { fields_given(held, event) });
        } else if what.is_empty() {
            return Ok(None);
        }
        let what = what.into_iter().map(str::to_owned).collect();
        let person = self.person_shown(person)?;
        Ok(Some(Supported { tenure: TenureIds::of(state).id(tenure), person, what }))
    }

    /// The tenure that took the place of one that is gone: the one that the event supports which stands in the place of
    /// the event that opened it. `of` are the events of those whose it can have been, by position.
    pub fn successor_of(
        &self,
        tenure: &str,
        book: &dyn EventBook,
        of: &[Seq],
    ) -> Result<Option<TenureGone>, ViewError> {
        let Some(asked) = IdAsked::of_id(tenure) else { return Ok(None) };
        let opener = of.iter().filter_map(|seq| book.at(*seq)).find(|entry| asked.is_opened_by(&entry.id));
        // It can be about another person by now; what tells that is a whole id alone.
        let of_another = |entry: &&Entry| !entry.is_withheld() && asked.is_opened_by(&entry.id);
        let opener = opener.or_else(|| book.entries().iter().filter(|_| asked.is_whole()).find(of_another));
        let Some(opener) = opener else { return Ok(None) };
        let fate = book.fate(opener);
        let successor = match book.stands(&opener.id) {
            Some(stands) => self.tenure_on(book, stands, &asked)?,
            None => None,
        };
        let by = match fate {
            Fate::Superseded { by } | Fate::Corrected { by } | Fate::Retracted { by } => book.at(by),
            Fate::Live | Fate::Outside | Fate::Withheld => None,
        };
        let how = Some(fate).filter(|fate| *fate != Fate::Live);
        let by = by.map(|by| (by.seq, by.reported_at.day().to_string()));
        let opener = (opener.seq, opener.id.to_string());
        Ok(Some(TenureGone { opener, how, by, successor }))
    }

    /// The tenure that an event opened as it did the one asked for, or else whose start it states, or of one that it only
    /// ended the end, or else anything else of which it states.
    fn tenure_on(
        &self,
        book: &dyn EventBook,
        entry: &Entry,
        asked: &IdAsked<'_>,
    ) -> Result<Option<(PersonNo, usize)>, ViewError> {
        let people = book.means(entry).into_iter().filter_map(|(field, meant)| match meant {
            Meant::Person(person) if field == Field::Person => Some(person),
            Meant::Person(_) | Meant::Unit(_) => None,
        });
        for person in people {
            let state = self.view.person(person)?;
            let tenures = &state.career.tenures;
            let first = |fits: &dyn Fn(&FoldedTenure) -> bool| tenures.iter().position(fits);
            let edge = |held: &FoldedTenure| match asked.opened_as {
                OpenedAs::InForce => held.start.events.contains(&entry.id),
                OpenedAs::Ended => held.end.as_ref().is_some_and(|end| end.events.contains(&entry.id)),
            };
            let found = first(&|held| held.opened_by == entry.id && held.opened_as == asked.opened_as)
                .or_else(|| first(&edge))
                .or_else(|| first(&|held| held.supports.contains(&entry.id)));
            if let Some(tenure) = found {
                return Ok(Some((person, tenure)));
            }
        }
        Ok(None)
    }
}

/// What became of a tenure whose id is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenureGone {
    /// The event that opened it: its position and its id.
    pub opener: (Seq, String),
    /// What became of that event; none where it is live.
    pub how: Option<Fate>,
    /// The event that did it: its position, and the day of its report.
    pub by: Option<(Seq, String)>,
    /// The tenure that took its place, where one did.
    pub successor: Option<(PersonNo, usize)>,
}

/// What became of an event, whether it is believed aside.
fn became(book: &dyn EventBook, entry: &Entry, fate: Fate, events: &dyn RecordedEvents) -> Result<Became, ViewError> {
    let (word, by) = match fate {
        Fate::Live => match book.awaits(entry) {
            Some(id) => return Ok(Became { waits_for: Some(id.to_string()), ..state_of("waiting") }),
            None => return Ok(state_of("live")),
        },
        Fate::Outside => return Ok(state_of("outside")),
        Fate::Withheld => return Ok(state_of("withheld")),
        Fate::Superseded { by } => ("superseded", by),
        Fate::Corrected { by } => ("corrected", by),
        Fate::Retracted { by } => ("retracted", by),
    };
    let reason = events.event(by)?.and_then(|known| match known.event.fact {
        Fact::EventRetracted { reason, .. } => reason.map(|reason| reason.to_string()),
        Fact::Person { .. }
        | Fact::Unit { .. }
        | Fact::PersonDied { .. }
        | Fact::PersonDescribed { .. }
        | Fact::SamePerson { .. }
        | Fact::SameUnit { .. }
        | Fact::PersonErased { .. } => None,
    });
    let stands = reference(book.stands(&entry.id).filter(|stands| stands.seq != by), events)?;
    Ok(Became { by: reference(book.at(by), events)?, reason, stands, ..state_of(word) })
}

fn state_of(word: &str) -> Became {
    Became { state: word.to_owned(), by: None, reason: None, stands: None, conflict: None, waits_for: None }
}

/// An event in a few words; none where nothing of it may be told.
fn reference(entry: Option<&Entry>, events: &dyn RecordedEvents) -> Result<Option<EventRef>, ViewError> {
    let Some((entry, event_type)) = entry.and_then(|entry| Some((entry, entry.type_name()?.to_owned()))) else {
        return Ok(None);
    };
    let source = events.event(entry.seq)?.map(|known| known.event.source);
    let says = source.as_ref().map_or(&*entry.says, |source| source.says()).to_owned();
    Ok(Some(EventRef {
        id: entry.id.to_string(),
        seq: entry.seq.number(),
        event_type,
        reported_at: entry.reported_at.to_string(),
        says,
    }))
}

/// Whether an event states something else than what is believed of a tenure that it supports, or supports none.
fn is_unbelieved(career: &[RestsOn<'_>], conflict: &Dispute, event: &Event) -> bool {
    let mut supported = career.iter().filter(|on| on.supports.contains(&event.id)).peekable();
    supported.peek().is_none() || supported.any(|on| says_otherwise(conflict, on, event))
}

/// The conflict in which an event of a person's posts is not believed, and the event that is: of several the one that
/// counts most.
fn unbelieved<'s>(
    state: &'s PersonState,
    event: &Event,
    book: &dyn EventBook,
    events: &dyn RecordedEvents,
) -> Result<Option<(&'s Dispute, Option<EventId>)>, ViewError> {
    let mut conflicts = state.career.conflicts.iter().filter(|conflict| conflict.events.contains(&event.id)).peekable();
    if conflicts.peek().is_none() {
        return Ok(None);
    }
    let career: Vec<RestsOn<'_>> = state.career.tenures.iter().map(RestsOn::of).collect();
    let Some(conflict) = conflicts.find(|conflict| is_unbelieved(&career, conflict, event)) else { return Ok(None) };
    let others = conflict.events.iter().filter(|id| **id != event.id).filter_map(|id| book.entry(id));
    let others = others.filter_map(|entry| events.event(entry.seq).transpose());
    let others: Vec<Event> = others.map(|known| Ok(known?.event)).collect::<Result<_, ViewError>>()?;
    let believed = others
        .into_iter()
        .filter(|other| !is_unbelieved(&career, conflict, other))
        .min_by(|a, b| (b.confidence, a.reported_at, &a.id).cmp(&(a.confidence, b.reported_at, &b.id)));
    Ok(Some((conflict, believed.map(|event| event.id))))
}

/// The fields of a tenure that an event gives which ends it.
fn fields_given_at_end(held: &FoldedTenure, event: &Event) -> Vec<&'static str> {
    if matches!(&event.fact, Fact::Person { fact: PersonFact::HeldPost { .. }, .. }) {
        return fields_given(held, event);
    }
    let given = own_fields(event);
    let gives = |field: &str, name: &str| match name {
        "unit" => held.unit.is_some() && given.contains_key(field),
        _ => is_titled(held, given.get(field).and_then(|title| title.as_str()?.parse().ok()).as_ref()),
    };
    fields_left(event).iter().filter(|(field, name)| gives(field, name)).map(|(_, name)| *name).collect()
}

/// Whether a tenure has that title.
fn is_titled(held: &FoldedTenure, title: Option<&Name>) -> bool {
    title.zip(held.title.as_ref()).is_some_and(|(one, other)| one.key() == other.key())
}

/// The fields of a tenure that an event gives which does not end it.
fn fields_given(held: &FoldedTenure, event: &Event) -> Vec<&'static str> {
    let Fact::Person { fact, .. } = &event.fact else { return Vec::new() };
    let mut given = Vec::new();
    if let Some(post) = fact.post() {
        let fields = [
            ("unit", held.unit.is_some() && (post.unit.is_some() || fact.type_name() == "TransferredUnit")),
            ("title", is_titled(held, post.title.as_ref())),
            ("lead", post.lead && held.lead),
            ("acting", post.acting && held.acting),
            ("remit", post.remit.is_some() && post.remit == held.remit),
            ("reports_to", post.reports_to.is_some()),
        ];
        given.extend(fields.into_iter().filter(|(_, gives)| *gives).map(|(field, _)| field));
    }
    match fact {
        PersonFact::ChangedTitle { to_title, .. } if is_titled(held, Some(to_title)) => given.push("title"),
        PersonFact::ChangedManager { .. } => given.push("reports_to"),
        PersonFact::ChangedTitle { .. }
        | PersonFact::JoinedCompany { .. }
        | PersonFact::LeftCompany { .. }
        | PersonFact::TransferredUnit { .. }
        | PersonFact::AppointedToPost { .. }
        | PersonFact::RelievedOfPost { .. }
        | PersonFact::HeldPost { .. } => {}
    }
    given
}

/// The fields of an event that are of its type alone.
pub(crate) fn own_fields(event: &Event) -> serde_json::Map<String, serde_json::Value> {
    const COMMON: [&str; 6] = ["type", "id", "reported_at", "source", "confidence", "note"];
    let serde_json::Value::Object(mut fields) = wire::write(event) else { return serde_json::Map::new() };
    fields.retain(|field, _| !COMMON.contains(&field.as_str()));
    fields
}
