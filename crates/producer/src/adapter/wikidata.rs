//! Wikidata entity JSON: dump lines, or objects of `Special:EntityData`.
//!
//! Statements of five properties become `HeldPost`: P39 (position held) and P108 (employer) of people, P488
//! (chairperson), P169 (chief executive) and P1037 (director or manager) of organisations. Labels and aliases of
//! everybody and everything that these name become descriptions. People and organisations are called by their item
//! ids, which the ledger resolves when it folds; what must be known here and stands in other items (what a position is
//! called, whose it is, whether an item is a human) is learned in two passes before the one that hands on, of the items
//! that statements name and of no others. `docs/sources-wikidata.md` says what is mapped, what is dropped and why.

mod entity;
mod index;
mod qualifiers;
mod settings;
mod time;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::shortest;
use tenure_domain::name::Name;
use tenure_domain::wire::Json;

use self::entity::{Entity, Moment, Rank, Reference, Statement as Snaks, entities, item};
use self::index::{ItemIndex, has_statements, item_of, learn_items, learn_names};
use self::qualifiers::{is_acting, left_out, titles};
use self::settings::{Deprecated, Reported, Settings, of_property};
use super::claims::over::Mortal;
use super::claims::{Claims, Lack, Rules, Statement};
use super::conventions::{Conventions, KEYS, OpenWords, Undated, instant};
use super::history::{Key, publisher_of};
use super::looks::{FileKind, named};
use super::office::{Described, Office, described, is_language, is_line, with_key};
use super::records::{Learner, Pass, Record, each_record, json as parse, refusal};
use super::settings::{optional, unusable};
use super::stint::{Ending, Stint, covering, identify, paired, some_day};
use super::versions::{Dated, versions};
use super::{Adapter, AdapterError, Sink, Task};
use crate::Place;

/// The statements that are read.
const PROPERTIES: [&str; 5] = ["P39", "P108", "P488", "P169", "P1037"];
/// How many items the statements of the inputs may name: what bounds the memory of a run.
const MOST_ITEMS: usize = 8_000_000;

/// Wikidata entity JSON.
#[derive(Clone, Copy, Debug)]
pub struct Wikidata;

impl Adapter for Wikidata {
    fn read(&self, task: &Task<'_>, sink: &mut dyn Sink) -> Result<(), AdapterError> {
        let (mut settings, conventions): (Settings, Conventions) = optional(task.map, &KEYS)?;
        let as_of = settings.as_of.as_deref().map(|day| as_of(day, task.map)).transpose()?;
        if !conventions.name_lang.is_empty() {
            settings.title_lang.clone_from(&conventions.name_lang);
        }
        let revisions = settings.revisions.clone();
        let versions = versions(task, &conventions, None, revisions.as_ref(), &["json", "ndjson", "jsonl"], sink)?;
        let undated = conventions.undated.filter(|undated| *undated == Undated::Reject);
        let rules = Rules { undated, ..Rules::of(&conventions, revisions.as_ref()) };
        let publisher = settings.publisher.clone();
        let is_ours = |event: &Json<'_>, key: &str| publisher_of(&event["source"]) == publisher && key.starts_with('Q');
        let mut claims = Claims::new(sink, rules, Some(&publisher), &is_ours)?;
        let mut reader = Reader {
            settings,
            open: conventions.open(),
            ending: conventions.end.unwrap_or_default(),
            undated: conventions.undated,
            as_of,
            known: ItemIndex::default(),
        };
        for Dated { version, inputs } in versions {
            reader.known = reader.learn(&inputs)?;
            reader.as_of = version.day().or(as_of);
            claims.begin(version);
            let mut place = Place { file: Arc::from(""), line: 1, column: None };
            each_record(&inputs, Pass::HandingOn, &mut claims, &mut |record, claims| {
                place = record.place.clone();
                reader.hand_on(record, claims)
            })?;
            claims.end(&place)?;
        }
        claims.close()
    }
}

fn as_of(text: &str, map: Option<&Path>) -> Result<Day, AdapterError> {
    text.parse().map_err(|error: tenure_domain::day::NotADay| {
        let hint = "write the day of the dump, such as 2026-06-01";
        unusable(map.unwrap_or(Path::new("")), format!("as_of: {error}"), hint)
    })
}

