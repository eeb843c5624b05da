//! Which events are live (contract, section 3).
//!
//! An event is live when it is visible, no later event with its source's key is visible, and no live event
//! retracts or corrects it. That is a labelling of a graph of attacks. An event that nothing attacks lives. An event
//! that a live one attacks does not. A cycle that this leaves open is decided for the greatest (`reported_at`, id),
//! and the rule is applied again. Most events are attacked by nothing and never enter here.
//!
//! A correction attacks a whole chain: what it corrects, what that corrects, and so on. The graph does not list these
//! attacks one by one, which would take the square of the chain's length. Each correction has a second node, its
//! *reach*, which is true when an event that takes part in the chain up to here lives. Reaches are handed on along the
//! chain, so that the graph has a few edges for each event.

use rustc_hash::FxHashMap;

/// The number of a node that is not met yet.
const NEW: usize = usize::MAX;
/// The number of a node whose component is found.
const DONE: usize = usize::MAX - 1;

/// How far a correction goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorrectionReach {
    /// It corrects its target alone: the target is restated under another key, and what it corrected stands again.
    Target,
    /// It takes over what its target corrects.
    Chain,
}

/// What an event corrects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The index of the event that is corrected.
    pub target: usize,
    /// How far it goes.
    pub reach: CorrectionReach,
}

/// An event that takes part in the graph, among the others that are given with it. All are visible.
#[derive(Clone, Debug)]
pub struct Party<K> {
    /// Its place in the order (`reported_at`, id): the greater wins a cycle.
    pub rank: K,
    /// Superseded by a later event with its source's key: never live.
    pub superseded: bool,
    /// The index of the event that it retracts, where visible.
    pub retracts: Option<usize>,
    /// What it corrects, where that is visible.
    pub corrects: Option<Correction>,
}

/// Whether each of the parties is live.
pub fn live<K: Ord>(parties: &[Party<K>]) -> Vec<bool> {
    let mut labelling = Labelling::of(parties);
    labelling.spread();
    let mut regions: Vec<Vec<usize>> = vec![(0..labelling.labels.len()).collect()];
    while let Some(region) = regions.pop() {
        let mut components = labelling.components(&region);
        match components.as_slice() {
            [] => {}
            [_] => regions.extend(components.pop().map(|one| labelling.settle(&one, parties))),
            // The one that no other reaches is decided first.
            _ => regions.append(&mut components),
        }
    }
    labelling.labels[..parties.len()].iter().map(|label| *label == Some(true)).collect()
}

/// The graph and what is decided of it. The first nodes are the events, which live where no input is true. The others
/// are true where any input is.
struct Labelling {
    events: usize,
    /// By node: where its edges begin.
    starts: Vec<usize>,
    targets: Vec<usize>,
    /// By node: where the edges to it begin.
    ends: Vec<usize>,
    sources: Vec<usize>,
    /// By node: how many inputs are not decided.
    open_inputs: Vec<usize>,
    labels: Vec<Option<bool>>,
    /// Decided, and not yet told to others.
    decided: Vec<usize>,
}

impl Labelling {
    fn of<K>(parties: &[Party<K>]) -> Labelling {
        let Edges { nodes, edges } = Edges::of(parties);
        let mut open_inputs = vec![0; nodes];
        for (_, to) in &edges {
            open_inputs[*to] += 1;
        }
        let (ends, sources) = by_first(nodes, edges.iter().map(|(from, to)| (*to, *from)));
        let (starts, targets) = by_first(nodes, edges.iter().copied());
        let (events, labels) = (parties.len(), vec![None; nodes]);
        let decided = Vec::new();
        let mut labelling = Labelling { events, starts, targets, ends, sources, open_inputs, labels, decided };
        for (event, party) in parties.iter().enumerate() {
            if party.superseded {
                labelling.decide(event, false);
            }
        }
        for node in 0..nodes {
            if labelling.open_inputs[node] == 0 {
                labelling.decide(node, node < events);
            }
        }
        labelling
    }

    fn decide(&mut self, node: usize, label: bool) {
        if self.labels[node].is_none() {
            self.labels[node] = Some(label);
            self.decided.push(node);
        }
    }

    /// Decides all that follows from what is decided, and gives all that.
    fn spread(&mut self) -> Vec<usize> {
        let mut all = Vec::new();
        while let Some(node) = self.decided.pop() {
            all.push(node);
            let label = self.labels[node] == Some(true);
            for edge in self.starts[node]..self.starts[node + 1] {
                let target = self.targets[edge];
                self.open_inputs[target] -= 1;
                let is_event = target < self.events;
                if label {
                    self.decide(target, !is_event);
                } else if self.open_inputs[target] == 0 {
                    self.decide(target, is_event);
                }
            }
        }
        all
    }

