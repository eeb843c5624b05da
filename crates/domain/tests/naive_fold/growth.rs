//! How the fold of one person grows with its statements: no sort of them may have every one held against every other.
//!
//! What is counted is how often a rule is asked about a tenure or a claim, so that the load of the machine plays no part.
//! `make bench-hard` measures the same, and more, in seconds.

use std::iter;

use tenure_domain::day::Day;
use tenure_domain::fold::{fold, looks};

use super::ledgers::ledger;

/// A row: what the statements are, and the `n`th of them, to which the id and the day of the report are added.
type Row = (&'static str, fn(usize) -> String);

/// The day with that number, from 1950 on.
fn day(number: usize) -> Day {
    Day::from_number(i32::try_from(number).expect("a few thousand") - 7_305)
}

/// Two sorts of statements in turn.
fn turn(n: usize, one: impl Fn(usize) -> String, other: impl Fn(usize) -> String) -> String {
    if n.is_multiple_of(2) { one(n / 2) } else { other(n / 2) }
}

const ROWS: &[Row] = &[
    ("appointments", |n| format!("Appointed Acme title=T{n} on={}", day(n))),
    ("appointments to one title", |n| format!("Appointed Acme title=T on={}", day(n))),
    ("vague appointments, relieved", |n| {
        turn(
            n,
            |k| format!("Appointed Acme title=T{k} on=2020"),
            |k| format!("Relieved Acme title=T{k} on={}", day(25_570 + k % 300)),
        )
    }),
    ("open posts", |n| format!("Held Acme title=T{n} seen={}", day(n))),
    ("sightings of one post", |n| format!("Held Acme unit=Lab title=T seen={}", day(n))),
    ("terms", |n| format!("Held Acme title=T from={} to={}", day(2 * n), day(2 * n + 2))),
    ("terms from one year", |n| format!("Held Acme title=T from=2000 to={}", day(20_000 + n))),
    ("rows that overlap", |n| format!("Held Acme title=T from={} to={} by=R key={n}", day(n), day(n + 400))),
    ("rows that give an end only", |n| format!("Held Acme title=T to=2030 by=R key={n}")),
    ("rows of units that give an end only", |n| format!("Held Acme unit=U{} to=2030 by=R key={n}", n % 7)),
    ("moves", |n| format!("Transferred Acme to_unit=U{n} on={}", day(n))),
    ("moves from elsewhere", |n| format!("Transferred Acme from_unit=U{} to_unit=U{} on={}", 2 * n, 2 * n + 1, day(n))),
    ("undated moves", |n| format!("Transferred Acme to_unit=U{n} on=[..2024-01-01]")),
    ("undated moves from unit to unit", |n| {
        format!("Transferred Acme from_unit=U{n} to_unit=U{} on=[..2024-01-01]", n + 1)
    }),
    ("posts relieved", |n| {
        turn(
            n,
            |k| format!("Appointed Acme title=T{k} on={}", day(k)),
            |k| format!("Relieved Acme title=T{k} on={}", day(k + 9)),
        )
    }),
    ("posts relieved that never began", |n| format!("Relieved Acme title=T{n} on={}", day(n))),
    ("one post relieved", |n| format!("Relieved Acme title=T on={}", day(n))),
    ("posts of one unit relieved without a title", |n| {
        turn(
            n,
            |k| format!("Appointed Acme unit=Lab title=T{k} on={}", day(2 * k)),
            |k| format!("Relieved Acme unit=Lab on={}", day(2 * k + 1)),
        )
    }),
    ("titles changed", |n| format!("Retitled Acme from_title=T{n} to_title=T{} on={}", n + 1, day(n))),
    ("managers changed", |n| format!("NewManager Acme manager=M{n} on={}", day(n))),
    ("leavings", |n| format!("Left Acme on={}", day(n))),
    ("joinings", |n| format!("Joined Acme on={}", day(n))),
    ("joined and left", |n| {
        turn(n, |k| format!("Joined Acme on={}", day(2 * k)), |k| format!("Left Acme on={}", day(2 * k + 1)))
    }),
    ("companies", |n| format!("Joined U{n} on={}", day(n))),
    ("one term of many publishers", |n| format!("Held Acme title=T from=2020 to=2022 by=S{n} key=k")),
    ("successions", |n| format!("Succeeded Acme title=T lead on={}", day(n))),
];

fn text(row: &Row, statements: usize) -> String {
    let lines = (0..statements).map(|n| format!("e{n} 2024-01-01 {}\n", row.1(n)));
    lines.collect()
}

/// Eight times the statements may take nine times the looks and a few; a walk takes some sixty times.
#[test]
fn no_sort_of_statements_is_walked_through_for_each() {
    let (few, many) = (250, 2_000);
    let walked: Vec<String> = ROWS
        .iter()
        .filter_map(|row| {
            let count = |statements| looks(&ledger(&text(row, statements)));
            let (few, many) = (count(few), count(many));
            (many > 9 * few + 10_000).then(|| format!("{}: {few} looks, then {many}", row.0))
        })
        .collect();
    assert_eq!(walked, Vec::<String>::new());
}

/// What a tenure carries on to the next is no more than can be asked for.
#[test]
fn managers_are_not_carried_on_for_ever() {
    let given = |n: usize| {
        turn(
            n,
            |k| format!("Retitled Acme unit=Lab to_title=T{k} on={}", day(k)),
            |k| format!("NewManager Acme unit=Lab manager=M{k} on={}", day(k)),
        )
    };
    let career = fold(&ledger(&text(&("", given), 2_000)));
    let carried: usize = career.tenures.iter().map(|tenure| tenure.managers.len()).sum();
    assert_eq!(career.tenures.len(), 1_000);
    assert!(carried < 5 * 1_000, "{carried} managers of {} tenures", career.tenures.len());
    let longest = iter::once(0).chain(career.tenures.iter().map(|tenure| tenure.managers.len())).max();
    assert!(longest < Some(5), "{longest:?}");
}
