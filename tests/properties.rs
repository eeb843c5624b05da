//! The laws of the contract on random ledgers: arrival order and repetition play no part, later events change no older
//! answer, what was known then is what a ledger of then says, the erased are not answered, and snapshots that are kept
//! up event by event say what a fresh fold says.
//!
//! A ledger that breaks a law is printed as events that `tenure ingest -` takes. Each law is tried on a third of the ledgers
//! that it is meant for; where `TENURE_ATTACK_TIMES` is set, on so many times as many as that.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use tenure_answers::{self as answer, Target};
use tenure_domain::archive::Archive;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::erasure::ErasedNames;
use tenure_domain::excerpt::{self, About, Directory, Excerpt, KnownEvent, Leaf, LookedAt, Lookup};
use tenure_domain::mark::Mark;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::reading::{Basis, Reading, withhold};
use tenure_domain::view::{Meant, View};
use tenure_domain::wire::{Submission, read_stored};
use tenure_ledger::answers::{self, FirstStep};
use tenure_ledger::question::{Ask, Question, Terms};
use tenure_ledger::{Answered, Cancellation, LedgerDirectory, SharedLedger};
use tenure_log::{Create, Journal, LostEnd, NewEvent, Patience, identify};
use tenure_projector::{Done, Snapshots, Store};
use tenure_query::changes::{DiffSubject, Point, diff_answer};
use tenure_query::{
    Asked, ChartOrder, ConflictsOf, Direction, GapsAsked, HoldersAsked, Inquiry, MemberFilter, PeopleOrder, Period,
    SubUnits,
};

// Random ledgers ----------------------------------------------------------------------------------------------------

/// Events, in the order in which they arrive.
#[derive(Clone, PartialEq)]
struct Ledger(Vec<Value>);

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|event| write!(f, "\n{event}"))
    }
}

const INSTANTS: [&str; 8] = [
    "2023-12-31T23:59:59Z",
    "2024-02-28",
    "2024-02-29",
    "2024-03-01T08:00:00Z",
    "2024-03-01T20:00:00Z",
    "2024-03-02",
    "2024-04-15",
    "2025-01-10",
];
const DAYS: [&str; 6] = ["2024-02-27", "2024-02-29", "2024-03-01", "2024-03-02", "2024-04-15", "2026-01-01"];

fn one_of(values: Vec<Value>) -> BoxedStrategy<Value> {
    select(values).boxed()
}

/// Or nothing, which is the same as a field that is not there.
fn maybe(weight: f64, strategy: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::option::weighted(weight, strategy).prop_map(|value| value.unwrap_or(Value::Null)).boxed()
}

fn people() -> BoxedStrategy<Value> {
    one_of(vec![
        json!("Ann Lee"),
        json!("Ann Lee"),
        json!({"id": "p/ann", "name": "Ann Lee"}),
        json!({"name": "Ann Lee", "aliases": ["A. Lee"]}),
        json!("A. Lee"),
        json!({"id": "p/ann"}),
        json!({"id": "p/bo", "name": "Bo Ek"}),
        json!("Bo Ek"),
        json!({"id": "p/bo2", "name": "Bo Ek"}),
        json!({"name": "Cy", "identifiers": {"wikidata": "Q1"}}),
        json!({"id": "p/cy", "identifiers": {"wikidata": "Q1"}}),
    ])
}

fn companies() -> BoxedStrategy<Value> {
    one_of(vec![json!("Acme"), json!("Acme"), json!("Acme"), json!({"id": "acme", "name": "Acme"}), json!("Borealis")])
}

fn units() -> BoxedStrategy<Value> {
    one_of(vec![
        json!("Search"),
        json!("Search"),
        json!("Lab"),
        json!("Lab"),
        json!({"id": "u/lab", "name": "Lab"}),
        json!({"id": "u/lab2", "name": "Lab"}),
        json!({"name": "Ads", "aliases": ["Advertising"]}),
        json!("Advertising"),
        json!("Research"),
    ])
}

/// What stands above a unit: another one, or the company by its own name.
fn above() -> BoxedStrategy<Value> {
    prop_oneof![5 => units(), 1 => Just(json!("Acme"))].boxed()
}

fn titles() -> BoxedStrategy<Value> {
    one_of(vec![json!("Head"), json!("Engineer"), json!("HEAD")])
}

fn dates() -> BoxedStrategy<Value> {
    let dates = [
        "2024-02-27",
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
        "2024-03-02",
        "2024-02",
        "2024-03",
        "2024",
        "2023",
        "2025",
        "[..2024-02-29]",
        "[2024-03-01..]",
        "[2024-02-27..2024-03-01]",
        "[2023..2024-02]",
        "202X",
    ];
    one_of(dates.iter().map(|date| json!(date)).collect())
}

fn flag() -> BoxedStrategy<Value> {
    maybe(0.12, Just(json!(true)).boxed())
}

fn ids() -> BoxedStrategy<Value> {
    (1..=14).prop_map(|number| json!(format!("e{number}"))).boxed()
}

/// The fields of an event, those with nothing left out.
fn fields(of: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let (names, strategies): (Vec<_>, Vec<_>) = of.into_iter().unzip();
    strategies
        .prop_map(move |values| {
            let given = names.iter().zip(values).filter(|(_, value)| !value.is_null());
            Value::Object(given.map(|(name, value)| ((*name).to_owned(), value)).collect())
        })
        .boxed()
}

