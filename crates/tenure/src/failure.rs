//! How a command fails: what, where, what to do, and with which exit code.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use tenure_answers::{Candidate, Sort};
use tenure_domain::view::ViewError;
use tenure_domain::wire::Refusal;
use tenure_log::{LogError, Witness, replica};
use tenure_producer::adapter::AdapterError;
use tenure_producer::{IngestError, Summary};
use tenure_projector::ProjectError;
use tenure_query::export::ExportError;
use tenure_query::{AskError, ChartError, EventError, LineError, TitleHeld};
use tenure_render::RenderError;

/// The exit codes of the contract, section 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Failure = 1,
    Usage = 2,
    NotFound = 3,
    Ambiguous = 4,
    Unreachable = 5,
    NotReached = 6,
    Unverified = 7,
    Rejected = 8,
}

impl Exit {
    /// The outcome that an exit code stands for; none where it stands for no failure.
    fn of(code: u8) -> Option<Exit> {
        let all = [
            Exit::Failure,
            Exit::Usage,
            Exit::NotFound,
            Exit::Ambiguous,
            Exit::Unreachable,
            Exit::NotReached,
            Exit::Unverified,
            Exit::Rejected,
        ];
        all.into_iter().find(|exit| *exit as u8 == code)
    }
}

/// A command that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) error: String,
    pub(crate) hint: Option<String>,
    /// Whom or what the asker can have meant.
    pub(crate) candidates: Vec<Candidate>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, error: impl Into<String>) -> Failure {
        Failure { exit, error: error.into(), hint: None, candidates: Vec::new() }
    }

    fn candidates(mut self, candidates: Vec<Candidate>) -> Failure {
        self.candidates = candidates;
        self
    }

    pub(crate) fn usage(error: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure::new(Exit::Usage, error).hint(hint)
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }
}

/// A failure as programs read it.
#[derive(Serialize, Deserialize)]
struct Told {
    error: String,
    hint: Option<String>,
    exit: u8,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<Candidate>,
}

impl Failure {
    /// The failure as one object of JSON: `error`, `hint`, the exit code as `exit`, and `candidates` where there are any.
    pub(crate) fn json(&self) -> String {
        let Failure { exit, error, hint, candidates } = self;
        let told = Told { error: error.clone(), hint: hint.clone(), exit: *exit as u8, candidates: candidates.clone() };
        serde_json::to_string(&told).expect("text and a number can be written")
    }

    /// Reads what [`Failure::json`] has written; none where it is something else.
    pub(crate) fn read(json: &[u8]) -> Option<Failure> {
        let Told { error, hint, exit, candidates } = serde_json::from_slice(json).ok()?;
        Some(Failure { exit: Exit::of(exit)?, error, hint, candidates })
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::new(Exit::Failure, format!("{error:#}"))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::new(Exit::Failure, error.to_string())
    }
}

