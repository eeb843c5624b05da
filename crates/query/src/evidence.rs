//! Evidence: which events support a tenure, which say otherwise, and what sources disagree on.

use std::collections::BTreeSet;

use tenure_domain::bounds::{Bounds, Certainty};
use tenure_domain::conflict::{Conflict as Dispute, ConflictKind};
use tenure_domain::day::Instant;
use tenure_domain::edtf::VagueDate;
use tenure_domain::event::{Event, Fact, PersonFact};
use tenure_domain::position::{EventId, Seq};
use tenure_domain::reading::Meant;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::Tenure as Held;
use tenure_domain::wire;

use crate::Inquiry;
use crate::answer::{Basis, Conflict, ConflictsAnswer, Evidence, FindAnswer, Found, WhyAnswer};
use crate::people::{confidence, tenure_id};
use crate::place::{Stint, in_force, subtree};
use crate::spelling::{Spelling, Via};

/// An event as the log keeps it.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its position.
    pub seq: Seq,
    /// When the log recorded it.
    pub recorded_at: Instant,
    /// The event.
    pub event: Event,
}

/// Where events can be looked up by position; none where one may not be answered.
pub trait KnownEvents {
    /// The event at that position of the log.
    fn event(&self, seq: Seq) -> Option<Known>;
}

