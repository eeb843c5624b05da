//! The names of months in other languages than English, in which forms of dates have them.

use std::borrow::Cow;

/// The names of each month, in small letters.
#[rustfmt::skip]
const MONTHS: [(&str, &[&str]); 12] = [
    ("January", &["januar", "jänner", "janvier", "enero", "janeiro", "gennaio", "januari", "stycznia", "styczeń", "января", "январь", "січня", "січень", "janv"]),
    ("February", &["februar", "feber", "février", "fevrier", "febrero", "fevereiro", "febbraio", "februari", "lutego", "luty", "февраля", "февраль", "лютого", "лютий", "févr"]),
    ("March", &["märz", "maerz", "mars", "marzo", "março", "maart", "marca", "marzec", "марта", "март", "березня", "березень", "marts"]),
    ("April", &["avril", "abril", "aprile", "kwietnia", "kwiecień", "апреля", "апрель", "квітня", "квітень"]),
    ("May", &["mai", "mayo", "maio", "maggio", "mei", "maja", "maj", "мая", "май", "травня", "травень"]),
    ("June", &["juni", "juin", "junio", "junho", "giugno", "czerwca", "czerwiec", "июня", "июнь", "червня", "червень"]),
    ("July", &["juli", "juillet", "julio", "julho", "luglio", "lipca", "lipiec", "июля", "июль", "липня", "липень"]),
    ("August", &["août", "aout", "agosto", "augustus", "augusti", "sierpnia", "sierpień", "августа", "август", "серпня", "серпень"]),
    ("September", &["septembre", "septiembre", "setiembre", "setembro", "settembre", "września", "wrzesień", "сентября", "сентябрь", "вересня", "вересень"]),
    ("October", &["oktober", "octobre", "octubre", "outubro", "ottobre", "października", "październik", "октября", "октябрь", "жовтня", "жовтень"]),
    ("November", &["novembre", "noviembre", "novembro", "listopada", "listopad", "ноября", "ноябрь", "листопада", "листопад"]),
    ("December", &["dezember", "décembre", "decembre", "diciembre", "dezembro", "dicembre", "grudnia", "grudzień", "декабря", "декабрь", "грудня", "грудень", "desember"]),
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