/// What keeps a statement from being mapped: the property to blame, and why.
struct Unmapped {
    property: String,
    reason: String,
    hint: &'static str,
}

impl Unmapped {
    fn new(property: &str, reason: impl Into<String>, hint: &'static str) -> Unmapped {
        Unmapped { property: property.to_owned(), reason: reason.into(), hint }
    }
}

/// One statement, with who is in it.
struct Claim<'c> {
    entity: Entity<'c>,
    property: &'static str,
    statement: Snaks<'c>,
    /// The statement's own id.
    id: &'c str,
    /// The item that is its value.
    value: &'c str,
}

/// The pass that hands on.
struct Reader {
    settings: Settings,
    open: OpenWords,
    ending: Ending,
    undated: Option<Undated>,
    as_of: Option<Day>,
    known: ItemIndex,
}

impl Reader {
    /// The two passes that learn.
    fn learn(&self, inputs: &[PathBuf]) -> Result<ItemIndex, AdapterError> {
        let mut known = ItemIndex::default();
        each_record(inputs, Pass::Learning, &mut Learner, &mut |record, _| {
            if has_statements(record.text) {
                learn_names(record.text, &mut known);
            }
            if known.len() > MOST_ITEMS {
                let problem = format!("the statements name more than {MOST_ITEMS} items");
                let hint = "make several extracts, each of some of the people";
                return Err(unusable(Path::new(&*record.place.file), problem, hint));
            }
            Ok(())
        })?;
        let Settings { company_of, title_lang, .. } = &self.settings;
        each_record(inputs, Pass::Learning, &mut Learner, &mut |record, _| {
            learn_items(record.text, (company_of, title_lang), &mut known);
            Ok(())
        })?;
        Ok(known)
    }

    fn hand_on(&mut self, record: &Record<'_>, sink: &mut Claims<'_>) -> Result<(), AdapterError> {
        let Record { place, text } = record;
        let wanted = item_of(text).is_none_or(|item| self.known.names(item));
        if !wanted && !has_statements(text) {
            sink.accounts().records += 1;
            sink.accounts().drop_record("an item that no statement names");
            return Ok(());
        }
        let record = match parse(text) {
            Ok(record) => record,
            Err(refusal) => return sink.reject(place.clone(), text, None, named(refusal, text, FileKind::Wikidata)),
        };
        if !record.is_object() || (record.get("entities").is_none() && record.get("id").is_none()) {
            let hint = "give entity JSON: lines of a dump, or what Special:EntityData answers";
            let refusal = named(refusal("the record is no entity of Wikibase", hint), text, FileKind::Wikidata);
            return sink.reject(place.clone(), text, None, refusal);
        }
        let entities = entities(&record);
        if entities.is_empty() {
            let hint = "give entity JSON: lines of a dump, or what Special:EntityData answers";
            let refusal = refusal("the record is no item of Wikibase", hint);
            let other = named(refusal.clone(), text, FileKind::Wikidata);
            if other != refusal {
                return sink.reject(place.clone(), text, None, other);
            }
            sink.accounts().records += 1;
            sink.accounts().drop_record("no item");
        }
        for entity in entities {
            sink.accounts().records += 1;
            let died = self.died(&entity);
            if has_posts(&entity) {
                sink.is_over(Mortal::Person, entity.id, died.on);
            }
            let mut any = false;
            for property in PROPERTIES {
                for statement in entity.statements(property) {
                    any |= self.statement(place, &entity, property, statement, sink)?;
                }
            }
            if any || self.known.names(entity.item) {
                self.describe(place, &entity, &died, sink)?;
                for property in entity.properties().filter(|property| !READ.contains(property)) {
                    sink.accounts().leave(property);
                }
            } else {
                sink.accounts().drop_record("an item that is in no post, and that no statement names");
            }
        }
        Ok(())
    }

