//! The one table: every type of event, its fields, and what they hold.
//!
//! What a value of each [`Kind`] looks like is said in `read` for the program and in `schema` for everybody else.

use std::sync::LazyLock;

use crate::event::{Confidence, Employment};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The name of the event's type.
    Type,
    /// The id of an event.
    Event,
    /// The id that a scraper gives to a person, company or unit.
    EntityId,
    /// A reference to a person.
    Person,
    /// A reference to a person, or null for none.
    PersonOrNobody,
    /// A reference to a company.
    Company,
    /// A reference to a unit.
    Unit,
    /// A vague date.
    Date,
    /// An instant, or a date that stands for one.
    Instant,
    /// A name or title.
    Name,
    /// Further names.
    Aliases,
    /// Names with languages and dates.
    Names,
    /// Ids in other registers.
    Identifiers,
    /// The words of a source.
    Quote,
    /// Free text.
    Text,
    /// A text on one line.
    Line,
    /// The tag of a language.
    Language,
    /// True or false.
    Flag,
    /// How far to trust a claim.
    Confidence,
    /// What a post rests on.
    Employment,
    /// Where a claim comes from.
    Source,
}

/// The words for [`Confidence`].
pub(super) const CONFIDENCES: [(&str, Confidence); 3] = [
    (Confidence::Confirmed.word(), Confidence::Confirmed),
    (Confidence::Reported.word(), Confidence::Reported),
    (Confidence::Rumoured.word(), Confidence::Rumoured),
];

/// The words for [`Employment`].
pub(super) const EMPLOYMENTS: [(&str, Employment); 4] = [
    (Employment::Employee.word(), Employment::Employee),
    (Employment::Board.word(), Employment::Board),
    (Employment::Advisor.word(), Employment::Advisor),
    (Employment::Contractor.word(), Employment::Contractor),
];

/// Whether an object is whole without a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    Optional,
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) need: Need,
    /// One line, in Markdown.
    pub(super) doc: &'static str,
}

impl Field {
    /// What it means, as an error goes on to say it.
    pub(super) fn meaning(&self) -> String {
        let (first, rest) = self.doc.split_at(1);
        format!("{}{}", first.to_lowercase(), rest.trim_end_matches('.'))
    }
}

/// An object: its fields, in the order in which they are read and shown.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) fields: Vec<Field>,
    /// Of these fields at least one must be given, and a flag among them be true; none: no such rule.
    pub(super) one_of: &'static [&'static str],
    /// A field that it does not take, though one may well expect it, and what to do instead.
    pub(super) instead: Option<(&'static str, &'static str)>,
}

impl Shape {
    /// Which of the fields has that name, looked for from the one at `near`.
    pub(super) fn position(&self, name: &str, near: usize) -> Option<usize> {
        let is_it = |field: &Field| field.name == name;
        let (before, from) = self.fields.split_at(near);
        from.iter().position(is_it).map(|at| near + at).or_else(|| before.iter().position(is_it))
    }
}

/// A type of event.
#[derive(Debug)]
pub(super) struct EventType {
    pub(super) shape: Shape,
    /// What it claims, in Markdown.
    pub(super) doc: &'static str,
    /// An event of this type.
    pub(super) example: &'static str,
}

impl EventType {
    /// The field for which null is an answer.
    pub(super) fn nobody(&self) -> Option<&'static str> {
        let mut fields = self.shape.fields.iter();
        fields.find(|f| f.kind == Kind::PersonOrNobody).map(|f| f.name)
    }
}

/// The most fields that an object has.
pub(super) const MOST_FIELDS: usize = 24;

const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, need: Need::Required, doc }
}

const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, need: Need::Optional, doc }
}

fn shape(name: &'static str, groups: &[&[Field]]) -> Shape {
    let fields = groups.concat();
    assert!(fields.len() <= MOST_FIELDS, "{name} has more fields than are read");
    Shape { name, fields, one_of: &[], instead: None }
}

/// A reference that is not just a name.
pub(super) static REFERENCE: LazyLock<Shape> = LazyLock::new(|| Shape {
    one_of: &["id", "name"],
    ..shape(
        "a reference",
        &[&[
            optional("id", Kind::EntityId, "The scraper's own id of the entity."),
            optional("name", Kind::Name, "The name that the source uses."),
            optional("aliases", Kind::Aliases, "Other names of the same entity."),
            optional("identifiers", Kind::Identifiers, "What other registers call it, as in `{\"wikidata\": \"Q1\"}`."),
        ]],
    )
});

