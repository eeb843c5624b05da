//! What comes to a ledger, told as it is applied.
//!
//! Told is what the log took in and of whom and what it speaks, as the ledger knows them then; nothing of an event
//! about a person of whom nothing may be told. A listener that was away reads the log: what is told is not kept.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tenure_answers::{Person, Unit};
use tenure_domain::event::{Event, Field, GivenId, Named, Reference};
use tenure_domain::implicit_id::ImplicitUnitId;
use tenure_domain::name::{Name, NameKey};
use tenure_domain::plain_text::one_line;
use tenure_domain::position::Seq;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{View, ViewError};
use tenure_domain::wire::{read_stored, says};
use tenure_log::{OwnedRecord, PassedOver};
use tenure_projector::{ProjectError, Store};
use tenure_query::{AskError, Asked, Inquiry, RecordedEvents as _};

use crate::clock::now;
use crate::directory::LedgerDirectory;
use crate::error::ApplyError;

/// How many events are told of one step; of more only their positions are.
const MOST_EVENTS: u64 = 1_000;
/// Among how many who bear one name the one whose event it is is looked for.
const MOST_NAMESAKES: usize = 16;
/// How many events are followed that one replaces, and that these replace.
const MOST_REPLACED: usize = 16;
/// How many ids are told of one person, unit or company.
const MOST_IDS: usize = 64;

/// An event that was applied.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AppliedEvent {
    /// Its position.
    pub seq: u64,
    /// When the log recorded it, as an instant in UTC.
    pub recorded_at: String,
    /// Its id; null where nothing of it may be told.
    pub id: Value,
    #[serde(rename = "type")]
    /// Its type; null where an erasure withholds the event.
    pub kind: Value,
    /// When it happened, in EDTF.
    pub effective: Value,
    /// When the world learned it, as the event says.
    pub reported_at: Value,
    /// Who says so.
    pub source: Value,
    /// How far the source is to be trusted, where the event says so.
    pub confidence: Value,
    /// The person it speaks of.
    pub person: Option<Person>,
    /// Whom else it names: a manager, who had the post before, the other of two who are one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Person>,
    /// The unit it speaks of, what else it names of units, and the company.
    pub units: Vec<Unit>,
    /// The ids of all that it is about, sorted: of whom and what it names, or what it retracts or corrects does. Among them are
    /// ids that gave way to others, such as `~` and a name: a listener may know these alone.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub about: BTreeSet<String>,
}

/// The events after one position and up to another; none where they are more than a thousand, too many to be told one by
/// one.
pub(crate) fn events_between(
    ledger: &LedgerDirectory,
    before: Seq,
    now: Seq,
) -> Result<Option<Vec<AppliedEvent>>, ApplyError> {
    if now.number().saturating_sub(before.number()) > MOST_EVENTS {
        return Ok(None);
    }
    let records: Vec<OwnedRecord> = ledger
        .journal()
        .scan(before.next())
        .take_while(|record| record.as_ref().map_or(true, |record| record.seq <= now))
        .filter(|record| record.as_ref().map_or(true, |record| PassedOver::of(&record.event).is_none()))
        .collect::<Result<_, _>>()
        .map_err(ProjectError::from)?;
    let events =
        ledger.ask_store(|store| records.iter().filter_map(|record| applied(ledger, store, record)).collect())?;
    Ok(Some(events))
}

/// An event as it is told; none where what is recorded is no event.
fn applied(ledger: &LedgerDirectory, store: &Store, record: &OwnedRecord) -> Option<Result<AppliedEvent, ViewError>> {
    let event = read_stored(&record.event, record.recorded_at).ok()?;
    let fields = serde_json::from_str(&record.event).ok()?;
    Some(told((ledger, store), record, &event, fields))
}

