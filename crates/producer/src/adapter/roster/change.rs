//! What two snapshots say together: who is still there, and what changed in between.
//!
//! The range of a change begins on the day after the post was last listed, and ends on the day of the snapshot that
//! shows it otherwise.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf;
use tenure_domain::wire::{Refusal, Submission};

use super::death::{DIED, Death, Deaths, When, told_by};
use super::listed::{Extent, Listed};
use super::names::{LastName, Names};
use super::page::{Label, Post};
use super::past::in_company;
use super::seat::{Change, Goes, Silence, pair};
use super::{Absent, Settings};
use crate::Place;
use crate::adapter::settings::StatementRef;

/// What snapshots have told so far.
#[derive(Debug, Default)]
pub(super) struct ListedSoFar {
    held: Vec<ListedPost>,
    /// The day of the last complete snapshot: who was not listed by then was not there.
    whole_on: Option<Day>,
    /// The deaths that they told of.
    deaths: Deaths,
    /// What they called units and people that have ids.
    names: Names,
}

impl ListedSoFar {
    /// Before the first snapshot, with the deaths that earlier ones told of, and the names that they gave.
    pub(super) fn after(deaths: Deaths, names: Names) -> ListedSoFar {
        ListedSoFar { deaths, names, ..ListedSoFar::default() }
    }

    /// How many posts are held, where that rests on a complete snapshot.
    pub(super) fn whole_len(&self) -> Option<usize> {
        self.whole_on.map(|_| self.held.len())
    }
}

#[derive(Clone, Debug)]
struct ListedPost {
    post: Post,
    /// When it was last listed.
    last: Day,
    /// When it was first listed, of a post that no complete snapshot has listed yet.
    begun: Option<Day>,
}

/// An event that a snapshot comes to, or why something cannot be said.
pub(super) struct SnapshotEvent {
    pub(super) event: Result<Value, Refusal>,
    /// The place of the entry; none for a person who is no longer listed.
    pub(super) place: Option<Place>,
    pub(super) input: String,
}

impl SnapshotEvent {
    /// Whether it says that a death is none.
    pub(super) fn takes_a_death_back(&self) -> bool {
        self.event.as_ref().is_ok_and(|event| event["type"] == "EventRetracted")
    }
}

/// The id that an event has in the ledger; none where it is no event.
pub(super) fn id_of(event: &Value) -> Option<String> {
    Submission::made(event.into(), None).ok().map(|event| event.id.to_string())
}

