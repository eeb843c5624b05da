//! Moves as a picture: the units left at one side, the units joined at the other, and between them bands as wide as
//! people are many. Below, every band in words with who went.

use std::collections::BTreeMap;

use tenure_answers::{Flow, MovesAnswer, Unit};

use super::canvas::{BODY, Canvas, HEAD, MARGIN, TITLE, length};
use super::text::Phrase;
use super::{Grounds, words};
use crate::counted;

/// The width of the sheet.
const WIDTH: f64 = 960.0;
/// The room of the names at each side.
const SIDE: f64 = 300.0;
/// The width of a node.
const NODE: f64 = 10.0;
/// Between two nodes of one side.
const GAP: f64 = 12.0;
/// The height of the widest side's bands together.
const BANDS: f64 = 360.0;
/// The widest that one person is drawn.
const WIDEST: f64 = 22.0;
/// The most bands of a period: what is more is said in words.
const MOST: usize = 80;
/// The most lines of a name.
const LINES: usize = 3;

/// The flows of people between units.
pub fn moves(answer: &MovesAnswer, grounds: &Grounds<'_>) -> String {
    let mut canvas = Canvas::new(WIDTH, grounds.language);
    canvas.paragraph(TITLE, "Who went from where to where");
    canvas.paragraph(BODY, grounds.line());
    canvas.paragraph(BODY, "A band is as wide as people are many, whatever the confidence of their sources.");
    if answer.flows.is_empty() {
        canvas.y += 8.0;
        canvas.paragraph(HEAD, "no moves");
    }
    let mut periods: BTreeMap<Option<&str>, Vec<&Flow>> = BTreeMap::new();
    for flow in &answer.flows {
        periods.entry(flow.period.as_deref()).or_default().push(flow);
    }
    for (period, flows) in &periods {
        canvas.y += 14.0;
        if let Some(period) = period {
            canvas.paragraph(HEAD, *period);
        }
        draw(&mut canvas, flows);
    }
    let flows = counted(answer.flows.len(), "flow", "flows");
    let description =
        Phrase::from(format!("{flows} between units, each told in words below the bands. ")).then(grounds.line());
    canvas.finish(&"Who went from where to where".into(), &description)
}

/// A unit at a side: its name in lines, and where its bands are.
struct Node {
    lines: Vec<Phrase>,
    total: usize,
    top: f64,
    used: f64,
}

/// Puts the units of a side below one another, each with room for its name, and tells how high they are together.
fn stacked<'f>(
    flows: &[&'f Flow],
    of: fn(&'f Flow) -> &'f Unit,
    scale: f64,
    top: f64,
) -> (BTreeMap<&'f str, Node>, f64) {
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    let mut order: Vec<&Unit> = Vec::new();
    for flow in flows {
        let unit = of(flow);
        let total = totals.entry(&unit.id).or_insert_with(|| {
            order.push(unit);
            0
        });
        *total += flow.count;
    }
    let mut y = top;
    let mut nodes = BTreeMap::new();
    for unit in order {
        let total = totals[unit.id.as_str()];
        let lines = BODY.wrapped(words::unit(unit).then(format!("\u{a0}·\u{a0}{total}")), SIDE - NODE - 16.0, LINES);
        let name = length(lines.len()) * BODY.line_height();
        nodes.insert(unit.id.as_str(), Node { lines, total, top: y, used: 0.0 });
        y += name.max(length(total) * scale) + GAP;
    }
    (nodes, y - top)
}

fn draw(canvas: &mut Canvas<'_>, flows: &[&Flow]) {
    let (shown, rest) = flows.split_at(flows.len().min(MOST));
    let people: usize = shown.iter().map(|flow| flow.count).sum();
    let scale = (BANDS / length(people.max(1))).min(WIDEST);
    let top = canvas.y;
    let (mut left, left_height) = stacked(shown, |flow| &flow.from, scale, top);
    let (mut right, right_height) = stacked(shown, |flow| &flow.to, scale, top);
    let (x0, x1) = (MARGIN + SIDE, WIDTH - MARGIN - SIDE);
    for flow in shown {
        let wide = length(flow.count) * scale;
        let begin = |nodes: &mut BTreeMap<&str, Node>, unit: &Unit| {
            let node = nodes.get_mut(unit.id.as_str())?;
            let y = node.top + node.used;
            node.used += wide;
            Some(y)
        };
        let (Some(y0), Some(y1)) = (begin(&mut left, &flow.from), begin(&mut right, &flow.to)) else { continue };
        let middle = f64::midpoint(x0, x1);
        let (b0, b1) = (y0 + wide, y1 + wide);
        canvas.shapes(&format!(
            "<path class=\"tn-band\" d=\"M{x0:.1} {y0:.1}C{middle:.1} {y0:.1} {middle:.1} {y1:.1} {x1:.1} {y1:.1}V{b1:.1}\
            C{middle:.1} {b1:.1} {middle:.1} {b0:.1} {x0:.1} {b0:.1}Z\"><title>{}</title></path>",
            in_words(flow).markup()
        ));
    }
    for (nodes, x, is_left) in [(&left, x0 - NODE, true), (&right, x1, false)] {
        for node in nodes.values() {
            let height = length(node.total) * scale;
            canvas.shapes(&format!(
                "<rect class=\"tn-node\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{NODE}\" height=\"{height:.1}\"/>",
                node.top
            ));
            for (i, line) in node.lines.iter().enumerate() {
                let at = if is_left { MARGIN } else { x + NODE + 8.0 };
                canvas.line(at, node.top + length(i) * BODY.line_height(), BODY, line);
            }
        }
    }
    canvas.y = top + left_height.max(right_height) + 4.0;
    for flow in shown {
        canvas.paragraph(BODY, in_words(flow));
    }
    if !rest.is_empty() {
        let people: usize = rest.iter().map(|flow| flow.count).sum();
        let left_out =
            format!("{} more flows, of {} in all, are not drawn", rest.len(), counted(people, "move", "moves"));
        canvas.paragraph(BODY, left_out);
    }
}

/// A flow in words: from where to where, how many, and who.
fn in_words(flow: &Flow) -> Phrase {
    let people = Phrase::joined(flow.people.iter().map(|person| Phrase::isolated(&person.name)), ", ");
    let way = words::unit(&flow.from).then(" → ").then(words::unit(&flow.to));
    way.then(format!(": {} (", flow.count)).then(people).then(")")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::samples::{self, check_layout};

    fn flow(from: &str, to: &str, count: usize, period: Option<&str>) -> Flow {
        let people = (0..count).map(|i| samples::person(&format!("p{i}"), from)).collect();
        let period = period.map(str::to_owned);
        Flow { period, from: samples::unit(from), to: samples::unit(to), count, people }
    }

    #[test]
    fn nothing_overlaps_and_nothing_leaves_the_sheet() {
        for name in samples::HOSTILE {
            for flows in [
                vec![],
                vec![flow(name, name, 1, None)],
                (0..120).map(|i| flow(&format!("{name}{i}"), name, 1 + i % 7, None)).collect(),
                vec![flow("A", name, 500, None), flow("A", "B", 1, None), flow(name, "B", 1, None)],
                vec![flow("A", name, 3, Some("2024")), flow(name, "A", 2, Some("2025"))],
            ] {
                let drawn = flows.len();
                let svg = moves(&MovesAnswer { basis: samples::basis(), flows }, &samples::GROUNDS);
                check_layout(&svg);
                assert_eq!(svg.matches("class=\"tn-band\"").count(), drawn.min(MOST));
                assert_eq!(svg.contains("are not drawn"), drawn > MOST);
            }
        }
    }
}
