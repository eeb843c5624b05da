//! What pictures say in words of tenures: the same wherever one is drawn.

use tenure_answers::{Bounds, Company, Person, Tenure, Unit};
use tenure_domain::conflict::ConflictKind;

use super::text::Phrase;
use crate::{counted, last_sight};

/// Between the parts of a line, the last of which stays with what it follows.
pub(super) const DOT: &str = "\u{a0}· ";

/// A start or an end in words: `plain` goes before a date as a calendar has it, `vague` before bounds.
pub fn date(bounds: &Bounds, plain: &str, vague: &str) -> String {
    let said = match (&bounds.earliest, &bounds.latest) {
        (None, None) => format!("{vague} on an unknown day"),
        (None, Some(latest)) => format!("{vague} {latest} or before"),
        (Some(earliest), None) => format!("{vague} {earliest} or after"),
        (Some(earliest), Some(latest)) if bounds.edtf.starts_with('[') => {
            format!("{vague} between {earliest} and {latest}")
        }
        (Some(_), Some(_)) => format!("{plain} {}", bounds.edtf),
    };
    if bounds.inferred { format!("{said} (inferred)") } else { said }
}

/// When a person died.
pub fn died(bounds: &Bounds) -> String {
    date(bounds, "died", "died")
}

/// A manager, and when the manager left where that is so.
pub(super) fn manager(manager: &Person) -> Phrase {
    let left = manager.left.as_ref().map_or(String::new(), |bounds| format!(" ({})", left(bounds)));
    Phrase::isolated(&manager.name).then(left)
}

/// When a person left.
pub fn left(bounds: &Bounds) -> String {
    date(bounds, "left", "left")
}

/// Between which dates it was held, why it ended, and when it was last seen if it is not known to have.
pub fn span(tenure: &Tenure, at: &str) -> Phrase {
    let from = date(&tenure.from, "from", "began");
    let to = tenure.to.as_ref().map_or("not known to have ended".to_owned(), |to| date(to, "until", "ended"));
    let reason = tenure.end_reason.as_ref();
    let reason = reason.map_or(Phrase::default(), |reason| Phrase::from(" (").then(Phrase::isolated(reason)).then(")"));
    let seen = last_sight(tenure, at);
    let seen = seen.map_or(String::new(), |(seen, age)| format!("{DOT}{seen}{}", age.unwrap_or_default()));
    Phrase::from(format!("{from}{DOT}{to}")).then(reason).then(seen)
}

/// What is special about a post, the confidence last.
pub fn tags(tenure: &Tenure) -> String {
    let employment = tenure.employment.as_str();
    let all = [
        (tenure.lead, "lead"),
        (tenure.acting, "acting"),
        (employment != "employee", employment),
        (!tenure.primary, "beside the primary post"),
        (true, tenure.confidence.as_str()),
    ];
    let given: Vec<&str> = all.iter().filter(|(given, _)| *given).map(|(_, tag)| *tag).collect();
    given.join(DOT)
}

/// Where it is: the unit and its company.
pub(super) fn place(tenure: &Tenure) -> Vec<&str> {
    tenure.unit.iter().map(|unit| unit.name.as_str()).chain([tenure.company.name.as_str()]).collect()
}

/// A unit by its name and that of its company.
pub(super) fn unit(unit: &Unit) -> Phrase {
    let company = unit.company.iter().map(|Company { name, .. }| name);
    Phrase::joined([&unit.name].into_iter().chain(company).map(|name| Phrase::isolated(name)), ", ")
}

/// The seat: title, unit, company.
pub(super) fn seat(tenure: &Tenure) -> Phrase {
    let title = tenure.title.as_deref().unwrap_or("title unknown");
    Phrase::joined([title].into_iter().chain(place(tenure)).map(Phrase::isolated), DOT)
}

