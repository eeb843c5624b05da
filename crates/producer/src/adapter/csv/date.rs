//! Dates as tables write them, and the vague dates that they mean.

use std::borrow::Cow;

use chrono::format::{Fixed, Item, Numeric, Parsed, StrftimeItems};
use chrono::{DateTime, SecondsFormat};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::{VagueDate, shortest};

use super::super::stint::Ending;
use super::calendar::Calendar;
use super::months::{in_english, without_point};

/// A form in which dates are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::adapter) enum Format {
    /// As events write them: `2025-09-30`, `2025-09`, `2025`, and ranges.
    Edtf,
    /// Days as spreadsheets count them, from 1900.
    Excel,
    /// What was counted since 1970, UTC: so many of a second.
    Since1970 {
        /// 1: seconds; 1,000: milliseconds.
        per_second: i64,
    },
    /// With years that are counted from elsewhere.
    Of(Calendar),
    /// `%d/%m/%Y` and the like; one without a day or month means the whole month or year.
    Form(Form),
}

/// A form of parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::adapter) struct Form {
    items: Vec<Item<'static>>,
    /// The runs of digits in a date of this form: how long each is, where only one length can be meant.
    runs: Vec<Option<usize>>,
    /// Whether other digits can follow them.
    may_go_on: bool,
}

impl Form {
    fn of(items: Vec<Item<'static>>) -> Form {
        /// A run of digits: how long it is at most, and whether it is as long.
        #[derive(Default)]
        struct Run {
            length: usize,
            numbers: usize,
            is_whole: bool,
        }
        let (mut runs, mut run): (Vec<Run>, Option<Run>) = (Vec::new(), None);
        let mut may_go_on = false;
        for item in &items {
            match item {
                Item::Numeric(Numeric::Timestamp, _) => may_go_on = true,
                Item::Numeric(number, _) => {
                    let run = run.get_or_insert_default();
                    run.length += width(number);
                    run.numbers += 1;
                    run.is_whole |= run.numbers > 1 || *number == Numeric::YearMod100;
                }
                Item::Fixed(name) => {
                    runs.extend(run.take());
                    may_go_on |= !is_name(name);
                }
                Item::Literal(_) | Item::OwnedLiteral(_) | Item::Space(_) | Item::OwnedSpace(_) | Item::Error => {
                    for letter in text_of(item).chars() {
                        if letter.is_ascii_digit() {
                            run.get_or_insert_default().length += 1;
                        } else {
                            runs.extend(run.take());
                        }
                    }
                }
            }
            if may_go_on {
                break;
            }
        }
        runs.extend(run);
        let runs = runs.into_iter().map(|run| Some(run.length).filter(|_| run.is_whole)).collect();
        Form { items, runs, may_go_on }
    }

    /// Whether a text has the runs of digits that this form has: numbers side by side take all of their digits, and so does a
    /// year of two.
    fn has_runs(&self, text: &str) -> bool {
        let lengths = text.split(|letter: char| !letter.is_ascii_digit()).map(str::len);
        let mut lengths = lengths.filter(|length| *length > 0);
        let is_there = |run: &Option<usize>| lengths.next().is_some_and(|length| run.is_none_or(|run| run == length));
        self.runs.iter().all(is_there) && (self.may_go_on || lengths.next().is_none())
    }
}

/// How many digits a number has.
fn width(number: &Numeric) -> usize {
    const WIDTHS: [(Numeric, usize); 7] = [
        (Numeric::Year, 4),
        (Numeric::IsoYear, 4),
        (Numeric::Ordinal, 3),
        (Numeric::Nanosecond, 9),
        (Numeric::Quarter, 1),
        (Numeric::NumDaysFromSun, 1),
        (Numeric::WeekdayFromMon, 1),
    ];
    WIDTHS.iter().find(|(known, _)| known == number).map_or(2, |(_, width)| *width)
}

/// Whether it is written in letters.
fn is_name(fixed: &Fixed) -> bool {
    let names = [Fixed::ShortMonthName, Fixed::LongMonthName, Fixed::ShortWeekdayName, Fixed::LongWeekdayName];
    names.contains(fixed) || matches!(fixed, Fixed::LowerAmPm | Fixed::UpperAmPm)
}

