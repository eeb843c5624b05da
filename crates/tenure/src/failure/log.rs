//! Logs, snapshots and inputs that fail.

use std::fmt::Write as _;

use tenure_domain::wire::Refusal;
use tenure_ledger::{ApplyError, SnapshotsError, with_causes};
use tenure_log::{LogError, Witness, replica};
use tenure_producer::adapter::AdapterError;
use tenure_producer::{IngestError, Summary};
use tenure_projector::ProjectError;

use super::{Exit, Failure};

/// What to do where nothing can be written.
const READ_ONLY: &str = "may this user read and write there, and is the medium writable? What can be read answers questions \
                         all the same";

impl From<LogError> for Failure {
    fn from(error: LogError) -> Failure {
        let text = with_causes(&error);
        if error.is_read_only() {
            return Failure::new(Exit::Failure, text).hint(READ_ONLY);
        }
        match error {
            LogError::NoJournal { .. } => Failure::new(Exit::Unreachable, text)
                .hint("name a ledger with --data DIR or TENURE_DATA, or make one: tenure ingest FILE, tenure demo"),
            LogError::InUse { .. } => Failure::new(Exit::Unreachable, text)
                .hint(
                "wait longer for the other process with --wait TIME, end it first, or name another ledger with --data DIR",
            ),
            LogError::IsACopy { .. } => Failure::usage(text, "name the server of the stream with --nats"),
            LogError::Damaged { .. } | LogError::SegmentMissing { .. } | LogError::NotASegment { .. } => {
                Failure::new(Exit::Failure, text).hint("nothing was changed: put the file back from a backup")
            }
            LogError::Displaced { .. } => {
                Failure::new(Exit::Failure, text).hint("a lock file is never stale: leave it where it is")
            }
            LogError::ReadOnly { .. } => Failure::new(Exit::Failure, text).hint(READ_ONLY),
            LogError::NoSuchRecord { .. } => Failure::new(Exit::NotReached, text),
            LogError::EndLost { dir, .. } if dir.parent().is_some_and(replica::is_one) => {
                Failure::new(Exit::Unverified, text)
                    .hint("it is the copy of a stream: tenure serve fetches what is lost again, where the stream has it")
            }
            LogError::EndLost { witness: Witness::Snapshots, .. } => Failure::new(Exit::Unverified, text).hint(
                "put the journal back from a backup; tenure verify --accept-loss goes on after the lost records. If the \
                 snapshots are another ledger's, move them away",
            ),
            LogError::EndLost { .. } => Failure::new(Exit::Unverified, text).hint(
                "put the journal back from a backup; tenure verify --accept-loss goes on after the lost records",
            ),
            LogError::Unfit { .. } => Failure::new(Exit::Failure, text).hint(
                "keep both files, and compare the journal with a copy, or its digest with one that was noted elsewhere",
            ),
            LogError::NotAFile { .. } => {
                Failure::new(Exit::Failure, text).hint("something else lies in its place: move it away")
            }
            LogError::Io { .. } | LogError::NotOneObject { .. } | LogError::NoRuntime { .. } => {
                Failure::new(Exit::Failure, text)
            }
            LogError::NotAnAddress { .. } => {
                Failure::usage(text, "write it as nats://HOST:4222, with --nats or TENURE_NATS; tls:// insists on TLS")
            }
            LogError::Unreachable { .. } => Failure::new(Exit::Unreachable, text)
                .hint("is a NATS server with JetStream running there? --nats or TENURE_NATS names another"),
            LogError::Refused { .. } => Failure::new(Exit::Unreachable, text).hint(
                "log in with --nats-creds FILE, --nats-nkey FILE, --nats-user USER and --nats-password-file FILE, \
                 or --nats-token-file FILE",
            ),
            LogError::Tls { .. } => Failure::new(Exit::Unreachable, text)
                .hint("--nats-ca FILE names whom to trust, --nats-cert and --nats-key show who asks"),
            LogError::Denied { .. } => Failure::new(Exit::Unreachable, text)
                .hint("docs/nats.md lists what a producer and a reader need to be allowed, docs/service.md what a service does"),
            LogError::NoStream { .. } => Failure::new(Exit::Unreachable, text)
                .hint("make it with tenure nats init or tenure ingest, or name another with --nats-stream"),
            LogError::NotCreated { .. } => Failure::new(Exit::Failure, text)
                .hint("may this user create streams, and has the cluster as many servers as it shall have replicas?"),
            LogError::UnfitStream { .. } => Failure::new(Exit::Failure, text).hint(
                "change it with the nats tool (nats stream edit), or have tenure make another: --nats-stream NAME; \
                 storage and retention cannot be changed",
            ),
            LogError::NotTaken { .. } => Failure::new(Exit::Failure, text).hint("nothing of it was appended"),
            LogError::AnotherStream { .. }
            | LogError::ShorterThan { .. }
            | LogError::EventsMissing { .. }
            | LogError::Rewritten { .. } => Failure::new(Exit::Failure, text)
                .hint("an append-only log must not lose events: restore the stream from a backup"),
            LogError::Unacknowledged { .. } => {
                Failure::new(Exit::Unreachable, text).hint("running it again is harmless")
            }
        }
    }
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Failure {
        match error {
            ProjectError::Log(error) => Failure::from(error),
            error @ ProjectError::Store { .. } => unwritten(&error),
        }
    }
}