/// A source that is not just an address or a name.
pub(super) static SOURCE: LazyLock<Shape> = LazyLock::new(|| Shape {
    one_of: &["url", "publisher"],
    ..shape(
        "a source",
        &[&[
            optional("url", Kind::Line, "Address of the page or file."),
            optional("publisher", Kind::Line, "Who published it."),
            optional(
                "key",
                Kind::Line,
                "The source's own stable name for this statement: a row id, a fragment. \
            Of the events of one source with one key, only the one reported last counts. \
            Two of one `reported_at` and `retrieved_at` are `key_reused` in `conflicts`; an ingest that reads both in one run says so.",
            ),
            optional("title", Kind::Text, "Headline."),
            optional("lang", Kind::Language, "Language of the text."),
            optional("quote", Kind::Quote, "The words that make the claim."),
            optional("locator", Kind::Line, "Where in the source they stand: a page, a paragraph, a time."),
            optional("archive_url", Kind::Line, "Address of a copy in an archive."),
            optional(
                "retrieved_at",
                Kind::Instant,
                "When it was read, at most a day after the event comes in. It is no part of the event's content.",
            ),
        ]],
    )
});

/// A quote that is not just a text.
pub(super) static QUOTE: LazyLock<Shape> = LazyLock::new(|| {
    shape(
        "a quote",
        &[&[
            required("exact", Kind::Text, "The words that make the claim."),
            optional("prefix", Kind::Text, "The words just before them."),
            optional("suffix", Kind::Text, "The words just after them."),
        ]],
    )
});

/// One of the `names` of a person or unit.
pub(super) static DESCRIBED_NAME: LazyLock<Shape> = LazyLock::new(|| {
    shape(
        "a described name",
        &[&[
            required("text", Kind::Name, "The name."),
            optional("lang", Kind::Language, "Its language."),
            optional("from", Kind::Date, "First shown on."),
            optional("to", Kind::Date, "No longer shown from."),
        ]],
    )
});

const TYPE: Field = required("type", Kind::Type, "What sort of event it is.");
const ID: Field = optional("id", Kind::Event, "The event's own id. Where absent: made from the content.");
const EFFECTIVE: Field =
    optional("effective", Kind::Date, "When it happened. Where absent: on or before the day of `reported_at`.");
/// The fields of every event but `type`, `id` and `effective`.
const COMMON: &[Field] = &[
    optional(
        "reported_at",
        Kind::Instant,
        "When the world learned it. Where absent, and for a month or year that is not over: when the ledger recorded \
        it. At most a day after that.",
    ),
    required("source", Kind::Source, "Where the claim comes from."),
    optional("confidence", Kind::Confidence, "How far to trust it; `reported` where absent."),
    optional("corrects", Kind::Event, "The event that this one replaces."),
    optional("note", Kind::Text, "Free text of the scraper."),
    optional(
        "ingested_at",
        Kind::Instant,
        "When it came in, written by `ingest` where the ledger's last stamp is ahead of the clock; then it counts \
        instead of that stamp where `reported_at` is absent. No part of what makes two events the same.",
    ),
];

const PERSON: Field = required("person", Kind::Person, "Who.");
const COMPANY: Field = required("company", Kind::Company, "Which company.");
const POST_UNIT: Field = optional("unit", Kind::Unit, "The unit of the post.");
/// The post fields but `unit`.
const POST: &[Field] = &[
    optional("title", Kind::Name, "The title of the post."),
    optional("lead", Kind::Flag, "Whether the person heads the unit, or without a unit the company."),
    optional("acting", Kind::Flag, "Whether the person holds the post until somebody is appointed."),
    optional("remit", Kind::Text, "What the person is responsible for."),
    optional("reports_to", Kind::Person, "The manager."),
    optional("employment", Kind::Employment, "What the post rests on; `employee` where absent."),
];
const CONCURRENT: Field =
    optional("concurrent", Kind::Flag, "Whether the post stands beside another employment without ending it.");
const SEAT_UNIT: Field = optional("unit", Kind::Unit, "The unit of the post that is meant.");
const SEAT_TITLE: Field = optional("title", Kind::Name, "The title of the post that is meant.");
const REASON: Field = optional("reason", Kind::Text, "Why. Kept in the log.");

