//! Ledgers that are hard by their units.

use super::{Ask, Sort, bare, day};

fn merged(number: usize, unit: usize, on: &str) -> String {
    bare(
        number,
        &format!(r#""type":"UnitMerged","unit":"U{unit}","company":"A","into":"U{}","effective":"{on}""#, unit + 1),
    )
}

fn formed(number: usize, unit: usize, on: &str) -> String {
    bare(number, &format!(r#""type":"UnitFormed","unit":"U{unit}","company":"A","effective":"{on}""#))
}

fn member(number: usize, unit: usize) -> String {
    let post = format!(r#""person":"P{unit}","company":"A","unit":"U{unit}","reports_to":"M""#);
    bare(number, &format!(r#""type":"HeldPost",{post},"from":"2019""#))
}

/// Events of units and of their people.
pub(super) const OF_UNITS: &[Sort] = &[
    Sort {
        name: "renames of one unit",
        event: |n| {
            bare(
                n,
                &format!(
                    r#""type":"UnitRenamed","unit":{{"id":"u"}},"company":"A","name":"N{n}","effective":"{}""#,
                    day(n)
                ),
            )
        },
        ask: Ask::Unit("u"),
    },
    Sort {
        name: "mergers, one into the next",
        event: |n| {
            bare(
                n,
                &format!(
                    r#""type":"UnitMerged","unit":"U{n}","company":"A","into":"U{}","effective":"2020-01-01""#,
                    n + 1
                ),
            )
        },
        ask: Ask::Unit("A"),
    },
    Sort {
        name: "members of merged units",
        event: |n| {
            let k = n / 2;
            if n % 2 == 0 {
                bare(
                    n,
                    &format!(
                        r#""type":"UnitMerged","unit":"U{k}","company":"A","into":"U{}","effective":"2020-01-01""#,
                        k + 1
                    ),
                )
            } else {
                bare(n, &format!(r#""type":"HeldPost","person":"P{k}","company":"A","unit":"U{k}","from":"2019""#))
            }
        },
        ask: Ask::Unit("A"),
    },
    Sort {
        name: "units, one under the other",
        event: |n| {
            bare(
                n,
                &format!(
                    r#""type":"UnitFormed","unit":"U{}","company":"A","parent":"U{n}","effective":"2020-01-01""#,
                    n + 1
                ),
            )
        },
        ask: Ask::Unit("A"),
    },
    Sort {
        name: "units, one under the other, dissolved",
        event: |n| {
            let k = n / 3;
            match n % 3 {
                0 => bare(
                    n,
                    &format!(
                        r#""type":"UnitFormed","unit":"U{}","company":"A","parent":"U{k}","effective":"2020-01-01""#,
                        k + 1
                    ),
                ),
                1 => {
                    bare(n, &format!(r#""type":"UnitDissolved","unit":"U{k}","company":"A","effective":"2021-01-01""#))
                }
                _ => bare(
                    n,
                    &format!(
                        r#""type":"HeldPost","person":"P{k}","company":"A","unit":"U{k}","from":"2020-01","seen":"2021-06""#
                    ),
                ),
            }
        },
        ask: Ask::Unit("A"),
    },
    Sort {
        name: "units of one company",
        event: |n| {
            bare(
                n,
                &format!(
                    r#""type":"HeldPost","person":"P{n}","company":"A","unit":"U{n}","title":"T","seen":"2024-01-01""#
                ),
            )
        },
        ask: Ask::Unit("A"),
    },
    Sort {
        name: "two leads, of one unit",
        event: |n| {
            bare(
                n,
                &format!(
                    r#""type":"HeldPost","person":"P{n}","company":"A","unit":"U","lead":true,"seen":"2024-01-01""#
                ),
            )
        },
        ask: Ask::Unit("A"),
    },
    Sort {
        name: "members of units formed, then merged",
        event: |n| {
            let k = n / 3;
            match n % 3 {
                0 => formed(n, k, "1990-01-01"),
                1 => merged(n, k, "2020-01-01"),
                _ => member(n, k),
            }
        },
        ask: Ask::Unit("A"),
    },
    Sort {
        name: "members of units merged, and formed again",
        event: |n| {
            let k = n / 3;
            match n % 3 {
                0 => merged(n, k, "2020-01-01"),
                1 => formed(n, k, "2022-01-01"),
                _ => member(n, k),
            }
        },
        ask: Ask::Unit("A"),
    },
    Sort {
        name: "reports of one manager in merged units",
        event: |n| {
            let k = n / 3;
            match n % 3 {
                0 => formed(n, k, "1990-01-01"),
                1 => merged(n, k, "2020-01-01"),
                _ => member(n, k),
            }
        },
        ask: Ask::Lines("M"),
    },
    Sort {
        name: "changes of merged units",
        event: |n| {
            let k = n / 3;
            match n % 3 {
                0 => formed(n, k, "1990-01-01"),
                1 => merged(n, k, "2020-01-01"),
                _ => member(n, k),
            }
        },
        ask: Ask::Changes("P0"),
    },
    Sort {
        name: "mergers, one of them of what is gone",
        event: |n| match n {
            0 => merged(n, 0, "2019-01-01"),
            1 => bare(n, r#""type":"UnitMerged","unit":"U0","company":"A","into":"V","effective":"2019-06-01""#),
            _ => merged(n, n, "2020-01-01"),
        },
        ask: Ask::Unit("A"),
    },
    Sort {
        name: "posts of a unit formed and dissolved in turn",
        event: |n| {
            let (k, on) = (n / 3, |day| format!(r#""unit":"U","company":"A","effective":"{day}""#));
            match n % 3 {
                0 => bare(n, &format!(r#""type":"UnitFormed",{}"#, on(day(4 * k)))),
                1 => bare(n, &format!(r#""type":"UnitDissolved",{}"#, on(day(4 * k + 3)))),
                _ => bare(n, &format!(r#""type":"JoinedCompany","person":"P{k}",{}"#, on(day(4 * k + 1)))),
            }
        },
        ask: Ask::Unit("A"),
    },
    Sort {
        name: "leads of a unit, one of them under many titles",
        event: |n| {
            let k = n / 2;
            let post = |person: &str, fields: &str| {
                let post = r#""type":"HeldPost","company":"A","unit":"U","lead":true"#;
                bare(n, &format!(r#"{post},"person":"{person}",{fields}"#))
            };
            if n % 2 == 0 {
                post("P", &format!(r#""title":"T{k}","concurrent":true,"from":"1950-01-01""#))
            } else {
                post(&format!("Q{k}"), &format!(r#""from":"{}","to":"{}""#, day(3 * k + 1), day(3 * k + 2)))
            }
        },
        ask: Ask::Unit("A"),
    },
];
