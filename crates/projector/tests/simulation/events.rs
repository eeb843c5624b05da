//! What producers claim: events of every type about few people and units, so that they meet.

use crate::random::Random;

const PEOPLE: [&str; 9] = [
    r#""Ann Lee""#,
    r#""許主洪""#,
    r#"{"name":"许主洪","aliases":["Steven Hoi"]}"#,
    r#"{"id":"p1","name":"Ann Lee"}"#,
    r#"{"id":"p2","name":"Bo Chen"}"#,
    r#"{"id":"p3","name":"Bo Chen","identifiers":{"wikidata":"Q1"}}"#,
    r#"{"name":"Zed Quill","identifiers":{"wikidata":"Q1"}}"#,
    r#""Bo Chen""#,
    r#""Zed Quill""#,
];
const COMPANIES: [&str; 4] = [r#""Acme""#, r#""Acme""#, r#"{"id":"acme","name":"Acme"}"#, r#""Borealis""#];
const UNITS: [&str; 5] = [
    r#""Search""#,
    r#""Lab""#,
    r#"{"id":"u-lab","name":"Lab"}"#,
    r#"{"name":"Ads","aliases":["Adverts"]}"#,
    r#""Adverts""#,
];
const DATES: [&str; 7] =
    ["2024-01-01", "2024-03-01", "2024-03", "2024", "[..2024-06-30]", "2024-07-01", "[2024-02-01..2024-03-15]"];
const REPORTED: [&str; 6] =
    ["2024-01-05", "2024-03-02", "2024-06-30", "2024-09-01T08:00:00Z", "2025", "2025-06-02T00:00:00Z"];

/// Whether a history has erasures, after which older answers may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Erasures {
    /// It has some.
    Some,
    /// It has none.
    None,
}

