//! Ids that are made of what they name: UUIDs of version 5.
//!
//! The hash is that of the processor where it has one, since an importer makes two or three for each event.

use sha1::{Digest as _, Sha1};
use uuid::{Builder, Uuid};

/// The id of a name within a namespace.
pub fn name_id(namespace: &Uuid, name: &[u8]) -> Uuid {
    let hash: [u8; 20] = Sha1::new().chain_update(namespace.as_bytes()).chain_update(name).finalize().into();
    let (bytes, _) = hash.split_first_chunk().expect("16 of 20 bytes");
    Builder::from_sha1_bytes(*bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::name_id;

    #[test]
    fn it_is_what_the_standard_says() {
        // RFC 9562, appendix A.4.
        let id = name_id(&Uuid::NAMESPACE_DNS, b"www.example.com");
        assert_eq!(id.to_string(), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }
}
