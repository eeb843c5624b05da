//! Random ledgers about one person. They keep to what ingest accepts; everything in them is drawn from small pools
//! that collide, so that rules meet.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Instant;
use tenure_domain::edtf::VagueDate;
use tenure_domain::event::{Concurrency, Confidence, Employment, PersonFact, Post};
use tenure_domain::name::Name;
use tenure_domain::statement::{PersonNo, Statement, StatementFact, UnitNo};

use super::ledgers::{Ledger, date, instant, name, person, place};

/// Dates that collide: days of five days on both sides of the end of a month, that month and its neighbours, years.
fn dates() -> impl Strategy<Value = &'static str> {
    let days = select(vec!["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"]);
    let months = select(vec!["2024-01", "2024-02", "2024-02", "2024-03", "2024-03", "2024-04", "2024-11"]);
    let years = select(vec!["2023", "2024", "2024", "2025"]);
    let until = select(vec!["[..2024-02-27]", "[..2024-02-29]", "[..2024-03-02]", "[..2024]"]);
    let since = select(vec!["[2023..]", "[2024-02-28..]", "[2024-03-01..]", "[2024-11..]"]);
    let between =
        select(vec!["[2024-02-27..2024-03-01]", "[2024-02-28..2024-03]", "[2023..2024-02]", "[2024-03-01..2025]"]);
    prop_oneof![8 => days, 4 => months, 2 => years, 2 => until, 1 => since, 2 => between]
}

/// When something was seen: mostly a day, at times a month, a year or a range.
fn sightings() -> impl Strategy<Value = VagueDate> {
    let days = select(vec!["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02", "2024-04-15"]);
    let vague =
        select(vec!["2024-02", "2024-03", "2024", "[..2024-02-29]", "[2024-03-01..]", "[2024-02-28..2024-03-01]"]);
    prop_oneof![3 => days, 1 => vague].prop_map(date)
}

/// Why a post ended.
fn reasons() -> impl Strategy<Value = Option<Arc<str>>> {
    prop::option::weighted(0.5, select(vec!["resigned", "retired"]).prop_map(Arc::from))
}

/// The source's own names of its statements: few, so that rows of one register meet.
fn keys(of_all: f64) -> impl Strategy<Value = Option<Arc<str>>> {
    prop::option::weighted(of_all, select(vec!["r1", "r2", "r3"]).prop_map(Arc::from))
}

fn reported() -> impl Strategy<Value = Instant> {
    let instants = vec![
        "2024-02-28",
        "2024-02-29",
        "2024-03-01T08:00:00Z",
        "2024-03-01T20:00:00Z",
        "2024-03-02",
        "2024-04-15",
        "2025-01-10",
    ];
    select(instants).prop_map(instant)
}

fn companies() -> impl Strategy<Value = UnitNo> {
    prop_oneof![5 => Just(place("Acme")), 1 => Just(place("Borealis"))]
}

fn units() -> impl Strategy<Value = UnitNo> {
    select(vec![place("Search"), place("Lab"), place("Ads")])
}

fn titles() -> impl Strategy<Value = Name> {
    prop_oneof![4 => Just(name("Head")), 4 => Just(name("Engineer")), 1 => Just(name("HEAD"))]
}

fn employments() -> impl Strategy<Value = Option<Employment>> {
    prop_oneof![
        16 => Just(None),
        2 => Just(Some(Employment::Employee)),
        1 => Just(Some(Employment::Board)),
        1 => Just(Some(Employment::Advisor)),
        1 => Just(Some(Employment::Contractor)),
    ]
}

fn managers() -> impl Strategy<Value = PersonNo> {
    select(vec![person("Bo"), person("Cy")])
}

fn rarely() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.12)
}

fn sometimes() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.25)
}

fn concurrency() -> impl Strategy<Value = Concurrency> {
    prop_oneof![8 => Just(Concurrency::Exclusive), 1 => Just(Concurrency::Concurrent)]
}

fn posts() -> BoxedStrategy<Post<PersonNo, UnitNo>> {
    (
        prop::option::weighted(0.6, units()),
        prop::option::weighted(0.6, titles()),
        rarely(),
        sometimes(),
        prop::option::weighted(0.1, select(vec!["speech", "search"])),
        prop::option::weighted(0.25, managers()),
        employments(),
    )
        .prop_map(|(unit, title, lead, acting, remit, reports_to, employment)| Post {
            unit,
            title,
            lead,
            acting,
            remit: remit.map(Arc::from),
            reports_to,
            employment,
        })
        .boxed()
}

fn joined() -> impl Strategy<Value = StatementFact> {
    (companies(), posts(), concurrency()).prop_map(|(company, post, concurrency)| {
        StatementFact::Own(PersonFact::JoinedCompany { company, post, concurrency })
    })
}

fn transferred() -> impl Strategy<Value = StatementFact> {
    (companies(), prop::option::weighted(0.6, units()), units(), posts()).prop_map(
        |(company, from_unit, to_unit, post)| {
            // A `from_unit` that is the `to_unit` is refused.
            let from_unit = from_unit.filter(|from| *from != to_unit);
            let post = Post { unit: None, ..post };
            StatementFact::Own(PersonFact::TransferredUnit { company, from_unit, to_unit, post })
        },
    )
}