fn told(
    (ledger, store): (&LedgerDirectory, &Store),
    record: &OwnedRecord,
    event: &Event,
    mut fields: Value,
) -> Result<AppliedEvent, ViewError> {
    let mut meant = Meant::of(store, event, record.seq)?;
    let erased = store.erased_names()?;
    if !meant.is_withheld {
        meant.replace(ledger, store, event)?;
    }
    let mut take = |field: &str| if meant.is_withheld { Value::Null } else { fields[field].take() };
    // What an erasure can have to do with is withheld whole, as `log` withholds it.
    let kind = if meant.is_withheld { Value::Null } else { event.fact.type_name().into() };
    let (effective, reported_at) = (take("effective"), take("reported_at"));
    let (mut source, confidence, id) = (take("source"), take("confidence"), take("id"));
    erased.withhold_words_of_source(&mut source);
    // It may retract an event about an erased person: of its source the publisher alone is told.
    if !erased.is_empty() && event.retracts().is_some() {
        source = json!({ "publisher": source["publisher"].take() });
    }
    let Meant { person, others, units, about, .. } = meant;
    Ok(AppliedEvent {
        seq: record.seq.number(),
        recorded_at: record.recorded_at.to_string(),
        id,
        kind,
        effective,
        reported_at,
        source,
        confidence,
        person,
        others,
        units,
        about,
    })
}

/// Whom and what an event names.
#[derive(Default)]
struct Meant {
    person: Option<Person>,
    others: Vec<Person>,
    units: Vec<Unit>,
    /// The ids of all that it is about.
    about: BTreeSet<String>,
    /// Whether it speaks of a person of whom the ledger knows nothing, where that can be by an erasure.
    is_withheld: bool,
}

impl Meant {
    fn of(view: &dyn View, event: &Event, seq: Seq) -> Result<Meant, ViewError> {
        let inquiry = Inquiry::of(view, now().day());
        let mut named: Vec<(Field, Named<&Reference, &Reference, &Reference>)> = Vec::new();
        event.fact.visit(|field, one| named.push((field, one)));
        named.sort_by_key(|(field, _)| rank(*field));
        let company_in = |wanted: Field| {
            let mut companies = named.iter().filter_map(|(field, named)| match *named {
                Named::Company(company) if *field == wanted => Some(company),
                Named::Company(_) | Named::Person(_) | Named::Unit(_) => None,
            });
            companies.next()
        };
        let (company, other_company) = (company_in(Field::Company), company_in(Field::SameAsCompany));
        let mut meant = Meant::default();
        for (field, one) in &named {
            match one {
                Named::Person(person) => meant.name_person(&inquiry, *field, person, seq)?,
                Named::Company(company) => meant.name_unit(&inquiry, None, company)?,
                Named::Unit(unit) => {
                    let company = if *field == Field::SameAs { other_company.or(company) } else { company };
                    meant.name_unit(&inquiry, company, unit)?;
                }
            }
        }
        // An event of a person of whom nothing stands says nothing of others either.
        Ok(if meant.is_withheld { Meant { is_withheld: true, ..Meant::default() } } else { meant })
    }

    /// Adds what the events are about that it retracts or corrects, and those that they do.
    fn replace(&mut self, ledger: &LedgerDirectory, store: &Store, event: &Event) -> Result<(), ViewError> {
        let targets = |event: &Event| event.retracts().into_iter().chain(&event.corrects).cloned().collect::<Vec<_>>();
        let mut work = targets(event);
        for _ in 0..MOST_REPLACED {
            let Some(id) = work.pop() else { break };
            let known = store.replaced_at(&id)?.map_or(Ok(None), |seq| ledger.event(seq))?;
            let Some(known) = known.filter(|known| known.event.id == id) else { continue };
            self.about.extend(Meant::of(store, &known.event, known.seq)?.about);
            work.extend(targets(&known.event));
        }
        Ok(())
    }

    fn name_person(
        &mut self,
        inquiry: &Inquiry<'_>,
        field: Field,
        called_so: &Reference,
        seq: Seq,
    ) -> Result<(), ViewError> {
        let name = called(called_so);
        let asked = inquiry.ask_person(name);
        // A name that several bear means one of them, and the event may be told.
        let is_one_of_several = matches!(asked, Err(AskError::Ambiguous { .. }));
        let mut person = AskError::in_particular(asked)?.and_then(|asked| asked.here());
        if is_one_of_several && field == Field::Person {
            person = whose(inquiry.view, name, seq)?;
        }
        // Whom else it names by a name of several is none of these.
        if let Some(id) = made_id(name).filter(|_| is_one_of_several && field != Field::Person) {
            person = AskError::in_particular(inquiry.ask_person(&id))?.and_then(|asked| asked.here());
        }
        if let Some(person) = person {
            let who = inquiry.view.who(person)?;
            let given = who.ids.iter().map(|id| id.as_str().to_owned());
            let implicit = who.names.iter().map(|known| implicit(&known.name));
            self.about.insert(who.id.to_string());
            self.about.extend(given.chain(implicit).take(MOST_IDS));
        }
        let may_be_erased = person.is_none() && !inquiry.view.erased_names()?.is_empty();
        if person.is_none() && !may_be_erased {
            self.about.extend(given_ids(called_so));
        }
        let person = person.map(|person| inquiry.person_shown(person)).transpose()?;
        if field == Field::Person {
            self.is_withheld = may_be_erased && !is_one_of_several;
            self.person = person;
        } else {
            self.others.extend(person);
        }
        Ok(())
    }

