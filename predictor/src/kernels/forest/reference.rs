//! Trees as a person would write them down, scored by the rules of `docs/format.md` and nothing else: what
//! every kernel is compared with.

use model_format::forest::{
    CategorySet, Combine, Comparison, Forest, ForestSpec, Missing, Node, Packer, TreePart,
};

/// A tree, or a part of one.
#[derive(Clone, Debug)]
pub(super) enum Branch {
    Leaf(Vec<f64>),
    Threshold { input: u32, threshold: f64, missing: Missing, children: Box<[Branch; 2]> },
    Categories { input: u32, set: Categories, children: Box<[Branch; 2]> },
}

/// Which categories go left.
#[derive(Clone, Debug)]
pub(super) struct Categories {
    pub(super) n_codes: u32,
    pub(super) left: Vec<u32>,
    pub(super) missing: bool,
    pub(super) others: bool,
}

/// Trees with what each adds to.
#[derive(Clone, Debug)]
pub(super) struct Trees {
    pub(super) spec: ForestSpec,
    pub(super) n_inputs: usize,
    pub(super) single_outputs: bool,
    pub(super) base: Option<Vec<f64>>,
    pub(super) all: Vec<(TreePart, Branch)>,
}

impl Trees {
    /// The outputs for a row.
    pub(super) fn score(&self, row: &[f64]) -> Vec<f64> {
        let n_outputs = self.spec.n_outputs as usize;
        let mut sums = self.base.clone().unwrap_or_else(|| vec![0.0; n_outputs]);
        let mut counts = vec![0.0; n_outputs];
        for (part, tree) in &self.all {
            let leaf = self.leaf(tree, row);
            for (i, number) in leaf.iter().enumerate() {
                let output = if leaf.len() == n_outputs { i } else { part.output as usize };
                counts[output] += 1.0;
                if self.spec.round_sums {
                    let product = to_f32(part.weight * number);
                    sums[output] = f64::from(to_f32(sums[output] + f64::from(product)));
                } else {
                    sums[output] += part.weight * number;
                }
            }
        }
        match self.spec.combine {
            Combine::Sum => sums,
            Combine::Mean => sums.iter().zip(counts).map(|(sum, count)| sum / count).collect(),
        }
    }

    fn leaf<'t>(&self, branch: &'t Branch, row: &[f64]) -> &'t [f64] {
        let value = |input: &u32| {
            let value = row[*input as usize];
            if self.spec.round_inputs { f64::from(to_f32(value)) } else { value }
        };
        match branch {
            Branch::Leaf(numbers) => numbers,
            Branch::Threshold { input, threshold, missing, children } => {
                let left = self.goes_left(value(input), *threshold, *missing);
                self.leaf(&children[usize::from(!left)], row)
            }
            Branch::Categories { input, set, children } => {
                let whole = value(input).trunc();
                let left = if whole.is_nan() {
                    set.missing
                } else if whole < 0.0 || whole >= f64::from(set.n_codes) {
                    set.others
                } else {
                    set.left.iter().any(|code| f64::from(*code).total_cmp(&whole.abs()).is_eq())
                };
                self.leaf(&children[usize::from(!left)], row)
            }
        }
    }

    fn goes_left(&self, value: f64, threshold: f64, missing: Missing) -> bool {
        let near_zero = (-f64::from(1e-35f32)..=f64::from(1e-35f32)).contains(&value);
        let value = match missing {
            Missing::Left if value.is_nan() => return true,
            Missing::Right if value.is_nan() => return false,
            Missing::LeftWithZero if value.is_nan() || near_zero => return true,
            Missing::RightWithZero if value.is_nan() || near_zero => return false,
            Missing::AsZero if value.is_nan() => 0.0,
            Missing::Refused
            | Missing::Left
            | Missing::Right
            | Missing::LeftWithZero
            | Missing::RightWithZero
            | Missing::AsZero => value,
        };
        match self.spec.comparison {
            Comparison::AtMost => value <= threshold,
            Comparison::Below => value < threshold,
        }
    }

    /// The same as a model file has it.
    pub(super) fn forest(&self) -> Forest {
        let mut packer = Packer::new(self.spec.clone(), self.single_outputs);
        if let Some(base) = &self.base {
            packer.base(base);
        }
        for (part, tree) in &self.all {
            let branches = list(tree);
            let sets: Vec<Option<CategorySet>> =
                branches.iter().map(|(branch, _)| set(branch)).collect();
            let look = |at: usize| {
                let (branch, [left, right]) = branches[at];
                match branch {
                    Branch::Leaf(numbers) => Node::Leaf(numbers),
                    Branch::Threshold { input, threshold, missing, .. } => {
                        let (input, threshold, missing) = (*input, *threshold, *missing);
                        Node::Threshold { input, threshold, missing, left, right }
                    }
                    Branch::Categories { input, .. } => {
                        let set = sets[at].as_ref().unwrap();
                        Node::Categories { input: *input, set, left, right }
                    }
                }
            };
            packer.push(branches.len(), *part, look).unwrap();
        }
        packer.finish().unwrap().forest(self.n_inputs, false).unwrap()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rounding is what is asked for")]
fn to_f32(number: f64) -> f32 {
    number as f32
}

fn set(branch: &Branch) -> Option<CategorySet> {
    match branch {
        Branch::Categories { set, .. } => {
            let left = set.left.iter().copied();
            Some(CategorySet::new(set.n_codes, left, set.missing, set.others))
        }
        Branch::Leaf(_) | Branch::Threshold { .. } => None,
    }
}

/// The branches of a tree, depth first, each with the numbers of its children. Without recursion: trees may be
/// deep.
fn list(tree: &Branch) -> Vec<(&Branch, [usize; 2])> {
    let mut all = vec![(tree, [0; 2])];
    let mut open = vec![0];
    while let Some(at) = open.pop() {
        if let Branch::Threshold { children, .. } | Branch::Categories { children, .. } = all[at].0
        {
            let first = all.len();
            all.extend(children.iter().map(|child| (child, [0; 2])));
            all[at].1 = [first, first + 1];
            open.extend([first, first + 1]);
        }
    }
    all
}