fn appointed() -> impl Strategy<Value = StatementFact> {
    (companies(), posts()).prop_map(|(company, post)| {
        // It has a title or leads.
        let lead = post.lead || post.title.is_none();
        StatementFact::Own(PersonFact::AppointedToPost { company, post: Post { lead, ..post }, succeeds: None })
    })
}

fn relieved() -> impl Strategy<Value = StatementFact> {
    (companies(), prop::option::of(units()), prop::option::of(titles()), reasons()).prop_map(
        |(company, unit, title, reason)| {
            StatementFact::Own(PersonFact::RelievedOfPost { company, unit, title, reason })
        },
    )
}

fn succeeded() -> impl Strategy<Value = StatementFact> {
    (companies(), prop::option::of(units()), prop::option::weighted(0.7, titles()), sometimes()).prop_map(
        |(company, unit, title, lead)| {
            let lead = lead || title.is_none();
            StatementFact::Succeeded { company, unit, title, lead }
        },
    )
}

fn retitled() -> impl Strategy<Value = StatementFact> {
    let lead = prop::option::weighted(0.2, any::<bool>());
    (companies(), prop::option::of(units()), prop::option::of(titles()), titles(), lead, sometimes()).prop_map(
        |(company, unit, from_title, to_title, lead, acting)| {
            StatementFact::Own(PersonFact::ChangedTitle { company, unit, from_title, to_title, lead, acting })
        },
    )
}

fn new_manager() -> impl Strategy<Value = StatementFact> {
    let manager = prop::option::weighted(0.8, managers());
    (companies(), prop::option::weighted(0.3, units()), prop::option::weighted(0.3, titles()), manager).prop_map(
        |(company, unit, title, reports_to)| {
            StatementFact::Own(PersonFact::ChangedManager { company, unit, title, reports_to })
        },
    )
}

fn held() -> impl Strategy<Value = StatementFact> {
    let from = prop::option::of(dates().prop_map(date));
    let to = prop::option::weighted(0.5, dates().prop_map(date));
    let seen = prop::option::weighted(0.3, sightings());
    (companies(), posts(), from, to, seen, concurrency()).prop_map(|(company, post, from, to, seen, concurrency)| {
        // Refused are a `to` surely before `from`, and a `seen` surely before `from` or surely not before `to`.
        let start = from.as_ref().map_or(Bounds::UNKNOWN, VagueDate::bounds);
        let to = to.filter(|to| !to.bounds().surely_before(start));
        let end = to.as_ref().map_or(Bounds::UNKNOWN, VagueDate::bounds);
        let seen = seen.filter(|seen| {
            let surely_not_before = |end: Bounds| matches!((end.latest(), seen.bounds().earliest()), (Some(end), Some(seen)) if end <= seen);
            !seen.bounds().surely_before(start) && !surely_not_before(end)
        });
        StatementFact::Own(PersonFact::HeldPost { company, post, from, to, seen, concurrency })
    })
}

fn sighting() -> impl Strategy<Value = StatementFact> {
    (companies(), posts(), prop::option::weighted(0.7, sightings()), concurrency()).prop_map(
        |(company, post, seen, concurrency)| {
            StatementFact::Own(PersonFact::HeldPost { company, post, from: None, to: None, seen, concurrency })
        },
    )
}

/// What the statements of a ledger are mostly about.
#[derive(Clone, Copy, Debug)]
enum Subject {
    /// Anything, in several units, of several sources.
    Anything,
    /// One seat, of which several sources tell.
    Seat,
    /// One seat, of which the rows of one register tell.
    Register,
    /// The employ of two companies.
    Employers,
}

fn told(subject: Subject) -> BoxedStrategy<StatementFact> {
    // Joined, left, transferred, appointed, relieved, succeeded, retitled, new manager, held, sighted, died.
    let weights = match subject {
        Subject::Anything => [4, 2, 4, 3, 2, 1, 2, 2, 4, 3, 1],
        Subject::Seat => [3, 2, 2, 4, 2, 3, 3, 2, 4, 3, 1],
        Subject::Register => [1, 1, 1, 4, 1, 1, 1, 1, 14, 2, 1],
        Subject::Employers => [6, 2, 2, 1, 1, 1, 1, 4, 2, 5, 1],
    };
    let left = (companies(), reasons())
        .prop_map(|(company, reason)| StatementFact::Own(PersonFact::LeftCompany { company, reason }));
    // Boxed, for the stack of a test in a debug build is small.
    let kinds = [
        joined().boxed(),
        left.boxed(),
        transferred().boxed(),
        appointed().boxed(),
        relieved().boxed(),
        succeeded().boxed(),
        retitled().boxed(),
        new_manager().boxed(),
        held().boxed(),
        sighting().boxed(),
        Just(StatementFact::Died).boxed(),
    ];
    prop::strategy::Union::new_weighted(weights.into_iter().zip(kinds).collect()).boxed()
}