fn with_post(mut of: Vec<(&'static str, BoxedStrategy<Value>)>, unit: bool) -> BoxedStrategy<Value> {
    if unit {
        of.push(("unit", maybe(0.6, units())));
    }
    of.extend([
        ("title", maybe(0.6, titles())),
        ("lead", flag()),
        ("acting", flag()),
        ("remit", maybe(0.1, one_of(vec![json!("speech"), json!("search")]))),
        ("reports_to", maybe(0.25, people())),
        (
            "employment",
            maybe(0.2, one_of(vec![json!("employee"), json!("board"), json!("advisor"), json!("contractor")])),
        ),
    ]);
    fields(of)
}

/// The own fields of an event of some type.
fn facts() -> BoxedStrategy<Value> {
    let the = |name: &'static str| ("type", Just(json!(name)).boxed());
    let person = || ("person", people());
    let company = || ("company", companies());
    let on = || ("effective", maybe(0.8, dates()));
    let of_unit = || [("unit", units()), ("company", maybe(0.9, companies()))];
    let structure = |name, own: Vec<(&'static str, BoxedStrategy<Value>)>| {
        let mut of = vec![the(name), on()];
        of.extend(of_unit());
        of.extend(own);
        fields(of)
    };
    let day = || one_of(DAYS[..5].iter().map(|day| json!(day)).collect());
    let names = || {
        let name = fields(vec![
            ("text", one_of(vec![json!("Ann Ek"), json!("A. Lee"), json!("Lab"), json!("Research")])),
            ("lang", maybe(0.3, Just(json!("en")).boxed())),
            ("from", maybe(0.3, dates())),
            ("to", maybe(0.2, dates())),
        ]);
        prop::collection::vec(name, 1..3).prop_map(Value::Array).boxed()
    };
    let identifiers = || maybe(0.4, one_of(vec![json!({"wikidata": "Q1"}), json!({"wikidata": "Q2"})]));
    prop_oneof![
        4 => with_post(vec![the("JoinedCompany"), person(), company(), on(), ("concurrent", flag())], true),
        3 => fields(vec![the("LeftCompany"), person(), company(), on()]),
        4 => with_post(
            vec![the("TransferredUnit"), person(), company(), on(), ("from_unit", maybe(0.6, units())), ("to_unit", units())],
            false,
        ),
        3 => with_post(
            vec![the("AppointedToPost"), person(), company(), on(), ("succeeds", maybe(0.3, people()))],
            true,
        ),
        2 => fields(vec![
            the("RelievedOfPost"), person(), company(), on(), ("unit", maybe(0.5, units())), ("title", maybe(0.5, titles())),
        ]),
        2 => fields(vec![
            the("ChangedTitle"), person(), company(), on(), ("unit", maybe(0.4, units())),
            ("from_title", maybe(0.5, titles())), ("to_title", titles()), ("acting", flag()),
        ]),
        2 => fields(vec![
            the("ChangedManager"), person(), company(), on(), ("unit", maybe(0.3, units())), ("reports_to", people()),
        ]),
        4 => with_post(
            vec![
                the("HeldPost"), person(), company(), ("from", maybe(0.5, dates())), ("to", maybe(0.4, dates())),
                ("seen", maybe(0.4, day())), ("concurrent", flag()),
            ],
            true,
        ),
        2 => structure(
            "UnitFormed",
            vec![("parent", maybe(0.4, above())), ("kind", maybe(0.3, Just(json!("lab")).boxed()))],
        ),
        2 => structure("UnitRenamed", vec![("name", one_of(vec![json!("Research"), json!("Lab"), json!("Labs")]))]),
        2 => structure("UnitMoved", vec![("parent", above())]),
        2 => structure("UnitMerged", vec![("into", units())]),
        1 => structure("UnitDissolved", vec![]),
        2 => fields(vec![the("PersonDescribed"), person(), ("names", maybe(0.7, names())), ("identifiers", identifiers())]),
        2 => structure(
            "UnitDescribed",
            vec![
                ("names", maybe(0.4, names())), ("identifiers", identifiers()), ("parent", maybe(0.3, above())),
                ("kind", maybe(0.4, Just(json!("team")).boxed())),
            ],
        ),
        2 => fields(vec![the("SamePerson"), person(), ("same_as", people())]),
        1 => structure("SameUnit", vec![("same_as", units()), ("same_as_company", maybe(0.3, companies()))]),
        2 => fields(vec![the("EventRetracted"), ("event", ids())]),
    ]
    .boxed()
}

/// Whether a scraper says when the world learned of an event; else it is when the ledger does.
#[derive(Clone, Copy)]
enum Reported {
    Always,
    Mostly,
}

fn events(reported: Reported) -> BoxedStrategy<Value> {
    let instants = one_of(INSTANTS.iter().map(|instant| json!(instant)).collect());
    let reported = match reported {
        Reported::Always => instants.clone(),
        Reported::Mostly => maybe(0.8, instants.clone()),
    };
    let source = fields(vec![
        ("publisher", one_of(vec![json!("News"), json!("Page"), json!("Register")])),
        ("key", maybe(0.15, one_of(vec![json!("row-1"), json!("row-2")]))),
        ("retrieved_at", maybe(0.2, instants)),
    ]);
    let common = fields(vec![
        ("reported_at", reported),
        ("source", source),
        ("confidence", maybe(0.4, one_of(vec![json!("rumoured"), json!("confirmed")]))),
        ("corrects", maybe(0.1, ids())),
    ]);
    (facts(), common)
        .prop_map(|(mut fact, common)| {
            fact.as_object_mut().unwrap().extend(common.as_object().unwrap().clone());
            fact
        })
        .boxed()
}

/// Ledgers of a few events, numbered; those that ingest refuses are left out.
fn ledgers(reported: Reported) -> BoxedStrategy<Ledger> {
    prop::collection::vec(events(reported), 1..=14)
        .prop_map(|events| {
            let numbered = events.into_iter().zip(1..).map(|(mut event, number)| {
                event["id"] = json!(format!("e{number}"));
                event
            });
            Ledger(numbered.filter(|event| Submission::read(event.to_string().as_bytes()).is_ok()).collect())
        })
        .boxed()
}

// Answers -----------------------------------------------------------------------------------------------------------

/// When the ledger recorded the event at a position.
fn recorded_at(position: usize) -> Instant {
    format!("2025-06-01T00:{:02}:{:02}Z", position / 60, position % 60).parse().unwrap()
}

/// The events in memory, the erased withheld.
fn archive(ledger: &Ledger) -> Archive {
    let mut archive = Archive::new();
    for (event, position) in ledger.0.iter().zip(1..) {
        let stored = Submission::read(event.to_string().as_bytes()).unwrap().json;
        let recorded_at = recorded_at(position);
        archive.push(Seq::new(position as u64), recorded_at, read_stored(&stored, recorded_at).unwrap());
    }
    withhold(&mut archive);
    archive
}

fn no_basis() -> answer::BasisShown {
    answer::BasisShown::default()
}

/// All that can be asked of a view, without positions; by question.
fn answers(view: &dyn View) -> BTreeMap<String, Vec<String>> {
    let mut answers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut tell = |question: String, answer: String| answers.entry(question).or_default().push(answer);
    let text = |answer: &dyn Shown| answer.shown();
    for day in DAYS {
        let at: Day = day.parse().unwrap();
        let inquiry = Inquiry::of(view, at);
        for person in view.people().unwrap() {
            let id = view.who(person).unwrap().id.clone();
            let asked = || Asked::Here(person);
            tell(format!("person {id} --at {day}"), text(&inquiry.person_answer(no_basis(), asked()).unwrap()));
            let reports = inquiry.reports_answer(no_basis(), asked(), Direction::Both);
            tell(format!("reports {id} --at {day}"), text(&reports.expect("a short line")));
            if day == DAYS[5] {
                tell(format!("career {id}"), text(&inquiry.career_answer(no_basis(), asked()).unwrap()));
                let of = Some(ConflictsOf::Person(person));
                tell(format!("conflicts {id}"), text(&inquiry.conflicts_answer(no_basis(), of).unwrap()));
            }
        }
        for unit in view.units().unwrap() {
            let id = view.unit(unit).unwrap().id.clone();
            let asked = || Asked::Here(unit);
            let filter = MemberFilter::default();
            for reach in [SubUnits::Whole, SubUnits::Direct] {
                let who = inquiry.who_answer(no_basis(), asked(), reach, &filter, PeopleOrder::Post, None).unwrap();
                tell(format!("who {id} --at {day} {reach:?}"), text(&who));
            }
            tell(
                format!("org {id} --at {day}"),
                text(&inquiry.org_answer(no_basis(), asked(), ChartOrder::Name).expect("a shallow chart")),
            );
            if day == DAYS[5] {
                let (reach, between, order) = (SubUnits::Whole, Bounds::UNKNOWN, PeopleOrder::Start);
                let wanted = HoldersAsked { reach, filter: &filter, between, order, most: None, gaps: GapsAsked::Yes };
                let holders = inquiry.holders_answer(no_basis(), asked(), &wanted).unwrap();
                tell(format!("holders {id}"), text(&holders));
                let of = Some(ConflictsOf::Unit(unit));
                tell(format!("conflicts {id}"), text(&inquiry.conflicts_answer(no_basis(), of).unwrap()));
            }
        }
        tell(format!("conflicts --at {day}"), text(&inquiry.conflicts_answer(no_basis(), None).unwrap()));
    }
    let at = DAYS[5].parse().unwrap();
    let inquiry = Inquiry { lang: Some("en"), ..Inquiry::of(view, at) };
    let moves = inquiry.moves_answer(no_basis(), None, None, Bounds::UNKNOWN, Some(Period::Month)).unwrap();
    tell("moves --by month".to_owned(), text(&moves));
    for name in ["ann", "bo ek", "lab", "search"] {
        tell(format!("find {name}"), text(&inquiry.find_answer(name, 10).unwrap()));
    }
    // Of several that one id calls, neither is the first.
    for answers in answers.values_mut() {
        answers.sort();
    }
    answers
}

/// JSON of any answer.
trait Shown {
    fn shown(&self) -> String;
}

impl<T: serde::Serialize> Shown for T {
    fn shown(&self) -> String {
        serde_json::to_string(self).unwrap()
    }
}

/// Fails with the first question that two views answer in different ways.
fn same(
    law: &str,
    one: &BTreeMap<String, Vec<String>>,
    other: &BTreeMap<String, Vec<String>>,
) -> Result<(), TestCaseError> {
    for question in one.keys().chain(other.keys()) {
        let (one, other) = (one.get(question), other.get(question));
        if one != other {
            return Err(TestCaseError::fail(format!("{law}\n{question}\n  {one:?}\n  {other:?}\n")));
        }
    }
    Ok(())
}

fn head(ledger: &Ledger) -> BTreeMap<String, Vec<String>> {
    let archive = archive(ledger);
    answers(&Reading::new(&archive, &Basis::default()))
}

/// How many times as often as usual something is tried, at full size.
fn times() -> Option<u32> {
    std::env::var("TENURE_ATTACK_TIMES").ok().and_then(|times| times.parse().ok())
}

fn config(cases: u32) -> Config {
    let cases = times().map_or(cases / 3, |times| cases * times);
    Config { cases, failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() }
}

// The laws ----------------------------------------------------------------------------------------------------------

/// A ledger, and the same with its events in another order and some of them again.
fn shuffled() -> BoxedStrategy<(Ledger, Ledger)> {
    ledgers(Reported::Always)
        .prop_flat_map(|ledger| {
            let again = prop::sample::subsequence(ledger.0.clone(), 0..=ledger.0.len());
            let all = ledger.0.clone();
            let shuffled = again.prop_flat_map(move |again| Just([all.clone(), again].concat()).prop_shuffle());
            (Just(ledger), shuffled.prop_map(Ledger))
        })
        .boxed()
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn any_order_and_any_repetition_converge((ledger, shuffled) in shuffled()) {
        same("another order, another answer", &head(&ledger), &head(&shuffled))?;
    }

    #[test]
    fn later_events_change_no_older_answer(ledger in ledgers(Reported::Mostly), part in 0.0..1.0_f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a few events")]
        let count = (ledger.0.len() as f64 * part) as usize;
        let whole = archive(&ledger);
        let basis = Basis { recorded: Some(Seq::new(count as u64)), ..Basis::default() };
        let then = answers(&Reading::new(&whole, &basis));
        same("an answer of then changed", &head(&Ledger(ledger.0[..count].to_vec())), &then)?;
    }

    #[test]
    fn what_was_known_is_what_a_ledger_of_then_says(ledger in ledgers(Reported::Always), known in select(INSTANTS.to_vec())) {
        let known: Instant = known.parse().unwrap_or_else(|_| Instant::last_of(known.parse().unwrap()));
        let whole = archive(&ledger);
        let basis = Basis { known: Some(known), ..Basis::default() };
        let by_then: Vec<bool> = whole.entries().iter().map(|entry| entry.reported_at <= known).collect();
        let events = ledger.0.iter().zip(by_then).filter(|(_, by_then)| *by_then).map(|(event, _)| event.clone());
        let then = answers(&Reading::new(&whole, &basis));
        same("known then is not what was known then", &head(&Ledger(events.collect())), &then)?;
    }

    #[test]
    fn from_a_point_to_itself_nothing_changed(ledger in ledgers(Reported::Always), day in select(DAYS.to_vec())) {
        let archive = archive(&ledger);
        let view = Reading::new(&archive, &Basis::default());
        let inquiry = Inquiry::of(&view, day.parse().unwrap());
        let people = view.people().into_iter().map(|p| (Target::Person(inquiry.person_shown(p).unwrap()), DiffSubject::Person(Some(p))));
        let units = view.units().into_iter().map(|u| (Target::Unit(inquiry.unit_shown(u).unwrap()), DiffSubject::Unit(Some(u))));
        for (target, of) in people.chain(units) {
            let point = Point { inquiry, of };
            let diff = diff_answer(no_basis(), target, &point, &point, &point).unwrap();
            prop_assert!(diff.happened.is_empty() && diff.learned.is_empty(), "{diff:?}");
        }
    }
}

#[test]
fn a_manager_who_left_two_companies_is_shown_with_the_later_end() {
    let event = |type_: &str, id: &str, person: &str, company: &str, fields: Value| {
        let mut event = json!({"type": type_, "id": id, "person": person, "company": company, "source": "News",
            "reported_at": "2025-01-01"});
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        event
    };
    let reports = |id, person, company| {
        event("JoinedCompany", id, person, company, json!({"effective": "2023", "reports_to": "Cy"}))
    };
    let left = |id, company, day| event("LeftCompany", id, "Cy", company, json!({"effective": day}));
    let mut events = vec![
        reports("e1", "Ann Lee", "Acme"),
        reports("e2", "Bo Ek", "Borealis"),
        left("e3", "Acme", "2024-02-28"),
        left("e4", "Borealis", "2024-02"),
    ];
    for _ in 0..2 {
        let archive = archive(&Ledger(events.clone()));
        let view = Reading::new(&archive, &Basis::default());
        let inquiry = Inquiry::of(&view, "2024-03-02".parse().unwrap());
        let cy = view.people_asked("Cy")[0];
        let answer = inquiry.reports_answer(no_basis(), Asked::Here(cy), Direction::Down).unwrap();
        assert_eq!(answer.person.left.unwrap().edtf, "2024-02");
        events.reverse();
    }
}

/// A ledger in which somebody is erased, who may be in any of its events.
fn with_an_erasure() -> BoxedStrategy<Ledger> {
    let zed = || one_of(vec![json!({"id": "p/zed", "name": "Zed Quill"}), json!({"id": "p/zed"}), json!("Zed Quill")]);
    let someone = select(vec!["person", "reports_to", "succeeds", "same_as"]);
    let event = (events(Reported::Mostly), someone, maybe(0.4, zed())).prop_map(|(mut event, role, zed)| {
        // A unit may be the same as another one, too.
        let of_a_person = event.get("person").is_some();
        // A bare name beside other names would share them with whoever bears these.
        let bare = zed.is_string() && (event["type"] == "PersonDescribed" || event["type"] == "SamePerson");
        if !zed.is_null() && of_a_person && !bare && event.get(role).is_some() {
            event[role] = zed;
        }
        event
    });
    (prop::collection::vec(event, 1..=12), 0..12_usize)
        .prop_map(|(events, place)| {
            let mut numbered: Vec<Value> = events
                .into_iter()
                .zip(1..)
                .map(|(mut event, number)| {
                    event["id"] = json!(format!("e{number}"));
                    event
                })
                .filter(|event| Submission::read(event.to_string().as_bytes()).is_ok())
                .collect();
            let erasure = json!({
                "type": "PersonErased", "id": "erasure", "person": {"id": "p/zed", "name": "Zed Quill"},
                "reported_at": "2025-05-05", "source": "Register",
            });
            numbered.insert(place.min(numbered.len()), erasure);
            Ledger(numbered)
        })
        .boxed()
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn the_erased_are_not_answered_at_any_clock(
        ledger in with_an_erasure(),
        known in prop::option::of(select(INSTANTS.to_vec())),
        recorded in prop::option::of(0..14_u64),
    ) {
        let known = known.map(|known| known.parse().unwrap_or_else(|_| Instant::last_of(known.parse().unwrap())));
        let archive = archive(&ledger);
        let basis = Basis { known, recorded: recorded.map(Seq::new), ..Basis::default() };
        let view = Reading::new(&archive, &basis);
        for (question, answers) in answers(&view) {
            for word in ["Zed Quill", "p/zed", "zedquill"] {
                let told = answers.iter().find(|answer| answer.contains(word));
                prop_assert!(told.is_none() && !question.contains(word), "{question} tells {word}: {told:?}");
            }
        }
        for name in ["Zed Quill", "p/zed", "~zedquill"] {
            let everybody = Reading::of_everybody(&archive, &Basis::default());
            prop_assert!(view.people_asked(name).is_empty() && everybody.people_asked(name).is_empty(), "{name} is known");
        }
    }
}

// Excerpts ----------------------------------------------------------------------------------------------------------

/// A ledger with its directory, to be looked up.
struct Shelf {
    /// By their positions.
    events: Vec<Arc<KnownEvent>>,
    ids: Vec<EventId>,
    directory: Directory,
}

impl Shelf {
    fn of(ledger: &Ledger, archive: &Archive) -> Shelf {
        let read = |(event, position): (&Value, usize)| {
            let submission = Submission::read(event.to_string().as_bytes()).unwrap();
            let recorded_at = recorded_at(position);
            let event = read_stored(&submission.json, recorded_at).unwrap();
            (Arc::new(KnownEvent::of(recorded_at, event)), submission.id)
        };
        let (events, ids) = ledger.0.iter().zip(1..).map(read).unzip();
        Shelf { events, ids, directory: Directory::of(archive) }
    }
}

impl Lookup for Shelf {
    type Error = std::convert::Infallible;

    fn leaf(&self, mark: Mark) -> Result<Option<Leaf>, Self::Error> {
        Ok(self.directory.leaf(mark).cloned())
    }

    fn event(&self, seq: Seq) -> Result<Option<Arc<KnownEvent>>, Self::Error> {
        Ok(self.events.get(usize::try_from(seq.number()).unwrap() - 1).cloned())
    }

    fn position(&self, id: &EventId) -> Result<Option<Seq>, Self::Error> {
        let place = self.ids.iter().position(|known| known == id);
        Ok(place.map(|place| Seq::new(place as u64 + 1)))
    }
}

/// A ledger in which many report to a few, so that an excerpt does not hold every event that names these.
fn with_a_crowd(ledgers: BoxedStrategy<Ledger>) -> BoxedStrategy<Ledger> {
    let clerk = (people(), companies(), select(INSTANTS.to_vec()), any::<bool>());
    (ledgers, prop::collection::vec(clerk, 0..24))
        .prop_map(|(Ledger(mut events), crowd)| {
            for (number, (manager, company, reported_at, is_first)) in crowd.into_iter().enumerate() {
                let event = json!({
                    "type": "JoinedCompany", "id": format!("clerk{number}"), "person": format!("Clerk {number}"),
                    "company": company, "reports_to": manager, "reported_at": reported_at, "source": "Payroll",
                });
                events.insert(if is_first { 0 } else { events.len() }, event);
            }
            Ledger(events)
        })
        .boxed()
}

/// What `tell` tells of an excerpt on a basis, and of everybody in it; none where the whole log is to be read.
fn in_excerpt<T>(
    shelf: &Shelf,
    (text, of): (&str, excerpt::Aspect),
    basis: &Basis,
    erased: &Arc<ErasedNames>,
    tell: impl Fn(&Reading<'_>, &Reading<'_>) -> T,
) -> Option<T> {
    let read = |mut excerpt: Excerpt<'_>| {
        excerpt.archive_mut().erase_names(erased.clone());
        let of_all = Reading::of_everybody(excerpt.archive(), basis);
        let reading = Reading::new(excerpt.archive(), basis);
        let looked_at = LookedAt { all: true, ..LookedAt::default() };
        let lack = excerpt.lacks(&of_all, basis, &looked_at);
        let lack = lack.and(excerpt.lacks(&reading, basis, &looked_at));
        (lack.is_none().then(|| tell(&reading, &of_all)), lack)
    };
    Excerpt::read(shelf, called(text, of), &[basis], usize::MAX, read).ok().flatten()
}

