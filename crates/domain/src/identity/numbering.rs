//! The namespace of what was joined: its entities, numbered by the mention that first means them, so that numbers follow the
//! log.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::entity::{Identity, NameIndex};
use super::{Ambiguity, First, Meaning, Namespace, Node, UNSCOPED, Use, Work, index};
use crate::event::{GivenId, Identifier};
use crate::name::NameKey;

/// A mention that is told of an entity: when it was first made, of which entity, which it is.
type Heard<'u> = (First<'u>, u32, u32);

/// A namespace in the making.
pub(super) struct Numbering<'w, 'u, F> {
    work: Work,
    uses: &'w [Option<Use<'u>>],
    implicit_id: &'w F,
    /// The numbers of entities, by their roots.
    numbers: FxHashMap<u32, u32>,
    ambiguity_of_group: FxHashMap<u32, u32>,
    space: Namespace,
}

impl<'w, 'u, F: Fn(u32, &NameKey) -> String> Numbering<'w, 'u, F> {
    pub(super) fn of(work: Work, uses: &'w [Option<Use<'u>>], implicit_id: &'w F) -> Numbering<'w, 'u, F> {
        let (numbers, ambiguity_of_group) = (FxHashMap::default(), FxHashMap::default());
        Numbering { work, uses, implicit_id, numbers, ambiguity_of_group, space: Namespace::default() }
    }

    pub(super) fn finish(mut self) -> Namespace {
        let heard = self.meanings();
        self.node_meanings();
        self.shared_identifiers();
        self.hear(heard);
        let Numbering { mut work, numbers, mut space, .. } = self;
        let ids = work.id_list.iter().enumerate();
        let numbered = ids.filter_map(|(i, id)| Some((id.clone(), *numbers.get(&work.entities.root(index(i)))?)));
        space.ids = numbered.collect();
        space.nodes = work.nodes;
        space
    }

    /// The number of the entity with that root, which is made when it is first asked for.
    fn number(&mut self, root: u32) -> u32 {
        if let Some(number) = self.numbers.get(&root) {
            return *number;
        }
        let alone = [root];
        let members = self.work.joined.get(&root).map_or(&alone[..], |joined| &joined.members);
        let id = self.work.base_id(self.work.head(root), self.uses, self.implicit_id).unwrap_or_default();
        let mut ids: Vec<GivenId> =
            members.iter().filter_map(|m| self.work.id_list.get(*m as usize).cloned()).collect();
        ids.sort();
        self.space.entities.push(Identity {
            id: Arc::from(id),
            ids,
            names: Vec::new(),
            identifiers: Vec::new(),
            first_reported: None,
            scope: UNSCOPED,
            other_scopes: Vec::new(),
        });
        let number = index(self.space.entities.len() - 1);
        self.numbers.insert(root, number);
        number
    }

    /// Notes that a group of names means several, and gives the place of that; the entity that stands for the bare name is
    /// `implicit`, or without one the first candidate.
    fn ambiguity(&mut self, group: u32, implicit: Option<u32>) -> u32 {
        if let Some(known) = self.ambiguity_of_group.get(&group) {
            return *known;
        }
        let roots = self.work.candidates(group);
        let mut candidates: Vec<u32> = roots.into_iter().map(|root| self.number(root)).collect();
        let implicit = implicit.unwrap_or_else(|| candidates[0]);
        candidates.sort_unstable();
        self.space.ambiguities.push(Ambiguity { implicit, candidates, names: 0 });
        let place = index(self.space.ambiguities.len() - 1);
        self.ambiguity_of_group.insert(group, place);
        place
    }

    /// Finds what each mention means, and gives those that are told of entities.
    fn meanings(&mut self) -> Vec<Heard<'u>> {
        self.space.meanings = vec![None; self.uses.len()];
        let mut heard = Vec::new();
        for (mention, used) in self.uses.iter().enumerate() {
            let Some(used) = used else { continue };
            let (entity, ambiguous) = match self.work.meaning(used) {
                Ok(root) => (self.number(root), None),
                Err(group) => {
                    let root = self.work.entities.root(index(self.work.id_list.len()) + group);
                    (self.number(root), Some(group))
                }
            };
            if !used.silent {
                heard.push((used.first, entity, index(mention)));
            }
            self.space.meanings[mention] = Some(match ambiguous {
                None => Meaning::One(entity),
                Some(group) => Meaning::Ambiguous(self.ambiguity(group, Some(entity))),
            });
        }
        heard
    }

    /// Finds what each node means in a question: as a mention of that name or identifier alone would.
    fn node_meanings(&mut self) {
        let mut is_identifier = vec![false; self.work.nodes.len()];
        for (node, number) in &self.work.nodes {
            is_identifier[*number as usize] = matches!(node, Node::Identifier(_));
        }
        for (node, is_identifier) in (0..).zip(is_identifier) {
            let group = self.work.group_of(node);
            let claimant = if is_identifier { self.work.claimant(node) } else { None };
            let one = claimant.or_else(|| self.work.meant_by(group)).or_else(|| self.work.settled(group));
            let meaning = if let Some(root) = one {
                Meaning::One(self.number(root))
            } else {
                // A bare name that no mention without an id uses has no entity of its own.
                let place = self.ambiguity(group, None);
                self.space.ambiguities[place as usize].names += 1;
                Meaning::Ambiguous(place)
            };
            self.space.node_meanings.push(meaning);
        }
    }

    fn shared_identifiers(&mut self) {
        let identifiers = self.work.nodes.iter().filter_map(|(node, number)| match node {
            Node::Identifier(identifier) => Some((identifier.clone(), *number)),
            Node::Name(..) => None,
        });
        let mut identifiers: Vec<(Identifier, u32)> = identifiers.collect();
        identifiers.sort();
        for (identifier, node) in identifiers {
            let claimed_by = self.work.identifier_claims.get(&node).cloned().unwrap_or_default();
            if self.work.entities.roots(&claimed_by).len() > 1 {
                self.space.shared.push(identifier);
            }
        }
    }

    /// Gives the entities the names and identifiers of mentions, the first reported first.
    fn hear(&mut self, mut heard: Vec<Heard<'u>>) {
        heard.sort();
        let mut many: FxHashMap<u32, NameIndex> = FxHashMap::default();
        for (first, entity, mention) in heard {
            let used = self.uses[mention as usize].as_ref().expect("a mention heard is used");
            self.space.entities[entity as usize].hear(used, first.0, many.entry(entity));
        }
    }
}
