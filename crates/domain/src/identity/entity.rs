//! An entity and the names by which sources call it.

use std::collections::hash_map;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{UNSCOPED, Use};
use crate::archive::Manner;
use crate::day::Instant;
use crate::event::{GivenId, Identifier, Reference};
use crate::name::Name;

/// A name of an entity, as a source spelled it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownName {
    /// The name.
    pub name: Name,
    /// When it was first reported.
    pub reported_at: Instant,
    /// Whether a rename brought it, so that it was not always its name, whatever else is called so.
    pub renamed: bool,
}

/// An entity: one person, company or unit.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its id: given by a scraper, or `~` and what section 2 says for an implicit one.
    pub id: Arc<str>,
    /// All ids that were joined in it, where scrapers gave any; sorted.
    pub ids: Vec<GivenId>,
    /// Its names, the first reported first, each spelling once.
    pub names: Vec<KnownName>,
    /// What other registers call it.
    pub identifiers: Vec<Identifier>,
    /// When it was first reported, whatever it was called then.
    pub first_reported: Option<Instant>,
    /// For a unit, the company that scopes its names: the one that was first reported with it.
    pub(crate) scope: u32,
    /// For a unit, the other companies whose events name it, in no order and more than once.
    pub(crate) other_scopes: Vec<u32>,
}

/// Of how many names and identifiers on an entity has an index of them: few have that many.
const MANY_NAMES: usize = 32;

/// Where each name stands in an entity's list, and which identifiers it has; empty until there are many.
#[derive(Default)]
pub(super) struct NameIndex {
    names: FxHashMap<Name, usize>,
    identifiers: FxHashSet<Identifier>,
}

impl Identity {
    /// Learns the names and identifiers of a mention, after those that were reported before it.
    pub(super) fn hear(&mut self, used: &Use<'_>, reported_at: Instant, many: hash_map::Entry<'_, u32, NameIndex>) {
        let Reference { names, identifiers, .. } = &used.mention.reference;
        self.first_reported.get_or_insert(reported_at);
        if self.scope == UNSCOPED {
            self.scope = used.scope;
        } else if self.scope != used.scope {
            self.other_scopes.push(used.scope);
        }
        let has_many = self.names.len().max(self.identifiers.len()) + names.len().max(identifiers.len()) > MANY_NAMES;
        let mut many = has_many.then(|| many.or_default());
        if let Some(many) = &mut many {
            for (place, known) in self.names.iter().enumerate().skip(many.names.len()) {
                many.names.insert(known.name.clone(), place);
            }
            if many.identifiers.len() < self.identifiers.len() {
                many.identifiers.extend(self.identifiers.iter().cloned());
            }
        }
        let brought = usize::from(used.mention.manner == Manner::Renamed);
        for (place, name) in names.iter().enumerate() {
            let renamed = place + brought >= names.len();
            let known = match &many {
                Some(many) => many.names.get(name).copied(),
                None => self.names.iter().position(|known| known.name == *name),
            };
            if let Some(known) = known {
                self.names[known].renamed |= renamed;
                continue;
            }
            if let Some(many) = &mut many {
                many.names.insert(name.clone(), self.names.len());
            }
            self.names.push(KnownName { name: name.clone(), reported_at, renamed });
        }
        for identifier in identifiers {
            let is_new = match &mut many {
                Some(many) => many.identifiers.insert(identifier.clone()),
                None => !self.identifiers.contains(identifier),
            };
            if is_new {
                self.identifiers.push(identifier.clone());
            }
        }
    }
}