    /// Hands on a statement. Whether it is one that counts.
    fn statement(
        &mut self,
        place: &Place,
        entity: &Entity<'_>,
        property: &'static str,
        statement: Snaks<'_>,
        sink: &mut Claims<'_>,
    ) -> Result<bool, AdapterError> {
        let at = |column: &str| Place { column: Some(Arc::from(column)), ..place.clone() };
        if statement.rank() == Rank::Deprecated && self.settings.deprecated == Deprecated::Drop {
            if let Some(id) = statement.id() {
                self.withdraw_deprecated(&at(&format!("{}/{property}", entity.id)), id, sink)?;
            }
            sink.accounts().drop_record("deprecated");
            return Ok(false);
        }
        // That a person was in some unknown post, or in none, is nothing that the ledger could say.
        if !statement.main().has_value() {
            sink.accounts().drop_record("a statement of no value");
            return Ok(false);
        }
        let (id, value) = match (statement.id(), statement.main().item()) {
            (Some(id), Some(value)) => (id, value),
            (id, _) => {
                let missing = if id.is_none() { "id" } else { "item for its value" };
                let column = format!("{}/{property}", entity.id);
                let refusal = refusal(format!("the statement has no {missing}"), "give the entity as Wikidata has it");
                sink.tell(at(&column), &statement.text(), refusal)?;
                return Ok(false);
            }
        };
        let claim = Claim { entity: *entity, property, statement, id, value };
        match self.events(&claim) {
            Ok((events, lacks)) => {
                for qualifier in left_out(&claim, &self.settings.acting) {
                    sink.accounts().leave(&qualifier);
                }
                for event in events {
                    let place = at(&format!("{}/{property}", entity.id));
                    let lacks = lacks.iter().cloned().collect();
                    sink.say(Statement { place, input: statement.text(), event, lacks })?;
                }
                Ok(true)
            }
            Err(Unmapped { property: blamed, reason, hint }) => {
                let column = format!("{}/{property}/{blamed}", entity.id);
                let key = Key::new(&self.settings.publisher, id, None);
                sink.keep(key.publisher, key.name, '.')?;
                sink.reject(at(&column), &statement.text(), Some(&key), refusal(reason, hint))?;
                Ok(false)
            }
        }
    }

    /// The events of a statement: one for each stint that it tells of.
    fn events(&self, claim: &Claim<'_>) -> Result<(Vec<Json<'static>>, Option<Lack>), Unmapped> {
        let (person, company, office, lack) = self.post(claim)?;
        let (stints, seen) = self.dates(claim)?;
        let mut events = Vec::new();
        for (number, stint) in stints.iter().enumerate() {
            // Of several stints of one statement, each is restated on its own.
            let key = if number == 0 { claim.id.to_owned() } else { format!("{}.{}", claim.id, number + 1) };
            let mut event = office.held(person, &company);
            if is_acting(claim.statement, &self.settings.acting) {
                event.set("acting", true);
            }
            stint.write(&mut event);
            if let Some(seen) = seen {
                event.set("seen", shortest(seen));
            }
            self.evidence(claim, &key, stint, &mut event);
            identify(&mut event, &key);
            events.push(event);
        }
        Ok((events, lack))
    }

