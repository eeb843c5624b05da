//! Statements of two keys: which keys each publisher gave among many statements, so that one more statement is not held
//! against each of them.

use rustc_hash::FxHashMap;

use crate::event::PersonFact;
use crate::statement::{Statement, StatementFact};

/// What a statement gives of the two ends of a `HeldPost`; of another sort of statement, nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Ends {
    pub(super) from: bool,
    pub(super) to: bool,
}

impl Ends {
    const ALL: [Ends; 4] = [
        Ends { from: false, to: false },
        Ends { from: false, to: true },
        Ends { from: true, to: false },
        Ends { from: true, to: true },
    ];

    pub(super) fn of(statement: &Statement) -> Ends {
        match &statement.fact {
            StatementFact::Own(PersonFact::HeldPost { from, to, .. }) => {
                Ends { from: from.is_some(), to: to.is_some() }
            }
            StatementFact::Own(_) | StatementFact::Died | StatementFact::Succeeded { .. } => {
                Ends { from: false, to: false }
            }
        }
    }

    fn place(self) -> usize {
        2 * usize::from(self.from) + usize::from(self.to)
    }
}

/// The keys that one publisher gave: two of them tell all that is asked, whether there is another than a given one.
#[derive(Clone, Copy, Debug)]
struct KeysGiven<'f> {
    key: &'f str,
    another: Option<&'f str>,
}

impl<'f> KeysGiven<'f> {
    fn add(&mut self, key: &'f str) {
        if self.key != key {
            self.another.get_or_insert(key);
        }
    }

    fn has_other_than(&self, key: &str) -> bool {
        self.key != key || self.another.is_some()
    }
}

/// A statement with a key: whose it is, and whether it gives a `from`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Row<'f> {
    pub(super) publisher: &'f str,
    pub(super) key: &'f str,
    pub(super) from: bool,
}

/// The keys of statements, by publisher and by the ends that their statements give.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys<'f> {
    first: Option<Row<'f>>,
    of: FxHashMap<&'f str, [Option<KeysGiven<'f>>; 4]>,
}

impl<'f> Keys<'f> {
    pub(super) fn add(&mut self, statement: &'f Statement) {
        if let Some(key) = &statement.key {
            self.note(&statement.publisher, Ends::of(statement), key);
        }
    }

    /// The first of the statements that has a key.
    pub(super) fn first(&self) -> Option<Row<'f>> {
        self.first
    }

    fn note(&mut self, publisher: &'f str, ends: Ends, key: &'f str) {
        self.first.get_or_insert(Row { publisher, key, from: ends.from });
        let slot = &mut self.of.entry(publisher).or_default()[ends.place()];
        slot.get_or_insert(KeysGiven { key, another: None }).add(key);
    }

    /// Takes in the keys of more statements.
    pub(super) fn extend(&mut self, more: &Keys<'f>) {
        for (publisher, by_ends) in &more.of {
            for (ends, given) in Ends::ALL.into_iter().zip(by_ends) {
                for key in given.iter().flat_map(|given| [Some(given.key), given.another]).flatten() {
                    self.note(publisher, ends, key);
                }
            }
        }
    }

    /// Whether the statement and one of these, of those that give such ends, are statements of two keys.
    pub(super) fn are_two_with(&self, statement: &Statement, of_ends: impl Fn(Ends) -> bool) -> bool {
        let Some(key) = &statement.key else { return false };
        let Some(by_ends) = self.of.get(&*statement.publisher) else { return false };
        let given = Ends::ALL.into_iter().zip(by_ends).filter(|(ends, _)| of_ends(*ends));
        given.filter_map(|(_, given)| given.as_ref()).any(|given| given.has_other_than(key))
    }

    /// Whether one of these and one of those are statements of two keys.
    pub(super) fn are_two_with_any(&self, others: &Keys<'f>) -> bool {
        let (few, many) = if self.of.len() <= others.of.len() { (self, others) } else { (others, self) };
        few.of.iter().any(|(publisher, given)| {
            let others = many.of.get(publisher).into_iter().flatten().flatten();
            let differ =
                |one: &KeysGiven<'_>, other: &KeysGiven<'_>| one.has_other_than(other.key) || other.another.is_some();
            let given = || given.iter().flatten();
            others.into_iter().any(|other| given().any(|one| differ(one, other)))
        })
    }
}
