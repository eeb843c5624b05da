//! Services that end, and questions to a service that have no answer.

use tenure_answers::DenialKind;
use tenure_domain::plain_text::in_part;
use tenure_http::{TlsError, TokenError};
use tenure_log::replica::ReplicaError;
use tenure_serve::{Denial, ExchangeError, ReplyError, ServeError};

use super::{Exit, Failure};

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Failure {
        let text = error.to_string();
        match error {
            ServeError::Log(error) => Failure::from(error),
            ServeError::Replica(error) => Failure::from(error),
            ServeError::Apply(error) => Failure::from(error),
            ServeError::StreamGone { .. } | ServeError::StreamShorter { .. } => Failure::new(Exit::Failure, text).hint(
                "nothing was changed, and the copy still has them: copy it to a new stream with tenure log copy, and \
                 follow that into a new directory",
            ),
            ServeError::CannotServe(_) | ServeError::CannotStop(_) => Failure::new(Exit::Unreachable, text),
            ServeError::Io(error) => Failure::from(error),
        }
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Failure {
        let text = error.to_string();
        match error {
            TokenError::Unreadable { .. } => Failure::usage(text, "name a file with a token that this user may read"),
            TokenError::Open { .. } => Failure::usage(text, "chmod 600 it: whoever reads it may do what it allows"),
            TokenError::NoToken { .. } => Failure::usage(text, "make one with openssl rand -hex 32"),
        }
    }
}

impl From<TlsError> for Failure {
    fn from(error: TlsError) -> Failure {
        let text = error.to_string();
        match error {
            TlsError::Unreadable { .. } => Failure::usage(text, "name a file of PEM that this user may read"),
            TlsError::Open { .. } => Failure::usage(text, "chmod 640 it, or 600"),
            TlsError::Unfit(_) => Failure::usage(text, "name the certificate of that key with --http-cert"),
        }
    }
}

impl From<ReplicaError> for Failure {
    fn from(error: ReplicaError) -> Failure {
        let text = error.to_string();
        match error {
            ReplicaError::OfAnother { .. } => {
                Failure::new(Exit::Failure, text).hint("serve it from a directory of its own: --data DIR")
            }
            ReplicaError::Shorter { stream, head, copied, .. } => Failure::new(
                Exit::Failure,
                format!("{text}: positions {} to {copied} are lost there", head.next()),
            )
            .hint(format!(
                "nothing was changed. The copy still has them: stop what publishes to {stream}, and copy the ledger to a \
                 new stream with tenure log copy"
            )),
            ReplicaError::Differs { .. } => Failure::new(Exit::Failure, text).hint(
                "nothing was changed. A stream that was put back from an older backup and has grown since lost what the \
                 copy still has: copy that to a new stream with tenure log copy, and follow it into a new directory; or \
                 name the right stream with --nats-stream",
            ),
            ReplicaError::Log(error) => Failure::from(error),
        }
    }
}

impl From<ReplyError> for Failure {
    fn from(error: ReplyError) -> Failure {
        let text = error.to_string();
        match error {
            ReplyError::Answer(error) => Failure::from(error),
            ReplyError::Busy => {
                Failure::new(Exit::Unreachable, text).hint("ask again in a moment").kind(DenialKind::Later)
            }
            ReplyError::NotInTime { .. } => Failure::new(Exit::NotReached, format!("--{text}"))
                .hint("ask for the position that the log gave an event"),
            ReplyError::TooLong { header, .. } => Failure::new(Exit::Unreachable, text)
                .hint(format!("wait longer, and say in `{header}` how long; or ask for less"))
                .kind(DenialKind::Later),
            ReplyError::Panicked => Failure::new(Exit::Failure, text).hint("its log says more"),
            ReplyError::Render(error) => Failure::from(error),
            ReplyError::Rebuild(error) => Failure::from(error),
            ReplyError::RebuildGone => Failure::new(Exit::Failure, text),
            ReplyError::Io(error) => Failure::from(error),
        }
    }
}

impl From<ExchangeError> for Failure {
    fn from(error: ExchangeError) -> Failure {
        let text = error.to_string();
        let unreachable = |hint: &str| Failure::new(Exit::Unreachable, text.as_str()).hint(hint);
        match error {
            ExchangeError::Denied(Denial { exit, kind, error, hint, candidates }) => {
                Failure { kind, hint, candidates, ..Failure::new(exit, error) }
            }
            ExchangeError::NoReply(_) | ExchangeError::Closed | ExchangeError::CannotListen(_) => {
                Failure::new(Exit::Unreachable, text)
            }
            ExchangeError::NotAllowed { .. } => {
                unreachable("docs/service.md lists what those who ask need to be allowed")
            }
            ExchangeError::TooLate { .. } => {
                unreachable("older bases and whole logs take longer: wait longer with --timeout SECONDS")
            }
            ExchangeError::NobodyAnswers { .. } => {
                unreachable("run tenure serve on the ledger, or name where it answers with --nats-queries")
            }
            ExchangeError::NotWhole { .. } | ExchangeError::NeighbourGone { .. } => unreachable("ask again"),
            ExchangeError::NoAnswer { .. } => {
                Failure::new(Exit::Failure, text).hint("is it of another version? See nats micro info tenure")
            }
        }
    }
}

impl From<Failure> for Denial {
    fn from(failure: Failure) -> Denial {
        let Failure { exit, kind, error, hint, candidates, reader: _ } = failure;
        let hint = hint.map(|hint| in_part(&hint).into_owned());
        Denial { exit, kind, error: in_part(&error).into_owned(), hint, candidates }
    }
}