/// How many people are certainly there, and how many more possibly.
pub fn heads(certain: usize, possible: usize) -> String {
    let people = counted(certain, "person", "people");
    if possible == 0 { people } else { format!("{people}, {possible} more possibly") }
}

/// What a conflict is, in words.
pub fn conflict(kind: &str) -> &str {
    let Some(known) = ConflictKind::named(kind) else { return kind };
    match known {
        ConflictKind::DateDisagrees => "Sources disagree on a date",
        ConflictKind::FieldDisagrees => "Sources disagree on a post",
        ConflictKind::ContestedMove => "Sources disagree on where somebody went",
        ConflictKind::MissingLink => "A move in between was missed",
        ConflictKind::SeenAfterEnd => "Seen after the end",
        ConflictKind::TwoLeads => "Several people lead at once",
        ConflictKind::TwoEmployers => "Two employers at once",
        ConflictKind::AfterDeath => "Seen after the death",
        ConflictKind::OutlivesUnit => "Outlives its unit",
        ConflictKind::SharedIdentifier => "An identifier that several claim",
        ConflictKind::AmbiguousName => "A name that can mean several",
        ConflictKind::KeyReused => "A source used one key for two statements",
        ConflictKind::Cycle => "Units that would contain themselves",
    }
}

/// Whether an event of that type says something of units or identities and nothing of a post.
pub(super) fn is_of_structure(event_type: &str) -> bool {
    event_type.starts_with("Unit") || matches!(event_type, "PersonDescribed" | "SamePerson" | "SameUnit")
}

/// What an event of that type says of units and of who is who.
pub(super) fn structure(event_type: &str) -> &str {
    match event_type {
        "UnitFormed" => "formed",
        "UnitRenamed" => "renamed",
        "UnitMoved" => "moved",
        "UnitMerged" => "merged",
        "UnitDissolved" => "dissolved",
        "UnitDescribed" | "PersonDescribed" => "described",
        "SamePerson" | "SameUnit" => "the same",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::wire::schema::event_types;

    use super::*;
    use crate::picture::samples::{bounds, tenure};

    /// The types of events that say something of a post, of a death, or of other events.
    const OF_NO_STRUCTURE: [&str; 11] = [
        "JoinedCompany",
        "LeftCompany",
        "TransferredUnit",
        "AppointedToPost",
        "RelievedOfPost",
        "ChangedTitle",
        "ChangedManager",
        "HeldPost",
        "PersonDied",
        "EventRetracted",
        "PersonErased",
    ];

    #[test]
    fn every_type_of_event_is_of_structure_or_not() {
        for event_type in event_types() {
            let is_of_structure = is_of_structure(event_type);
            assert_ne!(is_of_structure, OF_NO_STRUCTURE.contains(&event_type), "{event_type}");
            assert_eq!(is_of_structure, structure(event_type) != event_type, "{event_type}");
        }
    }

    #[test]
    fn dates_say_how_vague_they_are() {
        let check = |from: Bounds, to: Option<Bounds>, expect: &str| {
            let held = Tenure { from, to, attested: None, ..tenure() };
            assert_eq!(span(&held, "2025-01-01").markup().replace(DOT, "; "), expect);
        };
        let (first, last) = (Some("2024-01-01"), Some("2024-01-09"));
        let month = Bounds { edtf: "2024-01".to_owned(), inferred: true, ..bounds(first, Some("2024-01-31")) };
        check(bounds(first, first), None, "from 2024-01-01; not known to have ended; last seen on no known day");
        check(bounds(None, first), Some(bounds(last, None)), "began 2024-01-01 or before; ended 2024-01-09 or after");
        check(month.clone(), Some(month), "from 2024-01 (inferred); until 2024-01 (inferred)");
        check(bounds(None, None), Some(bounds(None, None)), "began on an unknown day; ended on an unknown day");
        check(
            bounds(first, last),
            Some(bounds(last, last)),
            "began between 2024-01-01 and 2024-01-09; until 2024-01-09",
        );
    }
}
