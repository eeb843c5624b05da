//! Popolo JSON: persons, organizations, memberships and posts, as parliaments are published.
//!
//! An organization without a parent is a company, one with a parent a unit of the company at the top. A party on whose
//! behalf a person is a member of an organization has a group there, which is a unit of it. A membership is one claim
//! that a post was held; what it refers to is named by id alone, so that it stays the same claim when a person or an
//! organization is renamed.
//!
//! A file is read twice, one element at a time: first what memberships refer to, then everything. Contact details,
//! images and the like say nothing of who was where, and are dropped; see `docs/sources-popolo.md`.

mod catalogue;
mod dates;
mod membership;
mod stream;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tenure_domain::bounds::Bounds;
use tenure_domain::edtf::VagueDate;
use tenure_domain::name::Name;
use tenure_domain::wire::{Json, Refusal};

use self::catalogue::Catalogue;
use self::dates::{During, Meaning, date, said};
use self::stream::{Broken, elements};
use super::claims::{Claims, Lack, Rules, Statement};
use super::conventions::{Conventions, KEYS};
use super::history::publisher_of;
use super::looks;
use super::revisions::{Revisions, Version};
use super::settings::{self, Attribution, StatementRef, id, unusable};
use super::stint::Ending;
use super::versions::{Dated, versions};
use super::{Adapter, AdapterError, Sink, Task};
use crate::Place;

/// Popolo JSON.
#[derive(Clone, Copy, Debug)]
pub struct Popolo;

const EXAMPLE: &str = r#"namespace = "ee:"
[source]
publisher = "EveryPolitician""#;

/// What the first reading keeps, and what the second reads.
const REFERRED: [&str; 6] = ["persons", "organizations", "posts", "areas", "events", "memberships"];
const COLLECTIONS: [&str; 4] = ["persons", "organizations", "posts", "memberships"];

/// The fields of elements that are read.
const READ: [&str; 39] = [
    "id",
    "name",
    "given_name",
    "additional_name",
    "patronymic_name",
    "family_name",
    "honorific_prefix",
    "lordname",
    "lordofname",
    "sort_name",
    "other_names",
    "identifiers",
    "death_date",
    "memberships",
    "classification",
    "parent_id",
    "parent",
    "founding_date",
    "dissolution_date",
    "posts",
    "person_id",
    "person",
    "organization_id",
    "organization",
    "on_behalf_of_id",
    "on_behalf_of",
    "post_id",
    "post",
    "role",
    "label",
    "area_id",
    "area",
    "start_date",
    "end_date",
    "legislative_period_id",
    "sources",
    "member",
    "lang",
    "text",
];

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
    period: During,
    revisions: Option<Revisions>,
}

impl Settings {
    fn read(task: &Task<'_>) -> Result<(Settings, Conventions), AdapterError> {
        let (settings, conventions): (Settings, Conventions) = settings::required(task, EXAMPLE, &KEYS)?;
        let map = task.map.unwrap_or(Path::new(""));
        let hint = "docs/sources-popolo.md shows a whole map";
        if let Some(problem) = settings.source.problem() {
            return Err(unusable(map, problem, hint));
        }
        if settings.reported_at.as_deref().is_some_and(|at| super::conventions::instant(at).is_none()) {
            return Err(unusable(map, "`reported_at` is neither a day nor an instant with its zone", hint));
        }
        Ok((settings, conventions))
    }

    fn id(&self, given: &str) -> String {
        id(&self.namespace, given)
    }

    /// Whether an event of the ledger is of this series of files.
    fn is_ours(&self, event: &Json<'_>, key: &str) -> bool {
        let of = ["person/", "organization/", "membership/"].iter().find_map(|kind| key.strip_prefix(kind));
        of.is_some_and(|id| id.starts_with(&self.namespace))
            && publisher_of(&event["source"]) == self.source.publisher()
    }
}

