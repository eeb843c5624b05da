//! What the log refuses, in words.

use tenure_domain::position::Seq;
use tenure_domain::wire::{Refusal, Submission};

/// An id that stands with other content already.
pub(crate) fn id_reused(submission: &Submission, seq: Seq) -> Refusal {
    Refusal {
        reason: format!("the id `{}` stands at position {seq} with other content", submission.id),
        hint: "an event is never changed: send the new content under another id, with `corrects`".to_owned(),
    }
}

/// An event that is longer than a server takes.
pub(crate) fn too_long(bytes: usize, most: usize) -> Refusal {
    Refusal {
        reason: format!("the event takes {bytes} bytes as a message, and the server takes {most}"),
        hint: "raise `max_payload` of the NATS server, or shorten `source.quote`, `remit` or `note`".to_owned(),
    }
}
