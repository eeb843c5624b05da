//! What is told beside an answer: names that were learned later, titles and units that can be meant instead, days before
//! all that is known.

use std::collections::BTreeSet;

use tenure_answers as answer;
use tenure_domain::day::Instant;
use tenure_domain::name::NameKey;
use tenure_domain::reading::Basis;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{View, ViewError};
use tenure_query::filters::{self, Nearest, TitleMeant};
use tenure_query::{AskError, Asked, Inquiry, SubUnits, Subject, Suggestions};

use super::scene::{Scene, Unsettled};

/// Why one who was first reported then is not there on a basis. `was_recorded` tells that the ledger had something of them by
/// the position asked for.
pub(super) fn not_there(name: &str, first_reported: Option<Instant>, basis: &Basis, was_recorded: bool) -> String {
    match first_reported {
        Some(at) if basis.known.is_some_and(|known| at > known) => {
            format!("{name} was first reported on {}, after what is asked for", at.day())
        }
        Some(at) if basis.recorded.is_some() && !was_recorded => {
            format!("{name}, first reported on {}, was recorded after what is asked for", at.day())
        }
        _ => format!("nothing that is said of {name} stands on this basis"),
    }
}

/// That one who is known by another name on a basis was asked for by one of later.
pub(super) fn learned_later(text: &str, name: &str) -> String {
    format!("{text} is a name learned later; then known as {name}")
}

