//! Everything that can be asked of a view, printed.

use std::fmt::{Debug, Write as _};

use tenure_domain::day::Day;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::titles::TitleUse;
use tenure_domain::view::View;

/// What is asked about a day, in an order that does not depend on the numbers that the view uses inside.
pub(crate) fn all(view: &dyn View, at: Day) -> String {
    let mut out = String::new();
    let mut people: Vec<_> = view.people().unwrap().into_iter().map(|p| view.person(p).unwrap()).collect();
    people.sort_by(|a, b| a.who.id.cmp(&b.who.id));
    for state in &people {
        writeln!(out, "{} {:?} {:?}", state.who.id, state.who.names, state.evidence).unwrap();
        for tenure in &state.career.tenures {
            let manager = tenure.manager(at).map(|m| view.who(m).unwrap().id.clone());
            let place = tenure.unit.unwrap_or(tenure.company);
            let place = view.unit(place).unwrap().id.clone();
            let (title, certainty) = (&tenure.title, tenure.certainty(at));
            writeln!(out, "  {place} {title:?} {certainty:?} {manager:?} {:?} {:?}", tenure.start, tenure.end).unwrap();
            writeln!(out, "  {:?} {:?} {:?}", tenure.end_reason, tenure.seen, tenure.attested).unwrap();
        }
        writeln!(out, "  died {:?}", state.career.died).unwrap();
        writeln!(out, "  {:?}", state.career.conflicts).unwrap();
        for name in &state.who.names {
            let mut meant: Vec<_> = view
                .people_asked(name.name.as_str())
                .unwrap()
                .into_iter()
                .map(|p| view.who(p).unwrap().id.clone())
                .collect();
            meant.sort();
            writeln!(out, "  {} means {meant:?}", name.name.as_str()).unwrap();
        }
    }
    let mut units: Vec<_> = view.units().unwrap();
    units.sort_by_key(|u| view.unit(*u).unwrap().id.clone());
    for unit in units {
        let state = view.unit(unit).unwrap();
        let exists = state.history.exists(at);
        writeln!(out, "{} {:?} {exists} {:?}", state.id, state.history.name(at), state.conflicts).unwrap();
        let mut rows: Vec<_> = view
            .roster(unit)
            .unwrap()
            .iter()
            .map(|row| {
                let (who, known) = (view.who(row.person).unwrap().id.clone(), (row.lead, row.attested, row.seen));
                format!("{who} {:?} {:?} {known:?}", row.start, row.end)
            })
            .collect();
        rows.sort();
        let mut present: Vec<_> = view
            .present(unit, at)
            .unwrap()
            .iter()
            .map(|row| (view.who(row.person).unwrap().id.clone(), row.start, row.end))
            .collect();
        present.sort_by_key(|row| format!("{row:?}"));
        writeln!(out, "  {rows:?} {present:?}").unwrap();
    }
    let mut managers = view.people().unwrap();
    managers.sort_by_key(|p| view.who(*p).unwrap().id.clone());
    for person in managers {
        let mut reports: Vec<_> =
            view.reports(person).unwrap().into_iter().map(|p| view.who(p).unwrap().id.clone()).collect();
        reports.sort();
        if !reports.is_empty() {
            writeln!(out, "to {}: {reports:?}", view.who(person).unwrap().id).unwrap();
        }
    }
    let mut conflicted: Vec<_> =
        view.people_with_conflicts().unwrap().into_iter().map(|p| view.who(p).unwrap().id.clone()).collect();
    conflicted.sort();
    let mut names: Vec<_> = view.name_conflicts().unwrap().into_iter().map(|c| (c.others.len(), c.conflict)).collect();
    names.sort();
    let mut erased: Vec<String> = view.erased_names().unwrap().keys().map(ToString::to_string).collect();
    erased.sort();
    writeln!(out, "{conflicted:?} {names:?} {erased:?}").unwrap();
    out
}

/// What is asked without a day, in such an order.
pub(crate) fn on_no_day(view: &dyn View) -> String {
    let mut out = String::new();
    let person = |person: &PersonNo| view.who(*person).unwrap().id.clone();
    let unit = |unit: &UnitNo| view.unit(*unit).unwrap().id.clone();
    let people = view.people().unwrap();
    let of_people = people.iter().map(|p| (person(p), view.who(*p).unwrap().first_reported));
    let mut names = Vec::new();
    view.each_name(&mut |p, signature, name| names.push((person(&p), signature, name.to_owned()))).unwrap();
    let mut unit_names = Vec::new();
    view.each_unit_name(&mut |u, signature, name| unit_names.push((unit(&u), signature, name.to_owned()))).unwrap();
    // Every other one is asked about.
    let some: Vec<PersonNo> = people.iter().copied().step_by(2).collect();
    let conflicted: Vec<_> = view.conflicted(&some).unwrap();
    let expected: Vec<_> = view.people_with_conflicts().unwrap().into_iter().filter(|p| some.contains(p)).collect();
    assert_eq!(conflicted, expected, "who has conflicts");
    tell(&mut out, "people", of_people);
    tell(&mut out, "names", names);
    tell(&mut out, "names of units", unit_names);
    let mut units = view.units().unwrap();
    let led: Vec<_> = units.iter().copied().filter(|no| !view.leads(*no).unwrap().is_empty()).collect();
    assert_eq!(view.units_led().unwrap(), led, "which units are led");
    units.sort_by_key(unit);
    for no in units {
        let leads = view.leads(no).unwrap();
        let leads = leads.iter().map(|row| (person(&row.person), row.start, row.end, row.seen));
        tell(&mut out, &format!("leads of {}", unit(&no)), leads);
        for known in &view.unit(no).unwrap().names {
            let asked = view.units_asked(known.name.as_str()).unwrap();
            tell(&mut out, known.name.as_str(), asked.iter().map(unit));
        }
    }
    let by_id = |title: TitleUse| {
        let TitleUse { key, name, people, places } = title;
        let mut places: Vec<_> = places.iter().map(|(place, count)| (unit(place), *count)).collect();
        places.sort();
        (key, name, people, places)
    };
    let titles = view.titles(&|_, _| true).unwrap();
    if let Some(first) = titles.first() {
        let asked = view.title(&first.key).unwrap();
        assert_eq!(asked.as_ref(), Some(first));
        let others = view.titles(&|_, name| name != first.name).unwrap();
        assert_eq!(others.len() + 1, titles.len(), "all but {}", first.name);
    }
    tell(&mut out, "titles", titles.into_iter().map(by_id));
    out
}

/// Prints a line for each of these, which may come in any order.
fn tell<T: Debug>(out: &mut String, what: &str, told: impl IntoIterator<Item = T>) {
    let mut lines: Vec<String> = told.into_iter().map(|one| format!("  {one:?}")).collect();
    lines.sort();
    writeln!(out, "{what}\n{}", lines.join("\n")).unwrap();
}