    /// Who holds which post, where, and what of it no input tells.
    fn post<'c>(&self, claim: &Claim<'c>) -> Result<(&'c str, Value, Office, Option<Lack>), Unmapped> {
        let (person, organisation) = match claim.property {
            "P39" | "P108" => (claim.entity.id, claim.value),
            _ => (claim.value, claim.entity.id),
        };
        let human = match claim.property {
            "P39" | "P108" => claim.entity.is_human() != Some(false),
            _ => item(person).is_none_or(|item| !self.known.not_people.contains(&item)),
        };
        if !human {
            let reason = format!("{person} is not a human");
            return Err(Unmapped::new("P31", reason, "only people hold posts; nothing else is lost"));
        }
        self.is_no_human(organisation, "P31")?;
        let mapped = |id: &str| self.settings.items.get(id).cloned().unwrap_or_default();
        let by_property = self.settings.properties.get(claim.property).cloned().unwrap_or_default();
        let mut office = mapped(organisation).or(by_property).or(of_property(claim.property));
        let position =
            |id: &str| item(id).and_then(|item| self.known.positions.get(&item)).cloned().unwrap_or_default();
        let mut lack = None;
        match claim.property {
            "P39" => {
                let position = position(claim.value);
                let whose = claim.statement.organisation();
                let directs = position.directs || whose.is_some_and(|(property, _)| property == "P2389");
                if let Some((property, id)) = whose {
                    self.is_no_human(id, property)?;
                }
                let of_statement = whose.map(|(_, id)| id.to_owned());
                if let Some(owner) = of_statement.or(position.company.map(|item| format!("Q{item}"))) {
                    // What is said of the organisation holds where nothing is said of the position.
                    let Office { company, unit, .. } = mapped(&owner);
                    office = office.or(Office { company, unit, ..Office::default() });
                    office.company.get_or_insert_with(|| json!({"id": owner}));
                }
                office.title = office.title.or(position.title);
                office.lead = office.lead.or(directs.then_some(true));
                let known = office.title.is_some() && (position.found || office.company.is_some());
                lack = (!known).then(|| lacks(claim, &["title", "company", "unit", "lead"], claim.value, false));
            }
            "P108" => {
                let mut titles = titles(claim.statement, &self.settings.acting);
                let called = titles.next().map(|id| (id, position(id).title));
                if let (None, Some((id, title))) = (&office.title, called) {
                    lack = title.is_none().then(|| lacks(claim, &["title"], id, true));
                    office.title = title;
                }
            }
            _ => {}
        }
        Ok((person, json!({"id": organisation}), office, lack))
    }

    /// Refuses a statement of a post in a human.
    fn is_no_human(&self, organisation: &str, blamed: &str) -> Result<(), Unmapped> {
        if !item(organisation).is_some_and(|item| self.known.humans.contains(&item)) {
            return Ok(());
        }
        let reason = format!("{organisation} is a human, and no organisation");
        Err(Unmapped::new(blamed, reason, "mend the statement on Wikidata; nothing else is lost"))
    }

    /// When: the stints of a statement, and when it was so.
    fn dates(&self, claim: &Claim<'_>) -> Result<(Vec<Stint>, Option<Bounds>), Unmapped> {
        let moments = |property: &str| -> Result<Vec<Moment>, Unmapped> {
            let read = |snak: entity::Snak<'_>| snak.moment().map_err(|wrong| undated(property, wrong));
            claim.statement.qualifiers(property).map(read).collect()
        };
        let at = |moments: &[Moment]| -> Vec<Bounds> { moments.iter().filter_map(known).collect() };
        let is_open = |moment: &Moment| match moment {
            Moment::At(bounds) => bounds.latest() == Some(Day::MAX) || self.open.is_open(*bounds),
            Moment::Unknown | Moment::Never => false,
        };
        let dated = |moments: Vec<Moment>| moments.into_iter().filter(|moment| !is_open(moment)).collect::<Vec<_>>();
        let (starts, ends) = (dated(moments("P580")?), dated(moments("P582")?));
        let (starts_at, ends_at) = (at(&starts), at(&ends));
        let ended = ends.iter().any(|end| matches!(end, Moment::At(_) | Moment::Unknown));
        let mut stints = if starts_at.len() > 1 || ends_at.len() > 1 {
            paired(&starts_at, &ends_at, self.ending)
        } else {
            let one = |property| moments(property).map(|moments| at(&moments).first().copied());
            let limits = Limits {
                earliest: one("P1319")?.and_then(Bounds::earliest),
                latest: one("P1326")?.and_then(Bounds::latest),
                latest_start: one("P8555")?.and_then(Bounds::latest),
                earliest_end: one("P8554")?.and_then(Bounds::earliest),
            };
            let unknown_start = starts.contains(&Moment::Unknown);
            vec![self.limited(starts_at.first().copied(), unknown_start, ends_at.first().copied(), ended, &limits)?]
        };
        let mut seen = None;
        if let [stint] = stints.as_mut_slice() {
            let point = at(&moments("P585")?).first().copied();
            seen = point.filter(|_| *stint == Stint { from: None, to: None });
            let undated = stint.from.is_none() && stint.to.is_none() && seen.is_none();
            if undated && matches!(self.undated, None | Some(Undated::Unknown)) {
                stint.from = Some(some_day());
            }
        }
        Ok((stints, seen))
    }

    /// One stint, with the limits that qualifiers set to its dates.
    fn limited(
        &self,
        start: Option<Bounds>,
        unknown_start: bool,
        end: Option<Bounds>,
        ended: bool,
        limits: &Limits,
    ) -> Result<Stint, Unmapped> {
        let ending = self.ending;
        if let (Some(start), Some(end)) = (start, end)
            && end.surely_before(start)
        {
            let reason = format!("it ended ({}) before it began ({})", shortest(end), shortest(start));
            return Err(Unmapped::new("P582", reason, "mend the qualifiers of the statement on Wikidata"));
        }
        // "Earliest date" is that of the end where the start is known to lie before it.
        let of_end = ended
            && start.and_then(Bounds::latest).zip(limits.earliest).is_some_and(|(start, earliest)| start < earliest);
        let earliest_end = limits.earliest_end.into_iter().chain(limits.earliest.filter(|_| of_end)).max();
        // "Latest date" is the latest end, unless it is the start alone of which the statement leaves anything open.
        let of_start =
            !ended && (unknown_start || start.zip(limits.latest).is_some_and(|(s, latest)| s.contains(latest)));
        let latest_start =
            if of_start { limits.latest_start.into_iter().chain(limits.latest).min() } else { limits.latest_start };
        let latest_end = limits.latest.filter(|_| !of_start);
        let within = |date: Option<Bounds>, low, high, property: &str| -> Result<Option<Bounds>, Unmapped> {
            let limit = Bounds::new(low, high);
            let both = limit.and_then(|limit| date.unwrap_or(Bounds::UNKNOWN).intersect(limit));
            let hint = "mend the qualifiers of the statement on Wikidata";
            let wrong = || Unmapped::new(property, "the date lies outside of its earliest and latest date", hint);
            both.map(|both| (both != Bounds::UNKNOWN).then_some(both)).ok_or_else(wrong)
        };
        let from = within(start, limits.earliest.filter(|_| !of_end), latest_start, "P580")?;
        let after = latest_end.map(|latest| ending.to(Bounds::on(latest))).and_then(Bounds::latest);
        let mut to = within(end.map(|end| ending.to(end)), earliest_end.filter(|_| ended), after, "P582")?;
        if to.is_none() && ended {
            let begun = from.and_then(Bounds::earliest);
            let by_dump = self.as_of.and_then(|day| Bounds::new(begun, Some(day)));
            to = Some(by_dump.or(Bounds::new(begun, None).filter(|_| begun.is_some())).unwrap_or_else(some_day));
        }
        Ok(Stint { from, to })
    }

    /// Who says so: Wikidata, by the first of the statement's references; the others are noted.
    fn evidence(&self, claim: &Claim<'_>, key: &str, stint: &Stint, event: &mut Json<'_>) {
        let references: Vec<Reference<'_>> = claim.statement.references().collect();
        let says = |reference: &&Reference<'_>| reference.url().is_some() || reference.work().is_some();
        let first = references.iter().find(|r| r.url().is_some()).or_else(|| references.iter().find(says));
        let page = || format!("https://www.wikidata.org/wiki/{}#{}", claim.entity.id, claim.id);
        let url = first.and_then(|first| first.url()).filter(|url| is_line(url)).map_or_else(page, str::to_owned);
        let mut source = json!({"url": url, "publisher": self.settings.publisher, "key": key});
        let mut retrieved = claim.entity.modified().map(str::to_owned);
        let mut notes = Vec::new();
        if let Some(first) = first {
            if let Some((title, lang)) = first.title().filter(|(title, _)| is_line(title)) {
                source["title"] = title.into();
                if is_language(lang) {
                    source["lang"] = lang.into();
                }
            }
            if let Some(quote) = first.quote().filter(|quote| is_line(quote)) {
                source["quote"] = quote.into();
            }
            let read = first.retrieved().and_then(Bounds::single).map(|day| day.to_string());
            retrieved = read.or(retrieved);
        }
        if let Some(retrieved) = retrieved.filter(|text| is_instant(text)) {
            source["retrieved_at"] = retrieved.into();
        }
        for reference in &references {
            notes.extend(reference.work().map(|work| format!("stated in {work}")));
            let further = first.is_none_or(|first| first.url() != reference.url());
            notes.extend(reference.url().filter(|_| further).map(|url| format!("also {url}")));
        }
        for (property, word) in [("P1365", "replaces"), ("P1366", "replaced by")] {
            notes.extend(claim.statement.qualifier_items(property).map(|item| format!("{word} {item}")));
        }
        event.set("source", source);
        if claim.statement.rank() == Rank::Deprecated {
            event.set("confidence", "rumoured");
        }
        if self.settings.reported == Reported::Reference
            && let Some(day) = first.and_then(|first| reported(*first, stint))
        {
            event.set("reported_at", day.to_string());
        }
        let note: String = notes.join("; ").chars().filter(|c| !c.is_control()).take(2_000).collect();
        if !note.is_empty() {
            event.set("note", note);
        }
    }

    /// Hands on the names of an item, in as many events as they need.
    fn describe(
        &self,
        place: &Place,
        entity: &Entity<'_>,
        died: &Death,
        sink: &mut Claims<'_>,
    ) -> Result<(), AdapterError> {
        let holds = has_posts(entity);
        let is_person = match entity.is_human() {
            Some(human) => human,
            None => holds || self.known.people.contains(&entity.item),
        };
        let of = if is_person { Described::Person } else { Described::Unit };
        let mut names: Vec<Value> = Vec::new();
        let mut told = HashSet::new();
        let mut labels = entity.names();
        // The first name is the one to show where no language is asked for.
        let rank = |lang: &str| self.settings.title_lang.iter().position(|l| l == lang).unwrap_or(usize::MAX);
        labels.sort_by_key(|label| (std::cmp::Reverse(label.field), rank(label.lang)));
        for label in labels {
            let wrong = match label.text.parse::<Name>() {
                Err(error) => error.to_string(),
                Ok(_) if !is_language(label.lang) => format!("`{}` is not the tag of a language", label.lang),
                Ok(_) => {
                    if told.insert((label.text, label.lang)) {
                        names.push(json!({"text": label.text, "lang": label.lang}));
                    }
                    continue;
                }
            };
            let column = format!("{}/{}/{}", entity.id, label.field, label.lang);
            let place = Place { column: Some(column.into()), ..place.clone() };
            sink.tell(place, label.text, refusal(wrong, "mend the name on Wikidata; the others are in"))?;
        }
        let url = format!("https://www.wikidata.org/wiki/{}", entity.id);
        let mut source = json!({"url": url, "publisher": self.settings.publisher});
        if let Some(modified) = entity.modified().filter(|text| is_instant(text)) {
            source["retrieved_at"] = modified.into();
        }
        let facts = json!({"identifiers": {"wikidata": entity.id}});
        let mut events = described(of, entity.id, names, &facts, &source);
        for wrong in died.wrong.iter().filter(|_| is_person) {
            let place = Place { column: Some(format!("{}/P570", entity.id).into()), ..place.clone() };
            let hint = "the rest is in; --version DATE names the day by which one of an unknown day is dead";
            sink.tell(place, entity.id, refusal(wrong.clone(), hint))?;
        }
        if let (Some(died), true) = (died.on, is_person) {
            sink.is_over(Mortal::Person, entity.id, Some(died));
            let key = format!("{}/died", entity.id);
            let mut event = Json::object([
                ("type", "PersonDied".into()),
                ("person", Json::object([("id", entity.id.to_owned().into())])),
                ("effective", shortest(died).into()),
                ("source", with_key(&source, &key)),
            ]);
            identify(&mut event, &key);
            events.push(event);
        }
        for event in events {
            let place = Place { column: Some(format!("{}/labels", entity.id).into()), ..place.clone() };
            sink.say(Statement { place, input: entity.id.to_owned(), event, lacks: Vec::new() })?;
        }
        Ok(())
    }

    /// When a person died, where deaths are told: of statements that differ it is not known which is right. A death on
    /// an unknown day lies before the day of the version, or that of the item's last change.
    fn died(&self, entity: &Entity<'_>) -> Death {
        let mut deaths: Vec<_> = entity.statements("P570").filter(|death| death.rank() != Rank::Deprecated).collect();
        deaths.sort_by_key(|death| death.rank());
        let mut died = Death::default();
        let Some(best) = deaths.first().filter(|_| self.settings.death).map(|death| death.rank()) else { return died };
        let modified = || entity.modified().and_then(instant).map(Instant::day);
        let mut dates = Vec::new();
        for death in deaths.iter().filter(|death| death.rank() == best) {
            match (death.main().moment(), self.as_of.or_else(modified)) {
                (Ok(Moment::At(date)), _) => dates.push(date),
                (Ok(Moment::Unknown), Some(day)) => dates.push(Bounds::until(Some(day))),
                (Ok(Moment::Unknown), None) => died.wrong.push("it died on an unknown day".to_owned()),
                (Ok(Moment::Never), _) => {}
                (Err(wrong), _) => died.wrong.push(wrong),
            }
        }
        died.on = covering(&dates);
        died
    }

    /// Withdraws what the ledger has of a statement that is deprecated now, each of its stints.
    fn withdraw_deprecated(&self, place: &Place, id: &str, claims: &mut Claims<'_>) -> Result<(), AdapterError> {
        let publisher = &self.settings.publisher;
        let names = std::iter::once(id.to_owned()).chain((2..).map(|number| format!("{id}.{number}")));
        for name in names {
            let key = Key::new(publisher, &name, None);
            if !claims.take_back(place, &key, None, "deprecated on Wikidata")? {
                break;
            }
        }
        Ok(())
    }
}

