//! An org chart as a picture: a box for each unit, each below its parent and further in, so that any number of units
//! stays readable on a sheet of one width.

use std::fmt::Write as _;

use tenure_answers::{OrgAnswer, OrgUnit};

use super::canvas::{BODY, Canvas, HEAD, MARGIN, TITLE, length};
use super::staff::{Staff, tells_posts};
use super::text::Phrase;
use super::{Grounds, words};
use crate::counted;

/// How much further in a unit stands than its parent.
const STEP: f64 = 28.0;
/// The width of a box.
const BOX: f64 = 440.0;
/// The space inside a box.
const PADDING: f64 = 10.0;
/// Between two boxes.
const GAP: f64 = 10.0;
/// The width of the bar of heads of the unit asked for.
const HEADS: f64 = BOX - 2.0 * PADDING;
/// The most lines of a name, and of the names of those who lead.
const LINES: usize = 3;

/// The org chart of a unit or company.
pub fn org(answer: &OrgAnswer, staff: &Staff, grounds: &Grounds<'_>) -> String {
    let root = &answer.unit;
    let width = (2.0 * MARGIN + length(depth(root)) * STEP + BOX).max(640.0);
    let mut canvas = Canvas::new(width, grounds.language);
    let title = Phrase::isolated(&root.name).then(format!(" on {}", answer.basis.at));
    canvas.paragraph(TITLE, &title);
    canvas.paragraph(BODY, grounds.line());
    legend(&mut canvas);
    canvas.y += 6.0;
    draw(&mut canvas, &Drawn { staff, all: root.headcount + root.possible }, root, 0, None);
    let units = counted(count(root) - 1, "unit", "units");
    let below = format!(
        " with {units} below it: {}. Every box tells its unit's name, kind, leads, some of its people and their number. ",
        words::heads(root.headcount, root.possible)
    );
    let chart = Phrase::from("Org chart of ");
    let description = chart.clone().then(Phrase::isolated(&root.name)).then(below).then(grounds.line());
    canvas.finish(&chart.then(title), &description)
}

/// How many levels there are below the unit.
fn depth(unit: &OrgUnit) -> usize {
    unit.children.iter().map(|child| depth(child) + 1).max().unwrap_or(0)
}

/// How many units there are, this one too.
pub(super) fn count(unit: &OrgUnit) -> usize {
    1 + unit.children.iter().map(count).sum::<usize>()
}

/// The bar of heads: filled for who is certainly there, hatched for who is possibly.
pub(super) fn heads_bar(unit: &OrgUnit, all: usize, x: f64, y: f64, width: f64) -> String {
    let scale = width / length(all.max(1));
    let (certain, possible) = (length(unit.headcount) * scale, length(unit.possible) * scale);
    let mut svg = String::new();
    let from = x + certain;
    let _ = write!(svg, "<rect class=\"tn-lane\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"6\"/>");
    let _ = write!(svg, "<rect class=\"tn-node\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{certain:.1}\" height=\"6\"/>");
    let _ =
        write!(svg, "<rect class=\"tn-possible\" x=\"{from:.1}\" y=\"{y:.1}\" width=\"{possible:.1}\" height=\"6\"/>");
    svg
}

/// What a box says below the name.
pub(super) fn details(unit: &OrgUnit) -> (Option<Phrase>, Phrase) {
    let leads = unit.leads.iter().map(|lead| Phrase::isolated(&lead.name));
    let led = (!unit.leads.is_empty()).then(|| Phrase::from("led by ").then(Phrase::joined(leads, ", ")));
    let kind = unit.kind.iter().map(|kind| Phrase::isolated(kind));
    (led, Phrase::joined(kind.chain([words::heads(unit.headcount, unit.possible).into()]), words::DOT))
}

/// What all boxes of a chart have in common.
struct Drawn<'d> {
    staff: &'d Staff,
    /// How many people the bar of heads of the unit asked for stands for.
    all: usize,
}