fn called(text: &str, of: excerpt::Aspect) -> About<'_> {
    About::Called { text, of, company: None }
}

/// What is told of a unit that is asked for by a text.
fn told_of_unit(view: &Reading<'_>, text: &str) -> Vec<String> {
    let mut told = Vec::new();
    let filter = MemberFilter::default();
    for day in DAYS {
        let inquiry = Inquiry::of(view, day.parse().unwrap());
        for unit in view.units_asked(text) {
            let asked = || Asked::Here(unit);
            for reach in [SubUnits::Whole, SubUnits::Direct] {
                let who = inquiry.who_answer(no_basis(), asked(), reach, &filter, PeopleOrder::Post, None);
                told.push(who.unwrap().shown());
            }
            told.push(inquiry.org_answer(no_basis(), asked(), ChartOrder::Name).unwrap().shown());
            let (reach, between, order) = (SubUnits::Whole, Bounds::UNKNOWN, PeopleOrder::Start);
            let wanted = HoldersAsked { reach, filter: &filter, between, order, most: None, gaps: GapsAsked::Yes };
            told.push(inquiry.holders_answer(no_basis(), asked(), &wanted).unwrap().shown());
        }
    }
    told
}

/// What is told of a person who is asked for by a text, and which events of the basis name them, as a log lists them.
fn told_of(view: &Reading<'_>, everybody: &Reading<'_>, archive: &Archive, basis: &Basis, text: &str) -> Vec<String> {
    let mut told = Vec::new();
    for day in DAYS {
        let inquiry = Inquiry::of(view, day.parse().unwrap());
        for person in view.people_asked(text) {
            told.push(inquiry.person_answer(no_basis(), Asked::Here(person)).unwrap().shown());
            told.push(inquiry.career_answer(no_basis(), Asked::Here(person)).unwrap().shown());
        }
    }
    for person in everybody.people_asked(text) {
        let about = everybody.seqs_about(&[Meant::Person(person)].into());
        let filter = basis.filter();
        let listed = archive.entries().iter().filter(|entry| about.contains(&entry.seq) && filter.lists(entry));
        let mut seqs: Vec<Seq> = listed.map(|entry| entry.seq).collect();
        seqs.sort();
        told.push(format!("{seqs:?}"));
    }
    told
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn an_excerpt_tells_of_its_people_what_the_ledger_tells(
        ledger in with_a_crowd(prop_oneof![3 => ledgers(Reported::Mostly), 1 => with_an_erasure()].boxed()),
        known in prop::option::weighted(0.6, select(INSTANTS.to_vec())),
        recorded in prop::option::weighted(0.4, 1..40_u64),
    ) {
        let known = known.map(|known| known.parse().unwrap_or_else(|_| Instant::last_of(known.parse().unwrap())));
        let basis = Basis { known, recorded: recorded.map(Seq::new), ..Basis::default() };
        let archive = archive(&ledger);
        let whole = Reading::new(&archive, &basis);
        let everybody = Reading::of_everybody(&archive, &Basis::default());
        let heard = Reading::of_everybody(&archive, &basis);
        let shelf = Shelf::of(&ledger, &archive);
        for person in everybody.people() {
            let who = everybody.who(person);
            let names = who.names.iter().map(|known| known.name.as_str().to_owned());
            for text in names.chain([who.id.to_string()]) {
                let expect = told_of(&whole, &heard, &archive, &basis, &text);
                for of in [excerpt::Aspect::Posts, excerpt::Aspect::Events] {
                    let told = in_excerpt(&shelf, (&text, of), &basis, archive.erased_names(), |reading, of_all| told_of(reading, of_all, &archive, &basis, &text));
                    prop_assert_eq!(told.as_ref().unwrap_or(&expect), &expect, "{}", text);
                }
            }
        }
        for unit in everybody.units() {
            let unit = everybody.unit(unit);
            let names = unit.names.iter().map(|known| known.name.as_str().to_owned());
            for text in names.chain([unit.id.to_string()]) {
                let of = excerpt::Aspect::Members;
                let told = in_excerpt(&shelf, (&text, of), &basis, archive.erased_names(), |reading, _| told_of_unit(reading, &text));
                if let Some(told) = told {
                    prop_assert_eq!(told, told_of_unit(&whole, &text), "{}", text);
                }
            }
        }
    }
}

