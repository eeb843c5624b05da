//! What a map says of posts, and the events that describe people and organisations: what registers have in common.

use serde::Deserialize;
use serde_json::Value;
use tenure_domain::wire::Json;

use super::stint::identify;

/// How long the names of one event may be, so that it stays below the longest event.
const NAMES_BYTES: usize = 40 << 10;

/// What is said of a post.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Office {
    pub(super) company: Option<Value>,
    pub(super) unit: Option<Value>,
    pub(super) title: Option<String>,
    pub(super) lead: Option<bool>,
    pub(super) employment: Option<String>,
}

impl Office {
    /// What is said here, and where nothing is, there.
    pub(super) fn or(self, other: Office) -> Office {
        Office {
            company: self.company.or(other.company),
            unit: self.unit.or(other.unit),
            title: self.title.or(other.title),
            lead: self.lead.or(other.lead),
            employment: self.employment.or(other.employment),
        }
    }

    /// Begins the event of a post; `company` is where the map names none.
    pub(super) fn held(&self, person: &str, company: &Value) -> Json<'static> {
        let mut event = Json::object([
            ("type", "HeldPost".into()),
            ("person", Json::object([("id", person.to_owned().into())])),
            ("company", self.company.as_ref().unwrap_or(company).clone().into()),
        ]);
        if let Some(unit) = &self.unit {
            event.set("unit", unit.clone());
        }
        if let Some(title) = &self.title {
            event.set("title", title.clone());
        }
        if self.lead == Some(true) {
            event.set("lead", true);
        }
        if let Some(employment) = &self.employment {
            event.set("employment", employment.clone());
        }
        event
    }
}

/// Whom a description is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Described {
    Person,
    Unit,
}

/// Describes a person by names, in as many events as they need. Each has a key of its own: `key`, `key.2`, ..
pub(super) fn described(
    of: Described,
    id: &str,
    names: Vec<Value>,
    facts: &Value,
    source: &Value,
) -> Vec<Json<'static>> {
    let (kind, field) = match of {
        Described::Person => ("PersonDescribed", "person"),
        Described::Unit => ("UnitDescribed", "unit"),
    };
    let mut parts: Vec<Vec<Value>> = vec![Vec::new()];
    let mut bytes = 0;
    for name in names {
        let length = name.to_string().len() + 1;
        if bytes + length > NAMES_BYTES {
            parts.push(Vec::new());
            bytes = 0;
        }
        bytes += length;
        if let Some(part) = parts.last_mut() {
            part.push(name);
        }
    }
    let mut events = Vec::new();
    for (number, part) in parts.into_iter().enumerate() {
        let key = if number == 0 { format!("{id}/names") } else { format!("{id}/names.{}", number + 1) };
        let mut event = Json::object([("type", kind.into()), (field, Json::object([("id", id.to_owned().into())]))]);
        if !part.is_empty() {
            event.set("names", Value::from(part));
        }
        for (fact, value) in facts.as_object().into_iter().flatten() {
            event.set(fact.clone(), value.clone());
        }
        event.set("source", with_key(source, &key));
        identify(&mut event, &key);
        events.push(event);
    }
    events
}

/// The source of a statement under a key.
pub(super) fn with_key(source: &Value, key: &str) -> Json<'static> {
    let mut source = Json::from(source.clone());
    source.set("key", key.to_owned());
    source
}

/// Whether a text is one line that a source can hold.
pub(super) fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= 4_000 && !text.chars().any(char::is_control)
}

/// Whether a text has the form of a language tag.
pub(super) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let sized = |part: &str| (1..=8).contains(&part.len());
    parts.next().is_some_and(|p| sized(p) && p.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.all(|p| sized(p) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}
