//! Tokens: secrets in files, which let a client write or read.

use std::fmt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The most bytes of a file with a token.
const BYTES: u64 = 4_096;
/// The fewest characters of a token.
const FEWEST: usize = 16;

/// A secret that a request shows as `Authorization: Bearer`. Only its hash is kept.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// Why a token cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file cannot be read.
    #[error("{}: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Others than the owner may read or change the file.
    #[error("{}: others than its owner may read or change it (mode {mode:04o})", file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file holds no token.
    #[error("{}: it holds no token of {FEWEST} characters or more, without blanks, on one line", file.display())]
    NoToken {
        /// The file.
        file: PathBuf,
    },
}

impl Token {
    /// Reads a token from a file that its owner alone may read.
    pub fn from_file(file: &Path) -> Result<Token, TokenError> {
        let unreadable = |source| TokenError::Unreadable { file: file.to_owned(), source };
        let meta = std::fs::metadata(file).map_err(unreadable)?;
        let mode = meta.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(TokenError::Open { file: file.to_owned(), mode });
        }
        let no_token = || TokenError::NoToken { file: file.to_owned() };
        if meta.len() > BYTES {
            return Err(no_token());
        }
        let text = std::fs::read_to_string(file).map_err(unreadable)?;
        Token::of(text.trim()).ok_or_else(no_token)
    }

    fn of(text: &str) -> Option<Token> {
        let fits = text.len() >= FEWEST && text.chars().all(|c| c.is_ascii_graphic());
        fits.then(|| Token(Sha256::digest(text).into()))
    }

    /// Whether a text is the token. Hashes are compared, so that the time tells nothing of the secret.
    pub(crate) fn is(&self, text: &str) -> bool {
        <[u8; 32]>::from(Sha256::digest(text)) == self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_long_word() {
        let token = Token::of("0123456789abcdef").expect("a token");
        assert!(token.is("0123456789abcdef") && !token.is("0123456789abcdeF") && !token.is(""));
        for text in ["", "short", "0123456789 abcdefg", "0123456789\nabcdefg", "許許許許許許許許許許許許許許許許"]
        {
            assert!(Token::of(text).is_none(), "{text:?}");
        }
        assert_eq!(format!("{token:?}"), "Token(..)");
    }
}