/// An event that was reported on a day; in the News where it names no source.
fn told_on(day: &str, id: &str, fields: Value) -> Value {
    let mut event = fields;
    event["id"] = id.into();
    event["reported_at"] = day.into();
    if event.get("source").is_none() {
        event["source"] = "News".into();
    }
    event
}

/// Checks that what an excerpt tells of a person is what the ledger tells, or that the excerpt says that it may not be.
fn check_excerpt(events: Vec<Value>, text: &str) {
    let ledger = Ledger(events);
    let archive = archive(&ledger);
    let shelf = Shelf::of(&ledger, &archive);
    let basis = Basis::default();
    let (whole, everybody) = (Reading::new(&archive, &basis), Reading::of_everybody(&archive, &basis));
    let of = excerpt::Aspect::Posts;
    let told = in_excerpt(&shelf, (text, of), &basis, archive.erased_names(), |reading, all| {
        told_of(reading, all, &archive, &basis, text)
    });
    if let Some(told) = told {
        assert_eq!(told, told_of(&whole, &everybody, &archive, &basis, text));
    }
}

#[test]
fn a_name_is_not_decided_by_a_part_of_its_uses() {
    let mut events = Vec::new();
    let mut tell = |event: Value| {
        let mut event = event;
        event["id"] = format!("e{}", events.len()).into();
        event["source"] = "News".into();
        events.push(event);
    };
    let li = json!({"id": "p/two", "name": "Li Wei"});
    for id in ["p/one", "p/two"] {
        tell(json!({"type": "PersonDescribed", "person": {"id": id, "name": "Li Wei"}, "reported_at": "2020-01-01"}));
    }
    // Many are told elsewhere to report to the one; that decides nothing at Acme, where one late event does.
    for n in 0..9 {
        let (person, day) = (format!("Clerk {n}"), format!("2021-01-0{}", n + 1));
        tell(
            json!({"type": "JoinedCompany", "person": person, "company": "Borealis", "reports_to": li, "effective": day,
            "reported_at": day}),
        );
        tell(json!({"type": "JoinedCompany", "person": format!("Cook {n}"), "company": "Acme", "effective": day,
            "reported_at": day}));
    }
    tell(json!({"type": "JoinedCompany", "person": "Bo Ek", "company": "Acme", "reports_to": li,
        "effective": "2022-01-01", "reported_at": "2022-01-01"}));
    tell(json!({"type": "JoinedCompany", "person": "Ann Lee", "company": "Acme", "reports_to": "Li Wei",
        "effective": "2023-01-01", "reported_at": "2023-01-01"}));
    check_excerpt(events, "Ann Lee");
}

