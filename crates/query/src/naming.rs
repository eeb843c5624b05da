//! How people and units are called in answers, and the order of names.

use serde::{Deserialize, Serialize};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::event::DescribedName;
use tenure_domain::name::{Name, NameKey};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::Tenure as FoldedTenure;
use tenure_domain::view::{Persona, UnitState, ViewError};

use crate::Inquiry;
use tenure_answers::{Company, Person, Unit};

/// Of which day the names in a row of a timeline are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowNames {
    /// The first day of the row.
    #[default]
    FirstDay,
    /// The day asked about.
    DayAsked,
}

/// Sorts by keys that a view gives, each asked for once.
pub(crate) fn sort_by_asked_key<T, K: Ord>(
    list: &mut Vec<T>,
    key: impl Fn(&T) -> Result<K, ViewError>,
) -> Result<(), ViewError> {
    let mut keyed = Vec::with_capacity(list.len());
    for one in list.drain(..) {
        keyed.push((key(&one)?, one));
    }
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    list.extend(keyed.into_iter().map(|(_, one)| one));
    Ok(())
}

/// By latest start, unbounded last, then earliest start.
pub(crate) type StartKey = (bool, Option<Day>, Option<Day>);

/// The place of a tenure that began then among others.
pub(crate) fn start_key(start: Bounds) -> StartKey {
    (start.latest().is_none(), start.latest(), start.earliest())
}

/// The place of a named entity in a list: by the key of its name, by the name as written, by its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NameOrder(Option<NameKey>, String, String);

impl NameOrder {
    fn of(name: &str, id: &str) -> NameOrder {
        NameOrder(NameKey::of(name), name.to_owned(), id.to_owned())
    }

    pub(crate) fn person(person: &Person) -> NameOrder {
        NameOrder::of(&person.name, &person.id)
    }

    pub(crate) fn unit(unit: &Unit) -> NameOrder {
        NameOrder::of(&unit.name, &unit.id)
    }

    /// The place of a title, or of a unit in a chart.
    pub(crate) fn text(text: &str, id: &str) -> NameOrder {
        NameOrder::of(text, id)
    }
}

/// The described name to show on the day in the language asked for: one that is dated and in force before others,
/// the last reported of equals. Where none is in that language, one is in what its tag without its last part names: of
/// `zh-Hant-HK` in `zh-Hant`, of that in `zh` (RFC 4647, section 3.4).
fn described<'n>(names: &'n [DescribedName], lang: Option<&str>, day: Day) -> Option<&'n Name> {
    let speaks = |name: &DescribedName| match (lang, &name.lang) {
        (None, _) => true,
        (Some(lang), Some(of)) => {
            of.eq_ignore_ascii_case(lang) || of.split('-').next().is_some_and(|p| p.eq_ignore_ascii_case(lang))
        }
        (Some(_), None) => false,
    };
    let dated = |name: &DescribedName| name.from.is_some() || name.to.is_some();
    let in_force = |name: &DescribedName| {
        let start = name.from.as_ref().is_none_or(|d| d.bounds().latest().is_some_and(|l| l <= day));
        let over = name.to.as_ref().is_some_and(|d| d.bounds().latest().is_some_and(|l| l <= day));
        start && !over
    };
    let mut fitting = names.iter().rev().filter(|name| speaks(name));
    let now = fitting.clone().find(|name| dated(name) && in_force(name));
    // Without a language, an undated description is no more than one of the names.
    let found = now.or_else(|| fitting.find(|name| lang.is_some() && !dated(name))).map(|name| &name.name);
    let wider = lang.and_then(|lang| lang.rsplit_once('-')).map(|(wider, _)| wider);
    found.or_else(|| wider.and_then(|lang| described(names, Some(lang), day)))
}

/// The first day of a row: the latest day of the start, else its earliest, else the earliest of the end.
fn first_day(held: &FoldedTenure) -> Option<Day> {
    let start = held.start.bounds;
    let end = held.end.as_ref().and_then(|end| end.bounds.earliest());
    start.latest().or(start.earliest()).or(end)
}

