//! How snapshots are written: plain mirrors of the domain's types, in postcard.
//!
//! The domain knows no storage format; these types know nothing else. A value that does not read is damage, and the
//! store is thrown away: the log can always make it again.

mod roster;
mod spellings;

use std::sync::Arc;

pub(crate) use self::roster::{
    ROW_BYTES, Roster, is_led, put_row, roster, roster_of_blocks, roster_of_rows, rows, rows_leading, rows_present,
};
pub(crate) use self::spellings::{each_spelling, spellings_bytes};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use tenure_domain::bounds::Bounds;
use tenure_domain::conflict::{Conflict, ConflictKind};
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::erasure::ErasedNames;
use tenure_domain::event::{Concurrency, Confidence, DescribedName, Employment, GivenId, Identifier};
use tenure_domain::identity::KnownName;
use tenure_domain::name::{Name, NameKey};
use tenure_domain::position::{EventId, Seq};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::structure::{DatedValue, Existence, UnitHistory};
use tenure_domain::tenure::{Career, Edge, ManagerSpell, OpenedAs, Origin, Since, Tenure};
use tenure_domain::view::Meant;
use tenure_domain::view::{EvidenceRef, NameConflict, PersonState, Persona, UnitState};

/// Why a value is not what a store of this version holds.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    /// It has another form.
    #[error(transparent)]
    Form(#[from] postcard::Error),
    /// It says what cannot be.
    #[error("it says what cannot be")]
    Senseless,
}

pub(crate) type Read<T> = Result<T, Unreadable>;

/// Reads a value written by [`encode`].
pub(crate) fn decode<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Read<T> {
    Ok(postcard::from_bytes(bytes)?)
}

/// Reads the value with which another begins.
pub(crate) fn beginning<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Read<T> {
    Ok(postcard::take_from_bytes(bytes)?.0)
}

/// Writes a value.
pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("the stored types have no form that postcard refuses")
}

type Days = (Option<i32>, Option<i32>);

fn days(bounds: Bounds) -> Days {
    (bounds.earliest().map(Day::number), bounds.latest().map(Day::number))
}

fn bounds((earliest, latest): Days) -> Read<Bounds> {
    Bounds::new(earliest.map(Day::from_number), latest.map(Day::from_number)).ok_or(Unreadable::Senseless)
}

fn event_id(text: &str) -> Read<EventId> {
    text.parse().map_err(|_| Unreadable::Senseless)
}

fn name(text: &str) -> Read<Name> {
    text.parse().map_err(|_| Unreadable::Senseless)
}

fn all<A, B>(list: &[A], read: impl Fn(&A) -> Read<B>) -> Read<Vec<B>> {
    list.iter().map(read).collect()
}

#[derive(Serialize, Deserialize)]
struct StoredName<'a>(&'a str, i64, bool);

