//! `tenure correct`: an event with other fields takes the place of one.
//!
//! What is corrected is what this ledger holds, so the correction goes on saying who claimed it, and when the world
//! learned it; see `docs/curation.md`.

use clap::Args;
use serde_json::{Map, Value, json};

use super::mend::{Desk, Mending, WayBack, mend_all, seconds};
use crate::failure::Failure;
use crate::global::Global;
use tenure_domain::day::Instant;
use tenure_ledger::clock::now;

/// Replace an event by a copy of it that says something else
#[derive(Clone, Debug, Args)]
#[command(
    long_about = "Correct what this ledger holds of a claim: shows which answers change by that, asks, and appends \
    a copy of the event with other fields, which corrects it. The copy goes on saying who claimed it.",
    before_help = "Example: tenure correct zhidx-hoi-joined effective=2025-01 --by lin --note 'a slip of the scraper'"
)]
pub(crate) struct Correct {
    /// The event: its id, at least 4 characters of its beginning, or its position as '#12'
    event: String,
    /// What it should say: `effective=2025-09-30`, `source.url=..`; `FIELD=` leaves the field out
    #[arg(required = true, value_name = "FIELD=VALUE")]
    fields: Vec<String>,
    #[command(flatten)]
    mending: Mending,
}

/// Appends a copy of the event with other fields, which corrects it.
pub(super) fn run(global: &Global, Correct { event, fields, mending }: &Correct) -> Result<u8, Failure> {
    let desk = Desk::open(global)?;
    let entry = desk.event(event)?;
    if entry.is_withheld() {
        let error = format!("event {} is about an erased person", entry.id);
        return Err(Failure::usage(error, "nothing of it can be shown or restated"));
    }
    desk.must_count(entry)?;
    let (recorded_at, text) = desk.rehearsal.text(entry.seq)?;
    let mut original: Value = serde_json::from_str(&text).map_err(anyhow::Error::from)?;
    // What names a person who was erased is not said again.
    desk.erased_names().withhold_words(&mut original);
    let original: Map<String, Value> = serde_json::from_value(original).map_err(anyhow::Error::from)?;
    let mut copy = original.clone();
    copy.shift_remove("id");
    for field in fields {
        set(&mut copy, field)?;
    }
    if original.iter().filter(|(name, _)| *name != "id").eq(copy.iter()) {
        return Err(Failure::usage("the event says that already", "nothing was appended"));
    }
    // The world learned it when it did, also where the event left that to the ledger.
    let said = |name: &str| fields.iter().any(|field| field.split(['=', '.']).next() == Some(name));
    if !copy.contains_key("reported_at") && !said("reported_at") {
        copy.insert("reported_at".to_owned(), recorded_at.to_string().into());
    }
    // Of two statements with one key the one that was retrieved later counts: that is this one.
    let source = copy.get_mut("source").and_then(Value::as_object_mut);
    let source = source.filter(|source| source.contains_key("key"));
    let back = match source {
        Some(_) => WayBack::Correct { fields: fields.iter().map(|field| as_it_was(&original, field)).collect() },
        None => WayBack::Retract,
    };
    if let Some(source) = source
        && !fields.iter().any(|field| field.starts_with("source.retrieved_at="))
    {
        let before: Option<Instant> = source.get("retrieved_at").and_then(Value::as_str).and_then(|at| at.parse().ok());
        let after = before.map(|before| Instant::from_micros(before.micros().saturating_add(1_000_000)));
        source.insert("retrieved_at".to_owned(), seconds(after.into_iter().fold(now(), Instant::max)).into());
    }
    let by = mending.by.as_ref().map(|by| format!("Corrected by {by}."));
    let notes: Vec<&str> = by.as_deref().into_iter().chain(mending.note.as_deref()).collect();
    if !notes.is_empty() {
        let before = copy.get("note").and_then(Value::as_str).map(str::to_owned);
        let note: Vec<&str> = before.as_deref().into_iter().chain(notes).collect();
        copy.insert("note".to_owned(), note.join(" ").into());
    }
    copy.insert("corrects".to_owned(), entry.id.as_str().into());
    mend_all(global, mending, desk, &[copy], &back)
}

