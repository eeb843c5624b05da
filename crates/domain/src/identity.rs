//! Who is meant (contract, section 2): mentions in, entities out.
//!
//! The same rules serve people, companies and units; a unit's names are scoped by its company. Names are compared
//! by their keys, ids and identifiers exactly. Nothing is guessed: spellings that only sound alike stay apart.

mod entity;
mod numbering;
mod sets;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

pub use self::entity::{Identity, KnownName};
use self::numbering::Numbering;
use self::sets::Sets;
use crate::archive::Mention;
use crate::day::Instant;
use crate::event::{Field, GivenId, Identifier};
use crate::name::{Name, NameKey};
use crate::position::EventId;

/// When a mention was first made: reported when, by which event, where in it.
pub(crate) type First<'a> = (Instant, &'a EventId, Field);

/// A mention that a live event makes.
pub(crate) struct Use<'a> {
    /// The company that scopes its names; [`UNSCOPED`] for people and companies.
    pub(crate) scope: u32,
    pub(crate) mention: &'a Mention,
    pub(crate) first: First<'a>,
    /// Whether it only counts for who is meant by others: nothing of it is told.
    pub(crate) silent: bool,
}

/// The scope of names that no company scopes.
pub(crate) const UNSCOPED: u32 = u32::MAX;

/// Whom a mention means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// That entity.
    One(u32),
    /// Two or more ids claim it; see [`Namespace::ambiguities`].
    Ambiguous(u32),
}

/// A name that two or more ids claim.
#[derive(Clone, Debug)]
pub(crate) struct Ambiguity {
    /// Who is meant where nothing decides: an entity of its own.
    pub(crate) implicit: u32,
    /// The entities that claim the name; sorted.
    pub(crate) candidates: Vec<u32>,
    /// How many names are connected with it, its own among them.
    names: usize,
}

impl Ambiguity {
    /// Whether a statement has the bare name mean one of the candidates, so that nothing is left undecided.
    pub(crate) fn is_settled(&self) -> bool {
        self.candidates.binary_search(&self.implicit).is_ok()
    }
}

/// How many pairs of a name and a candidate are kept at most of names that are connected and that several ids claim.
/// Beyond it, an asker means by such a name whom sources call so without an id.
const MOST_PAIRS: usize = 100_000;

/// What names are asked for in a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    Name(u32, NameKey),
    Identifier(Identifier),
}

/// All entities of one sort, and whom each mention means.
#[derive(Debug, Default)]
pub(crate) struct Namespace {
    /// By the number of the mention; none for those that nothing live makes.
    pub(crate) meanings: Vec<Option<Meaning>>,
    pub(crate) ambiguities: Vec<Ambiguity>,
    /// The identifiers that two or more entities claim by their ids, sorted.
    pub(crate) shared: Vec<Identifier>,
    pub(crate) entities: Vec<Identity>,
    ids: FxHashMap<GivenId, u32>,
    nodes: FxHashMap<Node, u32>,
    /// By node.
    node_meanings: Vec<Meaning>,
    asked: OnceLock<Asked>,
}

/// What a question is looked up by, made when the first is put.
#[derive(Debug, Default)]
struct Asked {
    /// Implicit entities by their ids.
    implicit: FxHashMap<Arc<str>, u32>,
    /// The nodes of each name, in any scope.
    names: FxHashMap<NameKey, Vec<u32>>,
    /// The nodes of each value of an identifier.
    values: FxHashMap<Arc<str>, Vec<u32>>,
}

/// A text by which an entity can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// An id, a scraper's or an implicit one.
    Id(Arc<str>),
    /// A name, by its key.
    Name(NameKey),
    /// An identifier's value, or `scheme:value`.
    Identifier(Arc<str>),
}

impl Call {
    /// What an asker means by a text above all: an id.
    pub fn id(text: &str) -> Call {
        Call::Id(Arc::from(text))
    }

