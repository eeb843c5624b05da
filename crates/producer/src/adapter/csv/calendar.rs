//! Dates whose years are counted from elsewhere than the Gregorian ones: by the eras of Japan, in the Republic of China, and in
//! the Buddhist era of Thailand. Months and days are those of the Gregorian calendar, which all three have; what was written
//! by the calendars before it is no date here.
//!
//! The calendars are called as Unicode calls them (CLDR, `japanese`, `roc`, `buddhist`).

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;

/// A calendar by which years are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::adapter) enum Calendar {
    /// `令和6年4月1日`, `平成31年`, `R6.4.1`.
    Japanese,
    /// `113年4月1日`, `民國113年`, `113/4/1`, `1130401`.
    RepublicOfChina,
    /// `1/4/2567`, `2567-04-01`, `1 เมษายน พ.ศ. 2567`.
    Buddhist,
}

/// An era of Japan: how it is written, the Gregorian year of its first, and the days that it has.
struct Era {
    written: [&'static str; 2],
    letter: char,
    first_year: i32,
    first: (i32, u32, u32),
    last: Option<(i32, u32, u32)>,
}

/// The first days are those of CLDR, but for Meiji: before 1873 months and days were others (Proclamation 337 of the Council of
/// State, 1872). By the edicts of 1912 and 1926 the day on which they were made is of the new era; what was written earlier on
/// it has the old one, and means the same day. Shōwa and Heisei ended on the day before the order on the next era came into
/// force (Cabinet Orders 1 of 1989 and 143 of 2019, under the Era Name Act of 1979).
#[rustfmt::skip]
const ERAS: [Era; 5] = [
    Era { written: ["令和", "\u{32FF}"], letter: 'R', first_year: 2019, first: (2019, 5, 1), last: None },
    Era { written: ["平成", "㍻"], letter: 'H', first_year: 1989, first: (1989, 1, 8), last: Some((2019, 4, 30)) },
    Era { written: ["昭和", "㍼"], letter: 'S', first_year: 1926, first: (1926, 12, 25), last: Some((1989, 1, 7)) },
    Era { written: ["大正", "㍽"], letter: 'T', first_year: 1912, first: (1912, 7, 30), last: Some((1926, 12, 25)) },
    Era { written: ["明治", "㍾"], letter: 'M', first_year: 1868, first: (1873, 1, 1), last: Some((1912, 7, 30)) },
];

/// What can stand before a year of the Republic of China, whose first is 1912.
const REPUBLIC: [&str; 4] = ["中華民國", "中华民国", "民國", "民国"];

/// The months of Thailand, whole and shortened.
#[rustfmt::skip]
const THAI_MONTHS: [[&str; 2]; 12] = [
    ["มกราคม", "ม.ค."], ["กุมภาพันธ์", "ก.พ."], ["มีนาคม", "มี.ค."], ["เมษายน", "เม.ย."], ["พฤษภาคม", "พ.ค."], ["มิถุนายน", "มิ.ย."],
    ["กรกฎาคม", "ก.ค."], ["สิงหาคม", "ส.ค."], ["กันยายน", "ก.ย."], ["ตุลาคม", "ต.ค."], ["พฤศจิกายน", "พ.ย."], ["ธันวาคม", "ธ.ค."],
];

/// The first year of Thailand that began in January: those before began in April (Calendar Year Act, B.E. 2483).
const FIRST_THAI_YEAR: i32 = 2484;

impl Calendar {
    /// The calendar that is called so.
    pub(super) fn named(name: &str) -> Option<Calendar> {
        let known =
            [("japanese", Calendar::Japanese), ("roc", Calendar::RepublicOfChina), ("buddhist", Calendar::Buddhist)];
        known.into_iter().find(|(known, _)| *known == name).map(|(_, calendar)| calendar)
    }

