//! The lane of a tenure: a bar over an axis of time, on which every doubt can be seen.
//!
//! A bar is filled where the tenure is certain, and hatched between the earliest and the latest day of a start or an end.
//! Where no source bounds an end, the hatching fades out. The half of the outline whose end was inferred is dashed. The
//! filling tells the confidence, the height whether the post is the primary one, and a diamond when it was last seen.
//!
//! Deliberately not here: what is written beside a lane.

use std::fmt::Write as _;

use tenure_answers::Tenure;
use tenure_domain::day::Day;

use crate::calendar::{days, labels, number};

/// The height of a lane.
pub(super) const HEIGHT: f64 = 18.0;
/// Room to the right of the axis, for the arrows of what goes on.
const ARROW: f64 = 12.0;
/// The least width of a bar, so that no day is invisible.
const LEAST: f64 = 4.0;
/// How far something unbounded fades.
const FADE: f64 = 36.0;
/// The least days of an axis, so that its ticks have room to be months.
const LEAST_DAYS: i32 = 90;

/// An axis of time from one x to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    first: i32,
    end: i32,
    /// The day asked about.
    at: Option<i32>,
    left: f64,
    right: f64,
}

/// The day on which a tenure that is not known to have ended was last seen. The day on which it began is drawn anyway.
fn seen(tenure: &Tenure) -> Option<i32> {
    let day = tenure.attested.as_deref().filter(|_| tenure.to.is_none()).and_then(number)?;
    (days(&tenure.from) != (Some(day), Some(day))).then_some(day)
}

impl Axis {
    /// An axis on which all that is known of the tenures has its place, and the day asked about where one of them goes
    /// on; none where no day is known.
    pub(super) fn over<'t>(tenures: impl Iterator<Item = &'t Tenure>, at: &str, left: f64, right: f64) -> Option<Axis> {
        let (mut first, mut last, mut open, mut unbounded) = (i32::MAX, i32::MIN, false, false);
        for tenure in tenures {
            let ends = [Some(&tenure.from), tenure.to.as_ref()];
            let edges = ends.into_iter().flatten().flat_map(|bounds| <[_; 2]>::from(days(bounds)));
            for day in edges.chain([seen(tenure)]).flatten() {
                (first, last) = (first.min(day), last.max(day));
            }
            open |= tenure.to.is_none();
            unbounded |= tenure.from.earliest.is_none();
        }
        let at = number(at);
        if first > last {
            return None;
        }
        if open {
            last = last.max(at.unwrap_or(last));
        }
        let span = (last - first + 1).max(LEAST_DAYS);
        // Room to fade out in.
        let before = if unbounded { span / 12 } else { 0 };
        let (year, month, _) = Day::from_number(first - before).ymd();
        let month = if span > 5 * 365 { 1 } else { month };
        let first = Day::from_ymd(year, month, 1).map_or(first - before, Day::number);
        Some(Axis { first, end: (last + 1).max(first + LEAST_DAYS), at, left, right: right - ARROW })
    }

    fn x(&self, day: i32) -> f64 {
        let part = f64::from(day - self.first) / f64::from(self.end - self.first);
        self.left + part.clamp(0.0, 1.0) * (self.right - self.left)
    }

    /// Where the months or years begin that are labelled: as many as have `room` each.
    pub(super) fn ticks(&self, room: f64) -> Vec<(f64, String)> {
        let pixels_a_day = (self.right - self.left) / f64::from(self.end - self.first);
        let fits = |months: i32| f64::from(months) * 30.4 * pixels_a_day >= room;
        labels(self.first, self.end, fits).map(|(day, label)| (self.x(day), label)).collect()
    }

    /// Where the day asked about is, if it is on the axis.
    pub(super) fn at(&self) -> Option<f64> {
        self.at.filter(|at| (self.first..self.end).contains(at)).map(|at| self.x(at))
    }

    /// The lane of the tenure as shapes whose top is at `top`, between the grid lines `ticks`.
    pub(super) fn lane(&self, tenure: &Tenure, top: f64, ticks: &[(f64, String)]) -> String {
        let mut svg = self.ground(top, ticks);
        let (from, to) = (days(&tenure.from), tenure.to.as_ref().map(days));
        let start = from.0.map_or(self.left, |day| self.x(day));
        // The latest start and the earliest end, between which it is certain.
        let sure_from = from.1.map_or(self.right, |day| self.x(day));
        let (sure_to, end) = match to {
            None => (self.right, self.right),
            Some((earliest, latest)) => {
                (earliest.map_or(start, |day| self.x(day)), latest.map_or(self.right, |day| self.x(day)))
            }
        };
        let bar = Bar {
            start,
            sure: (sure_from.max(start), sure_to.max(start)),
            end: end.max(start),
            fades: (from.0.is_none(), to.is_some_and(|(_, latest)| latest.is_none())),
            inferred: (tenure.from.inferred, tenure.to.as_ref().is_some_and(|to| to.inferred)),
            goes_on: tenure.to.is_none(),
            seen: seen(tenure).map(|day| self.x(day)),
            confidence: &tenure.confidence,
            primary: tenure.primary,
            room: (self.left, self.right),
        };
        svg.push_str(&bar.draw(top));
        svg
    }

    /// The ground on which a bar lies.
    fn ground(&self, top: f64, ticks: &[(f64, String)]) -> String {
        let mut svg = String::new();
        let (width, bottom) = (self.right - self.left, top + HEIGHT);
        let _ = write!(
            svg,
            "<rect class=\"tn-lane\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{HEIGHT}\"/>",
            self.left
        );
        for (x, _) in ticks {
            let _ = write!(svg, "<path class=\"tn-grid\" d=\"M{x:.1} {top:.1}V{bottom:.1}\"/>");
        }
        if let Some(x) = self.at() {
            let _ = write!(svg, "<path class=\"tn-at\" d=\"M{x:.1} {top:.1}V{bottom:.1}\"/>");
        }
        svg
    }
}