#[test]
fn who_is_erased_without_a_name_is_erased_in_an_excerpt() {
    let event = |id: &str, fields: Value| told_on("2021-01-01", id, fields);
    let nameless = json!({"id": "p/nameless"});
    check_excerpt(
        vec![
            event(
                "e0",
                json!({"type": "JoinedCompany", "person": "Ann Lee", "company": "Acme", "reports_to": "Max Oh",
                "effective": "2019-01-01"}),
            ),
            event(
                "e1",
                json!({"type": "AppointedToPost", "person": "Max Oh", "company": "Acme", "title": "Head",
                "effective": "2018-01-01"}),
            ),
            event(
                "e2",
                json!({"type": "AppointedToPost", "person": nameless, "company": "Acme", "title": "Head",
                "succeeds": "Max Oh", "effective": "2020-06-01"}),
            ),
            event("e3", json!({"type": "PersonErased", "person": nameless})),
        ],
        "Ann Lee",
    );
}

// The snapshots -----------------------------------------------------------------------------------------------------

thread_local! {
    /// What [`among_others`] puts into every ledger: as many as were needed so far.
    static OTHERS: RefCell<Vec<Submission>> = const { RefCell::new(Vec::new()) };
}

fn other(number: usize) -> Submission {
    let event = json!({
        "type": "JoinedCompany", "id": format!("other{number}"), "person": format!("Other {number}"),
        "company": "Elsewhere", "effective": "2024", "reported_at": "2024-05-01", "source": "Elsewhere Times",
    });
    Submission::read(event.to_string().as_bytes()).unwrap()
}