const UNIT: Field = required("unit", Kind::Unit, "Which unit; without `company`, which company.");
const UNIT_COMPANY: Field = optional("company", Kind::Company, "Whose unit it is.");
const UNIT_KIND: Field = optional("kind", Kind::Line, "What sort of unit it is: `lab`, `department`.");
const UNIT_PARENT: Field =
    optional("parent", Kind::Unit, "The unit above it, in the same company; the company's own name means the company.");
const NAMES: Field = optional("names", Kind::Names, "Names, with their languages and dates.");
const IDENTIFIERS: Field =
    optional("identifiers", Kind::Identifiers, "What other registers call it, as in `{\"wikidata\": \"Q1\"}`.");

/// The type of that name.
pub(super) fn event_type(name: &str) -> Option<&'static EventType> {
    EVENT_TYPES.iter().find(|t| t.shape.name == name)
}

/// All types of events, in the order of the contract.
pub(super) static EVENT_TYPES: LazyLock<Vec<EventType>> = LazyLock::new(|| {
    let dated = |name, own: &[&[Field]]| shape(name, &[&[TYPE, ID], &own.concat(), &[EFFECTIVE], COMMON]);
    vec![
        EventType {
            shape: dated("JoinedCompany", &[&[PERSON, COMPANY, POST_UNIT], POST, &[CONCURRENT]]),
            doc: "Begins a primary post in the company.",
            example: r#"{
                "type": "JoinedCompany",
                "person": {"name": "Lin Wei", "aliases": ["林伟"]},
                "company": "Harbour Labs",
                "unit": "Speech",
                "title": "Research Scientist",
                "effective": "2024-03",
                "reported_at": "2024-03-18T09:30:00+08:00",
                "source": {"url": "https://news.example/2024/lin-wei", "publisher": "The Daily Ledger", "lang": "en"}
            }"#,
        },
        EventType {
            shape: dated("LeftCompany", &[&[PERSON, COMPANY, REASON]]),
            doc: "Ends every post in the company.",
            example: r#"{
                "type": "LeftCompany",
                "person": "Lin Wei",
                "company": "Harbour Labs",
                "reason": "to found a company of her own",
                "effective": "2025-09-30",
                "source": "https://news.example/2025/lin-wei-leaves"
            }"#,
        },
        EventType {
            shape: Shape {
                instead: Some(("unit", "name the unit that the person moves to as `to_unit`")),
                ..dated(
                    "TransferredUnit",
                    &[
                        &[
                            PERSON,
                            COMPANY,
                            optional("from_unit", Kind::Unit, "The unit left."),
                            required("to_unit", Kind::Unit, "The unit joined."),
                        ],
                        POST,
                    ],
                )
            },
            doc: "Moves the primary post. `from_unit` and `to_unit` differ.",
            example: r#"{
                "type": "TransferredUnit",
                "person": "Lin Wei",
                "company": "Harbour Labs",
                "from_unit": "Speech",
                "to_unit": "Vision",
                "title": "Principal Scientist",
                "effective": "[2025-02-01..2025-02-14]",
                "source": "The Daily Ledger"
            }"#,
        },
        EventType {
            shape: Shape {
                one_of: &["title", "lead"],
                ..dated(
                    "AppointedToPost",
                    &[
                        &[PERSON, COMPANY, POST_UNIT],
                        POST,
                        &[optional("succeeds", Kind::Person, "Whose matching post ends by it.")],
                    ],
                )
            },
            doc: "Adds a post beside the others, and ends the matching post of the person succeeded.",
            example: r#"{
                "type": "AppointedToPost",
                "person": "Lin Wei",
                "company": "Harbour Labs",
                "unit": "Vision",
                "title": "Head of Vision",
                "lead": true,
                "acting": true,
                "reports_to": "Ana Duarte",
                "succeeds": {"id": "p/okafor", "name": "Ben Okafor"},
                "effective": "2025-04-01",
                "source": {"url": "https://harbour.example/press/17", "publisher": "Harbour Labs"},
                "confidence": "confirmed"
            }"#,
        },
        EventType {
            shape: dated("RelievedOfPost", &[&[PERSON, COMPANY, SEAT_UNIT, SEAT_TITLE, REASON]]),
            doc: "Ends matching posts.",
            example: r#"{
                "type": "RelievedOfPost",
                "person": "Ben Okafor",
                "company": "Harbour Labs",
                "unit": "Vision",
                "effective": "2025-04-01",
                "source": "https://harbour.example/press/17"
            }"#,
        },
        EventType {
            shape: dated(
                "ChangedTitle",
                &[&[
                    PERSON,
                    COMPANY,
                    SEAT_UNIT,
                    optional("from_title", Kind::Name, "The title until then."),
                    required("to_title", Kind::Name, "The title from then on."),
                    optional(
                        "lead",
                        Kind::Flag,
                        "Whether the person heads the unit from then on; as before where absent.",
                    ),
                    optional("acting", Kind::Flag, "Whether the person holds the post until somebody is appointed."),
                ]],
            ),
            doc: "Same seat, new title; no longer acting unless it says so.",
            example: r#"{
                "type": "ChangedTitle",
                "person": "Lin Wei",
                "company": "Harbour Labs",
                "from_title": "Research Scientist",
                "to_title": "Senior Scientist",
                "effective": "2024~",
                "source": "The Daily Ledger"
            }"#,
        },
        EventType {
            shape: dated(
                "ChangedManager",
                &[&[
                    PERSON,
                    COMPANY,
                    SEAT_UNIT,
                    SEAT_TITLE,
                    required("reports_to", Kind::PersonOrNobody, "The manager from then on; `null`: nobody."),
                ]],
            ),
            doc: "New reporting line.",
            example: r#"{
                "type": "ChangedManager",
                "person": "Lin Wei",
                "company": "Harbour Labs",
                "reports_to": null,
                "effective": "2025-06",
                "source": "The Daily Ledger"
            }"#,
        },
        EventType {
            shape: Shape {
                instead: Some(("effective", "date the post by `from`, `to` and `seen`")),
                ..shape(
                    "HeldPost",
                    &[
                        &[TYPE, ID, PERSON, COMPANY, POST_UNIT],
                        POST,
                        &[
                            optional("from", Kind::Date, "When it began; where absent, not known."),
                            optional("to", Kind::Date, "When it ended; where absent, not known to have ended."),
                            optional(
                                "seen",
                                Kind::Date,
                                "On at least one day of this date the source saw it in force.",
                            ),
                            CONCURRENT,
                        ],
                        COMMON,
                    ],
                )
            },
            doc: "Held this post between two vague dates. Takes no `effective`. With neither `from` nor `to` it is a \
                sighting, on `seen` or else on the day of `reported_at`. `to` is the first day without the post: it is not \
                surely before `from`, and `seen` is neither surely before `from` nor surely on or after `to`.",
            example: r#"{
                "type": "HeldPost",
                "person": "Ana Duarte",
                "company": "Harbour Labs",
                "title": "Chief Scientist",
                "from": "2019",
                "to": "[2024-01..2024-06]",
                "seen": "2023-11-02",
                "source": {"url": "https://harbour.example/team", "retrieved_at": "2023-11-02T04:00:00Z"}
            }"#,
        },
        EventType {
            shape: dated("UnitFormed", &[&[UNIT, UNIT_COMPANY, UNIT_PARENT, UNIT_KIND]]),
            doc: "Exists from then on.",
            example: r#"{
                "type": "UnitFormed",
                "unit": {"id": "harbour/vision", "name": "Vision"},
                "company": "Harbour Labs",
                "parent": "Research",
                "kind": "lab",
                "effective": "2022-01-10",
                "source": "https://harbour.example/press/3"
            }"#,
        },
        EventType {
            shape: dated(
                "UnitRenamed",
                &[&[UNIT, UNIT_COMPANY, required("name", Kind::Name, "The name from then on.")]],
            ),
            doc: "Same unit, new name.",
            example: r#"{
                "type": "UnitRenamed",
                "unit": "Vision",
                "company": "Harbour Labs",
                "name": "Perception",
                "effective": "2025-05",
                "source": "https://harbour.example/press/20"
            }"#,
        },
        EventType {
            shape: dated(
                "UnitMoved",
                &[&[
                    UNIT,
                    UNIT_COMPANY,
                    required(
                        "parent",
                        Kind::Unit,
                        "The unit above it from then on, in the same company; the company's own name means the company.",
                    ),
                ]],
            ),
            doc: "New parent.",
            example: r#"{
                "type": "UnitMoved",
                "unit": "Perception",
                "company": "Harbour Labs",
                "parent": "Harbour Labs",
                "effective": "2025-07-01",
                "source": "https://harbour.example/press/22"
            }"#,
        },
        EventType {
            shape: dated(
                "UnitMerged",
                &[&[
                    UNIT,
                    UNIT_COMPANY,
                    required("into", Kind::Unit, "The unit that takes its people, in the same company."),
                ]],
            ),
            doc: "Its people are `into`'s from then on.",
            example: r#"{
                "type": "UnitMerged",
                "unit": "Speech",
                "company": "Harbour Labs",
                "into": "Perception",
                "effective": "2025-08",
                "source": "https://harbour.example/press/23"
            }"#,
        },
        EventType {
            shape: dated("UnitDissolved", &[&[UNIT, UNIT_COMPANY]]),
            doc: "No longer exists, until a later `UnitFormed`.",
            example: r#"{
                "type": "UnitDissolved",
                "unit": "Robotics",
                "company": "Harbour Labs",
                "effective": "[..2023-12-31]",
                "source": "The Daily Ledger"
            }"#,
        },
        EventType {
            shape: dated("PersonDied", &[&[PERSON]]),
            doc: "Ends every post in every company; nothing begins after it.",
            example: r#"{
                "type": "PersonDied",
                "person": {"id": "p/okafor", "name": "Ben Okafor"},
                "effective": "2026-02-11",
                "source": "https://news.example/2026/ben-okafor"
            }"#,
        },
        EventType {
            shape: dated(
                "PersonDescribed",
                &[&[
                    PERSON,
                    optional("company", Kind::Company, "In this company these names mean this person."),
                    NAMES,
                    IDENTIFIERS,
                ]],
            ),
            doc: "Identity. A name with `from` or `to` is the one to show between those dates. With `company` it tells \
                a namesake apart: in that company these names mean this person.",
            example: r#"{
                "type": "PersonDescribed",
                "person": {"id": "p/lin-wei", "name": "Lin Wei"},
                "names": [
                    {"text": "林伟", "lang": "zh-Hans"},
                    {"text": "Wei Lin-Duarte", "lang": "en", "from": "2025"}
                ],
                "identifiers": {"wikidata": "Q1"},
                "source": "https://harbour.example/team"
            }"#,
        },
        EventType {
            shape: dated("UnitDescribed", &[&[UNIT, UNIT_COMPANY, NAMES, IDENTIFIERS, UNIT_KIND, UNIT_PARENT]]),
            doc: "Identity, and a kind and a parent that held from the beginning until something changes them. \
                A `kind` with `effective` holds from then on.",
            example: r#"{
                "type": "UnitDescribed",
                "unit": {"id": "harbour", "name": "Harbour Labs"},
                "names": [{"text": "港湾实验室", "lang": "zh"}],
                "kind": "company",
                "source": "https://harbour.example/about"
            }"#,
        },
        EventType {
            shape: dated(
                "SamePerson",
                &[&[
                    PERSON,
                    required("same_as", Kind::Person, "The same person, by another reference; its id is kept."),
                ]],
            ),
            doc: "The two are one.",
            example: r#"{
                "type": "SamePerson",
                "person": "Wei Lin-Duarte",
                "same_as": {"id": "p/lin-wei"},
                "source": "https://harbour.example/team"
            }"#,
        },
        EventType {
            shape: dated(
                "SameUnit",
                &[&[
                    UNIT,
                    UNIT_COMPANY,
                    required("same_as", Kind::Unit, "The same unit, by another reference; its id is kept."),
                    optional("same_as_company", Kind::Company, "Whose unit `same_as` is, where not `company`'s."),
                ]],
            ),
            doc: "The two units, or without companies the two companies, are one.",
            example: r#"{
                "type": "SameUnit",
                "unit": "视觉实验室",
                "company": "Harbour Labs",
                "same_as": {"id": "harbour/vision"},
                "source": "https://harbour.example/about"
            }"#,
        },
        EventType {
            shape: dated("EventRetracted", &[&[required("event", Kind::Event, "The event withdrawn."), REASON]]),
            doc: "The source withdrew an event, or the scraper erred.",
            example: r#"{
                "type": "EventRetracted",
                "event": "6f0d7e32-5c3e-5d1c-9a43-0d5d4f2f7f11",
                "reason": "the paper printed a correction",
                "source": "The Daily Ledger"
            }"#,
        },
        EventType {
            shape: dated("PersonErased", &[&[PERSON, REASON]]),
            doc: "By law: nothing of this person is answered any more, at any clock.",
            example: r#"{
                "type": "PersonErased",
                "person": {"id": "p/okafor"},
                "reason": "request of 2026-01-15",
                "source": "the operator"
            }"#,
        },
    ]
});
