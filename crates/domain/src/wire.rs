//! Events as JSON, format version 1: what scrapers send and what the log keeps.
//!
//! One declarative table says which types there are, which fields they take and what those hold. Reading, the
//! suggestions in its errors, the JSON Schemas and `docs/events.md` all come from that table. Rules between
//! two fields, which no table can say well, stand beside the facts that they guard.
//!
//! What comes in is read by [`Submission::read_at`], which finds the id and gives back the line that the log stores; what
//! a program makes of [`Json`] is taken by [`Submission::made`], by the same rules.
//! What the log holds is read by [`read_stored`], through the same code, and identified by [`Submission::read`]. Deliberately not here: whether an id is
//! used already, who a reference means, and what the claims amount to.

mod build;
mod docs;
mod fact;
mod incoming;
mod json;
mod read;
pub mod schema;
mod table;
mod write;

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use self::build::EventBuilder;
pub use self::docs::page;
pub use self::json::{Json, Object};
pub use self::write::{write, write_source};

use self::json::FieldPath;
use self::read::Values;
use self::table::EventType;
use crate::day::Instant;
use crate::event::{Event, Fact};
use crate::name_id::name_id;
use crate::position::EventId;

/// The longest event, in bytes of JSON as it is sent.
pub const EVENT_BYTES: usize = 64 * 1024;

/// The longest event as the log stores it: one that was sent without an id has one made from its content, and one that
/// came in while the log's stamps were ahead of the clock says when it did.
pub const STORED_BYTES: usize = EVENT_BYTES + ID_BYTES + INGESTED_BYTES;

/// The bytes of `"id":".."` and a comma, with a UUID.
const ID_BYTES: usize = 44;

/// The most bytes of a comma and `"ingested_at":".."`.
const INGESTED_BYTES: usize = 45;

/// The longest `CloudEvents` record: the event within is measured as one that comes bare.
pub const RECORD_BYTES: usize = STORED_BYTES + 64 * 1024;

/// When an event came in, where the log could not stamp it so.
const INGESTED_AT: &str = "ingested_at";

/// The namespace of the ids that are made from content: `uuid5(NAMESPACE_URL, "tenure:event:v1")`.
pub const NAMESPACE: Uuid = Uuid::from_u128(0x8f89_2981_e6bf_5dc9_bcf1_a9b8_cc6f_3e67);

/// Why a text is not an event: the first problem found, where it is, and what to do.
///
/// Problems are looked for in a fixed order: size and JSON, then fields that the type does not have, then the
/// fields in the order of the table, then what no two of them can say together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// What is wrong and where, the place written like `person.aliases[2]`.
    pub reason: String,
    /// What to do about it.
    pub hint: String,
}

impl Refusal {
    fn new(reason: impl fmt::Display, hint: impl fmt::Display) -> Refusal {
        Refusal { reason: reason.to_string(), hint: hint.to_string() }
    }
}

/// An event that may be appended to a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The id that the scraper gave, else the one made from the content.
    pub id: EventId,
    /// The first 16 bytes of the SHA-256 of the content; one id with two fingerprints is refused.
    pub fingerprint: [u8; 16],
    /// What the log stores: the event as given, on one line, without its nulls and with its id.
    pub json: String,
    /// The name of its type.
    pub event_type: &'static str,
    /// Which statement its source's key names: a hash of the source, the key, and when it was reported and retrieved.
    /// Two events of one statement are a key used for two (contract, section 3, `key`).
    pub statement: Option<[u8; 16]>,
}

impl Submission {
    /// Reads one event, bare or wrapped as a `CloudEvents` 1.0 structured record, as logs hold them: with what older
    /// versions took in, and whenever it was reported. What comes in is read by [`Submission::read_at`].
    ///
    /// The content is the canonical JSON (RFC 8785) of the event without nulls, `id`, `ingested_at` and
    /// `source.retrieved_at`.
    ///
    /// What the log stores of an event reads alike, though the id that it was given there can make it longer than
    /// [`EVENT_BYTES`].
    pub fn read(json: &[u8]) -> Result<Submission, Refusal> {
        Submission::recorded(json, None)
    }