/// Whether an item has statements of the posts that it holds.
fn has_posts(entity: &Entity<'_>) -> bool {
    ["P39", "P108"].iter().any(|property| entity.statements(property).next().is_some())
}

/// What a statement lacks whose position is not among the inputs.
fn lacks(claim: &Claim<'_>, fields: &[&'static str], position: &str, rest_stands: bool) -> Lack {
    let reason =
        format!("what {position} is called, and whose it is, is in none of the inputs, and no earlier version told it");
    let hint = "give the item of the position as well, or say in the map what it is";
    let column = format!("{}/{}", claim.entity.id, claim.property);
    Lack { fields: fields.to_vec(), column: Some(column), refusal: refusal(reason, hint), rest_stands }
}

/// The properties that are read.
const READ: [&str; 12] =
    ["P39", "P108", "P488", "P169", "P1037", "P31", "P570", "P2389", "P361", "P1001", "P17", "P642"];

/// What an item says of a death.
#[derive(Default)]
struct Death {
    on: Option<Bounds>,
    /// What of it cannot be read.
    wrong: Vec<String>,
}

/// What the qualifiers of earliest and latest dates say.
struct Limits {
    earliest: Option<Day>,
    latest: Option<Day>,
    latest_start: Option<Day>,
    earliest_end: Option<Day>,
}

fn undated(property: &str, wrong: String) -> Unmapped {
    Unmapped::new(property, wrong, "the ledger's days are those of the years 0 to 9999")
}

fn known(moment: &Moment) -> Option<Bounds> {
    match moment {
        Moment::At(bounds) => Some(*bounds),
        Moment::Unknown | Moment::Never => None,
    }
}

/// The day by which a reference has told all the dates of a stint: that of its publication, else of its reading. One
/// that lies before a date cannot have told it.
fn reported(reference: Reference<'_>, stint: &Stint) -> Option<Day> {
    let days = [reference.published(), reference.retrieved()].into_iter().flatten().filter_map(Bounds::latest);
    let fits = |day: &Day| stint.latest().is_none_or(|latest| latest <= *day || latest == Day::MIN);
    days.into_iter().find(fits)
}

/// Whether a text is a day or an instant.
fn is_instant(text: &str) -> bool {
    text.parse::<Day>().is_ok() || text.parse::<tenure_domain::day::Instant>().is_ok()
}