impl Scene<'_> {
    pub(super) fn tell_subject(&self, text: &str, subject: &Subject) -> Result<(), Unsettled> {
        match subject {
            Subject::Person(asked) => Ok(self.tell_person(text, asked)?),
            Subject::Unit(asked) => self.tell_unit(text, asked),
        }
    }

    pub(super) fn tell_person(&self, text: &str, asked: &Asked<PersonNo, answer::Person>) -> Result<(), ViewError> {
        let bears = |view: &dyn View| is_meant(self.only(view).ask_person(text));
        match asked {
            Asked::Here(person) => self.tell_other_name(text, || Ok(self.inquiry().person_shown(*person)?.name), bears),
            Asked::Later { shown, first_reported } => self.tell_later(&shown.name, *first_reported, bears),
        }
    }

    /// A view by itself, to be asked what it means by a name.
    fn only<'v>(&'v self, view: &'v dyn View) -> Inquiry<'v> {
        Inquiry { view, today: None, suggestions: Suggestions::Left, ..self.inquiry() }
    }

    /// Tells that one was asked for by a name which the basis lacks, where that is so.
    fn tell_other_name(
        &self,
        text: &str,
        name: impl FnOnce() -> Result<String, ViewError>,
        bears: impl Fn(&dyn View) -> Result<bool, ViewError>,
    ) -> Result<(), ViewError> {
        if bears(self.view)? {
            return Ok(());
        }
        let name = name()?;
        let is_of_later = match (self.as_recorded, self.since) {
            (Some(view), _) if bears(view)? => true,
            // A name that something gave by then was not learned later.
            (_, Some(since)) => !bears(since.gone)? && bears(since.head)?,
            (_, None) => false,
        };
        self.notice(if is_of_later {
            learned_later(text, &name)
        } else {
            format!("no statement that stands gives the name {text}; known as {name}")
        });
        Ok(())
    }

    /// Tells why no person is there on the basis.
    fn tell_later(
        &self,
        name: &str,
        first_reported: Option<Instant>,
        bears: impl Fn(&dyn View) -> Result<bool, ViewError>,
    ) -> Result<(), ViewError> {
        // What was withdrawn by then was recorded all the same.
        let was_recorded = self.since.map(|since| bears(since.gone)).transpose()?.unwrap_or_default();
        self.notice(not_there(name, first_reported, &self.clocks.basis.1, was_recorded));
        Ok(())
    }

    pub(super) fn tell_unit(&self, text: &str, asked: &Asked<UnitNo, answer::Unit>) -> Result<(), Unsettled> {
        // Of a company asked for: another one's unit can bear the name.
        let bears = |view: &dyn View| is_meant(self.only(view).ask_unit(text));
        let unit = match asked {
            Asked::Here(unit) => *unit,
            Asked::Later { shown, first_reported } => {
                return Ok(self.tell_later(&shown.name, *first_reported, bears)?);
            }
        };
        if !bears(self.view)? {
            // It can be the name of the company that is of later.
            let company = self.company()?;
            if let Some(company) = &company {
                self.tell_company(company)?;
            }
            let company =
                company.and_then(|company| company.here()).map(|company| self.view.unit(company)).transpose()?;
            let company = company.as_ref().map(|company| &*company.id);
            let bears = |view: &dyn View| is_meant(Inquiry { company, ..self.only(view) }.ask_unit(text));
            self.tell_other_name(text, || Ok(self.inquiry().unit_shown(unit)?.name), bears)?;
        }
        if let Some(became) = self.inquiry().what_became_of(unit)? {
            self.notice(became);
        }
        Ok(())
    }

    /// Tells what there is to tell of the company of the question, to which its answer is confined.
    pub(super) fn tell_company(&self, asked: &Asked<UnitNo, answer::Unit>) -> Result<(), ViewError> {
        let bears = |view: &dyn View| is_meant(self.only(view).ask_company());
        let text = self.question.terms.company.as_deref().unwrap_or_default();
        match asked {
            Asked::Here(company) => self.tell_other_name(text, || Ok(self.inquiry().unit_shown(*company)?.name), bears),
            Asked::Later { shown, first_reported } => self.tell_later(&shown.name, *first_reported, bears),
        }
    }

    /// Tells that no person is known there only because the day asked about lies before all that is known.
    pub(super) fn tell_nothing_before(
        &self,
        asked: &Asked<UnitNo, answer::Unit>,
        reach: SubUnits,
    ) -> Result<(), ViewError> {
        let Some(unit) = asked.here() else { return Ok(()) };
        if let Some(first) = self.inquiry().nothing_before(unit, reach)? {
            let name = self.inquiry().unit_shown(unit)?.name;
            self.notice(format!("the first post that is known of {name} begins {first}"));
        }
        Ok(())
    }

    /// Tells in which units of other companies people of a company can be: they are listed there.
    pub(super) fn tell_elsewhere(&self, asked: &Asked<UnitNo, answer::Unit>) -> Result<(), ViewError> {
        let Some(company) = asked.here() else { return Ok(()) };
        let inquiry = self.inquiry();
        let mut units = Vec::new();
        for unit in inquiry.named_elsewhere(company)? {
            units.push(inquiry.unit_told_apart(unit)?);
        }
        if !units.is_empty() {
            units.sort_unstable();
            let name = inquiry.unit_shown(company)?.name;
            let units = listed_plain(&units);
            self.notice(format!("people of {name} in units of other companies are listed there: {units}"));
        }
        Ok(())
    }

    /// Tells which other units bear the name by which one was asked for, where all days are asked about.
    pub(super) fn tell_namesakes(&self, text: &str, asked: &Asked<UnitNo, answer::Unit>) -> Result<(), ViewError> {
        let Some(unit) = asked.here() else { return Ok(()) };
        let inquiry = self.inquiry();
        let company = self.view.unit(unit)?.company;
        let mut others: Vec<String> = Vec::new();
        for other in self.view.units_asked(text)? {
            if other != unit && self.view.unit(other)?.company == company {
                others.push(inquiry.unit_told_apart(other)?);
            }
        }
        if !others.is_empty() {
            others.sort_unstable();
            self.notice(format!("`{text}` was also the name of {}; ask for it by its id", listed_plain(&others)));
        }
        Ok(())
    }

    /// The titles that are meant by one that gave no answer, where it is a part of some; what is meant is told.
    pub(super) fn titles_instead(
        &self,
        asked: &Asked<UnitNo, answer::Unit>,
        reach: SubUnits,
        title: Option<&String>,
    ) -> Result<Option<BTreeSet<NameKey>>, ViewError> {
        let Some((unit, title)) = asked.here().zip(title) else { return Ok(None) };
        let there = self.inquiry().unit_shown(unit)?.name;
        Ok(match self.inquiry().title_meant(unit, reach, title)? {
            TitleMeant::Held(others) => {
                if !others.is_empty() {
                    let others = listed(&others);
                    self.notice(format!("only the whole title `{title}` is meant; there is also {others}"));
                }
                None
            }
            TitleMeant::PartOf(titles) => {
                let of = listed(&titles);
                self.notice(format!("no whole title of {there} is `{title}`; taken as a part of {of}"));
                Some(filters::title_keys(titles.iter().map(String::as_str)))
            }
            TitleMeant::Unheard(nearest) => {
                let meant = meant(&nearest, "titles there are");
                let whom = if reach == SubUnits::Direct { "nobody directly in" } else { "nobody of" };
                self.notice(format!("{whom} {there} ever had the title `{title}`{meant}"));
                None
            }
        })
    }
}

/// Whether a name means one or several.
fn is_meant<T>(asked: Result<T, AskError>) -> Result<bool, ViewError> {
    let is_of_several = matches!(asked, Err(AskError::Ambiguous { .. }));
    Ok(AskError::in_particular(asked)?.is_some() || is_of_several)
}

/// How many names a notice lists.
const LISTED: usize = 5;

/// The first of some names, in quotes, and how many more there are.
pub(super) fn listed(names: &[String]) -> String {
    let first: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(LISTED);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("{}{more}", first.join(", "))
}

/// The first of some descriptions, and how many more there are.
fn listed_plain(all: &[String]) -> String {
    let more = all.len().saturating_sub(LISTED);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("{}{more}", all[..all.len().min(LISTED)].join(", "))
}

/// What an asker can have meant, as the end of a notice.
pub(super) fn meant(nearest: &Nearest, frequent: &str) -> String {
    match nearest {
        Nearest::Near(names) => format!("; did you mean {}?", listed(names)),
        Nearest::Frequent(names, _) if names.is_empty() => String::new(),
        Nearest::Frequent(names, 0) => format!("; {frequent} {}", listed(names)),
        Nearest::Frequent(names, more) => format!("; {frequent} {}, and {more} more", listed(names)),
    }
}
