//! Ledgers that are hard on purpose: thousands of events about one thing, each sort at 1, 2, 4 .. 64 thousand events.
//! `cargo bench --profile dist -p tenure --bench hard [SORT..]`; a sort is chosen by a part of its name.
//!
//! A row shows the seconds of a processor that a reading and a question take at each size, and between two sizes the exponent: 1 is in
//! proportion, 2 is quadratic. What is asked for is the shape: a source may send what it likes, and no shape of it may
//! cost more than n log n. A row ends where a size takes longer than some seconds.

#![expect(clippy::print_stdout, reason = "a program that prints figures")]

use std::fmt::Write as _;
use std::time::{Duration, Instant as Clock};

use tenure_answers as answer;
use tenure_domain::archive::Archive;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::wire::{Submission, read_stored};
use tenure_query::changes::{DiffSubject, Point, diff_answer};
use tenure_query::{
    Asked, ChartOrder, Direction, GapsAsked, HoldersAsked, Inquiry, MemberFilter, PeopleOrder, SubUnits,
};

#[path = "hard/units.rs"]
mod units;

/// As in the command itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZES: [usize; 7] = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000];

/// A row ends with the first size that takes longer, since the next may take four times that.
const MOST_SECONDS: f64 = 8.0;

/// A sort of ledger: its events one by one, and what is asked of it.
struct Sort {
    name: &'static str,
    event: fn(usize) -> String,
    ask: Ask,
}