impl<'v> Inquiry<'v> {
    /// The inquiry whose day is that of the names in a row about the tenure. It is for names alone.
    pub(crate) fn of_row(&self, held: &FoldedTenure) -> Inquiry<'v> {
        self.on(first_day(held).unwrap_or(self.at))
    }

    /// The inquiry whose day is that of the names in a row that begins on `first`. It is for names alone.
    pub(crate) fn on(&self, first: Day) -> Inquiry<'v> {
        let at = match self.row_names {
            RowNames::FirstDay => first,
            RowNames::DayAsked => self.at,
        };
        Inquiry { at, ..*self }
    }

    /// The person, as answers show one.
    pub fn person_shown(&self, person: PersonNo) -> Result<Person, ViewError> {
        Ok(self.persona_shown(&*self.view.who(person)?))
    }

    pub(crate) fn persona_shown(&self, state: &Persona) -> Person {
        Person {
            id: state.id.to_string(),
            name: self.person_name(state),
            names: state.names.iter().map(|n| n.name.as_str().to_owned()).collect(),
            left: None,
        }
    }

    pub(crate) fn person_name(&self, state: &Persona) -> String {
        let spoken = self.lang.and_then(|lang| described(&state.described, Some(lang), self.at));
        let by_day = spoken.or_else(|| described(&state.described, None, self.at));
        let name = by_day.or(state.names.first().map(|n| &n.name));
        name.map_or(state.id.to_string(), |n| n.as_str().to_owned())
    }

    /// The unit, as answers show one.
    pub fn unit_shown(&self, unit: UnitNo) -> Result<Unit, ViewError> {
        let state = self.view.unit(unit)?;
        let company = match state.company {
            None => None,
            Some(company) => {
                let state = self.view.unit(company)?;
                Some(Company { id: state.id.to_string(), name: self.unit_name(&state) })
            }
        };
        Ok(Unit { id: state.id.to_string(), name: self.unit_name(&state), company })
    }

    pub(crate) fn unit_name(&self, state: &UnitState) -> String {
        let spoken = self.lang.and_then(|lang| described(&state.history.described, Some(lang), self.at));
        let named = spoken
            .or_else(|| state.history.name(self.at))
            .or_else(|| described(&state.history.described, None, self.at))
            .or_else(|| state.names.iter().find(|n| !n.renamed).or(state.names.first()).map(|n| &n.name));
        named.map_or(state.id.to_string(), |n| n.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::day::Day;
    use tenure_domain::event::DescribedName;

    use super::{NameOrder, described};

    #[test]
    fn a_language_with_a_region_or_script_is_its_own_before_it_is_the_wider_one() {
        let name = |text: &str, lang: &str| DescribedName {
            name: text.parse().expect("a name"),
            lang: Some(lang.into()),
            from: None,
            to: None,
        };
        let names = [name("許", "zh-Hant"), name("许", "zh"), name("Xu", "en"), name("Hoi", "en-SG")];
        let shown = |lang: &str| described(&names, Some(lang), Day::from_number(0)).map(ToString::to_string);
        let check = |lang: &str, expected: &str| assert_eq!(shown(lang).as_deref(), Some(expected), "{lang}");
        check("zh-Hant", "許");
        check("zh-Hant-HK", "許");
        check("zh-CN", "许");
        check("en-GB", "Hoi");
        check("en-SG", "Hoi");
        assert_eq!(shown("de-AT"), None);
    }

    #[test]
    fn names_stand_by_key_then_as_written_then_by_id() {
        let mut names = [("zoe", "1"), ("Zoë", "0"), ("ann", "9"), ("Ann", "3"), ("Ann", "2"), ("Bo", "4")];
        names.sort_by_cached_key(|(name, id)| NameOrder::of(name, id));
        assert_eq!(names, [("Ann", "2"), ("Ann", "3"), ("ann", "9"), ("Bo", "4"), ("Zoë", "0"), ("zoe", "1")]);
    }
}