    /// The days that a text can mean, whose digits are 0 to 9; none where it is no date of this calendar.
    pub(super) fn bounds(self, text: &str) -> Option<Bounds> {
        match self {
            Calendar::Japanese => ERAS.iter().find_map(|era| era.bounds(text)),
            Calendar::RepublicOfChina => {
                let after = REPUBLIC.iter().find_map(|written| text.strip_prefix(written));
                let date = Parts::read(after.unwrap_or(text))?;
                (1..1_000).contains(&date.year).then(|| date.bounds(1_911))?
            }
            Calendar::Buddhist => {
                let date = Parts::read(&in_numbers(text))?;
                (date.year >= FIRST_THAI_YEAR).then(|| date.bounds(-543))?
            }
        }
    }
}

impl Era {
    fn bounds(&self, text: &str) -> Option<Bounds> {
        let written = self.written.iter().find_map(|written| text.strip_prefix(written));
        let date = match (written, text.strip_prefix([self.letter, self.letter.to_ascii_lowercase()])) {
            (Some(after), _) => Parts::read(after)?,
            // A letter and a number alone are a code of anything.
            (None, Some(after)) => Parts::read(after).filter(|date| date.day.is_some())?,
            (None, None) => return None,
        };
        let day = |(year, month, day)| Day::from_ymd(year, month, day);
        let era = Bounds::new(day(self.first), self.last.and_then(day))?;
        (date.year > 0).then(|| date.bounds(self.first_year - 1))?.and_then(|days| days.intersect(era))
    }
}

/// A text of Thailand with numbers for the names of months, and without what stands before a year.
fn in_numbers(text: &str) -> String {
    let text = text.replace("พ.ศ.", " ");
    let names = THAI_MONTHS.iter().zip(1..).flat_map(|(names, month)| names.iter().map(move |name| (*name, month)));
    let found = names.into_iter().find(|(name, _)| text.contains(name));
    found.map_or(text.clone(), |(name, month)| text.replacen(name, &format!(" {month} "), 1))
}

/// The numbers of a date.
struct Parts {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

impl Parts {
    /// Reads `6年4月1日`, `6年4月`, `6年`, `元年`; one, two or three numbers with one sign between them; and six to eight digits, of
    /// which the last four are the month and the day. The year comes first, or where it has four digits last.
    fn read(text: &str) -> Option<Parts> {
        let text = text.trim();
        let first = text.strip_prefix('元').map(|rest| format!("1{rest}"));
        let mut rest = first.as_deref().unwrap_or(text);
        let (mut numbers, mut signs): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        while !rest.is_empty() {
            let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
            let (sign, next) = after.split_at(after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len()));
            numbers.push(number);
            signs.push(sign.trim());
            rest = next;
        }
        let (last, between) = signs.split_last()?;
        let is_plain = last.is_empty()
            && between.iter().all(|sign| *sign == between[0])
            && between.first().is_none_or(|sign| ["", ".", "/", "-"].contains(sign));
        match numbers[..] {
            [run] if is_plain && (6..=8).contains(&run.len()) => {
                let (year, days) = run.split_at(run.len() - 4);
                numbers = vec![year, &days[..2], &days[2..]];
            }
            [.., year] if is_plain && numbers.len() > 1 && year.len() == 4 => numbers.reverse(),
            _ if is_plain || ["年", "月", "日"].starts_with(&signs) => {}
            _ => return None,
        }
        let number = |at: usize| numbers.get(at).map(|digits| digits.parse::<u32>()).transpose().ok();
        let year = number(0)?.and_then(|year| i32::try_from(year).ok())?;
        (numbers.len() <= 3).then_some(Parts { year, month: number(1)?, day: number(2)? })
    }

    /// The days that are meant, where so many years lie before the first one.
    fn bounds(&self, before: i32) -> Option<Bounds> {
        let year = self.year.checked_add(before)?;
        let (first, last) = match (self.month, self.day) {
            (Some(month), Some(day)) => (Day::from_ymd(year, month, day), Day::from_ymd(year, month, day)),
            (Some(month), None) => (Day::from_ymd(year, month, 1), Day::last_of_month(year, month)),
            (None, _) => (Day::from_ymd(year, 1, 1), Day::from_ymd(year, 12, 31)),
        };
        Bounds::new(Some(first?), Some(last?))
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::edtf::shortest;

    use super::Calendar;

    #[test]
    fn years_are_counted_by_their_calendar() {
        let check = |calendar: &str, text: &str, expect: Option<&str>| {
            let bounds = Calendar::named(calendar).expect("a calendar").bounds(text);
            assert_eq!(bounds.map(shortest).as_deref(), expect, "{calendar} {text}");
        };
        check("japanese", "令和6年4月1日", Some("2024-04-01"));
        check("japanese", "令和 6 年 4 月", Some("2024-04"));
        check("japanese", "㋿6.4.1", Some("2024-04-01"));
        check("japanese", "R06.04.01", Some("2024-04-01"));
        check("japanese", "h31/4/30", Some("2019-04-30"));
        check("japanese", "H31/5/1", None);
        check("japanese", "平成31年", Some("[2019..2019-04]"));
        check("japanese", "令和元年", Some("[2019-05..2019]"));
        check("japanese", "令和元年5月1日", Some("2019-05-01"));
        check("japanese", "令和元年4月30日", None);
        check("japanese", "昭和64年1月", Some("[1989..1989-01-07]"));
        check("japanese", "大正15年12月25日", Some("1926-12-25"));
        check("japanese", "昭和元年12月25日", Some("1926-12-25"));
        check("japanese", "明治6年1月1日", Some("1873-01-01"));
        check("japanese", "明治5年12月2日", None);
        check("japanese", "令和0年", None);
        check("japanese", "令和6年2月30日", None);
        check("japanese", "令和6月4年", None);
        check("japanese", "2024年4月1日", None);
        check("japanese", "S64", None);
        check("roc", "113年4月1日", Some("2024-04-01"));
        check("roc", "民國113年", Some("2024"));
        check("roc", "中華民國元年", Some("1912"));
        check("roc", "113/4", Some("2024-04"));
        check("roc", "1130401", Some("2024-04-01"));
        check("roc", "0990101", Some("2010-01-01"));
        check("roc", "990101", Some("2010-01-01"));
        check("roc", "2024-04-01", None);
        check("roc", "1131301", None);
        check("buddhist", "1/4/2567", Some("2024-04-01"));
        check("buddhist", "2567-04-01", Some("2024-04-01"));
        check("buddhist", "25670401", Some("2024-04-01"));
        check("buddhist", "4/2567", Some("2024-04"));
        check("buddhist", "2567", Some("2024"));
        check("buddhist", "1 เมษายน พ.ศ. 2567", Some("2024-04-01"));
        check("buddhist", "15 ก.พ. 2567", Some("2024-02-15"));
        check("buddhist", "1/1/2484", Some("1941-01-01"));
        check("buddhist", "31/3/2483", None);
        check("buddhist", "1/4/2024", None);
        check("buddhist", "1/4/67", None);
        check("buddhist", "1/4/2567/3", None);
    }
}
