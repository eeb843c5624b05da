//! Dated snapshots of a team page: a list, an object or a tree of people in YAML or JSON.
//!
//! A person who is listed was seen in force on the day of the snapshot. What changed lies between two snapshots: it is said
//! as a change, an ending or a beginning whose date is the range of days from the one to the other. An ending needs a
//! snapshot that is declared complete.
//!
//! What an earlier snapshot listed is asked of the ledger, so that snapshots can be read together or one by one, and a
//! snapshot can be read again, or brought in late between two others: what was said of a change that is now known to be
//! another is withdrawn. Whether two people with one name are one is not decided here.

mod change;
mod death;
mod listed;
mod names;
mod page;
mod past;
mod seat;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use serde::Deserialize;
use serde_json::Value;
use tenure_domain::day::{Day, Instant};
use tenure_domain::name::NameKey;
use tenure_domain::wire::{Refusal, Submission};

use self::change::{ListedSoFar, SnapshotEvent};
use self::death::When;
use self::listed::{Extent, Listed};
use self::page::{Found, Problem};
use self::past::Past;
use super::conventions::Conventions;
use super::document::{self, Broken, Node};
use super::files::files;
use super::looks::{self, FileKind};
use super::settings::{self, Attribution, unusable};
use super::versions::check;
use super::{Adapter, AdapterError, Sink, Task};
use crate::{IngestError, Place};

/// Dated snapshots of a team page.
#[derive(Clone, Copy, Debug)]
pub struct Roster;

const EXAMPLE: &str = r#"company = "Harbour Labs"
complete = true
[source]
url = "https://harbour.example/team"
[date]
file = "team_{date}.yaml"
[[lists]]
at = "*"
title = "role""#;

/// The map of a roster.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// A name, or an object with `id` and `name`.
    company: Value,
    /// What the ledger calls the series of snapshots, where one source has several.
    #[serde(default = "team")]
    roster: String,
    source: Attribution,
    #[serde(default)]
    date: Date,
    /// Whether a snapshot lists everyone.
    #[serde(default)]
    complete: bool,
    /// A complete snapshot that lists less than this share of what was listed before ends nothing.
    #[serde(default = "half")]
    least_share: f64,
    /// What it means that a person is no longer listed.
    #[serde(default)]
    absent: Absent,
    /// What stands before every id of a person.
    #[serde(default)]
    namespace: String,
    /// Whether links of Markdown are to be taken for their text.
    #[serde(default)]
    markdown: bool,
    /// Words in a title that make a post an acting one.
    #[serde(default)]
    acting: Vec<String>,
    /// What stands where a manager, or the holder of a post, would, and says that there is none.
    #[serde(default)]
    nobody: Vec<String>,
    lists: Vec<page::List>,
}

fn team() -> String {
    "team".to_owned()
}

fn half() -> f64 {
    0.5
}

/// Where the day of a snapshot is found; one of the three.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Date {
    /// A path in the document.
    field: Option<String>,
    /// The name of the file, `{date}` standing for the day.
    file: Option<String>,
    /// The day, or the instant, itself.
    on: Option<String>,
}

/// What it means that a person is no longer listed.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Absent {
    /// Has left the company.
    #[default]
    Left,
    /// Holds the posts no more that were listed.
    Relieved,
}

impl Settings {
    fn read(task: &Task<'_>) -> Result<Settings, AdapterError> {
        let (mut settings, conventions): (Settings, Conventions) = settings::required(task, EXAMPLE, &["version"])?;
        check(task.version)?;
        if let Some(version) = task.version.or(conventions.version.as_deref()) {
            settings.date = Date { on: Some(version.to_owned()), ..Date::default() };
        }
        let dates = [&settings.date.field, &settings.date.file, &settings.date.on].into_iter().flatten().count();
        let pattern = settings.date.file.as_deref();
        let problem = if let Some(problem) = settings.source.problem() {
            problem.to_owned()
        } else if dates != 1 {
            "`date` needs exactly one of `field`, `file` and `on`, or the run a --version".to_owned()
        } else if pattern.is_some_and(|pattern| pattern.matches("{date}").count() != 1) {
            "`date.file` does not hold `{date}` once".to_owned()
        } else if settings.lists.is_empty() {
            "there is no list in `lists`".to_owned()
        } else if settings.roster.trim().is_empty() {
            "`roster` is empty".to_owned()
        } else if !(0.0..=1.0).contains(&settings.least_share) {
            "`least_share` is not between 0 and 1".to_owned()
        } else if let Some(problem) = settings.lists.iter().find_map(page::List::problem) {
            problem
        } else {
            return Ok(settings);
        };
        let map = task.map.unwrap_or(Path::new(""));
        Err(unusable(map, problem, "docs/sources-roster.md shows a whole map"))
    }

