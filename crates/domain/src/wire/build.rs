//! Events made by a program, field by field.

use serde_json::{Map, Value};

use super::{Refusal, Submission, read_stored};
use crate::day::{Day, Instant};
use crate::event::Event;

/// An event in the making. Its fields are those of its type in `docs/events.md`; what is built has passed the same checks
/// as an event that comes in as JSON.
///
/// ```
/// use tenure_domain::wire::EventBuilder;
///
/// let event = EventBuilder::new("JoinedCompany")
///     .set("person", "Ann Lee")
///     .set("company", "Harbour")
///     .set("effective", "2024-01")
///     .set("reported_at", "2024-02-01")
///     .set("source", "Harbour Gazette")
///     .build()?;
/// assert_eq!(event.source.says(), "Harbour Gazette");
///
/// let refused = EventBuilder::new("JoinedCompany").set("persn", "Ann Lee").set("reported_at", "2024-02-01").build();
/// assert!(refused.is_err_and(|refusal| refusal.hint.contains("person")));
/// # Ok::<(), tenure_domain::wire::Refusal>(())
/// ```
#[derive(Clone, Debug)]
pub struct EventBuilder {
    fields: Map<String, Value>,
}

impl EventBuilder {
    /// Begins an event of that type, such as `JoinedCompany`.
    pub fn new(event_type: &str) -> EventBuilder {
        let mut fields = Map::new();
        fields.insert("type".to_owned(), event_type.into());
        EventBuilder { fields }
    }

    /// Sets a field. People, units and companies are texts or objects as in JSON; dates are texts in EDTF.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Value>) -> EventBuilder {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    /// The event. Where it has no `id`, one is made from its content. It must say when it was reported: no clock is read
    /// here, so that a `reported_at` that is a month or a year stands for its end.
    pub fn build(self) -> Result<Event, Refusal> {
        if self.fields.get("reported_at").is_none_or(Value::is_null) {
            return Err(Refusal::new("`reported_at` is missing", "say when the source reported it"));
        }
        // A ledger that the event is appended to looks whether it was reported before that.
        let latest = Instant::last_of(Day::MAX);
        let submission = Submission::made(Value::Object(self.fields).into(), Some(latest.into()))?;
        read_stored(&submission.json, latest)
    }
}