impl Inquiry<'_> {
    /// The tenure with that id (see the answers), and whose it is.
    pub fn tenure_by_id(&self, id: &str) -> Option<(PersonNo, usize)> {
        let (person, _) = id.rsplit_once('@')?;
        let people = self.view.people_asked(person);
        people.into_iter().find_map(|person| {
            let state = self.view.person(person);
            let found = state.career.tenures.iter().position(|held| tenure_id(&state, held) == id);
            found.map(|tenure| (person, tenure))
        })
    }

    /// The tenure that `why PERSON` is about: the primary post on the day, else the first post, else the last begun.
    pub fn tenure_of(&self, person: PersonNo) -> Option<usize> {
        let state = self.view.person(person);
        let tenures = &state.career.tenures;
        let on_the_day = |i: &usize| in_force(self.view, &Stint::of(&tenures[*i]), self.at);
        let mut posts: Vec<(bool, bool, usize)> = (0..tenures.len())
            .filter_map(|i| {
                let (_, sure) = on_the_day(&i)?;
                Some((sure != Certainty::Certain, !tenures[i].primary, i))
            })
            .collect();
        posts.sort_unstable();
        posts.first().map(|(_, _, i)| *i)
    }

    /// `why`: the evidence of one tenure.
    pub fn why_answer(&self, basis: Basis, tenure: Option<(PersonNo, usize)>, events: &dyn KnownEvents) -> WhyAnswer {
        let Some((person, tenure)) = tenure else {
            let (supports, contradicts, replaced) = (Vec::new(), Vec::new(), Vec::new());
            return WhyAnswer { basis, tenure: None, supports, contradicts, replaced };
        };
        let state = self.view.person(person);
        let held = &state.career.tenures[tenure];
        let told = |id: &EventId| state.evidence.iter().find(|e| e.id == *id);
        let by_id = |id: &EventId| events.event(told(id)?.seq);
        let mut supporting: Vec<Known> = held.supports.iter().filter_map(by_id).collect();
        let inferred = held.end.iter().filter(|end| end.origin.is_inferred()).flat_map(|end| &end.events);
        let mut contradicting: BTreeSet<EventId> = BTreeSet::new();
        for conflict in &state.career.conflicts {
            if conflict.events.iter().any(|e| held.supports.contains(e)) {
                let others = conflict.events.iter().filter(|e| !held.supports.contains(e));
                contradicting.extend(others.cloned());
                let unbelieved = supporting
                    .iter()
                    .filter(|s| conflict.events.contains(&s.event.id) && says_otherwise(conflict, held, &s.event));
                contradicting.extend(unbelieved.map(|s| s.event.id.clone()));
            }
        }
        for cause in inferred {
            contradicting.remove(cause);
        }
        let mut contradicting: Vec<Known> = contradicting.iter().filter_map(by_id).collect();
        let older = held.supports.iter().filter_map(told).flat_map(|e| e.replaces.iter().copied());
        let mut replaced: Vec<Known> = older.filter_map(|seq| events.event(seq)).collect();
        let by_position = |list: &mut Vec<Known>| {
            list.sort_by_key(|known| known.seq);
            list.dedup_by_key(|known| known.seq);
        };
        by_position(&mut supporting);
        by_position(&mut contradicting);
        by_position(&mut replaced);
        WhyAnswer {
            basis,
            tenure: Some(self.tenure_shown(&state, held)),
            supports: supporting.iter().map(evidence).collect(),
            contradicts: contradicting.iter().map(evidence).collect(),
            replaced: replaced.iter().map(evidence).collect(),
        }
    }

    pub(crate) fn conflict_shown(
        &self,
        person: Option<PersonNo>,
        unit: Option<UnitNo>,
        conflict: &Dispute,
    ) -> Conflict {
        Conflict {
            kind: conflict.kind.as_str().to_owned(),
            person: person.map(|p| self.person_shown(p)),
            unit: unit.map(|u| self.unit_shown(u)),
            events: conflict.events.iter().map(ToString::to_string).collect(),
            detail: conflict.detail.clone(),
        }
    }

    /// `conflicts`: of a person, of a unit and what is below it, or of the whole ledger.
    pub fn conflicts_answer(&self, basis: Basis, of: Option<ConflictsOf>) -> ConflictsAnswer {
        let mut found: Vec<Conflict> = Vec::new();
        let units = match of {
            Some(ConflictsOf::Unit(unit)) => Some(subtree(self.view, unit, self.at)),
            Some(ConflictsOf::Person(_)) | None => None,
        };
        let people: BTreeSet<PersonNo> = match (of, &units) {
            (Some(ConflictsOf::Person(person)), _) => BTreeSet::from([person]),
            (_, Some(tree)) => {
                let rosters = tree.sources.iter().map(|unit| self.view.roster(*unit));
                rosters.flat_map(|rows| rows.iter().map(|row| row.person).collect::<Vec<_>>()).collect()
            }
            (_, None) => self.view.people_with_conflicts().into_iter().collect(),
        };
        for person in &people {
            let state = self.view.person(*person);
            found.extend(state.career.conflicts.iter().map(|c| self.conflict_shown(Some(*person), None, c)));
        }
        let outliving: BTreeSet<PersonNo> = match (of, &units) {
            (Some(ConflictsOf::Person(person)), _) => BTreeSet::from([person]),
            (_, Some(tree)) => tree.sources.iter().flat_map(|unit| self.may_outlive(*unit)).collect(),
            (_, None) => self.view.units().into_iter().flat_map(|unit| self.may_outlive(unit)).collect(),
        };
        for person in outliving {
            let conflicts = self.outliving(person);
            found.extend(conflicts.iter().map(|(unit, c)| self.conflict_shown(Some(person), Some(*unit), c)));
        }
        for named in self.view.name_conflicts() {
            let about = named.person.map(Meant::Person).into_iter().chain(named.unit.map(Meant::Unit));
            let mut about = about.chain(named.others.iter().copied());
            let wanted = match (of, &units) {
                (Some(ConflictsOf::Person(person)), _) => about.any(|one| one == Meant::Person(person)),
                (_, Some(tree)) => about.any(|one| match one {
                    Meant::Person(person) => people.contains(&person),
                    Meant::Unit(unit) => tree.sources.contains(&unit),
                }),
                (_, None) => true,
            };
            if wanted {
                found.push(self.conflict_shown(named.person, named.unit, &named.conflict));
            }
        }
        let led: BTreeSet<UnitNo> = match (of, &units) {
            (Some(ConflictsOf::Person(person)), _) => {
                let state = self.view.person(person);
                let led = state.career.tenures.iter().filter(|t| t.lead);
                led.map(|t| t.unit.unwrap_or(t.company)).collect()
            }
            (_, Some(tree)) => tree.sources.clone(),
            (_, None) => self.view.units().into_iter().collect(),
        };
        for unit in led {
            let of_unit = self.view.unit(unit);
            if !matches!(of, Some(ConflictsOf::Person(_))) {
                found.extend(of_unit.conflicts.iter().map(|c| self.conflict_shown(None, Some(unit), c)));
            }
            for (one, other, conflict) in self.two_leads(unit) {
                if let Some(ConflictsOf::Person(person)) = of
                    && one != person
                    && other != person
                {
                    continue;
                }
                found.push(self.conflict_shown(None, Some(unit), &conflict));
            }
        }
        found.sort_by_cached_key(|c| {
            let person = c.person.as_ref().map(|p| p.id.clone());
            (c.kind.clone(), person, c.unit.as_ref().map(|u| u.id.clone()), c.events.clone())
        });
        found.dedup();
        ConflictsAnswer { basis, conflicts: found }
    }

    /// Pairs of people who lead the unit on the same day, both certain and neither acting.
    fn two_leads(&self, unit: UnitNo) -> Vec<(PersonNo, PersonNo, Dispute)> {
        let leads: Vec<_> = self.view.roster(unit).iter().filter(|r| r.lead && !r.acting).copied().collect();
        let mut found = Vec::new();
        for (i, one) in leads.iter().enumerate() {
            for other in &leads[i + 1..] {
                if one.person == other.person {
                    continue;
                }
                // The first day on which both can be certain.
                let Some(day) = one.start.latest().max(other.start.latest()) else { continue };
                let both = [one, other].iter().all(|row| {
                    let there = in_force(self.view, &Stint::row(unit, row), day);
                    there == Some((unit, Certainty::Certain))
                });
                if both {
                    let pair = [one, other];
                    let events = pair.iter().flat_map(|row| {
                        let state = self.view.person(row.person);
                        state.career.tenures[row.tenure as usize].start.events.clone()
                    });
                    let mut shown = pair.map(|row| self.person_shown(row.person));
                    shown.sort_by(|a, b| a.id.cmp(&b.id));
                    let names = shown.map(|person| person.name);
                    let detail = format!("{} and {} both lead from {day} on", names[0], names[1]);
                    let conflict = Dispute::new(ConflictKind::TwoLeads, events.collect(), detail);
                    found.push((one.person, other.person, conflict));
                }
            }
        }
        found
    }

    /// `find`: people and units by any script or spelling, the best first; at most `most`.
    pub fn find_answer(&self, asked: &str, most: usize) -> FindAnswer {
        let mut matches: Vec<Found> = Vec::new();
        for person in self.view.people_asked(asked) {
            let shown = self.person_shown(person);
            matches.push(found("person", shown.id, shown.name, shown.names, 1000, via_exact(asked)));
        }
        for unit in self.view.units_asked(asked) {
            matches.push(self.unit_found(unit, 1000, via_exact(asked)));
        }
        let query = Spelling::of(asked);
        let people: Vec<_> = self.people_spelled().collect();
        for (hit, person) in best(&query, people.iter().map(|(s, _, p)| (s, *p))) {
            let shown = self.person_shown(person);
            matches.push(found("person", shown.id, shown.name, shown.names, hit.0, hit.1));
        }
        let units: Vec<_> = self.units_spelled().collect();
        for (hit, unit) in best(&query, units.iter().map(|(s, _, u)| (s, *u))) {
            matches.push(self.unit_found(unit, hit.0, hit.1));
        }
        matches.sort_by(|a, b| {
            b.score.total_cmp(&a.score).then_with(|| (&a.name, &a.kind, &a.id).cmp(&(&b.name, &b.kind, &b.id)))
        });
        let mut seen = BTreeSet::new();
        matches.retain(|m| seen.insert((m.kind.clone(), m.id.clone())));
        matches.truncate(most);
        FindAnswer { matches }
    }

    fn unit_found(&self, unit: UnitNo, score: u16, via: &'static str) -> Found {
        let state = self.view.unit(unit);
        let names = state.names.iter().map(|n| n.name.as_str().to_owned()).collect();
        found("unit", state.id.to_string(), self.unit_name(&state), names, score, via)
    }
}

