//! `tenure same`: two people, two units or two companies are one.

use clap::Args;
use serde_json::{Map, Value, json};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::ViewError;
use tenure_query::{AskError, Inquiry};

use super::mend::{Desk, Mending, mend};
use crate::failure::{Exit, Failure};
use crate::global::Global;

/// Two people, units or companies are one
#[derive(Clone, Debug, Args)]
#[command(
    long_about = "Join two: shows which answers change by that, asks, and appends a SamePerson or a SameUnit. \
    The id of the second is kept.",
    before_help = "Example: tenure same 'Zhou Jingren' p/zhou --by lin"
)]
pub(crate) struct Same {
    /// A person, a unit or a company: a name in any script, an alias or an id
    one: String,
    /// Who or what that is too; of the two ids this one's is kept
    other: String,
    #[command(flatten)]
    mending: Mending,
}

/// Who or what is meant by a name.
#[derive(Clone, Copy)]
enum Meant {
    Person(PersonNo),
    Unit(UnitNo),
}

/// Appends a `SamePerson` or a `SameUnit`.
pub(super) fn run(global: &Global, Same { one, other, mending }: &Same) -> Result<u8, Failure> {
    // Who says so is asked for first: it is what is most often forgotten.
    mending.statement("SamePerson")?;
    let desk = Desk::open(global)?;
    let (kind, fields) = desk.ask(global, |inquiry| fields(inquiry, one, other))?;
    let mut statement = mending.statement(kind)?;
    statement.extend(fields);
    mend(global, mending, desk, &statement)
}

/// The type of the statement, and what it says of the two.
fn fields(inquiry: &Inquiry<'_>, one: &str, other: &str) -> Result<(&'static str, Map<String, Value>), Failure> {
    let alike = |id: String| {
        let error = format!("`{one}` and `{other}` are one already: {id}");
        Failure::usage(error, "nothing was appended")
    };
    let mut fields = Map::new();
    match both(inquiry, one, other)? {
        (Meant::Person(a), Meant::Person(b)) if a == b => Err(alike(inquiry.person_shown(a)?.id)),
        (Meant::Unit(a), Meant::Unit(b)) if a == b => Err(alike(inquiry.unit_shown(a)?.id)),
        (Meant::Person(a), Meant::Person(b)) => {
            fields.insert("person".to_owned(), person(inquiry, a, one)?);
            fields.insert("same_as".to_owned(), person(inquiry, b, other)?);
            Ok(("SamePerson", fields))
        }
        (Meant::Unit(a), Meant::Unit(b)) => {
            let companies = [inquiry.view.unit(a)?.company, inquiry.view.unit(b)?.company];
            if companies[0].is_none() != companies[1].is_none() {
                let error = format!("of `{one}` and `{other}` one is a company and the other a unit of one");
                return Err(Failure::usage(error, "UnitMoved and UnitMerged tell what became of a unit"));
            }
            fields.insert("unit".to_owned(), unit(inquiry, a, one)?);
            let company = |unit: UnitNo| self::unit(inquiry, unit, "");
            if let Some(of) = companies[0] {
                fields.insert("company".to_owned(), company(of)?);
            }
            fields.insert("same_as".to_owned(), unit(inquiry, b, other)?);
            if let Some(of) = companies[1].filter(|_| companies[0] != companies[1]) {
                fields.insert("same_as_company".to_owned(), company(of)?);
            }
            Ok(("SameUnit", fields))
        }
        (Meant::Person(_), Meant::Unit(_)) | (Meant::Unit(_), Meant::Person(_)) => {
            let error = format!("of `{one}` and `{other}` one is a person and the other a unit");
            Err(Failure::usage(error, "name two people, two units or two companies"))
        }
    }
}

/// Whom the two names mean: two people where both can be people, else two units.
fn both(inquiry: &Inquiry<'_>, one: &str, other: &str) -> Result<(Meant, Meant), Failure> {
    let person = |name: &str| inquiry.ask_person(name).map(|asked| asked.here().map(Meant::Person));
    let unit = |name: &str| inquiry.ask_unit(name).map(|asked| asked.here().map(Meant::Unit));
    let found = [one, other].map(|name| (person(name), unit(name)));
    // An ambiguous name is told as one, unless the other name shows which sort is meant.
    let sorts = [[&found[0].0, &found[1].0], [&found[0].1, &found[1].1]];
    for sort in sorts {
        if let [Ok(Some(a)), Ok(Some(b))] = sort {
            return Ok((*a, *b));
        }
    }
    for (name, (person, unit)) in [one, other].into_iter().zip(found) {
        let is_neither = person.is_err() && unit.is_err();
        for error in [person.err(), unit.err()].into_iter().flatten() {
            if let AskError::Ambiguous { .. } = error {
                return Err(error.into());
            }
        }
        if is_neither {
            return Err(match inquiry.ask(name) {
                Err(error) => error.into(),
                Ok(_) => Failure::new(Exit::NotFound, format!("nothing in this ledger is called `{name}`")),
            });
        }
    }
    let error = format!("of `{one}` and `{other}` one is a person and the other a unit");
    Err(Failure::usage(error, "name two people, two units or two companies"))
}

/// A person as an event names one: by the id that a scraper gave, else by a name.
fn person(inquiry: &Inquiry<'_>, person: PersonNo, asked: &str) -> Result<Value, ViewError> {
    let shown = inquiry.person_shown(person)?;
    Ok(named(&shown.id, &shown.names, asked))
}

/// A unit or company, likewise.
pub(super) fn unit(inquiry: &Inquiry<'_>, unit: UnitNo, asked: &str) -> Result<Value, ViewError> {
    let state = inquiry.view.unit(unit)?;
    let names: Vec<String> = state.names.iter().map(|known| known.name.as_str().to_owned()).collect();
    Ok(named(&state.id, &names, asked))
}

fn named(id: &str, names: &[String], asked: &str) -> Value {
    if !id.starts_with('~') {
        return json!({ "id": id });
    }
    // Of several names the one that was asked for; an implicit id is no name.
    let name = names.iter().find(|name| *name == asked).or(names.first());
    name.map_or(asked, String::as_str).into()
}
