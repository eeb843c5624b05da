//! What is remembered of what events say, by the hash of what it is.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::archive::{Archive, CompanyRef, Mention, Mentions};
use crate::event::{GivenId, Identifier, Reference};
use crate::identity::Call;
use crate::name::NameKey;
use crate::position::EventId;

/// What is remembered of something that events say: 16 bytes of the SHA-256 of what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mark(pub [u8; 16]);

/// The sorts of marks.
#[derive(Clone, Copy)]
pub(crate) enum Sort {
    /// A way of naming a person, a company, a unit.
    Person,
    Company,
    Unit,
    /// What a directory says of a call, of an event that others replace, of a key (see [`crate::excerpt`]).
    Called,
    Replaced,
    Keyed,
    Erasures,
    /// A publisher, by the host of an address or by a name.
    PublishedAt,
    PublishedBy,
    /// A way of naming, as one publisher uses it.
    UsedBy,
    /// A page of the events that use a way of naming.
    UsedIn,
}

impl Mark {
    pub(crate) fn of(sort: Sort, fields: &[&[u8]]) -> Mark {
        let mut hash = Sha256::new();
        hash.update([sort as u8]);
        for field in fields {
            hash.update((field.len() as u64).to_le_bytes());
            hash.update(field);
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.finalize()[..16]);
        Mark(bytes)
    }

    pub(crate) fn mention(sort: Sort, mention: &Mention, scope: Option<Mark>) -> Mark {
        let Reference { id, names, identifiers } = &mention.reference;
        let scope = scope.map(|scope| scope.0);
        let manner = [mention.manner as u8, u8::try_from(names.len().min(255)).unwrap_or(u8::MAX)];
        let mut fields: Vec<&[u8]> = vec![&manner, scope.as_ref().map_or(&[], |scope| &scope[..])];
        fields.push(id.as_ref().map_or("", GivenId::as_str).as_bytes());
        fields.extend(names.iter().map(|name| name.as_str().as_bytes()));
        for Identifier { scheme, value } in identifiers {
            fields.extend([scheme.as_bytes(), value.as_bytes()]);
        }
        Mark::of(sort, &fields)
    }

    pub(crate) fn called(kind: u8, scope: Option<Mark>, call: &Call) -> Mark {
        let (sort, text) = match call {
            Call::Id(text) => (&b"i"[..], &**text),
            Call::Name(key) => (&b"n"[..], key.as_str()),
            Call::Identifier(text) => (&b"x"[..], &**text),
        };
        Mark::called_by(kind, scope, sort, text)
    }

    /// The same of the key of a name.
    pub(crate) fn named(kind: u8, scope: Option<Mark>, key: &str) -> Mark {
        Mark::called_by(kind, scope, b"n", key)
    }

    fn called_by(kind: u8, scope: Option<Mark>, sort: &[u8], text: &str) -> Mark {
        let scope = scope.map(|scope| scope.0);
        Mark::of(Sort::Called, &[&[kind], scope.as_ref().map_or(&[], |scope| &scope[..]), sort, text.as_bytes()])
    }

    /// Of an event that others retract or correct.
    pub fn replaced(event: &EventId) -> Mark {
        Mark::of(Sort::Replaced, &[event.as_str().as_bytes()])
    }

    /// Of the uses of a way of naming by a publisher; none: those in events that count from any publisher.
    pub(crate) fn used_by(way: Mark, publisher: Option<Mark>) -> Mark {
        match publisher {
            Some(publisher) => Mark::of(Sort::UsedBy, &[&way.0, &publisher.0]),
            None => Mark::of(Sort::UsedBy, &[&way.0]),
        }
    }

    /// Of a page of the events that use a way of naming.
    pub(crate) fn used_in(way: Mark, page: u64) -> Mark {
        Mark::of(Sort::UsedIn, &[&way.0, &page.to_le_bytes()])
    }

    /// Of the whole log: whether it erases a person.
    pub(crate) fn erasures() -> Mark {
        Mark::of(Sort::Erasures, &[])
    }

    /// Of a publisher without a name: the host of an address, in small letters.
    pub(crate) fn published_at(host: &str) -> Mark {
        Mark::of(Sort::PublishedAt, &[host.as_bytes()])
    }

    pub(crate) fn published_by(name: &NameKey) -> Mark {
        Mark::of(Sort::PublishedBy, &[name.as_str().as_bytes()])
    }

    pub(crate) fn keyed(says: &str, key: &str) -> Mark {
        Mark::of(Sort::Keyed, &[says.as_bytes(), key.as_bytes()])
    }
}

/// What a reference calls its entity: its id, the keys of its names, its identifiers as `scheme:value`.
pub(crate) fn calls_of(reference: &Reference) -> Vec<Call> {
    let id = reference.id.iter().map(|id| Call::Id(Arc::from(id.as_str())));
    let names = reference.names.iter().map(|name| Call::Name(name.key().clone()));
    let identifiers = reference
        .identifiers
        .iter()
        .map(|Identifier { scheme, value }| Call::Identifier(Arc::from(format!("{scheme}:{value}"))));
    id.chain(names).chain(identifiers).collect()
}

/// The marks of an archive's mentions.
#[derive(Default)]
pub(crate) struct MentionMarks {
    pub(crate) persons: Vec<Mark>,
    pub(crate) companies: Vec<Mark>,
    pub(crate) units: Vec<Mark>,
}

impl MentionMarks {
    pub(crate) fn of(archive: &Archive) -> MentionMarks {
        let mut marks = MentionMarks::default();
        marks.follow(archive);
        marks
    }

    /// Takes in the mentions that the archive has beyond those that it had.
    pub(crate) fn follow(&mut self, archive: &Archive) {
        let plain = |marks: &mut Vec<Mark>, sort: Sort, mentions: &Mentions| {
            let more = mentions.as_slice().iter().skip(marks.len());
            marks.extend(more.map(|mention| Mark::mention(sort, mention, None)));
        };
        plain(&mut self.persons, Sort::Person, &archive.persons);
        plain(&mut self.companies, Sort::Company, &archive.companies);
        let scope = |mention: &Mention| mention.scope.map(|CompanyRef(company)| self.companies[company as usize]);
        let more = archive.units.as_slice().iter().skip(self.units.len());
        self.units.extend(more.map(|mention| Mark::mention(Sort::Unit, mention, scope(mention))));
    }
}
