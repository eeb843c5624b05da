//! The names of months in other languages than English, in which forms of dates have them.

use std::borrow::Cow;

/// The names of each month and what they are shortened to, in small letters.
#[rustfmt::skip]
const MONTHS: [(&str, &[&str]); 12] = [
    ("January", &["januar", "jänner", "janvier", "enero", "janeiro", "gennaio", "januari", "stycznia", "styczeń", "января", "январь", "січня", "січень", "janv", "ene", "gen", "sty", "янв", "січ"]),
    ("February", &["februar", "feber", "février", "fevrier", "febrero", "fevereiro", "febbraio", "februari", "lutego", "luty", "февраля", "февраль", "лютого", "лютий", "févr", "febr", "fev", "fév", "lut", "фев", "февр", "лют"]),
    ("March", &["märz", "maerz", "mars", "marzo", "março", "maart", "marca", "marzec", "марта", "март", "березня", "березень", "marts", "mär", "mrz", "mrt", "мар", "бер"]),
    ("April", &["avril", "abril", "aprile", "kwietnia", "kwiecień", "апреля", "апрель", "квітня", "квітень", "avr", "abr", "kwi", "апр", "квіт"]),
    ("May", &["mai", "mayo", "maio", "maggio", "mei", "maja", "maj", "мая", "май", "травня", "травень", "mag", "трав"]),
    ("June", &["juni", "juin", "junio", "junho", "giugno", "czerwca", "czerwiec", "июня", "июнь", "червня", "червень", "giu", "cze", "июн", "черв"]),
    ("July", &["juli", "juillet", "julio", "julho", "luglio", "lipca", "lipiec", "июля", "июль", "липня", "липень", "juil", "lug", "lip", "июл", "лип"]),
    ("August", &["août", "aout", "agosto", "augustus", "augusti", "sierpnia", "sierpień", "августа", "август", "серпня", "серпень", "ago", "aoû", "sie", "авг", "серп"]),
    ("September", &["septembre", "septiembre", "setiembre", "setembro", "settembre", "września", "wrzesień", "сентября", "сентябрь", "вересня", "вересень", "sept", "set", "wrz", "сен", "сент", "вер"]),
    ("October", &["oktober", "octobre", "octubre", "outubro", "ottobre", "października", "październik", "октября", "октябрь", "жовтня", "жовтень", "okt", "out", "ott", "paź", "окт", "жовт"]),
    ("November", &["novembre", "noviembre", "novembro", "listopada", "listopad", "ноября", "ноябрь", "листопада", "листопад", "lis", "ноя", "нояб", "лист"]),
    ("December", &["dezember", "décembre", "decembre", "diciembre", "dezembro", "dicembre", "grudnia", "grudzień", "декабря", "декабрь", "грудня", "грудень", "desember", "dez", "déc", "dic", "des", "gru", "дек", "груд"]),
];

/// A text with the English name for that of a month in another language.
pub(super) fn in_english(text: &str) -> Cow<'_, str> {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 2);
    for word in words {
        let small = word.to_lowercase();
        if let Some((english, _)) = MONTHS.iter().find(|(_, names)| names.contains(&small.as_str())) {
            return Cow::Owned(text.replacen(word, english, 1));
        }
    }
    Cow::Borrowed(text)
}

/// A text without the point behind the name of a month, or behind what that is shortened to; none where there is none.
pub(super) fn without_point(text: &str) -> Option<String> {
    let mut points = text.match_indices('.').map(|(at, _)| at);
    let is_of_month = |at: &usize| {
        let before = &text[..*at];
        let word = &before[before.trim_end_matches(char::is_alphabetic).len()..];
        let small = word.to_lowercase();
        small.len() >= 3 && MONTHS.iter().any(|(english, _)| english.to_lowercase().starts_with(&small))
    };
    points.find(is_of_month).map(|at| format!("{}{}", &text[..at], &text[at + 1..]))
}