/// Snapshots that cannot be written.
fn unwritten(error: &ProjectError) -> Failure {
    Failure::new(Exit::Failure, with_causes(error))
        .hint("the log is whole; is there room on the disk, and may this directory be written?")
}

impl From<SnapshotsError> for Failure {
    fn from(error: SnapshotsError) -> Failure {
        match error {
            SnapshotsError::Project(error) => Failure::from(error),
            SnapshotsError::Unmade(error) => unwritten(&error),
            SnapshotsError::BeingMade(_) | SnapshotsError::Unreadable(_) | SnapshotsError::Log(_) => {
                Failure::new(Exit::Failure, error.to_string())
            }
        }
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Failure {
        match error {
            ApplyError::Snapshots(error) => Failure::from(error),
            ApplyError::Project(error) => Failure::from(error),
            ApplyError::Log(error) => Failure::from(error),
        }
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Failure {
        match error {
            IngestError::Log(error) => Failure::from(error),
            IngestError::Stopped { summary, source } => {
                let again = if source.is_loss() {
                    "what was appended before may be gone as well: tenure status tells what the ledger holds"
                } else {
                    "what was appended stays, and running it again is harmless"
                };
                let mut failure = Failure::from(*source);
                let Summary { appended, duplicate, .. } = summary;
                write!(failure.error, " (appended {appended} and found {duplicate} duplicates before)")
                    .expect("a string takes all");
                let hint = failure.hint.take().map_or(again.to_owned(), |hint| format!("{hint}; {again}"));
                failure.hint(hint)
            }
            IngestError::Unsent { .. } => Failure::new(Exit::Unreachable, with_causes(&error)).hint(
                "running it again is harmless; --unsent FILE keeps what was not acknowledged, to ingest it again",
            ),
            IngestError::Binary { binary, .. } => Failure::new(Exit::Failure, error.to_string())
                .hint(format!("{}; what was appended before it stays", binary.hint())),
            error @ (IngestError::Input { .. } | IngestError::Rejects(_) | IngestError::NotSetAside(_)) => {
                Failure::new(Exit::Failure, with_causes(&error))
                    .hint("what was appended so far stays; running it again is harmless")
            }
        }
    }
}

impl From<AdapterError> for Failure {
    fn from(error: AdapterError) -> Failure {
        let text = error.to_string();
        match error {
            AdapterError::Unusable { hint, .. } => Failure::new(Exit::Failure, text).hint(hint),
            AdapterError::Midway { source, .. } => Failure::from(*source),
            AdapterError::Ingest(error) => Failure::from(error),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::new(Exit::Failure, refusal.reason).hint(refusal.hint)
    }
}