#[derive(Clone, Copy)]
enum Ask {
    /// The career of this person, and the conflicts.
    Person(&'static str),
    /// The people of this unit or company, those whom it had, and its chart.
    Unit(&'static str),
    /// The reporting lines of this person.
    Lines(&'static str),
    /// What happened to this person and to company A from the first day of 2019 on.
    Changes(&'static str),
}

/// The day with that number, from 1950 on.
fn day(number: usize) -> Day {
    Day::from_number(i32::try_from(number).expect("a bench of few days") - 7_305)
}

/// An event about P in A on its own day.
fn about(number: usize, fields: &str) -> String {
    format!(r#"{{"id":"e{number}","person":"P","company":"A","reported_at":"2130-01-01","source":"s",{fields}}}"#)
}

/// An event with nothing but those fields.
fn bare(number: usize, fields: &str) -> String {
    format!(r#"{{"id":"e{number}","reported_at":"2130-01-01","source":"s",{fields}}}"#)
}

/// The `n`th of several events in turn, at its place among them.
fn in_turn(number: usize, texts: &[&dyn Fn(usize) -> String]) -> String {
    about(number, &texts[number % texts.len()](number / texts.len()))
}

const P: Ask = Ask::Person("P");

/// Events of one person.
const OF_ONE_PERSON: &[Sort] = &[
    Sort {
        name: "appointments of distinct titles",
        event: |n| about(n, &format!(r#""type":"AppointedToPost","title":"T{n}","effective":"{}""#, day(n))),
        ask: P,
    },
    Sort {
        name: "appointments to one title",
        event: |n| about(n, &format!(r#""type":"AppointedToPost","title":"T","effective":"{}""#, day(n))),
        ask: P,
    },
    Sort {
        name: "appointments of a year, relieved in it",
        event: |n| {
            in_turn(
                n,
                &[&|k| format!(r#""type":"AppointedToPost","title":"T{k}","effective":"2020""#), &|k| {
                    format!(
                        r#""type":"RelievedOfPost","title":"T{k}","effective":"2020-{:02}-{:02}""#,
                        k % 12 + 1,
                        k % 28 + 1
                    )
                }],
            )
        },
        ask: P,
    },
    Sort {
        name: "open posts of distinct titles, seen",
        event: |n| about(n, &format!(r#""type":"HeldPost","title":"T{n}","seen":"{}""#, day(n))),
        ask: P,
    },
    Sort {
        name: "sightings of one post",
        event: |n| {
            about(n, &format!(r#""type":"HeldPost","unit":"U","title":"T","reports_to":"M","seen":"{}""#, day(n)))
        },
        ask: P,
    },
    Sort {
        name: "sightings under managers in turn",
        event: |n| about(n, &format!(r#""type":"HeldPost","title":"T","reports_to":"M{}","seen":"{}""#, n % 3, day(n))),
        ask: P,
    },
    Sort {
        name: "terms one after the other",
        event: |n| {
            about(n, &format!(r#""type":"HeldPost","title":"T","from":"{}","to":"{}""#, day(2 * n), day(2 * n + 2)))
        },
        ask: P,
    },
    Sort {
        name: "rows of a register, overlapping",
        event: |n| {
            format!(
                r#"{{"id":"e{n}","person":"P","company":"A","reported_at":"2130-01-01","source":{{"publisher":"R","key":"{n}"}},"type":"HeldPost","title":"T","from":"{}","to":"{}"}}"#,
                day(n),
                day(n + 400)
            )
        },
        ask: P,
    },
    Sort {
        name: "rows of a register, ends only",
        event: |n| {
            format!(
                r#"{{"id":"e{n}","person":"P","company":"A","reported_at":"2130-01-01","source":{{"publisher":"R","key":"{n}"}},"type":"HeldPost","title":"T","to":"2120"}}"#
            )
        },
        ask: P,
    },
    Sort {
        name: "transfers, dated",
        event: |n| about(n, &format!(r#""type":"TransferredUnit","to_unit":"U{n}","effective":"{}""#, day(n))),
        ask: P,
    },
    Sort {
        name: "transfers with from_unit, links missing",
        event: |n| {
            about(
                n,
                &format!(r#""type":"TransferredUnit","from_unit":"V{n}","to_unit":"U{n}","effective":"{}""#, day(n)),
            )
        },
        ask: P,
    },
    Sort {
        name: "transfers, undated",
        event: |n| about(n, &format!(r#""type":"TransferredUnit","to_unit":"U{n}""#)),
        ask: P,
    },
    Sort {
        name: "transfers, undated, from unit to unit",
        event: |n| about(n, &format!(r#""type":"TransferredUnit","from_unit":"U{n}","to_unit":"U{}""#, n + 1)),
        ask: P,
    },
    Sort {
        name: "transfers of one day",
        event: |n| about(n, &format!(r#""type":"TransferredUnit","to_unit":"U{n}","effective":"2020-01-01""#)),
        ask: P,
    },
    Sort {
        name: "posts relieved one by one",
        event: |n| {
            in_turn(
                n,
                &[&|k| format!(r#""type":"AppointedToPost","title":"T{k}","effective":"{}""#, day(k)), &|k| {
                    format!(r#""type":"RelievedOfPost","title":"T{k}","effective":"{}""#, day(k + 9))
                }],
            )
        },
        ask: P,
    },
    Sort {
        name: "posts relieved that were never begun",
        event: |n| about(n, &format!(r#""type":"RelievedOfPost","title":"T{n}","effective":"{}""#, day(n))),
        ask: P,
    },
    Sort {
        name: "one post relieved again and again",
        event: |n| about(n, &format!(r#""type":"RelievedOfPost","title":"T","effective":"{}""#, day(n))),
        ask: P,
    },
    Sort {
        name: "titles changed",
        event: |n| {
            about(
                n,
                &format!(
                    r#""type":"ChangedTitle","from_title":"T{n}","to_title":"T{}","effective":"{}""#,
                    n + 1,
                    day(n)
                ),
            )
        },
        ask: P,
    },
    Sort {
        name: "managers changed",
        event: |n| about(n, &format!(r#""type":"ChangedManager","reports_to":"M{n}","effective":"{}""#, day(n))),
        ask: P,
    },
    Sort {
        name: "titles and managers changed in turn",
        event: |n| {
            in_turn(
                n,
                &[
                    &|k| format!(r#""type":"ChangedTitle","unit":"U","to_title":"T{k}","effective":"{}""#, day(k)),
                    &|k| format!(r#""type":"ChangedManager","unit":"U","reports_to":"M{k}","effective":"{}""#, day(k)),
                ],
            )
        },
        ask: P,
    },
    Sort {
        name: "titles seen and changed in turn",
        event: |n| {
            in_turn(
                n,
                &[
                    &|k| format!(r#""type":"ChangedTitle","unit":"U","to_title":"T{k}","effective":"{}""#, day(2 * k)),
                    &|k| format!(r#""type":"HeldPost","unit":"U","title":"T{k}","seen":"{}""#, day(2 * k + 1)),
                ],
            )
        },
        ask: P,
    },
    Sort {
        name: "leavings of distinct days",
        event: |n| about(n, &format!(r#""type":"LeftCompany","effective":"{}""#, day(n))),
        ask: P,
    },
    Sort {
        name: "posts of one company, left again and again",
        event: |n| {
            let fact = if n % 2 == 0 {
                format!(r#""type":"AppointedToPost","title":"T{n}","effective":"{}""#, day(0))
            } else {
                format!(r#""type":"LeftCompany","effective":"{}""#, day(n))
            };
            about(n, &fact)
        },
        ask: P,
    },
    Sort {
        name: "joinings of distinct days",
        event: |n| about(n, &format!(r#""type":"JoinedCompany","effective":"{}""#, day(n))),
        ask: P,
    },
    Sort {
        name: "joined and left in turn",
        event: |n| {
            in_turn(
                n,
                &[&|k| format!(r#""type":"JoinedCompany","effective":"{}""#, day(2 * k)), &|k| {
                    format!(r#""type":"LeftCompany","effective":"{}""#, day(2 * k + 1))
                }],
            )
        },
        ask: P,
    },
    Sort {
        name: "joinings of many companies",
        event: |n| {
            bare(n, &format!(r#""person":"P","company":"C{n}","type":"JoinedCompany","effective":"{}""#, day(n)))
        },
        ask: P,
    },
    Sort {
        name: "one joining by many publishers",
        event: |n| {
            format!(
                r#"{{"id":"e{n}","person":"P","company":"A","reported_at":"2130-01-01","source":{{"publisher":"S{n}"}},"type":"JoinedCompany","effective":"2020"}}"#
            )
        },
        ask: P,
    },
    Sort {
        name: "one term by many publishers with keys",
        event: |n| {
            format!(
                r#"{{"id":"e{n}","person":"P","company":"A","reported_at":"2130-01-01","source":{{"publisher":"S{n}","key":"k"}},"type":"HeldPost","title":"T","from":"2020","to":"2022"}}"#
            )
        },
        ask: P,
    },
    Sort {
        name: "one key restated",
        event: |n| {
            format!(
                r#"{{"id":"e{n}","person":"P","company":"A","reported_at":"{}","source":{{"publisher":"R","key":"k"}},"type":"HeldPost","title":"T","from":"2020"}}"#,
                day(n)
            )
        },
        ask: P,
    },
    Sort {
        name: "posts that ended, and as many that began",
        event: |n| {
            let dates = if n % 2 == 0 { r#""to":"2020""# } else { r#""from":"2021""# };
            about(n, &format!(r#""type":"HeldPost","title":"T{n}","concurrent":true,{dates}"#))
        },
        ask: Ask::Changes("P"),
    },
    Sort {
        name: "deaths",
        event: |n| bare(n, &format!(r#""person":"P","type":"PersonDied","effective":"{}""#, day(n))),
        ask: P,
    },
    Sort {
        name: "successions of one lead",
        event: |n| {
            bare(
                n,
                &format!(
                    r#""person":"Q{n}","company":"A","type":"AppointedToPost","title":"T","lead":true,"succeeds":"P","effective":"{}""#,
                    day(n)
                ),
            )
        },
        ask: P,
    },
];

const OF_MANY: &[Sort] = &[
    Sort {
        name: "corrections, each of the one before",
        event: |n| {
            let corrects = if n > 0 { format!(r#","corrects":"e{}""#, n - 1) } else { String::new() };
            about(n, &format!(r#""type":"JoinedCompany","effective":"2020"{corrects}"#))
        },
        ask: P,
    },
    Sort {
        name: "SamePerson by name, a chain",
        event: |n| bare(n, &format!(r#""type":"SamePerson","person":"N{n}","same_as":"N{}""#, n + 1)),
        ask: Ask::Person("N0"),
    },
    Sort {
        name: "SamePerson by name, a star",
        event: |n| bare(n, &format!(r#""type":"SamePerson","person":"N{}","same_as":"N0""#, n + 1)),
        ask: Ask::Person("N0"),
    },
    Sort {
        name: "SamePerson by id, a chain",
        event: |n| bare(n, &format!(r#""type":"SamePerson","person":{{"id":"n{n}"}},"same_as":{{"id":"n{}"}}"#, n + 1)),
        ask: Ask::Person("n0"),
    },
    Sort {
        name: "SamePerson by id, a star",
        event: |n| bare(n, &format!(r#""type":"SamePerson","person":{{"id":"n{}"}},"same_as":{{"id":"n0"}}"#, n + 1)),
        ask: Ask::Person("n0"),
    },
    Sort {
        name: "a person of n names",
        event: |n| {
            bare(
                n,
                &format!(
                    r#""type":"JoinedCompany","person":{{"id":"p","name":"N{n}"}},"company":"A","effective":"2020""#
                ),
            )
        },
        ask: Ask::Person("p"),
    },
    Sort {
        name: "a company of n names",
        event: |n| {
            bare(
                n,
                &format!(
                    r#""type":"JoinedCompany","person":"P","company":{{"id":"a","name":"N{n}"}},"effective":"2020""#
                ),
            )
        },
        ask: Ask::Unit("a"),
    },
    Sort {
        name: "a name of n ids in n companies",
        event: |n| {
            bare(
                n,
                &format!(
                    r#""type":"JoinedCompany","person":{{"id":"p{n}","name":"N"}},"company":"C{n}","effective":"2020""#
                ),
            )
        },
        ask: Ask::Person("p7"),
    },
    Sort {
        name: "a name of n ids, used bare in n companies",
        event: |n| {
            let k = n / 2;
            if n % 2 == 0 {
                bare(n, &format!(r#""type":"PersonDescribed","person":{{"id":"p{k}","name":"N"}},"company":"C{k}""#))
            } else {
                bare(n, &format!(r#""type":"JoinedCompany","person":"N","company":"C{k}","effective":"2020""#))
            }
        },
        ask: Ask::Person("p7"),
    },
    Sort {
        name: "a name of n ids, used bare in one company",
        event: |n| {
            let k = n / 2;
            if n % 2 == 0 {
                bare(n, &format!(r#""type":"PersonDescribed","person":{{"id":"p{k}","name":"N"}}"#))
            } else {
                bare(n, &format!(r#""type":"JoinedCompany","person":"N","company":"A","effective":"{}""#, day(k)))
            }
        },
        ask: Ask::Person("p7"),
    },
    Sort {
        name: "reporting lines, a chain",
        event: |n| {
            bare(
                n,
                &format!(
                    r#""type":"HeldPost","person":"L{n}","company":"A","title":"T","reports_to":"L{}","seen":"2024-01-01""#,
                    n + 1
                ),
            )
        },
        ask: Ask::Lines("L0"),
    },
];

fn archive(sort: &Sort, size: usize) -> Archive {
    let recorded_at = Instant::midnight("2130-01-02".parse().expect("a day"));
    let mut archive = Archive::new();
    for number in 0..size {
        let json = (sort.event)(number);
        let submission = Submission::read(json.as_bytes()).unwrap_or_else(|refusal| panic!("{json}: {refusal}"));
        let event = read_stored(&submission.json, recorded_at).expect("what is accepted is read");
        archive.push(Seq::new(number as u64 + 1), recorded_at, event);
    }
    archive
}

/// What this thread has had of a processor, so that other work on the machine counts little; elsewhere than on Linux,
/// what the clock says.
fn processor(begun: Clock) -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split_whitespace().next().and_then(|nanos| nanos.parse::<u64>().ok());
    nanos.map_or_else(|| begun.elapsed(), Duration::from_nanos).as_secs_f64()
}

/// Seconds from the events in memory to the answer.
fn seconds(sort: &Sort, archive: &Archive, size: usize) -> f64 {
    let clock = Clock::now();
    let begun = processor(clock);
    let reading = Reading::new(archive, &Basis::default());
    for person in reading.people() {
        std::hint::black_box(reading.person(person));
    }
    let at: Day = "2024-01-01".parse().expect("a day");
    let inquiry = Inquiry::of(&reading, at);
    let head = size as u64;
    let basis = || answer::BasisShown { at: at.to_string(), known: None, recorded: None, seq: head, head };
    match sort.ask {
        Ask::Person(name) => {
            let asked = inquiry.ask_person(name);
            if let Ok(asked) = asked {
                std::hint::black_box(inquiry.career_answer(basis(), asked).expect("a view that reads"));
            }
        }
        Ask::Unit(name) => {
            if let Ok(Asked::Here(unit)) = inquiry.ask_unit(name) {
                let (filter, order) = (MemberFilter::default(), PeopleOrder::Post);
                std::hint::black_box(
                    inquiry
                        .who_answer(basis(), Asked::Here(unit), SubUnits::Whole, &filter, order, None)
                        .expect("a view that reads"),
                );
                let between = Bounds::UNKNOWN;
                let (reach, gaps) = (SubUnits::Whole, GapsAsked::No);
                let wanted = HoldersAsked { reach, filter: &filter, between, order, most: None, gaps };
                std::hint::black_box(
                    inquiry.holders_answer(basis(), Asked::Here(unit), &wanted).expect("a view that reads"),
                );
                drop(std::hint::black_box(inquiry.org_answer(basis(), Asked::Here(unit), ChartOrder::Name)));
            }
        }
        Ask::Changes(name) => {
            let before = Inquiry::of(&reading, "2019-01-01".parse().expect("a day"));
            let (person, unit) =
                (reading.people_asked(name).first().copied(), reading.units_asked("A").first().copied());
            for of in [DiffSubject::Person(person), DiffSubject::Unit(unit)] {
                let [first, last] = [before, inquiry].map(|inquiry| Point { inquiry, of });
                let target =
                    answer::Target::Person(inquiry.person_shown(person.expect("P")).expect("a view that reads"));
                std::hint::black_box(diff_answer(basis(), target, &first, &first, &last).expect("a view that reads"));
            }
        }
        Ask::Lines(name) => {
            if let Ok(asked) = inquiry.ask_person(name) {
                drop(std::hint::black_box(inquiry.reports_answer(basis(), asked, Direction::Both)));
            }
        }
    }
    std::hint::black_box(inquiry.conflicts_answer(basis(), None).expect("a view that reads"));
    processor(clock) - begun
}

fn row(sort: &Sort) {
    let mut line = format!("{:<44}", sort.name);
    let mut before: Option<f64> = None;
    for size in SIZES {
        let took = seconds(sort, &archive(sort, size), size);
        if let Some(before) = before {
            let _ = write!(line, " {:>4.1}", (took / before).log2());
        }
        let _ = write!(line, " {took:>7.3}");
        before = Some(took);
        if took > MOST_SECONDS {
            line.push_str(" ..");
            break;
        }
    }
    println!("{line}");
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    println!("{:<44} seconds at 1, 2, 4, 8, 16, 32, 64 thousand events, and exponents", "");
    for sort in OF_ONE_PERSON.iter().chain(OF_MANY).chain(units::OF_UNITS) {
        if wanted.is_empty() || wanted.iter().any(|part| sort.name.contains(part)) {
            row(sort);
        }
    }
}
