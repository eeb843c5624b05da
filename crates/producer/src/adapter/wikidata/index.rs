//! What must be known of other items before one is handed on: which items statements name, what positions are called
//! and whose they are, which of the people are none, and which of the organisations are people.

use std::collections::{HashMap, HashSet};

use tenure_domain::name::Name;

use super::PROPERTIES;
use super::entity::{Entity, Item, entities, item};
use super::qualifiers::titles;
use crate::adapter::records::json as parse;

/// What is known of a position.
#[derive(Clone, Debug, Default)]
pub(super) struct Position {
    /// Whether its item is in the inputs.
    pub(super) found: bool,
    /// Whether people hold it; else it only says what a person is in another post.
    pub(super) held: bool,
    pub(super) title: Option<String>,
    pub(super) company: Option<Item>,
    /// Whether it directs that company.
    pub(super) directs: bool,
}

/// What the first passes learned: of items that statements name.
#[derive(Debug, Default)]
pub(super) struct ItemIndex {
    pub(super) positions: HashMap<Item, Position>,
    pub(super) units: HashSet<Item>,
    pub(super) people: HashSet<Item>,
    /// Of the people, those whose item says that they are something else.
    pub(super) not_people: HashSet<Item>,
    /// Of the organisations, those whose item says that they are humans.
    pub(super) humans: HashSet<Item>,
}

impl ItemIndex {
    pub(super) fn len(&self) -> usize {
        self.positions.len() + self.units.len() + self.people.len()
    }

    /// Whether events name the item as a person or an organisation. A position stands for one where no statement says whose
    /// it is.
    pub(super) fn names(&self, item: Item) -> bool {
        let stands_alone = |position: &Position| position.held && position.company.is_none();
        let position = self.positions.get(&item).is_some_and(stands_alone);
        position || self.units.contains(&item) || self.people.contains(&item)
    }
}

/// Whether a record can have statements of the properties, by its text alone: most entities of a dump have none.
pub(super) fn has_statements(text: &str) -> bool {
    PROPERTIES.iter().any(|property| text.contains(&format!("\"{property}\"")))
}

/// Of a record that begins as those of dumps do, the item that it is about.
pub(super) fn item_of(text: &str) -> Option<Item> {
    let begins: String = text.chars().filter(|c| !c.is_whitespace()).take(64).collect();
    let rest = begins.strip_prefix("{\"type\":\"item\",\"id\":\"")?;
    item(rest.split_once('"')?.0)
}

/// Learns which items are positions, organisations and people, from the statements that name them.
pub(super) fn learn_names(text: &str, known: &mut ItemIndex) {
    let Ok(record) = parse(text) else { return };
    for entity in entities(&record) {
        for property in PROPERTIES {
            for statement in entity.statements(property) {
                let Some(value) = statement.main().item().and_then(item) else { continue };
                match property {
                    "P39" => {
                        known.positions.entry(value).or_default().held = true;
                        known.units.extend(statement.organisation().and_then(|(_, id)| item(id)));
                    }
                    "P108" => {
                        known.units.insert(value);
                        for title in titles(statement, &[]).filter_map(item) {
                            known.positions.entry(title).or_default();
                        }
                    }
                    _ => {
                        known.people.insert(value);
                        known.units.insert(entity.item);
                    }
                }
            }
        }
    }
}

/// Learns what positions are called and whose they are, which of the people are none, and which organisations are people.
pub(super) fn learn_items(text: &str, (company_of, langs): (&[String], &[String]), known: &mut ItemIndex) {
    let wanted = |known: &ItemIndex, item: &Item| {
        known.positions.contains_key(item) || known.people.contains(item) || known.units.contains(item)
    };
    if item_of(text).is_some_and(|item| !wanted(known, &item)) {
        return;
    }
    let Ok(record) = parse(text) else { return };
    for entity in entities(&record) {
        if known.people.contains(&entity.item) && entity.is_human() == Some(false) {
            known.not_people.insert(entity.item);
        }
        if known.units.contains(&entity.item) && entity.is_human() == Some(true) {
            known.humans.insert(entity.item);
        }
        if let Some(position) = known.positions.get_mut(&entity.item) {
            let first_of = |property: &String| entity.items(property).first().copied();
            let owner = company_of.iter().find_map(|property| Some((property.as_str(), first_of(property)?)));
            position.found = true;
            position.title = title(&entity, langs);
            position.company = owner.and_then(|(_, id)| item(id));
            position.directs = owner.is_some_and(|(property, _)| property == "P2389");
            known.units.extend(position.company);
        }
    }
}

/// What an item is called, in the first of the languages that it has, else in the first of all.
fn title(entity: &Entity<'_>, langs: &[String]) -> Option<String> {
    let fits = |text: &&str| text.parse::<Name>().is_ok();
    let spoken = langs.iter().find_map(|lang| entity.label(lang).filter(fits));
    let any = || entity.names().into_iter().map(|name| name.text).find(fits);
    spoken.or_else(any).map(str::to_owned)
}
