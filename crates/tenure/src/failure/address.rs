//! Questions that have no answer, for those who ask by addresses: where the command names its flags and verbs, parameters and
//! paths. All else is told alike.

use tenure_answers::Sort;
use tenure_ledger::{AnswerError, Opener, QuestionError};
use tenure_query::{AskError, EventError, TitleHeld};
use tenure_serve::{Denial, ReplyError};

use super::Failure;

/// Why there is no answer, in words for those who ask by addresses.
pub(crate) fn deny_by_address(error: ReplyError) -> Denial {
    let said = match &error {
        ReplyError::Answer(error) => of_answer(error),
        ReplyError::NotInTime { .. } => Said { text: Some(error.to_string()), hint: None },
        ReplyError::Busy
        | ReplyError::Panicked
        | ReplyError::TooLarge { .. }
        | ReplyError::Render(_)
        | ReplyError::Rebuild(_)
        | ReplyError::RebuildGone
        | ReplyError::Io(_) => Said::default(),
    };
    let mut failure = Failure::from(error);
    failure.error = said.text.unwrap_or(failure.error);
    failure.hint = said.hint.or(failure.hint);
    failure.into()
}

/// What is said otherwise than by the command.
#[derive(Default)]
struct Said {
    text: Option<String>,
    hint: Option<String>,
}

impl Said {
    fn hint(hint: impl Into<String>) -> Said {
        Said { text: None, hint: Some(hint.into()) }
    }
}

/// The address of a question with one field.
fn path(verb: &str, field: &str, text: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(field, text);
    format!("/v1/{verb}?{}", query.finish())
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all else is told as the command tells it")]
fn of_answer(error: &AnswerError) -> Said {
    match error {
        AnswerError::Question(question) => of_question(question),
        AnswerError::Name(name) => of_name(name),
        AnswerError::Event(EventError::NoSuchPosition { .. }) => {
            Said::hint("/v1/log lists the events with their positions")
        }
        AnswerError::Event(EventError::Ambiguous(_)) => Said::hint("give more of the id, or the position as of=%2312"),
        AnswerError::NotThereYet { .. } => Said {
            text: Some(error.to_string()),
            hint: Some("ask again later, or wait longer with wait_ms".to_owned()),
        },
        AnswerError::NotRecordedYet { .. } => Said { text: Some(error.to_string()), hint: None },
        AnswerError::EventLater { .. } => Said::hint("ask without known and recorded"),
        AnswerError::TenureGone { id, opener: Opener::Admitted, .. } => Said::hint(path("why", "of", id)),
        _ => Said::default(),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all else is told as the command tells it")]
fn of_name(error: &AskError) -> Said {
    match error {
        AskError::NotFound { asked, title: Some(TitleHeld { places, .. }), .. } => {
            let place = places.first().map_or("UNIT", |place| place.name.as_str());
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("unit", place).append_pair("title", asked);
            Said::hint(format!("ask /v1/who?{}, or {} for all places", query.finish(), path("find", "name", asked)))
        }
        AskError::NotFound { asked, suggestions, .. } if suggestions.is_empty() => {
            Said::hint(format!("search with {}", path("find", "name", asked)))
        }
        AskError::OtherSort { asked, found } => Said::hint(match found.kind {
            Sort::Person => format!("ask {}", path("person", "person", asked)),
            Sort::Unit => format!("ask {}", path("who", "unit", asked)),
            Sort::Tenure | Sort::Event => format!("ask {}", path("why", "of", asked)),
        }),
        AskError::NoCompany { found, .. } => Said::hint(match &found.company {
            Some(company) if found.kind == Sort::Unit => format!("its company is company={}", company.name),
            Some(_) | None => "company takes the company whose units are meant".to_owned(),
        }),
        AskError::Ambiguous { .. } => Said::hint("ask by one of these ids; for a unit, company also tells them apart"),
        _ => Said::default(),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all else is told as the command tells it")]
fn of_question(error: &QuestionError) -> Said {
    let hint = match error {
        QuestionError::NotOnePoint { .. } => Some("ranges are for /v1/diff"),
        QuestionError::NotTwoPoints => {
            Some("give two days as at=D1..D2, two points of knowledge as known=K1..K2, or both")
        }
        QuestionError::SinceAfterUntil => Some("give the earlier date as since"),
        QuestionError::NothingToSearch { .. } => Some("/v1/list?what=people shows everybody"),
        QuestionError::UnknownType { near: None, .. } => Some("docs/events.md lists them"),
        _ => None,
    };
    Said { text: Some(error.to_string()), hint: hint.map(str::to_owned) }
}
