//! Popolo JSON: persons, organizations, memberships and posts, as parliaments are published.
//!
//! An organization without a parent is a company, one with a parent a unit of the company at the top. A party on whose
//! behalf somebody is a member of an organization has a group there, which is a unit of it. A membership is one claim
//! that a post was held; what it refers to is named by id alone, so that it stays the same claim when a person or an
//! organization is renamed.
//!
//! A file is read twice, one element at a time: first what memberships refer to, then everything. Contact details,
//! images and the like say nothing of who was where, and are dropped; see `docs/sources-popolo.md`.

mod catalogue;
mod dates;
mod stream;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::name::Name;
use tenure_domain::wire::Refusal;

use self::catalogue::{Catalogue, area, on_behalf_of, post_of};
use self::dates::{During, End, Span, date, during, said};
use self::stream::{Broken, elements};
use super::files::files;
use super::settings::{self, Attribution, Entry, id, unusable};
use super::{Adapter, AdapterError, Sink, Task};
use crate::{IngestError, Place};

/// Popolo JSON.
#[derive(Clone, Copy, Debug)]
pub struct Popolo;

const EXAMPLE: &str = r#"namespace = "ee:"
[source]
publisher = "EveryPolitician""#;

/// What the first reading keeps, and what the second reads.
const REFERRED: [&str; 6] = ["persons", "organizations", "posts", "areas", "events", "memberships"];
const TOLD: [&str; 3] = ["persons", "organizations", "memberships"];

/// How many names one event holds; the rest go into further ones.
const NAMES: usize = 100;

/// The map of a Popolo file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// What stands before every id of the file: ids of two files that are alike (`IND`) are not the same.
    namespace: String,
    source: Attribution,
    /// When the source said all this.
    reported_at: Option<String>,
    #[serde(default)]
    end: End,
    #[serde(default)]
    period: During,
}

impl Settings {
    fn read(task: &Task<'_>) -> Result<Settings, AdapterError> {
        let settings: Settings = settings::required(task, EXAMPLE)?;
        let map = task.map.unwrap_or(Path::new(""));
        let hint = "docs/sources-popolo.md shows a whole map";
        if let Some(problem) = settings.source.problem() {
            return Err(unusable(map, problem, hint));
        }
        if settings.reported_at.is_some() && settings.reported_on().is_none() {
            return Err(unusable(map, "`reported_at` is neither a day nor an instant with its zone", hint));
        }
        Ok(settings)
    }

    /// The day on which the source said all this.
    fn reported_on(&self) -> Option<Day> {
        let text = self.reported_at.as_deref()?;
        text.parse::<Instant>().ok().map(Instant::day).or_else(|| text.parse().ok())
    }

    fn id(&self, given: &str) -> String {
        id(&self.namespace, given)
    }
}

impl Adapter for Popolo {
    fn read(&self, task: &Task<'_>, sink: &mut dyn Sink) -> Result<(), AdapterError> {
        let settings = Settings::read(task)?;
        let mut before = 0;
        for path in files(task.inputs, &["json"])? {
            let mut file = File {
                settings: &settings,
                catalogue: Catalogue::default(),
                name: Arc::from(path.display().to_string()),
                sink: &mut *sink,
                line: 1,
                within: String::new(),
                input: String::new(),
            };
            file.read(&path, before)?;
            before += std::fs::metadata(&path).map_or(0, |meta| meta.len());
        }
        Ok(())
    }
}