/// What a snapshot says after what is known, and what is known by it.
pub(super) fn compare(
    settings: &Settings,
    mut known: ListedSoFar,
    listed: &Listed,
) -> (Vec<SnapshotEvent>, ListedSoFar) {
    let (deaths, mut names) = (std::mem::take(&mut known.deaths), std::mem::take(&mut known.names));
    let known = &known;
    let day = listed.at.day();
    let mut people: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (i, held) in known.held.iter().enumerate() {
        people.entry(&held.post.person.key).or_default().0.push(i);
    }
    for (i, post) in listed.posts.iter().enumerate() {
        people.entry(&post.person.key).or_default().1.push(i);
    }
    let mut goes = vec![Goes::New; listed.posts.len()];
    for (old, new) in people.values() {
        let before: Vec<(usize, &Post)> = old.iter().map(|old| (*old, &known.held[*old].post)).collect();
        pair(&before, listed, new, &mut goes);
    }
    let gives_lines = listed.says(|post| post.manager.is_some());
    let writer = Writer { settings, at: listed.at, extent: listed.extent };
    let mut told = renamed(&writer, &mut names, listed);
    let (mut deaths, back) = lives(&writer, deaths, listed, &mut told);
    for (post, goes) in listed.posts.iter().zip(&goes).filter(|(post, _)| listed.is_living(post)) {
        let before = goes.from().map(|old| &known.held[old]);
        // No event says that a post has a title, or a unit, no more: that one ends, and this one begins after it.
        let not_before = || {
            let old = people.get(&*post.person.key).map_or(&[][..], |(old, _)| old.as_slice());
            let said_more = old.iter().map(|old| &known.held[*old]).filter(|held| post.says_less(&held.post));
            known.whole_on.max(said_more.map(|held| held.last).filter(|_| listed.is_whole()).max())
        };
        // Of who was taken for dead it is not known that a post is new.
        let is_new = before.is_none() && !back.contains(&*post.person.key);
        let from = if is_new { not_before() } else { None };
        told.push(SnapshotEvent {
            event: Ok(sighting(settings, listed.at, listed.extent, post, from)),
            place: Some(post.place()),
            input: post.input.clone(),
        });
        let Some(held) = before else { continue };
        let between = between(held.last, day);
        let mut say = |event: Map<String, Value>| {
            told.push(SnapshotEvent { event: Ok(event.into()), place: Some(post.place()), input: post.input.clone() });
        };
        match goes {
            Goes::New | Goes::On(_) => {}
            Goes::Retitled(_) => say(writer.retitled(&held.post, post, &between)),
            Goes::Moved(_) => say(writer.moved(&held.post, post, &between)),
        }
        let keys = (held.post.manager.as_ref().map(|who| &who.key), post.manager.as_ref().map(|who| &who.key));
        let line_changed = match keys {
            (Some(before), Some(now)) => before != now,
            // A page that shows lines and shows none here has none here.
            (Some(_), None) => gives_lines,
            // The first manager that a page shows is no change that it tells.
            (None, _) => false,
        };
        if line_changed && !matches!(goes, Goes::Moved(_)) {
            say(writer.managed(&held.post, post, &between));
        }
    }
    for (person, (old, _)) in people.iter().filter(|(person, _)| listed.dead.contains(**person)) {
        told.extend(ended_by_death(&writer, known, old, (person, &mut deaths)));
    }
    if listed.is_whole() {
        for (_, (old, new)) in people.iter().filter(|(person, _)| !listed.dead.contains(**person)) {
            let mut gone: Vec<usize> =
                old.iter().copied().filter(|old| new.iter().all(|new| goes[*new].from() != Some(*old))).collect();
            let still: Vec<usize> = old.iter().copied().filter(|old| !gone.contains(old)).collect();
            told.extend(changed_unseen(&writer, known, &mut gone, &still));
            let has_begun = new.iter().any(|new| goes[*new] == Goes::New);
            told.extend(endings(&writer, known, &Others { still, has_begun }, &gone, new.is_empty(), day));
        }
    }
    (told, ListedSoFar { deaths, names, ..after(known, listed, &goes) })
}

/// Units and people that keep their id under another name, each once. What the entries of the dead show the log does not have.
fn renamed(writer: &Writer<'_>, names: &mut Names, listed: &Listed) -> Vec<SnapshotEvent> {
    let day = listed.at.day();
    let mut told = Vec::new();
    for post in listed.posts.iter().filter(|post| listed.is_living(post)) {
        let unit = post.unit.as_ref().and_then(|unit| Some(writer.renamed(names.unit_before(unit)?, unit)));
        let person = names.person_before(post).map(|before| writer.called(before, post));
        for event in unit.into_iter().chain(person) {
            told.push(SnapshotEvent { event: Ok(event.into()), place: Some(post.place()), input: post.input.clone() });
        }
        names.note(post, day);
    }
    told
}

/// The deaths that a snapshot tells of, each once, and those that it takes back by how it lists the person. Which deaths
/// stand then, and who was dead and is not any more.
fn lives<'l>(
    writer: &Writer<'_>,
    mut deaths: Deaths,
    listed: &'l Listed,
    told: &mut Vec<SnapshotEvent>,
) -> (Deaths, BTreeSet<&'l str>) {
    let mut now: BTreeMap<&str, Vec<Death>> = BTreeMap::new();
    for (person, death) in &listed.deaths {
        now.entry(person).or_default().push(death.clone());
    }
    let mut said = BTreeSet::new();
    for post in &listed.posts {
        let of = now.entry(&post.person.key).or_default();
        let Some(died) = post.died.as_ref().filter(|_| said.insert(&*post.person.key)) else { continue };
        let entry = format!("death of {}{}", post.person.label(), in_company(writer.settings));
        let mut event = writer.begun("PersonDied", &entry, post);
        event.remove("company");
        let died = told_by(died, writer.at.day());
        event.insert("effective".to_owned(), died.as_str().into());
        let event = Value::from(event);
        of.extend(id_of(&event).map(|event| Death { event, when: When::On(died) }));
        told.push(SnapshotEvent { event: Ok(event), place: Some(post.place()), input: post.input.clone() });
    }
    let mut back = BTreeSet::new();
    for (person, now) in now {
        for gone in deaths.taken_back(person, &now) {
            let event = writer.alive(person, &gone);
            told.push(SnapshotEvent { event: Ok(event.into()), place: None, input: String::new() });
            back.insert(person);
        }
        for death in now {
            deaths.note(person, death);
        }
    }
    (deaths, back)
}