    /// When the snapshot was taken, or why that is not known. Of a document that cannot be read its name may tell.
    fn dated(&self, path: &Path, document: Option<&Node>) -> Result<Instant, Refusal> {
        let (text, column) = if let Some(field) = &self.date.field {
            let found =
                document.and_then(|document| page::at(document, field)).and_then(Node::text).map(ToOwned::to_owned);
            let missing = || Refusal {
                reason: format!("the document has no date at `{field}`"),
                hint: "name the field that holds the day of the snapshot in `date.field`".to_owned(),
            };
            (found.ok_or_else(missing)?, field.as_str())
        } else if let Some(pattern) = &self.date.file {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let within = pattern
                .split_once("{date}")
                .and_then(|(before, after)| Some(name.strip_prefix(before)?.strip_suffix(after)?.to_owned()));
            let other = || Refusal {
                reason: format!("the file's name is not of the form `{pattern}`"),
                hint: "leave the file out, or change `date.file`".to_owned(),
            };
            (within.ok_or_else(other)?, "the file's name")
        } else {
            (self.date.on.clone().unwrap_or_default(), "date.on")
        };
        instant(&text).ok_or_else(|| Refusal {
            reason: format!("`{column}`: `{text}` is neither a day nor an instant with its zone"),
            hint: "a snapshot is of one day: write 2024-05-01, 20240501 or 2024-05-01T06:00:00Z".to_owned(),
        })
    }
}

fn instant(text: &str) -> Option<Instant> {
    if let Ok(instant) = text.parse::<Instant>() {
        return Some(instant);
    }
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let day = if digits { format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]) } else { text.to_owned() };
    day.parse::<Day>().ok().map(Instant::midnight)
}

fn read_document(path: &Path) -> io::Result<Result<Node, Broken>> {
    if table::is_table(path) { table::read(path) } else { document::read(path) }
}

/// A document as a tree of JSON; none where it cannot be read.
pub(super) fn read_tree(path: &Path) -> Option<Value> {
    read_document(path).ok()?.ok().map(|document| document.to_json())
}

/// What a file looks like that is no team page.
fn other_format(path: &Path) -> Option<String> {
    looks::instead(path, FileKind::Tree)
}

fn open(path: &Path) -> Result<Result<Node, Problem>, AdapterError> {
    let file = path.display().to_string();
    let read = read_document(path).map_err(|source| IngestError::Input { file, line: 0, source })?;
    Ok(read.map_err(|broken| Problem {
        line: broken.line,
        column: None,
        input: String::new(),
        refusal: Refusal {
            reason: broken.reason,
            hint: other_format(path)
                .filter(|_| !table::is_table(path))
                .unwrap_or_else(|| "nothing of this document is in: mend it, or fetch it again".to_owned()),
        },
    }))
}

impl Adapter for Roster {
    fn read(&self, task: &Task<'_>, sink: &mut dyn Sink) -> Result<(), AdapterError> {
        let settings = Settings::read(task)?;
        let files = files(task.inputs, &[&["json", "yaml", "yml"][..], &table::TABLES].concat())?;
        // Which day a document is of stands in it: each is read twice, and none is kept.
        let mut inputs: BTreeMap<Instant, Vec<&Path>> = BTreeMap::new();
        let mut found = Found::default();
        let mut problems = Vec::new();
        // Snapshots of which a part may be missing.
        let mut partial = BTreeSet::new();
        let mut any_undated = false;
        for path in &files {
            let document = open(path)?;
            if let Ok(document) = &document {
                found.look(&settings, document);
            }
            let dated = settings.dated(path, document.as_ref().ok());
            match &dated {
                Ok(at) if document.is_ok() => inputs.entry(*at).or_default().push(path),
                Ok(at) => drop(partial.insert(*at)),
                Err(_) => any_undated = true,
            }
            let undated = |refusal| Problem { line: 1, column: None, input: String::new(), refusal };
            problems.extend(document.err().or(dated.err().map(undated)).map(|problem| (path, problem)));
        }
        if any_undated {
            // It can be a part of any of them.
            partial.extend(inputs.keys());
        }
        if let Some(problem) = found.problem(&settings) {
            let hint = "correct the path in the map, or write `?` behind it where it may find nothing";
            return Err(unusable(task.map.unwrap_or(Path::new("")), problem, hint));
        }
        for (path, problem) in problems {
            problem.tell(path, sink)?;
        }
        RosterRun { settings: &settings, sink, partial, passed: 0 }.read(&inputs)
    }
}