    /// What an asker means by a text that is no id: a name or an identifier.
    pub fn others(text: &str) -> Vec<Call> {
        let name = text.parse::<Name>().ok().map(|name| Call::Name(name.key().clone()));
        name.into_iter().chain([Call::Identifier(Arc::from(text))]).collect()
    }
}

impl Namespace {
    /// The entity that a mention means wherever nothing decides otherwise; none where nothing live makes it.
    pub(crate) fn stands_for(&self, mention: usize) -> Option<u32> {
        Some(match self.meanings[mention]? {
            Meaning::One(entity) => entity,
            Meaning::Ambiguous(ambiguity) => self.ambiguities[ambiguity as usize].implicit,
        })
    }

    /// Every call, with each entity that it can mean.
    pub(crate) fn each_call(&self, mut tell: impl FnMut(Call, u32)) {
        for (i, entity) in self.entities.iter().enumerate() {
            tell(Call::Id(entity.id.clone()), index(i));
        }
        for (id, entity) in &self.ids {
            tell(Call::Id(Arc::from(id.as_str())), *entity);
        }
        for (node, number) in &self.nodes {
            for entity in self.possible(self.node_meanings[*number as usize]) {
                match node {
                    Node::Name(_, key) => tell(Call::Name(key.clone()), entity),
                    Node::Identifier(Identifier { scheme, value }) => {
                        tell(Call::Identifier(value.clone()), entity);
                        tell(Call::Identifier(Arc::from(format!("{scheme}:{value}"))), entity);
                    }
                }
            }
        }
    }

    fn asked(&self) -> &Asked {
        self.asked.get_or_init(|| {
            let mut asked = Asked::default();
            for (entity, number) in self.entities.iter().zip(0..) {
                if entity.id.starts_with('~') {
                    asked.implicit.insert(entity.id.clone(), number);
                }
            }
            for (node, number) in &self.nodes {
                match node {
                    Node::Name(_, key) => asked.names.entry(key.clone()).or_default().push(*number),
                    Node::Identifier(identifier) => {
                        asked.values.entry(identifier.value.clone()).or_default().push(*number);
                    }
                }
            }
            asked
        })
    }

    /// The entity with that id, a scraper's or an implicit one.
    pub(crate) fn by_id(&self, text: &str) -> Option<u32> {
        if text.starts_with('~') {
            return self.asked().implicit.get(text).copied();
        }
        self.ids.get(&text.parse().ok()?).copied()
    }

