//! Where the rows of a table name people, companies and units, and what else they are known by.

use csv::StringRecord;
use tenure_domain::wire::Json;

use super::Misfit;
use super::column::{Cell, Finder, Lookups};
use super::map::{Fault, Reference};

/// Where in the rows of one table a person or unit is named.
#[derive(Debug)]
pub(super) struct Mention {
    id: Option<Cell>,
    name: Option<Cell>,
    aliases: Vec<Cell>,
    identifiers: Vec<(String, Cell)>,
}

impl Mention {
    /// Finds the columns of a reference.
    pub(super) fn find(reference: &Reference, finder: Finder<'_>) -> Result<Mention, Fault> {
        Ok(Mention {
            id: finder.optional(reference.id.as_ref())?,
            name: finder.optional(reference.name.as_ref())?,
            aliases: finder.cells(&reference.aliases)?,
            identifiers: finder.identifiers(&reference.identifiers)?,
        })
    }

    /// The cells that say who or what it is: of the id first.
    pub(super) fn named_by(&self) -> impl Iterator<Item = &Cell> {
        self.id.iter().chain(&self.name)
    }

    /// The cells that name several, by the map: of the id first.
    pub(super) fn split(&self) -> impl Iterator<Item = &Cell> {
        self.named_by().filter(|cell| cell.is_split())
    }

    /// The reference; none where the row names no person or unit.
    pub(super) fn value(&self, row: &StringRecord, lookups: &Lookups) -> Result<Option<Json<'static>>, Misfit> {
        let text = |cell: &Option<Cell>| match cell {
            None => Ok(None),
            Some(cell) => cell.one(row, lookups),
        };
        let (id, name) = (text(&self.id)?, text(&self.name)?);
        let id = match (id, &self.id) {
            (Some(id), Some(cell)) => Some(cell.as_id(id)?),
            (id, _) => id,
        };
        let aliases = texts(&self.aliases, row, lookups)?;
        let identifiers = identifiers(&self.identifiers, row, lookups)?;
        if id.is_none() && name.is_none() {
            return Ok(None);
        }
        let name = name.map(|name| Json::from(name.into_owned()));
        if let (None, None, None) = (&id, &aliases, &identifiers) {
            return Ok(name);
        }
        let id = id.map(|id| Json::from(id.into_owned()));
        let fields = [("id", id), ("name", name), ("aliases", aliases), ("identifiers", identifiers)];
        let fields = fields.into_iter().filter_map(|(field, node)| Some((field.into(), node?)));
        Ok(Some(Json::Object(fields.collect())))
    }

    /// The same, where the row is of no use without it.
    pub(super) fn needed(&self, row: &StringRecord, lookups: &Lookups, what: &str) -> Result<Json<'static>, Misfit> {
        let cell = self.id.as_ref().or(self.name.as_ref()).expect("a reference of a map has an id or a name");
        let value = self.value(row, lookups)?;
        value.ok_or_else(|| cell.misfit(format!("the row names no {what}"), "fill the cell, or leave the row out"))
    }
}

/// A list of the texts that are there; none where there are none.
pub(super) fn texts(cells: &[Cell], row: &StringRecord, lookups: &Lookups) -> Result<Option<Json<'static>>, Misfit> {
    let mut list: Vec<Json<'static>> = Vec::new();
    for cell in cells {
        for text in cell.texts(row, lookups)? {
            let text = Json::from(text);
            if !list.contains(&text) {
                list.push(text);
            }
        }
    }
    Ok((!list.is_empty()).then_some(Json::List(list)))
}

/// The ids in other registers that are there; none where there are none.
pub(super) fn identifiers(
    cells: &[(String, Cell)],
    row: &StringRecord,
    lookups: &Lookups,
) -> Result<Option<Json<'static>>, Misfit> {
    let mut object = Vec::new();
    for (register, cell) in cells {
        object.extend(cell.text(row, lookups)?.map(|id| (register.clone().into(), id.into_owned().into())));
    }
    Ok((!object.is_empty()).then_some(Json::Object(object)))
}