    /// Reads an event that comes in. It must keep rules that older versions did not have, and must not say that it was
    /// reported more than a day later.
    pub fn read_at(json: &[u8], arrival: impl Into<Arrival>) -> Result<Submission, Refusal> {
        Submission::recorded(json, Some(arrival.into()))
    }

    /// Takes an event that a program made: what its JSON would be read as, where it comes in or a log holds it.
    pub fn made(event: Json<'_>, arrival: Option<Arrival>) -> Result<Submission, Refusal> {
        Submission::of(unwrapped(event)?, None, arrival)
    }

    fn recorded(json: &[u8], arrival: Option<Arrival>) -> Result<Submission, Refusal> {
        if json.len() > RECORD_BYTES {
            return Err(too_long(json.len()));
        }
        let text = std::str::from_utf8(json).map_err(|error| {
            Refusal::new(
                format_args!("byte {} of the event is not UTF-8", error.valid_up_to() + 1),
                "write the event in UTF-8",
            )
        })?;
        let (event, place) = unwrapped(json::parse(text)?)?;
        let is_bare = matches!(place, FieldPath::Event);
        if is_bare && json.len() > STORED_BYTES {
            return Err(too_long(json.len()));
        }
        Submission::of((event, place), is_bare.then_some(json.len()), arrival)
    }

    /// The event that an object is, which had that length as it was sent; wrapped, or as a program made it, it has that of
    /// what is stored.
    fn of(
        (mut object, place): (Object<'_>, FieldPath<'static>),
        sent: Option<usize>,
        arrival: Option<Arrival>,
    ) -> Result<Submission, Refusal> {
        let (event_type, mut values) = fields(&object, place)?;
        json::prune(&mut object, event_type.nobody());

        let content = content(&object);
        let (id, given) = match values.event_id("id") {
            Some(id) => (id, true),
            None => (id_of(&content), false),
        };
        let mut json = String::with_capacity(json::EVENT_TEXT);
        if !given {
            object.insert(0, ("id".into(), Json::Text(id.as_str().to_owned().into())));
        }
        json::write_object(&object, &mut json);
        // Only what the log stores is longer, by the id that was made for it and by when it came in.
        let made = if given { 0 } else { ID_BYTES };
        let added = if given && id == id_of(&content) { ID_BYTES } else { 0 }
            + json::get(&object, INGESTED_AT).map_or(0, |_| INGESTED_BYTES);
        let length = sent.unwrap_or(json.len() - made);
        if length > EVENT_BYTES + added {
            return Err(too_long(length));
        }
        let strictness = if arrival.is_some() { Strictness::Incoming } else { Strictness::Stored };
        let event = event(event_type, values, id.clone(), arrival.map(|arrival| arrival.at), strictness)?;

        if let Some(Arrival { at, stamps: Stamps::Ahead }) = arrival
            && depends_on_ingest(&object)
        {
            json.truncate(json.len() - 1);
            let _ = write!(json, r#","{INGESTED_AT}":"{at}"}}"#);
        }
        let hash = Sha256::digest(&content);
        let fingerprint = *hash.first_chunk().expect("SHA-256 gives 32 bytes");
        let statement = statement(&event);
        Ok(Submission { id, fingerprint, json, event_type: event_type.shape.name, statement })
    }
}

/// Who is held to say an event of which only the fields of its `source` are at hand, or that as a bare text: as
/// [`Source::says`] has it.
///
/// Elsewhere it is shortened or turned round on purpose: a page shows the host of an address, and the headers of a stream
/// lead with the address, by which subscribers choose.
///
/// [`Source::says`]: crate::event::Source::says
pub fn says<'s>(field: impl Fn(&str) -> Option<&'s str>, bare: Option<&'s str>) -> Option<&'s str> {
    field("publisher").or_else(|| field("url")).or(bare)
}

/// The JSON of an event as the log stores it; null where it is none.
pub fn tree(json: &str) -> Json<'_> {
    json::parse(json).unwrap_or(Json::Null)
}

