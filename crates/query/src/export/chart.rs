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

/// A text of a label of DOT, which has escapes, and in which Graphviz reads characters of HTML by name and number.
fn in_dot(text: &str) -> String {
    one_line(text).replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"")
}

/// A line of a label of Mermaid. Mermaid reads Markdown, HTML, formulas, icons and directives in labels, and knows
/// characters by number.
fn in_mermaid(text: &str) -> String {
    let text = one_line(text);
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let by_number = |(place, c): (usize, char)| match c {
        // Not where Markdown could begin a list.
        ',' | '(' | ')' | '-' | '+' | '\'' if place > digits => c.to_string(),
        c if c.is_ascii_punctuation() => format!("#{};", u32::from(c)),
        c => c.to_string(),
    };
    text.char_indices().map(by_number).collect()
}

pub(super) fn dot(answer: &OrgAnswer, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "// {}", in_words(&answer.basis))?;
    writeln!(out, "digraph org {{")?;
    writeln!(out, "  rankdir=TB;")?;
    writeln!(out, "  node [shape=box];")?;
    each(&answer.unit, &mut |number, above, unit| {
        let label: Vec<String> = lines(unit).iter().map(|line| in_dot(line)).collect();
        writeln!(out, "  n{number} [label=\"{}\", tooltip=\"{}\"];", label.join("\\n"), in_dot(&unit.id))?;
        match above {
            Some(above) => writeln!(out, "  n{above} -> n{number};"),
            None => Ok(()),
        }
    })?;
    writeln!(out, "}}")
}

pub(super) fn mermaid(answer: &OrgAnswer, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "%% {}", in_words(&answer.basis))?;
    writeln!(out, "flowchart TD")?;
    each(&answer.unit, &mut |number, above, unit| {
        let label: Vec<String> = lines(unit).iter().map(|line| in_mermaid(line)).collect();
        writeln!(out, "  n{number}[\"{}\"]", label.join("<br/>"))?;
        match above {
            Some(above) => writeln!(out, "  n{above} --> n{number}"),
            None => Ok(()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_text_for_who_reads_them() {
        let check = |text: &str, dot: &str, mermaid: &str| {
            assert_eq!((in_dot(text).as_str(), in_mermaid(text).as_str()), (dot, mermaid), "{text}");
        };
        check("研究部 (1, 2)", "研究部 (1, 2)", "研究部 (1, 2)");
        check("Vice-Chair's", "Vice-Chair's", "Vice-Chair's");
        // Escapes of DOT, and the ends of labels.
        check(r#"\N\G"];x["#, r#"\\N\\G\"];x["#, "#92;N#92;G#34;#93;#59;x#91;");
        check("R&#8238;D", "R&amp;#8238;D", "R#38;#35;8238#59;D");
        // A directive, a formula, an icon, a link, lists and headings.
        check("%%{init: {}}%%", "%%{init: {}}%%", "#37;#37;#123;init#58; #123;#125;#125;#37;#37;");
        check("$$x$$", "$$x$$", "#36;#36;x#36;#36;");
        check("fa:fa-ban", "fa:fa-ban", "fa#58;fa-ban");
        check("[a](b)", "[a](b)", "#91;a#93;(b)");
        check("1. x", "1. x", "1#46; x");
        check(" 12) x", " 12) x", "12#41; x");
        check("- x", "- x", "#45; x");
        check("a\n<b>\u{202e}", "a <b>\u{fffd}", "a #60;b#62;\u{fffd}");
    }
}