/// What stands between the numbers of a form.
fn text_of<'i>(item: &'i Item<'static>) -> &'i str {
    match item {
        Item::Literal(text) | Item::Space(text) => text,
        Item::OwnedLiteral(text) | Item::OwnedSpace(text) => text,
        Item::Numeric(..) | Item::Fixed(_) | Item::Error => "",
    }
}

impl Format {
    /// Reads a form; none where it is not one.
    pub(in crate::adapter) fn read(text: &str) -> Option<Format> {
        if text == "edtf" {
            return Some(Format::Edtf);
        }
        if text == "excel" {
            return Some(Format::Excel);
        }
        if let Some(calendar) = Calendar::named(text) {
            return Some(Format::Of(calendar));
        }
        let counted = [("seconds", 1), ("milliseconds", 1_000)].into_iter().find(|(name, _)| *name == text);
        if let Some((_, per_second)) = counted {
            return Some(Format::Since1970 { per_second });
        }
        let mut items: Vec<Item<'static>> = StrftimeItems::new(text).parse_to_owned().ok()?;
        for item in &mut items {
            // A month that is written out is one too where it may be shortened.
            if *item == Item::Fixed(Fixed::ShortMonthName) {
                *item = Item::Fixed(Fixed::LongMonthName);
            }
        }
        let any = items.iter().any(|item| matches!(item, Item::Numeric(..) | Item::Fixed(_)));
        any.then(|| Format::Form(Form::of(items)))
    }

    fn edtf(&self, text: &str, last_year: Option<i32>) -> Option<String> {
        match self {
            Format::Edtf => text.parse::<VagueDate>().ok().map(|_| text.to_owned()),
            Format::Excel => serial(text).map(|day| day.to_string()),
            Format::Since1970 { per_second } => since_1970(text, *per_second).map(|at| at.day().to_string()),
            Format::Of(calendar) => calendar.bounds(text).map(shortest),
            Format::Form(form) => {
                let parsed = parsed(form, text, last_year)?;
                if let Ok(day) = parsed.to_naive_date() {
                    let text = day.format("%Y-%m-%d").to_string();
                    return text.parse::<VagueDate>().ok().map(|_| text);
                }
                let text = match (parsed.year(), parsed.month()) {
                    (Some(year), Some(month)) => format!("{year:04}-{month:02}"),
                    (Some(year), None) => format!("{year:04}"),
                    (None, _) => return None,
                };
                // Without a day; a day that the calendar lacks is no date, and a week or a quarter is no month or year.
                let parts = [parsed.day(), parsed.ordinal(), parsed.quarter()];
                let weeks = [parsed.isoweek(), parsed.week_from_sun(), parsed.week_from_mon()];
                let is_whole = parts.iter().chain(&weeks).all(Option::is_none);
                (is_whole && text.parse::<VagueDate>().is_ok()).then_some(text)
            }
        }
    }

    /// Whether a text is a date in this form, where two digits mean a year up to that one.
    pub(in crate::adapter) fn reads(&self, text: &str, last_year: i32) -> bool {
        self.edtf(&western(text), Some(last_year)).is_some()
    }

    /// The instant, where the form has a time with its zone.
    fn instant(&self, text: &str) -> Option<String> {
        let form = match self {
            Format::Edtf | Format::Excel | Format::Of(_) => return None,
            Format::Since1970 { per_second } => return since_1970(text, *per_second).map(|at| at.to_string()),
            Format::Form(form) => form,
        };
        let instant = parsed(form, text, None)?.to_datetime().ok()?;
        Some(instant.format("%Y-%m-%dT%H:%M:%S%:z").to_string())
    }
}