/// A bar, wherever it is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bar<'b> {
    pub(super) start: f64,
    /// From where and up to where it is certain; nowhere where these are the wrong way round.
    pub(super) sure: (f64, f64),
    pub(super) end: f64,
    /// Whether no source bounds the start, and the end.
    pub(super) fades: (bool, bool),
    /// Whether the start, and the end, were inferred.
    pub(super) inferred: (bool, bool),
    pub(super) goes_on: bool,
    pub(super) seen: Option<f64>,
    pub(super) confidence: &'b str,
    pub(super) primary: bool,
    /// Where bars may lie.
    pub(super) room: (f64, f64),
}

impl Bar<'_> {
    /// The bar as shapes in a lane whose top is at `top`.
    pub(super) fn draw(&self, top: f64) -> String {
        let mut svg = String::new();
        let height = if self.primary { 12.0 } else { 7.0 };
        let y = top + (HEIGHT - height) / 2.0;
        let mut rect = |class: &str, from: f64, to: f64| {
            if to > from {
                let width = to - from;
                let _ = write!(
                    svg,
                    "<rect class=\"{class}\" x=\"{from:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\"/>"
                );
            }
        };
        let (start, end) = if self.end - self.start >= LEAST {
            (self.start, self.end)
        } else {
            let start = self.start.min(self.room.1 - LEAST);
            (start, start + LEAST)
        };
        // What is too short to be seen is drawn wider, as what the most of it is.
        let stretched = end - start > self.end - self.start;
        let sure = match self.sure {
            (from, to) if to > from && stretched => Some((start, end)),
            (from, to) if to > from => Some((from, to)),
            _ => None,
        };
        let filling = match self.confidence {
            "confirmed" => "tn-confirmed",
            "rumoured" => "tn-rumoured",
            _ => "tn-reported",
        };
        match sure {
            None => rect("tn-possible", start, end),
            Some((from, to)) => {
                rect("tn-possible", start, from);
                rect(filling, from, to);
                rect("tn-possible", to, end);
            }
        }
        let fade = FADE.min((end - start) / 2.0);
        if self.fades.0 {
            rect("tn-fade", start, start + fade);
        }
        if self.fades.1 {
            rect("tn-fade-end", end - fade, end);
        }
        let middle = f64::midpoint(start, end);
        let mut half = |outer: f64, fades: bool, inferred: bool| {
            let class = if inferred { "tn-edge tn-inferred" } else { "tn-edge" };
            let bottom = y + height;
            let path = if fades {
                // An open side.
                let outer = if outer < middle { outer + fade } else { outer - fade };
                format!("M{middle:.1} {y:.1}H{outer:.1}M{outer:.1} {bottom:.1}H{middle:.1}")
            } else {
                format!("M{middle:.1} {y:.1}H{outer:.1}V{bottom:.1}H{middle:.1}")
            };
            let _ = write!(svg, "<path class=\"{class}\" d=\"{path}\"/>");
        };
        half(start, self.fades.0, self.inferred.0);
        half(end, self.fades.1, self.inferred.1);
        let centre = top + HEIGHT / 2.0;
        if self.goes_on {
            let (tip, upper, lower) = (end + ARROW - 3.0, centre - 6.0, centre + 6.0);
            let back = end + 2.0;
            let _ = write!(
                svg,
                "<path class=\"tn-arrow\" d=\"M{back:.1} {upper:.1}L{tip:.1} {centre:.1}L{back:.1} {lower:.1}Z\"/>"
            );
        }
        if let Some(x) = self.seen {
            let x = x.clamp(self.room.0 + 5.0, self.room.1 - 5.0);
            let _ =
                write!(svg, "<path class=\"tn-seen\" d=\"M{x:.1} {:.1}l4.5 4.5l-4.5 4.5l-4.5 -4.5Z\"/>", centre - 4.5);
        }
        svg
    }
}