/// An event of that number. What it corrects or retracts is one of a lower number, which need not be there.
pub(crate) fn event(random: &mut Random, number: usize, erasures: Erasures) -> String {
    let fact = fact(random, number, erasures);
    let reported = match random.below(8) {
        0 => String::new(),
        _ => format!(r#","reported_at":"{}""#, random.of(&REPORTED)),
    };
    let key = if random.once_in(6) { format!(r#","key":"k{}""#, random.below(3)) } else { String::new() };
    let confidence = if random.once_in(5) { r#","confidence":"rumoured""# } else { "" };
    let corrects = match random.below(9) {
        0 if number > 0 => format!(r#","corrects":"e{}""#, random.below(number)),
        _ => String::new(),
    };
    let publisher = random.below(3);
    format!(
        r#"{{"id":"e{number}",{fact}{reported}{confidence}{corrects},"source":{{"publisher":"P{publisher}"{key}}}}}"#
    )
}

/// What an event says by itself.
fn fact(random: &mut Random, number: usize, erasures: Erasures) -> String {
    let earlier = random.below(number.max(1));
    match random.below(if erasures == Erasures::Some { 24 } else { 22 }) {
        0..13 => of_post(random),
        13..18 => of_unit(random),
        18 => format!(r#""type":"EventRetracted","event":"e{earlier}""#),
        19 => format!(
            r#""type":"PersonDescribed","person":{},"company":{},"names":[{{"text":"Alias {}","lang":"en"}}]"#,
            random.of(&PEOPLE),
            random.of(&COMPANIES),
            random.below(3),
        ),
        20 => format!(r#""type":"SamePerson","person":{},"same_as":{}"#, random.of(&PEOPLE), random.of(&PEOPLE)),
        21 => format!(r#""type":"PersonDied","person":{},"effective":"{}""#, random.of(&PEOPLE), random.of(&DATES)),
        _ => format!(r#""type":"PersonErased","person":{}"#, random.of(&PEOPLE)),
    }
}

/// A claim about a post.
fn of_post(random: &mut Random) -> String {
    let unit = random.of(&UNITS);
    let manager = random.of(&PEOPLE);
    let about = format!(r#""person":{},"company":{}"#, random.of(&PEOPLE), random.of(&COMPANIES));
    let dated = format!(r#""effective":"{}""#, random.of(&DATES));
    match random.below(11) {
        0 | 1 => format!(r#""type":"JoinedCompany",{about},"unit":{unit},"reports_to":{manager},{dated}"#),
        2 => format!(r#""type":"LeftCompany",{about},"reason":"as Bo Chen says",{dated}"#),
        3 | 4 => format!(r#""type":"TransferredUnit",{about},"to_unit":{unit},"title":"Engineer",{dated}"#),
        5 => format!(
            r#""type":"AppointedToPost",{about},"unit":{unit},"title":"Head","lead":true,"succeeds":{manager},{dated}"#
        ),
        6 => format!(r#""type":"RelievedOfPost",{about},"unit":{unit},{dated}"#),
        7 => format!(r#""type":"ChangedTitle",{about},"to_title":"Chief",{dated}"#),
        8 => format!(r#""type":"ChangedManager",{about},"reports_to":{manager},{dated}"#),
        9 => format!(r#""type":"HeldPost",{about},"unit":{unit},"title":"Head","from":"2023","to":"2024-05-01""#),
        _ => format!(r#""type":"HeldPost",{about},"unit":{unit},"seen":"2024-0{}""#, 1 + random.below(9)),
    }
}

/// A claim about a unit.
fn of_unit(random: &mut Random) -> String {
    let about = format!(r#""unit":{},"company":{}"#, random.of(&UNITS), random.of(&COMPANIES));
    let other = random.of(&UNITS);
    let dated = format!(r#""effective":"{}""#, random.of(&DATES));
    match random.below(7) {
        0 => format!(r#""type":"UnitFormed",{about},"parent":{other},"kind":"lab",{dated}"#),
        1 => format!(r#""type":"UnitRenamed",{about},"name":"Discovery",{dated}"#),
        2 => format!(r#""type":"UnitMoved",{about},"parent":{other},{dated}"#),
        3 => format!(r#""type":"UnitMerged",{about},"into":{other},{dated}"#),
        4 => format!(r#""type":"UnitDissolved",{about},{dated}"#),
        5 => format!(r#""type":"UnitDescribed",{about},"identifiers":{{"wikidata":"Q{}"}}"#, 5 + random.below(2)),
        _ => format!(r#""type":"SameUnit",{about},"same_as":{other}"#),
    }
}

/// What is published to the stream by a program that does not check, and is mostly no event.
pub(crate) fn garbage(random: &mut Random, number: usize) -> String {
    match random.below(10) {
        0 => String::new(),
        // Events on two lines, and one that breaks a rule that only producers keep.
        8 => event(random, number, Erasures::None) + "\n",
        9 => format!(
            r#"{{"id":"e{number}","type":"HeldPost","person":"Bo Chen","company":"Acme","to":"9999-12-31","source":"P1"}}"#
        ),
        1 => "\u{feff}not json".to_owned(),
        2 => "{\"id\":\"g\",\"type\":\"JoinedCompany\"}\n".to_owned(),
        3 => format!(r#"{{"passed_over":{{"seq":{number},"why":"copy","of":1}}}}"#),
        4 => r#"{"passed_over":{"seq":1,"why":"unidentified","payload":"{}","bytes":2}}"#.to_owned(),
        // An event without an id, and one whose id is kept for records without events.
        5 => r#"{"type":"LeftCompany","person":"Ann Lee","company":"Acme","source":"P1"}"#.to_owned(),
        6 => format!(
            r#"{{"id":"tenure.passed-over:{}","type":"LeftCompany","person":{},"company":"Acme","source":"P1"}}"#,
            1 + random.below(number + 3),
            random.of(&PEOPLE),
        ),
        // An event of the far future, which a producer would refuse.
        _ => format!(
            r#"{{"id":"e{}","type":"LeftCompany","person":"Bo Chen","company":"Acme","reported_at":"2031-01-01","source":"P1"}}"#,
            random.below(number + 1),
        ),
    }
}
