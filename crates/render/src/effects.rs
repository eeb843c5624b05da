//! What events would change, shown before they are appended.

use serde_json::Value;
use tenure_answers::{Conflict, Holder, Person};
use tenure_answers::{Difference, Effects, UnitProfile};

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
    effects.people.iter().for_each(|pair| sides(page, pair, named));
    section(page, "Units", effects.units.len());
    effects.units.iter().for_each(|pair| sides(page, pair, unit_line));
    section(page, "Posts", effects.tenures.len());
    effects.tenures.iter().for_each(|pair| posts(page, pair, &mut legend));
    section(page, "Contradictions", effects.conflicts.len());
    effects.conflicts.iter().for_each(|pair| sides(page, pair, contradiction));
    if effects.more > 0 {
        page.line(&Line::plain(&format!("and {} more", effects.more)));
    }
    legend.lay(page);
}

/// What was, marked with a minus, and what is, marked with a plus.
fn sides<T>(page: &mut Page, pair: &Difference<T>, line: impl Fn(&T) -> Line) {
    let both = [("- ", Ink::Gone, &pair.before), ("+ ", Ink::Sure, &pair.after)];
    for (sign, ink, side) in both {
        if let Some(side) = side {
            page.prose(&Line::plain("  ").with(ink, sign).then(&line(side)), 6);
        }
    }
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

/// A post that differs: of whom, and what it was and is.
fn posts(page: &mut Page, pair: &Difference<Holder>, legend: &mut Legend) {
    let both = [("- ", Ink::Gone, &pair.before), ("+ ", Ink::Sure, &pair.after)];
    for (sign, ink, side) in both {
        let Some(holder) = side else { continue };
        legend.tenure(&holder.tenure);
        let manager = |side: &Option<Holder>| side.as_ref().and_then(|h| h.tenure.reports_to.clone());
        let managers = [manager(&pair.before), manager(&pair.after)];
        let mut said = vec![post::seat(&holder.tenure), post::term(&holder.tenure)];
        said.extend(post::particulars(&holder.tenure, "").into_iter().filter(|part| !part.is_empty()));
        // Two managers of one name are told apart by their ids.
        if let ([Some(was), Some(is)], Some(manager)) = (&managers, &holder.tenure.reports_to)
            && was.id != is.id
        {
            said[0] = said[0].clone().with(Ink::Plain, ", under ").with(Ink::Faint, &manager.id);
        }
        let line = Line::plain("  ").with(ink, sign).then(&post::person(&holder.person)).with(Ink::Plain, "  ");
        page.prose(&line.then(&Line::joined(&said, "; ")), 6);
    }
}
