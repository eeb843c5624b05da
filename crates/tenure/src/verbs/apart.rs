//! `tenure apart`: one name means different people in different companies.

use clap::Args;
use serde_json::{Value, json};
use tenure_domain::event::GivenId;
use tenure_domain::name::Name;
use tenure_query::{AskError, Inquiry};

use super::mend::{Desk, Mending, WayBack, mend_all};
use crate::failure::{Exit, Failure};
use crate::global::Global;

/// One name means different people in different companies
#[derive(Clone, Debug, Args)]
#[command(
    long_about = "Part namesakes: for each company says by an id whom the name means there. Shows which answers \
    change by that, asks, and appends a PersonDescribed for each.",
    before_help = "Example: tenure apart 'Wang Wei' --in Kestrel --as p/wang-1 --in Heron --as p/wang-2 --by lin"
)]
pub(crate) struct Apart {
    /// The name that the people have in common
    name: String,
    /// A company; --as says whom the name means there (repeatable)
    #[arg(long = "in", value_name = "COMPANY", required = true)]
    companies: Vec<String>,
    /// The id of whom the name means in the company before it (repeatable)
    #[arg(long = "as", value_name = "ID", required = true)]
    ids: Vec<String>,
    #[command(flatten)]
    mending: Mending,
}

/// Appends a `PersonDescribed` with `company` for each pair.
pub(super) fn run(global: &Global, Apart { name, companies, ids, mending }: &Apart) -> Result<u8, Failure> {
    let pairing = "write --in COMPANY --as ID for each company, in pairs";
    if companies.len() != ids.len() {
        return Err(Failure::usage(format!("there are {} --in and {} --as", companies.len(), ids.len()), pairing));
    }
    let name: Name = name.parse().map_err(|error| Failure::usage(format!("`{name}`: {error}"), "give a name"))?;
    let statement = mending.statement("PersonDescribed")?;
    let desk = Desk::open(global)?;
    let mut events = Vec::new();
    for (company, id) in companies.iter().zip(ids) {
        let id: GivenId = id.parse().map_err(|error| {
            Failure::usage(format!("--as {id}: {error}"), "give an id of your own, such as p/wang-wei-1")
        })?;
        let company = desk.ask(global, |inquiry| company_of(inquiry, company))?;
        let mut event = statement.clone();
        event.insert("person".to_owned(), json!({"id": id.as_str(), "name": name.as_str()}));
        event.insert("company".to_owned(), company);
        events.push(event);
    }
    if name_is_unknown(global, &desk, name.as_str())? {
        let error = format!("nobody in this ledger is called `{}`", name.as_str());
        return Err(Failure::new(Exit::NotFound, error).hint("search with tenure find NAME"));
    }
    mend_all(global, mending, desk, &events, &WayBack::Retract)
}

fn name_is_unknown(global: &Global, desk: &Desk, name: &str) -> Result<bool, Failure> {
    desk.ask(global, |inquiry| Ok(inquiry.view.people_asked(name)?.is_empty()))
}

/// The company as an event names it.
fn company_of(inquiry: &Inquiry<'_>, asked: &str) -> Result<Value, Failure> {
    let no_company = || Failure::usage(format!("--in {asked} is no company"), "name the company, not a unit of it");
    let unit = match (Inquiry { company: Some(asked), ..*inquiry }).ask_company() {
        Err(AskError::NoCompany { .. }) => return Err(no_company()),
        company => company?.and_then(|company| company.here()).ok_or_else(no_company)?,
    };
    Ok(super::same::unit(inquiry, unit, asked)?)
}
