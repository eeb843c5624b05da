//! The ids of units to which no source gave one.

use std::fmt;

/// The id of a unit to which no source gave one: `~`, the id of its company, `/` and the key of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImplicitUnitId<'i> {
    /// The id of the company, which can be one that no source gave either: `~` and the key of its name.
    pub company: &'i str,
    /// The key of the name by which the unit was reported first.
    pub name: &'i str,
}

impl<'i> ImplicitUnitId<'i> {
    /// The parts of such an id; none where the text is none. The key of a name has no `/`.
    pub fn parse(id: &'i str) -> Option<ImplicitUnitId<'i>> {
        let (company, name) = id.strip_prefix('~')?.rsplit_once('/')?;
        Some(ImplicitUnitId { company, name })
    }
}

impl fmt::Display for ImplicitUnitId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "~{}/{}", self.company, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_company_of_a_unit_can_have_a_slash() {
        let check = |id: &str, parts: Option<(&str, &str)>| {
            let parsed = ImplicitUnitId::parse(id);
            assert_eq!(parsed.map(|id| (id.company, id.name)), parts, "{id}");
            assert!(parsed.is_none_or(|parsed| parsed.to_string() == id), "{id}");
        };
        check("~acme/lab", Some(("acme", "lab")));
        check("~~acme/lab", Some(("~acme", "lab")));
        check("~gb/123/lab", Some(("gb/123", "lab")));
        check("~acme", None);
        check("acme/lab", None);
    }
}
