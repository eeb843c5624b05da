//! FNV-1a: a hash that says the same on every machine and in every version, because it is stored or shown.
//!
//! The hash of texts that a stranger chose is no protection: the places that use it compare what it finds.

/// 32 bits: where it stands in snapshots, and two texts of one hash are told apart.
pub fn fnv32(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// 64 bits: for ids that are shown.
pub fn fnv64(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_those_of_the_published_vectors() {
        assert_eq!((fnv32(""), fnv32("a"), fnv32("foobar")), (0x811c_9dc5, 0xe40c_292c, 0xbf9c_f968));
        assert_eq!(
            (fnv64(""), fnv64("a"), fnv64("foobar")),
            (0xcbf2_9ce4_8422_2325, 0xaf63_dc4c_8601_ec8c, 0x8594_4171_f739_67e8)
        );
    }
}
