//! What the log refuses, in words.

use tenure_domain::position::Seq;
use tenure_domain::wire::{Refusal, Submission};

use crate::adapter::looks::{self, FileKind};

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

/// A first line that is no event, and looks like the beginning of another format.
pub(crate) fn other_format(line: &[u8]) -> Option<Refusal> {
    // Events in another encoding are told to be that.
    if line.starts_with(b"\xff\xfe") || line.starts_with(b"\xfe\xff") {
        return None;
    }
    let is_json = line.trim_ascii_start().starts_with(b"{");
    let looks = match looks::like(line)? {
        FileKind::Events => return None,
        // An object of another form is told by what it lacks as an event.
        FileKind::Tree if is_json => return None,
        looks @ (FileKind::Table
        | FileKind::Popolo
        | FileKind::FollowTheMoney
        | FileKind::Wikidata
        | FileKind::Bods
        | FileKind::Tree) => looks,
    };
    Some(Refusal { reason: "the line is no event".to_owned(), hint: format!("this looks like {looks}") })
}