/// Draws the unit and what is below it; `from` is where the line from the parent begins.
fn draw(canvas: &mut Canvas<'_>, drawn: &Drawn<'_>, unit: &OrgUnit, level: usize, from: Option<(f64, f64)>) {
    let x = MARGIN + length(level) * STEP;
    let top = canvas.y;
    let (led, heads) = details(unit);
    let lines = |face: super::canvas::Face, phrase: &Phrase| {
        face.wrapped(phrase, BOX - 2.0 * PADDING, LINES).into_iter().map(move |line| (face, line))
    };
    let name = lines(HEAD, &Phrase::isolated(&unit.name));
    // What is cut in the box is whole in its title.
    let people = drawn.staff.named(unit);
    let led = led.filter(|_| people.is_empty() || !tells_posts(unit));
    let whole = [Some(Phrase::isolated(&unit.name)), led.clone(), Some(heads.clone())];
    let whole = Phrase::joined(whole.into_iter().flatten().chain(people.iter().cloned()), "; ");
    let led = led.iter().flat_map(|led| lines(BODY, led));
    let people = people.iter().flat_map(|person| lines(BODY, person));
    let text: Vec<_> = name.chain(led).chain(lines(BODY, &heads)).chain(people).collect();
    let height: f64 = text.iter().map(|(face, _)| face.line_height()).sum::<f64>() + 2.0 * PADDING + 10.0;
    canvas.shapes(&format!(
        "<g><title>{}</title><rect class=\"tn-box\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{BOX}\" height=\"{height:.1}\" rx=\"4\"/></g>",
        whole.markup()
    ));
    if let Some((x0, y0)) = from {
        let middle = top + PADDING + HEAD.line_height() / 2.0;
        canvas.shapes(&format!("<path class=\"tn-line\" d=\"M{x0:.1} {y0:.1}V{middle:.1}H{x:.1}\"/>"));
    }
    let mut y = top + PADDING;
    for (face, line) in text {
        canvas.line(x + PADDING, y, face, line);
        y += face.line_height();
    }
    canvas.shapes(&heads_bar(unit, drawn.all, x + PADDING, y + 4.0, HEADS));
    canvas.y = top + height + GAP;
    let below = (x + STEP / 2.0, top + height);
    for child in &unit.children {
        draw(canvas, drawn, child, level + 1, Some(below));
    }
}

fn legend(canvas: &mut Canvas<'_>) {
    let top = canvas.y + 5.0;
    let samples = [("tn-node", "certainly there"), ("tn-possible", "possibly there, by the dates alone")];
    let mut x = MARGIN;
    for (class, says) in samples {
        canvas.shapes(&format!("<rect class=\"{class}\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"40\" height=\"8\"/>"));
        canvas.line(x + 46.0, canvas.y, BODY, says);
        x += 46.0 + BODY.width(says) + 20.0;
    }
    canvas.y += BODY.line_height();
    canvas.paragraph(BODY, "A lead is named where certain on the day. People are counted once, sub-units included.");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::samples::{self, check_layout};

    fn unit(name: &str, children: Vec<OrgUnit>) -> OrgUnit {
        let leads = (0..3).map(|_| samples::person("p", name)).collect();
        let (headcount, possible) = (5, 2);
        OrgUnit { id: "u".to_owned(), name: name.to_owned(), kind: None, leads, headcount, possible, children }
    }

    fn drawn(unit: OrgUnit) -> String {
        let people =
            (0..9).map(|n| samples::member(&unit.id, &format!("{}{n}", unit.name), Some(&unit.name))).collect();
        let answer = OrgAnswer { basis: samples::basis(), unit, turning_days: Vec::new() };
        org(&answer, &Staff::of(people), &samples::GROUNDS)
    }

    #[test]
    fn nothing_overlaps_and_nothing_leaves_the_sheet() {
        for name in samples::HOSTILE {
            check_layout(&drawn(unit(name, vec![])));
            let many = unit(name, (0..200).map(|_| unit(name, vec![unit("Lab", vec![])])).collect());
            let svg = drawn(many);
            check_layout(&svg);
            assert_eq!(svg.matches("class=\"tn-box\"").count(), 401);
            let deep = (0..40).fold(unit(name, vec![]), |below, _| unit(name, vec![below]));
            check_layout(&drawn(deep));
        }
    }

    #[test]
    fn an_empty_unit_is_drawn_too() {
        let empty = OrgUnit { leads: vec![], headcount: 0, possible: 0, ..unit("Lab", vec![]) };
        let svg = drawn(empty);
        check_layout(&svg);
        assert!(svg.contains("0 people") && !svg.contains("led by") && !svg.contains("NaN"), "{svg}");
    }
}
