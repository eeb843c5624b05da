//! What the ledger has of a roster already.
//!
//! The title of each event's source says of which snapshot it is. Kept are the ids of what was said of the snapshots that are
//! read now, and the posts of those around them: before the first and after the last, as far as to complete ones that give all
//! that any gives.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;
use tenure_domain::day::{Day, Instant};
use tenure_domain::position::Seq;
use tenure_domain::wire::Json;

use super::Settings;
use super::death::{DIED, Death, Deaths, When, is_by};
use super::listed::{Extent, Listed};
use super::names::Names;
use super::page::{Label, List, Post, Who};
use crate::IngestError;
use crate::adapter::history::publisher_of;
use crate::adapter::settings::StatementRef;
use crate::adapter::{Asked, Sink};

/// What the ledger has of a roster.
pub(super) struct Past {
    /// Of each event that was withdrawn, the ids of what withdrew it; these can be withdrawn in their turn.
    withdrawals: BTreeMap<String, Vec<String>>,
    /// The ids of what was said of a snapshot.
    said: BTreeMap<Instant, BTreeSet<String>>,
    /// Snapshots that are not read now.
    others: BTreeMap<Instant, Listed>,
    /// The deaths that any snapshot told of, and the keys of the persons.
    deaths: Vec<(Instant, String, Death)>,
    /// What snapshots before the first that is read called units and people that have ids.
    names: Names,
    /// Of each death that a later snapshot takes back, by which and by which event.
    taken_back: BTreeMap<String, Vec<(Instant, String)>>,
}

/// Of which snapshot and entry an event is.
struct EventOrigin<'p> {
    at: Instant,
    /// When and how the snapshot was taken, as the title has it.
    of: &'p str,
    extent: Extent,
    entry: Option<&'p str>,
}

impl<'p> EventOrigin<'p> {
    fn of(settings: &Settings, event: &'p Json<'_>) -> Option<EventOrigin<'p>> {
        // A death, and that it was none, is about no company: the title says on whose page it stood.
        let is_of_death = event["type"] == "PersonDied" || event["type"] == "EventRetracted";
        let is_here = is_of_death || event["company"] == Json::from(&settings.company);
        if !is_here || !settings.source.is_of(&event["source"]) {
            return None;
        }
        let title = event["source"]["title"].as_str()?.strip_prefix(&*settings.roster)?.strip_prefix(", ")?;
        let mut parts = title.splitn(3, ", ");
        let (at, part, called) = (parts.next()?, parts.next()?, parts.next()?);
        if is_of_death && !called.ends_with(&in_company(settings)) {
            return None;
        }
        let of = &title[..at.len() + ", ".len() + part.len()];
        let (at, extent) = (at.parse().ok()?, Extent::of(part));
        Some(EventOrigin { at, of, extent, entry: called.strip_prefix("entry ") })
    }
}

/// How the title of an event ends that is about no company. As JSON, in which the name of no company ends as another does.
pub(super) fn in_company(settings: &Settings) -> String {
    format!(" in {}", settings.company)
}

/// Fields of posts that a snapshot may give in no entry.
const FIELDS: [&str; 3] = ["unit", "title", "reports_to"];

/// What is known of a snapshot before its events are read.
struct SnapshotOutline {
    whole: bool,
    /// Where the first of its events stands.
    first: Seq,
    /// Which of the fields it gives in some entry.
    gives: BTreeSet<&'static str>,
}

impl SnapshotOutline {
    /// Notes which fields a listing gives, by its text.
    fn note(&mut self, text: &str) {
        if self.gives.len() == FIELDS.len() || !text.contains("\"HeldPost\"") {
            return;
        }
        // The source has a title, too.
        let is_given = |field: &&str| text.matches(&format!("\"{field}\":")).count() > usize::from(*field == "title");
        self.gives.extend(FIELDS.into_iter().filter(is_given));
    }
}

/// The first of these snapshots, and complete, by which complete ones give all of these fields: what one gives in
/// no entry is as it was.
fn settled<'o>(
    snapshots: impl Iterator<Item = (Instant, &'o SnapshotOutline)>,
    fields: &BTreeSet<&'static str>,
) -> Option<Instant> {
    let mut missing = fields.clone();
    for (at, outline) in snapshots.filter(|(_, outline)| outline.whole) {
        missing.retain(|field| !outline.gives.contains(field));
        if missing.is_empty() {
            return Some(at);
        }
    }
    None
}