/// Reads an event as the log stores it; where it says no `reported_at`, it was reported when the log recorded it.
pub fn read_stored(json: &str, recorded_at: Instant) -> Result<Event, Refusal> {
    let node = json::parse(json)?;
    let Json::Object(object) = node else {
        return Err(not_an_object(&node));
    };
    let (event_type, mut values) = fields(&object, FieldPath::Event)?;
    let id = values
        .event_id("id")
        .ok_or_else(|| Refusal::new("`id` is missing", "what a log stores has the id filled in"))?;
    event(event_type, values, id, Some(recorded_at), Strictness::Stored)
}

/// When an event comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    at: Instant,
    stamps: Stamps,
}

impl Arrival {
    /// It comes in now, into a log with that last stamp. Where this is ahead of the clock, what depends on when it came in
    /// says that itself, in `ingested_at`, since the stamp does not.
    pub fn now(now: Instant, last_stamp: Option<Instant>) -> Arrival {
        let is_ahead = last_stamp.is_some_and(|last| last > now);
        Arrival { at: now, stamps: if is_ahead { Stamps::Ahead } else { Stamps::Clock } }
    }
}

/// It comes in at that instant, and the log says so.
impl From<Instant> for Arrival {
    fn from(at: Instant) -> Arrival {
        Arrival { at, stamps: Stamps::Clock }
    }
}

/// Whether a log stamps what comes in with the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stamps {
    /// It does.
    Clock,
    /// Its last stamp is later, and what comes in bears that.
    Ahead,
}

/// Whether it depends on when an event comes in when it was reported: where it says nothing, or a month or a year.
fn depends_on_ingest(object: &Object<'_>) -> bool {
    const DAY: usize = "2025-09-30".len();
    json::get(object, INGESTED_AT).is_none()
        && match json::get(object, "reported_at") {
            Some(Json::Text(text)) => text.len() < DAY,
            Some(_) | None => true,
        }
}

/// Which rules an event must keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strictness {
    /// All.
    Incoming,
    /// Those that were always there.
    Stored,
}

/// The event within a `CloudEvents` record, or the object itself, and where errors say that it lies.
fn unwrapped(node: Json<'_>) -> Result<(Object<'_>, FieldPath<'static>), Refusal> {
    let Json::Object(mut object) = node else {
        return Err(not_an_object(&node));
    };
    let Some(version) = json::get(&object, "specversion") else {
        return Ok((object, FieldPath::Event));
    };
    if !matches!(version, Json::Text(text) if text == "1.0") {
        return Err(Refusal::new(
            "`specversion` is not \"1.0\"",
            "wrap the event as a CloudEvents 1.0 record, or send the bare object",
        ));
    }
    for attribute in ["specversion", "data", "data_base64"] {
        if object.iter().filter(|(name, _)| name == attribute).count() > 1 {
            return Err(read::twice(&FieldPath::Event.field(attribute)));
        }
    }
    if json::get(&object, "data_base64").is_some() {
        return Err(Refusal::new("`data_base64` is not read", "put the event under `data`, as a JSON object"));
    }
    match json::remove(&mut object, "data") {
        Some(Json::Object(event)) => Ok((event, FieldPath::Field(&FieldPath::Event, "data"))),
        None => Err(Refusal::new("`data` is missing", "put the event under `data`, as a JSON object")),
        Some(other @ (Json::Null | Json::Flag(_) | Json::Number(_) | Json::Text(_) | Json::List(_))) => {
            Err(Refusal::new(
                format_args!("`data` is {}, it must be an object", other.what()),
                "put the event under `data`, as a JSON object",
            ))
        }
    }
}

fn not_an_object(node: &Json<'_>) -> Refusal {
    Refusal::new(
        format_args!("an event is a JSON object, this is {}", node.what()),
        "send one object for each event: {\"type\": .., \"source\": .., ..}",
    )
}

/// The type of the event, and its fields read as the table says.
fn fields<'p>(object: &Object<'_>, place: FieldPath<'p>) -> Result<(&'static EventType, Values<'p>), Refusal> {
    let event_type = read::event_type(json::get(object, "type"), &place)?;
    Ok((event_type, Values::read(&event_type.shape, object, place)?))
}

