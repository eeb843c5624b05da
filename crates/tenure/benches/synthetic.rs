//! A synthetic ledger: deterministic and skewed. A few huge units and many small ones, vague dates, several sources for
//! one claim, a few per cent of corrections and retractions.

#[path = "../../../tests/toy/random.rs"]
mod random;

use std::fmt::Write as _;

use tenure_domain::day::Day;

pub(crate) use random::Random;

const SURNAMES: [&str; 12] =
    ["王", "李", "張", "刘", "陳", "杨", "Novak", "Smith", "García", "Müller", "Tanaka", "Okafor"];
const GIVEN: [&str; 12] = ["伟", "芳", "娜", "敏", "静", "Anna", "John", "Lucía", "Jürgen", "Yuki", "Chidi", "Steven"];
const TITLES: [&str; 8] =
    ["Engineer", "Senior Engineer", "Manager", "Director", "首席科學家", "Analyst", "Vice President", "Designer"];

/// 2025-12-28: nothing is reported later.
const LAST_REPORT: i32 = 20_450;

/// A day of 2015 to 2024, sometimes vague.
fn date(random: &mut Random, day: i64) -> String {
    let day = Day::from_number(i32::try_from(day).unwrap());
    let (year, month, _) = day.ymd();
    match random.below(10) {
        0..=5 => day.to_string(),
        6..=8 => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}"),
    }
}

/// The huge unit of the ledger, of which one person in four is a member at some time.
pub(crate) const HUGE: &str = "Cloud";

/// How a source refers to a person: half of them by an id, always alike.
pub(crate) fn reference(person: u64) -> String {
    let mut random = Random(person);
    let surname = SURNAMES[usize::try_from(random.below(12)).unwrap()];
    let given = GIVEN[usize::try_from(random.below(12)).unwrap()];
    let name = format!("{surname} {given} {person}");
    if random.chance(50) { format!("{{\"id\":\"p-{person}\",\"name\":\"{name}\"}}") } else { format!("\"{name}\"") }
}

/// Writes so many events, one a line; about ten for each person.
pub(crate) fn events(count: u64) -> String {
    let mut random = Random(7);
    let mut out = String::with_capacity(usize::try_from(count).unwrap() * 400);
    let mut written = 0;
    let mut person = 0_u64;
    while written < count {
        person += 1;
        let huge = random.chance(25);
        let most = 1 + random.below(1 + count / 5_000);
        let company = if huge { 0 } else { 1 + random.below(most) };
        let reference = reference(person);
        let mut unit = if huge { HUGE.to_owned() } else { format!("Unit {}", random.below(8)) };
        let mut day = 16_436 + i64::try_from(random.below(3_200)).unwrap();
        let steps = 2 + random.below(6);
        for step in 0..=steps {
            let title = TITLES[usize::try_from(random.below(8)).unwrap()];
            let effective = date(&mut random, day);
            // No source tells today what it will have said: what lies further ahead was announced.
            let reported = Day::from_number(i32::try_from(day + 10).unwrap().min(LAST_REPORT));
            let manager = self::reference(random.below(person) + 1);
            let fields = match step {
                0 => format!(
                    "\"type\":\"JoinedCompany\",\"unit\":\"{unit}\",\"title\":\"{title}\",\"reports_to\":{manager}"
                ),
                s if s == steps && random.chance(60) => "\"type\":\"LeftCompany\"".to_owned(),
                _ if random.chance(40) => format!("\"type\":\"ChangedTitle\",\"to_title\":\"{title} {step}\""),
                _ => {
                    let to = if huge && random.chance(30) {
                        format!("Ads {step}")
                    } else {
                        format!("Unit {}", 8 + 8 * step + random.below(8))
                    };
                    let from = std::mem::replace(&mut unit, to);
                    format!(
                        "\"type\":\"TransferredUnit\",\"from_unit\":\"{from}\",\"to_unit\":\"{unit}\",\"title\":\"{title}\""
                    )
                }
            };
            let sources = if random.chance(50) { 1 + random.below(3) } else { 1 };
            for source in 0..sources {
                let id = format!("e-{person}-{step}-{source}");
                let outlet = random.below(40);
                let corrects = if source > 0 && random.chance(20) {
                    format!(",\"corrects\":\"e-{person}-{step}-{}\"", source - 1)
                } else {
                    String::new()
                };
                writeln!(
                    out,
                    "{{\"id\":\"{id}\",{fields},\"person\":{reference},\"company\":\"Company {company}\",\"effective\":\"{effective}\",\
                     \"reported_at\":\"{reported}\",\"confidence\":\"reported\",\"source\":{{\"url\":\"https://news{outlet}.example/{person}/{step}\",\
                     \"publisher\":\"Outlet {outlet}\",\"lang\":\"en\"}}{corrects}}}"
                )
                .unwrap();
                written += 1;
            }
            if random.chance(1) {
                writeln!(
                    out,
                    "{{\"id\":\"x-{person}-{step}\",\"type\":\"EventRetracted\",\"event\":\"e-{person}-{step}-0\",\"reported_at\":\"{reported}\",\"source\":\"Desk\"}}"
                )
                .unwrap();
                written += 1;
            }
            day += 30 + i64::try_from(random.below(700)).unwrap();
        }
    }
    out
}
