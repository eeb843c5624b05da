//! What can be wrong with a question, whatever the ledger holds: it is found before anything is read.
//!
//! Deliberately not here: days and positions of the clocks, which only a ledger settles.

use serde_json::Value;
use tenure_domain::name::NameKey;
use tenure_domain::suggest;
use tenure_domain::wire::schema::event_types;

use super::{Ask, AskedAbout, Question};
use crate::dates;
use crate::error::{LISTED, QuestionError, TEXT_CHARACTERS};

/// The fields of all questions that a status refuses: it counts the whole ledger as it stands.
pub const NOT_OF_STATUS: [&str; 7] =
    ["known", "recorded", "min_confidence", "source", "not_source", "company", "seen_within"];

impl Question {
    /// Refuses a question that no ledger answers.
    pub(crate) fn must_make_sense(&self) -> Result<(), QuestionError> {
        self.must_be_bounded()?;
        self.must_apply()?;
        if let AskedAbout::Person("") | AskedAbout::Unit("") | AskedAbout::Either("") | AskedAbout::Evidence("") =
            self.ask.about()
        {
            return Err(QuestionError::Empty);
        }
        match &self.ask {
            Ask::Log { since, until, types, .. } => {
                dates::between(since.as_deref(), until.as_deref())?;
                types.iter().try_for_each(|name| must_be_a_type(name))
            }
            Ask::Holders { since, until, .. } | Ask::Moves { since, until, .. } => {
                dates::between(since.as_deref(), until.as_deref()).map(drop)
            }
            Ask::Find { name, .. } if NameKey::of(name).is_none() => {
                Err(QuestionError::NothingToSearch { name: name.clone() })
            }
            Ask::Person { .. }
            | Ask::Career { .. }
            | Ask::Who { .. }
            | Ask::Org { .. }
            | Ask::Reports { .. }
            | Ask::Diff { .. }
            | Ask::Why { .. }
            | Ask::Conflicts { .. }
            | Ask::List { .. }
            | Ask::Find { .. }
            | Ask::Status {} => Ok(()),
        }
    }

    /// Refuses a question with longer texts or lists than any answer can need: each of them is held against every name,
    /// row or event.
    fn must_be_bounded(&self) -> Result<(), QuestionError> {
        for (field, value) in self.fields() {
            let texts = value.as_array().map_or_else(|| std::slice::from_ref(&value), Vec::as_slice);
            if texts.len() > LISTED {
                return Err(QuestionError::TooMany { field, count: texts.len() });
            }
            let longest = texts.iter().filter_map(Value::as_str).map(|text| text.chars().count()).max();
            if let Some(characters) = longest.filter(|longest| *longest > TEXT_CHARACTERS) {
                return Err(QuestionError::TextTooLong { field, characters });
            }
        }
        Ok(())
    }

    /// Refuses what cannot choose among what is asked for: events that could not be read, of which nothing is known but where
    /// they stand, and the counts of a status, which are those of the whole ledger as it stands.
    fn must_apply(&self) -> Result<(), QuestionError> {
        type Refused = fn(String) -> QuestionError;
        let (no_use, error): (&[&str], Refused) = if let Ask::Log { quarantined: true, .. } = self.ask {
            (
                &["target", "since", "until", "type", "known", "min_confidence", "source", "not_source", "company"],
                |field| QuestionError::OfUnread { field },
            )
        } else if let Ask::Status {} = self.ask {
            (&NOT_OF_STATUS, |field| QuestionError::OfWhole { field })
        } else {
            return Ok(());
        };
        let is_given = |value: &Value| value.as_array().is_none_or(|texts| !texts.is_empty());
        let given = self.fields().into_iter().find(|(field, value)| no_use.contains(&&**field) && is_given(value));
        given.map_or(Ok(()), |(field, _)| Err(error(field)))
    }
}

fn must_be_a_type(name: &str) -> Result<(), QuestionError> {
    if event_types().any(|known| known == name) {
        return Ok(());
    }
    Err(QuestionError::UnknownType { name: name.to_owned(), near: suggest::nearest(name, event_types()) })
}