/// What each sign means, with a bar that shows it, in a lane from 0 to `width`.
pub(super) fn signs(width: f64) -> Vec<(String, &'static str)> {
    let right = width - ARROW;
    let plain = Bar {
        start: 0.0,
        sure: (0.0, right),
        end: right,
        fades: (false, false),
        inferred: (false, false),
        goes_on: false,
        seen: None,
        confidence: "reported",
        primary: true,
        room: (0.0, right),
    };
    let half = right / 2.0;
    let signs = [
        (Bar { confidence: "confirmed", ..plain }, "confirmed by a party to it"),
        (plain, "reported"),
        (Bar { confidence: "rumoured", ..plain }, "rumoured"),
        (Bar { sure: (half, right), ..plain }, "hatched: between the earliest and the latest day"),
        (
            Bar { sure: (half, right), fades: (true, false), ..plain },
            "fading: no source says since when, or until when",
        ),
        (Bar { inferred: (true, true), ..plain }, "dashed: inferred, stated by no source"),
        (Bar { goes_on: true, ..plain }, "not known to have ended"),
        (Bar { seen: Some(half), ..plain }, "last seen in force, where no end is known"),
        (Bar { primary: false, ..plain }, "thin: beside the primary post"),
    ];
    signs.into_iter().map(|(bar, says)| (bar.draw(0.0), says)).collect()
}

#[cfg(test)]
mod tests {
    use tenure_answers::Bounds;

    use super::*;
    use crate::picture::samples::{bounds, tenure};

    /// The lane of a tenure on an axis of its own, and the classes and extents of its rectangles.
    fn check(from: Bounds, to: Option<Bounds>, expect: &[(&str, i64, i64)]) {
        let held = Tenure { from, to, attested: None, ..tenure() };
        // 2024-01-01 to 2024-12-31 in one pixel a day.
        let axis = Axis { first: 19_723, end: 20_089, at: None, left: 0.0, right: 366.0 };
        let svg = format!("<svg>{}</svg>", axis.lane(&held, 0.0, &[]));
        let document = roxmltree::Document::parse(&svg).expect("well-formed");
        let number = |node: roxmltree::Node<'_, '_>, name: &str| {
            let text = node.attribute(name).expect("a number");
            text.split('.').next().unwrap_or(text).parse::<i64>().expect("a number")
        };
        let rects = document.descendants().filter(|node| node.has_tag_name("rect")).map(|node| {
            let (class, x) = (node.attribute("class").expect("a class").to_owned(), number(node, "x"));
            (class, x, x + number(node, "width"))
        });
        let bars: Vec<_> = rects.filter(|(class, ..)| class != "tn-lane").collect();
        let bars: Vec<(&str, i64, i64)> = bars.iter().map(|(class, from, to)| (class.as_str(), *from, *to)).collect();
        assert_eq!(bars, expect, "{svg}");
        assert_eq!(svg.contains("tn-arrow"), held.to.is_none());
    }