impl Past {
    pub(super) fn load(
        settings: &Settings,
        given: &BTreeSet<Instant>,
        sink: &mut dyn Sink,
    ) -> Result<Past, IngestError> {
        let mut past = Past {
            withdrawals: BTreeMap::new(),
            said: BTreeMap::new(),
            others: BTreeMap::new(),
            deaths: Vec::new(),
            names: Names::default(),
            taken_back: BTreeMap::new(),
        };
        let instants = past.look(settings, sink)?;
        let Some(first) = given.first() else { return Ok(past) };
        let days: BTreeMap<Day, (Instant, &SnapshotOutline)> =
            instants.iter().map(|(at, outline)| (at.day(), (*at, outline))).collect();
        let fields = instants.values().flat_map(|outline| outline.gives.iter().copied()).collect();
        let before = days.range(..first.day()).rev().map(|(_, of)| *of);
        let begin = settled(before, &fields).unwrap_or(Instant::from_micros(i64::MIN));
        let gives_ids = settings.lists.iter().any(List::gives_ids);
        // What a late snapshot lists, any later one can be judged otherwise by: its share, a death, a name.
        let around = instants.range(begin..).map(|(_, outline)| outline.first);
        let Some(from) = around.min().map(|from| if gives_ids { Seq::ZERO } else { from }) else { return Ok(past) };
        sink.said(Asked::Publisher(settings.source.publisher()), from, &mut |said| {
            let event = said.event();
            let Some(place) = EventOrigin::of(settings, &event) else { return };
            let Some(id) = event["id"].as_str() else { return };
            if gives_ids
                && place.at.day() < first.day()
                && event["type"] == "HeldPost"
                && past.is_live(id)
                && let Some(post) = post(&event, None)
            {
                past.names.note(&post, place.at.day());
            }
            if place.at < begin {
                return;
            }
            past.said.entry(place.at).or_default().insert(id.to_owned());
            if given.contains(&place.at) || !past.is_live(id) {
                return;
            }
            let listed =
                past.others.entry(place.at).or_insert_with(|| Listed { extent: place.extent, ..nobody(place.at) });
            if let Some((person, death)) = death(&event) {
                let has_died = matches!(&death.when, When::On(date) if is_by(date, place.at.day()));
                listed.dead.extend(has_died.then(|| person.clone()));
                listed.deaths.push((person, death));
            } else if event["type"] == "HeldPost"
                && let Some(post) = post(&event, place.entry)
            {
                // What was told of a death is not told again where the snapshot is judged anew.
                listed.extent = place.extent;
                listed.posts.push(post);
            }
        })?;
        Ok(past)
    }

    /// Finds which snapshots there are, and what was withdrawn. A snapshot of a team has hundreds of events: once one of them is
    /// known to be of this roster, of the others only the title is looked at, as it stands in the text.
    fn look(
        &mut self,
        settings: &Settings,
        sink: &mut dyn Sink,
    ) -> Result<BTreeMap<Instant, SnapshotOutline>, IngestError> {
        let series = Value::from(format!("{}, ", settings.roster)).to_string();
        let title = format!("\"title\":{}", series.trim_end_matches('"'));
        let publisher = settings.source.publisher();
        let mut instants: BTreeMap<Instant, SnapshotOutline> = BTreeMap::new();
        // When and how those were taken that are of this roster, as titles have it.
        let mut known: FxHashMap<Box<str>, Instant> = FxHashMap::default();
        let of_death = ["\"PersonDied\"", "\"EventRetracted\"", &format!("\"reason\":\"{DIED}\"")];
        sink.said(Asked::Publisher(publisher), Seq::ZERO, &mut |said| {
            let of = said.text.rsplit_once(&*title).map(|(_, rest)| {
                let end = rest.match_indices(", ").nth(1).map_or(rest.len(), |(at, _)| at);
                &rest[..end]
            });
            let is_of_death = of_death.iter().any(|text| said.text.contains(text));
            if let Some(outline) =
                of.and_then(|of| known.get(of)).and_then(|at| instants.get_mut(at)).filter(|_| !is_of_death)
            {
                outline.note(said.text);
                return;
            }
            if of.is_none() && !is_of_death {
                return;
            }
            let event = said.event();
            let place = EventOrigin::of(settings, &event);
            if event["type"] == "EventRetracted" && place.is_none() {
                if let (Some(target), Some(id)) = (event["event"].as_str(), event["id"].as_str())
                    && publisher_of(&event["source"]) == publisher
                {
                    self.withdrawals.entry(target.to_owned()).or_default().push(id.to_owned());
                }
            } else if let Some(place) = place {
                if let (Some(target), Some(id)) = (event["event"].as_str(), event["id"].as_str()) {
                    self.taken_back.entry(target.to_owned()).or_default().push((place.at, id.to_owned()));
                } else if let Some((person, death)) = death(&event) {
                    self.deaths.push((place.at, person, death));
                }
                known.extend(of.filter(|of| *of == place.of).map(|of| (Box::from(of), place.at)));
                let new = SnapshotOutline { whole: true, first: said.seq, gives: BTreeSet::new() };
                let outline = instants.entry(place.at).or_insert(new);
                outline.whole &= place.extent == Extent::Whole;
                outline.note(said.text);
            }
        })?;
        Ok(instants)
    }