/// The ledger in a directory, with others around that have nothing to do with it, so that it is the few of a large log.
fn among_others(ledger: &Ledger) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    let count = (ledger.0.len() * 40).max(1_000);
    let submissions: Vec<Submission> =
        ledger.0.iter().map(|event| Submission::read(event.to_string().as_bytes()).unwrap()).collect();
    OTHERS.with_borrow_mut(|others| {
        others.extend((others.len()..count).map(other));
        let entries: Vec<(NewEvent<'_>, Instant)> = submissions
            .iter()
            .chain(&others[..count])
            .zip(1..)
            .map(|(s, position)| {
                (NewEvent { id: &s.id, fingerprint: s.fingerprint, event: &s.json }, recorded_at(position.min(59)))
            })
            .collect();
        journal.append_copies(&entries).unwrap();
    });
    dir
}

/// What is asked of a text, which may name a person, a unit, a company or an event.
fn asked_of(text: &str) -> Vec<Ask> {
    let of = || text.to_owned();
    let (direct, lead, title, sort, limit) = (false, false, None, None, None);
    vec![
        Ask::Person { person: of() },
        Ask::Career { person: of() },
        Ask::Reports { person: of(), direction: Direction::Both },
        Ask::Who { unit: of(), direct, lead, title, sort, limit },
        Ask::Org { unit: of(), sort: None },
        Ask::Diff { target: of() },
        Ask::Why { of: of() },
        Ask::Conflicts { target: Some(of()) },
        Ask::log_of(text),
        Ask::Log {
            target: None,
            quarantined: false,
            limit: Some(text.len()),
            since: None,
            until: None,
            types: Vec::new(),
        },
    ]
}

fn terms_of_some() -> BoxedStrategy<Terms> {
    let publishers = || prop::collection::vec(select(vec!["News", "page", "Register", "Payroll"]), 0..2);
    let known = prop::option::weighted(0.6, select(INSTANTS.to_vec()));
    let recorded = prop::option::weighted(0.3, 1..40_u64);
    let company = prop::option::weighted(0.3, select(vec!["Acme", "acme", "Borealis", "Elsewhere"]));
    let day = select(DAYS.to_vec());
    (known, recorded, publishers(), publishers(), company, day)
        .prop_map(|(known, recorded, source, not_source, company, at)| {
            let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
            Terms {
                at: at.to_owned(),
                known: known.map(str::to_owned),
                recorded: recorded.map(|recorded| recorded.to_string()),
                source: owned(source),
                not_source: owned(not_source),
                company: company.map(str::to_owned),
                ..Terms::default()
            }
        })
        .boxed()
}

/// What the directory of a ledger finds, and what the whole log says, where both answer.
struct Both {
    of_few: SharedLedger,
    whole: SharedLedger,
    _dir: tempfile::TempDir,
}

impl Both {
    fn of(ledger: &Ledger) -> Both {
        let dir = among_others(ledger);
        let opened = LedgerDirectory::open(dir.path(), Create::Never, LostEnd::Refuse, Patience::default()).unwrap();
        let whole = SharedLedger::new(LedgerDirectory::open_without_snapshots(dir.path(), None).unwrap());
        Both { of_few: SharedLedger::new(opened), whole, _dir: dir }
    }

