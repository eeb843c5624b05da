//! Which entry of a snapshot is which post that was listed before.

use super::listed::Listed;
use super::page::Post;

/// How an entry goes on from what was listed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goes {
    /// A post that was not listed before.
    New,
    /// The post listed before.
    On(usize),
    /// The same seat under another title.
    Retitled(usize),
    /// The same post in another unit.
    Moved(usize),
}

impl Goes {
    pub(super) fn from(self) -> Option<usize> {
        match self {
            Goes::New => None,
            Goes::On(old) | Goes::Retitled(old) | Goes::Moved(old) => Some(old),
        }
    }
}

/// A change of one post that an event can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Title,
    Unit,
}

/// What an entry of a snapshot says nothing of where it leaves it out. Where a complete page shows units or titles, an
/// entry without one has none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Silence {
    unit: bool,
    title: bool,
}

impl Silence {
    fn of(listed: &Listed) -> Silence {
        let says = |says: fn(&Post) -> bool| listed.says(says);
        Silence { unit: !says(|post| post.unit.is_some()), title: !says(|post| post.title.is_some()) }
    }
}

impl Change {
    /// The change that makes one post of the other, where an event can say it so that no other post of the person is
    /// meant: `others` are those from before, `beside` those that are listed now.
    pub(super) fn between(
        before: &Post,
        after: &Post,
        others: &[&Post],
        beside: &[&Post],
        silence: Silence,
    ) -> Option<Change> {
        let is_unsaid = after.unit.is_none() && silence.unit;
        if is_unsaid || before.unit_key() == after.unit_key() {
            let unit = before.unit_key().filter(|_| !is_unsaid);
            let meant = |other: &&Post| {
                let title = before.title.is_none() || other.title_key() == before.title_key();
                title && (unit.is_none() || other.unit_key() == unit)
            };
            return (after.title.is_some() && !others.iter().any(meant)).then_some(Change::Title);
        }
        let unit = after.unit_key()?;
        // A move takes along whatever the person has in the unit that is left.
        let alone = match before.unit_key() {
            Some(unit) => !others.iter().any(|other| other.unit_key() == Some(unit)),
            None => others.is_empty(),
        };
        let free = !beside.iter().any(|other| other.unit_key() == Some(unit));
        (alone && free).then_some(Change::Unit)
    }
}

/// Finds for one person's entries which of the posts listed before each goes on from.
pub(super) fn pair(old: &[(usize, &Post)], listed: &Listed, new: &[usize], goes: &mut [Goes]) {
    let silence = Silence::of(listed);
    let mut left: Vec<(usize, &Post)> = old.to_vec();
    let now = |new: usize| &listed.posts[new];
    let on = |left: &mut Vec<(usize, &Post)>, goes: &mut [Goes], fits: &dyn Fn(&Post, &Post) -> bool| {
        for &i in new {
            if goes[i] == Goes::New
                && let Some(found) = left.iter().position(|(_, old)| fits(old, now(i)))
            {
                goes[i] = Goes::On(left.remove(found).0);
            }
        }
    };
    on(&mut left, goes, &|old, new| old.unit_key() == new.unit_key() && old.title_key() == new.title_key());
    // An entry that says less than the one before says nothing else.
    on(&mut left, goes, &|old, new| {
        let unit = (new.unit.is_none() && silence.unit) || old.unit_key() == new.unit_key();
        let title = (new.title.is_none() && silence.title) || old.title_key() == new.title_key();
        unit && title
    });
    let mut moved = false;
    let mut change = |left: &mut Vec<(usize, &Post)>, goes: &mut [Goes], i: usize, from: usize| {
        let Some((_, before)) = old.iter().find(|(old, _)| *old == from) else { return };
        let others: Vec<&Post> = old.iter().filter(|(other, _)| *other != from).map(|(_, other)| *other).collect();
        let beside: Vec<&Post> = new.iter().filter(|other| **other != i).map(|other| now(*other)).collect();
        goes[i] = match Change::between(before, now(i), &others, &beside, silence) {
            Some(Change::Title) => Goes::Retitled(from),
            // There is one move at a time.
            Some(Change::Unit) if !moved => Goes::Moved(from),
            Some(Change::Unit) | None => return,
        };
        moved |= goes[i] == Goes::Moved(from);
        left.retain(|(old, _)| *old != from);
    };
    for &i in new {
        let entry = now(i).entry.as_ref();
        let same = left.iter().find(|(_, old)| entry.is_some() && old.entry.as_ref() == entry);
        if let (Goes::New, Some((from, _))) = (goes[i], same.copied()) {
            change(&mut left, goes, i, from);
        }
    }
    if !listed.is_whole() {
        return;
    }
    // An entry that says more than the one before is the same seat.
    for &i in new {
        let fits = |old: &Post| {
            let unit = old.unit.is_none() || old.unit_key() == now(i).unit_key();
            let title = old.title.is_none() || old.title_key() == now(i).title_key();
            let is_any = old.unit.is_some() || old.title.is_some();
            unit && title && is_any && old.entry.is_none() && now(i).entry.is_none()
        };
        let mut found = left.iter().filter(|(_, old)| fits(old));
        if let (Goes::New, Some((from, _)), None) = (goes[i], found.next().copied(), found.next()) {
            change(&mut left, goes, i, from);
        }
    }
    // What is left over on both sides is one thing that changed where the list has no names of its own for entries, or
    // where there is nothing else that it could be.
    let open: Vec<usize> = new.iter().copied().filter(|i| goes[*i] == Goes::New).collect();
    if let ([i], [(from, was)]) = (open.as_slice(), left.as_slice()) {
        let unnamed = now(*i).entry.is_none() && was.entry.is_none();
        if unnamed || (old.len() == 1 && new.len() == 1) {
            let (i, from) = (*i, *from);
            change(&mut left, goes, i, from);
        }
    }
}
