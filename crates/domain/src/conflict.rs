//! What the sources disagree on, and what the ledger had to guess.

use crate::position::EventId;

/// The kinds of conflict that the contract names (section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConflictKind {
    /// Statements of one start or one end that are disjoint.
    DateDisagrees,
    /// Statements of one claim or one tenure that differ in unit, title or manager.
    FieldDisagrees,
    /// Two moves on one day to different destinations.
    ContestedMove,
    /// A move that starts elsewhere than where the ledger has the person.
    MissingLink,
    /// A sighting after the last day on which the tenure can have ended.
    SeenAfterEnd,
    /// Two people who lead one unit on the same day.
    TwoLeads,
    /// One person in the employ of two companies, or two namesakes.
    TwoEmployers,
    /// A statement that has a person in a post after a death.
    AfterDeath,
    /// A post in a unit that lasts longer than the unit.
    OutlivesUnit,
    /// An identifier that two or more ids claim.
    SharedIdentifier,
    /// A name that two or more ids claim.
    AmbiguousName,
    /// A source's key that names two statements.
    KeyReused,
    /// A parent that would put a unit under itself.
    Cycle,
}

impl ConflictKind {
    /// All of them, in the order in which they are declared.
    pub const ALL: [ConflictKind; 13] = [
        ConflictKind::DateDisagrees,
        ConflictKind::FieldDisagrees,
        ConflictKind::ContestedMove,
        ConflictKind::MissingLink,
        ConflictKind::SeenAfterEnd,
        ConflictKind::TwoLeads,
        ConflictKind::TwoEmployers,
        ConflictKind::AfterDeath,
        ConflictKind::OutlivesUnit,
        ConflictKind::SharedIdentifier,
        ConflictKind::AmbiguousName,
        ConflictKind::KeyReused,
        ConflictKind::Cycle,
    ];

    /// The kind of that name in answers; none of what another version may know.
    pub fn named(name: &str) -> Option<ConflictKind> {
        ConflictKind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            ConflictKind::DateDisagrees => "date_disagrees",
            ConflictKind::FieldDisagrees => "field_disagrees",
            ConflictKind::ContestedMove => "contested_move",
            ConflictKind::MissingLink => "missing_link",
            ConflictKind::SeenAfterEnd => "seen_after_end",
            ConflictKind::TwoLeads => "two_leads",
            ConflictKind::TwoEmployers => "two_employers",
            ConflictKind::AfterDeath => "after_death",
            ConflictKind::OutlivesUnit => "outlives_unit",
            ConflictKind::SharedIdentifier => "shared_identifier",
            ConflictKind::AmbiguousName => "ambiguous_name",
            ConflictKind::KeyReused => "key_reused",
            ConflictKind::Cycle => "cycle",
        }
    }
}

/// One conflict: its kind, the events that take part in it (sorted, each once), and what it is about in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Conflict {
    /// What sort of conflict.
    pub kind: ConflictKind,
    /// The events, sorted by id.
    pub events: Vec<EventId>,
    /// What disagrees, in words for a reader.
    pub detail: String,
}

impl Conflict {
    /// A conflict between those events; sorts them and keeps each once.
    pub fn new(kind: ConflictKind, mut events: Vec<EventId>, detail: String) -> Conflict {
        events.sort();
        events.dedup();
        Conflict { kind, events, detail }
    }
}
