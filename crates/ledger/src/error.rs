//! Why a question has no answer, and why events are not appended.
//!
//! Errors are matched by variant and keep their source. Deliberately not here: exit codes, and hints of what to do, which
//! are those of the program that asks.

use std::fmt;
use std::sync::Arc;

use tenure_answers::DenialKind;
use tenure_domain::edtf::NotADate;
use tenure_domain::name::NAME_CHARACTERS;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::view::ViewError;
use tenure_domain::wire::Refusal;
use tenure_log::LogError;
use tenure_projector::{ProjectError, Unusable};
use tenure_query::{AskError, EventError, LineTooLong, NotAPeriod, TooDeep};

use crate::cancellation::Cancelled;

/// The most bytes of a question as JSON: room for any name and hundreds of publishers.
pub const QUESTION_BYTES: usize = 64 << 10;

/// The most characters of a text in a question. The id of a unit to which no source gave one is made of the names of its
/// company and of its own, each of at most [`NAME_CHARACTERS`], and the id of a tenure is that of a person and the digits of an
/// event.
pub const TEXT_CHARACTERS: usize = 2 * NAME_CHARACTERS + 100;

/// The most texts in a list of a question.
pub const LISTED: usize = 100;

/// A field of a question that holds a date or a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateField {
    /// The day asked about.
    At,
    /// What was known by then.
    Known,
    /// The first date of what is wanted.
    Since,
    /// The last date of what is wanted.
    Until,
}

impl fmt::Display for DateField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DateField::At => "at",
            DateField::Known => "known",
            DateField::Since => "since",
            DateField::Until => "until",
        })
    }
}

/// What is wrong with a question, whatever the ledger holds.
#[derive(Debug, thiserror::Error)]
pub enum QuestionError {
    /// A text is no day, month or year.
    #[error("{field} {text}: not a calendar day")]
    NotADay {
        /// Where it stands.
        field: DateField,
        /// The text.
        text: String,
    },
    /// A text is no day and no instant.
    #[error("{field} {text}: neither a day nor an instant")]
    NotAnInstant {
        /// Where it stands.
        field: DateField,
        /// The text.
        text: String,
    },
    /// A text is no date in EDTF.
    #[error("{field} {text}: {problem}")]
    NotADate {
        /// Where it stands.
        field: DateField,
        /// The text.
        text: String,
        /// What is wrong with it.
        #[source]
        problem: NotADate,
    },
    /// A range stands where one point is asked about.
    #[error("{field} {text}: this question is about one point")]
    NotOnePoint {
        /// Where it stands.
        field: DateField,
        /// The text.
        text: String,
    },
    /// A range has neither end.
    #[error("{field} {text}: a range has at least one end")]
    NoEnd {
        /// Where it stands.
        field: DateField,
        /// The text.
        text: String,
    },
    /// A range ends before it begins.
    #[error("{field} {text}: the range is reversed")]
    Reversed {
        /// Where it stands.
        field: DateField,
        /// The text.
        text: String,
    },
    /// A diff names one point.
    #[error("a diff compares two points, and this asks for one")]
    NotTwoPoints,
    /// The first date that is wanted lies after the last one.
    #[error("since lies after until")]
    SinceAfterUntil,
    /// How fresh evidence must be is no period.
    #[error("seen-within: {0}")]
    NotAPeriod(#[from] NotAPeriod),
    /// What was recorded is told by neither a position nor an instant.
    #[error("recorded {text}: neither a position nor an instant")]
    NotAPosition {
        /// The text.
        text: String,
    },
    /// There is no such type of event.
    #[error("type {name}: there is no such type of event")]
    UnknownType {
        /// The name that was given.
        name: String,
        /// The name of a type that comes near.
        near: Option<&'static str>,
    },
    /// What is to be found has no letter.
    #[error("`{name}` has no letter to search for")]
    NothingToSearch {
        /// What was given.
        name: String,
    },
    /// The question has too many bytes.
    #[error("the question has {bytes} bytes, and may have {QUESTION_BYTES}")]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// What is asked about is an empty text.
    #[error("the question is about an empty name")]
    Empty,
    /// A list has too many texts: each of them is held against every name, row or event.
    #[error("`{field}` lists {count}, and may list {LISTED}")]
    TooMany {
        /// The field.
        field: String,
        /// How many it lists.
        count: usize,
    },
    /// A text is longer than any answer can need.
    #[error("`{field}` has {characters} characters, and may have {TEXT_CHARACTERS}")]
    TextTooLong {
        /// The field.
        field: String,
        /// How many characters it has.
        characters: usize,
    },
    /// A field that cannot choose among events that could not be read.
    #[error("`{field}` chooses by what events say, and these could not be read")]
    OfUnread {
        /// The field.
        field: String,
    },
    /// A field that cannot choose what a status counts.
    #[error("`{field}` chooses nothing here: a status counts the whole ledger as it stands")]
    OfWhole {
        /// The field.
        field: String,
    },
    /// A field that has one value stands there twice.
    #[error("`{field}` stands there twice")]
    Twice {
        /// The field.
        field: String,
    },
    /// The question is not one JSON object.
    #[error("the question is not one JSON object: {0}")]
    NotAnObject(#[source] serde_json::Error),
    /// The question names no verb that there is.
    #[error("{}", match said { Some(said) => format!("there is no question to {said}"), None => "the question names no verb".to_owned() })]
    NoVerb {
        /// What it names, as JSON, where it names anything.
        said: Option<String>,
        /// A verb that comes near.
        near: Option<&'static str>,
    },
    /// An answer cannot be written in the format that is asked for.
    #[error("format {text}: there is no such format")]
    UnknownFormat {
        /// The word.
        text: String,
    },
    /// The question is to another verb than the one that it is put to.
    #[error("the question says that its verb is {said}, and is asked of `{verb}`")]
    OtherVerb {
        /// The verb that the question names, as JSON.
        said: String,
        /// The verb that it is put to.
        verb: String,
    },
    /// The verb has no such field.
    #[error("a question to `{verb}` has no field `{field}`")]
    NoField {
        /// The verb.
        verb: String,
        /// The field.
        field: String,
        /// A field of the verb that comes near.
        near: Option<&'static str>,
        /// The fields that the verb has.
        fields: Vec<&'static str>,
    },
    /// A field has a value of another sort than it takes.
    #[error("`{field}` is {value}, and takes {takes}")]
    WrongSort {
        /// The field.
        field: String,
        /// The value, as JSON.
        value: String,
        /// What the field takes.
        takes: String,
    },
    /// A field is missing, or has a word that it does not take.
    #[error("this is no question to `{verb}`: {problem}")]
    Unfit {
        /// The verb.
        verb: String,
        /// What is wrong with the fields.
        #[source]
        problem: serde_json::Error,
        /// The fields that the verb has.
        fields: Vec<&'static str>,
    },
}

/// Which stamp of an event lies after the basis asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// When the ledger recorded it.
    Recorded,
    /// When the world learned it.
    Reported,
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stamp::Recorded => "recorded",
            Stamp::Reported => "reported",
        })
    }
}

