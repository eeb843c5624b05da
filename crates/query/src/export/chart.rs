//! Org charts as graphs: a node for each unit, with who leads it and how many are in it; a line to each unit below.

use std::io::{self, Write};

use tenure_domain::plain_text::one_line;

use super::in_words;
use tenure_answers::{OrgAnswer, OrgUnit};

/// The lines of a node: the name, the kind, who leads, how many.
fn lines(unit: &OrgUnit) -> Vec<String> {
    let mut lines = vec![unit.name.clone()];
    lines.extend(unit.kind.clone());
    lines.extend(unit.leads.iter().map(|lead| lead.name.clone()));
    lines.push(match unit.possible {
        0 => unit.headcount.to_string(),
        possible => format!("{} (+{possible} possible)", unit.headcount),
    });
    lines
}

/// Takes a unit with its number and that of the unit above it.
type Take<'t> = dyn FnMut(usize, Option<usize>, &OrgUnit) -> io::Result<()> + 't;

/// Goes through the units from above, each with its number and that of the unit above it.
fn each(unit: &OrgUnit, take: &mut Take<'_>) -> io::Result<()> {
    let mut work = vec![(None, unit)];
    let mut number = 0;
    while let Some((above, unit)) = work.pop() {
        take(number, above, unit)?;
        work.extend(unit.children.iter().rev().map(|child| (Some(number), child)));
        number += 1;
    }
    Ok(())
}

pub(super) fn dot(answer: &OrgAnswer, out: &mut dyn Write) -> io::Result<()> {
    let quoted = |text: &str| one_line(text).replace('\\', "\\\\").replace('"', "\\\"");
    writeln!(out, "// {}", in_words(&answer.basis))?;
    writeln!(out, "digraph org {{")?;
    writeln!(out, "  rankdir=TB;")?;
    writeln!(out, "  node [shape=box];")?;
    each(&answer.unit, &mut |number, above, unit| {
        let label: Vec<String> = lines(unit).iter().map(|line| quoted(line)).collect();
        writeln!(out, "  n{number} [label=\"{}\", tooltip=\"{}\"];", label.join("\\n"), quoted(&unit.id))?;
        match above {
            Some(above) => writeln!(out, "  n{above} -> n{number};"),
            None => Ok(()),
        }
    })?;
    writeln!(out, "}}")
}

pub(super) fn mermaid(answer: &OrgAnswer, out: &mut dyn Write) -> io::Result<()> {
    // Mermaid reads Markdown and HTML in labels, and knows characters by number.
    let quoted = |text: &str| -> String {
        let plain = one_line(text);
        let quoted = plain.chars().map(|c| match c {
            '"' | '#' | '<' | '>' | '&' | '`' | '*' | '_' | '\\' | ';' => format!("#{};", u32::from(c)),
            c => c.to_string(),
        });
        quoted.collect()
    };
    writeln!(out, "%% {}", in_words(&answer.basis))?;
    writeln!(out, "flowchart TD")?;
    each(&answer.unit, &mut |number, above, unit| {
        let label: Vec<String> = lines(unit).iter().map(|line| quoted(line)).collect();
        writeln!(out, "  n{number}[\"{}\"]", label.join("<br/>"))?;
        match above {
            Some(above) => writeln!(out, "  n{above} --> n{number}"),
            None => Ok(()),
        }
    })
}
