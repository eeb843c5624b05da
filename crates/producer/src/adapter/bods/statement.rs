//! One statement, as far as a ledger of posts reads it.

use std::sync::Arc;

use serde_json::{Map as Object, Value};
use tenure_domain::day::{Day, Instant};
use tenure_domain::name_id::name_id;
use tenure_domain::wire::{NAMESPACE, Refusal};

use crate::Place;
use crate::adapter::conventions::instant;
use crate::adapter::records::refusal;

/// The most names of one person or entity.
const NAMES: usize = 100;

/// A statement.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) id: Box<str>,
    /// What it says, as a hash: an id that is used for something else is no name of it.
    pub(super) print: Box<str>,
    pub(super) record: Box<str>,
    pub(super) status: Status,
    pub(super) publisher: Arc<str>,
    /// When it was published, as it is written.
    pub(super) reported_at: String,
    /// The same, and when it was declared.
    pub(super) published: Option<Instant>,
    pub(super) declared: Option<Instant>,
    /// The day of the declaration, as it is written.
    day: Option<Day>,
    /// Whether a later statement of its record was published with it, which is the one that counts from then on.
    pub(super) is_superseded: bool,
    /// Which of the statements it is.
    pub(super) number: usize,
    file: Arc<str>,
    line: u64,
    pub(super) kind: Kind,
}

/// What a statement says of its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Open,
    Closed,
}

/// What a statement is about.
#[derive(Debug)]
pub(super) enum Kind {
    Person {
        is_known: bool,
        names: Vec<String>,
        died: Option<String>,
    },
    Entity {
        name: String,
        others: Vec<String>,
        identifiers: Object<String, Value>,
        dissolved: Option<String>,
    },
    /// `repeated` are interests that are posts of a type that the statement has already.
    Posts {
        company: Party,
        holder: Party,
        interests: Vec<Interest>,
        repeated: Vec<&'static str>,
    },
}

/// A party of a relationship.
#[derive(Debug)]
pub(super) enum Party {
    Record(Box<str>),
    /// The statement says why no person is named.
    Unnamed,
}

/// An interest that is a post.
#[derive(Clone, Debug)]
pub(super) struct Interest {
    pub(super) code: &'static str,
    pub(super) title: &'static str,
    pub(super) employment: &'static str,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
    /// Whether the statement says that it corrects the start.
    pub(super) is_corrected: bool,
    /// Whether a statement does not have it any more.
    pub(super) is_gone: bool,
}

/// The interests that are posts, their titles and sorts of employment.
const POSTS: [(&str, &str, &str); 3] = [
    ("boardMember", "board member", "board"),
    ("boardChair", "board chair", "board"),
    ("seniorManagingOfficial", "senior managing official", "employee"),
];

impl Interest {
    /// An interest of a type that is gone; none where the type is no post.
    pub(super) fn of(code: &str) -> Option<Interest> {
        let (code, title, employment) = POSTS.into_iter().find(|(post, ..)| *post == code)?;
        Some(Interest { code, title, employment, start: None, end: None, is_corrected: false, is_gone: true })
    }