/// What ends with a death of which a snapshot tells, by its dates. A post that may have been listed after it is not ended by
/// the death alone: the page that listed it is believed.
fn ended_by_death(
    writer: &Writer<'_>,
    known: &ListedSoFar,
    old: &[usize],
    (person, deaths): (&str, &mut Deaths),
) -> Vec<SnapshotEvent> {
    let Some(last) = old.iter().map(|old| known.held[*old].last).max() else { return Vec::new() };
    let died = deaths.dates(person);
    if died.iter().all(|died| died.earliest().is_some_and(|died| last < died)) {
        return Vec::new();
    }
    let by = died.iter().filter_map(|died| died.latest()).filter(|died| last < *died).fold(writer.at.day(), Day::min);
    let others = Others { still: Vec::new(), has_begun: false };
    let mut told = endings(writer, known, &others, old, true, by);
    for event in told.iter_mut().filter_map(|told| told.event.as_mut().ok()) {
        event["reason"] = DIED.into();
        if let Some(event) = id_of(event) {
            deaths.note(person, Death { event, when: When::Ended });
        }
    }
    told
}

/// What is known once a snapshot is read.
fn after(known: &ListedSoFar, listed: &Listed, goes: &[Goes]) -> ListedSoFar {
    let last = listed.at.day();
    let living = |post: &Post| !listed.dead.contains(&post.person.key);
    let entries = listed.posts.iter().zip(goes).filter(|(post, _)| living(post));
    let mut held: Vec<ListedPost> = entries
        .map(|(post, goes)| match goes {
            Goes::New => ListedPost { post: post.clone(), last, begun: Some(last) },
            // What a snapshot does not say is as it was.
            Goes::On(old) => {
                ListedPost { post: listed.carried(post, &known.held[*old].post), last, begun: known.held[*old].begun }
            }
            Goes::Retitled(old) => ListedPost { post: listed.carried(post, &known.held[*old].post), last, begun: None },
            Goes::Moved(_) => ListedPost { post: post.clone(), last, begun: None },
        })
        .collect();
    if listed.is_whole() {
        for held in &mut held {
            held.begun = None;
        }
        return ListedSoFar { held, whole_on: Some(last), ..ListedSoFar::default() };
    }
    let on: BTreeSet<usize> = goes.iter().filter_map(|goes| goes.from()).collect();
    let others = known.held.iter().enumerate().filter(|(old, held)| !on.contains(old) && living(&held.post));
    held.extend(others.map(|(_, held)| held.clone()));
    ListedSoFar { held, whole_on: known.whole_on, ..ListedSoFar::default() }
}

/// Changes between a post that is gone and one that came while snapshots were incomplete: which of the two it was, a second
/// post or a change, the complete snapshot tells.
fn changed_unseen(
    writer: &Writer<'_>,
    known: &ListedSoFar,
    gone: &mut Vec<usize>,
    still: &[usize],
) -> Option<SnapshotEvent> {
    let [from] = gone[..] else { return None };
    let came: Vec<usize> = still.iter().copied().filter(|one| known.held[*one].begun.is_some()).collect();
    let [to] = came[..] else { return None };
    let (before, after) = (&known.held[from], &known.held[to]);
    let begun = after.begun.filter(|begun| before.last < *begun)?;
    if before.post.entry.is_some() && before.post.entry != after.post.entry {
        return None;
    }
    let others: Vec<&Post> = still.iter().filter(|one| **one != to).map(|one| &known.held[*one].post).collect();
    let change = Change::between(&before.post, &after.post, &others, &others, Silence::default())?;
    // In the same range as the post that came, and so before it: the post then is what the change made.
    let between = between(known.whole_on.unwrap_or(before.last), begun);
    let event = match change {
        Change::Title => writer.retitled(&before.post, &after.post, &between),
        Change::Unit => writer.moved(&before.post, &after.post, &between),
    };
    gone.clear();
    Some(SnapshotEvent { event: Ok(event.into()), place: None, input: String::new() })
}

/// What a person's posts that are gone must be told from.
struct Others {
    /// The posts known before that are still listed.
    still: Vec<usize>,
    /// Whether posts are listed that were not known before.
    has_begun: bool,
}

