//! Popolo: people, organisations and memberships as one object of JSON, each on a line of its own.
//!
//! Dates are days, months or years. `end_date` is the first day after, as it is everywhere in this ledger.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::event::{DescribedName, Identifier};
use tenure_domain::identity::KnownName;
use tenure_domain::structure::{Existence, UnitHistory};

use super::{Export, ExportError, outside, place, reduced};
use crate::location::Above;

pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<(), ExportError> {
    let view = export.inquiry.view;
    let selection = export.selection()?;
    out.write_all(b"{\n\"persons\": [")?;
    let mut list = List::default();
    for person in &selection.people {
        let state = view.person(*person)?;
        let shown = export.inquiry.person_shown(*person)?;
        let mut json = json!({"id": outside(&shown.id), "name": shown.name});
        if let Some(died) = &state.career.died {
            dated(&mut json, "death_date", died.bounds);
        }
        fill(&mut json, (&shown.name, &state.who.names, &state.who.described), Vec::new(), &state.who.identifiers);
        list.write(&json, out)?;
    }
    out.write_all(b"\n],\n\"organizations\": [")?;
    let mut list = List::default();
    let mut above = Above::on(view, export.inquiry.at);
    for unit in &selection.units {
        let state = view.unit(*unit)?;
        let name = export.inquiry.unit_name(&state);
        let mut json = json!({"id": outside(&state.id), "name": name});
        if let Some(kind) = state.history.kind(export.inquiry.at) {
            json["classification"] = kind.as_ref().into();
        }
        if let Some(parent) = above.parent(*unit)? {
            json["parent_id"] = outside(&view.unit(parent)?.id).into();
        }
        // The format has one day for each: what was formed again has none on which it was founded or dissolved. What
        // was merged is not dissolved, and the format has no word for it.
        match state.history.existence_changes().collect::<Vec<_>>().as_slice() {
            [formed] if formed.value == Existence::Formed => dated(&mut json, "founding_date", formed.bounds),
            [dissolved] if dissolved.value == Existence::Dissolved => {
                over(&mut json, "dissolution_date", dissolved.bounds);
            }
            [formed, dissolved] if (formed.value, dissolved.value) == (Existence::Formed, Existence::Dissolved) => {
                dated(&mut json, "founding_date", formed.bounds);
                over(&mut json, "dissolution_date", dissolved.bounds);
            }
            _ => {}
        }
        let former = former_names(&state.history, export.inquiry.at);
        fill(&mut json, (&name, &state.names, &state.history.described), former, &state.identifiers);
        list.write(&json, out)?;
    }
    out.write_all(b"\n],\n\"memberships\": [")?;
    let mut list = List::default();
    export.each_tenure(&selection.people, &mut |owner, held, shown| {
        let place = place(shown);
        let mut json = json!({"id": outside(&shown.tenure), "person_id": outside(&owner.state.who.id), "organization_id": outside(&place.id)});
        if let Some(title) = &shown.title {
            json["role"] = title.as_str().into();
        }
        if let Some(remit) = &shown.remit {
            json["area"] = json!({"name": remit});
        }
        dated(&mut json, "start_date", held.start.bounds);
        if let Some(end) = &held.end {
            over(&mut json, "end_date", end.bounds);
        }
        let sources: Vec<Value> = export
            .cited(owner, held)?
            .into_iter()
            .filter_map(|cited| {
                let mut source = Map::new();
                source.insert("url".to_owned(), cited.url?.into());
                source.extend(cited.publisher.map(|publisher| ("note".to_owned(), publisher.into())));
                Some(Value::Object(source))
            })
            .collect();
        if !sources.is_empty() {
            json["sources"] = sources.into();
        }
        Ok(list.write(&json, out)?)
    })?;
    Ok(out.write_all(b"\n]\n}\n")?)
}

/// Adds a date, where the format has a form for it.
fn dated(json: &mut Value, field: &str, bounds: Bounds) {
    if let Some(date) = reduced(bounds) {
        json[field] = date.into();
    }
}

/// Adds the date of an end. Without one it would be told as open: of a range it is the last day, on which it is over.
fn over(json: &mut Value, field: &str, bounds: Bounds) {
    if let Some(date) = reduced(bounds).or_else(|| bounds.latest().map(|day| day.to_string())) {
        json[field] = date.into();
    }
}

/// The names that a unit had before renamings, each with the first day on which it had it no more.
fn former_names(history: &UnitHistory, at: Day) -> Vec<Value> {
    let former = history.former_names(at).map(|(name, bounds)| {
        let mut former = json!({"name": name.as_str()});
        over(&mut former, "end_date", bounds);
        former
    });
    former.collect()
}

/// Adds the other names of a person or an organisation, first those that it has no more, and the identifiers.
fn fill(
    json: &mut Value,
    (shown, names, described): (&str, &[KnownName], &[DescribedName]),
    former: Vec<Value>,
    identifiers: &[Identifier],
) {
    let mut others = former;
    for name in described {
        let mut other = json!({"name": name.name.as_str()});
        if let Some(lang) = &name.lang {
            other["lang"] = lang.as_ref().into();
        }
        for (field, date) in [("start_date", &name.from), ("end_date", &name.to)] {
            if let Some(date) = date {
                dated(&mut other, field, date.bounds());
            }
        }
        let says_more = other.as_object().is_some_and(|other| other.len() > 1);
        if (says_more || name.name.as_str() != shown) && !others.contains(&other) {
            others.push(other);
        }
    }
    for name in names.iter().map(|name| name.name.as_str()) {
        if name != shown && !others.iter().any(|other| other["name"] == name) {
            others.push(json!({"name": name}));
        }
    }
    if !others.is_empty() {
        json["other_names"] = others.into();
    }
    if !identifiers.is_empty() {
        let all = identifiers.iter().map(|id| json!({"scheme": id.scheme.as_ref(), "identifier": id.value.as_ref()}));
        json["identifiers"] = all.collect();
    }
}

/// The items of a list, one a line.
#[derive(Default)]
struct List {
    begun: bool,
}

impl List {
    fn write(&mut self, item: &Value, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if std::mem::replace(&mut self.begun, true) { b",\n" } else { b"\n" })?;
        out.write_all(super::json(item)?.as_bytes())
    }
}
