//! `FollowTheMoney`: entities, one a line, whole or nested, and statements of single values, one a line or a row.
//!
//! Employment, Directorship, Membership and Occupancy become `HeldPost`; people and organisations become descriptions.
//! They refer to each other by id and may come in any order, which the ledger settles when it folds. Two things must be
//! known here: what a Position is called and whose it is, and which ids are those of organisations, for these can
//! hold memberships too. A first pass learns them. `docs/sources-ftm.md` says what is mapped, what is dropped and why.

mod entity;
mod index;
mod inputs;
mod unread;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::shortest;
use tenure_domain::name::Name;
use tenure_domain::wire::Json;

use self::entity::{Entity, Row, day, instant, joined, ledger_id, nested, statement};
use self::index::{EntityIndex, Position, UNSURE, hash, learn};
use self::inputs::each_record;
use self::unread::leave;
use super::claims::{Claims, Lack, Rules, Statement, over};
use super::conventions::{Conventions, KEYS, OpenWords, Undated};
use super::history::{Key, publisher_of};
use super::looks::{FileKind, named};
use super::office::{Described, Office, described, is_language, is_line, with_key};
use super::records::{Pass, Record, json as parse, refusal};
use super::revisions::Revisions;
use super::settings;
use super::stint::{self, Ending, Stint, began_before, identify, inverted, paired, some_day};
use super::versions::{Dated, versions};
use super::{Adapter, AdapterError, Sink, Task};
use crate::Place;

/// How many statements one entity may have.
const MOST_ROWS: usize = 100_000;
/// How many claims one entity may make.
const MOST_CLAIMS: usize = 1_000;

/// `FollowTheMoney` entities and statements.
#[derive(Clone, Copy, Debug)]
pub struct FollowTheMoney;

