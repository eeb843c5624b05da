//! `tenure schema`: the JSON Schemas of events and answers.

use clap::Args;
use tenure_domain::wire;

use crate::failure::{Exit, Failure};
use crate::terminal::put;

/// The JSON Schema of an event type or an answer; without a name, their names
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure schema TransferredUnit")]
pub(crate) struct Schema {
    /// An event type (`TransferredUnit`), `event` for all, or a verb (`person`)
    #[arg(value_name = "TYPE")]
    name: Option<String>,
}

/// Prints a schema, or the names of all.
pub(super) fn run(Schema { name }: &Schema) -> Result<(), Failure> {
    let answers = tenure_answers::schema::answers();
    let Some(name) = name.as_deref() else {
        let types: Vec<&str> = wire::schema::event_types().collect();
        let verbs: Vec<&str> = answers.iter().map(|(verb, _)| *verb).collect();
        return put(&format!("event\n{}\n{}\n", types.join("\n"), verbs.join("\n")));
    };
    let found = match name {
        "event" => Some(wire::schema::any_event_schema()),
        _ => wire::schema::event_schema(name)
            .or_else(|| answers.into_iter().find(|(verb, _)| *verb == name).map(|(_, schema)| schema)),
    };
    let Some(found) = found else {
        let answers = tenure_answers::schema::answers();
        let names =
            ["event"].into_iter().chain(wire::schema::event_types()).chain(answers.iter().map(|(verb, _)| *verb));
        let near = tenure_domain::suggest::nearest(name, names);
        let hint = near.map_or("tenure schema lists all names".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Failure::new(Exit::NotFound, format!("there is no event type and no answer `{name}`")).hint(hint));
    };
    put(&(serde_json::to_string_pretty(&found).map_err(anyhow::Error::from)? + "\n"))
}
