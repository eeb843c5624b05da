//! Times of Wikibase: a timestamp of which only as much counts as its precision says, in the calendar that it names.
//!
//! The fields `timezone`, `before` and `after` are not used by Wikidata and are not looked at.

use serde_json::Value;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;

/// The Julian day number of 1970-01-01.
const EPOCH: i64 = 2_440_588;

/// The bounds that a time means, in days of the Gregorian calendar; else what keeps it from having any.
pub(super) fn bounds(value: &Value) -> Result<Bounds, String> {
    let time = value["time"].as_str().ok_or("the time has no timestamp")?;
    let precision = value["precision"].as_u64().ok_or("the time has no precision")?;
    let calendar = value["calendarmodel"].as_str().unwrap_or_default();
    let julian = match calendar.rsplit('/').next() {
        Some("Q1985727") => false,
        Some("Q1985786") => true,
        _ => return Err(format!("the calendar `{calendar}` is neither the Gregorian nor the Julian one")),
    };
    let (year, month, day) = parts(time).ok_or_else(|| format!("`{time}` is no timestamp"))?;
    if time.starts_with('-') || year == 0 {
        return Err(format!("`{time}` lies before the common era, which dates of the ledger cannot say"));
    }
    // A century ends with the year that is its number times 100: 1901 to 2000 are the twentieth.
    let last_of = |span: i64| (year + span - 1) / span * span;
    let (first, last) = match precision {
        11..=14 => ((year, month, day), (year, month, day)),
        10 => ((year, month, 1), (year, month, days_of(year, month, julian).ok_or_else(|| no_such_day(time))?)),
        9 => ((year, 1, 1), (year, 12, 31)),
        8 => ((year / 10 * 10, 1, 1), (year / 10 * 10 + 9, 12, 31)),
        7 => ((last_of(100) - 99, 1, 1), (last_of(100), 12, 31)),
        6 => ((last_of(1000) - 999, 1, 1), (last_of(1000), 12, 31)),
        _ => return Err(format!("the precision {precision} is coarser than a millennium")),
    };
    let civil = |date| civil(date, julian).ok_or_else(|| no_such_day(time));
    Bounds::new(Some(civil(first)?), Some(civil(last)?)).ok_or_else(|| no_such_day(time))
}

fn no_such_day(time: &str) -> String {
    format!("`{time}` is no day of its calendar between the years 0 and 9999")
}

fn parts(time: &str) -> Option<(i64, i64, i64)> {
    let (date, _) = time.strip_prefix(['+', '-'])?.split_once('T')?;
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok().filter(|n| *n >= 0));
    let found = (parts.next()??, parts.next()??, parts.next()??);
    (parts.next().is_none() && found.0 <= 9999).then_some(found)
}

fn days_of(year: i64, month: i64, julian: bool) -> Option<i64> {
    let leap = year % 4 == 0 && (julian || year % 100 != 0 || year % 400 == 0);
    match month {
        2 => Some(if leap { 29 } else { 28 }),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

/// The civil day of a date.
fn civil((year, month, day): (i64, i64, i64), julian: bool) -> Option<Day> {
    if !(1..=days_of(year, month, julian)?).contains(&day) {
        return None;
    }
    if !julian {
        return Day::from_ymd(i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    }
    // Counted in years that begin in March, so that the leap day is the last of its year.
    let (year, month) = if month < 3 { (year + 4799, month + 9) } else { (year + 4800, month - 3) };
    let number = day + (153 * month + 2) / 5 + 365 * year + year / 4 - 32_083 - EPOCH;
    let day = Day::from_number(i32::try_from(number).ok()?);
    (i64::from(day.number()) == number).then_some(day)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenure_domain::edtf::shortest;

    use super::bounds;

    #[test]
    fn a_time_means_as_much_as_its_precision_says() {
        let check = |time: &str, precision: u64, calendar: &str, expect: Result<&str, &str>| {
            let calendarmodel = format!("http://www.wikidata.org/entity/{calendar}");
            let got = bounds(&json!({"time": time, "precision": precision, "calendarmodel": calendarmodel}));
            match (got.map(shortest), expect) {
                (Ok(got), Ok(expect)) => assert_eq!(got, expect, "{time} {precision}"),
                (Err(got), Err(expect)) => assert!(got.contains(expect), "{time} {precision}: {got}"),
                (got, expect) => panic!("{time} {precision}: {got:?}, expected {expect:?}"),
            }
        };
        let (gregorian, julian) = ("Q1985727", "Q1985786");
        check("+2007-06-28T00:00:00Z", 11, gregorian, Ok("2007-06-28"));
        check("+2007-06-28T00:00:00Z", 14, gregorian, Ok("2007-06-28"));
        check("+2007-06-00T00:00:00Z", 10, gregorian, Ok("2007-06"));
        check("+2007-00-00T00:00:00Z", 9, gregorian, Ok("2007"));
        check("+2007-01-01T00:00:00Z", 9, gregorian, Ok("2007"));
        check("+2007-00-00T00:00:00Z", 8, gregorian, Ok("200X"));
        check("+2000-00-00T00:00:00Z", 7, gregorian, Ok("[1901..2000]"));
        check("+1901-00-00T00:00:00Z", 7, gregorian, Ok("[1901..2000]"));
        check("+2001-00-00T00:00:00Z", 6, gregorian, Ok("[2001..3000]"));
        check("+0900-00-00T00:00:00Z", 5, gregorian, Err("coarser than a millennium"));
        check("+00000002007-06-28T00:00:00Z", 11, gregorian, Ok("2007-06-28"));
        check("-0044-03-15T00:00:00Z", 11, julian, Err("before the common era"));
        check("+2007-02-29T00:00:00Z", 11, gregorian, Err("no day of its calendar"));
        check("+2007-13-00T00:00:00Z", 10, gregorian, Err("no day of its calendar"));
        check("+2007-06-00T00:00:00Z", 11, gregorian, Err("no day of its calendar"));
        check("+12007-06-00T00:00:00Z", 9, gregorian, Err("no timestamp"));
        check("2007-06-28", 11, gregorian, Err("no timestamp"));
        check("+2007-06-28T00:00:00Z", 11, "Q1", Err("neither the Gregorian nor the Julian"));
        // The day before the reform, the leap day that only the Julian calendar has, and the beginning of a year.
        check("+1582-10-04T00:00:00Z", 11, julian, Ok("1582-10-14"));
        check("+1582-10-05T00:00:00Z", 11, julian, Ok("1582-10-15"));
        check("+1700-02-29T00:00:00Z", 11, julian, Ok("1700-03-11"));
        check("+1700-02-29T00:00:00Z", 11, gregorian, Err("no day of its calendar"));
        check("+1917-11-00T00:00:00Z", 10, julian, Ok("[1917-11-14..1917-12-13]"));
        check("+1066-00-00T00:00:00Z", 9, julian, Ok("[1066-01-07..1067-01-06]"));
    }
}
