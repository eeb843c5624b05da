//! Names with their signatures: what a search goes through. Each is the signature, the length of the text, the text.

use tenure_domain::identity::KnownName;
use tenure_domain::spelling::{Signature, Spelling};

use super::{Read, Unreadable};

/// Writes the names of a person or a unit.
pub(crate) fn spellings_bytes(names: &[KnownName]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for known in names {
        let text = known.name.as_str();
        bytes.extend_from_slice(&Spelling::of(text).signature().to_bytes());
        bytes.extend_from_slice(&u32::try_from(text.len()).expect("a name is short").to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

/// Reads them one by one.
pub(crate) fn each_spelling(mut bytes: &[u8], mut take: impl FnMut(Signature, &str)) -> Read<()> {
    while !bytes.is_empty() {
        let (signature, rest) = bytes.split_first_chunk().ok_or(Unreadable::Senseless)?;
        let (length, rest) = rest.split_first_chunk().ok_or(Unreadable::Senseless)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| Unreadable::Senseless)?;
        let (text, rest) = rest.split_at_checked(length).ok_or(Unreadable::Senseless)?;
        let signature = Signature::from_bytes(signature).ok_or(Unreadable::Senseless)?;
        take(signature, std::str::from_utf8(text).map_err(|_| Unreadable::Senseless)?);
        bytes = rest;
    }
    Ok(())
}