impl Adapter for Popolo {
    fn read(&self, task: &Task<'_>, sink: &mut dyn Sink) -> Result<(), AdapterError> {
        let (settings, conventions) = Settings::read(task)?;
        let dates = Meaning { ending: conventions.end.unwrap_or(Ending::Inclusive), open: conventions.open() };
        let revisions = settings.revisions.as_ref();
        let versions = versions(task, &conventions, settings.reported_at.as_deref(), revisions, &["json"], sink)?;
        let rules = Rules { source: Some(settings.source.source().into()), ..Rules::of(&conventions, revisions) };
        let is_ours = |event: &Json<'_>, key: &str| settings.is_ours(event, key);
        let mut claims = Claims::new(sink, rules, Some(settings.source.publisher()), &is_ours)?;
        let mut before = 0;
        for Dated { version, inputs } in versions {
            claims.begin(version.clone());
            let mut place = Place { file: Arc::from(""), line: 1, column: None };
            for path in inputs {
                place.file = Arc::from(path.display().to_string());
                let mut file = File {
                    settings: &settings,
                    name_lang: &conventions.name_lang,
                    dates: &dates,
                    version: &version,
                    catalogue: Catalogue::default(),
                    name: place.file.clone(),
                    claims: &mut claims,
                    line: 1,
                    within: String::new(),
                    input: String::new(),
                };
                file.read(&path, before)?;
                before += std::fs::metadata(&path).map_or(0, |meta| meta.len());
            }
            claims.end(&place)?;
        }
        claims.close()
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

/// A person or a unit by its id, and by the name that stands nowhere but where it is referred to.
fn named(id: &str, name: Option<&String>) -> Value {
    match name {
        Some(name) => json!({"id": id, "name": name}),
        None => json!({"id": id}),
    }
}

/// The name of a person, or one of its names: as it stands, or of its parts.
fn whole_name(value: &Value) -> Option<String> {
    if let Some(name) = text(value, "name") {
        return Some(name.to_owned());
    }
    let joined = |parts: &[&str]| parts.iter().filter_map(|part| text(value, part)).collect::<Vec<_>>().join(" ");
    // A peer is called by the title.
    let peer = match (text(value, "lordname"), text(value, "lordofname")) {
        (None, None) => String::new(),
        (_, None) => joined(&["honorific_prefix", "lordname"]),
        (_, Some(of)) => format!("{} of {of}", joined(&["honorific_prefix", "lordname"])),
    };
    let parts = joined(&["given_name", "additional_name", "patronymic_name", "family_name"]);
    [peer, parts].into_iter().find(|name| !name.is_empty()).or_else(|| text(value, "sort_name").map(str::to_owned))
}

/// What an element holds in an array.
fn collected<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

/// A file that is read.
struct File<'f, 'c> {
    settings: &'f Settings,
    /// The languages of the main name.
    name_lang: &'f [String],
    dates: &'f Meaning,
    version: &'f Version,
    catalogue: Catalogue,
    name: Arc<str>,
    claims: &'f mut Claims<'c>,
    /// Where the element at hand stands, and what it is called in a reject.
    line: u64,
    within: String,
    input: String,
}

impl File<'_, '_> {
    fn read(&mut self, path: &Path, before: u64) -> Result<(), AdapterError> {
        let mut catalogue = Catalogue::default();
        catalogue.whole = self.settings.period == During::Whole;
        let dates = self.dates;
        let mut too_many = false;
        let read = elements(path, &REFERRED, &mut |element| {
            too_many |= catalogue.take(&element, dates).is_err();
            if too_many {
                let hint = "split the file by organization, each part with the persons and posts that it needs";
                return Err(unusable(path, "more organizations, posts, areas and periods than can be kept", hint));
            }
            Ok(())
        })?;
        let read = read.and_then(|has_any| {
            let reason = "no Popolo: it has neither `persons` nor `organizations` nor `memberships`".to_owned();
            if has_any { Ok(()) } else { Err(Broken { line: 1, reason }) }
        });
        if let Err(Broken { line, reason }) = read {
            self.line = line;
            let looks = looks::instead(path, looks::FileKind::Popolo);
            let hint = looks.unwrap_or_else(|| "nothing of this file is in: mend it, or fetch it again".to_owned());
            self.claims.doubt();
            self.reject(None, reason, &hint)?;
            return Ok(());
        }
        catalogue.settle();
        for ((of, id), over) in &catalogue.over {
            self.claims.is_over(*of, &self.settings.id(id), Some(*over));
        }
        self.catalogue = catalogue;
        let read = elements(path, &COLLECTIONS, &mut |element| {
            self.line = element.line;
            self.within = format!("{}[{}]", element.of, element.index);
            self.input = element.value.to_string();
            self.input.truncate(self.input.floor_char_boundary(crate::INPUT_BYTES));
            let is_post = element.of == "posts";
            self.claims.accounts().records += u64::from(!is_post);
            if !is_post {
                self.leave(element.of, &element.value);
            }
            if !element.value.is_object() {
                self.reject(None, "no object".to_owned(), "each element is an object")?;
            } else if element.of == "persons" {
                self.person(&element.value)?;
            } else if element.of == "organizations" {
                self.organization(&element.value)?;
            } else if is_post {
                self.members_of(&element.value, None)?;
            } else {
                self.membership(&element.value, None, None)?;
            }
            self.claims.passed(before + element.passed);
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

    fn reject(&mut self, column: Option<&str>, reason: String, hint: &str) -> Result<(), AdapterError> {
        let refusal = self.within(Refusal { reason, hint: hint.to_owned() });
        Ok(self.claims.tell(self.place(column), &self.input, refusal)?)
    }

    /// A refusal that says in which element of the file it is.
    fn within(&self, refusal: Refusal) -> Refusal {
        let Refusal { reason, hint } = refusal;
        let reason = if self.within.is_empty() { reason } else { format!("{}: {reason}", self.within) };
        Refusal { reason, hint }
    }

    /// Counts the fields of an element that are not read.
    fn leave(&mut self, of: &str, element: &Value) {
        for field in element.as_object().into_iter().flat_map(Map::keys) {
            if !READ.contains(&field.as_str()) {
                self.claims.accounts().leave(&format!("{of}.{field}"));
            }
        }
    }

    /// An event of the source.
    fn event(&self, event_type: &str, entry: StatementRef<'_>, url: Option<&str>) -> Map<String, Value> {
        let mut event = self.settings.source.event(event_type, entry, url);
        if let Some(reported_at) = &self.version.text {
            event.insert("reported_at".to_owned(), reported_at.as_str().into());
        }
        event
    }

    fn say(&mut self, event: Map<String, Value>) -> Result<(), AdapterError> {
        self.say_lacking(event, Vec::new())
    }

    fn say_lacking(&mut self, event: Map<String, Value>, lacks: Vec<Lack>) -> Result<(), AdapterError> {
        let (place, input) = (self.place(None), self.input.clone());
        self.claims.say(Statement { place, input, event: Value::Object(event).into(), lacks })
    }

    /// A date of a field; one that cannot be read is rejected, and the rest goes in.
    fn date(&mut self, value: &Value, field: &str, at: &str) -> Result<Option<VagueDate>, AdapterError> {
        match self.dated(value, field) {
            Ok(date) => Ok(date),
            Err(reason) => {
                let column = format!("{at}{field}");
                let reason = reason.replacen(field, &column, 1);
                self.reject(Some(&column), reason, "write 2015, 2015-03 or 2015-03-30")?;
                Ok(None)
            }
        }
    }

    /// A date of a field; none where there is none, or a word that says so. The error is a sentence.
    fn dated(&self, value: &Value, field: &str) -> Result<Option<VagueDate>, String> {
        let Some(text) = text(value, field) else { return Ok(None) };
        let open = &self.dates.open;
        let is_none = if field == "end_date" { open.is_open_end(text) } else { open.is_unknown_start(text) };
        if is_none {
            return Ok(None);
        }
        let wrong = || format!("`{field}`: `{}` is no date", text.chars().take(60).collect::<String>());
        date(text).map(Some).ok_or_else(wrong)
    }

    // Who is who.

    fn person(&mut self, person: &Value) -> Result<(), AdapterError> {
        let Some(id) = reference(person, "id") else {
            return self.reject(Some("id"), "a person without an id".to_owned(), "memberships refer to persons by id");
        };
        let names = self.other_names(person)?;
        let mut about = Map::new();
        let given = self.settings.id(&id);
        about.insert("id".to_owned(), given.as_str().into());
        let main = self.main_name(&names).or_else(|| text(person, "name").map(ToOwned::to_owned));
        let main = main.or_else(|| whole_name(person).filter(|_| names.is_empty()));
        let named = text(person, "name").filter(|name| main.as_deref() != Some(*name));
        if let Some(name) = main {
            about.insert("name".to_owned(), name.into());
        }
        if let Some(name) = named {
            about.insert("aliases".to_owned(), json!([name]));
        }
        self.describe("PersonDescribed", &format!("person/{given}"), person, &names, &|event| {
            event.insert("person".to_owned(), about.clone().into());
        })?;
        if let Some(died) = self.date(person, "death_date", "")? {
            let mut event = self.event("PersonDied", StatementRef::Key(&format!("person/{given}/died")), None);
            event.insert("person".to_owned(), json!({"id": given}));
            event.insert("effective".to_owned(), died.as_str().into());
            self.say(event)?;
        }
        for (i, membership) in collected(person, "memberships").iter().enumerate() {
            self.nested("memberships", i, |file| file.membership(membership, Some(&id), None))?;
        }
        Ok(())
    }

    /// The name in the first of the languages of the map that there is one in, which is borne still.
    fn main_name(&self, names: &[Value]) -> Option<String> {
        self.name_lang.iter().find_map(|lang| {
            let named = names.iter().find(|name| name["lang"] == **lang && name["to"].is_null());
            named.and_then(|name| name["text"].as_str()).map(ToOwned::to_owned)
        })
    }

    /// Does something with what stands within the element at hand.
    fn nested(
        &mut self,
        field: &str,
        index: usize,
        tell: impl FnOnce(&mut Self) -> Result<(), AdapterError>,
    ) -> Result<(), AdapterError> {
        let outer = self.within.clone();
        self.within = format!("{outer}.{field}[{index}]");
        let told = tell(self);
        self.within = outer;
        told
    }

    /// The other names of a person or an organization that the ledger can take, each once.
    fn other_names(&mut self, value: &Value) -> Result<Vec<Value>, AdapterError> {
        let mut names = Vec::new();
        let mut seen = BTreeSet::new();
        for (i, other) in collected(value, "other_names").iter().enumerate() {
            let at = format!("other_names[{i}].");
            let Some(name) = whole_name(other) else { continue };
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
            let to = self.date(other, "end_date", &at)?.and_then(|to| self.dates.over(&to));
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
    ) -> Result<(), AdapterError> {
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
            let mut event = self.event(event_type, StatementRef::Key(&key), None);
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
        Ok((named(&self.settings.id(&top), self.catalogue.embedded.get(&top)), unit))
    }

    /// The id of the group of a party in an organization.
    fn group(&self, behalf: &str, of: &str) -> String {
        format!("{}/{}", self.settings.id(of), id("", behalf))
    }

    fn organization(&mut self, organization: &Value) -> Result<(), AdapterError> {
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
        let formed = self.date(organization, "founding_date", "")?.map(|date| date.as_str().to_owned());
        let dissolved = self.date(organization, "dissolution_date", "")?.and_then(|date| said(self.dates.over(&date)));
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
                let mut event = self.event(event_type, StatementRef::Key(&format!("{key}/{event_type}")), None);
                about(&mut event, None);
                event.insert("effective".to_owned(), date.as_str().into());
                self.say(event)?;
            }
            for (i, (before, name, effective)) in renames.iter().enumerate() {
                let mut event = self.event("UnitRenamed", StatementRef::Key(&format!("{key}/name/{i}")), None);
                about(&mut event, Some(before));
                event.insert("name".to_owned(), name.as_str().into());
                event.insert("effective".to_owned(), effective.as_str().into());
                self.say(event)?;
            }
        }
        for (i, membership) in collected(organization, "memberships").iter().enumerate() {
            self.nested("memberships", i, |file| file.membership(membership, None, Some(&given)))?;
        }
        for (i, post) in collected(organization, "posts").iter().enumerate() {
            self.nested("posts", i, |file| file.members_of(post, Some(&given)))?;
        }
        Ok(())
    }

    /// The memberships that stand in a post.
    fn members_of(&mut self, post: &Value, organization: Option<&String>) -> Result<(), AdapterError> {
        for (i, membership) in catalogue::members_of(post).enumerate() {
            self.nested("memberships", i, |file| file.membership(&membership, None, organization))?;
        }
        Ok(())
    }

    /// Former names with an end, each with the name that followed it and when.
    fn renames(&self, organization: &Value) -> Vec<(String, String, String)> {
        let Some(name) = text(organization, "name") else { return Vec::new() };
        let mut former: Vec<(Bounds, &str)> = Vec::new();
        for other in collected(organization, "other_names") {
            let over = text(other, "end_date").and_then(date).and_then(|date| self.dates.over(&date));
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
}

/// Whether the ledger takes it as the tag of a language.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-').map(str::as_bytes);
    let first = parts.next().is_some_and(|part| part.iter().all(u8::is_ascii_alphabetic) && !part.is_empty());
    let rest = |part: &[u8]| !part.is_empty() && part.len() <= 8 && part.iter().all(u8::is_ascii_alphanumeric);
    first && tag.find('-').unwrap_or(tag.len()) <= 8 && parts.all(rest)
}