/// What a text says in a form. A year has four digits under `%Y`; under `%y` it is one of the hundred years that end
/// with the last that two digits can mean, and none where that is not said.
fn parsed(form: &Form, text: &str, last_year: Option<i32>) -> Option<Parsed> {
    if !form.has_runs(text) {
        return None;
    }
    let read = |text: &str| {
        let mut parsed = Parsed::new();
        chrono::format::parse(&mut parsed, text, form.items.iter()).ok().map(|()| parsed)
    };
    let parsed = read(text).or_else(|| read(&without_point(text)?))?;
    if let Some(year) = parsed.year() {
        let whole = year >= 1000 || text.contains(&format!("{year:04}"));
        return whole.then_some(parsed);
    }
    let short = parsed.year_mod_100();
    if let (Some(short), None) = (short, parsed.year_div_100()) {
        let last = last_year?;
        let year = last - (last - short).rem_euclid(100);
        let mut whole = parsed.clone();
        // The two digits alone would be read as of another century.
        whole.set_year_div_100(i64::from(year.div_euclid(100))).ok()?;
        if parsed.month().is_some() && parsed.day().is_none() {
            whole.set_year(i64::from(year)).ok()?;
        }
        return Some(whole);
    }
    Some(parsed)
}

/// The day that a spreadsheet counts so: 1 is the first day of 1900, and 60 a day that there was not.
fn serial(text: &str) -> Option<Day> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 7 || !digits(whole) || !digits(rest) {
        return None;
    }
    let number: i32 = whole.parse().ok()?;
    let (first, last) = (Day::from_ymd(1899, 12, 31)?, Day::from_ymd(9999, 12, 31)?);
    let day = match number {
        0 | 60 => return None,
        1..60 => first.number() + number,
        _ => first.number() + number - 1,
    };
    (day <= last.number()).then(|| Day::from_number(day))
}

/// The instant that a number means, of which so many make a second.
fn since_1970(text: &str, per_second: i64) -> Option<Instant> {
    let at = DateTime::from_timestamp_millis(text.parse::<i64>().ok()?.checked_mul(1_000 / per_second)?)?;
    at.to_rfc3339_opts(SecondsFormat::Millis, true).parse().ok()
}

/// The vague date that a cell means, by the first form that fits.
pub(super) fn read(text: &str, formats: &[Format], last_year: Option<i32>) -> Option<String> {
    let text = western(text);
    formats.iter().find_map(|format| format.edtf(&text, last_year))
}

/// The zeros of digits in which dates are written: Arabic, Persian, of Indian scripts, Thai, Lao, Tibetan, Burmese, Khmer.
const ZEROS: [char; 16] = [
    '\u{660}', '\u{6F0}', '\u{966}', '\u{9E6}', '\u{A66}', '\u{AE6}', '\u{B66}', '\u{BE6}', '\u{C66}', '\u{CE6}',
    '\u{D66}', '\u{E50}', '\u{ED0}', '\u{F20}', '\u{1040}', '\u{17E0}',
];

/// A text with the digits 0 to 9 for those of other scripts, with characters of the common width, and with the English
/// names of months.
fn western(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return in_english(text);
    }
    let plain = |c: char| {
        let digit =
            ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10));
        match (digit, c) {
            (Some(digit), _) => char::from_digit(digit, 10).unwrap_or(c),
            (None, '\u{FF01}'..='\u{FF5E}') => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            (None, _) => c,
        }
    };
    let text: String = text.chars().map(plain).collect();
    Cow::Owned(in_english(&text).into_owned())
}

/// The instant or the day that a cell means; what fits no form is taken as it stands. An instant as events write them is
/// one, whatever form reads a day in it.
pub(super) fn moment(text: &str, formats: &[Format], last_year: Option<i32>) -> String {
    let text = western(text);
    let plain = zoned(&text);
    if plain.parse::<Instant>().is_ok() {
        return plain;
    }
    let instant = formats.iter().find_map(|format| format.instant(&text));
    instant.or_else(|| read(&text, formats, last_year)).unwrap_or_else(|| zoned(&text))
}

/// An instant whose zone is written without its colon, with it.
fn zoned(text: &str) -> String {
    let zone = text.len().checked_sub(5).and_then(|at| text.split_at_checked(at));
    match zone {
        Some((before, zone))
            if before.contains([':'])
                && zone.starts_with(['+', '-'])
                && zone[1..].bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!("{before}{}:{}", &zone[..3], &zone[3..])
        }
        _ => text.to_owned(),
    }
}

