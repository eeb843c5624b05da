//! The answer to any question, and what answers each.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    CareerAnswer, ConflictsAnswer, DiffAnswer, EventAnswer, FindAnswer, HoldersAnswer, ListAnswer, LogAnswer,
    MovesAnswer, OrgAnswer, PersonAnswer, ReportsAnswer, StatusAnswer, WhoAnswer, WhyAnswer, WhyOrEvent,
};

/// An answer to any question.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "there is one to a question, and it is handed on, not kept")]
pub enum Answer {
    /// `person`.
    Person(PersonAnswer),
    /// `career`.
    Career(CareerAnswer),
    /// `who`.
    Who(WhoAnswer),
    /// `holders`.
    Holders(HoldersAnswer),
    /// `org`.
    Org(OrgAnswer),
    /// `reports`.
    Reports(ReportsAnswer),
    /// `diff`.
    Diff(DiffAnswer),
    /// `why`, of a tenure.
    Why(WhyAnswer),
    /// `why`, of one event.
    Event(EventAnswer),
    /// `conflicts`.
    Conflicts(ConflictsAnswer),
    /// `find`.
    Find(FindAnswer),
    /// `moves`.
    Moves(MovesAnswer),
    /// `log`.
    Log(LogAnswer),
    /// `list`.
    List(ListAnswer),
    /// `status`.
    Status(StatusAnswer),
}

/// The answer is to another question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherAnswer;

macro_rules! answers_of_questions {
    ($($answer:ident: $variant:ident),+ $(,)?) => {$(
        impl TryFrom<Answer> for $answer {
            type Error = OtherAnswer;

            fn try_from(answer: Answer) -> Result<$answer, OtherAnswer> {
                if let Answer::$variant(answer) = answer { Ok(answer) } else { Err(OtherAnswer) }
            }
        }
    )+};
}

answers_of_questions! {
    PersonAnswer: Person,
    CareerAnswer: Career,
    WhoAnswer: Who,
    HoldersAnswer: Holders,
    OrgAnswer: Org,
    ReportsAnswer: Reports,
    DiffAnswer: Diff,
    WhyAnswer: Why,
    EventAnswer: Event,
    ConflictsAnswer: Conflicts,
    FindAnswer: Find,
    MovesAnswer: Moves,
    LogAnswer: Log,
    ListAnswer: List,
    StatusAnswer: Status,
}

impl Answer {
    /// The answer as what the question that was put is answered with.
    ///
    /// # Panics
    ///
    /// Where it is the answer to another question.
    pub fn narrow<A: TryFrom<Answer>>(self) -> A {
        A::try_from(self).unwrap_or_else(|_| unreachable!("each question is answered with its own sort of answer"))
    }

    /// Reads what was printed as JSON in answer to a verb; none where that is no verb that answers.
    ///
    /// Fields that are not known here are passed over, so that a newer ledger can be asked.
    pub fn read<'de, D: Deserializer<'de>>(verb: &str, json: D) -> Option<Result<Answer, D::Error>> {
        Some(match verb {
            "person" => PersonAnswer::deserialize(json).map(Answer::Person),
            "career" => CareerAnswer::deserialize(json).map(Answer::Career),
            "who" => WhoAnswer::deserialize(json).map(Answer::Who),
            "holders" => HoldersAnswer::deserialize(json).map(Answer::Holders),
            "org" => OrgAnswer::deserialize(json).map(Answer::Org),
            "reports" => ReportsAnswer::deserialize(json).map(Answer::Reports),
            "diff" => DiffAnswer::deserialize(json).map(Answer::Diff),
            "why" => WhyOrEvent::deserialize(json).map(|answer| match answer {
                WhyOrEvent::Event(answer) => Answer::Event(answer),
                WhyOrEvent::Tenure(answer) => Answer::Why(answer),
            }),
            "conflicts" => ConflictsAnswer::deserialize(json).map(Answer::Conflicts),
            "find" => FindAnswer::deserialize(json).map(Answer::Find),
            "moves" => MovesAnswer::deserialize(json).map(Answer::Moves),
            "log" => LogAnswer::deserialize(json).map(Answer::Log),
            "list" => ListAnswer::deserialize(json).map(Answer::List),
            "status" => StatusAnswer::deserialize(json).map(Answer::Status),
            _ => return None,
        })
    }
}