    fn name_unit(
        &mut self,
        inquiry: &Inquiry<'_>,
        company: Option<&Reference>,
        called_so: &Reference,
    ) -> Result<(), ViewError> {
        let unit = unit_meant(inquiry, company.map(called), called(called_so))?;
        if let Some(unit) = unit {
            self.about.extend(ids_of_unit(inquiry.view, unit)?);
        } else if inquiry.view.erased_names()?.is_empty() {
            // Nothing of it stands any more, and the event says what it was.
            self.about.extend(ids_given_to_unit(inquiry, company, called_so)?);
        }
        self.units.extend(unit.map(|unit| inquiry.unit_shown(unit)).transpose()?);
        Ok(())
    }
}

/// The unit or company that an event means by a name. Where several have it, it is none of these, but what the ledger has
/// under an id made of the name.
fn unit_meant(inquiry: &Inquiry<'_>, company: Option<&str>, name: &str) -> Result<Option<UnitNo>, ViewError> {
    let ask = |company: Option<&str>, name: &str| (Inquiry { company, ..*inquiry }).ask_unit(name);
    let here = |asked| Ok(AskError::in_particular(asked)?.and_then(|asked: Asked<UnitNo, Unit>| asked.here()));
    let asked = ask(company, name);
    if !matches!(asked, Err(AskError::Ambiguous { .. })) {
        return here(asked);
    }
    let Some(company) = company else { return made_id(name).map_or(Ok(None), |id| here(ask(None, &id))) };
    // Several companies have that name, or several units of the company.
    let several = matches!(ask(None, company), Err(AskError::Ambiguous { .. }));
    let company = if several { made_id(company) } else { Some(company.to_owned()) };
    let Some(company) = company else { return Ok(None) };
    let asked = ask(Some(&company), name);
    if !matches!(asked, Err(AskError::Ambiguous { .. })) {
        return here(asked);
    }
    let (Some(company), Some(key)) = (here(ask(None, &company))?, NameKey::of(name)) else { return Ok(None) };
    let company = &*inquiry.view.unit(company)?.id;
    here(ask(None, &ImplicitUnitId { company, name: key.as_str() }.to_string()))
}

