//! What comes to a ledger that is served, told to listeners as it is applied.
//!
//! Told is what the log took in and of whom and what it speaks, as the ledger knows them then; nothing of an event
//! about somebody of whom nothing may be told. A listener that was away reads the log: a feed is not kept.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tenure_answers::{Person, Unit};
use tenure_domain::plain_text::one_line;
use tenure_domain::position::Seq;
use tenure_domain::view::{View, ViewError};
use tenure_log::{OwnedRecord, PassedOver};
use tenure_query::{AskError, Inquiry};

use tenure_ledger::clock::now;
use tenure_ledger::{ApplyError, SharedLedger};
use tenure_projector::ProjectError;

/// How many events are told of one step; of more only their positions are.
const MOST_CHANGES: u64 = 1_000;

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
    /// Its type.
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
    /// The unit it speaks of, what else it names of units, and the company.
    pub units: Vec<Unit>,
}

/// What was applied in one step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AppliedStep {
    /// The position up to which everything is answered now.
    pub(crate) seq: u64,
    /// The events; none where they were too many to be told one by one.
    pub(crate) events: Option<Vec<AppliedEvent>>,
}

/// The subject beside that of questions on which something else goes: `tenure.query` has `tenure.changes` beside it.
pub(crate) fn beside(queries: &str, name: &str) -> String {
    queries.rsplit_once('.').map_or_else(|| format!("{queries}-{name}"), |(above, _)| format!("{above}.{name}"))
}

/// What was applied between two positions.
pub(crate) fn step(held: &SharedLedger, before: Seq, now: Seq) -> Result<AppliedStep, ApplyError> {
    Ok(AppliedStep { seq: now.number(), events: applied_between(held, before, now)? })
}

/// The events after one position and up to another; none where they are more than a thousand, too many to be told one by
/// one.
pub fn applied_between(held: &SharedLedger, before: Seq, now: Seq) -> Result<Option<Vec<AppliedEvent>>, ApplyError> {
    if now.number() - before.number() > MOST_CHANGES {
        return Ok(None);
    }
    let ledger = held.ledger();
    let records: Vec<OwnedRecord> = ledger
        .journal()
        .scan(before.next())
        .take_while(|record| record.as_ref().map_or(true, |record| record.seq <= now))
        .filter(|record| record.as_ref().map_or(true, |record| PassedOver::of(&record.event).is_none()))
        .collect::<Result<_, _>>()
        .map_err(ProjectError::from)?;
    let events = ledger.ask_store(|store| {
        let events = records.iter().filter_map(|record| Some((record, serde_json::from_str(&record.event).ok()?)));
        events.map(|(record, event)| applied(store, record, event)).collect()
    })?;
    Ok(Some(events))
}

fn applied(view: &dyn View, record: &OwnedRecord, mut event: Value) -> Result<AppliedEvent, ViewError> {
    let inquiry = Inquiry::of(view, self::now().day());
    let text = |of: &Value| [of, &of["id"], &of["name"]].into_iter().find_map(Value::as_str).map(str::to_owned);
    let person = match text(&event["person"]) {
        Some(text) => AskError::in_particular(inquiry.ask_person(&text))?.and_then(|asked| asked.here()),
        None => None,
    };
    let person = person.map(|person| inquiry.person_shown(person)).transpose()?;
    let company = text(&event["company"]);
    let unit = |text: &str, company: Option<&str>| {
        let asked = AskError::in_particular((Inquiry { company, ..inquiry }).ask_unit(text))?;
        asked.and_then(|asked| asked.here()).map(|unit| inquiry.unit_shown(unit)).transpose()
    };
    let named = ["to_unit", "unit", "from_unit", "into", "parent"].into_iter().filter_map(|field| text(&event[field]));
    let mut units: Vec<Unit> = Vec::new();
    for name in named {
        units.extend(unit(&name, company.as_deref())?);
    }
    if let Some(name) = company.as_deref() {
        units.extend(unit(name, None)?);
    }
    let withheld = person.is_none() && !event["person"].is_null();
    let erased = view.erased_names()?;
    let retracts = event["type"] == "EventRetracted";
    let mut take = |field: &str| if withheld { Value::Null } else { event[field].take() };
    let (effective, reported_at) = (take("effective"), take("reported_at"));
    let (mut source, confidence, id) = (take("source"), take("confidence"), take("id"));
    erased.withhold_words_of_source(&mut source);
    // Whose event it retracts is not looked up: of what may be about an erased person the publisher alone is told.
    if !erased.is_empty() && retracts {
        source = json!({ "publisher": source["publisher"].take() });
    }
    Ok(AppliedEvent {
        seq: record.seq.number(),
        recorded_at: record.recorded_at.to_string(),
        id,
        kind: event["type"].take(),
        effective,
        reported_at,
        source,
        confidence,
        person,
        units: if withheld { Vec::new() } else { units },
    })
}

impl AppliedEvent {
    /// Whether it speaks of that person, unit or company.
    pub fn is_about(&self, id: &str) -> bool {
        let of_unit = |unit: &Unit| unit.id == id || unit.company.as_ref().is_some_and(|company| company.id == id);
        self.person.as_ref().is_some_and(|person| person.id == id) || self.units.iter().any(of_unit)
    }

    /// One line for people.
    pub fn line(&self) -> String {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let says = [&self.source["publisher"], &self.source["url"], &self.source].into_iter().find_map(Value::as_str);
        let place = self.units.first().map(|unit| match &unit.company {
            Some(company) => format!("{}, {}", unit.name, company.name),
            None => unit.name.clone(),
        });
        let who = self.person.as_ref().map(|person| person.name.clone());
        let parts = [Some(text(&self.effective)), Some(text(&self.kind)), who, place, says.map(str::to_owned)];
        let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        let line = format!("#{}  {}", self.seq, parts.join("  "));
        // What comes over a network is not handed to a terminal as it is.
        one_line(&line).into_owned()
    }
}
