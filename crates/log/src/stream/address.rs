//! Under which subject an event is published, and what its headers say of it.
//!
//! `tenure.events.<company>.<Type>`: a consumer can ask for one company or one type. The subject only helps to find; no
//! reader draws anything from it, since a company may be known by other names tomorrow.
//!
//! The company's token is the key of the name by which the event calls it. A key longer than 64 bytes becomes `~` and
//! the first 16 hex digits of its SHA-256. A company that is given by its id alone is `@` and the id, with `_` for each
//! `.`; an event that is about no company has `~`. A name's key has letters, marks and digits only, so none of these
//! is the key of a name.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use async_nats::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer};
use sha2::{Digest as _, Sha256};
use tenure_domain::day::Instant;
use tenure_domain::edtf::VagueDate;
use tenure_domain::name::NameKey;

/// What all subjects of events begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectPrefix(String);

/// A text that subjects cannot begin with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("subjects begin with letters, digits, `-` and `_`, in parts with `.` between them, at most 100 bytes")]
pub struct NotASubject;

/// The longest token of a company that is not hashed, in bytes.
const TOKEN_BYTES: usize = 64;

impl SubjectPrefix {
    /// The subjects of all events.
    pub(crate) fn all(&self) -> String {
        format!("{}.>", self.0)
    }

    /// The prefix as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a pattern takes in the subjects of all events: the prefix and two more tokens.
    pub(crate) fn is_within(&self, pattern: &str) -> bool {
        let mut tokens = self.0.split('.').map(Some).chain([None, None]);
        for part in pattern.split('.') {
            match (part, tokens.next()) {
                (_, None) => return false,
                (">", _) => return true,
                (part, Some(token)) => {
                    if part != "*" && Some(part) != token {
                        return false;
                    }
                }
            }
        }
        tokens.next().is_none()
    }
}

impl Default for SubjectPrefix {
    fn default() -> SubjectPrefix {
        SubjectPrefix("tenure.events".to_owned())
    }
}

impl FromStr for SubjectPrefix {
    type Err = NotASubject;

    fn from_str(text: &str) -> Result<SubjectPrefix, NotASubject> {
        let good =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if text.len() > 100 || !text.split('.').all(good) {
            return Err(NotASubject);
        }
        Ok(SubjectPrefix(text.to_owned()))
    }
}

impl fmt::Display for SubjectPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Under this header a message says its id, by which the server drops what is sent twice.
pub(crate) const MESSAGE_ID: &str = "Nats-Msg-Id";
/// Under this header a copy of a ledger says when the original recorded the event.
pub(crate) const RECORDED_AT: &str = "Tenure-Recorded-At";
/// The id of the event, for readers of `CloudEvents`.
pub(crate) const CE_ID: &str = "ce-id";

/// What an address takes from an event. Whatever else it holds, and whether it is an event at all, is not looked at.
#[derive(serde::Deserialize, Default)]
struct Brief<'e> {
    #[serde(borrow, rename = "type", default)]
    event_type: Option<Cow<'e, str>>,
    #[serde(borrow, default)]
    company: Option<TextOr<'e, Reference<'e>>>,
    #[serde(borrow, default)]
    unit: Option<TextOr<'e, Reference<'e>>>,
    #[serde(borrow, default)]
    source: Option<TextOr<'e, SourceBrief<'e>>>,
    #[serde(borrow, default)]
    reported_at: Option<Cow<'e, str>>,
}

/// What is given as a text alone or as an object. Told apart by how it begins, which is faster than trying both.
enum TextOr<'e, F> {
    Text(Cow<'e, str>),
    Fields(F),
}

impl<'de: 'e, 'e, F: Deserialize<'de>> Deserialize<'de> for TextOr<'e, F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<'e, F>(PhantomData<(&'e str, F)>);

        impl<'de: 'e, 'e, F: Deserialize<'de>> Visitor<'de> for Either<'e, F> {
            type Value = TextOr<'e, F>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or an object")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(TextOr::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(TextOr::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                F::deserialize(MapAccessDeserializer::new(map)).map(TextOr::Fields)
            }
        }

        deserializer.deserialize_any(Either(PhantomData))
    }
}

#[derive(serde::Deserialize)]
struct Reference<'e> {
    #[serde(borrow, default)]
    id: Option<Cow<'e, str>>,
    #[serde(borrow, default)]
    name: Option<Cow<'e, str>>,
}

#[derive(serde::Deserialize)]
struct SourceBrief<'e> {
    #[serde(borrow, default)]
    url: Option<Cow<'e, str>>,
    #[serde(borrow, default)]
    publisher: Option<Cow<'e, str>>,
}

/// The names of the headers, made once.
static NAMES: [HeaderName; 7] = [
    HeaderName::from_static(MESSAGE_ID),
    HeaderName::from_static("ce-specversion"),
    HeaderName::from_static(CE_ID),
    HeaderName::from_static("ce-type"),
    HeaderName::from_static("ce-source"),
    HeaderName::from_static("ce-time"),
    HeaderName::from_static("content-type"),
];

