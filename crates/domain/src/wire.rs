//! Events as JSON, format version 1: what scrapers send and what the log keeps.
//!
//! One declarative table says which types there are, which fields they take and what those hold. Reading, the
//! suggestions in its errors, the JSON Schemas and `docs/events.md` all come from that table. Rules between
//! two fields, which no table can say well, stand beside the facts that they guard.
//!
//! What comes in is read by [`Submission::read_at`], which finds the id and gives back the line that the log stores.
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

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use self::build::EventBuilder;
pub use self::docs::page;
pub use self::write::{write, write_source};

use self::json::{FieldPath, Node, Object};
use self::read::Values;
use self::table::EventType;
use crate::day::Instant;
use crate::event::{Event, Fact};
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
        Submission::recorded(json, None, Stamps::Clock)
    }

    /// Reads an event that comes in at that instant. It must keep rules that older versions did not have, and must not
    /// say that it was reported more than a day later.
    pub fn read_at(json: &[u8], now: Instant) -> Result<Submission, Refusal> {
        Submission::recorded(json, Some(now), Stamps::Clock)
    }

    /// The same where the log's stamps are ahead of the clock: what depends on when the event came in says that itself, in
    /// `ingested_at`, since the stamp does not.
    pub fn read_behind_stamps(json: &[u8], now: Instant) -> Result<Submission, Refusal> {
        Submission::recorded(json, Some(now), Stamps::Ahead)
    }

    fn recorded(json: &[u8], at: Option<Instant>, stamps: Stamps) -> Result<Submission, Refusal> {
        let too_long = || {
            Refusal::new(
                format_args!("the event has {} bytes, at most {EVENT_BYTES} are allowed", json.len()),
                "shorten `source.quote`, `remit` or `note`",
            )
        };
        if json.len() > STORED_BYTES {
            return Err(too_long());
        }
        let text = std::str::from_utf8(json).map_err(|error| {
            Refusal::new(
                format_args!("byte {} of the event is not UTF-8", error.valid_up_to() + 1),
                "write the event in UTF-8",
            )
        })?;
        let (mut object, place) = unwrapped(json::parse(text)?)?;
        let (event_type, mut values) = fields(&object, place)?;
        json::prune(&mut object, event_type.nobody());

        let content = content(&object);
        let (id, given) = match values.event_id("id") {
            Some(id) => (id, true),
            None => (id_of(&content), false),
        };
        // Only what the log stores is longer, by the id that was made for it and by when it came in.
        let added = if given && id == id_of(&content) { ID_BYTES } else { 0 }
            + json::get(&object, INGESTED_AT).map_or(0, |_| INGESTED_BYTES);
        if json.len() > EVENT_BYTES + added {
            return Err(too_long());
        }
        let strictness = if at.is_some() { Strictness::Incoming } else { Strictness::Stored };
        let event = event(event_type, values, id.clone(), at, strictness)?;

        if !given {
            object.insert(0, ("id".into(), Node::Text(id.as_str().into())));
        }
        if let (Some(now), Stamps::Ahead) = (at, stamps)
            && depends_on_ingest(&object)
        {
            object.push((INGESTED_AT.into(), Node::Text(now.to_string().into())));
        }
        let json = serde_json::to_string(&Node::Object(object)).expect("a tree of JSON is JSON");
        let hash = Sha256::digest(&content);
        let fingerprint = *hash.first_chunk().expect("SHA-256 gives 32 bytes");
        let statement = statement(&event);
        Ok(Submission { id, fingerprint, json, event_type: event_type.shape.name, statement })
    }
}

/// Who is held to say an event of which only the JSON of its `source` is at hand: as [`Source::says`] has it, or a bare text.
///
/// Elsewhere it is shortened or turned round on purpose: a page shows the host of an address, and the headers of a stream
/// lead with the address, by which subscribers choose.
///
/// [`Source::says`]: crate::event::Source::says
pub fn says(source: &serde_json::Value) -> Option<&str> {
    [&source["publisher"], &source["url"], source].into_iter().find_map(serde_json::Value::as_str)
}

/// Reads an event as the log stores it; where it says no `reported_at`, it was reported when the log recorded it.
pub fn read_stored(json: &str, recorded_at: Instant) -> Result<Event, Refusal> {
    let node = json::parse(json)?;
    let Node::Object(object) = node else {
        return Err(not_an_object(&node));
    };
    let (event_type, mut values) = fields(&object, FieldPath::Event)?;
    let id = values
        .event_id("id")
        .ok_or_else(|| Refusal::new("`id` is missing", "what a log stores has the id filled in"))?;
    event(event_type, values, id, Some(recorded_at), Strictness::Stored)
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
            Some(Node::Text(text)) => text.len() < DAY,
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
fn unwrapped(node: Node<'_>) -> Result<(Object<'_>, FieldPath<'static>), Refusal> {
    let Node::Object(mut object) = node else {
        return Err(not_an_object(&node));
    };
    let Some(version) = json::get(&object, "specversion") else {
        return Ok((object, FieldPath::Event));
    };
    if !matches!(version, Node::Text(text) if text == "1.0") {
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
        Some(Node::Object(event)) => Ok((event, FieldPath::Field(&FieldPath::Event, "data"))),
        None => Err(Refusal::new("`data` is missing", "put the event under `data`, as a JSON object")),
        Some(other @ (Node::Null | Node::Flag(_) | Node::Number(_) | Node::Text(_) | Node::List(_))) => {
            Err(Refusal::new(
                format_args!("`data` is {}, it must be an object", other.what()),
                "put the event under `data`, as a JSON object",
            ))
        }
    }
}

fn not_an_object(node: &Node<'_>) -> Refusal {
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
    if strictness == Strictness::Incoming {
        incoming::check(&values, &id, effective.as_ref(), reported_at, &fact)?;
    }
    Ok(Event {
        effective,
        reported_at: reported_at.or(came_in).unwrap_or(Instant::from_micros(0)),
        source: values.must("source", Values::source),
        confidence: values.confidence("confidence").unwrap_or_default(),
        note: values.text("note"),
        corrects,
        fact,
        id,
    })
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
fn content(object: &Object<'_>) -> Vec<u8> {
    let mut content = object.clone();
    json::remove(&mut content, "id");
    json::remove(&mut content, INGESTED_AT);
    if let Some(Node::Object(source)) = json::get_mut(&mut content, "source") {
        json::remove(source, "retrieved_at");
    }
    json::canonical(content)
}

/// The canonical JSON (RFC 8785) of an object of these fields, which hold no numbers, as no event does.
pub fn canonical<'f>(fields: impl IntoIterator<Item = (&'f String, &'f serde_json::Value)>) -> Vec<u8> {
    json::canonical(json::borrowed(fields))
}

/// The id of an event whose scraper gave it none.
fn id_of(content: &[u8]) -> EventId {
    let id = Uuid::new_v5(&NAMESPACE, content).to_string();
    id.parse().expect("a UUID is an event id")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::NAMESPACE;

    #[test]
    fn the_namespace_is_what_scrapers_compute() {
        assert_eq!(NAMESPACE, Uuid::new_v5(&Uuid::NAMESPACE_URL, b"tenure:event:v1"));
    }
}
