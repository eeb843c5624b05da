//! Makes a `PersonDescribed` of the rows about a person: a name for each row, with the days between which it was
//! borne.

use std::collections::HashMap;
use std::sync::Arc;

use tenure_domain::day::Day;
use tenure_domain::wire::{Json, Object};

use super::column::{Cell, Finder};
use super::date::began_by;
use super::map::{Fault, People};
use super::mention::identifiers;
use super::{Make, Statement};
use super::{Misfit, Rejected};

struct Person {
    file: Arc<str>,
    line: u64,
    input: String,
    names: Vec<Name>,
    identifiers: Json<'static>,
    died: Option<String>,
}

#[derive(Clone, PartialEq)]
struct Name {
    text: String,
    lang: Option<String>,
    from: Option<String>,
    to: Option<String>,
    /// Whether it is beside the name, and not the one to show.
    is_alias: bool,
}

/// Reads the people of a table, in the order in which they first stand there.
pub(super) fn read(of: &People, finder: Finder<'_>) -> Result<(Vec<Statement>, Vec<Rejected>), Fault> {
    let lookup = finder.lookups.iter().find(|lookup| *lookup.name == *of.file).expect("its table is in memory");
    let [id, name] = [finder.cell(&of.id)?, finder.cell(&of.name)?];
    let [lang, from, to, died] = [&of.lang, &of.from, &of.to, &of.died].map(|spec| finder.optional(spec.as_ref()));
    let (lang, from, to, died) = (lang?, from?, to?, died?);
    let (aliases, registers) = (finder.cells(&of.aliases)?, finder.identifiers(&of.identifiers)?);
    let (mut people, mut place) = (Vec::<(String, Person)>::new(), HashMap::<String, usize>::new());
    let mut rejected = Vec::new();
    for row in &lookup.rows {
        let record = &row.record;
        let mut read = || -> Result<(), Misfit> {
            let id = id.needed_id(record, finder.lookups)?.into_owned();
            let text = name.needed(record, finder.lookups, "name")?.into_owned();
            let text_of = |cell: &Option<Cell>| match cell {
                None => Ok(None),
                Some(cell) => cell.text(record, finder.lookups).map(|text| text.map(std::borrow::Cow::into_owned)),
            };
            let from = from.as_ref().map(|cell| cell.date(record, finder.lookups)).transpose()?.flatten();
            let to = to.as_ref().map(|cell| cell.end(record, finder.lookups)).transpose()?.flatten();
            let died = died.as_ref().map(|cell| cell.end_date(record, finder.lookups)).transpose()?.flatten();
            let mut names = vec![Name { text, lang: text_of(&lang)?, from, to, is_alias: false }];
            for alias in &aliases {
                for text in alias.texts(record, finder.lookups)? {
                    names.push(Name { text, lang: None, from: None, to: None, is_alias: true });
                }
            }
            let known_as = identifiers(&registers, record, finder.lookups)?;
            let at = *place.entry(id.clone()).or_insert_with(|| {
                let input = super::text_of(record);
                let (file, line) = (row.file.clone(), row.line);
                let person = Person {
                    file,
                    line,
                    input,
                    names: Vec::new(),
                    identifiers: Json::Object(Object::new()),
                    died: None,
                };
                people.push((id, person));
                people.len() - 1
            });
            let person = &mut people[at].1;
            person.died = person.died.take().or(died);
            person.names.extend(names);
            if let Some(Json::Object(known_as)) = known_as {
                for (register, id) in known_as {
                    person.identifiers.set(register, id);
                }
            }
            Ok(())
        };
        if let Err(misfit) = read() {
            rejected.push(Rejected { file: row.file.clone(), line: row.line, input: super::text_of(record), misfit });
        }
    }
    let statement = |file, line, input, make| Statement { file, line, input, table: of.file.clone(), make };
    // Of two names that are borne at the same time, the one in the first of the languages is the one to show.
    let langs = finder.map.conventions.name_lang.clone();
    let mut statements = Vec::new();
    for (id, person) in people {
        let Person { file, line, input, mut names, identifiers, died } = person;
        // What is borne without a date comes first: it is what is shown when nothing else is known.
        names.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)).then_with(|| a.text.cmp(&b.text)));
        let rank = |name: &Name| langs.iter().position(|lang| name.lang.as_ref() == Some(lang)).unwrap_or(usize::MAX);
        names.sort_by_key(|name| (name.is_alias, name.from.is_some(), name.to.is_some(), rank(name)));
        names.dedup();
        statements.push(statement(file.clone(), line, input.clone(), described(id.clone(), names, identifiers)));
        if let Some(died) = died {
            statements.push(statement(file, line, input, dead(id, died)));
        }
    }
    Ok((statements, rejected))
}

/// The names of a person, as far as they can have been known by a day.
fn described(id: String, names: Vec<Name>, identifiers: Json<'static>) -> Make {
    Box::new(move |day: Option<Day>| {
        let known = names.iter().filter(|name| began_by(name.from.as_deref(), day));
        let mut known: Vec<&Name> = known.collect();
        if known.is_empty() {
            known.extend(names.first());
        }
        let names = known.into_iter().map(|Name { text, lang, from, to, .. }| {
            let [lang, from, to] = [lang, from, to].map(|given| given.clone().into());
            Json::object([("text", text.clone().into()), ("lang", lang), ("from", from), ("to", to)])
        });
        let is_known = !identifiers.fields().is_empty();
        let event = super::said([
            ("type", "PersonDescribed".into()),
            ("person", Json::object([("id", id.clone().into())])),
            ("names", Json::List(names.collect())),
            ("identifiers", is_known.then(|| identifiers.clone()).into()),
        ]);
        Some((format!("person/{id}"), event))
    })
}

/// The death of a person, once it can have been known.
fn dead(id: String, died: String) -> Make {
    Box::new(move |day: Option<Day>| {
        let event = super::said([
            ("type", "PersonDied".into()),
            ("person", Json::object([("id", id.clone().into())])),
            ("effective", died.clone().into()),
        ]);
        began_by(Some(&died), day).then(|| (format!("person/{id}/died"), event))
    })
}