/// The error with what caused it.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Failure {
        let text = with_causes(&error);
        match error {
            LogError::NoJournal { .. } => Failure::new(Exit::Unreachable, text)
                .hint("name a ledger with --data DIR or TENURE_DATA, or make one: tenure ingest FILE, tenure demo"),
            LogError::InUse { .. } => Failure::new(Exit::Unreachable, text)
                .hint("wait for the other process to end, or ask another ledger with --data DIR"),
            LogError::Damaged { .. } | LogError::SegmentMissing { .. } | LogError::NotASegment { .. } => {
                Failure::new(Exit::Failure, text).hint("nothing was changed: put the file back from a backup")
            }
            LogError::Displaced { .. } => Failure::new(Exit::Failure, text).hint(
                "what was told as appended before is in; the rest is not, and can be ingested again. \
                 A lock file is never stale: leave it where it is",
            ),
            LogError::ReadOnly { .. } => Failure::new(Exit::Failure, text)
                .hint("may this user write there, and is the medium writable? Questions can be asked all the same"),
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
                .hint("docs/nats.md lists what a producer and a reader need to be allowed"),
            LogError::NoStream { .. } => Failure::new(Exit::Unreachable, text)
                .hint("make it with tenure nats init or tenure ingest, or name another with --nats-stream"),
            LogError::NotCreated { .. } => Failure::new(Exit::Failure, text)
                .hint("may this user create streams, and has the cluster as many servers as it shall have replicas?"),
            LogError::UnfitStream { .. } => Failure::new(Exit::Failure, text).hint(
                "change it with the nats tool (nats stream edit), or have tenure make another: --nats-stream NAME; \
                 storage and retention cannot be changed",
            ),
            LogError::NotTaken { .. } => Failure::new(Exit::Failure, text).hint("nothing of it was appended"),
            LogError::AnotherStream { .. } | LogError::ShorterThan { .. } | LogError::EventsMissing { .. } => {
                Failure::new(Exit::Failure, text)
                    .hint("an append-only log must not lose events: restore the stream from a backup")
            }
            LogError::Unacknowledged { .. } => {
                Failure::new(Exit::Unreachable, text).hint("running it again is harmless")
            }
        }
    }
}

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Failure {
        Failure::new(Exit::Failure, with_causes(&error))
    }
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Failure {
        match error {
            ProjectError::Log(error) => Failure::from(error),
            error @ ProjectError::Store { .. } => Failure::new(Exit::Failure, with_causes(&error))
                .hint("the log is whole; is there room on the disk, and may this directory be written?"),
        }
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Failure {
        match error {
            IngestError::Log(error) => Failure::from(error),
            IngestError::Stopped { summary, source } => {
                let mut failure = Failure::from(source);
                let Summary { appended, duplicate, .. } = summary;
                write!(failure.error, " (appended {appended} and found {duplicate} duplicates before)")
                    .expect("a string takes all");
                let again = "what was appended stays, and running it again is harmless";
                let hint = failure.hint.take().map_or(again.to_owned(), |hint| format!("{hint}; {again}"));
                failure.hint(hint)
            }
            IngestError::Unsent { .. } => Failure::new(Exit::Unreachable, with_causes(&error)).hint(
                "running it again is harmless; --unsent FILE keeps what was not acknowledged, to ingest it again",
            ),
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
            AdapterError::Ingest(error) => Failure::from(error),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::new(Exit::Failure, refusal.reason).hint(refusal.hint)
    }
}

impl From<ViewError> for Failure {
    fn from(error: ViewError) -> Failure {
        Failure::new(Exit::Failure, format!("the snapshots do not read: {error}"))
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Failure {
        match error {
            ExportError::Io(error) => error.into(),
            ExportError::View(error) => error.into(),
        }
    }
}

impl From<ChartError> for Failure {
    fn from(error: ChartError) -> Failure {
        match error {
            ChartError::TooDeep(error) => {
                Failure::new(Exit::Failure, error.to_string()).hint("ask for a unit further down")
            }
            ChartError::View(error) => error.into(),
        }
    }
}

impl From<EventError> for Failure {
    fn from(error: EventError) -> Failure {
        match error {
            EventError::NoSuchPosition { .. } => {
                Failure::new(Exit::NotFound, error.to_string()).hint("tenure log lists the events with their positions")
            }
            EventError::Ambiguous(error) => Failure::from(error).hint("give more of the id, or the position as '#12'"),
        }
    }
}

impl From<LineError> for Failure {
    fn from(error: LineError) -> Failure {
        match error {
            LineError::TooLong(error) => {
                Failure::new(Exit::Failure, error.to_string()).hint("ask about a person further along the line")
            }
            LineError::View(error) => error.into(),
        }
    }
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "~@/._:-".contains(c);
    if name.chars().all(plain) { name.to_owned() } else { format!("'{}'", name.replace('\'', r"'\''")) }
}

/// The name of a candidate, with what tells it from others.
fn told_apart(candidate: &Candidate) -> String {
    let company = candidate.company.as_ref().map(|company| company.name.clone());
    let dates = match (&candidate.from, &candidate.to) {
        (None, None) => None,
        (Some(from), None) => Some(format!("since {from}")),
        (None, Some(to)) => Some(format!("until {to}")),
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
    };
    let parts = [Some(candidate.name.clone()), candidate.title.clone(), company, dates];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Failure {
        let text = error.to_string();
        match error {
            AskError::NotFound { asked, title: Some(TitleHeld { places, .. }), .. } => {
                let place = places.first().map_or_else(|| "UNIT".to_owned(), |place| quoted(&place.name));
                let title = quoted(&asked);
                let hint = format!("ask tenure who {place} --title {title}, or tenure find {title} for all places");
                Failure::new(Exit::NotFound, text).hint(hint).candidates(places)
            }
            AskError::NotFound { company, suggestions, .. } => {
                let near: Vec<String> = suggestions
                    .iter()
                    .map(|near| match &near.company {
                        Some(of) if company.as_ref().is_some_and(|company| *company != of.name) => {
                            format!("`{}` of {}", near.name, of.name)
                        }
                        Some(_) | None => format!("`{}`", near.name),
                    })
                    .collect();
                let hint = if near.is_empty() {
                    "search with tenure find NAME".to_owned()
                } else {
                    format!("did you mean {}?", near.join(", "))
                };
                Failure::new(Exit::NotFound, text).hint(hint).candidates(suggestions)
            }
            AskError::OtherSort { asked, found } => {
                let name = quoted(&asked);
                let hint = match found.kind {
                    Sort::Person => format!("ask tenure person {name}, or tenure career {name}"),
                    Sort::Unit => format!("ask tenure who {name}, or tenure holders {name}"),
                    Sort::Tenure | Sort::Event => format!("ask tenure why {name}"),
                };
                Failure::new(Exit::NotFound, text).hint(hint).candidates(vec![*found])
            }
            AskError::NoCompany { found, .. } => {
                let hint = match (found.kind, &found.company) {
                    (Sort::Unit, Some(company)) => format!("its company is --company {}", quoted(&company.name)),
                    (Sort::Unit | Sort::Person | Sort::Tenure | Sort::Event, _) => {
                        "--company takes the company whose units are meant".to_owned()
                    }
                };
                Failure::new(Exit::NotFound, text).hint(hint).candidates(vec![*found])
            }
            AskError::View(error) => error.into(),
            AskError::Ambiguous { candidates, total, .. } => {
                let list: Vec<String> =
                    candidates.iter().map(|c| format!("\n  {}  ({})", c.id, told_apart(c))).collect();
                let more = total.saturating_sub(candidates.len());
                let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
                let error = format!("{text} of this ledger:{}{more}", list.concat());
                Failure::new(Exit::Ambiguous, error)
                    .hint("ask by one of these ids; for a unit, --company COMPANY also tells them apart")
                    .candidates(candidates)
            }
        }
    }
}
