//! Which of the messages of a stream count as events.
//!
//! A stream takes whatever is published to its subjects: the same event again once the server has forgotten its id,
//! another event under an id that was used, or no event at all. It cannot refuse them; its readers pass over them, all
//! in the same way.

use rustc_hash::FxHashMap;
use tenure_domain::position::{EventId, Seq};

use crate::digest::Digest;
use crate::identity::{EventIdentity, Fingerprint, IdHash, Identify, identified};

/// How an event stands to those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the first of its id, and counts.
    New(EventId),
    /// The same event stands at this position; nothing follows from another copy.
    Copy(Seq),
    /// Another event of that id stands at this position; this one is set aside.
    Reused(Seq),
    /// It is no event of a ledger; it is set aside.
    Unidentified,
}

/// The events of a stream up to a position, as far as later ones are held against them. Takes about 50 bytes an event.
pub struct Distinct {
    identify: Identify,
    known: FxHashMap<IdHash, (Seq, Fingerprint)>,
    digest: Digest,
}

impl Distinct {
    /// Nothing yet.
    pub fn new(identify: Identify) -> Distinct {
        Distinct { identify, known: FxHashMap::default(), digest: Digest::EMPTY }
    }

    /// Judges the message at the next position. Messages are judged in their order, each once.
    pub fn judge(&mut self, seq: Seq, event: &[u8]) -> Standing {
        let Some((EventIdentity { id, fingerprint }, text)) = identified(self.identify, event) else {
            return Standing::Unidentified;
        };
        match self.known.get(&IdHash::of(&id)) {
            Some((first, known)) if *known == fingerprint => Standing::Copy(*first),
            Some((first, _)) => Standing::Reused(*first),
            None => {
                self.known.insert(IdHash::of(&id), (seq, fingerprint));
                self.digest = self.digest.then(text);
                Standing::New(id)
            }
        }
    }

    /// How many events count.
    pub fn count(&self) -> u64 {
        self.known.len() as u64
    }

    /// The digest over the events that count.
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::position::Seq;

    use super::{Distinct, Standing};
    use crate::digest::Digest;
    use crate::identity::EventIdentity;

    #[test]
    fn an_id_that_stands_for_no_event_does_not_count() {
        let identify = |text: &str| {
            let id = text.strip_prefix("{\"id\":\"")?.strip_suffix("\"}")?;
            Some(EventIdentity { id: id.parse().ok()?, fingerprint: [0; 16] })
        };
        let mut distinct = Distinct::new(identify);
        let seq = Seq::new(1);
        assert_eq!(distinct.judge(seq, br#"{"id":"tenure.passed-over:7"}"#), Standing::Unidentified);
        assert_eq!(distinct.digest(), Digest::EMPTY);
        assert_eq!(distinct.judge(seq, br#"{"id":"e1"}"#), Standing::New("e1".parse().expect("an id")));
    }
}