    /// The interest that a statement has, where it is a post: there is no seat on a board that is held through others.
    pub(super) fn of_post(interest: &Value) -> Option<Interest> {
        let post = interest["type"].as_str().and_then(Interest::of)?;
        (interest["directOrIndirect"] != "indirect").then_some(post)
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

impl Statement {
    /// Reads a statement; none where it is about interests that are no posts, and its record has no other.
    pub(super) fn read(value: &Value, place: &Place, number: usize) -> Result<Option<Statement>, Refusal> {
        if value["statementType"].is_string() {
            let reason =
                format!("it is a `{}` of BODS 0.3 or older", value["statementType"].as_str().unwrap_or_default());
            return Err(refusal(reason, "give statements of BODS 0.4, in which records have ids of their own"));
        }
        let needed = |field: &str| {
            let hint = "give statements of BODS 0.4, as a list or one a line";
            text(&value[field]).ok_or_else(|| refusal(format!("the statement has no `{field}`"), hint))
        };
        let (id, record, record_type) = (needed("statementId")?, needed("recordId")?, needed("recordType")?);
        let details = &value["recordDetails"];
        let kind = match record_type.as_str() {
            "person" => person(details),
            "entity" => entity(details)?,
            "relationship" => posts(details, &value["annotations"]),
            other => {
                let hint = "known are person, entity and relationship";
                return Err(refusal(format!("`{other}` is no type of record"), hint));
            }
        };
        let is_closed = value["recordStatus"] == "closed";
        // A record that is updated may have had posts before.
        if matches!(&kind, Kind::Posts { interests, .. } if interests.is_empty() && value["recordStatus"] == "new") {
            return Ok(None);
        }
        let declared = text(&value["statementDate"]);
        let published = text(&value["publicationDetails"]["publicationDate"]).or_else(|| declared.clone());
        let reported_at = published.ok_or_else(|| {
            refusal("the statement has neither a `publicationDate` nor a `statementDate`", "give one of them")
        })?;
        let publisher = &value["publicationDetails"]["publisher"];
        let publisher = text(&publisher["name"])
            .or_else(|| text(&publisher["url"]))
            .ok_or_else(|| refusal("the statement names no publisher", "give publicationDetails.publisher.name"))?;
        Ok(Some(Statement {
            id: id.into(),
            print: name_id(&NAMESPACE, value.to_string().as_bytes()).simple().to_string()[..12].into(),
            record: record.into(),
            status: if is_closed { Status::Closed } else { Status::Open },
            publisher: publisher.into(),
            published: instant(&reported_at),
            reported_at,
            day: declared.as_deref().and_then(|date| date.get(..10)?.parse().ok()),
            declared: declared.as_deref().and_then(instant),
            is_superseded: false,
            number,
            file: place.file.clone(),
            line: place.line,
            kind,
        }))
    }

    /// The day on which it was declared.
    pub(super) fn day(&self) -> Option<Day> {
        self.day
    }

    pub(super) fn place(&self) -> Place {
        Place { file: self.file.clone(), line: self.line, column: None }
    }
}

fn person(details: &Value) -> Kind {
    let list = details["names"].as_array().map_or(&[][..], Vec::as_slice);
    let rank = |name: &&Value| usize::from(name["type"] != "legal" && !name["type"].is_null());
    let mut sorted: Vec<&Value> = list.iter().take(NAMES).collect();
    sorted.sort_by_key(rank);
    let mut names: Vec<String> = sorted.into_iter().filter_map(full_name).collect();
    names.dedup();
    let is_known =
        !names.is_empty() && details["personType"] != "unknownPerson" && details["personType"] != "anonymousPerson";
    Kind::Person { is_known, names, died: text(&details["deathDate"]) }
}

/// A name, whole or in its parts.
fn full_name(name: &Value) -> Option<String> {
    let parts = || ["givenName", "patronymicName", "familyName"].iter().filter_map(|part| text(&name[*part]));
    text(&name["fullName"]).or_else(|| Some(parts().collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty()))
}

fn entity(details: &Value) -> Result<Kind, Refusal> {
    let others = details["alternateNames"].as_array().map_or(&[][..], Vec::as_slice);
    let others: Vec<String> = others.iter().take(NAMES).filter_map(text).collect();
    let name = text(&details["name"]).or_else(|| others.first().cloned());
    let identifiers = details["identifiers"].as_array().map_or(&[][..], Vec::as_slice);
    let identifiers =
        identifiers.iter().filter_map(|of| Some((text(&of["scheme"])?, text(&of["id"])?.into()))).collect();
    // An entity without a name, an arrangement perhaps, is known by its record.
    let name = name.unwrap_or_default();
    if name.is_empty() && details["entityType"].is_null() {
        return Err(refusal("the entity has neither a name nor a type", "give recordDetails.name"));
    }
    Ok(Kind::Entity { name, others, identifiers, dissolved: text(&details["dissolutionDate"]) })
}

fn posts(details: &Value, annotations: &Value) -> Kind {
    let party = |field: &str| text(&details[field]).map_or(Party::Unnamed, |record| Party::Record(record.into()));
    let corrected = |at: usize| {
        let target = format!("/recordDetails/interests/{at}/startDate");
        let annotations = annotations.as_array().map_or(&[][..], Vec::as_slice);
        annotations.iter().any(|one| one["motivation"] == "correcting" && one["statementPointerTarget"] == target)
    };
    let (mut interests, mut repeated): (Vec<Interest>, _) = (Vec::new(), Vec::new());
    let list = details["interests"].as_array().map_or(&[][..], Vec::as_slice);
    for (at, interest) in list.iter().enumerate() {
        let Some(post) = Interest::of_post(interest) else { continue };
        if interests.iter().any(|one| one.code == post.code) {
            repeated.push(post.code);
            continue;
        }
        interests.push(Interest {
            start: text(&interest["startDate"]),
            end: text(&interest["endDate"]),
            is_corrected: corrected(at),
            is_gone: false,
            ..post
        });
    }
    Kind::Posts { company: party("subject"), holder: party("interestedParty"), interests, repeated }
}