/// Of those who bear a name, the one of whose posts an event tells: namesakes are parted by the company that it is about.
fn whose(view: &dyn View, name: &str, seq: Seq) -> Result<Option<PersonNo>, ViewError> {
    let namesakes = view.people_asked(name)?;
    for person in namesakes.into_iter().take(MOST_NAMESAKES) {
        if view.person(person)?.evidence.iter().any(|event| event.seq == seq) {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

/// The id that is made of a name, where it has a letter.
fn made_id(name: &str) -> Option<String> {
    NameKey::of(name).map(|key| format!("~{}", key.as_str()))
}

/// The id of a person or a company to whom no source gave one.
fn implicit(name: &Name) -> String {
    format!("~{}", name.key().as_str())
}

/// The ids that an event gives to one of whom nothing stands any more: as it has them, and made of the names.
fn given_ids(reference: &Reference) -> Vec<String> {
    let given = reference.id.iter().map(|id| id.as_str().to_owned());
    given.chain(reference.names.iter().map(implicit)).take(MOST_IDS).collect()
}

/// The same of a unit or company.
fn ids_given_to_unit(
    inquiry: &Inquiry<'_>,
    company: Option<&Reference>,
    unit: &Reference,
) -> Result<Vec<String>, ViewError> {
    let Some(company) = company else { return Ok(given_ids(unit)) };
    let of_company = match unit_meant(inquiry, None, called(company))? {
        Some(company) => ids_of_unit(inquiry.view, company)?,
        None => given_ids(company),
    };
    let given = unit.id.iter().map(|id| id.as_str().to_owned());
    Ok(given.chain(ids_of_names(&of_company, &unit.names)).take(MOST_IDS).collect())
}

/// The ids that are made of the names of a unit and the ids of its company.
fn ids_of_names<'n>(of_company: &[String], names: impl IntoIterator<Item = &'n Name>) -> impl Iterator<Item = String> {
    names.into_iter().flat_map(move |name| {
        of_company.iter().map(move |company| ImplicitUnitId { company, name: name.key().as_str() }.to_string())
    })
}

/// All ids of a unit and of its company: an id that no source gave is made of the id and the name that those have first.
fn ids_of_unit(view: &dyn View, unit: UnitNo) -> Result<Vec<String>, ViewError> {
    let state = view.unit(unit)?;
    let mut ids = vec![state.id.to_string()];
    let given = state.ids.iter().map(|id| id.as_str().to_owned());
    let names = state.names.iter().map(|known| &known.name);
    let Some(company) = state.company.filter(|company| *company != unit) else {
        ids.extend(given.chain(names.map(implicit)).take(MOST_IDS));
        return Ok(ids);
    };
    let of_company = ids_of_unit(view, company)?;
    ids.extend(given.chain(ids_of_names(&of_company, names)).take(MOST_IDS));
    ids.extend(of_company);
    Ok(ids)
}

/// By what a reference calls the one it means: the id, else the main name.
fn called(reference: &Reference) -> &str {
    let name = || reference.names.first().map(Name::as_str);
    reference.id.as_ref().map(GivenId::as_str).or_else(name).unwrap_or_default()
}

/// The order in which units are told: what the event is about first, its company last.
fn rank(field: Field) -> u8 {
    match field {
        Field::Person | Field::ToUnit => 0,
        Field::Unit => 1,
        Field::FromUnit => 2,
        Field::Into => 3,
        Field::Parent => 4,
        Field::SameAs => 5,
        Field::SameAsCompany => 6,
        Field::Company => 7,
        Field::ReportsTo | Field::Succeeds | Field::Remit | Field::Reason => 8,
    }
}

impl AppliedEvent {
    /// Whether it is about that person, unit or company.
    pub fn is_about(&self, id: &str) -> bool {
        self.about.contains(id)
    }

    /// One line for people.
    pub fn line(&self) -> String {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let place = self.units.first().map(|unit| match &unit.company {
            Some(company) => format!("{}, {}", unit.name, company.name),
            None => unit.name.clone(),
        });
        let who = self.person.as_ref().map(|person| person.name.clone());
        let says = says(|field| self.source[field].as_str(), self.source.as_str()).map(str::to_owned);
        let parts = [Some(text(&self.effective)), Some(text(&self.kind)), who, place, says];
        let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        let line = format!("#{}  {}", self.seq, parts.join("  "));
        // What comes over a network is not handed to a terminal as it is.
        one_line(&line).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::event::Event;
    use tenure_domain::wire::EventBuilder;

    use super::*;
    use crate::ledger::Ledger;

    fn event(id: &str, of: EventBuilder) -> Event {
        let event = of.set("id", id).set("effective", "2024-01-08").set("reported_at", "2024-02-01");
        event.set("source", "Harbour Gazette").build().expect("an event")
    }

    fn joined(id: &str, person: &str) -> Event {
        event(id, EventBuilder::new("JoinedCompany").set("person", person).set("company", "Harbour"))
    }

    #[test]
    fn what_was_appended_is_told_with_all_whom_it_names() {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::open(dir.path()).expect("a ledger");
        ledger.append([joined("e1", "Ann Lee"), joined("e2", "Bo Li")]).expect("appended");
        let manager = EventBuilder::new("ChangedManager").set("person", "Ann Lee").set("company", "Harbour");
        let appointed = EventBuilder::new("AppointedToPost").set("person", "Ann Lee").set("company", "Harbour");
        ledger
            .append([
                event("e3", manager.set("reports_to", "Bo Li")),
                event("e4", appointed.set("title", "CTO").set("succeeds", "Bo Li")),
            ])
            .expect("appended");
        let events = ledger.events_since(Seq::new(2)).expect("they read").expect("they are few");
        let told: Vec<(u64, &str)> =
            events.iter().map(|event| (event.seq, event.person.as_ref().map_or("", |person| &person.name))).collect();
        assert_eq!(told, [(3, "Ann Lee"), (4, "Ann Lee")]);
        for event in &events {
            let others: Vec<&str> = event.others.iter().map(|person| person.name.as_str()).collect();
            assert_eq!(others, ["Bo Li"], "{}", event.line());
            assert!(event.is_about(&event.others[0].id), "{}", event.line());
            assert_eq!(event.units.len(), 1);
        }
        assert_eq!(events[0].line(), "#3  2024-01-08  ChangedManager  Ann Lee  Harbour  Harbour Gazette");
        assert!(ledger.events_since(Seq::new(4)).expect("they read").expect("none").is_empty());
    }

    #[test]
    fn of_namesakes_the_one_is_told_whose_company_it_is() {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::open(dir.path()).expect("a ledger");
        let of_company = |id: &str, kind: &str, person: serde_json::Value, company: &str| {
            event(id, EventBuilder::new(kind).set("person", person).set("company", company))
        };
        let lee = |id: &str| serde_json::json!({"id": id, "name": "Ann Lee"});
        ledger
            .append([
                of_company("e1", "JoinedCompany", lee("p/1"), "Harbour"),
                of_company("e2", "JoinedCompany", lee("p/2"), "Acme"),
                of_company("e3", "LeftCompany", "Ann Lee".into(), "Harbour"),
            ])
            .expect("appended");
        let events = ledger.events_since(Seq::new(2)).expect("they read").expect("they are few");
        assert!(events[0].is_about("p/1") && !events[0].is_about("p/2"), "{:?}", events[0]);
    }

    #[test]
    fn what_a_name_of_several_stands_for_is_told() {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::open(dir.path()).expect("a ledger");
        let formed = |id: &str, unit: Value| event(id, EventBuilder::new("UnitFormed").set("unit", unit));
        let zed = |id: &str| serde_json::json!({"id": id, "name": "Zed"});
        let at_zed = |id: &str, kind: &str, field: &str, one: &str| {
            let built = EventBuilder::new(kind).set(field, one).set("company", "Zed");
            event(id, if field == "person" { built.set("unit", "Ovens") } else { built.set("into", "Ovens") })
        };
        ledger
            .append([
                formed("e1", zed("z1")),
                formed("e2", zed("z2")),
                at_zed("e3", "JoinedCompany", "person", "Bo"),
                at_zed("e4", "UnitMerged", "unit", "Kilns"),
            ])
            .expect("appended");
        let events = ledger.events_since(Seq::new(2)).expect("they read").expect("they are few");
        for (event, unit) in events.iter().zip(["~~zed/ovens", "~~zed/kilns"]) {
            assert!(event.is_about("~zed") && event.is_about(unit) && !event.is_about("z1"), "{event:?}");
        }
    }

    #[test]
    fn who_listens_by_an_id_that_gave_way_hears_of_it_and_of_what_replaces_events() {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::open(dir.path()).expect("a ledger");
        let with = |mut event: Event, corrects: &str| {
            event.corrects = Some(corrects.parse().expect("an id"));
            event
        };
        let same = |id: &str, kind: &str, one: (&str, Value), other: Value| {
            event(id, EventBuilder::new(kind).set(one.0, one.1).set("same_as", other))
        };
        let retracted = |id: &str, of: &str| event(id, EventBuilder::new("EventRetracted").set("event", of));
        let moved = |id: &str, person: Value| {
            event(
                id,
                EventBuilder::new("AppointedToPost")
                    .set("person", person)
                    .set("company", "Acme")
                    .set("unit", "Lab")
                    .set("lead", true),
            )
        };
        ledger
            .append([
                joined("e1", "Cy"),
                same("e2", "SamePerson", ("person", "Cy".into()), json!({"id": "p/cy"})),
                joined("e3", "Cy"),
                retracted("e4", "e3"),
                retracted("e5", "e4"),
                with(joined("e6", "Di"), "e1"),
                joined("e7", "Ed"),
                retracted("e8", "e7"),
                moved("e9", json!({"id": "p/b", "name": "Flo"})),
                same("e10", "SamePerson", ("person", json!({"id": "p/b"})), json!({"id": "p/a"})),
                same("e11", "SameUnit", ("unit", "Acme".into()), json!({"id": "c/acme"})),
                moved("e12", json!({"id": "p/a"})),
            ])
            .expect("appended");
        let events = ledger.events_since(Seq::ZERO).expect("they read").expect("they are few");
        let heard = |id: &str| -> Vec<u64> {
            events.iter().filter(|event| event.is_about(id)).map(|event| event.seq).collect()
        };
        for (id, expect) in [
            ("~cy", &[1, 2, 3, 4, 5, 6][..]),
            ("p/cy", &[1, 2, 3, 4, 5, 6]),
            ("~di", &[6]),
            ("~ed", &[7, 8]),
            ("p/b", &[9, 10, 12]),
            ("p/a", &[9, 10, 12]),
            ("~acme", &[9, 11, 12]),
            ("~~acme/lab", &[9, 12]),
            ("~c/acme/lab", &[9, 12]),
        ] {
            assert_eq!(heard(id), expect, "{id}");
        }
        // Of what an erasure withholds no id is told.
        let erased = event("e13", EventBuilder::new("PersonErased").set("person", json!({"id": "p/cy"})));
        ledger.append([erased, retracted("e14", "e1")]).expect("appended");
        let events = ledger.events_since(Seq::new(12)).expect("they read").expect("they are few");
        assert!(events.iter().all(|event| event.about.is_empty()), "{events:?}");
    }

    #[test]
    fn who_listens_to_what_was_said_once_alone_hears_that_it_is_withdrawn() {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::open(dir.path()).expect("a ledger");
        let retracted = |id: &str, of: &str| event(id, EventBuilder::new("EventRetracted").set("event", of));
        let appointed = EventBuilder::new("AppointedToPost").set("person", "Ann").set("company", "Acme");
        let appointed = appointed.set("unit", json!({"id": "u/ops", "name": "Ops"})).set("title", "CTO");
        let (formed, shed) = (EventBuilder::new("UnitFormed"), EventBuilder::new("UnitFormed"));
        ledger
            .append([
                event("e1", appointed.set("succeeds", "Bo")),
                event("e2", formed.set("unit", "Lab").set("company", "Acme")),
                event("e3", shed.set("unit", json!({"id": "c/shed", "name": "Shed"}))),
                retracted("e4", "e1"),
                retracted("e5", "e3"),
                retracted("e6", "e2"),
            ])
            .expect("appended");
        let events = ledger.events_since(Seq::ZERO).expect("they read").expect("they are few");
        for (id, expect) in [
            ("~ann", &[1, 4][..]),
            ("~bo", &[1, 4]),
            ("u/ops", &[1, 4]),
            ("~~acme/ops", &[1, 4]),
            ("~acme", &[1, 2, 4, 6]),
            ("~~acme/lab", &[2, 6]),
            ("c/shed", &[3, 5]),
            ("~shed", &[3, 5]),
        ] {
            let heard = events.iter().filter(|event| event.is_about(id)).map(|event| event.seq);
            assert_eq!(heard.collect::<Vec<_>>(), expect, "{id}");
        }
        assert!(events.iter().all(|event| !event.id.is_null()), "{events:?}");
    }

    #[test]
    fn a_name_of_several_hides_nothing_and_an_erasure_does() {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::open(dir.path()).expect("a ledger");
        let described = |id: &str, person: &str| {
            let names = serde_json::json!([{"text": "Wu"}]);
            let person = serde_json::json!({"id": person, "name": "Wu"});
            event(id, EventBuilder::new("PersonDescribed").set("person", person).set("names", names))
        };
        let erased = event("e5", EventBuilder::new("PersonErased").set("person", "Cy Wu"));
        ledger
            .append([
                described("e1", "wu-1"),
                described("e2", "wu-2"),
                joined("e3", "Wu"),
                joined("e4", "Cy Wu"),
                erased,
            ])
            .expect("appended");
        let events = ledger.events_since(Seq::ZERO).expect("they read").expect("they are few");
        let ambiguous = events[2].person.as_ref().map(|person| person.id.as_str());
        assert!(ambiguous == Some("~wu") && !events[2].id.is_null(), "{:?}", events[2]);
        for event in &events[3..] {
            assert!(event.id.is_null() && event.kind.is_null() && event.units.is_empty(), "{event:?}");
        }
    }
}
