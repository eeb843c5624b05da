//! `tenure watch`: changes as a service applies them.

use clap::Args;
use tenure_answers::{Answer, DenialKind, OrgAnswer};
use tenure_domain::plain_text::escape_json;

use crate::asking::{NoAnswer, terms};
use crate::failure::Failure;
use crate::global::Global;
use crate::nats;
use crate::terminal::{hear, hear_all, put};
use tenure_ledger::Notice;
use tenure_ledger::question::{Ask, Question};
use tenure_render::Format;
use tenure_serve::{Heard, Wording};

/// Changes as they are applied by tenure serve --nats
///
/// They are told over NATS. Over HTTP, `GET /v1/changes` of tenure serve --http tells the same.
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure watch 'Tongyi Lab' --nats nats://localhost:4222")]
pub(crate) struct Watch {
    /// Only of this person, unit or company
    target: Option<String>,
}

/// Prints what is applied, as it is, until it is told to stop.
pub(super) fn run(global: &Global, Watch { target }: &Watch) -> Result<(), Failure> {
    let Some(url) = nats::url(global) else {
        let hint = "name the server of a running tenure serve with --nats URL or TENURE_NATS; tenure serve --http tells them \
                    at /v1/changes";
        return Err(Failure::usage("changes are told by tenure serve", hint));
    };
    let id = target.as_deref().map(|target| id_of(global, url, target)).transpose()?;
    nats::client(global, url)?.listen(tokio::signal::ctrl_c(), &mut |heard| match heard {
        Heard::Listening { subject } => {
            hear(global, Notice::Remark(format!("listening on {subject}")));
            Ok(())
        }
        Heard::Many { seq } => {
            hear(global, Notice::Remark(format!("too many events to be told one by one, up to {seq}")));
            Ok(())
        }
        Heard::Event(event) if id.as_ref().is_some_and(|id| !event.is_about(id)) => Ok(()),
        Heard::Event(event) => match global.format {
            Format::Table => put(&format!("{}\n", event.line())),
            Format::Json | Format::Ndjson | Format::Csv => {
                let json = serde_json::to_string(event).map_err(anyhow::Error::from)?;
                put(&format!("{}\n", escape_json(json)))
            }
        },
    })
}

/// The id of a person, a unit or a company, as the service knows it.
fn id_of(global: &Global, url: &str, target: &str) -> Result<String, Failure> {
    let of_unit = Question { ask: Ask::Org { unit: target.to_owned(), sort: None }, terms: terms(global) };
    let of_person = Question { ask: Ask::Person { person: target.to_owned() }, terms: terms(global) };
    let client = nats::client(global, url)?;
    let ask = |question| {
        let (notices, answer) = client.ask(question, Wording::Flags);
        hear_all(global, notices);
        answer.map_err(NoAnswer::There)
    };
    match ask(&of_person) {
        Ok(Answer::Person(answer)) => return Ok(answer.person.id),
        Err(error) if error.kind() != DenialKind::NotFound => return Err(error.into()),
        Ok(_) | Err(_) => {}
    }
    let answer: OrgAnswer = ask(&of_unit)?.narrow();
    Ok(answer.unit.id)
}