/// Whether a form fits but for its year, of which two digits alone are given.
pub(super) fn lacks_a_century(text: &str, formats: &[Format]) -> bool {
    let text = &*western(text);
    let short = |format: &Format| match format {
        Format::Edtf | Format::Excel | Format::Of(_) | Format::Since1970 { .. } => false,
        Format::Form(form) => {
            let fits = chrono::format::parse(&mut Parsed::new(), text, form.items.iter()).is_ok();
            fits && form.has_runs(text) && parsed(form, text, None).is_none()
        }
    };
    formats.iter().any(short)
}

/// Some day on or before the latest that a vague date means.
pub(super) fn on_or_before(date: &str) -> String {
    let latest = date.parse::<VagueDate>().ok().and_then(|date| date.bounds().latest());
    latest.map_or_else(|| date.to_owned(), |latest| format!("[..{latest}{}]", marks(date).1))
}

/// Some day on or after the earliest that a vague date means.
pub(super) fn on_or_after(date: &str) -> String {
    let earliest = date.parse::<VagueDate>().ok().and_then(|date| date.bounds().earliest());
    earliest.map_or_else(|| date.to_owned(), |earliest| format!("[{earliest}{}..]", marks(date).0))
}

/// The first day after, by the vague date of an end: as uncertain as that.
pub(super) fn after(date: &str, ending: Ending) -> String {
    match (ending, date.parse::<VagueDate>()) {
        (Ending::Exclusive, _) | (_, Err(_)) => date.to_owned(),
        (Ending::Inclusive | Ending::Either, Ok(vague)) => marked(ending.to(vague.bounds()), marks(date)),
    }
}

/// What says that a date is uncertain or approximate, at its beginning and at its end.
fn marks(date: &str) -> (&str, &str) {
    let mark = |date: &str| date.trim_end_matches(['~', '?', '%']).len();
    let sides = date.strip_prefix('[').and_then(|date| date.strip_suffix(']')?.split_once(".."));
    let (from, to) = sides.unwrap_or((date, date));
    (&from[mark(from)..], &to[mark(to)..])
}

/// The date that says the bounds, with marks.
fn marked(bounds: Bounds, (first, last): (&str, &str)) -> String {
    if first.is_empty() && last.is_empty() {
        return shortest(bounds);
    }
    let side = |day: Option<Day>, mark: &str| day.map_or_else(String::new, |day| format!("{day}{mark}"));
    match bounds.single() {
        Some(day) if first == last => side(Some(day), last),
        Some(_) | None => format!("[{}..{}]", side(bounds.earliest(), first), side(bounds.latest(), last)),
    }
}

/// The first day on which a date of an event can lie.
pub(super) fn earliest(date: &str) -> Option<Day> {
    date.parse::<VagueDate>().ok().and_then(|date| date.bounds().earliest())
}

/// The last day on which it can.
pub(super) fn latest(date: &str) -> Option<Day> {
    date.parse::<VagueDate>().ok().and_then(|date| date.bounds().latest())
}

