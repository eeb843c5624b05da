//! Texts on their way into the log, and how they are read as events.

use std::sync::Arc;

use tenure_domain::wire::{Arrival, Json, Refusal, Submission};

use crate::Place;
use crate::refusals::other_format;
use crate::texts::Text;

/// A text to be appended, or what is wrong with it.
pub(crate) struct Piece {
    pub(crate) place: Place,
    /// The text as the input has it; of a long one at least the first 1,000 bytes.
    pub(crate) input: Vec<u8>,
    pub(crate) event: PieceEvent,
}

/// What is known of the event of a text.
pub(crate) enum PieceEvent {
    /// It is the text itself.
    Text,
    /// It was made of the text.
    Made(Json<'static>),
    /// It was made, and read already.
    Read(Box<Submission>),
    /// There is none.
    Refused(Refusal),
}

impl PieceEvent {
    /// How many bytes it holds beside the text.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            PieceEvent::Text | PieceEvent::Refused(_) => 0,
            PieceEvent::Made(event) => bytes(event),
            PieceEvent::Read(submission) => submission.json.len(),
        }
    }
}

/// About how long the JSON of an event is.
fn bytes(event: &Json<'_>) -> usize {
    match event {
        Json::Null | Json::Flag(_) | Json::Number(_) => 4,
        Json::Text(text) => text.len(),
        Json::List(items) => items.iter().map(bytes).sum(),
        Json::Object(fields) => fields.iter().map(|(name, value)| name.len() + bytes(value)).sum(),
    }
}

/// A text of an input.
pub(crate) fn piece(file: &Arc<str>, text: Text) -> Piece {
    let event = match text.too_long {
        None if text.unclosed => PieceEvent::Refused(Refusal {
            reason: "the array is not closed".to_owned(),
            hint: "what came before it ended is in; was the file cut off?".to_owned(),
        }),
        Some(limit) => PieceEvent::Refused(Refusal {
            reason: format!("the text is longer than {limit} bytes"),
            hint: "an event is at most 64 KiB; is each event on a line of its own?".to_owned(),
        }),
        None if text.line == 1 => other_format(&text.bytes).map_or(PieceEvent::Text, PieceEvent::Refused),
        None => PieceEvent::Text,
    };
    Piece { place: Place { file: file.clone(), line: text.line, column: None }, input: text.bytes, event }
}

/// Reads the texts as events that come in now, on all cores where there are many.
pub(crate) fn read_all(batch: &mut [Piece], arrival: Arrival) -> Vec<Result<Submission, Refusal>> {
    let read = |piece: &mut Piece| match std::mem::replace(&mut piece.event, PieceEvent::Text) {
        PieceEvent::Refused(refusal) => Err(refusal),
        PieceEvent::Read(submission) => Ok(*submission),
        PieceEvent::Made(event) => {
            // That it was made stays known.
            piece.event = PieceEvent::Made(Json::Null);
            Submission::made(event, Some(arrival))
        }
        PieceEvent::Text => Submission::read_at(&piece.input, arrival),
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = batch.len().div_ceil(cores);
    if share < 64 {
        return batch.iter_mut().map(read).collect();
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = batch
            .chunks_mut(share)
            .map(|chunk| scope.spawn(move || chunk.iter_mut().map(read).collect::<Vec<_>>()))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