/// The event that the fields make up. Before it is recorded, the instant at which it was reported may be unknown, and
/// stands for none.
fn event(
    event_type: &EventType,
    mut values: Values<'_>,
    id: EventId,
    recorded_at: Option<Instant>,
    strictness: Strictness,
) -> Result<Event, Refusal> {
    let fact = fact::fact(event_type.shape.name, &mut values)?;
    // A stamp that is ahead of the clock dates no report. No event comes in later than it is recorded.
    let said = values.instant(INGESTED_AT);
    let came_in = recorded_at.map(|at| said.map_or(at, |said| said.min(at)));
    let corrects = values.event_id("corrects");
    let to_itself = |field| {
        values.refusal(field, "is the event's own id", "name the other event, by the id that it has in the ledger")
    };
    if corrects.as_ref() == Some(&id) {
        return Err(to_itself("corrects"));
    }
    if matches!(&fact, Fact::EventRetracted { event, .. } if *event == id) {
        return Err(to_itself("event"));
    }
    let effective = if values.may_have("effective") { values.date("effective") } else { None };
    let reported_at = values.reported_at(came_in)?;
    let (source, read) = values.must("source", Values::source);
    let event = Event {
        effective,
        reported_at: reported_at.or(came_in).unwrap_or(Instant::from_micros(0)),
        source,
        confidence: values.confidence("confidence").unwrap_or_default(),
        note: values.text("note"),
        corrects,
        fact,
        id,
    };
    if let (Strictness::Incoming, Some(came_in)) = (strictness, came_in) {
        incoming::check(&values, &event, read, came_in)?;
    }
    Ok(event)
}

/// Which statement the event's key names, where it has one.
fn statement(event: &Event) -> Option<[u8; 16]> {
    let key = event.source.key.as_deref()?;
    let mut hash = Sha256::new();
    for text in [event.source.says(), key] {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    for at in [Some(event.reported_at), event.source.retrieved_at] {
        hash.update(at.map_or(i64::MIN, Instant::micros).to_le_bytes());
    }
    hash.finalize().first_chunk().copied()
}

/// What makes two events the same: the canonical JSON of all but the id, and when it came in and the source was read.
fn content(object: &Object<'_>) -> String {
    const RETRIEVED_AT: &str = "retrieved_at";
    let retrieved = match json::get(object, "source") {
        Some(Json::Object(source)) => json::get(source, RETRIEVED_AT).map(|_| source),
        Some(_) | None => None,
    };
    let source = retrieved.map(|source| {
        let mut source = source.clone();
        json::remove(&mut source, RETRIEVED_AT);
        Json::Object(source)
    });
    let said = object.iter().filter(|(name, _)| name != "id" && name != INGESTED_AT);
    json::canonical(said.map(|(name, node)| (&**name, source.as_ref().filter(|_| name == "source").unwrap_or(node))))
}

/// The canonical JSON (RFC 8785) of an object of these fields, which hold no numbers, as no event does.
pub fn canonical<'f>(fields: impl IntoIterator<Item = &'f (Cow<'f, str>, Json<'f>)>) -> String {
    json::canonical(fields.into_iter().map(|(name, node)| (&**name, node)))
}

fn too_long(bytes: usize) -> Refusal {
    Refusal::new(
        format_args!("the event has {bytes} bytes, at most {EVENT_BYTES} are allowed"),
        "shorten `source.quote`, `remit` or `note`",
    )
}

/// The id of an event whose scraper gave it none.
fn id_of(content: &str) -> EventId {
    let id = name_id(&NAMESPACE, content.as_bytes()).to_string();
    id.parse().expect("a UUID is an event id")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::NAMESPACE;
    use crate::name_id::name_id;

    #[test]
    fn the_namespace_is_what_scrapers_compute() {
        assert_eq!(NAMESPACE, name_id(&Uuid::NAMESPACE_URL, b"tenure:event:v1"));
    }
}
