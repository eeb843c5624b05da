//! Questions that have no answer, for those who do not type commands: where the command names its flags and verbs, these get
//! parameters and paths of addresses, or fields of a question; those who read pages are told what to do on a page. All else is told
//! alike.

use serde_json::{Map, Value};
use tenure_answers::Sort;
use tenure_ledger::{AnswerError, Opener, QuestionError};
use tenure_query::{AskError, EventError};
use tenure_serve::{Denial, ReplyError};

use super::Failure;
use super::answer::{are_of_companies, share_an_id};

/// How questions are asked at a door.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As an address.
    Address,
    /// As a verb or tool with fields.
    Fields,
    /// By the fields and links of a page.
    Page,
}

/// Why there is no answer, in words for those who ask by addresses.
pub(crate) fn deny_by_address(error: ReplyError) -> Denial {
    Form::Address.deny(error)
}

/// Why there is no answer, in words for those who read pages.
pub(crate) fn deny_by_page(error: ReplyError) -> Denial {
    Form::Page.deny(error)
}

/// Why there is no answer, in words for those who ask with fields: lines of JSON, tools of agents.
pub(crate) fn deny_by_field(error: ReplyError) -> Denial {
    Form::Fields.deny(error)
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

impl Form {
    fn deny(self, error: ReplyError) -> Denial {
        let said = match &error {
            ReplyError::Answer(error) => self.of_answer(error),
            ReplyError::NotInTime { .. } => Said { text: Some(error.to_string()), hint: None },
            ReplyError::Busy
            | ReplyError::TooLong { .. }
            | ReplyError::Panicked
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

    /// A question with some fields, as it is asked.
    fn question(self, verb: &str, fields: &[(&str, &str)]) -> String {
        match self {
            Form::Address => {
                let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                format!("/v1/{verb}?{query}")
            }
            Form::Fields => {
                let fields: Map<String, Value> =
                    fields.iter().map(|(field, text)| ((*field).to_owned(), Value::from(*text))).collect();
                format!("{verb} {}", Value::Object(fields))
            }
            Form::Page => "with the search above".to_owned(),
        }
    }

    /// A field with what it is given.
    fn field(self, field: &str, text: &str) -> String {
        match self {
            Form::Address => format!("{field}={text}"),
            Form::Fields => format!("{}: {}", Value::from(field), Value::from(text)),
            Form::Page => text.to_owned(),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all else is told as the command tells it")]
    fn of_answer(self, error: &AnswerError) -> Said {
        match error {
            AnswerError::Question(question) => self.of_question(question),
            AnswerError::Name(name) => self.of_name(name),
            AnswerError::Event(EventError::NoSuchPosition { .. }) => Said::hint(match self {
                Form::Address => "/v1/log lists the events with their positions",
                Form::Fields => "what why gives as evidence has its position as seq",
                Form::Page => "the first page shows the last events",
            }),
            AnswerError::Event(EventError::Ambiguous(_)) => Said::hint(match self {
                Form::Address => "give more of the id, or the position as of=%2312",
                Form::Fields => "give more of the id, or the position as #12",
                Form::Page => "give more of the id",
            }),
            AnswerError::NotThereYet { .. } => Said {
                text: Some(error.to_string()),
                hint: Some("ask again later, or wait longer with wait_ms".to_owned()),
            },
            AnswerError::NotRecordedYet { .. } => Said { text: Some(error.to_string()), hint: None },
            AnswerError::EventLater { .. } => Said::hint(match self {
                Form::Address | Form::Fields => "ask without known and recorded",
                Form::Page => "set the clocks Known and Recorded to now",
            }),
            AnswerError::TenureGone { .. } if self == Form::Page => {
                Said::hint("it stands on other clocks: set Known and Recorded to when it was told")
            }
            AnswerError::TenureGone { id, opener: Opener::Admitted, .. } => {
                Said::hint(format!("ask {}", self.question("why", &[("of", id)])))
            }
            _ => Said::default(),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all else is told as the command tells it")]
    fn of_name(self, error: &AskError) -> Said {
        match error {
            AskError::NotFound { title: Some(_), .. } if self == Form::Page => {
                Said::hint("it is a title: the search above shows where it is held")
            }
            AskError::NotFound { asked, title: Some(held), .. } => {
                let who = self.question("who", &[("unit", held.first_asked()), ("title", asked)]);
                Said::hint(format!("ask {who}, or {} for all places", self.question("find", &[("name", asked)])))
            }
            AskError::NotFound { asked, suggestions, .. } if suggestions.is_empty() => {
                let find = self.question("find", &[("name", asked)]);
                Said::hint(if self == Form::Page {
                    format!("look for a part of it {find}")
                } else {
                    format!("search with {find}")
                })
            }
            AskError::OtherSort { asked, found } => Said::hint(match found.kind {
                Sort::Person => format!("ask {}", self.question("person", &[("person", asked)])),
                Sort::Unit => format!("ask {}", self.question("who", &[("unit", asked)])),
                Sort::Tenure | Sort::Event => format!("ask {}", self.question("why", &[("of", asked)])),
            }),
            AskError::NoCompany { found, .. } => Said::hint(match &found.company {
                Some(company) if found.kind == Sort::Unit => {
                    format!("its company is {}", self.field("company", &company.name))
                }
                Some(_) | None => "company takes the company whose units are meant".to_owned(),
            }),
            AskError::Ambiguous { candidates, .. } => Said::hint(if share_an_id(candidates) {
                "company tells apart what has one id; a company itself is asked for by its name"
            } else if are_of_companies(candidates) {
                "ask by one of these ids; for a unit, company also tells them apart"
            } else {
                "ask by one of these ids"
            }),
            _ => Said::default(),
        }
    }

    fn of_question(self, error: &QuestionError) -> Said {
        let hint = match (error, self) {
            (QuestionError::NotOnePoint { .. }, Form::Address) => "ranges are for /v1/diff",
            (QuestionError::NotOnePoint { .. }, Form::Fields) => "ranges are for diff",
            (QuestionError::NotOnePoint { .. }, Form::Page) => "two points are compared under What changed",
            (QuestionError::NotTwoPoints, Form::Address) => {
                "give two days as at=D1..D2, two points of knowledge as known=K1..K2, or both"
            }
            (QuestionError::NotTwoPoints, Form::Fields) => {
                r#"give two days as "at": "D1..D2", two points of knowledge as "known": "K1..K2", or both"#
            }
            (QuestionError::NotTwoPoints, Form::Page) => "give two days, two points of knowledge, or both",
            (QuestionError::SinceAfterUntil, _) => "give the earlier date as since",
            (QuestionError::NothingToSearch { .. }, Form::Address) => "/v1/list?what=people shows everybody",
            (QuestionError::NothingToSearch { .. }, Form::Fields | Form::Page) => {
                "search for a part of a name, in any script"
            }
            (QuestionError::UnknownType { near: None, .. }, _) => "docs/events.md lists them",
            _ => return Said { text: Some(error.to_string()), hint: None },
        };
        Said { text: Some(error.to_string()), hint: Some(hint.to_owned()) }
    }
}
