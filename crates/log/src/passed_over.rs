//! What stands at a position that holds no event of the ledger.
//!
//! A replica keeps the positions of its stream, so every message takes a record: also a copy of an event that stands
//! before it, another event under an id that is taken, and what is no event at all. A journal that lost its end keeps the
//! positions that it gave, so each of them takes a record too. Such a record holds one object, `{"passed_over":{..}}`,
//! that no event can be. It counts neither in the digest nor among the events.

use serde_json::{Value, json};
use tenure_domain::position::{EventId, Seq};

use crate::identity::{EventIdentity, Fingerprint};
use crate::record;

/// What the object begins with. An event has no such field.
const BEGINNING: &str = r#"{"passed_over":"#;

/// How much of a message that is no event is kept, in bytes: all of what a later version could take for one.
const KEPT: usize = tenure_domain::wire::STORED_BYTES;

/// Why a position holds no event of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassedOver {
    /// The same event stands at this position.
    Copy(Seq),
    /// Another event of that id stands at this position.
    Reused(Seq),
    /// It is no event.
    Unidentified,
    /// What stood there was lost, and the loss was accepted.
    Lost,
}

impl PassedOver {
    /// The fingerprint of such a record. No event is expected to have it, but one may.
    pub(crate) const FINGERPRINT: Fingerprint = [0; 16];

    /// What a record says, where it holds no event.
    pub fn of(event: &str) -> Option<PassedOver> {
        if !event.starts_with(BEGINNING) {
            return None;
        }
        let json: Value = serde_json::from_str(event).ok()?;
        let told = &json["passed_over"];
        let of = || told["of"].as_u64().map(Seq::new);
        match told["why"].as_str()? {
            "copy" => of().map(PassedOver::Copy),
            "reused" => of().map(PassedOver::Reused),
            "unidentified" => Some(PassedOver::Unidentified),
            "lost" => Some(PassedOver::Lost),
            _ => None,
        }
    }

    /// The message for which a record stands, where it was text and is kept whole.
    pub fn payload(event: &str) -> Option<String> {
        let json: Value = event.starts_with(BEGINNING).then(|| serde_json::from_str(event).ok())??;
        let told = &json["passed_over"];
        let text = told["payload"].as_str()?;
        (told["bytes"].as_u64() == Some(text.len() as u64)).then(|| text.to_owned())
    }

    /// The message for which a record stands, where another version may take it for an event: it is kept whole, and is one
    /// object on one line.
    pub fn to_retry(event: &str) -> Option<String> {
        let unidentified = PassedOver::of(event) == Some(PassedOver::Unidentified);
        unidentified.then(|| PassedOver::payload(event)).flatten().filter(|text| record::is_one_object(text))
    }

    /// The object that stands at that position for a message.
    pub(crate) fn record(&self, seq: Seq, payload: &[u8]) -> String {
        let text = String::from_utf8_lossy(&payload[..payload.len().min(KEPT)]);
        let (why, of) = match self {
            PassedOver::Copy(of) => ("copy", Some(of)),
            PassedOver::Reused(of) => ("reused", Some(of)),
            PassedOver::Unidentified => ("unidentified", None),
            PassedOver::Lost => ("lost", None),
        };
        let mut told = json!({ "seq": seq.number(), "why": why });
        if let Some(of) = of {
            told["of"] = of.number().into();
        }
        if !matches!(self, PassedOver::Copy(_) | PassedOver::Lost) {
            told["payload"] = text.into();
            told["bytes"] = payload.len().into();
        }
        json!({ "passed_over": told }).to_string()
    }

    /// By what the index knows such a record.
    pub(crate) fn identity(event: &str) -> Option<EventIdentity> {
        let json: Value = event.starts_with(BEGINNING).then(|| serde_json::from_str(event).ok())??;
        let id = format!("{}{}", EventId::OF_NO_EVENT, json["passed_over"]["seq"].as_u64()?).parse().ok()?;
        Some(EventIdentity { id, fingerprint: PassedOver::FINGERPRINT })
    }

    /// Whether a record holds no event.
    pub(crate) fn is_one(event: &str) -> bool {
        event.starts_with(BEGINNING)
    }
}
