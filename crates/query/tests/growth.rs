//! What answers cost: how often they look at a unit grows with the units, and not with their square.

#[path = "events/archive.rs"]
mod archive;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use archive::archive_of;
use tenure_answers::{BasisShown, Target};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::erasure::ErasedNames;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{NameConflict, PersonState, Persona, RosterRow, UnitState, View, ViewError};
use tenure_query::changes::{DiffSubject, Point, diff_answer};
use tenure_query::{ChartOrder, Direction, GapsAsked, HoldersAsked, Inquiry, MemberFilter, PeopleOrder, SubUnits};

/// A reading that counts how often a unit is looked at.
struct Counted<'r> {
    reading: Reading<'r>,
    units: AtomicUsize,
}

impl View for Counted<'_> {
    fn people_asked(&self, text: &str) -> Result<Vec<PersonNo>, ViewError> {
        View::people_asked(&self.reading, text)
    }

    fn units_asked(&self, text: &str) -> Result<Vec<UnitNo>, ViewError> {
        View::units_asked(&self.reading, text)
    }

    fn who(&self, person: PersonNo) -> Result<Arc<Persona>, ViewError> {
        View::who(&self.reading, person)
    }

    fn person(&self, person: PersonNo) -> Result<Arc<PersonState>, ViewError> {
        View::person(&self.reading, person)
    }

    fn unit(&self, unit: UnitNo) -> Result<Arc<UnitState>, ViewError> {
        self.units.fetch_add(1, Ordering::Relaxed);
        View::unit(&self.reading, unit)
    }

    fn roster(&self, unit: UnitNo) -> Result<Arc<[RosterRow]>, ViewError> {
        View::roster(&self.reading, unit)
    }

    fn reports(&self, manager: PersonNo) -> Result<Vec<PersonNo>, ViewError> {
        View::reports(&self.reading, manager)
    }

    fn people(&self) -> Result<Vec<PersonNo>, ViewError> {
        View::people(&self.reading)
    }

    fn units(&self) -> Result<Vec<UnitNo>, ViewError> {
        View::units(&self.reading)
    }

    fn people_with_conflicts(&self) -> Result<Vec<PersonNo>, ViewError> {
        View::people_with_conflicts(&self.reading)
    }

    fn name_conflicts(&self) -> Result<Vec<NameConflict>, ViewError> {
        View::name_conflicts(&self.reading)
    }

    fn erased_names(&self) -> Result<Arc<ErasedNames>, ViewError> {
        View::erased_names(&self.reading)
    }
}

/// The fields of the events of a ledger that has so many of each.
type Shape = fn(usize) -> Vec<String>;

fn person(number: usize) -> String {
    format!(
        r#""type": "HeldPost", "person": "P{number}", "company": "A", "unit": "U{number}", "reports_to": "Boss", "lead": true, "from": "2000""#
    )
}

fn merged(number: usize) -> String {
    format!(
        r#""type": "UnitMerged", "unit": "U{number}", "company": "A", "into": "U{}", "effective": "2020-01-01""#,
        number + 1
    )
}

