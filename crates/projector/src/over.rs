//! What a state of the snapshots has that the database does not have yet.
//!
//! While an earlier state is asked, the database stays as that reads it, and each change adds to what is in memory alone. States
//! share what they have: a change makes a layer of its own, and layers of like size become one, so that each value is
//! copied some log n times, however many changes there are.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::database::IVec;

/// Values under their keys; none where a key is removed.
pub(crate) type Layer = BTreeMap<Vec<u8>, Option<IVec>>;

/// Layers of values, the oldest and largest first. What a later one has counts.
#[derive(Clone, Default)]
pub(crate) struct Over(Vec<Arc<LayerSized>>);

/// A layer, and how many bytes it takes, about.
struct LayerSized {
    layer: Layer,
    bytes: usize,
}

impl LayerSized {
    fn of(layer: Layer) -> Arc<LayerSized> {
        let bytes = layer.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, |value| value.len())).sum();
        Arc::new(LayerSized { layer, bytes })
    }
}

impl Over {
    /// These and those of a change.
    pub(crate) fn with(&self, mut fresh: Layer) -> Over {
        let mut layers = self.0.clone();
        // Each layer has at least twice as much as the one above it.
        while let Some(below) = layers.pop_if(|below| below.layer.len() < 2 * fresh.len()) {
            let above = std::mem::replace(&mut fresh, below.layer.clone());
            fresh.extend(above);
        }
        if !fresh.is_empty() {
            layers.push(LayerSized::of(fresh));
        }
        Over(layers)
    }

    /// What it says of a key: nothing, that it is removed, or its value.
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Option<IVec>> {
        self.0.iter().rev().find_map(|one| one.layer.get(key))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.0.iter().map(|one| one.bytes).sum()
    }

    /// All that counts of the keys that begin so.
    pub(crate) fn with_prefix(&self, prefix: &[u8]) -> BTreeMap<&[u8], &Option<IVec>> {
        let mut all = BTreeMap::new();
        for one in &self.0 {
            let from = one.layer.range(prefix.to_vec()..);
            let of_prefix = from.take_while(|(key, _)| key.starts_with(prefix));
            all.extend(of_prefix.map(|(key, value)| (&key[..], value)));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_later_change_says_counts_and_layers_stay_few() {
        let value = |number: usize| Some(IVec::from(number.to_string().into_bytes()));
        let (mut over, mut plain) = (Over::default(), Layer::new());
        for change in 0..3_000_usize {
            let mut fresh = Layer::new();
            for key in [change % 977, change * 7 % 2_003] {
                fresh.insert(key.to_be_bytes().to_vec(), if change % 5 == 0 { None } else { value(change) });
            }
            plain.extend(fresh.clone());
            over = over.with(fresh);
            assert!(over.0.len() <= 12, "{}", over.0.len());
        }
        let all: Layer = over.with_prefix(&[]).into_iter().map(|(key, value)| (key.to_vec(), value.clone())).collect();
        assert_eq!(all, plain);
        for key in 0..2_100_usize {
            let key = key.to_be_bytes();
            assert_eq!(over.get(&key), plain.get(&key[..]), "{key:?}");
        }
        assert!(over.bytes() > 0 && !over.is_empty());
    }
}
