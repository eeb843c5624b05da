//! How an entity learns the names of a mention, where what was learned before need not be heard again.

use crate::day::Instant;
use crate::event::{GivenId, Identifier, Reference};
use crate::identity::KnownName;

/// Whether a reference claims no more than its entity has: no other id, no identifier known only in part.
pub(super) fn claims(reference: &Reference, ids: &[GivenId], identifiers: &[Identifier]) -> bool {
    reference.id.as_ref().is_none_or(|id| ids.contains(id))
        && (identifiers.is_empty() || reference.identifiers.iter().all(|identifier| identifiers.contains(identifier)))
}

/// Learns the names of a mention that was first made at that instant; refused where their order, or the entity's id,
/// depends on more.
pub(super) fn hear(
    id: &str,
    names: &mut Vec<KnownName>,
    identifiers: &mut Vec<Identifier>,
    reference: &Reference,
    at: Instant,
    implicit: impl Fn(&str) -> String,
) -> Option<()> {
    if names.iter().any(|known| known.reported_at == at) {
        return None;
    }
    let becomes_first = names.first().is_none_or(|first| at < first.reported_at);
    if becomes_first
        && id.starts_with('~')
        && reference.names.first().is_none_or(|name| id != implicit(name.key().as_str()))
    {
        return None;
    }
    // The identifiers stand in the order of their mentions, which is not kept.
    if identifiers.is_empty() {
        identifiers.extend(reference.identifiers.iter().cloned());
    } else if !reference.identifiers.is_empty() && reference.identifiers != *identifiers {
        return None;
    }
    let mut brought: Vec<KnownName> = Vec::new();
    for name in &reference.names {
        let place = names.iter().position(|known| known.name == *name);
        match place {
            Some(place) if names[place].reported_at < at => {}
            Some(place) => {
                let KnownName { renamed, .. } = names.remove(place);
                brought.push(KnownName { name: name.clone(), reported_at: at, renamed });
            }
            None if brought.iter().any(|known| known.name == *name) => {}
            None => brought.push(KnownName { name: name.clone(), reported_at: at, renamed: false }),
        }
    }
    let place = names.iter().position(|known| known.reported_at > at).unwrap_or(names.len());
    names.splice(place..place, brought);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::hear;
    use crate::day::Instant;
    use crate::event::Reference;
    use crate::identity::KnownName;

    #[test]
    fn names_stand_in_the_order_of_their_first_reports() {
        let known = |text: &str, at: i64| KnownName {
            name: text.parse().expect("a name"),
            reported_at: Instant::from_micros(at),
            renamed: false,
        };
        let check = |names: &[(&str, i64)], told: &[&str], at: i64, expected: Option<&[(&str, i64)]>| {
            let mut list: Vec<KnownName> = names.iter().map(|(text, at)| known(text, *at)).collect();
            let reference = Reference {
                id: None,
                names: told.iter().map(|text| text.parse().expect("a name")).collect(),
                identifiers: Vec::new(),
            };
            let implicit = |key: &str| format!("~{key}");
            let done = hear("~ann", &mut list, &mut Vec::new(), &reference, Instant::from_micros(at), implicit);
            let list: Vec<(&str, i64)> = list.iter().map(|k| (k.name.as_str(), k.reported_at.micros())).collect();
            assert_eq!(done.map(|()| &list[..]), expected, "{names:?} told {told:?} at {at}");
        };
        check(&[], &["Ann"], 5, Some(&[("Ann", 5)]));
        check(&[("Ann", 5)], &["Ann"], 7, Some(&[("Ann", 5)]));
        check(&[("Ann", 5)], &["Ann"], 3, Some(&[("Ann", 3)]));
        check(&[("Ann", 5)], &["Ann", "Anna"], 7, Some(&[("Ann", 5), ("Anna", 7)]));
        check(&[("Ann", 5)], &["Anna", "Ann"], 3, None);
        check(&[("Ann", 5)], &["Ann", "Anna"], 3, Some(&[("Ann", 3), ("Anna", 3)]));
        check(&[("Ann", 2), ("A.", 9)], &["Anna"], 5, Some(&[("Ann", 2), ("Anna", 5), ("A.", 9)]));
        check(&[("Ann", 5)], &["Anna"], 5, None);
    }
}
