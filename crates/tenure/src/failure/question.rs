//! Questions that are wrong in themselves.

use tenure_domain::name::NAME_CHARACTERS;
use tenure_ledger::QuestionError;
use tenure_ledger::question::VERBS;

use super::Failure;

/// How a day is written.
const DAY_FORMS: &str = "write a day as 2025-09-30, a month as 2025-09 or a year as 2025, which is its last day; or yesterday, -30d, -18m, -2y";
/// How a point of knowledge is written.
const INSTANT_FORMS: &str = "write a day as 2025-09-30, which is all of that UTC day, a month or a year, yesterday, -30d, or an instant as 2025-09-30T06:00:00Z";
/// How a range is written.
const RANGE_FORMS: &str = "write a range as D1..D2, D1.. or ..D2, or name a month as 2025-09 or a year as 2025";
/// How two points are named.
const TWO_POINTS: &str = "name two days with --at, two points of knowledge with --known, or both: --at 2024-07-01..2024-08-01, --at 2024-07 (that month), --at 2024-07-01.. (until today), --known 2024-03-01..2024-12-01";

impl From<QuestionError> for Failure {
    fn from(error: QuestionError) -> Failure {
        let text = error.to_string();
        let of_flag = format!("--{text}");
        match error {
            QuestionError::NotADay { .. } => Failure::usage(of_flag, DAY_FORMS),
            QuestionError::NotAnInstant { .. } => Failure::usage(of_flag, INSTANT_FORMS),
            QuestionError::NotADate { problem, .. } => Failure::usage(of_flag, problem.hint()),
            QuestionError::NotOnePoint { .. } => Failure::usage(of_flag, "ranges are for tenure diff"),
            QuestionError::NoEnd { .. } => Failure::usage(of_flag, RANGE_FORMS),
            QuestionError::Reversed { .. } => Failure::usage(of_flag, "write the earlier point first"),
            QuestionError::NotTwoPoints => Failure::usage(text, TWO_POINTS),
            QuestionError::SinceAfterUntil => {
                Failure::usage("--since lies after --until", "write the earlier date as --since")
            }
            QuestionError::NotAPeriod(_) => Failure::usage(of_flag, "write days as 90d, months as 18m, years as 2y"),
            QuestionError::NotAPosition { .. } => Failure::usage(
                of_flag,
                "write a position as 1200, a day as 2025-09-30, or an instant as 2025-09-30T06:00:00Z",
            ),
            QuestionError::UnknownType { near, .. } => {
                let hint = near.map_or("tenure schema lists them".to_owned(), |near| format!("did you mean `{near}`?"));
                Failure::usage(of_flag, hint)
            }
            QuestionError::NothingToSearch { .. } => {
                Failure::usage(text, "tenure list people shows everybody; also: list companies, units, titles, sources")
            }
            QuestionError::TooLong { .. } => Failure::usage(text, "ask about less at a time"),
            QuestionError::OfUnread { .. } => {
                Failure::usage(text, "of what is quarantined, a position recorded and a limit alone choose")
            }
            QuestionError::OfWhole { .. } => Failure::usage(
                text,
                "leave it out; tenure list companies, people, units or titles has counts on any basis",
            ),
            QuestionError::Empty => Failure::usage(text, "give a name, an alias or an id"),
            QuestionError::Twice { .. } => Failure::usage(text, "give it once"),
            QuestionError::TooMany { .. } => Failure::usage(text, "ask about fewer at a time"),
            QuestionError::TextTooLong { .. } => {
                Failure::usage(text, format!("a name has at most {NAME_CHARACTERS}, and the id of a unit those of two"))
            }
            QuestionError::NotAnObject(_) => {
                Failure::usage(text, r#"ask as in {"person": "Ann Lee", "at": "2025-09-30"}"#)
            }
            QuestionError::NoVerb { near, .. } => {
                let verbs = VERBS.map(|(verb, _)| verb).join(", ");
                let hint =
                    near.map_or(format!("its `verb` is one of {verbs}"), |near| format!("did you mean `{near}`?"));
                Failure::usage(text, hint)
            }
            QuestionError::UnknownFormat { .. } => {
                Failure::usage(of_flag, "an answer comes as json, ndjson, csv or table")
            }
            QuestionError::OtherVerb { .. } => Failure::usage(text, "leave `verb` out, or ask where it is answered"),
            QuestionError::NoField { near: Some(near), .. } => Failure::usage(text, format!("did you mean `{near}`?")),
            QuestionError::NoField { near: None, fields, .. } | QuestionError::Unfit { fields, .. } => {
                Failure::usage(text, format!("its fields are {}", fields.join(", ")))
            }
            QuestionError::WrongSort { takes, .. } => Failure::usage(text, format!("give {takes}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::day::Day;
    use tenure_ledger::Question;

    use crate::failure::{Exit, Failure};

    #[test]
    fn what_no_verb_takes_is_told_with_a_hint() {
        for (json, hint) in [
            ("[]", "ask as in {\"person\": \"Ann Lee\", \"at\": \"2025-09-30\"}"),
            (r#"{"persn": "Ann"}"#, "did you mean `person`?"),
            (r#"{"verb": "who", "person": "Ann"}"#, "leave `verb` out, or ask where it is answered"),
        ] {
            let error = Question::read("person", json.as_bytes(), Day::from_number(20_000)).expect_err(json);
            let failure = Failure::from(error);
            assert_eq!((failure.exit, failure.hint.as_deref()), (Exit::Usage, Some(hint)), "{json}");
        }
    }
}
