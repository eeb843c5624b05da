//! What events would change, shown before they are appended.

use serde_json::Value;
use tenure_answers::{Conflict, Difference, Effects, Holder, Person, Tenure, Unit, UnitProfile};

use super::Layout;
use super::evidence::in_short;
use super::ink::{Ink, Line};
use super::page::{Page, counted};
use super::post::{self, Legend};

/// Events as they would be written, and what they would change.
pub fn effects(events: &[Value], effects: &Effects, layout: &Layout) -> String {
    let mut page = Page::new(*layout);
    for event in events {
        page.prose(&written(event), 2);
    }
    page.gap();
    lay(&mut page, effects);
    page.gap();
    page.finish()
}

/// What events would change.
pub fn changes(effects: &Effects, layout: &Layout) -> String {
    let mut page = Page::new(*layout);
    lay(&mut page, effects);
    page.finish()
}

/// An event on one line, without its id, which counts for nothing before it stands in the log.
fn written(event: &Value) -> Line {
    let fields = event.as_object().into_iter().flatten();
    let mut line = Line::of(Ink::Strong, event["type"].as_str().unwrap_or_default());
    for (name, value) in fields.filter(|(name, _)| !["type", "id"].contains(&name.as_str())) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        line = line.with(Ink::Plain, "  ").with(Ink::Faint, &format!("{name}=")).with(Ink::Plain, &value);
    }
    line
}

fn lay(page: &mut Page, effects: &Effects) {
    let count = effects.count();
    if count == 0 {
        page.line(&Line::plain("no answer changes"));
        return;
    }
    page.line(&Line::plain(&format!("{}:", counted(count, "change", "changes"))));
    let mut legend = Legend::default();
    let mut first = true;
    let mut section = |page: &mut Page, name: &str, count: usize| {
        if count > 0 {
            if !std::mem::take(&mut first) {
                page.gap();
            }
            page.line(&Line::of(Ink::Strong, name));
        }
    };
    section(page, "People", effects.people.len());
    effects.people.iter().for_each(|pair| sides(page, pair, named, |person| vec![("person", &person.id)]));
    section(page, "Units", effects.units.len());
    effects.units.iter().for_each(|pair| sides(page, pair, unit_line, |profile| unit_ids(&profile.unit)));
    section(page, "Posts", effects.tenures.len());
    for pair in &effects.tenures {
        pair.before.iter().chain(&pair.after).for_each(|holder| legend.tenure(&holder.tenure));
        sides(page, pair, post_line, post_ids);
    }
    section(page, "Contradictions", effects.conflicts.len());
    effects.conflicts.iter().for_each(|pair| sides(page, pair, contradiction, conflict_ids));
    if effects.more > 0 {
        page.line(&Line::plain(&format!("and {} more", effects.more)));
    }
    legend.lay(page);
}

/// What was, marked with a minus, and what is, marked with a plus. Two that read alike are told apart by those of their ids in
/// which they differ, each with what it is the id of.
fn sides<T>(
    page: &mut Page,
    pair: &Difference<T>,
    line: impl Fn(&T) -> Line,
    ids: impl for<'t> Fn(&'t T) -> Vec<(&'static str, &'t str)>,
) {
    let lines = [&pair.before, &pair.after].map(|side| side.as_ref().map(&line));
    let is_alike = lines[0] == lines[1];
    let told = [&pair.before, &pair.after].map(|side| side.as_ref().map(&ids).unwrap_or_default());
    for (i, (sign, ink)) in [("- ", Ink::Gone), ("+ ", Ink::Sure)].into_iter().enumerate() {
        let Some(line) = &lines[i] else { continue };
        let own = told[i].iter().filter(|id| is_alike && !told[1 - i].contains(id));
        let own = own.map(|(of, id)| Line::plain(of).with(Ink::Plain, " ").with(Ink::Faint, id));
        let all: Vec<Line> = std::iter::once(line.clone()).chain(own).collect();
        page.prose(&Line::plain("  ").with(ink, sign).then(&Line::joined(&all, "; ")), 6);
    }
}

