//! Why a service ends, why it does not answer a question, and why a client has no answer.

use std::time::Duration;

use tenure_domain::position::Seq;
use tenure_ledger::{AnswerError, ApplyError, QuestionError};
use tenure_log::LogError;
use tenure_log::replica::ReplicaError;
use tenure_projector::ProjectError;
use tenure_render::RenderError;

use crate::denial::Denial;

/// Why a service ends or does not begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The log cannot be read or written, or the stream cannot be reached.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The directory cannot hold a copy of the stream.
    #[error(transparent)]
    Replica(#[from] ReplicaError),
    /// What was written cannot be answered.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The stream that was followed is gone.
    #[error("{source}: the stream that was followed is gone, and with it positions 1 to {copied}")]
    StreamGone {
        /// What the server says.
        source: LogError,
        /// The last position of the copy.
        copied: Seq,
    },
    /// The stream that was followed ends before the copy.
    #[error("{source}: positions {first} to {copied} are lost there")]
    StreamShorter {
        /// What the server says.
        source: LogError,
        /// The first position that is lost.
        first: Seq,
        /// The last position of the copy.
        copied: Seq,
    },
    /// The service cannot be announced on the server.
    #[error("cannot serve: {0}")]
    CannotServe(#[source] async_nats::Error),
    /// What is under way cannot be sent.
    #[error("cannot stop: {0}")]
    CannotStop(#[source] async_nats::Error),
    /// The system gives no thread, or does not tell when to stop.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Why a service does not answer a question.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// The ledger has no answer.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// Too many questions are under way, of all clients or of this one.
    #[error("the service is busy")]
    Busy,
    /// The position after which the question is to be answered cannot come in the time that it gives.
    #[error("after {after}: the ledger is at position {head}, and cannot be there in time")]
    NotInTime {
        /// The position.
        after: Seq,
        /// The last position that is answered.
        head: Seq,
    },
    /// The answer was not there in the time for which it is worked on where its asker does not say how long it waits.
    #[error("there is no answer within {} seconds, and the question does not say in `{header}` how long it waits", most.as_secs())]
    TooLong {
        /// What would say so.
        header: &'static str,
        /// For how long it was worked on.
        most: Duration,
    },
    /// A thread that answered panicked.
    #[error("the service failed on this question")]
    Panicked,
    /// The answer cannot be written, or has too many bytes.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The snapshots cannot be made anew.
    #[error(transparent)]
    Rebuild(#[from] ProjectError),
    /// The thread that made the snapshots anew is gone.
    #[error("the rebuild failed")]
    RebuildGone,
    /// The system gives no thread.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<QuestionError> for ReplyError {
    fn from(error: QuestionError) -> ReplyError {
        ReplyError::Answer(error.into())
    }
}

/// Why a client has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The service says why there is none.
    #[error("{}", .0.error)]
    Denied(Denial),
    /// The question cannot be sent, or nothing can be heard.
    #[error("no reply over NATS: {0}")]
    NoReply(#[source] async_nats::Error),
    /// The server does not let this user ask, or hear what is answered.
    #[error(transparent)]
    NotAllowed {
        /// What is not allowed.
        source: LogError,
    },
    /// No answer came in time.
    #[error("no answer on {subject} within {seconds} seconds")]
    TooLate {
        /// Where it was asked.
        subject: String,
        /// How long was waited.
        seconds: f64,
    },
    /// No service listens there.
    #[error("nobody answers on {subject}")]
    NobodyAnswers {
        /// Where it was asked.
        subject: String,
    },
    /// The connection was closed meanwhile.
    #[error("the connection to NATS was closed")]
    Closed,
    /// The process of this machine that had the snapshots is gone.
    #[error("{socket}: the process that answered there is gone: {source}")]
    NeighbourGone {
        /// Where it was asked.
        socket: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Parts of the reply are missing or out of order.
    #[error("the reply on {subject} is not whole: {problem}")]
    NotWhole {
        /// Where it was asked.
        subject: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The reply is no answer to the question.
    #[error("the service answered with something else than an answer: {problem}")]
    NoAnswer {
        /// What is wrong with it.
        problem: String,
    },
    /// What is applied cannot be listened to.
    #[error("cannot listen: {0}")]
    CannotListen(#[source] async_nats::Error),
}