/// What a complete snapshot ends by not listing it.
fn endings(
    writer: &Writer<'_>,
    known: &ListedSoFar,
    others: &Others,
    gone: &[usize],
    absent: bool,
    day: Day,
) -> Vec<SnapshotEvent> {
    let say = |event: Map<String, Value>| SnapshotEvent { event: Ok(event.into()), place: None, input: String::new() };
    if absent && writer.settings.absent == Absent::Left {
        let last = gone.iter().map(|old| known.held[*old].last).max();
        // The order in which the posts are known differs between a page and the log.
        let person = gone.iter().map(|old| &known.held[*old].post).min_by_key(|post| called(post));
        return last.zip(person).map(|(last, post)| say(writer.left(post, &between(last, day)))).into_iter().collect();
    }
    let post = |one: usize| &known.held[one].post;
    let is_told_apart = |one: usize| !others.still.iter().any(|other| post(one).says_less(post(*other)));
    let mut told = Vec::new();
    for &one in gone {
        let held = &known.held[one];
        let covers = |other: usize| {
            let says_less = post(other).says_less(post(one)) && (other < one || !post(one).says_less(post(other)));
            other != one && says_less && is_told_apart(other)
        };
        if gone.iter().any(|other| covers(*other)) {
            // The end of the other ends this too.
            continue;
        }
        if !is_told_apart(one) {
            let input = label(&held.post);
            told.push(SnapshotEvent {
                event: Err(Refusal {
                    reason: format!("`{input}` is no longer listed, but cannot be told from another post still held"),
                    hint: "give its end as an event of its own; entries with units and titles can be told apart"
                        .to_owned(),
                }),
                place: None,
                input,
            });
            continue;
        }
        // What begins may have begun before this was last listed. Of one range, endings go first, and no end takes what begins.
        let last = known.whole_on.filter(|_| others.has_begun).unwrap_or(held.last);
        told.push(say(writer.relieved(&held.post, &between(last, day))));
    }
    told
}

/// The days between the last listing and the snapshot that shows it otherwise.
fn between(last: Day, day: Day) -> String {
    range(last.next().min(day), day)
}

fn range(earliest: Day, latest: Day) -> String {
    let bounds = Bounds::new(Some(earliest), Some(latest)).unwrap_or(Bounds::on(latest));
    edtf::shortest(bounds)
}

/// A post in a few words.
fn label(post: &Post) -> String {
    let labels = [&post.unit, &post.title].into_iter().flatten().map(|label| label.text.as_str());
    std::iter::once(post.person.label()).chain(labels).collect::<Vec<_>>().join(", ")
}

/// What the title of a source calls the post.
fn called(post: &Post) -> String {
    match &post.entry {
        Some(entry) => format!("entry {entry}"),
        None => format!("post {}", label(post)),
    }
}

/// That a post was listed; `not_before` is the day of a complete snapshot that did not list it.
pub(super) fn sighting(
    settings: &Settings,
    at: Instant,
    extent: Extent,
    post: &Post,
    not_before: Option<Day>,
) -> Value {
    let writer = Writer { settings, at, extent };
    let mut event = writer.begun("HeldPost", &called(post), post);
    describe(&mut event, post);
    if let Some(unit) = &post.unit {
        event.insert("unit".to_owned(), unit.reference());
    }
    let day = at.day();
    if let Some(before) = not_before {
        event.insert("from".to_owned(), between(before, day).into());
    }
    event.insert("seen".to_owned(), day.to_string().into());
    event.into()
}

/// Title, manager, lead and acting of a post that opens.
fn describe(event: &mut Map<String, Value>, post: &Post) {
    let mut put = |field: &str, value: Option<Value>| {
        if let Some(value) = value {
            event.insert(field.to_owned(), value);
        }
    };
    put("title", post.title.as_ref().map(|title| title.text.as_str().into()));
    put("reports_to", post.manager.as_ref().map(super::page::Who::reference));
    put("lead", post.lead.then_some(true.into()));
    put("acting", post.acting.then_some(true.into()));
}

/// Writes the events of one snapshot.
struct Writer<'w> {
    settings: &'w Settings,
    at: Instant,
    extent: Extent,
}