    fn edges_from(&self, node: usize) -> &[usize] {
        &self.targets[self.starts[node]..self.starts[node + 1]]
    }

    fn edges_to(&self, node: usize) -> &[usize] {
        &self.sources[self.ends[node]..self.ends[node + 1]]
    }

    /// Decides a component that no other reaches for the greatest, and again as long as what is left of it is surely one
    /// component. Gives what is left then.
    ///
    /// It is one where all ways back from what was decided, with what leads to nothing that is left, led to a single node, to
    /// which those that led there have an edge of their own: no way between others needs to go through there.
    fn settle<K: Ord>(&mut self, component: &[usize], parties: &[Party<K>]) -> Vec<usize> {
        let mut events: Vec<usize> = component.iter().copied().filter(|node| *node < self.events).collect();
        events.sort_unstable_by(|a, b| parties[*a].rank.cmp(&parties[*b].rank));
        // How many edges lead from each that is left to others that are.
        let mut left: FxHashMap<usize, usize> = component.iter().map(|node| (*node, 0)).collect();
        for node in component {
            let inside = self.edges_from(*node).iter().filter(|target| left.contains_key(target)).count();
            left.insert(*node, inside);
        }
        while !left.is_empty() {
            let winner = std::iter::from_fn(|| events.pop()).find(|event| left.contains_key(event));
            self.decide(winner.expect("what is open is open because of events"), true);
            let mut gone: Vec<usize> = self.spread().into_iter().filter(|node| left.remove(node).is_some()).collect();
            let mut place = 0;
            while let Some(node) = gone.get(place).copied() {
                for source in self.edges_to(node) {
                    let Some(inside) = left.get_mut(source) else { continue };
                    *inside -= 1;
                    if *inside == 0 {
                        left.remove(source);
                        gone.push(*source);
                    }
                }
                place += 1;
            }
            let mut back = gone.iter().flat_map(|node| self.edges_from(*node)).filter(|node| left.contains_key(node));
            let first = back.next();
            let is_short = |node: &usize| first.is_none_or(|to| node == to || self.edges_from(*node).contains(to));
            let mut into = gone.iter().flat_map(|node| self.edges_to(*node)).filter(|node| left.contains_key(node));
            if back.any(|node| Some(node) != first) || !into.all(is_short) {
                break;
            }
        }
        left.into_keys().collect()
    }

    /// The strongly connected components of the open nodes of a region, each after all those that it reaches (Tarjan
    /// 1972, without recursion).
    fn components(&self, region: &[usize]) -> Vec<Vec<usize>> {
        let open = |node: &usize| self.labels[*node].is_none();
        // The least number that is known to be reached from each node.
        let mut low: FxHashMap<usize, usize> = region.iter().copied().filter(open).map(|node| (node, NEW)).collect();
        let (mut stack, mut found) = (Vec::new(), Vec::new());
        let mut met = 0;
        for start in region.iter().copied().filter(open) {
            if low[&start] != NEW {
                continue;
            }
            // A node, its number, and its next edge.
            let mut work: Vec<(usize, usize, usize)> = Vec::new();
            let mut enter = Some(start);
            loop {
                if let Some(node) = enter.take() {
                    low.insert(node, met);
                    work.push((node, met, self.starts[node]));
                    stack.push(node);
                    met += 1;
                }
                let Some((node, number, edge)) = work.last_mut() else { break };
                if *edge < self.starts[*node + 1] {
                    let target = self.targets[*edge];
                    *edge += 1;
                    match low.get(&target).copied() {
                        None | Some(DONE) => {}
                        Some(NEW) => enter = Some(target),
                        Some(reached) => {
                            let known = low[node];
                            low.insert(*node, known.min(reached));
                        }
                    }
                    continue;
                }
                let (node, number) = (*node, *number);
                work.pop();
                let reached = low[&node];
                if let Some((above, ..)) = work.last() {
                    let known = low[above];
                    low.insert(*above, known.min(reached));
                }
                if reached == number {
                    let at = stack.iter().rposition(|member| *member == node).expect("a node on the path is stacked");
                    let members = stack.split_off(at);
                    for member in &members {
                        low.insert(*member, DONE);
                    }
                    found.push(members);
                }
            }
        }
        found
    }
}