fn statements(subject: Subject) -> impl Strategy<Value = Statement> {
    let confidence =
        prop_oneof![1 => Just(Confidence::Rumoured), 4 => Just(Confidence::Reported), 1 => Just(Confidence::Confirmed)];
    let effective = prop::option::weighted(0.85, dates()).boxed();
    let (publisher, keys) = match subject {
        Subject::Register => (prop_oneof![1 => Just("News"), 7 => Just("Register")].boxed(), keys(0.9)),
        Subject::Anything | Subject::Seat | Subject::Employers => {
            (select(vec!["News", "Page", "Register"]).boxed(), keys(0.4))
        }
    };
    (told(subject), reported().boxed(), confidence.boxed(), publisher, keys.boxed(), effective).prop_map(
        move |(told, reported_at, confidence, publisher, key, effective)| Statement {
            event: "unnamed".parse().expect("an event id"),
            reported_at,
            confidence,
            publisher: Arc::from(publisher),
            key,
            // A `HeldPost` takes no `effective`.
            effective: effective
                .filter(|_| !matches!(told, StatementFact::Own(PersonFact::HeldPost { .. })))
                .map_or(Bounds::until(Some(reported_at.day())), |edtf| date(edtf).bounds()),
            fact: match subject {
                Subject::Anything => told,
                Subject::Seat | Subject::Register => of_one_seat(told),
                Subject::Employers => of_no_unit(told),
            },
        },
    )
}

/// The same where Acme has but two units and one title.
fn of_one_seat(mut told: StatementFact) -> StatementFact {
    let (ads, lab) = (place("Ads"), place("Lab"));
    let there = |unit: UnitNo| if unit == ads { ads } else { lab };
    let (company, unit) = names(&mut told);
    if let Some(company) = company {
        *company = place("Acme");
    }
    if let Some(unit) = unit {
        *unit = unit.map(there);
    }
    if let StatementFact::Own(PersonFact::TransferredUnit { from_unit, to_unit, .. }) = &mut told {
        *to_unit = there(*to_unit);
        *from_unit = from_unit.filter(|from| from != to_unit);
    }
    if let StatementFact::Own(
        PersonFact::JoinedCompany { post, .. }
        | PersonFact::AppointedToPost { post, .. }
        | PersonFact::HeldPost { post, .. },
    ) = &mut told
    {
        post.title = post.title.take().filter(|title| title.key() == name("Head").key());
        // An appointment has a title or leads.
        post.lead |= post.title.is_none();
    }
    told
}

/// The same where units play no part but in moves.
fn of_no_unit(mut told: StatementFact) -> StatementFact {
    if let (_, Some(unit)) = names(&mut told) {
        *unit = None;
    }
    told
}

/// The company of a statement, and the unit that it may leave out.
fn names(told: &mut StatementFact) -> (Option<&mut UnitNo>, Option<&mut Option<UnitNo>>) {
    match told {
        StatementFact::Own(
            PersonFact::JoinedCompany { company, post, .. }
            | PersonFact::AppointedToPost { company, post, .. }
            | PersonFact::HeldPost { company, post, .. },
        ) => (Some(company), Some(&mut post.unit)),
        StatementFact::Own(PersonFact::LeftCompany { company, .. }) => (Some(company), None),
        StatementFact::Own(PersonFact::TransferredUnit { company, from_unit, .. }) => (Some(company), Some(from_unit)),
        StatementFact::Own(
            PersonFact::RelievedOfPost { company, unit, .. }
            | PersonFact::ChangedTitle { company, unit, .. }
            | PersonFact::ChangedManager { company, unit, .. },
        )
        | StatementFact::Succeeded { company, unit, .. } => (Some(company), Some(unit)),
        StatementFact::Died => (None, None),
    }
}

/// Ledgers of two to nine statements, mostly few.
pub(crate) fn ledgers() -> impl Strategy<Value = Ledger> {
    let about = |subject: Subject| {
        let of = move |most: usize| prop::collection::vec(statements(subject), 2..=most).boxed();
        prop_oneof![1 => of(2), 4 => of(4), 3 => of(9)].boxed()
    };
    let subjects = prop_oneof![
        4 => about(Subject::Anything),
        3 => about(Subject::Seat),
        4 => about(Subject::Register),
        2 => about(Subject::Employers),
    ];
    subjects.prop_map(|mut ledger| {
        for (place, statement) in ledger.iter_mut().enumerate() {
            statement.event = format!("e{}", place + 1).parse().expect("an event id");
        }
        Ledger(ledger)
    })
}

/// A ledger, and the same with its statements in another order and some of them given again.
pub(crate) fn shuffled_ledgers() -> impl Strategy<Value = (Ledger, Ledger)> {
    ledgers().prop_flat_map(|ledger| {
        let again = prop::sample::subsequence(ledger.0.clone(), 0..=ledger.0.len());
        let all = ledger.0.clone();
        let shuffled =
            again.prop_flat_map(move |again| Just([all.clone(), again].concat()).prop_shuffle()).prop_map(Ledger);
        (Just(ledger), shuffled)
    })
}