/// The subject and the headers of an event that is sent at `now`.
pub(crate) fn address(prefix: &SubjectPrefix, id: &str, event: &str, now: Instant) -> (String, HeaderMap) {
    let brief: Brief<'_> = serde_json::from_str(event).unwrap_or_default();
    let event_type = brief.event_type.as_deref().filter(|text| is_token(text)).unwrap_or("~");
    // A unit without a company is itself one.
    let company = brief.company.or(brief.unit).map_or("~".to_owned(), |company| token(&company));
    let source = match &brief.source {
        Some(TextOr::Text(text)) => Some(text),
        Some(TextOr::Fields(SourceBrief { url, publisher })) => url.as_ref().or(publisher.as_ref()),
        None => None,
    };
    let reported = brief.reported_at.and_then(|text| reported(&text)).unwrap_or(now);
    let values = [
        id.to_owned(),
        "1.0".to_owned(),
        percent(id),
        event_type.to_owned(),
        percent(source.map_or("unknown", |source| short(source))),
        reported.to_string(),
        "application/json".to_owned(),
    ];
    let headers = NAMES.iter().cloned().zip(values.map(HeaderValue::from)).collect();
    (format!("{}.{company}.{event_type}", prefix.0), headers)
}

/// When the event was reported, as it says: an instant, or the last day of a date.
fn reported(text: &str) -> Option<Instant> {
    let of_date = |text: &str| text.parse::<VagueDate>().ok()?.bounds().latest().map(Instant::midnight);
    text.parse().ok().or_else(|| of_date(text))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= TOKEN_BYTES && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A source of any length would make a message of any length.
fn short(text: &str) -> &str {
    &text[..text.floor_char_boundary(500)]
}

fn token(company: &TextOr<'_, Reference<'_>>) -> String {
    let (id, name) = match company {
        TextOr::Text(name) => (None, Some(name)),
        TextOr::Fields(Reference { id, name }) => (id.as_ref(), name.as_ref()),
    };
    let token = match (name.and_then(|name| NameKey::of(name)), id) {
        (Some(key), _) => key.as_str().to_owned(),
        (None, Some(id)) => {
            let safe = |c: char| if c.is_ascii_alphanumeric() || "_:/-".contains(c) { c } else { '_' };
            format!("@{}", id.chars().map(safe).collect::<String>())
        }
        (None, None) => return "~".to_owned(),
    };
    if token.len() <= TOKEN_BYTES {
        return token;
    }
    let hash: [u8; 32] = Sha256::digest(&token).into();
    hash[..8].iter().fold("~".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// A header's value as `CloudEvents` has them: what is not printable ASCII, and `"` and `%`, as `%XX`.
fn percent(text: &str) -> String {
    const NOT_PLAIN: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');
    utf8_percent_encode(text, NOT_PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use tenure_domain::day::Instant;

    use super::{SubjectPrefix, address};

    #[test]
    fn events_go_under_their_company_and_type() {
        let check = |event: &str, subject: &str| {
            let (found, _) = address(&SubjectPrefix::default(), "e", event, Instant::from_micros(0));
            assert_eq!(found, format!("tenure.events.{subject}"), "{event}");
        };
        check(r#"{"type":"JoinedCompany","company":"Alibaba Group"}"#, "alibabagroup.JoinedCompany");
        check(r#"{"type":"JoinedCompany","company":"阿里巴巴 集團"}"#, "阿里巴巴集团.JoinedCompany");
        check(r#"{"type":"LeftCompany","company":{"id":"x","name":"A.B > *"}}"#, "ab.LeftCompany");
        check(r#"{"type":"LeftCompany","company":{"id":"org/a.b:c-1"}}"#, "@org/a_b:c-1.LeftCompany");
        check(r#"{"type":"UnitFormed","unit":"Kestrel"}"#, "kestrel.UnitFormed");
        check(r#"{"type":"UnitFormed","unit":"Lab","company":"Kestrel"}"#, "kestrel.UnitFormed");
        check(r#"{"type":"EventRetracted","event":"e"}"#, "~.EventRetracted");
        check(r#"{"type":"a.b >","company":"\u0041"}"#, "a.~");
        check("[]", "~.~");
        let long = format!(r#"{{"type":"T","company":"{}"}}"#, "字".repeat(400));
        check(&long, "~17a3fc055d772646.T");
    }

    #[test]
    fn headers_tell_of_the_event() {
        let event = r#"{"type":"T","source":{"publisher":"Ü \"1%"},"reported_at":"2025-01-02T00:00:00+02:00"}"#;
        let (_, headers) = address(&SubjectPrefix::default(), "é1", event, Instant::from_micros(0));
        let header = |name: &str| headers.get(name).map(|value| value.as_str().to_owned()).expect(name);
        assert_eq!(header("Nats-Msg-Id"), "é1");
        assert_eq!((header("ce-id"), header("ce-source")), ("%C3%A91".to_owned(), "%C3%9C%20%221%25".to_owned()));
        assert_eq!((header("ce-type"), header("ce-specversion")), ("T".to_owned(), "1.0".to_owned()));
        assert_eq!(header("ce-time"), "2025-01-01T22:00:00Z");
    }

    #[test]
    fn patterns_that_take_in_all_events() {
        for (pattern, within) in [
            (">", true),
            ("tenure.>", true),
            ("tenure.events.>", true),
            ("*.events.>", true),
            ("tenure.events", false),
            ("tenure.events.*", false),
            ("tenure.events.*.*", true),
            ("tenure.events.*.*.*", false),
            ("tenure.events.*.LeftCompany", false),
            ("tenure.other.>", false),
            ("tenure.events.a.>", false),
        ] {
            assert_eq!(SubjectPrefix::default().is_within(pattern), within, "{pattern}");
        }
        for (prefix, good) in
            [("a", true), ("a.b-c_1", true), ("", false), ("a..b", false), ("a.*", false), ("a b", false)]
        {
            assert_eq!(prefix.parse::<SubjectPrefix>().is_ok(), good, "{prefix}");
        }
    }
}