/// What `conflicts` is asked of.
#[derive(Clone, Copy, Debug)]
pub enum ConflictsOf {
    /// A person.
    Person(PersonNo),
    /// A unit and what is below it.
    Unit(UnitNo),
}

fn via_exact(asked: &str) -> &'static str {
    if asked.starts_with('~')
        || (asked.parse::<tenure_domain::event::GivenId>().is_ok() && asked.contains(['-', ':', '_', '/']))
    {
        "id"
    } else {
        "name"
    }
}

fn found(kind: &str, id: String, name: String, names: Vec<String>, score: u16, via: &str) -> Found {
    Found { kind: kind.to_owned(), id, name, names, score: f64::from(score) / 1000.0, via: via.to_owned() }
}

/// The best match of each entity.
fn best<'s, N: Ord + Copy>(
    query: &Spelling,
    candidates: impl Iterator<Item = (&'s Spelling, N)>,
) -> Vec<((u16, &'static str), N)> {
    let mut seen = BTreeSet::new();
    let ranked = query.ranked(candidates);
    ranked
        .into_iter()
        .filter(|(_, entity)| seen.insert(*entity))
        .map(|(hit, entity)| {
            let via = match hit.via {
                Via::Name => "name",
                Via::Part => "part",
                Via::Pinyin => "pinyin",
                Via::Transliteration => "transliteration",
                Via::Spelling => "spelling",
            };
            ((hit.score, via), entity)
        })
        .collect()
}

/// Whether an event that supports a tenure states something else than what is believed.
fn says_otherwise(conflict: &Dispute, held: &Held, event: &Event) -> bool {
    let Fact::Person { fact, .. } = &event.fact else { return false };
    match conflict.kind {
        ConflictKind::DateDisagrees => {
            let (start, end): (Option<Bounds>, Option<Bounds>) = if let PersonFact::HeldPost { from, to, .. } = fact {
                (from.as_ref().map(VagueDate::bounds), to.as_ref().map(VagueDate::bounds))
            } else {
                (Some(event.effective_bounds()), Some(event.effective_bounds()))
            };
            let disjoint = |edge: &tenure_domain::tenure::Edge, stated: Option<Bounds>| {
                edge.events.contains(&event.id) && stated.is_some_and(|stated| !stated.overlaps(edge.bounds))
            };
            disjoint(&held.start, start) || held.end.as_ref().is_some_and(|edge| disjoint(edge, end))
        }
        ConflictKind::FieldDisagrees => {
            let title = match fact {
                PersonFact::JoinedCompany { post, .. }
                | PersonFact::TransferredUnit { post, .. }
                | PersonFact::AppointedToPost { post, .. }
                | PersonFact::HeldPost { post, .. } => post.title.as_ref(),
                PersonFact::RelievedOfPost { title, .. } => title.as_ref(),
                PersonFact::LeftCompany { .. }
                | PersonFact::ChangedTitle { .. }
                | PersonFact::ChangedManager { .. } => None,
            };
            matches!((title, &held.title), (Some(a), Some(b)) if a.key() != b.key())
        }
        ConflictKind::ContestedMove
        | ConflictKind::MissingLink
        | ConflictKind::SeenAfterEnd
        | ConflictKind::TwoLeads
        | ConflictKind::TwoEmployers
        | ConflictKind::AfterDeath
        | ConflictKind::OutlivesUnit
        | ConflictKind::SharedIdentifier
        | ConflictKind::AmbiguousName
        | ConflictKind::KeyReused
        | ConflictKind::Cycle => false,
    }
}

/// An event as evidence.
pub fn evidence(known: &Known) -> Evidence {
    let json = wire::write(&known.event);
    let text = |field: &str| json.get(field).and_then(|v| v.as_str()).map(str::to_owned);
    let (to, seen) = (text("to"), text("seen"));
    let stated = text("effective").or_else(|| text("from"));
    let effective = stated.unwrap_or_else(|| {
        let seen = seen.as_ref().and_then(|day| day.parse().ok());
        let ended = to.as_ref().and_then(|date| date.parse::<VagueDate>().ok()).and_then(|date| date.bounds().latest());
        let latest = seen.or(ended).unwrap_or(known.event.reported_at.day());
        tenure_domain::edtf::shortest(Bounds::until(Some(latest)))
    });
    Evidence {
        id: known.event.id.to_string(),
        seq: known.seq.number(),
        recorded_at: known.recorded_at.to_string(),
        event_type: text("type").unwrap_or_default(),
        effective,
        to,
        seen,
        reported_at: known.event.reported_at.to_string(),
        source: json.get("source").cloned().unwrap_or_default(),
        confidence: confidence(known.event.confidence).to_owned(),
    }
}