/// Whether something had begun, or may have, by a day on which the tables were as they are; without a day: anyhow.
pub(super) fn began_by(date: Option<&str>, day: Option<Day>) -> bool {
    match (date.and_then(earliest), day) {
        (Some(began), Some(day)) => began <= day,
        (None, _) | (_, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::stint::Ending;
    use super::{Format, after, lacks_a_century, moment, on_or_after, on_or_before, read};

    #[test]
    fn dates_are_read_by_their_form() {
        let check = |formats: &[&str], text: &str, expect: Option<&str>| {
            let formats: Vec<Format> = formats.iter().map(|f| Format::read(f).expect("a form")).collect();
            assert_eq!(read(text, &formats, Some(2030)).as_deref(), expect, "{text}");
        };
        check(&["edtf"], "2025-09-30", Some("2025-09-30"));
        check(&["edtf"], "2025-09~", Some("2025-09~"));
        check(&["edtf"], "1998.0", None);
        check(&["edtf", "%Y.0", "excel"], "1998.0", Some("1998"));
        check(&["edtf"], "30/09/2025", None);
        check(&["%d/%m/%Y"], "30/09/2025", Some("2025-09-30"));
        check(&["%d/%m/%Y"], "30/9/2025", Some("2025-09-30"));
        check(&["%d/%m/%Y"], "31/09/2025", None);
        check(&["%m/%d/%Y"], "09/30/2025", Some("2025-09-30"));
        check(&["%d %B %Y", "%B %Y", "%Y"], "1 March 1997", Some("1997-03-01"));
        check(&["%d %B %Y", "%B %Y", "%Y"], "March 1997", Some("1997-03"));
        check(&["%d %B %Y", "%B %Y", "%Y"], "1997", Some("1997"));
        check(&["%d %B %Y", "%B %Y", "%Y"], "soon", None);
        check(&["%Y-%m-%d %H:%M:%S"], "1997-05-02 00:00:00", Some("1997-05-02"));
        check(&["%Y%m%d"], "19970502", Some("1997-05-02"));
        check(&["%Y%m%d"], "2019115", None);
        check(&["%Y%m%d"], "0990101", None);
        check(&["%Y%m%dT%H%M%S%z"], "20190115T0905000100", None);
        check(&["%Y%m%dT%H%M%S%z"], "20190115T090500+0100", Some("2019-01-15"));
        check(&["%d%m%y"], "10119", None);
        check(&["%d%m%y"], "100119", Some("2019-01-10"));
        check(&["%d/%m/%y"], "10/1/9", None);
        check(&["%d %m %Y"], "1012019", None);
        check(&["%YQ%q", "%Y-W%V", "%Y-%U"], "2019Q3", None);
        check(&["%G-W%V-%u"], "2019-W03-2", Some("2019-01-15"));
        check(&["%Y-%j"], "2019-015", Some("2019-01-15"));
        check(&["%d/%m/%Y"], "01/02/45", None);
        check(&["%d/%m/%Y"], "01/02/0945", Some("0945-02-01"));
        check(&["%Y"], "85", None);
        check(&["%d/%m/%y"], "01/02/45", Some("1945-02-01"));
        check(&["%d/%m/%y"], "01/02/30", Some("2030-02-01"));
        check(&["%d/%m/%y"], "01/02/31", Some("1931-02-01"));
        check(&["%b-%y"], "Mar-19", Some("2019-03"));
        check(&["excel"], "43831", Some("2020-01-01"));
        check(&["excel"], "43831.75", Some("2020-01-01"));
        check(&["excel"], "59", Some("1900-02-28"));
        check(&["excel"], "60", None);
        check(&["excel"], "61", Some("1900-03-01"));
        check(&["excel"], "0", None);
        check(&["excel"], "99999999", None);
        check(&["excel"], "2958465", Some("9999-12-31"));
        check(&["%d. %B %Y"], "1. März 2010", Some("2010-03-01"));
        check(&["%d de %B de %Y"], "1 de Febrero de 2010", Some("2010-02-01"));
        check(&["%d %B %Y"], "1 août 2010", Some("2010-08-01"));
        check(&["%B %Y"], "марта 2010", Some("2010-03"));
        check(&["%d %b %Y"], "1 Mai 2010", Some("2010-05-01"));
        check(&["%d %b %Y"], "3 janv. 2010", Some("2010-01-03"));
        check(&["%d %B %Y"], "3 sept. 2010", Some("2010-09-03"));
        check(&["%b. %d, %Y"], "Sept. 3, 2010", Some("2010-09-03"));
        check(&["%d %b %Y"], "3 Sep. 2010", Some("2010-09-03"));
        check(&["%b %Y"], "ago 2010", Some("2010-08"));
        check(&["%d.%m.%Y"], "3.9.2010", Some("2010-09-03"));
        check(&["seconds"], "1609459200", Some("2021-01-01"));
        check(&["milliseconds"], "1609459200000", Some("2021-01-01"));
        check(&["seconds"], "9223372036854775807", None);
        check(&["edtf", "%Y"], "43831", None);
        check(&["edtf", "%Y-%m-%dT%H:%M:%S%z"], "2024-05-01T23:30:00+0200", Some("2024-05-01"));
        check(&["edtf"], "٢٠٢٤-٠٥-٠١", Some("2024-05-01"));
        check(&["edtf"], "۲۰۲۴-۰۵", Some("2024-05"));
        check(&["%Y/%m/%d"], "２０２４／５／１", Some("2024-05-01"));
        check(&["%Y年%m月%d日", "%Y年"], "２０２４年5月1日", Some("2024-05-01"));
        check(&["%Y年%m月%d日", "%Y年"], "2024年", Some("2024"));
        check(&["edtf"], "二〇二四", None);
        assert_eq!(Format::read("%Q"), None);
        assert_eq!(Format::read("day"), None);
    }

    #[test]
    fn a_date_can_be_a_bound() {
        assert_eq!(on_or_before("2025-02"), "[..2025-02-28]");
        assert_eq!(on_or_after("2025-02"), "[2025-02-01..]");
        assert_eq!(on_or_before("[2025..]"), "[2025..]");
        assert_eq!(
            (&*on_or_before("2025-02?"), &*on_or_after("[2025-02~..2026]")),
            ("[..2025-02-28?]", "[2025-02-01~..]")
        );
    }

    #[test]
    fn an_instant_is_read_with_its_zone() {
        let form = || vec![Format::Edtf, Format::read("%d.%m.%Y %H:%M %z").expect("a form")];
        let check = |text: &str, expect: &str| assert_eq!(moment(text, &form(), None), expect, "{text}");
        check("01.05.2024 23:30 +0200", "2024-05-01T23:30:00+02:00");
        check("2024-05-01T23:30:00+0200", "2024-05-01T23:30:00+02:00");
        check("2024-05-01T23:30:00Z", "2024-05-01T23:30:00Z");
        check("2024-05-01", "2024-05-01");
        let day = [Format::read("%Y-%m-%dT%H:%M:%SZ").expect("a form")];
        assert_eq!(moment("2024-05-01T23:30:00Z", &day, None), "2024-05-01T23:30:00Z");
        assert_eq!(moment("1600000000000", &[Format::Since1970 { per_second: 1_000 }], None), "2020-09-13T12:26:40Z");
    }

    #[test]
    fn a_year_of_two_digits_needs_its_century() {
        let formats = [Format::Edtf, Format::read("%d/%m/%Y").expect("a form"), Format::read("%b-%y").expect("a form")];
        let check = |text: &str, expect: bool| assert_eq!(lacks_a_century(text, &formats), expect, "{text}");
        check("01/02/45", true);
        check("Mar-19", true);
        check("01/02/1945", false);
        check("soon", false);
    }

    #[test]
    fn the_day_after_the_last_is_as_vague_as_the_last() {
        let check = |last: &str, expect: &str| assert_eq!(after(last, Ending::Inclusive), expect, "{last}");
        check("2025-09-30", "2025-10-01");
        check("2024-12-31", "2025-01-01");
        check("2025-09-30~", "2025-10-01~");
        check("2025-09", "[2025-09-02..2025-10-01]");
        check("[..2025-09-29]", "[..2025-09]");
        check("[2025-09-29..]", "[2025-09-30..]");
        check("2021?", "[2021-01-02?..2022-01-01?]");
        check("2021-05~", "[2021-05-02~..2021-06-01~]");
        check("[2021-05-01?..2021-05-30]", "[2021-05-02?..2021-05-31]");
        check("[2021-04-30?..2021-05-30]", "[2021-05-01?..2021-05-31]");
        check("[2021-04-30%..2021-05-30%]", "[2021-05-01%..2021-05-31%]");
        check("[..2021-05-30~]", "[..2021-05-31~]");
        check("[2021-05-30~..]", "[2021-05-31~..]");
        check("9999-12-31?", "9999-12-31?");
        assert_eq!(after("2021-05-01?", Ending::Either), "[2021-05-01?..2021-05-02?]");
        assert_eq!(after("2021~", Ending::Either), "[2021-01-01~..2022-01-01~]");
        assert_eq!(after("2025-09-30", Ending::Either), "[2025-09-30..2025-10-01]");
        assert_eq!(after("2025-09-30", Ending::Exclusive), "2025-09-30");
    }
}