    /// The entities that an asker can mean by a name or an identifier's value, also as `scheme:value`.
    pub(crate) fn called(&self, text: &str) -> Vec<u32> {
        let asked = self.asked();
        let name = text.parse::<Name>().ok();
        let names = name.as_ref().and_then(|name| asked.names.get(name.key())).into_iter().flatten().copied();
        let values = asked.values.get(text).into_iter().flatten().copied();
        let with_scheme = text.split_once(':').and_then(|(scheme, value)| {
            let identifier = Identifier { scheme: Arc::from(scheme), value: Arc::from(value) };
            self.nodes.get(&Node::Identifier(identifier)).copied()
        });
        let nodes = names.chain(values).chain(with_scheme);
        let mut found: Vec<u32> = nodes.flat_map(|node| self.possible(self.node_meanings[node as usize])).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn possible(&self, meaning: Meaning) -> Vec<u32> {
        match meaning {
            Meaning::One(entity) => vec![entity],
            Meaning::Ambiguous(index) => {
                let ambiguity = &self.ambiguities[index as usize];
                let are_few = ambiguity.names.saturating_sub(1) * ambiguity.candidates.len() <= MOST_PAIRS;
                let candidates = if are_few { &ambiguity.candidates[..] } else { &[] };
                candidates.iter().chain([&ambiguity.implicit]).copied().collect()
            }
        }
    }

    /// The entity that bears a scoped name, where it is one alone.
    pub(crate) fn named(&self, scope: u32, key: &NameKey) -> Option<u32> {
        let node = self.nodes.get(&Node::Name(scope, key.clone()))?;
        match self.node_meanings[*node as usize] {
            Meaning::One(entity) => Some(entity),
            Meaning::Ambiguous(_) => None,
        }
    }
}

fn index(number: usize) -> u32 {
    u32::try_from(number).expect("fewer than 2^32")
}

/// Resolves the uses of mentions. `same` holds the statements that two are the same, as pairs of mentions in the
/// order (`reported_at`, id); `implicit_id` makes the id of an entity that no scraper gave one.
pub(crate) fn resolve(
    uses: &[Option<Use<'_>>],
    same: &[(u32, u32)],
    implicit_id: impl Fn(u32, &NameKey) -> String,
) -> Namespace {
    let mut work = Work::read(uses);
    work.group();
    work.find_first_names(uses);
    for both_ids in [true, false] {
        for pair in same.iter().filter(|pair| give_ids(uses, **pair) == both_ids) {
            work.join(uses, *pair, &implicit_id);
        }
    }
    Numbering::of(work, uses, &implicit_id).finish()
}

/// The state of a resolution: base entities are the ids, then the groups of connected names.
struct Work {
    ids: FxHashMap<GivenId, u32>,
    id_list: Vec<GivenId>,
    nodes: FxHashMap<Node, u32>,
    names: Sets,
    /// (node, id): the id claims the name.
    claims: Vec<(u32, u32)>,
    /// By group: the root node, the first reported name, who claims any of its names.
    groups: Vec<Group>,
    group_of_root: FxHashMap<u32, u32>,
    /// By identifier node: who claims it.
    identifier_claims: FxHashMap<u32, Vec<u32>>,
    entities: Sets,
    /// By root: the sets of entities that statements joined.
    joined: FxHashMap<u32, Joined>,
    /// By group, and by identifier node: who alone is meant, since two were last joined.
    alone: (FxHashMap<u32, Option<u32>>, FxHashMap<u32, Option<u32>>),
}

/// Base entities that are one.
struct Joined {
    members: Vec<u32>,
    /// The ids of those that no statement joins to another, with their entities.
    kept: BTreeSet<(String, u32)>,
    /// The least id of all.
    least: Option<(String, u32)>,
}

impl Joined {
    /// A set of one, which has an id or none.
    fn one(member: u32, id: Option<String>) -> Joined {
        let least = id.map(|id| (id, member));
        Joined { members: vec![member], kept: least.iter().cloned().collect(), least }
    }

    /// Both sets; the smaller is put into the larger.
    fn with(self, other: Joined) -> Joined {
        let (mut large, small) = if self.members.len() < other.members.len() { (other, self) } else { (self, other) };
        large.members.extend(small.members);
        large.kept.extend(small.kept);
        large.least = match (large.least.take(), small.least) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        large
    }

    /// The member whose id the set has: the least of those that no statement joins to another.
    fn head(&self) -> Option<u32> {
        self.kept.first().or(self.least.as_ref()).map(|(_, member)| *member)
    }
}

#[derive(Default)]
struct Group {
    claimed_by: Vec<u32>,
    /// The mention and the place of the name in it.
    first: Option<(u32, usize)>,
}

impl Work {
    fn read(uses: &[Option<Use<'_>>]) -> Work {
        let mut work = Work {
            ids: FxHashMap::default(),
            id_list: Vec::new(),
            nodes: FxHashMap::default(),
            names: Sets::new(0),
            claims: Vec::new(),
            groups: Vec::new(),
            group_of_root: FxHashMap::default(),
            identifier_claims: FxHashMap::default(),
            entities: Sets::new(0),
            joined: FxHashMap::default(),
            alone: Default::default(),
        };
        for used in uses.iter().flatten() {
            let nodes: Vec<u32> = nodes_of(used).map(|node| work.node(node)).collect();
            if let Some(id) = &used.mention.reference.id {
                let entity = work.id(id);
                work.claims.extend(nodes.iter().map(|node| (*node, entity)));
            } else {
                for pair in nodes.windows(2) {
                    work.names.join(pair[0], pair[1]);
                }
            }
        }
        work
    }

    fn node(&mut self, node: Node) -> u32 {
        let next = index(self.nodes.len());
        let number = *self.nodes.entry(node).or_insert(next);
        if number == next {
            self.names.parent.push(next);
        }
        number
    }

    fn id(&mut self, id: &GivenId) -> u32 {
        if let Some(entity) = self.ids.get(id) {
            return *entity;
        }
        let entity = index(self.id_list.len());
        self.ids.insert(id.clone(), entity);
        self.id_list.push(id.clone());
        entity
    }

    /// Connects the names and collects who claims any name of each group.
    fn group(&mut self) {
        for node in 0..index(self.nodes.len()) {
            let root = self.names.root(node);
            let next = index(self.groups.len());
            if *self.group_of_root.entry(root).or_insert(next) == next {
                self.groups.push(Group::default());
            }
        }
        let claims = std::mem::take(&mut self.claims);
        for (node, id) in &claims {
            let root = self.names.root(*node);
            self.groups[self.group_of_root[&root] as usize].claimed_by.push(*id);
            self.identifier_claims.entry(*node).or_default().push(*id);
        }
        for group in &mut self.groups {
            group.claimed_by.sort_unstable();
            group.claimed_by.dedup();
        }
        self.entities = Sets::new(self.id_list.len() + self.groups.len());
    }

    fn group_of(&mut self, node: u32) -> u32 {
        let root = self.names.root(node);
        self.group_of_root[&root]
    }

    /// Whom the names of a group mean, as far as ids and joinings tell; none where several are left.
    fn meant_by(&mut self, group: u32) -> Option<u32> {
        if let Some(known) = self.alone.0.get(&group) {
            return *known;
        }
        let own = self.entities.root(index(self.id_list.len()) + group);
        let claimed_by = &self.groups[group as usize].claimed_by;
        let meant = if claimed_by.is_empty() { Some(own) } else { self.entities.one_root(claimed_by) };
        self.alone.0.insert(group, meant);
        meant
    }

    /// Of several who claim a name of a group the one whom a statement has the bare name mean.
    fn settled(&mut self, group: u32) -> Option<u32> {
        let own = self.entities.root(index(self.id_list.len()) + group);
        let claimed_by = &self.groups[group as usize].claimed_by;
        claimed_by.iter().any(|id| self.entities.root(*id) == own).then_some(own)
    }

    /// The one who claims an identifier, where it is one alone.
    fn claimant(&mut self, identifier: u32) -> Option<u32> {
        if let Some(known) = self.alone.1.get(&identifier) {
            return *known;
        }
        let claimed_by = self.identifier_claims.get(&identifier).map_or(&[][..], Vec::as_slice);
        let one = self.entities.one_root(claimed_by);
        self.alone.1.insert(identifier, one);
        one
    }

    /// Those who claim a name of a group, where they are several.
    fn candidates(&mut self, group: u32) -> Vec<u32> {
        self.entities.roots(&self.groups[group as usize].claimed_by)
    }

    /// Whom a mention means: an identifier is looked at first. Where that is not settled, the group of its names.
    fn meaning(&mut self, used: &Use<'_>) -> Result<u32, u32> {
        if let Some(id) = &used.mention.reference.id {
            let entity = self.ids[id];
            return Ok(self.entities.root(entity));
        }
        for identifier in &used.mention.reference.identifiers {
            let node = self.nodes[&Node::Identifier(identifier.clone())];
            if let Some(one) = self.claimant(node) {
                return Ok(one);
            }
        }
        let first = nodes_of(used).next().expect("a reference has an id or a name");
        let node = self.nodes[&first];
        let group = self.group_of(node);
        self.meant_by(group).ok_or(group)
    }

    /// Applies a statement that two are the same.
    fn join(&mut self, uses: &[Option<Use<'_>>], same: (u32, u32), implicit_id: &impl Fn(u32, &NameKey) -> String) {
        let base = |work: &mut Work, mention: u32| -> Option<u32> {
            let used = uses[mention as usize].as_ref()?;
            if let Some(id) = &used.mention.reference.id {
                return Some(work.ids[id]);
            }
            Some(match work.meaning(used) {
                Ok(root) => work.head(root),
                Err(group) => index(work.id_list.len()) + group,
            })
        };
        let (Some(one), Some(other)) = (base(self, same.0), base(self, same.1)) else { return };
        if one == other {
            return;
        }
        let (root, other_root) = (self.entities.root(one), self.entities.root(other));
        // A name that means the two already tells nothing of which id is to be kept.
        if root == other_root && !give_ids(uses, same) {
            return;
        }
        let mut take = |root: u32| {
            let known = self.joined.remove(&root);
            known.unwrap_or_else(|| Joined::one(root, self.base_id(root, uses, implicit_id)))
        };
        let mut joined = take(root);
        if other_root != root {
            joined = joined.with(take(other_root));
        }
        if let Some(id) = self.base_id(one, uses, implicit_id) {
            joined.kept.remove(&(id, one));
        }
        let root = self.entities.join(one, other);
        self.joined.insert(root, joined);
        self.alone = Default::default();
    }

    /// The member of a joined group whose id the group has.
    fn head(&self, root: u32) -> u32 {
        self.joined.get(&root).and_then(Joined::head).unwrap_or(root)
    }

    /// The id of a base entity; none for a group of names that only mentions with ids use.
    fn base_id(
        &self,
        member: u32,
        uses: &[Option<Use<'_>>],
        implicit_id: &impl Fn(u32, &NameKey) -> String,
    ) -> Option<String> {
        if let Some(id) = self.id_list.get(member as usize) {
            return Some(id.as_str().to_owned());
        }
        let group = &self.groups[member as usize - self.id_list.len()];
        let (mention, place) = group.first?;
        let used = uses[mention as usize].as_ref()?;
        Some(implicit_id(used.scope, used.mention.reference.names[place].key()))
    }

    /// The name of each group that was first reported, among mentions without an id.
    fn find_first_names(&mut self, uses: &[Option<Use<'_>>]) {
        for (mention, used) in uses.iter().enumerate() {
            let Some(used) = used else { continue };
            if used.silent || used.mention.reference.id.is_some() || used.mention.reference.names.is_empty() {
                continue;
            }
            let node = self.nodes[&Node::Name(used.scope, used.mention.reference.names[0].key().clone())];
            let group = self.group_of(node);
            let first = &mut self.groups[group as usize].first;
            let earlier =
                |known: (u32, usize)| uses[known.0 as usize].as_ref().is_some_and(|known| used.first < known.first);
            if first.is_none_or(earlier) {
                *first = Some((index(mention), 0));
            }
        }
    }
}

/// Whether both sides of a statement that two are the same give an id.
fn give_ids(uses: &[Option<Use<'_>>], (one, other): (u32, u32)) -> bool {
    let id = |mention: u32| uses[mention as usize].as_ref().is_some_and(|used| used.mention.reference.id.is_some());
    id(one) && id(other)
}

/// The names and identifiers of a mention.
fn nodes_of<'u>(used: &'u Use<'_>) -> impl Iterator<Item = Node> + 'u {
    let names = used.mention.reference.names.iter().map(|n| Node::Name(used.scope, n.key().clone()));
    let identifiers = used.mention.reference.identifiers.iter().map(|i| Node::Identifier(i.clone()));
    names.chain(identifiers)
}