    #[test]
    fn a_bar_is_filled_where_it_is_certain_and_hatched_where_it_is_possible() {
        let day = |day: &str| bounds(Some(day), Some(day));
        check(day("2024-01-11"), Some(day("2024-02-10")), &[("tn-reported", 10, 40)]);
        check(day("2024-01-11"), None, &[("tn-reported", 10, 366)]);
        check(
            bounds(Some("2024-01-11"), Some("2024-01-31")),
            Some(bounds(Some("2024-02-10"), Some("2024-02-20"))),
            &[("tn-possible", 10, 30), ("tn-reported", 30, 40), ("tn-possible", 40, 50)],
        );
        // No source says since when, or until when.
        check(
            bounds(None, Some("2024-02-10")),
            Some(day("2024-03-11")),
            &[("tn-possible", 0, 40), ("tn-reported", 40, 70), ("tn-fade", 0, 35)],
        );
        check(
            day("2024-01-11"),
            Some(bounds(Some("2024-02-10"), None)),
            &[("tn-reported", 10, 40), ("tn-possible", 40, 366), ("tn-fade-end", 330, 366)],
        );
        check(
            bounds(None, None),
            Some(bounds(None, None)),
            &[("tn-possible", 0, 366), ("tn-fade", 0, 36), ("tn-fade-end", 330, 366)],
        );
        // At no time certain.
        check(
            bounds(Some("2024-01-11"), Some("2024-02-10")),
            Some(bounds(Some("2024-01-21"), Some("2024-02-20"))),
            &[("tn-possible", 10, 50)],
        );
        // A day, also the last one, can be seen.
        check(day("2024-01-11"), Some(day("2024-01-12")), &[("tn-reported", 10, 14)]);
        check(day("2024-12-31"), Some(day("2024-12-31")), &[("tn-possible", 362, 366)]);
    }

    #[test]
    fn a_diamond_stands_where_an_open_post_was_seen_after_it_began() {
        let check = |to: Option<Bounds>, attested: &str, expect: Option<&str>| {
            let from = bounds(Some("2024-01-11"), Some("2024-01-11"));
            let held = Tenure { from, to, attested: Some(attested.to_owned()), ..tenure() };
            let expect = expect.map(|day| day.parse::<Day>().expect("a day").number());
            assert_eq!(seen(&held), expect, "{attested}");
        };
        check(None, "2024-02-01", Some("2024-02-01"));
        check(None, "2024-01-11", None);
        check(Some(bounds(Some("2025-01-01"), Some("2025-01-01"))), "2024-02-01", None);
    }

    #[test]
    fn ticks_are_as_many_as_have_room() {
        let check = |first: &str, last: &str, expect: &[&str]| {
            let (from, to) = (bounds(Some(first), Some(first)), Some(bounds(Some(last), Some(last))));
            let held = Tenure { from, to, attested: None, ..tenure() };
            let axis = Axis::over([held].iter(), "2030-01-01", 0.0, 312.0).expect("days are known");
            let ticks = axis.ticks(60.0);
            let labels: Vec<&str> = ticks.iter().map(|(_, label)| label.as_str()).collect();
            assert_eq!(labels, expect);
            assert!(ticks.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 50.0), "{ticks:?}");
        };
        check("2024-02-10", "2024-02-11", &["2024-02", "2024-03", "2024-04"]);
        check("2024-02-10", "2025-04-11", &["2024-04", "2024-07", "2024-10", "2025-01", "2025-04"]);
        check("1990-02-10", "2025-04-11", &["1990", "2000", "2010", "2020"]);
        check("0001-01-01", "9999-12-31", &["2000", "4000", "6000", "8000"]);
        assert!(Axis::over([].iter(), "2030-01-01", 0.0, 312.0).is_none());
    }
}