    /// Both answers; none where the directory does not find one.
    fn answers(&self, question: &Question) -> Option<[String; 2]> {
        let never = Cancellation::default();
        let Ok(FirstStep::Answered(found)) = answers::first_step(&self.of_few, question, &never) else { return None };
        let shown = |answered: &Answered| {
            let remarks = answered.notices.iter().filter(|notice| !format!("{notice:?}").contains("snapshots"));
            format!("{}\n{:?}", serde_json::to_string_pretty(&answered.answer).unwrap(), remarks.collect::<Vec<_>>())
        };
        let whole = answers::answer(&self.whole, question);
        Some([shown(&found), whole.map_or_else(|error| error.to_string(), |answered| shown(&answered))])
    }
}

#[test]
fn what_the_directory_finds_answers_as_the_whole_log() {
    let compared: RefCell<BTreeMap<&'static str, usize>> = RefCell::default();
    let ledgers = with_a_crowd(prop_oneof![3 => ledgers(Reported::Mostly), 1 => with_an_erasure()].boxed());
    // Of each sort one, at full size two.
    let of = |texts: &[&'static str]| prop::sample::subsequence(texts.to_vec(), if times().is_some() { 2 } else { 1 });
    let people = of(&["Ann Lee", "A. Lee", "p/ann", "Bo Ek", "p/bo", "Cy", "Zed Quill"]);
    let units = of(&["Lab", "u/lab", "Search", "Research", "~acme/lab"]);
    let others = of(&["Acme", "acme", "Borealis", "#2", "e3", "clerk1"]);
    let texts = (people, units, others).prop_map(|(people, units, others)| [people, units, others].concat());
    let companies = ["Acme", "acme", "Borealis"];
    let cases = (ledgers, prop::collection::vec(terms_of_some(), 1..3), texts);
    let tried = TestRunner::new(config(96)).run(&cases, |(ledger, terms, texts)| {
        let both = Both::of(&ledger);
        for (text, terms) in texts.iter().flat_map(|text| terms.iter().map(move |terms| (text, terms))) {
            for ask in asked_of(text) {
                let mut terms = terms.clone();
                if let Ask::Diff { .. } = &ask {
                    terms.at = format!("{}..2026-01-01", DAYS[0]);
                }
                let question = Question { ask, terms };
                let Some([found, expect]) = both.answers(&question) else { continue };
                let sort = if matches!(question.ask, Ask::Log { target: None, .. }) {
                    "latest"
                } else if companies.contains(text) {
                    "company"
                } else {
                    question.ask.verb()
                };
                *compared.borrow_mut().entry(sort).or_default() += 1;
                prop_assert_eq!(found, expect, "{}", question.json());
            }
        }
        Ok(())
    });
    let compared = compared.into_inner();
    tried.unwrap_or_else(|error| panic!("{error}"));
    let least = if times().is_some() { 5 } else { 0 };
    for verb in ["person", "career", "reports", "who", "org", "diff", "why", "conflicts", "log", "company", "latest"] {
        assert!(compared.get(verb).is_some_and(|count| *count > least), "{verb}: {compared:?}");
    }
}

/// What an answer looks up beside what is asked for is looked up among all events too.
#[test]
fn what_is_looked_up_beside_is_found_in_an_excerpt() {
    let event = |id: &str, fields: Value| told_on("2024-01-15", id, fields);
    // The id of the unit that stands under the one asked for is a company's too; and the company of another has an id.
    let lab = json!({"id": "u/lab2", "name": "Lab"});
    let ledger = Ledger(vec![
        event("e1", json!({"type": "UnitDescribed", "unit": lab, "source": "News"})),
        event(
            "e2",
            json!({"type": "TransferredUnit", "person": "Ann Lee", "company": "Acme", "to_unit": lab,
            "source": "News"}),
        ),
        event(
            "e3",
            json!({"type": "UnitMoved", "unit": "Lab", "company": "Acme", "parent": "Research", "source": "News"}),
        ),
        event(
            "e4",
            json!({"type": "SameUnit", "unit": "Works", "company": "Borealis", "same_as": "Search",
            "same_as_company": "Acme", "source": "News"}),
        ),
        event(
            "e5",
            json!({"type": "JoinedCompany", "person": "Bo Ek", "company": {"id": "acme", "name": "Acme"},
            "source": "Page"}),
        ),
    ]);
    let both = Both::of(&ledger);
    let of_company =
        Terms { company: Some("Borealis".to_owned()), not_source: vec!["News".to_owned()], ..Terms::default() };
    let at_positions = Terms { recorded: Some("4".to_owned()), ..Terms::default() };
    let who = Question { ask: Ask::who("Search"), terms: Terms { at: "2024-02-27".to_owned(), ..of_company } };
    let at = "2024-01-01..2026-01-01".to_owned();
    let diff = Question { ask: Ask::Diff { target: "Research".to_owned() }, terms: Terms { at, ..at_positions } };
    for question in [who, diff] {
        let [found, whole] = both.answers(&question).expect("the directory finds an answer");
        assert_eq!(found, whole, "{question:?}");
    }
}

/// The log of a company has what corrects an event about it, and names the unit of which that tells as that is called by then.
#[test]
fn what_corrects_an_event_of_a_company_is_named_in_its_log() {
    let event = |id: &str, fields: Value| told_on("2024-01-15", id, fields);
    let mut events = vec![
        event("e1", json!({"type": "UnitRenamed", "unit": "Search", "name": "Research", "source": "News"})),
        event(
            "e2",
            json!({"type": "UnitRenamed", "unit": "Search", "company": "Acme", "name": "Lab", "source": "News"}),
        ),
        event(
            "e3",
            json!({"type": "UnitMoved", "unit": "Search", "company": "Acme", "parent": "Search", "source": "Page",
            "corrects": "e1"}),
        ),
    ];
    let join = json!({"type": "JoinedCompany", "person": "Ann Lee", "company": "Borealis", "source": "News"});
    events.extend((4..40).map(|number| event(&format!("e{number}"), join.clone())));
    let terms = Terms { at: "2026-01-01".to_owned(), ..Terms::default() };
    let question = Question { ask: Ask::log_of("Research"), terms };
    let [found, whole] = Both::of(&Ledger(events)).answers(&question).expect("the directory finds the log");
    assert_eq!(found, whole);
    assert!(whole.contains("\"unit\": \"Lab\""), "{whole}");
}

/// Companies have units of one name: the id that is made of it and of a company leads to the events of that one.
#[test]
fn a_unit_without_an_id_is_found_among_many_of_its_name() {
    let clerk = |number: usize| {
        json!({
            "type": "JoinedCompany", "id": format!("e{number}"), "person": format!("Clerk {number}"),
            "company": format!("Company {}", number / 2), "unit": "Sales", "reported_at": "2023-12-31", "source": "Page",
        })
    };
    let ledger = Ledger((0..80).map(clerk).collect());
    let shelf = Shelf::of(&ledger, &archive(&ledger));
    let basis = Basis::default();
    let text = "~~company7/sales";
    let told = in_excerpt(&shelf, (text, excerpt::Aspect::Members), &basis, &Arc::default(), |reading, of_all| {
        assert_eq!(of_all.people_count(), 2);
        told_of_unit(reading, text)
    });
    let whole = archive(&ledger);
    assert_eq!(told.expect("it is of few events"), told_of_unit(&Reading::new(&whole, &basis), text));
}

/// Whoever is said to be the same as somebody heads that one's reporting line too.
#[test]
fn a_reporting_line_goes_on_from_who_is_the_same() {
    let join = |id: &str, person: Value, manager: Value| json!({"type": "JoinedCompany", "id": id, "person": person, "company": "Acme", "reports_to": manager, "source": "Page"});
    let events = vec![
        join("e1", json!("Cy"), json!({"id": "p/ann"})),
        json!({"type": "SamePerson", "id": "e2", "person": {"id": "p/ann"}, "same_as": {"id": "p/bo"}, "source": "News"}),
        join("e3", json!("Clerk"), json!("Cy")),
        join("e4", json!({"id": "p/bo"}), json!("Di")),
    ];
    let terms = Terms { at: "2026-01-01".to_owned(), not_source: vec!["News".to_owned()], ..Terms::default() };
    let ask = Ask::Reports { person: "p/bo".to_owned(), direction: Direction::Both };
    let question = Question { ask, terms };
    let [found, expect] = Both::of(&Ledger(events)).answers(&question).expect("the directory finds the line");
    assert_eq!(found, expect);
    assert!(expect.contains("Clerk"), "{expect}");
}

/// Structure and identity count whoever says them, also where one publisher's claims alone are asked for.
#[test]
fn what_structure_alone_names_is_named_on_the_basis_of_a_publisher() {
    let clerk = |number: usize| {
        json!({
            "type": "JoinedCompany", "id": format!("clerk{number}"), "person": format!("Clerk {number}"), "company": "Acme",
            "reports_to": "Ann Lee", "reported_at": "2023-12-31", "source": "Payroll",
        })
    };
    let mut events: Vec<Value> = (0..4).map(clerk).collect();
    events.push(json!({"type": "UnitFormed", "id": "e1", "unit": "Search", "parent": "Acme", "source": "Page"}));
    events.push(json!({
        "type": "LeftCompany", "id": "e2", "person": "Ann Lee", "company": {"id": "acme", "name": "Acme"}, "source": "News",
    }));
    let terms = Terms { at: DAYS[0].to_owned(), source: vec!["News".to_owned()], ..Terms::default() };
    let question = Question { ask: Ask::Why { of: "#2".to_owned() }, terms };
    let [found, expect] = Both::of(&Ledger(events)).answers(&question).expect("the directory finds an event");
    assert_eq!(found, expect);
    assert!(expect.contains(r#""company": "Acme""#), "{expect}");
}

/// Holds snapshots into which the events of a ledger came batch by batch against those that are made of all at once.
fn kept_up(ledger: &Ledger, batch: usize) -> Result<(), TestCaseError> {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    let mut kept: Option<Store> = None;
    let (last, mut fresh) = (ledger.0.len().div_ceil(batch).saturating_sub(1), BTreeMap::new());
    for (number, events) in ledger.0.chunks(batch).enumerate() {
        let submissions: Vec<Submission> =
            events.iter().map(|event| Submission::read(event.to_string().as_bytes()).unwrap()).collect();
        let entries: Vec<NewEvent<'_>> =
            submissions.iter().map(|s| NewEvent { id: &s.id, fingerprint: s.fingerprint, event: &s.json }).collect();
        journal.append(&entries, recorded_at(number)).unwrap();
        // What was answered of the state before is at hand for this one, as in a service.
        let change = kept.as_ref().map(|store| store.change(&journal).unwrap());
        let store = match (kept.take(), change) {
            (Some(mut store), Some(Ok(change))) => {
                snapshots.take(&mut store, change).unwrap();
                store
            }
            (store, _) => {
                drop(store);
                snapshots.at_head(&journal).unwrap().0
            }
        };
        let differences = snapshots.compare(&journal, &store).unwrap();
        prop_assert!(differences.is_empty(), "{differences:?}");
        // All answers take longer.
        if times().is_some() || number.is_multiple_of(3) || number == last {
            let loaded = tenure_projector::load(&journal, |_| {}).unwrap();
            fresh = answers(&Reading::new(&loaded.archive, &Basis::default()));
            same("a snapshot is not a fresh fold", &fresh, &answers(&store))?;
        }
        kept = Some(store);
    }
    drop(kept);
    let (store, done) = snapshots.at_head(&journal).unwrap();
    prop_assert!(matches!(done, Done::Nothing), "{done:?}");
    same("what was written is not what was kept", &fresh, &answers(&store))
}

/// A conflict has the ids of units in its words, which change with that of their company.
#[test]
fn a_conflict_names_units_by_the_ids_that_they_have_now() {
    let event = |id: &str, fields: Value| told_on("2024-01-15", id, fields);
    let mut events = vec![
        event("e1", json!({"type": "JoinedCompany", "person": "Ann Lee", "company": "Acme", "unit": "Lab"})),
        event("e2", json!({"type": "UnitDescribed", "unit": {"id": "u/lab2", "name": "Lab"}, "company": "Acme"})),
        event(
            "e3",
            json!({"type": "SameUnit", "unit": {"id": "u/lab", "name": "Lab"}, "company": "Acme",
            "same_as": "Ads"}),
        ),
    ];
    events.extend((0..60).map(|n| {
        event(
            &format!("o{n}"),
            json!({"type": "JoinedCompany", "person": format!("Clerk {n}"),
        "company": format!("Company {n}")}),
        )
    }));
    let named = json!({"id": "acme", "name": "Acme"});
    events.push(event("e4", json!({"type": "JoinedCompany", "person": "Bo Ek", "company": named})));
    // The last event comes to snapshots that have all others.
    let others = events.len() - 1;
    kept_up(&Ledger(events), others).unwrap();
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn snapshots_kept_up_are_a_fresh_fold(
        ledger in with_a_crowd(prop_oneof![3 => ledgers(Reported::Mostly), 1 => with_an_erasure()].boxed()),
        batch in 1..6_usize,
    ) {
        kept_up(&ledger, batch)?;
    }
}