/// `FIELD=VALUE` with what the event said in that field, `FIELD=` where it had none.
fn as_it_was(original: &Map<String, Value>, field: &str) -> String {
    let path = field.split('=').next().unwrap_or(field);
    let mut steps = path.split('.');
    let first = steps.next().and_then(|step| original.get(step));
    match steps.fold(first, |value, step| value.and_then(|value| value.get(step))) {
        None => format!("{path}="),
        // A text that reads as JSON is none.
        Some(Value::String(text)) if value(text) == Value::String(text.clone()) => format!("{path}={text}"),
        Some(value) => format!("{path}={value}"),
    }
}

/// Sets one field of an event, as `FIELD=VALUE` says it.
fn set(event: &mut Map<String, Value>, field: &str) -> Result<(), Failure> {
    let usage = |error: String| Failure::usage(error, "write effective=2025-09-30, person.name='Lin Wei', title=");
    let (path, text) = field.split_once('=').ok_or_else(|| usage(format!("`{field}` is no FIELD=VALUE")))?;
    let steps: Vec<&str> = path.split('.').collect();
    if steps.iter().any(|step| step.is_empty()) {
        return Err(usage(format!("`{path}` is no field")));
    }
    if let "id" | "corrects" = path {
        let hint = "a correction has an id of its own, and corrects the event that is named";
        return Err(Failure::usage(format!("`{path}` cannot be corrected"), hint));
    }
    let (last, above) = steps.split_last().expect("a text splits into one part at least");
    let mut object = event;
    for (depth, step) in above.iter().enumerate() {
        let inner = object.entry((*step).to_owned()).or_insert_with(|| Value::Object(Map::new()));
        if let Some(text) = inner.as_str() {
            *inner = spelled_out(step, text);
        }
        object = inner
            .as_object_mut()
            .ok_or_else(|| usage(format!("`{}` has no fields of its own", steps[..=depth].join("."))))?;
    }
    if text.is_empty() {
        object.shift_remove(*last);
    } else {
        object.insert((*last).to_owned(), value(text));
    }
    Ok(())
}

/// A value that was given as a text alone, as the object that it stands for.
fn spelled_out(field: &str, text: &str) -> Value {
    match field {
        "source" if text.contains("://") => json!({ "url": text }),
        "source" => json!({ "publisher": text }),
        "quote" => json!({ "exact": text }),
        _ => json!({ "name": text }),
    }
}

/// A value as JSON where it is an object, a list, a text in quotes, true, false or null; else the text as it stands.
///
/// No field of an event is a number, and dates look like them: `2025`. `[2025-02..2025-04]` is no list of JSON.
fn value(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(Value::Number(_)) | Err(_) => text.into(),
        Ok(value) => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::set;

    fn check(event: &Value, field: &str, expect: Option<Value>) {
        let mut event: Map<String, Value> = event.as_object().expect("an object").clone();
        let done = set(&mut event, field);
        assert_eq!(done.is_ok(), expect.is_some(), "{field}: {done:?}");
        if let Some(expect) = expect {
            assert_eq!(Value::Object(event), expect, "{field}");
        }
    }

    #[test]
    fn fields_are_set_as_they_are_written() {
        let event = || json!({"effective": "2025", "source": "Kestrel", "person": {"name": "Ann"}});
        let with = |name: &str, value: Value| {
            let mut event = event();
            event[name] = value;
            Some(event)
        };
        check(&event(), "effective=2025-09-30", with("effective", json!("2025-09-30")));
        check(&event(), "effective=2024", with("effective", json!("2024")));
        check(&event(), "effective=[2025-02..2025-04]", with("effective", json!("[2025-02..2025-04]")));
        check(&event(), "lead=true", with("lead", json!(true)));
        check(&event(), "title=\"true\"", with("title", json!("true")));
        check(&event(), "title=a=b", with("title", json!("a=b")));
        check(&event(), "reports_to=null", with("reports_to", Value::Null));
        check(&event(), "person={\"id\":\"p/ann\"}", with("person", json!({"id": "p/ann"})));
        check(&event(), "person.id=p/ann", with("person", json!({"name": "Ann", "id": "p/ann"})));
        check(&event(), "unit.name=Lab", with("unit", json!({"name": "Lab"})));
        let source = json!({"publisher": "Kestrel", "url": "https://kestrel.example/1"});
        check(&event(), "source.url=https://kestrel.example/1", with("source", source));
        check(&event(), "effective=", Some(json!({"source": "Kestrel", "person": {"name": "Ann"}})));
        for wrong in ["effective", "=x", "person..id=x", "id=x", "corrects=x"] {
            check(&event(), wrong, None);
        }
        check(&json!({"lead": true}), "lead.x=1", None);
    }
}