/// What a map can set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    /// Who is held to say what no dataset says.
    publisher: String,
    /// When a claim counts as reported; where not set, statements by `first_seen`, entities when they are ingested.
    reported: Option<Reported>,
    /// How versions follow each other.
    revisions: Option<Revisions>,
    /// What is said of posts by their schema.
    schemas: BTreeMap<String, Office>,
    /// What is said of posts by their position or organisation; comes before `schemas`.
    items: BTreeMap<String, Office>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            publisher: "FollowTheMoney".to_owned(),
            reported: None,
            revisions: None,
            schemas: BTreeMap::new(),
            items: BTreeMap::new(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reported {
    Ingest,
    FirstSeen,
}

/// A schema that puts people into posts.
struct Edge {
    schema: &'static str,
    person: &'static str,
    place: &'static str,
    title: Option<&'static str>,
    employment: Option<&'static str>,
}

const EDGES: [Edge; 4] = [
    Edge { schema: "Employment", person: "employee", place: "employer", title: None, employment: None },
    Edge {
        schema: "Directorship",
        person: "director",
        place: "organization",
        title: Some("director"),
        employment: Some("board"),
    },
    Edge { schema: "Membership", person: "member", place: "organization", title: Some("member"), employment: None },
    Edge { schema: "Occupancy", person: "holder", place: "post", title: None, employment: None },
];

impl Adapter for FollowTheMoney {
    fn read(&self, task: &Task<'_>, sink: &mut dyn Sink) -> Result<(), AdapterError> {
        let (settings, conventions): (Settings, Conventions) = settings::optional(task.map, &KEYS)?;
        let revisions = settings.revisions.clone();
        let versions =
            versions(task, &conventions, None, revisions.as_ref(), &["json", "ndjson", "jsonl", "csv"], sink)?;
        let undated = conventions.undated.filter(|undated| *undated == Undated::Reject);
        let rules = Rules { undated, ..Rules::of(&conventions, revisions.as_ref()) };
        let mut claims = Claims::new(sink, rules, None, &is_ours)?;
        let mut reader = Reader {
            settings,
            open: conventions.open(),
            ending: conventions.end.unwrap_or_default(),
            undated: conventions.undated,
            name_lang: conventions.name_lang,
            known: EntityIndex::default(),
            version: None,
            rows: Vec::new(),
            place: None,
        };
        for Dated { version, inputs } in versions {
            reader.known = learn(&inputs, &reader.open)?;
            reader.version = version.day();
            claims.begin(version);
            for (id, (of, over)) in &reader.known.over {
                // Its ids are those of one entity, whatever that is. A death alone is never told ahead.
                let by = over.latest().map(Bounds::on);
                let died = if *of == over::Mortal::Person { Some(*over) } else { by };
                claims.is_over(over::Mortal::Person, &ledger_id(id), died);
                claims.is_over(over::Mortal::Unit, &ledger_id(id), by);
            }
            let mut place = Place { file: Arc::from(""), line: 1, column: None };
            each_record(&inputs, Pass::HandingOn, &mut claims, &mut |record, claims| {
                place = record.place.clone();
                reader.hand_on(record, claims)
            })?;
            reader.end_of_rows(&mut claims)?;
            claims.end(&place)?;
        }
        claims.close()
    }
}

/// Whether an event of the ledger was made here: its id begins with its key.
fn is_ours(event: &Json<'_>, key: &str) -> bool {
    let id = event["id"].as_str().and_then(|id| id.rsplit_once('~'));
    event["type"] == "EventRetracted" || id.is_some_and(|(statement, _)| statement == plain(key))
}

/// What keeps an entity from being mapped: the property to blame, and why.
struct Unmapped {
    property: String,
    reason: String,
    hint: &'static str,
}

/// Why nothing comes of an entity: it cannot be mapped, or the run ends.
enum Failed {
    Unmapped(Unmapped),
    Ends(AdapterError),
}

impl From<Unmapped> for Failed {
    fn from(unmapped: Unmapped) -> Failed {
        Failed::Unmapped(unmapped)
    }
}

impl From<AdapterError> for Failed {
    fn from(error: AdapterError) -> Failed {
        Failed::Ends(error)
    }
}

fn unmapped(property: &str, reason: impl Into<String>, hint: &'static str) -> Unmapped {
    Unmapped { property: property.to_owned(), reason: reason.into(), hint }
}

/// The pass that hands on.
struct Reader {
    settings: Settings,
    open: OpenWords,
    ending: Ending,
    undated: Option<Undated>,
    /// The languages of the main name.
    name_lang: Vec<String>,
    known: EntityIndex,
    /// The day of the version.
    version: Option<Day>,
    /// The statements of the entity that is being read.
    rows: Vec<Row>,
    /// Where the first of them stands.
    place: Option<Place>,
}

impl Reader {
    fn hand_on(&mut self, record: &Record<'_>, claims: &mut Claims<'_>) -> Result<(), AdapterError> {
        let Record { place, text } = record;
        let json = match parse(text) {
            Ok(json) => json,
            Err(refusal) => {
                return claims.reject(place.clone(), text, None, named(refusal, text, FileKind::FollowTheMoney));
            }
        };
        if let Some(row) = statement(&json) {
            if row.is_external {
                claims.accounts().drop_record(
                    "a statement from elsewhere, of which it is not known that it is of this entity (external)",
                );
                return Ok(());
            }
            if self.rows.first().is_some_and(|first| first.id != row.id) {
                self.end_of_rows(claims)?;
            }
            if self.rows.len() >= MOST_ROWS {
                let reason = format!("{} has more than {MOST_ROWS} statements", row.id);
                return claims.reject(place.clone(), text, None, refusal(reason, "is this one entity?"));
            }
            self.place.get_or_insert_with(|| place.clone());
            self.rows.push(row);
            return Ok(());
        }
        self.end_of_rows(claims)?;
        let entities = nested(&json);
        if entities.iter().any(|entity| entity.id.is_empty() || entity.schema.is_empty()) {
            let reason = "the record has no id and schema, or is a statement that lacks one of its fields";
            let hint = "give entities {\"id\", \"schema\", \"properties\"}, or statements with canonical_id, prop, schema and value";
            return claims.reject(
                place.clone(),
                text,
                None,
                named(refusal(reason, hint), text, FileKind::FollowTheMoney),
            );
        }
        for entity in entities {
            self.entity(place, text, &entity, claims)?;
        }
        Ok(())
    }

    /// Hands on the entity of which all statements are read.
    fn end_of_rows(&mut self, claims: &mut Claims<'_>) -> Result<(), AdapterError> {
        let Some(place) = self.place.take() else { return Ok(()) };
        let mut entities = joined(std::mem::take(&mut self.rows));
        // What one dataset adds to a relation of another is about the same people and places.
        if let Some(edge) = entities.iter().find_map(|entity| EDGES.iter().find(|edge| edge.schema == entity.schema)) {
            for property in [edge.person, edge.place] {
                let said = entities.iter().find_map(|entity| entity.properties.get(property)).cloned();
                for entity in &mut entities {
                    if let Some(said) = &said {
                        entity.properties.entry(property.to_owned()).or_insert_with(|| said.clone());
                    }
                }
            }
        }
        for entity in entities {
            let text = format!("{} {}", entity.schema, entity.id);
            self.entity(&place, &text, &entity, claims)?;
        }
        Ok(())
    }

    fn entity(&self, place: &Place, text: &str, entity: &Entity, claims: &mut Claims<'_>) -> Result<(), AdapterError> {
        let at = |property: &str| {
            let column = if property.is_empty() { entity.id.clone() } else { format!("{}/{property}", entity.id) };
            Place { column: Some(Arc::from(column)), ..place.clone() }
        };
        claims.accounts().records += 1;
        let edge = EDGES.iter().find(|edge| edge.schema == entity.schema);
        let read = leave(entity, edge, claims);
        let events = match edge {
            Some(edge) => self.posts(edge, entity),
            None => self
                .description(entity, &mut |property, name, wrong| {
                    let hint = "mend it in its dataset; the rest is in";
                    Ok(claims.tell(at(property), name, refusal(wrong, hint))?)
                })
                .map(|events| events.into_iter().map(|event| (event, None)).collect()),
        };
        match events {
            Ok(events) => {
                if events.is_empty() && read {
                    claims.accounts().drop_record(&format!("of this {} nothing is told", entity.schema));
                }
                for (event, lacks) in events {
                    let lacks = lacks.into_iter().collect();
                    claims.say(Statement { place: at(""), input: text.to_owned(), event, lacks })?;
                }
                Ok(())
            }
            Err(Failed::Unmapped(Unmapped { property, reason, hint })) => {
                let source = self.source(entity);
                let source = Json::from(&source);
                let key = Key::new(publisher_of(&source), &entity.id, None);
                claims.keep(key.publisher, key.name, '#')?;
                claims.reject(at(&property), text, Some(&key), refusal(reason, hint))
            }
            Err(Failed::Ends(error)) => Err(error),
        }
    }

    fn source(&self, entity: &Entity) -> Value {
        let publisher = entity.publisher.as_deref().filter(|name| is_line(name)).unwrap_or(&self.settings.publisher);
        let mut source = json!({"publisher": publisher});
        let url =
            ["sourceUrl", "publisherUrl"].iter().find_map(|property| entity.first(property)).filter(|url| is_line(url));
        if let Some(url) = url {
            source["url"] = url.into();
        }
        let read = entity.first("retrievedAt").or(entity.last_seen.as_deref()).and_then(instant);
        if let Some(read) = read {
            source["retrieved_at"] = read.into();
        }
        source
    }

    /// The posts of an entity: for each person in it, in each place, each stint.
    fn posts(&self, edge: &Edge, entity: &Entity) -> Result<Vec<(Json<'static>, Option<Lack>)>, Failed> {
        let apart =
            "give it; in a file of statements, do all rows of one entity stand together? sort it by canonical_id";
        let missing = |property: &str| unmapped(property, format!("the {} has no {property}", edge.schema), apart);
        let people: Vec<&str> = entity.texts(edge.person).collect();
        let places: Vec<&str> = entity.texts(edge.place).collect();
        if people.is_empty() {
            return Err(missing(edge.person).into());
        }
        if places.is_empty() {
            return Err(missing(edge.place).into());
        }
        if let Some(organisation) = people.iter().find(|id| self.known.organisations.contains(&hash(id))) {
            let reason = format!("{organisation} is an organisation");
            return Err(unmapped(edge.person, reason, "only people hold posts; nothing else is lost").into());
        }
        if let Some(unsure) = people.iter().find(|id| self.known.unsure.contains(&hash(id))) {
            let reason = format!("{unsure} is a {UNSURE}: it may be a person or an organisation");
            let hint = "give it the schema Person in its dataset, if it is one: only people hold posts";
            return Err(unmapped(edge.person, reason, hint).into());
        }
        let stints = self.stints(entity)?;
        if people.len() * places.len() * stints.len() > MOST_CLAIMS {
            let reason = format!("these would be more than {MOST_CLAIMS} posts");
            return Err(unmapped(edge.person, reason, "is this one relation?").into());
        }
        let mut events = Vec::new();
        for person in people {
            for place in &places {
                let (office, company, lack) = self.office(edge, entity, place);
                for stint in &stints {
                    // Each claim of an entity is restated on its own.
                    let number = events.len() + 1;
                    let key = if number == 1 { entity.id.clone() } else { format!("{}#{number}", entity.id) };
                    let mut event = office.held(&ledger_id(person), &company);
                    if let Some(area) = entity.first("constituency").filter(|area| is_line(area)) {
                        event.set("remit", area.to_owned());
                    }
                    stint.write(&mut event);
                    let over = [person, place].iter().filter_map(|id| self.known.lasted(id)).min();
                    let seen = seen(entity, edge, stint);
                    match (seen, over) {
                        (Some(seen), None) => event.set("seen", seen.to_string()),
                        (Some(seen), Some(over)) if seen < over => event.set("seen", seen.to_string()),
                        (None | Some(_), _) => self.end_with_position(place, &mut event),
                    }
                    event.set("source", with_key(&self.source(entity), &key));
                    if let Some(at) = self.reported(entity, edge) {
                        event.set("reported_at", at);
                    }
                    let roles: Vec<&str> = entity.texts("role").skip(1).filter(|role| is_line(role)).collect();
                    if !roles.is_empty() {
                        event.set("note", format!("also called: {}", roles.join("; ")));
                    }
                    identify_as(&mut event, &key);
                    events.push((event, lack.clone()));
                }
            }
        }
        Ok(events)
    }

    /// What the post is, the company that it is in where the map names none, and what of these no input tells.
    fn office(&self, edge: &Edge, entity: &Entity, place: &str) -> (Office, Value, Option<Lack>) {
        let mapped = |id: &str| self.settings.items.get(id).cloned().unwrap_or_default();
        let by_schema = self.settings.schemas.get(edge.schema).cloned().unwrap_or_default();
        let is_name = |role: &&str| role.parse::<Name>().is_ok();
        let role = entity.texts("role").find(is_name).map(str::to_owned);
        let own = Office { title: role, ..Office::default() };
        let word = |word: Option<&str>| word.map(str::to_owned);
        let default = Office { title: word(edge.title), employment: word(edge.employment), ..Office::default() };
        let id = json!({"id": ledger_id(place)});
        if edge.schema != "Occupancy" {
            let (company, unit) = self.located(place);
            return (mapped(place).or(own).or(by_schema).or(default).or(unit), company, None);
        }
        let mut office = mapped(place).or(by_schema).or(default);
        let position = match self.known.positions.get(place) {
            Some(position) => position.clone(),
            None if office.title.is_some() && office.company.is_some() => Position::default(),
            None => {
                let reason =
                    format!("the position {place} is in none of the inputs, and no earlier version told of it");
                let hint = "give the file that has it as well, or say in the map what it is";
                let lack = Lack {
                    fields: vec!["title", "company", "unit", "lead"],
                    column: Some(format!("{}/post", entity.id)),
                    refusal: refusal(reason, hint),
                    rest_stands: false,
                };
                return (office, id, Some(lack));
            }
        };
        office.title = office.title.or(position.name.map(|(_, _, name)| name));
        let (owner, (company, own)) = match (position.organization, position.country) {
            (Some(organization), _) => (organization.clone(), self.located(&organization)),
            (None, Some(country)) => {
                let id = format!("country/{country}");
                let company = json!({"id": ledger_id(&id), "name": country.to_uppercase()});
                (id, (company, Office::default()))
            }
            (None, None) => (place.to_owned(), (id, Office::default())),
        };
        let Office { company: mapped_company, unit, .. } = mapped(&owner);
        (office.or(Office { company: mapped_company, unit, ..Office::default() }).or(own), company, None)
    }

    /// The company that an organisation is, or is a unit of.
    fn located(&self, organisation: &str) -> (Value, Office) {
        let id = json!({"id": ledger_id(organisation)});
        match self.known.above(organisation) {
            Some((company, _)) => (json!({"id": ledger_id(company)}), Office { unit: Some(id), ..Office::default() }),
            None => (id, Office::default()),
        }
    }

    /// When: the stints that the dates of an entity tell of; at least one.
    fn stints(&self, entity: &Entity) -> Result<Vec<Stint>, Unmapped> {
        let dates = |property: &str| {
            let hint = "write a prefix of an instant: 2021, 2021-02, 2021-02-16";
            let open = |text: &str| match property {
                "endDate" | "periodEnd" => self.open.is_open_end(text),
                _ => self.open.is_unknown_start(text),
            };
            entity.dates(property, open).map_err(|text| unmapped(property, format!("`{text}` is no date"), hint))
        };
        let ending = self.ending;
        let (starts, ends) = (dates("startDate")?, dates("endDate")?);
        if let Some((start, end)) = inverted(&starts, &ends) {
            let reason = format!("it ended ({}) before it began ({})", shortest(end), shortest(start));
            return Err(unmapped("endDate", reason, "mend the dates of the entity"));
        }
        let mut stints = paired(&starts, &ends, ending);
        if stints.is_empty() {
            stints.push(Stint { from: None, to: None });
        }
        let least = |property: &str| dates(property).map(|dates| dates.iter().filter_map(|d| d.earliest()).min());
        let most = |property: &str| dates(property).map(|dates| dates.iter().filter_map(|d| d.latest()).max());
        // A term is not the holder's own time, but holds it; who is elected comes after; who declares is there.
        let term = least("periodStart")?;
        let ended = dates("periodEnd")?.into_iter().max_by_key(|end| end.latest());
        let over = ended.and_then(Bounds::latest);
        let after = least("electionDate")?.max(term);
        let by = [most("date")?, most("declarationDate")?, over].into_iter().flatten().min();
        let term_over = over.and_then(|day| ending.to(Bounds::on(day)).latest());
        for stint in &mut stints {
            if stint.from.is_none() && (after.is_some() || by.is_some()) {
                let wrong =
                    || unmapped("startDate", "the dates around it leave it no day", "mend the dates of the entity");
                let ended = ended.filter(|ended| stint.to.is_none() || ended.single().is_some());
                let followed = ended.and_then(|ended| began_before(ended, after));
                stint.from = Some(Bounds::new(after, [by, followed].into_iter().flatten().min()).ok_or_else(wrong)?);
            }
            if stint.to.is_none() && term_over.is_some() {
                let begun = stint.from.and_then(Bounds::earliest);
                stint.to = Bounds::new(begun, term_over);
            }
            if stint.to.is_none() && status(entity) == Status::Ended {
                let begun = stint.from.and_then(Bounds::earliest);
                let told = entity.last_seen.as_deref().and_then(day).or(self.version);
                stint.to = Bounds::new(begun, told).filter(|to| *to != Bounds::UNKNOWN).or_else(|| Some(some_day()));
            }
            let dated = stint.from.is_some() || stint.to.is_some();
            let unknown = self.undated == Some(Undated::Unknown)
                || (self.undated.is_none() && (entity.last_seen.is_none() || status(entity) == Status::Unknown));
            if !dated && unknown {
                stint.from = Some(some_day());
            }
        }
        Ok(stints)
    }

    /// Ends a post without dates by the day on which its position was no more; of people and organisations that is done
    /// for all formats.
    fn end_with_position(&self, position: &str, event: &mut Json<'_>) {
        let over = self.known.lasted(position).filter(|_| self.known.positions.contains_key(position));
        if let Some(over) = over.filter(|over| over::is_undated(event) && over::may_hold(event, *over)) {
            over::end_by(event, over);
        }
    }

    /// When the last of the statements that make up a post was first in its dataset.
    fn reported(&self, entity: &Entity, edge: &Edge) -> Option<String> {
        let rows = [edge.person, edge.place, "role", "startDate", "endDate", "periodStart", "periodEnd", "status"];
        let told = rows.iter().flat_map(|property| entity.values(property)).map(|worth| worth.first_seen.as_deref());
        let by_row = told.collect::<Option<Vec<_>>>().and_then(|told| told.into_iter().max());
        match self.settings.reported {
            None => by_row.and_then(instant),
            Some(Reported::FirstSeen) => by_row.or(entity.first_seen.as_deref()).and_then(instant),
            Some(Reported::Ingest) => None,
        }
    }

    /// The names of an entity, those of the wanted languages first.
    fn names(
        &self,
        entity: &Entity,
        wrong: &mut dyn FnMut(&str, &str, String) -> Result<(), AdapterError>,
    ) -> Result<Vec<Value>, AdapterError> {
        let mut names = Vec::new();
        for property in ["name", "alias", "previousName", "weakAlias", "abbreviation"] {
            for worth in entity.values(property) {
                if let Err(error) = worth.text.parse::<Name>() {
                    wrong(property, &worth.text, error.to_string())?;
                    continue;
                }
                let mut name = json!({"text": worth.text});
                if let Some(lang) = worth.lang.as_deref().filter(|lang| is_language(lang)) {
                    name["lang"] = lang.into();
                }
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let rank = |name: &Value| self.name_lang.iter().position(|lang| name["lang"] == **lang).unwrap_or(usize::MAX);
        let is_other = |name: &Value| !name["text"].as_str().is_some_and(|name| entity.is_caption(name));
        names.sort_by_key(|name| (rank(name), is_other(name)));
        Ok(names)
    }

    /// The names of a person or an organisation; nothing of other entities.
    fn description(
        &self,
        entity: &Entity,
        wrong: &mut dyn FnMut(&str, &str, String) -> Result<(), AdapterError>,
    ) -> Result<Vec<Json<'static>>, Failed> {
        let of = match entity.schema.as_str() {
            "Person" => Described::Person,
            "Company" | "Organization" | "PublicBody" | "LegalEntity" => Described::Unit,
            "Position" => {
                let own = entity.first("organization").is_none() && entity.first("country").is_none();
                // Whose it is, no source says: then it stands for itself, and needs its name.
                if !own {
                    return Ok(Vec::new());
                }
                Described::Unit
            }
            _ => return Ok(Vec::new()),
        };
        let names = self.names(entity, wrong)?;
        let mut facts = json!({});
        if let Some(identifiers) = entity.identifiers() {
            facts["identifiers"] = identifiers;
        }
        if of == Described::Unit
            && let Some(kind) = entity.kind()
        {
            facts["kind"] = kind.into();
        }
        let above = self.known.above(&entity.id).filter(|_| of == Described::Unit);
        if let Some((company, parent)) = above {
            facts["company"] = json!({"id": ledger_id(company)});
            if parent != company {
                facts["parent"] = json!({"id": ledger_id(parent)});
            }
        }
        let id = ledger_id(&entity.id);
        let source = self.source(entity);
        let mut events = described(of, &id, names, &facts, &source);
        let (kind, property, word) = match of {
            Described::Person => ("PersonDied", "deathDate", "died"),
            Described::Unit => ("UnitDissolved", "dissolutionDate", "dissolved"),
        };
        match entity.dates(property, |text| self.open.is_open_end(text)) {
            Ok(dates) => {
                if let Some(date) = stint::covering(&dates) {
                    let date = if of == Described::Unit { self.ending.to(date) } else { date };
                    let key = format!("{}/{word}", entity.id);
                    let whom = if of == Described::Unit { "unit" } else { "person" };
                    let company = above.map(|(company, _)| Json::object([("id", ledger_id(company).into())]));
                    let mut event = Json::object([("type", kind.into()), ("effective", shortest(date).into())]);
                    event.set(whom, Json::object([("id", id.into())]));
                    event.set("company", company);
                    event.set("source", with_key(&source, &key));
                    event = event.pruned();
                    identify_as(&mut event, &key);
                    events.push(event);
                }
            }
            Err(text) => wrong(property, &text, format!("`{text}` is no date"))?,
        }
        Ok(events)
    }
}

/// What an entity says of its own present.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Unsaid,
    Ended,
    Unknown,
}

fn status(entity: &Entity) -> Status {
    match entity.first("status").map(str::to_lowercase).as_deref() {
        Some("ended" | "inactive" | "former") => Status::Ended,
        Some("unknown") => Status::Unknown,
        _ => Status::Unsaid,
    }
}

/// The day on which a post was last in its dataset, where nothing says that it was over or not begun.
fn seen(entity: &Entity, edge: &Edge, stint: &Stint) -> Option<Day> {
    let rows = [edge.person, edge.place].into_iter().flat_map(|property| entity.values(property));
    let of_rows: Option<Vec<&str>> = rows.map(|worth| worth.last_seen.as_deref()).collect();
    let last = of_rows.and_then(|all| all.into_iter().min()).or(entity.last_seen.as_deref());
    let day = last.and_then(day)?;
    let begun = stint.from.and_then(Bounds::earliest).is_none_or(|earliest| earliest <= day);
    (stint.to.is_none() && begun && status(entity) == Status::Unsaid).then_some(day)
}

/// A key as an event's id can hold it.
fn plain(key: &str) -> String {
    key.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(100).collect()
}

/// Like [`identify`], of an id that can hold what an event's id cannot.
fn identify_as(event: &mut Json<'_>, key: &str) {
    identify(event, &plain(key));
}
