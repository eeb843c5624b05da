//! The events that gave a field its value. A tenure that a change of title makes of another goes on from where that one
//! was, so a list shares its beginning with the lists that were copied of it.

use std::rc::Rc;

use crate::position::EventId;

#[derive(Clone, Default)]
pub(super) struct Trail<'f>(Option<Rc<Link<'f>>>);

struct Link<'f> {
    event: &'f EventId,
    before: Trail<'f>,
}

impl<'f> Trail<'f> {
    pub(super) fn of(events: impl Iterator<Item = &'f EventId>) -> Trail<'f> {
        let mut trail = Trail::default();
        trail.extend(events);
        trail
    }

    pub(super) fn extend(&mut self, events: impl Iterator<Item = &'f EventId>) {
        for event in events {
            let before = std::mem::take(self);
            *self = Trail(Some(Rc::new(Link { event, before })));
        }
    }

    /// The events, the last one first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'f EventId> {
        let mut at = self;
        std::iter::from_fn(move || {
            let link = at.0.as_deref()?;
            at = &link.before;
            Some(link.event)
        })
    }
}

/// Without recursion, so that no length is too much for the stack.
impl Drop for Trail<'_> {
    fn drop(&mut self) {
        let mut at = self.0.take();
        while let Some(mut link) = at.and_then(Rc::into_inner) {
            at = link.before.0.take();
        }
    }
}
