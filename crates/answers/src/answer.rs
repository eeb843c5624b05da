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
    ($($verb:literal: $variant:ident($answer:ident)),+; $($other:ident($of_other:ident)),+ $(,)?) => {
        answers_of_questions!($($variant($answer)),+, $($other($of_other)),+);

        /// Reads the answer to a verb that has answers of one sort; none where that is no such verb.
        fn read_of_one_sort<'de, D: Deserializer<'de>>(verb: &str, json: D) -> Option<Result<Answer, D::Error>> {
            Some(match verb {
                $($verb => $answer::deserialize(json).map(Answer::$variant),)+
                _ => return None,
            })
        }
    };
    ($($variant:ident($answer:ident)),+) => {$(
        impl TryFrom<Answer> for $answer {
            type Error = OtherAnswer;

            fn try_from(answer: Answer) -> Result<$answer, OtherAnswer> {
                if let Answer::$variant(answer) = answer { Ok(answer) } else { Err(OtherAnswer) }
            }
        }
    )+};
}

answers_of_questions! {
    "person": Person(PersonAnswer),
    "career": Career(CareerAnswer),
    "who": Who(WhoAnswer),
    "holders": Holders(HoldersAnswer),
    "org": Org(OrgAnswer),
    "reports": Reports(ReportsAnswer),
    "diff": Diff(DiffAnswer),
    "conflicts": Conflicts(ConflictsAnswer),
    "find": Find(FindAnswer),
    "moves": Moves(MovesAnswer),
    "log": Log(LogAnswer),
    "list": List(ListAnswer),
    "status": Status(StatusAnswer);
    Why(WhyAnswer),
    Event(EventAnswer),
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
        if verb != "why" {
            return read_of_one_sort(verb, json);
        }
        Some(WhyOrEvent::deserialize(json).map(|answer| match answer {
            WhyOrEvent::Event(answer) => Answer::Event(answer),
            WhyOrEvent::Tenure(answer) => Answer::Why(answer),
        }))
    }
}