fn unit_ids(unit: &Unit) -> Vec<(&'static str, &str)> {
    let company = unit.company.iter().map(|company| ("company", &*company.id));
    [("unit", &*unit.id)].into_iter().chain(company).collect()
}

fn post_ids(holder: &Holder) -> Vec<(&'static str, &str)> {
    let Tenure { unit, company, reports_to, supports, .. } = &holder.tenure;
    let place = unit.iter().map(|unit| ("unit", &*unit.id)).chain([("company", &*company.id)]);
    let manager = reports_to.iter().map(|manager| ("under", &*manager.id));
    manager.chain(place).chain(supports.iter().map(|event| ("event", &**event))).collect()
}

fn conflict_ids(conflict: &Conflict) -> Vec<(&'static str, &str)> {
    let unit = conflict.unit.iter().flat_map(unit_ids);
    unit.chain(conflict.events.iter().map(|event| ("event", &**event))).collect()
}

fn named(person: &Person) -> Line {
    let others = post::other_names(&person.name, &person.names);
    let line = post::person(person);
    if others.is_empty() { line } else { line.with(Ink::Faint, "  also ").with(Ink::Plain, &others.join(", ")) }
}

fn unit_line(profile: &UnitProfile) -> Line {
    let mut line = post::place(&profile.unit).with(Ink::Plain, "  ").with(Ink::Faint, &profile.unit.id);
    let others = post::other_names(&profile.unit.name, &profile.names);
    if !others.is_empty() {
        line = line.with(Ink::Faint, "  also ").with(Ink::Plain, &others.join(", "));
    }
    if !profile.history.is_empty() {
        line = line.with(Ink::Plain, "; ").with(Ink::Plain, &profile.history.join("; "));
    }
    line
}

fn contradiction(conflict: &Conflict) -> Line {
    let line = Line::of(Ink::Doubt, in_short(&conflict.kind)).with(Ink::Plain, "  ");
    let line = match (&conflict.person, &conflict.unit) {
        (Some(person), _) => line.then(&post::person(person)).with(Ink::Plain, ": "),
        (None, Some(unit)) => line.then(&post::place(unit)).with(Ink::Plain, ": "),
        (None, None) => line,
    };
    line.with(Ink::Plain, &conflict.detail)
}

/// A post, and whose it is.
fn post_line(holder: &Holder) -> Line {
    let mut said = vec![post::seat(&holder.tenure), post::term(&holder.tenure)];
    said.extend(post::particulars(&holder.tenure, "").into_iter().filter(|part| !part.is_empty()));
    post::person(&holder.person).with(Ink::Plain, "  ").then(&Line::joined(&said, "; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{day, person, unit, wu, zhou};

    #[test]
    fn sides_that_read_alike_are_told_apart_by_their_ids() {
        let held = |id: &str, manager: Person| {
            let tenure =
                crate::samples::tenure("t1", unit("u/1", "Lab"), Some(unit(id, "Ovens")), None, day("2024-01-08"));
            Holder { person: wu(), tenure: Tenure { reports_to: Some(manager), ..tenure } }
        };
        let told = |before: Holder, after: Holder| {
            let effects = Effects {
                tenures: vec![Difference { before: Some(before), after: Some(after) }],
                ..Effects::default()
            };
            let layout = Layout { width: None, color: crate::Color::Plain };
            changes(&effects, &layout)
                .lines()
                .map(|line| line.split_once("; under ").unwrap_or_default().1.to_owned())
                .collect()
        };
        let namesake = || person("p/zhou-2", &[&zhou().name]);
        let lines: Vec<String> = told(held("u/2", zhou()), held("u/3", namesake()));
        assert_eq!(lines[2..4], [format!("{}; unit u/2", zhou().id), "p/zhou-2; unit u/3".to_owned()]);
        let lines: Vec<String> = told(held("u/2", zhou()), held("u/2", wu()));
        assert!(!lines.concat().contains("u/2"), "{lines:?}");
    }
}