/// The second of some pairs by the first, and where those of each begin.
fn by_first(nodes: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> (Vec<usize>, Vec<usize>) {
    let mut starts = vec![0; nodes + 1];
    for (first, _) in pairs.clone() {
        starts[first + 1] += 1;
    }
    for node in 0..nodes {
        starts[node + 1] += starts[node];
    }
    let mut next = starts.clone();
    let mut seconds = vec![0; starts[nodes]];
    for (first, second) in pairs {
        seconds[next[first]] = second;
        next[first] += 1;
    }
    (starts, seconds)
}

/// The edges of the graph, from what attacks to what is attacked.
struct Edges {
    nodes: usize,
    edges: Vec<(usize, usize)>,
}

impl Edges {
    fn of<K>(parties: &[Party<K>]) -> Edges {
        let events = parties.len();
        let corrects = |event: usize| parties[event].corrects.filter(|c| c.target != event);
        // The events come first, then the reach of each.
        let reach = |event: usize| events + event;
        let mut graph = Edges { nodes: 2 * events, edges: Vec::new() };
        let circle_of = graph.circles(events, &corrects);
        for (event, party) in parties.iter().enumerate() {
            graph.edges.extend(party.retracts.map(|target| (event, target)));
            let Some(Correction { target, reach: how_far }) = corrects(event) else { continue };
            if circle_of.contains_key(&event) {
                continue;
            }
            graph.edges.extend([(event, reach(event)), (reach(event), target)]);
            match (how_far, circle_of.get(&target)) {
                (CorrectionReach::Target, _) => {}
                (CorrectionReach::Chain, Some(circle)) => graph.edges.push((reach(event), *circle)),
                (CorrectionReach::Chain, None) => graph.edges.push((reach(event), reach(target))),
            }
        }
        graph
    }

    /// Connects the events of each circle of corrections, and gives the node of the circle for each of them. That node
    /// is true when an event from outside takes over the circle.
    ///
    /// In a circle each event corrects all others, but not itself. So each has as inputs whether any before it lives
    /// and whether any after it does. A circle that a target restated elsewhere interrupts is none.
    fn circles(&mut self, events: usize, corrects: &impl Fn(usize) -> Option<Correction>) -> FxHashMap<usize, usize> {
        let mut circle_of = FxHashMap::default();
        // By event: from which start it was met first.
        let mut met_from: Vec<Option<usize>> = vec![None; events];
        for start in 0..events {
            let mut at = start;
            while met_from[at].is_none() {
                met_from[at] = Some(start);
                match corrects(at) {
                    Some(Correction { target, reach: CorrectionReach::Chain }) => at = target,
                    Some(Correction { reach: CorrectionReach::Target, .. }) | None => break,
                }
            }
            let is_chain = corrects(at).is_some_and(|correction| correction.reach == CorrectionReach::Chain);
            if met_from[at] != Some(start) || !is_chain || circle_of.contains_key(&at) {
                continue;
            }
            let mut members = vec![at];
            while let Some(Correction { target, reach: CorrectionReach::Chain }) = corrects(members[members.len() - 1])
            {
                if target == at {
                    self.connect(&members, &mut circle_of);
                    break;
                }
                members.push(target);
            }
        }
        circle_of
    }

    fn connect(&mut self, members: &[usize], circle_of: &mut FxHashMap<usize, usize>) {
        let circle = self.nodes;
        let (before, after) = (circle + 1, circle + 1 + members.len());
        self.nodes = after + members.len();
        for (place, member) in members.iter().enumerate() {
            circle_of.insert(*member, circle);
            let (before, after) = (before + place, after + place);
            self.edges.extend([(circle, *member), (before, *member), (after, *member)]);
            if place + 1 < members.len() {
                self.edges.extend([(*member, before + 1), (before, before + 1)]);
            }
            if place > 0 {
                self.edges.extend([(*member, after - 1), (after, after - 1)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::{Correction, CorrectionReach, Party, live};

    fn party(rank: usize) -> Party<usize> {
        Party { rank, superseded: false, retracts: None, corrects: None }
    }

    fn chain(target: usize) -> Correction {
        Correction { target, reach: CorrectionReach::Chain }
    }

    fn living(parties: &[Party<usize>]) -> Vec<usize> {
        live(parties).iter().enumerate().filter(|(_, l)| **l).map(|(i, _)| i).collect()
    }

    /// `retracts` and `corrects` as pairs of indices (from, to).
    fn check(count: usize, retracts: &[(usize, usize)], corrects: &[(usize, usize)], expect: &[usize]) {
        let mut parties: Vec<Party<usize>> = (0..count).map(party).collect();
        for (from, to) in retracts {
            parties[*from].retracts = Some(*to);
        }
        for (from, to) in corrects {
            parties[*from].corrects = Some(chain(*to));
        }
        assert_eq!(living(&parties), expect, "retracts {retracts:?}, corrects {corrects:?}");
        assert_eq!(living(&parties), naive(&parties), "retracts {retracts:?}, corrects {corrects:?}");
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
        // Of three that correct each other in a circle one is retracted; the greatest of the others lives.
        check(4, &[(3, 2)], &[(0, 1), (1, 2), (2, 0)], &[1, 3]);
        // Two are retracted: nothing corrects the third any more.
        check(5, &[(3, 2), (4, 1)], &[(0, 1), (1, 2), (2, 0)], &[0, 3, 4]);
        // What corrects one of a circle takes over all of it.
        check(4, &[], &[(0, 1), (1, 2), (2, 0), (3, 1)], &[3]);
    }

    #[test]
    fn a_superseded_event_neither_lives_nor_attacks() {
        let mut parties = [party(0), party(1)];
        parties[1] = Party { superseded: true, retracts: Some(0), ..party(1) };
        assert_eq!(live(&parties), [true, false]);
    }

    #[test]
    fn a_correction_goes_through_what_it_restates_itself() {
        // 2 corrects 1 corrects 0, and 1 is restated: by 2 itself, or by 3.
        let mut parties = [party(0), party(1), party(2), party(3)];
        parties[1] = Party { superseded: true, corrects: Some(chain(0)), ..party(1) };
        for (reach, expect) in [(CorrectionReach::Chain, vec![2, 3]), (CorrectionReach::Target, vec![0, 2, 3])] {
            parties[2].corrects = Some(Correction { target: 1, reach });
            assert_eq!(living(&parties), expect, "{reach:?}");
        }
    }

    /// The rule as it stands in the contract, each attack listed.
    fn naive(parties: &[Party<usize>]) -> Vec<usize> {
        let count = parties.len();
        let mut attacks = vec![vec![false; count]; count];
        for (from, party) in parties.iter().enumerate().filter(|(_, party)| !party.superseded) {
            if let Some(target) = party.retracts {
                attacks[from][target] = true;
            }
            let mut next = party.corrects;
            for _ in 0..count {
                let Some(Correction { target, reach }) = next.filter(|c| c.target != from) else { break };
                attacks[from][target] = true;
                next = parties[target].corrects.filter(|_| reach == CorrectionReach::Chain);
            }
        }
        let mut labels: Vec<Option<bool>> = parties.iter().map(|p| p.superseded.then_some(false)).collect();
        loop {
            let attackers = |of: usize| (0..count).filter(|a| attacks[*a][of]).collect::<Vec<_>>();
            let decided = (0..count).filter(|i| labels[*i].is_none()).find_map(|i| {
                if attackers(i).iter().any(|a| labels[*a] == Some(true)) {
                    return Some((i, false));
                }
                attackers(i).iter().all(|a| labels[*a] == Some(false)).then_some((i, true))
            });
            if let Some((event, label)) = decided {
                labels[event] = Some(label);
                continue;
            }
            // Everything open that reaches an event against the attacks.
            let reached_by = |of: usize| {
                let (mut seen, mut work) = (vec![false; count], vec![of]);
                while let Some(at) = work.pop() {
                    for attacker in attackers(at).into_iter().filter(|a| labels[*a].is_none()) {
                        if !std::mem::replace(&mut seen[attacker], true) {
                            work.push(attacker);
                        }
                    }
                }
                seen
            };
            let open: Vec<usize> = (0..count).filter(|i| labels[*i].is_none()).collect();
            let of_cycle = |i: &usize| {
                let seen = reached_by(*i);
                (0..count).filter(|a| seen[*a]).all(|a| reached_by(a)[*i])
            };
            let Some(first) = open.into_iter().find(of_cycle) else { break };
            let seen = reached_by(first);
            let winner = (0..count).filter(|a| seen[*a]).max_by_key(|a| parties[*a].rank).expect("a cycle");
            labels[winner] = Some(true);
        }
        (0..count).filter(|i| labels[*i] == Some(true)).collect()
    }

    fn any_graph() -> impl Strategy<Value = Vec<Party<usize>>> {
        let party =
            (0..4_u8, prop::option::weighted(0.4, 0..7_usize), prop::option::weighted(0.6, 0..7_usize), any::<bool>());
        prop::collection::vec(party, 7).prop_map(|drawn| {
            let party =
                |(rank, (superseded, retracts, corrects, chain)): (usize, (u8, Option<usize>, Option<usize>, bool))| {
                    Party {
                        rank,
                        superseded: superseded == 0,
                        retracts: retracts.filter(|t| *t != rank),
                        corrects: corrects.map(|target| Correction {
                            target,
                            reach: if chain { CorrectionReach::Chain } else { CorrectionReach::Target },
                        }),
                    }
                };
            let mut parties: Vec<Party<usize>> = drawn.into_iter().enumerate().map(party).collect();
            // Only what is restated can stand in the way.
            let superseded: Vec<bool> = parties.iter().map(|party| party.superseded).collect();
            for correction in parties.iter_mut().filter_map(|party| party.corrects.as_mut()) {
                if !superseded[correction.target] {
                    correction.reach = CorrectionReach::Chain;
                }
            }
            parties
        })
    }

    /// Each corrects or retracts those beside it, and few others.
    fn any_ladder() -> impl Strategy<Value = Vec<Party<usize>>> {
        let other =
            || prop_oneof![6 => Just(None), 8 => (0..2_usize).prop_map(Some), 1 => (2..12_usize).prop_map(Some)];
        (prop::collection::vec((other(), other()), 12), Just((0..12).collect::<Vec<usize>>()).prop_shuffle()).prop_map(
            |(drawn, ranks)| {
                let beside = |at: usize, other: usize| match other {
                    0 => at.checked_sub(1),
                    1 => Some(at + 1).filter(|next| *next < 12),
                    far => Some(far).filter(|far| *far != at),
                };
                let party = |(at, (retracts, corrects)): (usize, (Option<usize>, Option<usize>))| Party {
                    rank: ranks[at],
                    superseded: false,
                    retracts: retracts.and_then(|other| beside(at, other)),
                    corrects: corrects.and_then(|other| beside(at, other)).map(chain),
                };
                drawn.into_iter().enumerate().map(party).collect()
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn the_graph_says_what_the_contract_says(parties in any_graph()) {
            prop_assert_eq!(living(&parties), naive(&parties));
        }

        #[test]
        fn ladders_are_settled_as_the_contract_says(parties in any_ladder()) {
            prop_assert_eq!(living(&parties), naive(&parties));
        }
    }

    const MANY: usize = 50_000;

    fn quick(parties: &[Party<usize>]) -> usize {
        let begun = Instant::now();
        let lives = living(parties).len();
        assert!(begun.elapsed() < Duration::from_secs(5), "{} events took {:?}", parties.len(), begun.elapsed());
        lives
    }

    #[test]
    fn long_chains_and_cycles_are_quick() {
        let mut parties: Vec<Party<usize>> = (0..MANY).map(party).collect();
        for (i, party) in parties.iter_mut().enumerate().skip(1) {
            party.corrects = Some(chain(i - 1));
        }
        assert_eq!(quick(&parties), 1);
        parties[0].corrects = Some(chain(MANY - 1));
        assert_eq!(quick(&parties), 1);
        // Two that correct each other, and many that correct one of them: these are rivals of no other event.
        for party in &mut parties {
            party.corrects = Some(chain(0));
        }
        parties[0].corrects = Some(chain(1));
        assert_eq!(quick(&parties), MANY - 2);
        // Retractions: every other one lives.
        for (i, party) in parties.iter_mut().enumerate() {
            (party.corrects, party.retracts) = (None, Some((i + 1) % MANY));
        }
        assert_eq!(quick(&parties), MANY / 2);
        // Many cycles, each of which attacks the next.
        for (i, party) in parties.iter_mut().enumerate() {
            party.retracts = Some(if i % 2 == 0 { i + 1 } else { i - 1 });
            party.corrects = Some(chain((i + 2) % MANY)).filter(|_| i + 2 < MANY);
        }
        assert_eq!(quick(&parties), 2);
        // A ladder: each retracts the one before, and corrects the one after.
        for (i, party) in parties.iter_mut().enumerate() {
            (party.retracts, party.corrects) = (i.checked_sub(1), Some(chain(i + 1)).filter(|_| i + 1 < MANY));
        }
        assert_eq!(quick(&parties), MANY / 2);
        // At random: little of it is a chain.
        let mut number: usize = 88_172_645_463_325_252;
        let mut random = || {
            number ^= number << 13;
            number ^= number >> 7;
            number ^= number << 17;
            number % MANY
        };
        for party in &mut parties {
            (party.retracts, party.corrects) = (Some(random()), Some(chain(random())));
        }
        quick(&parties);
    }
}
