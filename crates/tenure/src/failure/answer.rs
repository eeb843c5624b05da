//! Questions that have no answer.

use tenure_answers::{Candidate, Sort};
use tenure_domain::view::ViewError;
use tenure_ledger::{AnswerError, Opener, Unanswered, with_causes};
use tenure_query::export::ExportError;
use tenure_query::{AskError, EventError, LineTooLong, TooDeep};

use super::{Exit, Failure};

impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Failure {
        Failure::from(*unanswered.error)
    }
}

impl From<AnswerError> for Failure {
    fn from(error: AnswerError) -> Failure {
        let (text, kind) = (error.to_string(), error.kind());
        let failure = match error {
            AnswerError::Question(error) => Failure::from(error),
            AnswerError::Name(error) => Failure::from(error),
            AnswerError::Event(error) => Failure::from(error),
            AnswerError::TooDeep(error) => Failure::from(error),
            AnswerError::LineTooLong(error) => Failure::from(error),
            AnswerError::NotThereYet { .. } => Failure::new(Exit::NotReached, format!("--{text}"))
                .hint("ask again later, or wait longer with --timeout"),
            AnswerError::NotRecordedYet { .. } => {
                Failure::new(Exit::NotReached, format!("--{text}")).hint("ask at a position that is recorded already")
            }
            AnswerError::EventLater { .. } => {
                Failure::new(Exit::NotFound, text).hint("ask without --known and --recorded")
            }
            AnswerError::TenureGone { id, opener: Opener::Admitted, .. } => {
                Failure::new(Exit::NotFound, text).hint(format!("tenure why {id}"))
            }
            AnswerError::TenureGone { opener: Opener::Later, .. } => {
                Failure::new(Exit::NotFound, text).hint("ask on a later basis")
            }
            AnswerError::AnEvent { .. } | AnswerError::NotAnEvent { .. } => Failure::new(Exit::NotFound, text),
            AnswerError::Cancelled(_) => Failure::new(Exit::Unreachable, text).hint("ask about less, or wait longer"),
            AnswerError::View(error) => Failure::from(error),
            AnswerError::Project(error) => Failure::from(error),
            AnswerError::Log(error) => Failure::from(error),
        };
        failure.kind(kind)
    }
}

impl From<ViewError> for Failure {
    fn from(error: ViewError) -> Failure {
        Failure::new(Exit::Failure, format!("the ledger does not read: {}", with_causes(&error)))
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

impl From<TooDeep> for Failure {
    fn from(error: TooDeep) -> Failure {
        Failure::new(Exit::Failure, error.to_string()).hint("ask for a unit further down")
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

impl From<LineTooLong> for Failure {
    fn from(error: LineTooLong) -> Failure {
        Failure::new(Exit::Failure, error.to_string()).hint("ask about a person further along the line")
    }
}

/// A word as a shell takes it. The ids of people begin with `~`, which stands for a home only before the name of a user.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "~@/._:-,+".contains(c);
    let is_plain = !word.is_empty() && word.chars().all(plain);
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
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

/// Whether an id does not tell them apart: a company and units of others can have one.
pub(super) fn share_an_id(candidates: &[Candidate]) -> bool {
    // They are listed by id.
    candidates.windows(2).any(|pair| pair[0].id == pair[1].id)
}

/// Whether they are units of several companies, so that the company tells them apart.
pub(super) fn are_of_companies(candidates: &[Candidate]) -> bool {
    let mut companies = candidates.iter().filter_map(|one| one.company.as_ref()).map(|company| &company.id);
    companies.next().is_some_and(|first| companies.any(|other| other != first))
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Failure {
        let text = error.to_string();
        match error {
            AskError::NotFound { asked, title: Some(held), .. } => {
                let place = quoted(held.first_asked());
                let title = quoted(&asked);
                let hint = format!("ask tenure who {place} --title {title}, or tenure find {title} for all places");
                Failure::new(Exit::NotFound, text).hint(hint).candidates(held.places)
            }
            AskError::NotFound { company, suggestions, .. } => {
                let near: Vec<String> = suggestions
                    .iter()
                    .map(|near| match &near.company {
                        Some(of) if company.as_ref().is_some_and(|company| *company != of.name) => {
                            format!("`{}` of {}", near.name, of.name)
                        }
                        // Asked for with a company, another one of that name is no unit of it.
                        None if company.is_some() && near.kind == Sort::Unit => format!("the company `{}`", near.name),
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
                let hint = if share_an_id(&candidates) {
                    "--company COMPANY tells apart what has one id; a company itself is asked for by its name"
                } else if are_of_companies(&candidates) {
                    "ask by one of these ids; for a unit, --company COMPANY also tells them apart"
                } else {
                    "ask by one of these ids"
                };
                Failure::new(Exit::Ambiguous, error).hint(hint).candidates(candidates)
            }
        }
    }
}