/// The text of a field, where it is one and not empty.
fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value[field].as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// An id, which some publishers write as a number.
fn reference(value: &Value, field: &str) -> Option<String> {
    match &value[field] {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What an element holds in an array.
fn collected<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

/// A file that is read.
struct File<'f> {
    settings: &'f Settings,
    catalogue: Catalogue,
    name: Arc<str>,
    sink: &'f mut dyn Sink,
    /// Where the element at hand stands, and what it is called in a reject.
    line: u64,
    within: String,
    input: String,
}

impl File<'_> {
    fn read(&mut self, path: &Path, before: u64) -> Result<(), AdapterError> {
        let mut catalogue = Catalogue::default();
        let end = self.settings.end;
        let mut too_many = false;
        let read = elements(path, &REFERRED, &mut |element| {
            too_many |= catalogue.take(&element, end).is_err();
            if too_many {
                let hint = "split the file by organization, each part with the persons and posts that it needs";
                return Err(unusable(path, "more organizations, posts, areas and periods than can be kept", hint));
            }
            Ok(())
        })?;
        if let Err(Broken { line, reason }) = read {
            self.line = line;
            self.reject(None, reason, "nothing of this file is in: mend it, or fetch it again")?;
            return Ok(());
        }
        catalogue.settle();
        self.catalogue = catalogue;
        let read = elements(path, &TOLD, &mut |element| {
            self.line = element.line;
            self.within = format!("{}[{}]", element.of, element.index);
            self.input = element.value.to_string();
            self.input.truncate(self.input.floor_char_boundary(crate::INPUT_BYTES));
            if !element.value.is_object() {
                self.reject(None, "no object".to_owned(), "each element is an object")?;
            } else if element.of == "persons" {
                self.person(&element.value)?;
            } else if element.of == "organizations" {
                self.organization(&element.value)?;
            } else {
                self.membership(&element.value, None, None)?;
            }
            self.sink.passed(before + element.passed);
            Ok(())
        })?;
        if let Err(Broken { line, reason }) = read {
            self.line = line;
            self.reject(None, reason, "the file changed while it was read: run it again")?;
        }
        Ok(())
    }

    fn place(&self, column: Option<&str>) -> Place {
        Place { file: self.name.clone(), line: self.line, column: column.map(Arc::from) }
    }

    fn reject(&mut self, column: Option<&str>, reason: String, hint: &str) -> Result<(), IngestError> {
        let reason = if self.within.is_empty() { reason } else { format!("{}: {reason}", self.within) };
        self.sink.reject(self.place(column), &self.input, Refusal { reason, hint: hint.to_owned() })
    }

    /// An event of the source, reported when the map says.
    fn event(&self, event_type: &str, entry: Entry<'_>, url: Option<&str>) -> Map<String, Value> {
        let mut event = self.settings.source.event(event_type, entry, url);
        if let Some(reported_at) = &self.settings.reported_at {
            event.insert("reported_at".to_owned(), reported_at.as_str().into());
        }
        event
    }

    fn say(&mut self, event: Map<String, Value>) -> Result<(), IngestError> {
        self.sink.event(self.place(None), &self.input, &event.into())
    }

    /// A date of a field; one that cannot be read is rejected, and the rest goes in.
    fn date(&mut self, value: &Value, field: &str, at: &str) -> Result<Option<VagueDate>, IngestError> {
        let Some(text) = text(value, field) else { return Ok(None) };
        let found = date(text);
        if found.is_none() {
            let column = format!("{at}{field}");
            let reason = format!("`{column}`: `{}` is no date", text.chars().take(60).collect::<String>());
            self.reject(Some(&column), reason, "write 2015, 2015-03 or 2015-03-30")?;
        }
        Ok(found)
    }

    // Who is who.

    fn person(&mut self, person: &Value) -> Result<(), IngestError> {
        let Some(id) = reference(person, "id") else {
            return self.reject(Some("id"), "a person without an id".to_owned(), "memberships refer to persons by id");
        };
        let names = self.other_names(person)?;
        let mut about = Map::new();
        let given = self.settings.id(&id);
        about.insert("id".to_owned(), given.as_str().into());
        if let Some(name) = text(person, "name") {
            about.insert("name".to_owned(), name.into());
        }
        self.describe("PersonDescribed", &format!("person/{given}"), person, &names, &|event| {
            event.insert("person".to_owned(), about.clone().into());
        })?;
        for (i, membership) in collected(person, "memberships").iter().enumerate() {
            self.nested("memberships", i, |file| file.membership(membership, Some(&id), None))?;
        }
        Ok(())
    }

    /// Does something with what stands within the element at hand.
    fn nested(
        &mut self,
        field: &str,
        index: usize,
        tell: impl FnOnce(&mut Self) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let outer = self.within.clone();
        self.within = format!("{outer}.{field}[{index}]");
        let told = tell(self);
        self.within = outer;
        told
    }

    /// The other names of a person or an organization that the ledger can take, each once.
    fn other_names(&mut self, value: &Value) -> Result<Vec<Value>, IngestError> {
        let mut names = Vec::new();
        let mut seen = BTreeSet::new();
        for (i, other) in collected(value, "other_names").iter().enumerate() {
            let at = format!("other_names[{i}].");
            let Some(name) = text(other, "name") else { continue };
            if let Err(error) = name.parse::<Name>() {
                let column = format!("{at}name");
                self.reject(Some(&column), format!("`{column}`: {error}"), "leave it out, or mend it")?;
                continue;
            }
            let mut described = Map::new();
            described.insert("text".to_owned(), name.into());
            if let Some(lang) = text(other, "lang") {
                if is_language(lang) {
                    described.insert("lang".to_owned(), lang.into());
                } else {
                    let column = format!("{at}lang");
                    let reason =
                        format!("`{column}`: `{lang}` is not the tag of a language; the name is in without it");
                    self.reject(Some(&column), reason, "write a tag such as zh, zh-Hans or pt-BR")?;
                }
            }
            if let Some(from) = self.date(other, "start_date", &at)? {
                described.insert("from".to_owned(), from.as_str().into());
            }
            let to = self.date(other, "end_date", &at)?.and_then(|to| self.settings.end.over(&to));
            if let Some(to) = said(to) {
                described.insert("to".to_owned(), to.into());
            }
            let described = Value::from(described);
            if seen.insert(described.to_string()) {
                names.push(described);
            }
        }
        Ok(names)
    }

    /// Says what something is called here and elsewhere, in as many events as that takes; at least one.
    fn describe(
        &mut self,
        event_type: &str,
        key: &str,
        value: &Value,
        names: &[Value],
        about: &dyn Fn(&mut Map<String, Value>),
    ) -> Result<(), IngestError> {
        // A register that knows the same one twice needs a second event: an event gives one id for each.
        let mut identifiers: Vec<Map<String, Value>> = Vec::new();
        for identifier in collected(value, "identifiers") {
            let (Some(scheme), Some(of)) = (text(identifier, "scheme"), reference(identifier, "identifier")) else {
                continue;
            };
            match identifiers.iter_mut().find(|registers| !registers.contains_key(scheme)) {
                Some(registers) => drop(registers.insert(scheme.to_owned(), of.into())),
                None => identifiers.push(Map::from_iter([(scheme.to_owned(), of.into())])),
            }
        }
        let names: Vec<&[Value]> = names.chunks(NAMES).collect();
        for part in 0..names.len().max(identifiers.len()).max(1) {
            let key = if part == 0 { key.to_owned() } else { format!("{key}#{}", part + 1) };
            let mut event = self.event(event_type, Entry::Key(&key), None);
            about(&mut event);
            if let Some(names) = names.get(part) {
                event.insert("names".to_owned(), names.to_vec().into());
            }
            if let Some(identifiers) = identifiers.get_mut(part) {
                event.insert("identifiers".to_owned(), std::mem::take(identifiers).into());
            }
            self.say(event)?;
        }
        Ok(())
    }

    // What is where.

    /// The company of an organization, and the unit that it is there; no unit for the company itself.
    fn unit(&self, organization: &str) -> Result<(Value, Option<String>), Refusal> {
        let top = self.catalogue.top(organization)?;
        let unit = (top != organization).then(|| self.settings.id(organization));
        Ok((json!({"id": self.settings.id(&top)}), unit))
    }

    /// The id of the group of a party in an organization.
    fn group(&self, behalf: &str, of: &str) -> String {
        format!("{}/{}", self.settings.id(of), id("", behalf))
    }

    fn organization(&mut self, organization: &Value) -> Result<(), IngestError> {
        let Some(given) = reference(organization, "id") else {
            let hint = "memberships refer to organizations by id";
            return self.reject(Some("id"), "an organization without an id".to_owned(), hint);
        };
        let parent = self.catalogue.organizations.get(&given).and_then(|known| known.parent.clone());
        if let Some(parent) = parent.filter(|parent| !self.catalogue.organizations.contains_key(parent)) {
            let reason = format!("`parent_id`: there is no organization `{parent}`; it stands at the top");
            self.reject(Some("parent_id"), reason, "add the parent to the file")?;
        }
        let mut places = Vec::new();
        if !self.catalogue.is_only_group(&given) {
            match self.unit(&given) {
                Ok((company, unit)) => {
                    let parent =
                        self.catalogue.parent(&given).filter(|parent| self.settings.id(parent) != company["id"]);
                    let parent = parent.map(|parent| self.settings.id(parent));
                    let company_of = unit.is_some().then_some(company);
                    let unit = self.settings.id(&given);
                    places.push((format!("organization/{unit}"), unit, company_of, parent));
                }
                Err(refusal) => self.reject(Some("parent_id"), refusal.reason, &refusal.hint)?,
            }
        }
        let groups: Vec<String> = self.catalogue.groups_of(&given).map(ToOwned::to_owned).collect();
        for of in groups {
            // One whose organization is in no company is told of there.
            if let Ok((company, unit)) = self.unit(&of) {
                let group = self.group(&given, &of);
                places.push((format!("organization/{group}"), group, Some(company), unit));
            }
        }
        let names = self.other_names(organization)?;
        let formed = self.date(organization, "founding_date", "")?;
        let dissolved = self.date(organization, "dissolution_date", "")?;
        let renames = self.renames(organization);
        // Its identifiers are those of the whole, which one unit alone can be.
        let mut described = organization.clone();
        if places.len() > 1 {
            described.as_object_mut().map(|fields| fields.remove("identifiers"));
        }
        for (key, unit, company, parent) in places {
            let own_name = text(organization, "name");
            let about = |event: &mut Map<String, Value>, name: Option<&str>| {
                let mut reference = Map::from_iter([("id".to_owned(), Value::from(unit.as_str()))]);
                reference.extend(name.map(|name| ("name".to_owned(), name.into())));
                event.insert("unit".to_owned(), reference.into());
                event.extend(company.clone().map(|company| ("company".to_owned(), company)));
            };
            let under = parent.as_ref().map(|parent| ("parent".to_owned(), json!({"id": parent})));
            let kind = text(organization, "classification").map(|kind| ("kind".to_owned(), Value::from(kind)));
            self.describe("UnitDescribed", &key, &described, &names, &|event| {
                about(event, own_name);
                event.extend(kind.clone());
                event.extend(under.clone());
            })?;
            for (event_type, date) in [("UnitFormed", &formed), ("UnitDissolved", &dissolved)] {
                let Some(date) = date else { continue };
                let mut event = self.event(event_type, Entry::Key(&format!("{key}/{event_type}")), None);
                about(&mut event, None);
                event.insert("effective".to_owned(), date.as_str().into());
                self.say(event)?;
            }
            for (i, (before, name, effective)) in renames.iter().enumerate() {
                let mut event = self.event("UnitRenamed", Entry::Key(&format!("{key}/name/{i}")), None);
                about(&mut event, Some(before));
                event.insert("name".to_owned(), name.as_str().into());
                event.insert("effective".to_owned(), effective.as_str().into());
                self.say(event)?;
            }
        }
        for (i, membership) in collected(organization, "memberships").iter().enumerate() {
            self.nested("memberships", i, |file| file.membership(membership, None, Some(&given)))?;
        }
        Ok(())
    }

    /// Former names with an end, each with the name that followed it and when.
    fn renames(&self, organization: &Value) -> Vec<(String, String, String)> {
        let Some(name) = text(organization, "name") else { return Vec::new() };
        let mut former: Vec<(Bounds, &str)> = Vec::new();
        for other in collected(organization, "other_names") {
            let over = text(other, "end_date").and_then(date).and_then(|date| self.settings.end.over(&date));
            let (Some(over), Some(text)) = (over, text(other, "name")) else { continue };
            // Of one name in several languages the first is followed.
            if text.parse::<Name>().is_ok() && !former.iter().any(|(other, _)| *other == over) {
                former.push((over, text));
            }
        }
        former.sort_by_key(|(over, _)| (over.latest(), over.earliest()));
        let next = former.iter().map(|(_, next)| *next).skip(1).chain([name]);
        let renames = former.iter().zip(next).filter_map(|((over, before), next)| {
            Some(((*before).to_owned(), next.to_owned(), said(Some(*over))?)).filter(|_| *before != next)
        });
        renames.collect()
    }

    // Who was where.

    fn membership(
        &mut self,
        membership: &Value,
        person: Option<&String>,
        organization: Option<&String>,
    ) -> Result<(), IngestError> {
        let member = reference(membership, "person_id").or_else(|| reference(&membership["person"], "id"));
        let Some(member) = member.or(person.cloned()) else {
            let hint = "what organizations are members of is not kept; a person needs `person_id`";
            return self.reject(Some("person_id"), "a membership of no person".to_owned(), hint);
        };
        let organization = self.catalogue.organization_of(membership).or(organization.cloned());
        let known = organization.filter(|id| self.catalogue.organizations.contains_key(id));
        let Some(organization) = known else {
            let reason = "a membership in no organization of the file".to_owned();
            return self.reject(Some("organization_id"), reason, "add the organization, or its id to the membership");
        };
        let (company, mut unit) = match self.unit(&organization) {
            Ok(found) => found,
            Err(refusal) => return self.reject(Some("organization_id"), refusal.reason, &refusal.hint),
        };
        if let Some(behalf) = on_behalf_of(membership) {
            if self.catalogue.organizations.contains_key(&behalf) {
                unit = Some(self.group(&behalf, &organization));
            } else {
                let reason = format!("`on_behalf_of_id`: there is no organization `{behalf}`; the rest is in");
                self.reject(Some("on_behalf_of_id"), reason, "add the organization to the file")?;
            }
        }
        let post_id = post_of(membership);
        let post = post_id.as_ref().and_then(|id| self.catalogue.posts.get(id));
        let title = post.and_then(|post| post.title.clone());
        let own_title = text(membership, "role").or(text(membership, "label")).map(ToOwned::to_owned);
        let areas = area(membership).or_else(|| post?.area.clone());
        let named = areas.as_ref().and_then(|id| self.catalogue.areas.get(id).cloned());
        let remit = named.or_else(|| text(&membership["area"], "name").map(ToOwned::to_owned));
        if let (Some(id), None) = (&post_id, post) {
            let reason = format!("`post_id`: there is no post `{id}`; the rest is in");
            self.reject(Some("post_id"), reason, "add the post to the file")?;
        }
        if let (Some(id), None) = (&areas, &remit) {
            let reason = format!("`area_id`: there is no area `{id}` with a name; the rest is in");
            self.reject(Some("area_id"), reason, "add the area to the file")?;
        }
        let Some(Span { from, to }) = self.span(membership)? else { return Ok(()) };
        let key = reference(membership, "id").map(|id| format!("membership/{}", self.settings.id(&id)));
        let entry = key.as_deref().map_or(Entry::None, Entry::Key);
        let page = collected(membership, "sources").iter().find_map(|source| text(source, "url"));
        let mut event = self.event("HeldPost", entry, page);
        event.insert("person".to_owned(), json!({"id": self.settings.id(&member)}));
        event.insert("company".to_owned(), company);
        let unit = unit.map(|unit| json!({"id": unit}));
        let title = title.or(own_title).map(Value::from);
        let remit = remit.map(Value::from);
        let dates = [("from", said(from).map(Value::from)), ("to", said(to).map(Value::from))];
        for (field, value) in [("unit", unit), ("title", title), ("remit", remit)].into_iter().chain(dates) {
            event.extend(value.map(|value| (field.to_owned(), value)));
        }
        self.say(event)
    }

    /// The dates of a membership; none where one cannot be read. What it says itself is believed before its period.
    fn span(&mut self, membership: &Value) -> Result<Option<Span>, IngestError> {
        let start = self.date(membership, "start_date", "")?;
        let end = self.date(membership, "end_date", "")?;
        // A claim whose date cannot be read would say that it is not known, which is something else.
        let unread = |field, date: &Option<VagueDate>| text(membership, field).is_some() && date.is_none();
        if unread("start_date", &start) || unread("end_date", &end) {
            return Ok(None);
        }
        let from = start.map(|start| start.bounds());
        let own = Span { from, to: end.and_then(|end| self.settings.end.over(&end)) };
        let Some(id) = reference(membership, "legislative_period_id") else { return Ok(Some(own)) };
        let Some(period) = self.catalogue.periods.get(&id).copied() else {
            let column = "legislative_period_id";
            let reason = format!("`{column}`: there is no event `{id}`; the rest is in");
            self.reject(Some(column), reason, "add the period to `events`, with its dates")?;
            return Ok(Some(own));
        };
        let span = during(own, period, self.settings.period, self.settings.reported_on());
        if span.is_none() {
            let column = "legislative_period_id";
            let reason = format!("`{column}`: its own dates lie outside of `{id}`; it is in with these alone");
            self.reject(Some(column), reason, "mend the dates of the one or the other")?;
        }
        Ok(Some(span.unwrap_or(own)))
    }
}

/// Whether the ledger takes it as the tag of a language.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-').map(str::as_bytes);
    let first = parts.next().is_some_and(|part| part.iter().all(u8::is_ascii_alphabetic) && !part.is_empty());
    let rest = |part: &[u8]| !part.is_empty() && part.len() <= 8 && part.iter().all(u8::is_ascii_alphanumeric);
    first && tag.find('-').unwrap_or(tag.len()) <= 8 && parts.all(rest)
}
