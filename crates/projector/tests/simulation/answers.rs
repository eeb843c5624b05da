//! Everything that can be asked of a view on one day, printed.

use std::fmt::Write as _;

use tenure_domain::day::Day;
use tenure_domain::view::View;

/// All that, in an order that does not depend on the numbers that the view uses inside.
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