    /// The snapshots that are not read now.
    pub(super) fn others(&self) -> impl Iterator<Item = Instant> {
        self.others.keys().copied()
    }

    /// Takes out one of them.
    pub(super) fn take(&mut self, at: Instant) -> Listed {
        self.others.remove(&at).unwrap_or_else(|| nobody(at))
    }

    /// Takes out what snapshots before the first that is read called units and people that have ids.
    pub(super) fn names(&mut self) -> Names {
        std::mem::take(&mut self.names)
    }

    /// The deaths that stand by what snapshots before that one told of them.
    pub(super) fn deaths_before(&mut self, first: Instant) -> Deaths {
        let mut deaths = Deaths::default();
        let told = std::mem::take(&mut self.deaths).into_iter();
        for (_, person, death) in told.filter(|(at, _, death)| *at < first && self.is_live(&death.event)) {
            let back = self.taken_back.get(&death.event).map_or(&[][..], Vec::as_slice);
            if !back.iter().any(|(at, event)| *at < first && self.is_live(event)) {
                deaths.note(&person, death);
            }
        }
        deaths
    }

    pub(super) fn has(&self, at: Instant, id: &str) -> bool {
        self.said.get(&at).is_some_and(|said| said.contains(id))
    }

    fn is_live(&self, id: &str) -> bool {
        let withdrawals = self.withdrawals.get(id).map_or(&[][..], Vec::as_slice);
        !withdrawals.iter().any(|withdrawal| self.is_live(withdrawal))
    }

    /// What is to be said for an event to count that was withdrawn before.
    pub(super) fn revive(&mut self, settings: &Settings, at: Instant, id: &str) -> Vec<Value> {
        let withdrawals = self.withdrawals.get(id).cloned().unwrap_or_default();
        let live: Vec<String> = withdrawals.into_iter().filter(|withdrawal| self.is_live(withdrawal)).collect();
        live.into_iter().map(|withdrawal| self.withdrawal(settings, at, &withdrawal)).collect()
    }

    /// What is to be said for all to be withdrawn that was said of a snapshot and does not hold any more.
    pub(super) fn withdraw(&mut self, settings: &Settings, at: Instant, wanted: &BTreeSet<String>) -> Vec<Value> {
        let said: Vec<String> = self.said.get(&at).into_iter().flatten().cloned().collect();
        let stale = said.into_iter().filter(|id| !wanted.contains(id));
        let live: Vec<String> = stale.filter(|id| self.is_live(id)).collect();
        live.into_iter().map(|id| self.withdrawal(settings, at, &id)).collect()
    }

    fn withdrawal(&mut self, settings: &Settings, at: Instant, id: &str) -> Value {
        let before = self.withdrawals.get(id).map_or(0, Vec::len);
        let mut event = settings.source.event("EventRetracted", StatementRef::None, None);
        // Known from when on what it withdraws was: no basis ever shows both.
        event.insert("reported_at".to_owned(), at.to_string().into());
        event.insert("event".to_owned(), id.into());
        let again = if before == 0 { String::new() } else { format!(", {} times by now", before + 1) };
        event.insert("reason".to_owned(), format!("the snapshots around {at} were read anew{again}").into());
        event.into()
    }
}

/// A snapshot of which nothing is known.
fn nobody(at: Instant) -> Listed {
    Listed { at, extent: Extent::Part, posts: Vec::new(), dead: BTreeSet::new(), deaths: Vec::new() }
}

/// The death, or the ending by one, that a stored event tells of, and the key of the person.
fn death(event: &Json<'_>) -> Option<(String, Death)> {
    let text = |field: &str| event[field].as_str().map(str::to_owned);
    let is_ending = event["type"] == "LeftCompany" || event["type"] == "RelievedOfPost";
    let when = if event["type"] == "PersonDied" {
        When::On(text("effective")?)
    } else {
        (is_ending && event["reason"] == DIED).then_some(When::Ended)?
    };
    Some((Who::referred(&event["person"])?.key, Death { event: text("id")?, when }))
}

/// The post that a stored event lists.
fn post(event: &Json<'_>, entry: Option<&str>) -> Option<Post> {
    let label = |field: &str| event[field].as_str().map(Label::of);
    Some(Post {
        person: Who::referred(&event["person"])?,
        unit: Label::referred(&event["unit"]),
        title: label("title"),
        manager: Who::referred(&event["reports_to"]),
        lead: event["lead"] == true,
        acting: event["acting"] == true,
        died: None,
        entry: entry.map(ToOwned::to_owned),
        file: Arc::from(""),
        line: 1,
        input: String::new(),
    })
}