impl<'a> StoredName<'a> {
    fn of(known: &'a KnownName) -> StoredName<'a> {
        StoredName(known.name.as_str(), known.reported_at.micros(), known.renamed)
    }

    fn read(&self) -> Read<KnownName> {
        Ok(KnownName { name: name(self.0)?, reported_at: Instant::from_micros(self.1), renamed: self.2 })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredDescription<'a>(&'a str, Option<&'a str>, Option<&'a str>, Option<&'a str>);

impl<'a> StoredDescription<'a> {
    fn of(described: &'a DescribedName) -> StoredDescription<'a> {
        let date = |date: &'a Option<VagueDate>| date.as_ref().map(VagueDate::as_str);
        StoredDescription(
            described.name.as_str(),
            described.lang.as_deref(),
            date(&described.from),
            date(&described.to),
        )
    }

    fn read(&self) -> Read<DescribedName> {
        let date = |text: Option<&str>| text.map(|t| t.parse().map_err(|_| Unreadable::Senseless)).transpose();
        Ok(DescribedName { name: name(self.0)?, lang: self.1.map(Arc::from), from: date(self.2)?, to: date(self.3)? })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredIdentifier<'a>(&'a str, &'a str);

impl<'a> StoredIdentifier<'a> {
    fn of(identifier: &'a Identifier) -> StoredIdentifier<'a> {
        StoredIdentifier(&identifier.scheme, &identifier.value)
    }

    fn read(&self) -> Identifier {
        Identifier { scheme: Arc::from(self.0), value: Arc::from(self.1) }
    }
}

/// The mirrors of enums have serde write the domain's own, so that a variant which is missing here does not compile. Their
/// order is that in which they are numbered in stores.
#[derive(Serialize, Deserialize)]
#[serde(remote = "ConflictKind")]
enum StoredKind {
    DateDisagrees,
    FieldDisagrees,
    ContestedMove,
    MissingLink,
    SeenAfterEnd,
    TwoLeads,
    AmbiguousName,
    KeyReused,
    Cycle,
    TwoEmployers,
    AfterDeath,
    OutlivesUnit,
    SharedIdentifier,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Origin")]
enum StoredOrigin {
    Stated,
    Inferred,
    MissingLink,
    Death,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Employment")]
enum StoredEmployment {
    Employee,
    Board,
    Advisor,
    Contractor,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Confidence")]
enum StoredConfidence {
    Rumoured,
    Reported,
    Confirmed,
}

#[derive(Serialize, Deserialize)]
struct StoredConflict<'a> {
    #[serde(with = "StoredKind")]
    kind: ConflictKind,
    #[serde(borrow)]
    events: Vec<&'a str>,
    detail: &'a str,
}

impl<'a> StoredConflict<'a> {
    fn of(conflict: &'a Conflict) -> StoredConflict<'a> {
        StoredConflict {
            kind: conflict.kind,
            events: conflict.events.iter().map(EventId::as_str).collect(),
            detail: &conflict.detail,
        }
    }

    fn read(&self) -> Read<Conflict> {
        Ok(Conflict { kind: self.kind, events: all(&self.events, |e| event_id(e))?, detail: self.detail.to_owned() })
    }
}

/// The events of a person, which its tenures name by their place in the list.
struct EventTable<'a>(FxHashMap<&'a EventId, u32>);

impl<'a> EventTable<'a> {
    fn of(evidence: &'a [EvidenceRef]) -> EventTable<'a> {
        let places = evidence.iter().zip(0..).map(|(e, place)| (&e.id, place));
        EventTable(places.collect())
    }

    fn place(&self, event: &EventId) -> u32 {
        *self.0.get(event).expect("a career rests on the person's own events")
    }

    fn places(&self, events: &[EventId]) -> Vec<u32> {
        events.iter().map(|event| self.place(event)).collect()
    }
}

fn at_place(events: &[EvidenceRef], place: u32) -> Read<EventId> {
    events.get(place as usize).map(|e| e.id.clone()).ok_or(Unreadable::Senseless)
}

#[derive(Serialize, Deserialize)]
struct StoredEdge {
    days: Days,
    #[serde(with = "StoredOrigin")]
    origin: Origin,
    events: Vec<u32>,
}

impl StoredEdge {
    fn of(edge: &Edge, table: &EventTable<'_>) -> StoredEdge {
        StoredEdge { days: days(edge.bounds), origin: edge.origin, events: table.places(&edge.events) }
    }

    fn read(&self, events: &[EvidenceRef]) -> Read<Edge> {
        let supports = all(&self.events, |e| at_place(events, *e))?;
        Ok(Edge { bounds: bounds(self.days)?, origin: self.origin, events: supports })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredSpell {
    manager: Option<u32>,
    since: Option<Days>,
    attested: Option<i32>,
}

const PRIMARY: u8 = 1;
const LEAD: u8 = 2;
const ACTING: u8 = 4;
const CONCURRENT: u8 = 8;
const OPENED_AS_ENDED: u8 = 16;

#[derive(Serialize, Deserialize)]
struct StoredTenure<'a> {
    company: u32,
    unit: Option<u32>,
    title: Option<&'a str>,
    flags: u8,
    #[serde(with = "StoredEmployment")]
    employment: Employment,
    remit: Option<&'a str>,
    managers: Vec<StoredSpell>,
    start: StoredEdge,
    end: Option<StoredEdge>,
    end_reason: Option<&'a str>,
    seen: Option<i32>,
    attested: Option<i32>,
    #[serde(with = "StoredConfidence")]
    confidence: Confidence,
    supports: Vec<u32>,
    opened_by: u32,
}

impl<'a> StoredTenure<'a> {
    fn of(t: &'a Tenure, table: &EventTable<'_>) -> StoredTenure<'a> {
        let concurrent = t.concurrency == Concurrency::Concurrent;
        let ended = t.opened_as == OpenedAs::Ended;
        let posts = [(t.primary, PRIMARY), (t.lead, LEAD), (t.acting, ACTING)];
        let flags = posts.into_iter().chain([(concurrent, CONCURRENT), (ended, OPENED_AS_ENDED)]);
        let spell = |spell: &ManagerSpell| StoredSpell {
            manager: spell.manager.map(|m| m.0),
            since: match spell.since {
                Since::Start => None,
                Since::Change(bounds) => Some(days(bounds)),
            },
            attested: spell.attested.map(Day::number),
        };
        StoredTenure {
            company: t.company.0,
            unit: t.unit.map(|u| u.0),
            title: t.title.as_ref().map(Name::as_str),
            flags: flags.filter(|(set, _)| *set).map(|(_, flag)| flag).sum(),
            employment: t.employment,
            remit: t.remit.as_deref(),
            managers: t.managers.iter().map(spell).collect(),
            start: StoredEdge::of(&t.start, table),
            end: t.end.as_ref().map(|end| StoredEdge::of(end, table)),
            end_reason: t.end_reason.as_deref(),
            seen: t.seen.map(Day::number),
            attested: t.attested.map(Day::number),
            confidence: t.confidence,
            supports: table.places(&t.supports),
            opened_by: table.place(&t.opened_by),
        }
    }

    fn read(&self, events: &[EvidenceRef]) -> Read<Tenure> {
        let spell = |spell: &StoredSpell| {
            Ok(ManagerSpell {
                manager: spell.manager.map(PersonNo),
                since: match spell.since {
                    None => Since::Start,
                    Some(days) => Since::Change(bounds(days)?),
                },
                attested: spell.attested.map(Day::from_number),
            })
        };
        let concurrent = self.flags & CONCURRENT != 0;
        Ok(Tenure {
            company: UnitNo(self.company),
            unit: self.unit.map(UnitNo),
            title: self.title.map(name).transpose()?,
            primary: self.flags & PRIMARY != 0,
            concurrency: if concurrent { Concurrency::Concurrent } else { Concurrency::Exclusive },
            lead: self.flags & LEAD != 0,
            acting: self.flags & ACTING != 0,
            employment: self.employment,
            remit: self.remit.map(Arc::from),
            managers: all(&self.managers, spell)?,
            start: self.start.read(events)?,
            end: self.end.as_ref().map(|end| end.read(events)).transpose()?,
            end_reason: self.end_reason.map(Arc::from),
            seen: self.seen.map(Day::from_number),
            attested: self.attested.map(Day::from_number),
            confidence: self.confidence,
            supports: all(&self.supports, |e| at_place(events, *e))?,
            opened_by: at_place(events, self.opened_by)?,
            opened_as: if self.flags & OPENED_AS_ENDED == 0 { OpenedAs::InForce } else { OpenedAs::Ended },
        })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredEvidence<'a>(&'a str, u64, Vec<u64>);

/// Who a person is; the beginning of the value, so that naming a person reads no further.
#[derive(Serialize, Deserialize)]
struct StoredPersona<'a> {
    id: &'a str,
    ids: Vec<&'a str>,
    #[serde(borrow)]
    names: Vec<StoredName<'a>>,
    #[serde(borrow)]
    described: Vec<StoredDescription<'a>>,
    #[serde(borrow)]
    identifiers: Vec<StoredIdentifier<'a>>,
    first_reported: Option<i64>,
}

impl StoredPersona<'_> {
    fn read(&self) -> Read<Persona> {
        Ok(Persona {
            id: Arc::from(self.id),
            ids: all(&self.ids, |id| id.parse().map_err(|_| Unreadable::Senseless))?,
            names: all(&self.names, StoredName::read)?,
            described: all(&self.described, StoredDescription::read)?,
            identifiers: self.identifiers.iter().map(StoredIdentifier::read).collect(),
            first_reported: self.first_reported.map(Instant::from_micros),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredPerson<'a> {
    #[serde(borrow)]
    who: StoredPersona<'a>,
    died: Option<StoredEdge>,
    #[serde(borrow)]
    tenures: Vec<StoredTenure<'a>>,
    #[serde(borrow)]
    conflicts: Vec<StoredConflict<'a>>,
    #[serde(borrow)]
    evidence: Vec<StoredEvidence<'a>>,
}

/// Writes a person.
pub(crate) fn person_bytes(state: &PersonState) -> Vec<u8> {
    let table = EventTable::of(&state.evidence);
    let who = &state.who;
    encode(&StoredPerson {
        who: StoredPersona {
            id: &who.id,
            ids: who.ids.iter().map(GivenId::as_str).collect(),
            names: who.names.iter().map(StoredName::of).collect(),
            described: who.described.iter().map(StoredDescription::of).collect(),
            identifiers: who.identifiers.iter().map(StoredIdentifier::of).collect(),
            first_reported: who.first_reported.map(Instant::micros),
        },
        died: state.career.died.as_ref().map(|died| StoredEdge::of(died, &table)),
        tenures: state.career.tenures.iter().map(|t| StoredTenure::of(t, &table)).collect(),
        conflicts: state.career.conflicts.iter().map(StoredConflict::of).collect(),
        evidence: state
            .evidence
            .iter()
            .map(|e| StoredEvidence(e.id.as_str(), e.seq.number(), e.replaces.iter().map(|s| s.number()).collect()))
            .collect(),
    })
}

/// Reads who a person is.
pub(crate) fn persona(bytes: &[u8]) -> Read<Persona> {
    beginning::<StoredPersona<'_>>(bytes)?.read()
}

/// Reads a person.
pub(crate) fn person(bytes: &[u8]) -> Read<PersonState> {
    let stored: StoredPerson<'_> = decode(bytes)?;
    let evidence = all(&stored.evidence, |e| {
        let replaces = e.2.iter().map(|seq| Seq::new(*seq)).collect();
        Ok(EvidenceRef { id: event_id(e.0)?, seq: Seq::new(e.1), replaces })
    })?;
    Ok(PersonState {
        who: Arc::new(stored.who.read()?),
        career: Career {
            died: stored.died.as_ref().map(|died| died.read(&evidence)).transpose()?,
            tenures: all(&stored.tenures, |t| t.read(&evidence))?,
            conflicts: all(&stored.conflicts, StoredConflict::read)?,
        },
        evidence,
    })
}

#[derive(Serialize, Deserialize)]
struct StoredChange<'a, T>(Days, T, &'a str);

impl<'a, T> StoredChange<'a, T> {
    fn list<U>(changes: &'a [DatedValue<U>], value: impl Fn(&'a U) -> T) -> Vec<StoredChange<'a, T>> {
        changes.iter().map(|c| StoredChange(days(c.bounds), value(&c.value), c.event.as_str())).collect()
    }

    fn read<U>(changes: &[StoredChange<'a, T>], value: impl Fn(&T) -> Read<U>) -> Read<Vec<DatedValue<U>>> {
        all(changes, |c| Ok(DatedValue { bounds: bounds(c.0)?, value: value(&c.1)?, event: event_id(c.2)? }))
    }
}

#[derive(Serialize, Deserialize)]
enum StoredExistence {
    Formed,
    Merged(u32),
    Dissolved,
}

#[derive(Serialize, Deserialize)]
struct StoredUnit<'a> {
    id: &'a str,
    ids: Vec<&'a str>,
    company: Option<u32>,
    #[serde(borrow)]
    names: Vec<StoredName<'a>>,
    #[serde(borrow)]
    identifiers: Vec<StoredIdentifier<'a>>,
    first_reported: Option<i64>,
    below: Vec<u32>,
    #[serde(borrow)]
    conflicts: Vec<StoredConflict<'a>>,
    first_name: Option<&'a str>,
    #[serde(borrow)]
    renames: Vec<StoredChange<'a, &'a str>>,
    first_parent: Option<u32>,
    #[serde(borrow)]
    parents: Vec<StoredChange<'a, u32>>,
    first_kind: Option<&'a str>,
    #[serde(borrow)]
    kinds: Vec<StoredChange<'a, &'a str>>,
    #[serde(borrow)]
    existence: Vec<StoredChange<'a, StoredExistence>>,
    #[serde(borrow)]
    described: Vec<StoredDescription<'a>>,
    described_by: Option<i32>,
}

/// Writes a unit.
pub(crate) fn unit_bytes(state: &UnitState) -> Vec<u8> {
    let h = &state.history;
    encode(&StoredUnit {
        id: &state.id,
        ids: state.ids.iter().map(GivenId::as_str).collect(),
        company: state.company.map(|c| c.0),
        names: state.names.iter().map(StoredName::of).collect(),
        identifiers: state.identifiers.iter().map(StoredIdentifier::of).collect(),
        first_reported: state.first_reported.map(Instant::micros),
        below: state.below.iter().map(|u| u.0).collect(),
        conflicts: state.conflicts.iter().map(StoredConflict::of).collect(),
        first_name: h.first_name.as_ref().map(Name::as_str),
        renames: StoredChange::list(&h.renames, tenure_domain::name::Name::as_str),
        first_parent: h.first_parent.map(|p| p.0),
        parents: StoredChange::list(&h.parents, |parent| parent.0),
        first_kind: h.first_kind.as_deref(),
        kinds: StoredChange::list(&h.kinds, |kind| &**kind),
        existence: StoredChange::list(&h.existence, |existence| match existence {
            Existence::Formed => StoredExistence::Formed,
            Existence::Merged(into) => StoredExistence::Merged(into.0),
            Existence::Dissolved => StoredExistence::Dissolved,
        }),
        described: h.described.iter().map(StoredDescription::of).collect(),
        described_by: h.described_by.map(Day::number),
    })
}

/// Reads a unit.
pub(crate) fn unit(bytes: &[u8]) -> Read<UnitState> {
    let stored: StoredUnit<'_> = decode(bytes)?;
    let text = |text: &&str| -> Read<Arc<str>> { Ok(Arc::from(*text)) };
    Ok(UnitState {
        id: Arc::from(stored.id),
        ids: all(&stored.ids, |id| id.parse().map_err(|_| Unreadable::Senseless))?,
        company: stored.company.map(UnitNo),
        names: all(&stored.names, StoredName::read)?,
        identifiers: stored.identifiers.iter().map(StoredIdentifier::read).collect(),
        first_reported: stored.first_reported.map(Instant::from_micros),
        below: stored.below.iter().map(|u| UnitNo(*u)).collect(),
        conflicts: all(&stored.conflicts, StoredConflict::read)?,
        history: UnitHistory {
            first_name: stored.first_name.map(name).transpose()?,
            renames: StoredChange::read(&stored.renames, |n| name(n))?,
            first_parent: stored.first_parent.map(UnitNo),
            parents: StoredChange::read(&stored.parents, |p| Ok(UnitNo(*p)))?,
            first_kind: stored.first_kind.map(Arc::from),
            kinds: StoredChange::read(&stored.kinds, text)?,
            existence: StoredChange::read(&stored.existence, |e| {
                Ok(match e {
                    StoredExistence::Formed => Existence::Formed,
                    StoredExistence::Merged(into) => Existence::Merged(UnitNo(*into)),
                    StoredExistence::Dissolved => Existence::Dissolved,
                })
            })?
            .into_iter()
            .collect(),
            described: all(&stored.described, StoredDescription::read)?,
            described_by: stored.described_by.map(Day::from_number),
        },
    })
}

#[derive(Serialize, Deserialize)]
struct StoredNameConflict<'a> {
    person: Option<u32>,
    unit: Option<u32>,
    other_people: Vec<u32>,
    other_units: Vec<u32>,
    #[serde(borrow)]
    conflict: StoredConflict<'a>,
}

/// Writes the conflicts of names.
pub(crate) fn name_conflicts_bytes(conflicts: &[NameConflict]) -> Vec<u8> {
    let stored: Vec<StoredNameConflict<'_>> = conflicts
        .iter()
        .map(|c| StoredNameConflict {
            person: c.person.map(|p| p.0),
            unit: c.unit.map(|u| u.0),
            other_people: c.others.iter().filter_map(|other| other.person()).map(|p| p.0).collect(),
            other_units: c.others.iter().filter_map(|other| other.unit()).map(|u| u.0).collect(),
            conflict: StoredConflict::of(&c.conflict),
        })
        .collect();
    encode(&stored)
}

/// Reads the conflicts of names.
pub(crate) fn name_conflicts(bytes: &[u8]) -> Read<Vec<NameConflict>> {
    let stored: Vec<StoredNameConflict<'_>> = decode(bytes)?;
    all(&stored, |c| {
        let people = c.other_people.iter().map(|p| Meant::Person(PersonNo(*p)));
        let units = c.other_units.iter().map(|u| Meant::Unit(UnitNo(*u)));
        Ok(NameConflict {
            person: c.person.map(PersonNo),
            unit: c.unit.map(UnitNo),
            others: people.chain(units).collect(),
            conflict: c.conflict.read()?,
        })
    })
}

/// Writes the names of everybody who was erased.
pub(crate) fn erased_names_bytes(names: &ErasedNames) -> Vec<u8> {
    let mut keys: Vec<&str> = names.keys().map(NameKey::as_str).collect();
    keys.sort_unstable();
    encode(&keys)
}

/// Reads the names of everybody who was erased.
pub(crate) fn erased_names(bytes: &[u8]) -> Read<ErasedNames> {
    let keys: Vec<&str> = decode(bytes)?;
    keys.into_iter().map(|key| NameKey::of(key).ok_or(Unreadable::Senseless)).collect()
}
