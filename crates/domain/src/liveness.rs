//! Which events are live (contract, section 3).
//!
//! An event is live when it is visible, no later event with its source's key is visible, and no live event
//! retracts or corrects it. That is a labelling of a graph of attacks: whoever is attacked by nobody lives,
//! whoever is attacked by a living one does not; a cycle that this leaves open is decided for the greatest
//! (`reported_at`, id), and the rule is applied again. Most events are attacked by nobody and never enter here.

use rustc_hash::FxHashMap;

/// An event that takes part in the graph, among the others that are given with it. All are visible.
#[derive(Clone, Debug)]
pub struct Party<K> {
    /// Its place in the order (`reported_at`, id): the greater wins a cycle.
    pub rank: K,
    /// Superseded by a later event with its source's key: never live.
    pub superseded: bool,
    /// The index of the event that it retracts, where visible.
    pub retracts: Option<usize>,
    /// The index of the event that it corrects, where visible.
    pub corrects: Option<usize>,
}

/// Whether each of the parties is live.
pub fn live<K: Ord>(parties: &[Party<K>]) -> Vec<bool> {
    let attackers = attackers(parties);
    let mut targets: Vec<Vec<usize>> = vec![Vec::new(); parties.len()];
    let mut undecided_attackers = vec![0_usize; parties.len()];
    for (target, from) in attackers.iter().enumerate() {
        undecided_attackers[target] = from.len();
        for attacker in from {
            targets[*attacker].push(target);
        }
    }
    let mut labels: Vec<Option<bool>> = vec![None; parties.len()];
    let mut decided: Vec<usize> = Vec::new();
    for (index, party) in parties.iter().enumerate() {
        if party.superseded {
            labels[index] = Some(false);
            decided.push(index);
        } else if undecided_attackers[index] == 0 {
            labels[index] = Some(true);
            decided.push(index);
        }
    }
    loop {
        while let Some(index) = decided.pop() {
            let lives = labels[index] == Some(true);
            for target in &targets[index] {
                undecided_attackers[*target] -= 1;
                if labels[*target].is_none() && (lives || undecided_attackers[*target] == 0) {
                    labels[*target] = Some(!lives);
                    decided.push(*target);
                }
            }
        }
        let Some(winner) = winner_of_a_cycle(parties, &attackers, &labels) else { break };
        labels[winner] = Some(true);
        decided.push(winner);
    }
    labels.into_iter().map(|label| label == Some(true)).collect()
}

/// Who attacks whom, each attacker once. A correction takes over what its target corrects.
fn attackers<K>(parties: &[Party<K>]) -> Vec<Vec<usize>> {
    let mut attackers: Vec<Vec<usize>> = vec![Vec::new(); parties.len()];
    for (index, party) in parties.iter().enumerate() {
        if let Some(target) = party.retracts {
            attackers[target].push(index);
        }
        let mut next = party.corrects;
        let mut steps = 0;
        while let Some(target) = next {
            if target == index || steps > parties.len() {
                break;
            }
            attackers[target].push(index);
            next = parties[target].corrects;
            steps += 1;
        }
    }
    for from in &mut attackers {
        from.sort_unstable();
        from.dedup();
    }
    attackers
}

/// The greatest event of a cycle that nothing undecided outside attacks.
fn winner_of_a_cycle<K: Ord>(parties: &[Party<K>], attackers: &[Vec<usize>], labels: &[Option<bool>]) -> Option<usize> {
    let first = labels.iter().position(Option::is_none)?;
    // Walk against the attacks until no new event is met: the last component found is attacked from itself alone.
    let components = components(first, attackers, labels);
    let members = components.into_iter().next()?;
    members.into_iter().max_by(|a, b| parties[*a].rank.cmp(&parties[*b].rank))
}