fn formed(number: usize, day: &str) -> String {
    format!(r#""type": "UnitFormed", "unit": "U{number}", "company": "A", "effective": "{day}""#)
}

fn a_chain_of_mergers(size: usize) -> Vec<String> {
    (0..size).flat_map(|n| [merged(n), person(n)]).collect()
}

fn formed_before_it_was_merged(size: usize) -> Vec<String> {
    (0..size).flat_map(|n| [formed(n, "1990-01-01"), merged(n), person(n)]).collect()
}

fn formed_again_later(size: usize) -> Vec<String> {
    (0..size).flat_map(|n| [merged(n), formed(n, "2022-01-01"), person(n)]).collect()
}

fn merged_one_by_one(size: usize) -> Vec<String> {
    let merged = |n: usize| {
        let day = Day::from_number(18_262 + i32::try_from(n).expect("few days"));
        format!(r#""type": "UnitMerged", "unit": "U{n}", "company": "A", "into": "U{}", "effective": "{day}""#, n + 1)
    };
    (0..size).flat_map(|n| [merged(n), formed(n, "2022-01-01"), person(n)]).collect()
}

fn of_one_person(size: usize) -> Vec<String> {
    let post = |n: usize| {
        format!(
            r#""type": "HeldPost", "person": "P", "company": "A", "unit": "U{n}", "reports_to": "Boss", "concurrent": true, "from": "2000""#
        )
    };
    (0..size).flat_map(|n| [formed(n, "1990-01-01"), merged(n), post(n)]).collect()
}

fn companies(size: usize) -> Vec<String> {
    let merged =
        |n: usize| format!(r#""type": "UnitMerged", "unit": "C{n}", "into": "C{}", "effective": "2020-01-01""#, n + 1);
    let post = |n: usize| {
        let company = if n == 0 { "A".to_owned() } else { format!("C{n}") };
        format!(
            r#""type": "HeldPost", "person": "P{n}", "company": "{company}", "title": "T", "reports_to": "Boss", "from": "2000""#
        )
    };
    let first = r#""type": "UnitMerged", "unit": "A", "into": "C1", "effective": "2020-01-01""#.to_owned();
    std::iter::once(first).chain((1..size).map(merged)).chain((0..size).map(post)).collect()
}

const SHAPES: &[(&str, Shape)] = &[
    ("a chain of mergers", a_chain_of_mergers),
    ("units that were formed and merged", formed_before_it_was_merged),
    ("units that were formed again", formed_again_later),
    ("units that were merged one by one and formed again", merged_one_by_one),
    ("posts of one person", of_one_person),
    ("companies", companies),
];

/// Asks everything of a ledger of a shape, and gives how often each question looked at a unit.
fn looks(shape: Shape, size: usize) -> Vec<(&'static str, usize)> {
    let event = |(number, fields): (usize, String)| {
        format!(r#"{{"id": "e{number}", {fields}, "reported_at": "2024-01-01", "source": "P"}}"#)
    };
    let archive = archive_of(shape(size).into_iter().enumerate().map(event));
    let view = Counted { reading: Reading::new(&archive, &Basis::default()), units: AtomicUsize::new(0) };
    let on = |day: &str| Inquiry::of(&view, day.parse::<Day>().expect("a day"));
    let (before, inquiry) = (on("2019-06-01"), on("2024-06-01"));
    let (filter, order, basis) = (MemberFilter::default(), PeopleOrder::Name, BasisShown::default);
    let unit = || inquiry.ask_unit("A").expect("a unit");
    let person = |name: &str| inquiry.ask_person(name).expect("a person");
    let asked = HoldersAsked {
        reach: SubUnits::Whole,
        filter: &filter,
        between: Bounds::UNKNOWN,
        order,
        most: None,
        gaps: GapsAsked::Yes,
    };
    let diff = |of: DiffSubject| {
        let target = Target::Unit(inquiry.unit_shown(view.units().expect("units")[0]).expect("a unit"));
        let [first, last] = [before, inquiry].map(|inquiry| Point { inquiry, of });
        diff_answer(basis(), target, &first, &first, &last).expect("a diff");
    };
    let whom = if view.people_asked("P").expect("people").is_empty() { "P0" } else { "P" };
    let mut counts = Vec::new();
    let mut count = |question: &'static str, ask: &dyn Fn()| {
        let before = view.units.load(Ordering::Relaxed);
        ask();
        counts.push((question, view.units.load(Ordering::Relaxed) - before));
    };
    count("who", &|| {
        inquiry.who_answer(basis(), unit(), SubUnits::Whole, &filter, order, None).expect("who");
    });
    count("holders", &|| {
        inquiry.holders_answer(basis(), unit(), &asked).expect("holders");
    });
    count("org", &|| {
        inquiry.org_answer(basis(), unit(), ChartOrder::Name).expect("org");
    });
    count("person", &|| {
        inquiry.person_answer(basis(), person(whom)).expect("person");
    });
    count("career", &|| {
        inquiry.career_answer(basis(), person(whom)).expect("career");
    });
    count("reports", &|| {
        inquiry.reports_answer(basis(), person("Boss"), Direction::Both).expect("reports");
    });
    count("conflicts", &|| {
        inquiry.conflicts_answer(basis(), None).expect("conflicts");
    });
    count("diff of a unit", &|| diff(DiffSubject::Unit(view.units_asked("A").expect("units").first().copied())));
    count("diff of a person", &|| diff(DiffSubject::Person(view.people_asked(whom).expect("people").first().copied())));
    counts
}

#[test]
fn no_shape_of_units_takes_the_square_of_them() {
    for (name, shape) in SHAPES {
        let (small, large) = (looks(*shape, 100), looks(*shape, 400));
        for ((question, few), (_, many)) in small.into_iter().zip(large) {
            assert!(many <= 6 * few, "{name}, {question}: {few} looks for 100 of each, and {many} for 400");
        }
    }
}
