//! A career as a picture: every tenure in words, and below them its lane.

use tenure_answers::CareerAnswer;

use super::canvas::{BODY, Canvas, HEAD, MARGIN, TITLE};
use super::lane::{self, Axis};
use super::text::Phrase;
use super::words::DOT;
use super::{Grounds, words};
use crate::counted;

/// The width of the sheet.
const WIDTH: f64 = 960.0;
/// The least room between two labels of the axis.
const TICK: f64 = 72.0;
/// The width of a sample in the legend.
const SAMPLE: f64 = 56.0;

/// The career of a person.
pub fn career(answer: &CareerAnswer, grounds: &Grounds<'_>) -> String {
    let mut canvas = Canvas::new(WIDTH, grounds.language);
    let name = &answer.person.name;
    canvas.paragraph(TITLE, Phrase::isolated(name));
    let also: Vec<Phrase> =
        answer.person.names.iter().filter(|other| *other != name).map(|other| Phrase::isolated(other)).collect();
    if !also.is_empty() {
        canvas.paragraph(BODY, Phrase::from("also ").then(Phrase::joined(also, ", ")));
    }
    if let Some(died) = &answer.died {
        canvas.paragraph(BODY, words::died(died));
    }
    canvas.paragraph(BODY, grounds.line());
    canvas.y += 10.0;
    if answer.tenures.is_empty() {
        canvas.paragraph(HEAD, "no posts known");
    }
    let axis = Axis::over(answer.tenures.iter(), &answer.basis.at, MARGIN, WIDTH - MARGIN);
    let ticks = axis.map(|axis| axis.ticks(TICK)).unwrap_or_default();
    if let Some(axis) = &axis {
        labels(&mut canvas, axis, &ticks, &answer.basis.at);
    }
    let disputed = |events: &[String]| {
        answer.conflicts.iter().any(|conflict| conflict.events.iter().any(|event| events.contains(event)))
    };
    for tenure in &answer.tenures {
        canvas.y += 8.0;
        canvas.paragraph(HEAD, words::seat(tenure));
        let mut details = vec![words::span(tenure, &answer.basis.at), words::tags(tenure).into()];
        details
            .extend(tenure.reports_to.iter().map(|manager| Phrase::from("reports to ").then(words::manager(manager))));
        details.push(counted(tenure.supports.len(), "event", "events").into());
        if disputed(&tenure.supports) {
            details.push("≠ sources disagree".into());
        }
        canvas.paragraph(BODY, Phrase::joined(details, DOT));
        if let Some(axis) = &axis {
            let lane = axis.lane(tenure, canvas.y + 2.0, &ticks);
            canvas.shapes(&lane);
            canvas.y += lane::HEIGHT + 4.0;
        }
    }
    canvas.y += 10.0;
    for conflict in &answer.conflicts {
        let told = format!("≠ {}: {}", words::conflict(&conflict.kind), conflict.detail);
        canvas.paragraph(BODY, Phrase::sentence(&told));
    }
    if axis.is_some() {
        canvas.y += 8.0;
        legend(&mut canvas);
    }
    let posts = counted(answer.tenures.len(), "post", "posts");
    let description =
        format!("Timeline of {posts}, each told in words above its bar. Hatched: possible only, by the dates. ");
    canvas.finish(
        &Phrase::from("Career of ").then(Phrase::isolated(name)),
        &Phrase::from(description).then(grounds.line()),
    )
}

/// The axis: the day asked about, and the months or years.
fn labels(canvas: &mut Canvas<'_>, axis: &Axis, ticks: &[(f64, String)], at: &str) {
    let right = MARGIN + canvas.room();
    if let Some(x) = axis.at() {
        let told = format!("asked: {at}");
        let x = x.min(right - BODY.width(told.as_str())).max(MARGIN);
        canvas.line(x, canvas.y, BODY, told);
        canvas.y += BODY.line_height();
    }
    let top = canvas.y;
    for (x, label) in ticks {
        if x + BODY.width(label.as_str()) <= right {
            canvas.line(*x, top, BODY, label.as_str());
        }
    }
    canvas.y += BODY.line_height();
}

/// What the signs mean, in two columns.
fn legend(canvas: &mut Canvas<'_>) {
    canvas.paragraph(HEAD, "Signs");
    let column = canvas.room() / 2.0;
    for pair in lane::signs(SAMPLE).chunks(2) {
        let mut most = 0.0_f64;
        let top = canvas.y;
        for (x, (sample, says)) in [MARGIN, MARGIN + column].into_iter().zip(pair) {
            canvas.shapes(&format!("<g transform=\"translate({x:.1} {top:.1})\">{sample}</g>"));
            let mut y = top + 1.0;
            for line in BODY.wrapped(*says, column - SAMPLE - 16.0, usize::MAX) {
                canvas.line(x + SAMPLE + 8.0, y, BODY, line);
                y += BODY.line_height();
            }
            most = most.max(y - top);
        }
        canvas.y += most.max(lane::HEIGHT) + 2.0;
    }
}

#[cfg(test)]
mod tests {
    use tenure_answers::Tenure;

    use super::*;
    use crate::picture::samples::{self, bounds, check_layout, tenure};

    fn drawn(tenures: Vec<Tenure>, name: &str) -> String {
        let person = samples::person("p", name);
        let conflicts = vec![samples::conflict()];
        let answer =
            CareerAnswer { basis: samples::basis(), person, died: None, tenures, conflicts, turning_days: Vec::new() };
        career(&answer, &samples::GROUNDS)
    }

    #[test]
    fn nothing_overlaps_and_nothing_leaves_the_sheet() {
        let day = |day: &str| bounds(Some(day), Some(day));
        for name in samples::HOSTILE {
            let held = |from, to| Tenure {
                title: Some((*name).to_owned()),
                unit: Some(samples::unit(name)),
                from,
                to,
                ..tenure()
            };
            for tenures in [
                vec![],
                vec![held(bounds(None, None), None)],
                vec![held(day("2024-02-29"), Some(day("2024-03-01")))],
                vec![held(bounds(None, Some("1901-01-01")), None), held(day("9999-12-31"), None)],
                (0..200).map(|_| held(bounds(Some("2024-01-01"), None), Some(bounds(None, None)))).collect(),
            ] {
                let count = tenures.len();
                let svg = drawn(tenures, name);
                check_layout(&svg);
                assert_eq!(svg.matches("title unknown").count(), 0);
                assert!(svg.matches("class=\"tn-head\"").count() >= count);
            }
        }
    }

    #[test]
    fn doubt_is_told_and_drawn() {
        let from = tenure_answers::Bounds { inferred: true, ..bounds(None, Some("2024-05-01")) };
        let held = Tenure { from, confidence: "rumoured".to_owned(), primary: false, ..tenure() };
        let svg = drawn(vec![held], "Ann Lee");
        for said in
            ["began 2024-05-01 or before (inferred)", "rumoured", "beside the primary post", "≠ sources disagree"]
        {
            assert!(svg.contains(said), "{said}: {svg}");
        }
        for sign in ["tn-rumoured\" x", "tn-fade\" x", "tn-edge tn-inferred"] {
            // Once in the lane, once in the legend.
            assert!(svg.matches(sign).count() >= 2, "{sign}: {svg}");
        }
        assert!(svg.contains(samples::GROUNDS.basis));
    }
}
