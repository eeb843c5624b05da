//! Addresses: written with their parameters, and refused where they do not say which bytes they mean.

use axum::http::{StatusCode, Uri};
use percent_encoding::percent_decode_str;

use crate::response::Refusal;

/// An address with its parameters.
pub(crate) fn address(path: &str, pairs: impl IntoIterator<Item = (String, String)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Refuses an address with a `%` that is followed by no two hexadecimal digits, or with bytes that are no UTF-8. What else it
/// could mean would be a guess.
pub(crate) fn must_decode(uri: &Uri) -> Result<(), Refusal> {
    if [uri.path(), uri.query().unwrap_or_default()].into_iter().all(is_decodable) {
        return Ok(());
    }
    let hint = "write the bytes of a name in UTF-8, and each that is no letter, digit, -, ., _ or ~ as % and two hexadecimal digits";
    Err(Refusal::new(StatusCode::BAD_REQUEST, "the percent-encoding of the address is broken", hint))
}

fn is_decodable(text: &str) -> bool {
    let is_byte = |rest: &str| rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    text.split('%').skip(1).all(is_byte) && percent_decode_str(text).decode_utf8().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_which_bytes_it_means() {
        for good in ["", "a+b=%e6%9E%97", "%25", "plain-._~"] {
            assert!(is_decodable(good), "{good}");
        }
        for broken in ["%", "%2", "%zz", "100%", "%+1", "%ff", "%e6%9e", "%e6&%9e%97"] {
            assert!(!is_decodable(broken), "{broken}");
        }
    }
}
