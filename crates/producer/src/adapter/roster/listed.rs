//! What a snapshot lists, and whether that is all that there is.

use std::collections::BTreeSet;

use tenure_domain::day::Instant;

use super::death::Death;
use super::page::Post;

/// How much a snapshot lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All: a person who is not listed is gone.
    Whole,
    /// All, as the map has it, but so much less than before that it is not believed.
    Small,
    Part,
}

impl Extent {
    /// As the titles of its events have it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Extent::Whole => "complete",
            Extent::Small => "small",
            Extent::Part => "part",
        }
    }

    /// What a title has.
    pub(super) fn of(word: &str) -> Extent {
        [Extent::Whole, Extent::Small].into_iter().find(|extent| extent.word() == word).unwrap_or(Extent::Part)
    }
}

/// What a snapshot lists.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) at: Instant,
    pub(super) extent: Extent,
    pub(super) posts: Vec<Post>,
    /// Who is listed and had died by then: they are in no post, and none of theirs ends with the snapshot.
    pub(super) dead: BTreeSet<String>,
    /// The deaths that the ledger has of it, and what ended with them, by the keys of the persons: of a snapshot that is not
    /// read now.
    pub(super) deaths: Vec<(String, Death)>,
}

impl Listed {
    /// Whether an entry without a field has none: the page lists everybody, and shows the field of others.
    pub(super) fn says(&self, shows: impl Fn(&Post) -> bool) -> bool {
        self.is_whole() && self.posts.iter().any(|post| self.is_living(post) && shows(post))
    }

    /// Whether a person who is not listed is gone.
    pub(super) fn is_whole(&self) -> bool {
        self.extent == Extent::Whole
    }

    /// Judges anew what the map has as all that there is, where that many posts were listed before. Those of the dead are none.
    pub(super) fn judge(&mut self, least_share: f64, before: Option<usize>) {
        let posts = self.living();
        #[expect(clippy::cast_precision_loss, reason = "a document holds far fewer posts than an f64 can count")]
        let is_small = before.is_some_and(|before| (posts as f64) < least_share * before as f64);
        self.extent = match self.extent {
            Extent::Part => Extent::Part,
            Extent::Whole | Extent::Small if is_small => Extent::Small,
            Extent::Whole | Extent::Small => Extent::Whole,
        };
    }

    /// How many posts are listed, those of the dead aside.
    pub(super) fn living(&self) -> usize {
        self.posts.iter().filter(|post| self.is_living(post)).count()
    }

    /// Whether the holder of a post is not listed as dead.
    pub(super) fn is_living(&self, post: &Post) -> bool {
        !self.dead.contains(&post.person.key)
    }

    /// A post that is listed, with what this does not say of it as an earlier listing has it.
    pub(super) fn carried(&self, post: &Post, before: &Post) -> Post {
        let mut carried = post.clone();
        if post.unit.is_none() && !self.says(|post| post.unit.is_some()) {
            carried.unit.clone_from(&before.unit);
        }
        if post.title.is_none() && !self.says(|post| post.title.is_some()) {
            carried.title.clone_from(&before.title);
            carried.acting = before.acting;
        }
        if post.manager.is_none() && !self.says(|post| post.manager.is_some()) {
            carried.manager.clone_from(&before.manager);
        }
        carried
    }
}