/// What became of a tenure that is gone: how the event that opened it ended, by which event, and on which day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenureEnd {
    /// What that event was: retracted, corrected or restated.
    pub how: String,
    /// The event that did it.
    pub by: Seq,
    /// On which day.
    pub day: String,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The question itself is wrong.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// A name means none, several, or something of another sort.
    #[error(transparent)]
    Name(AskError),
    /// No event is meant, or several are.
    #[error(transparent)]
    Event(#[from] EventError),
    /// An org chart is too deep.
    #[error(transparent)]
    TooDeep(#[from] TooDeep),
    /// A reporting line is too long.
    #[error(transparent)]
    LineTooLong(#[from] LineTooLong),
    /// The ledger has not come to the position after which the question is to be answered.
    #[error("after {after}: the ledger is at position {head}")]
    NotThereYet {
        /// The position.
        after: Seq,
        /// The last position that is answered.
        head: Seq,
    },
    /// The ledger has not recorded the position on which the answer is to rest.
    #[error("recorded {asked}: the ledger ends at position {head}")]
    NotRecordedYet {
        /// The position.
        asked: Seq,
        /// The last position that is answered.
        head: Seq,
    },
    /// The event is not there on the basis asked for.
    #[error("the event #{seq} was {stamp} after what is asked for")]
    EventLater {
        /// Its position.
        seq: Seq,
        /// Which of its stamps lies after the basis.
        stamp: Stamp,
    },
    /// A tenure is gone, and no other one has taken its place.
    #[error("{}", gone(asked, *seq, end.as_ref()))]
    TenureGone {
        /// The id of the tenure.
        asked: String,
        /// The position of the event that opened it.
        seq: Seq,
        /// The id of that event.
        id: String,
        /// What became of that event, where that is known.
        end: Option<TenureEnd>,
        /// Whether that event can be asked about on this basis.
        opener: Opener,
    },
    /// The answer is about an event, where one about a tenure is wanted.
    #[error("`{of}` is an event, not a tenure")]
    AnEvent {
        /// What was asked for.
        of: String,
    },
    /// The answer is about a tenure, where one about an event is wanted.
    #[error("`{of}` is no event")]
    NotAnEvent {
        /// What was asked for.
        of: String,
    },
    /// The asker waits for the answer no more.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// What is asked does not read.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The log cannot be folded.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl AnswerError {
    /// What an asker can decide by.
    pub fn kind(&self) -> DenialKind {
        match self {
            AnswerError::Name(error) | AnswerError::Event(EventError::Ambiguous(error)) => match error {
                AskError::NotFound { .. } | AskError::OtherSort { .. } | AskError::NoCompany { .. } => {
                    DenialKind::NotFound
                }
                AskError::Ambiguous { .. } => DenialKind::Ambiguous,
                AskError::View(_) => DenialKind::Other,
            },
            AnswerError::Event(EventError::NoSuchPosition { .. })
            | AnswerError::EventLater { .. }
            | AnswerError::TenureGone { .. }
            | AnswerError::AnEvent { .. }
            | AnswerError::NotAnEvent { .. } => DenialKind::NotFound,
            AnswerError::TooDeep(_) => DenialKind::TooDeep,
            AnswerError::Cancelled(_) => DenialKind::Later,
            AnswerError::Question(_)
            | AnswerError::LineTooLong(_)
            | AnswerError::NotThereYet { .. }
            | AnswerError::NotRecordedYet { .. }
            | AnswerError::Project(_)
            | AnswerError::View(_)
            | AnswerError::Log(_) => DenialKind::Other,
        }
    }
}

impl AnswerError {
    /// Whether the events that tell of what is asked for say so as all events would. What a name can mean, or comes near, only
    /// all of them tell.
    pub(crate) fn is_of_few(&self) -> bool {
        match self {
            AnswerError::Question(_)
            | AnswerError::Event(EventError::NoSuchPosition { .. })
            | AnswerError::EventLater { .. }
            | AnswerError::TooDeep(_)
            | AnswerError::LineTooLong(_) => true,
            AnswerError::Event(EventError::Ambiguous(_))
            | AnswerError::Name(_)
            | AnswerError::NotThereYet { .. }
            | AnswerError::NotRecordedYet { .. }
            | AnswerError::TenureGone { .. }
            | AnswerError::AnEvent { .. }
            | AnswerError::NotAnEvent { .. }
            | AnswerError::Cancelled(_)
            | AnswerError::View(_)
            | AnswerError::Project(_)
            | AnswerError::Log(_) => false,
        }
    }
}

impl From<AskError> for AnswerError {
    fn from(error: AskError) -> AnswerError {
        if let AskError::View(error) = error { AnswerError::View(error) } else { AnswerError::Name(error) }
    }
}

/// Whether the event that opened a tenure can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    /// The basis admits it.
    Admitted,
    /// It comes after the basis.
    Later,
}

fn gone(asked: &str, seq: Seq, end: Option<&TenureEnd>) -> String {
    match end {
        Some(TenureEnd { how, by, day }) => {
            format!("the tenure {asked} is gone: the event that opened it, #{seq}, was {how} by #{by} on {day}")
        }
        None => format!("the tenure {asked} does not stand on this basis: #{seq} opened it"),
    }
}

/// Why the snapshots of a ledger cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotsError {
    /// They are missing or do not read, and are made beside those who ask; or another process has them.
    #[error("{}", not_here(.0))]
    BeingMade(Unusable),
    /// They do not read, and do not read either now that they were made anew.
    #[error("the snapshots do not read, though they were made anew: {0}")]
    Unreadable(#[source] ViewError),
    /// They read, and the log of which they are made does not.
    #[error("the log does not read: {0}")]
    Log(#[source] ViewError),
    /// They cannot be written.
    #[error(transparent)]
    Unmade(Arc<ProjectError>),
    /// The log cannot be read to bring them to its head.
    #[error(transparent)]
    Project(#[from] ProjectError),
}

impl From<ViewError> for SnapshotsError {
    fn from(error: ViewError) -> SnapshotsError {
        match error {
            ViewError::Kept(_) => SnapshotsError::Unreadable(error),
            ViewError::Log(_) => SnapshotsError::Log(error),
        }
    }
}

fn not_here(why: &Unusable) -> String {
    match why {
        Unusable::InUse(_) | Unusable::ReadOnly | Unusable::NotADirectory(_) => why.to_string(),
        Unusable::NoneYet | Unusable::OtherVersion | Unusable::Damaged(_) | Unusable::LogUnread(_) => {
            format!("the snapshots are being made: {why}")
        }
    }
}

/// Why what was written to the log is not answered yet.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The snapshots cannot be asked.
    #[error(transparent)]
    Snapshots(#[from] SnapshotsError),
    /// The log cannot be folded.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// What other processes wrote cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Why events are not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// An event says what no event that comes in may say. Nothing was appended.
    #[error("event {id}: {problem}")]
    Refused {
        /// Its id.
        id: EventId,
        /// What is wrong with it.
        #[source]
        problem: Refusal,
    },
    /// Another event of that id stands in the log. Nothing was appended.
    #[error("event {id}: another event of this id stands at position {seq}")]
    Reused {
        /// The id.
        id: EventId,
        /// Where the other one stands.
        seq: Seq,
    },
    /// Two of the events have one id, and do not say the same. Nothing was appended.
    #[error("event {id}: two of these events have this id, and say different things")]
    Twice {
        /// The id.
        id: EventId,
    },
    /// The log cannot be written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The events are in the log, and are not answered yet.
    #[error("the events are appended, and are not answered yet: {0}")]
    NotApplied(#[source] ApplyError),
}