/// One run over the snapshots, oldest first.
struct RosterRun<'r> {
    settings: &'r Settings,
    sink: &'r mut dyn Sink,
    /// Snapshots of which not all documents could be read: who is not listed in the rest of them is not gone.
    partial: BTreeSet<Instant>,
    passed: u64,
}

impl RosterRun<'_> {
    fn read(&mut self, inputs: &BTreeMap<Instant, Vec<&Path>>) -> Result<(), AdapterError> {
        let settings = self.settings;
        let given: BTreeSet<Instant> = inputs.keys().copied().collect();
        let mut past = Past::load(settings, &given, self.sink)?;
        // What comes after a snapshot that is read now may say other things than it did.
        let mut changed = false;
        let instants: BTreeSet<Instant> = given.iter().copied().chain(past.others()).collect();
        let deaths = instants.first().map(|first| past.deaths_before(*first)).unwrap_or_default();
        let mut known = ListedSoFar::after(deaths, past.names());
        let last_of_day: BTreeMap<Day, Instant> = instants.iter().map(|at| (at.day(), *at)).collect();
        let mut place = Place { file: Arc::from(""), line: 1, column: None };
        for at in instants {
            let mut listed;
            let is_read = given.contains(&at);
            if last_of_day.get(&at.day()) != Some(&at) {
                // Dates are days: of two snapshots of one day the later tells how that day ended.
                self.tell(&mut past, at, &place, (Vec::new(), BTreeSet::new()), is_read)?;
                continue;
            }
            if let Some(paths) = inputs.get(&at) {
                place.file = paths.first().map_or(Arc::from(""), |path| Arc::from(path.display().to_string()));
                let Some(read) = self.listed(at, paths)? else { continue };
                listed = read;
                changed = true;
            } else {
                listed = past.take(at);
            }
            if changed {
                // What ends with a death is told anew after what is listed before it.
                listed.deaths.retain(|(_, death)| death.when != When::Ended);
                self.judge(&mut listed, &known, &place)?;
            }
            let (told, after) = change::compare(settings, known, &listed);
            known = after;
            if changed {
                let deaths = listed.deaths.into_iter().map(|(_, death)| death.event);
                self.tell(&mut past, at, &place, (told, deaths.collect()), is_read)?;
            } else {
                // Who it lists was not known to be told dead, where the page that tells so came in beside it.
                let lives = told.into_iter().filter(SnapshotEvent::takes_a_death_back);
                for event in lives.filter_map(|told| told.event.ok()) {
                    if !change::id_of(&event).is_some_and(|id| past.has(at, &id)) {
                        self.sink.event(place.clone(), "", event.into())?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What the documents of one snapshot list; none where they list no person.
    fn listed(&mut self, at: Instant, paths: &[&Path]) -> Result<Option<Listed>, AdapterError> {
        let settings = self.settings;
        let mut entries = Vec::new();
        let mut doubtful = self.partial.contains(&at);
        for path in paths {
            match open(path)? {
                Ok(document) => {
                    let (found, problems, unclear) = page::entries(settings, path, &document, self.sink.accounts());
                    doubtful |= unclear;
                    for problem in problems {
                        problem.tell(path, self.sink)?;
                    }
                    entries.extend(found);
                }
                Err(problem) => {
                    doubtful = true;
                    problem.tell(path, self.sink)?;
                }
            }
            self.passed += fs::metadata(path).map_or(0, |meta| meta.len());
        }
        let path = paths.first().copied().unwrap_or(Path::new(""));
        let (mut posts, problems) = page::posts(settings, entries);
        for (path, problem) in problems {
            problem.tell(Path::new(&*path), self.sink)?;
        }
        // What the ledger would not take is not listed, and neither ends nor begins anything. Its person, if it has one, is
        // not gone.
        let mut refused = Vec::new();
        posts.retain(|post| {
            let event = change::sighting(settings, at, Extent::Whole, post, None);
            match Submission::made((&event).into(), None) {
                Ok(_) => true,
                Err(refusal) => {
                    doubtful |= NameKey::of(&post.person.name).is_some();
                    let hint = post.id_hint().map_or(refusal.hint, ToOwned::to_owned);
                    refused.push((post.place(), post.input.clone(), Refusal { hint, ..refusal }));
                    false
                }
            }
        });
        for (place, input, refusal) in refused {
            self.sink.reject(place, &input, refusal)?;
        }
        self.sink.passed(self.passed);
        let about = |reason: String, hint: &str| Problem {
            line: 1,
            column: None,
            input: String::new(),
            refusal: Refusal { reason, hint: hint.to_owned() },
        };
        if posts.is_empty() {
            let reason = "the snapshot lists nobody, and is passed over".to_owned();
            let hint = other_format(path)
                .unwrap_or_else(|| "do `lists.at` and `lists.name` in the map fit the document?".to_owned());
            about(reason, &hint).tell(path, self.sink)?;
            return Ok(None);
        }
        let day = at.day();
        let has_died = |post: &&page::Post| post.died.as_deref().is_some_and(|died| death::is_by(died, day));
        let dead = posts.iter().filter(has_died).map(|post| post.person.key.clone()).collect();
        let extent = if settings.complete && !doubtful { Extent::Whole } else { Extent::Part };
        Ok(Some(Listed { at, extent, posts, dead, deaths: Vec::new() }))
    }

    /// Judges by what is known before it whether a snapshot lists all that there is. One that does not, and did so as far as
    /// was told, is told.
    fn judge(&mut self, listed: &mut Listed, known: &ListedSoFar, place: &Place) -> Result<(), IngestError> {
        let (before, was) = (known.whole_len(), listed.extent);
        listed.judge(self.settings.least_share, before);
        if let (Some(before), Extent::Whole, Extent::Small) = (before, was, listed.extent) {
            let (posts, day) = (listed.living(), listed.at.day());
            let reason = format!(
                "the snapshot of {day} lists {posts} posts where {before} were listed before: nothing is ended by it"
            );
            let hint = "if so many are gone indeed, read it again with a smaller `least_share` in the map".to_owned();
            self.sink.reject(place.clone(), "", Refusal { reason, hint })?;
        }
        Ok(())
    }

    /// Says what a snapshot comes to, and withdraws what was said of it otherwise. Of one that is not read now, what it told of
    /// deaths is wanted without being said again.
    fn tell(
        &mut self,
        past: &mut Past,
        at: Instant,
        place: &Place,
        (told, mut wanted): (Vec<SnapshotEvent>, BTreeSet<String>),
        is_read: bool,
    ) -> Result<(), AdapterError> {
        let said = told.iter().filter(|told| is_read && told.event.is_ok());
        self.sink.accounts().statements += said.count() as u64;
        for SnapshotEvent { event, place: own, input } in told {
            let place = own.unwrap_or_else(|| place.clone());
            let id = match event {
                Ok(event) => {
                    let id = change::id_of(&event);
                    // A snapshot of which nothing was read now is told again only where that says something new.
                    if is_read || !id.as_ref().is_some_and(|id| past.has(at, id)) {
                        self.sink.event(place.clone(), &input, event.into())?;
                    }
                    id
                }
                Err(refusal) => {
                    self.sink.reject(place.clone(), &input, refusal)?;
                    None
                }
            };
            if let Some(id) = id {
                for event in past.revive(self.settings, at, &id) {
                    self.sink.event(place.clone(), "", event.into())?;
                }
                wanted.insert(id);
            }
        }
        for event in past.withdraw(self.settings, at, &wanted) {
            self.sink.event(place.clone(), "", event.into())?;
        }
        Ok(())
    }
}

impl Problem {
    fn tell(self, path: &Path, sink: &mut dyn Sink) -> Result<(), IngestError> {
        let place = Place {
            file: Arc::from(path.display().to_string()),
            line: self.line,
            column: self.column.map(|column| Arc::from(column.as_str())),
        };
        sink.reject(place, &self.input, self.refusal)
    }
}