impl Writer<'_> {
    /// An event about the person of a post. The title of its source tells the snapshot and the entry, by which another
    /// run finds it. It is no `key` of the source: of two events with one key the greater would count, and not the one
    /// that another reading of the snapshots leaves.
    fn begun(&self, event_type: &str, entry: &str, post: &Post) -> Map<String, Value> {
        let mut event = self.titled(event_type, entry);
        event.insert("person".to_owned(), post.person.reference());
        event.insert("company".to_owned(), self.settings.company.clone());
        event
    }

    fn titled(&self, event_type: &str, entry: &str) -> Map<String, Value> {
        let title = format!("{}, {}, {}, {entry}", self.settings.roster, self.at, self.extent.word());
        let mut event = self.settings.source.event(event_type, StatementRef::Title(&title), None);
        event.insert("reported_at".to_owned(), self.at.to_string().into());
        event
    }

    /// That a death which an earlier snapshot told of is none.
    fn alive(&self, person: &str, death: &Death) -> Map<String, Value> {
        let mut event = self.titled("EventRetracted", &format!("life of {person}{}", in_company(self.settings)));
        event.insert("event".to_owned(), death.event.as_str().into());
        event.insert("reason".to_owned(), "a later snapshot lists the person, and not as having died then".into());
        event
    }

    /// That a unit has another name; it is about no person.
    fn renamed(&self, before: &LastName, unit: &Label) -> Map<String, Value> {
        let id = unit.id.as_deref().unwrap_or(&unit.text);
        let mut event = self.titled("UnitRenamed", &format!("unit {id}"));
        event.insert("unit".to_owned(), Label::with_id(id.to_owned(), &before.name).reference());
        event.insert("company".to_owned(), self.settings.company.clone());
        event.insert("name".to_owned(), unit.text.as_str().into());
        event.insert("effective".to_owned(), between(before.last, self.at.day()).into());
        event
    }

    /// That a person has another name.
    fn called(&self, before: &LastName, post: &Post) -> Map<String, Value> {
        let mut event = self.begun("PersonDescribed", &format!("person {}", post.person.label()), post);
        let from = between(before.last, self.at.day());
        event.insert("names".to_owned(), json!([{"text": post.person.name, "from": from}]));
        event
    }

    fn retitled(&self, before: &Post, post: &Post, between: &str) -> Map<String, Value> {
        let mut event = self.begun("ChangedTitle", &called(post), post);
        let mut put = |field: &str, value: Option<Value>| {
            if let Some(value) = value {
                event.insert(field.to_owned(), value);
            }
        };
        put("unit", post.unit.as_ref().map(Label::reference));
        put("from_title", before.title.as_ref().map(|title| title.text.as_str().into()));
        put("to_title", post.title.as_ref().map(|title| title.text.as_str().into()));
        put("lead", (before.lead != post.lead).then_some(post.lead.into()));
        put("acting", post.acting.then_some(true.into()));
        put("effective", Some(between.into()));
        event
    }

    fn moved(&self, before: &Post, post: &Post, between: &str) -> Map<String, Value> {
        let mut event = self.begun("TransferredUnit", &called(post), post);
        if let Some(unit) = &before.unit {
            event.insert("from_unit".to_owned(), unit.reference());
        }
        if let Some(unit) = &post.unit {
            event.insert("to_unit".to_owned(), unit.reference());
        }
        describe(&mut event, post);
        event.insert("effective".to_owned(), between.into());
        event
    }

    fn managed(&self, before: &Post, post: &Post, between: &str) -> Map<String, Value> {
        let mut event = self.begun("ChangedManager", &called(post), post);
        let unit = post.unit.as_ref().or(before.unit.as_ref());
        let title = post.title.as_ref().or(before.title.as_ref());
        for (field, label) in [("unit", unit), ("title", title)] {
            if let Some(label) = label {
                event.insert(field.to_owned(), label.reference());
            }
        }
        let manager = post.manager.as_ref().map_or(json!(null), super::page::Who::reference);
        event.insert("reports_to".to_owned(), manager);
        event.insert("effective".to_owned(), between.into());
        event
    }

    fn relieved(&self, before: &Post, between: &str) -> Map<String, Value> {
        let mut event = self.begun("RelievedOfPost", &called(before), before);
        for (field, label) in [("unit", &before.unit), ("title", &before.title)] {
            if let Some(label) = label {
                event.insert(field.to_owned(), label.reference());
            }
        }
        event.insert("effective".to_owned(), between.into());
        event
    }

    fn left(&self, before: &Post, between: &str) -> Map<String, Value> {
        let mut event = self.begun("LeftCompany", &called(before), before);
        event.insert("effective".to_owned(), between.into());
        event
    }
}