/// The strongly connected components among the undecided attackers of an event, those that are attacked from
/// themselves alone first (Tarjan 1972, without recursion).
fn components(start: usize, attackers: &[Vec<usize>], labels: &[Option<bool>]) -> Vec<Vec<usize>> {
    let mut order: FxHashMap<usize, (usize, usize)> = FxHashMap::default();
    let mut stack: Vec<usize> = Vec::new();
    let mut on_stack: FxHashMap<usize, bool> = FxHashMap::default();
    let mut found = Vec::new();
    let mut work: Vec<(usize, usize)> = vec![(start, 0)];
    while let Some((node, edge)) = work.pop() {
        if edge == 0 && !order.contains_key(&node) {
            let index = order.len();
            order.insert(node, (index, index));
            stack.push(node);
            on_stack.insert(node, true);
        }
        let next = attackers[node].iter().skip(edge).position(|a| labels[*a].is_none()).map(|p| p + edge);
        if let Some(position) = next {
            let attacker = attackers[node][position];
            work.push((node, position + 1));
            if !order.contains_key(&attacker) {
                work.push((attacker, 0));
            } else if on_stack.get(&attacker) == Some(&true) {
                let low = order[&attacker].0;
                let entry = order.get_mut(&node).expect("a node on the path is numbered");
                entry.1 = entry.1.min(low);
            }
            continue;
        }
        let (index, low) = order[&node];
        if let Some((parent, _)) = work.last() {
            let entry = order.get_mut(parent).expect("a node on the path is numbered");
            entry.1 = entry.1.min(low);
        }
        if index == low {
            let mut members = Vec::new();
            while let Some(member) = stack.pop() {
                on_stack.insert(member, false);
                members.push(member);
                if member == node {
                    break;
                }
            }
            found.push(members);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Party, live};

    /// `retracts` and `corrects` as pairs of indices (from, to).
    fn check(count: usize, retracts: &[(usize, usize)], corrects: &[(usize, usize)], expect: &[usize]) {
        let parties: Vec<Party<usize>> = (0..count)
            .map(|i| Party {
                rank: i,
                superseded: false,
                retracts: retracts.iter().find(|(from, _)| *from == i).map(|(_, to)| *to),
                corrects: corrects.iter().find(|(from, _)| *from == i).map(|(_, to)| *to),
            })
            .collect();
        let lives: Vec<usize> = live(&parties).iter().enumerate().filter(|(_, l)| **l).map(|(i, _)| i).collect();
        assert_eq!(lives, expect, "retracts {retracts:?}, corrects {corrects:?}");
    }

    #[test]
    fn who_lives() {
        check(2, &[], &[], &[0, 1]);
        check(2, &[(1, 0)], &[], &[1]);
        check(3, &[(1, 0), (2, 1)], &[], &[0, 2]);
        // 2 corrects 1 corrects 0: only 2 lives; 1 retracted instead: 0 lives again.
        check(3, &[], &[(2, 1), (1, 0)], &[2]);
        check(3, &[(2, 1)], &[(1, 0)], &[0, 2]);
        // Corrected and retracted: the correction still takes over what its target corrects.
        check(4, &[(3, 1)], &[(2, 1), (1, 0)], &[2, 3]);
        // A corrected retraction gives its target life.
        check(4, &[(1, 0), (2, 3)], &[(2, 1)], &[0, 2]);
        // Rivals in a cycle: the later reported one lives.
        check(2, &[], &[(0, 1), (1, 0)], &[1]);
        check(2, &[(0, 1), (1, 0)], &[], &[1]);
        check(3, &[(0, 1), (1, 2), (2, 0)], &[], &[1, 2]);
        // Something live outside decides a cycle.
        check(3, &[(0, 1), (1, 0), (2, 1)], &[], &[0, 2]);
        // A cycle that attacks another one is decided first.
        check(4, &[(0, 1), (1, 0)], &[(1, 2), (2, 3), (3, 2)], &[1]);
    }

    #[test]
    fn a_superseded_event_neither_lives_nor_attacks() {
        let party = |rank, superseded, retracts| Party { rank, superseded, retracts, corrects: None };
        assert_eq!(live(&[party(0, false, None), party(1, true, Some(0))]), [true, false]);
    }
}
