//! Who is the same as whom: sets of numbers that are joined one by one.

/// Disjoint sets, flattened as they are asked. The least member is the root: what nothing names takes its id.
pub(super) struct Sets {
    pub(super) parent: Vec<u32>,
}

impl Sets {
    pub(super) fn new(count: usize) -> Sets {
        Sets { parent: (0..count).map(|i| u32::try_from(i).expect("fewer than 2^32")).collect() }
    }

    pub(super) fn root(&mut self, mut member: u32) -> u32 {
        while self.parent[member as usize] != member {
            let up = self.parent[self.parent[member as usize] as usize];
            self.parent[member as usize] = up;
            member = up;
        }
        member
    }

    pub(super) fn join(&mut self, a: u32, b: u32) -> u32 {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parent[high as usize] = low;
        low
    }

    /// The roots of several members; sorted.
    pub(super) fn roots(&mut self, members: &[u32]) -> Vec<u32> {
        let mut roots: Vec<u32> = members.iter().map(|member| self.root(*member)).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// The root that all members have; none where there are several, or no members.
    pub(super) fn one_root(&mut self, members: &[u32]) -> Option<u32> {
        let first = self.root(*members.first()?);
        members.iter().all(|member| self.root(*member) == first).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_have_a_root_together_when_they_are_joined() {
        let mut sets = Sets::new(6);
        assert_eq!((sets.one_root(&[]), sets.one_root(&[4])), (None, Some(4)));
        sets.join(4, 5);
        sets.join(1, 4);
        assert_eq!((sets.one_root(&[5, 4, 1]), sets.one_root(&[5, 2])), (Some(1), None));
        assert_eq!(sets.roots(&[5, 3, 2, 4, 5]), [1, 2, 3]);
    }
}
