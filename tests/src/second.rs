//! Models of version 1 written as files of version 2.

use model_format::Artifact;
use model_format::forest::{self, Comparison, ForestSpec, Missing, Node, Packer, TreePart};
use model_format::manifest::{ArraySpec, Manifest};
use model_format::program::OpSpec;
use model_format::program::builder::ProgramBuilder;
use model_format::program::ops::node_trees::{
    Combine, NodeTreesSpec, TreeEnsemble, feature, left, value,
};
use model_format::program::ops::trees::TreesSpec;
use model_format::program::slot::ArrayId;
use model_format::writer::{self, ArrayData};

use crate::parts::Parts;

/// What version 2 says of a model: its manifest and the arrays of its program.
pub fn parts(file: &[u8]) -> (Manifest, Vec<ArrayData>) {
    let artifact = Artifact::parse(file).unwrap();
    let mut manifest = artifact.manifest().clone();
    let bytes = Parts::of(file).arrays;
    let ensemble = artifact.pipeline().find::<TreeEnsemble>();
    let ops = &mut manifest.program.ops;
    let of_trees = ops.iter_mut().find_map(|op| match op {
        OpSpec::NodeTrees(spec) => Some(spec.clone()),
        _ => None,
    });
    let all: Vec<(ArraySpec, Vec<u8>)> = manifest.arrays.iter().cloned().zip(bytes).collect();
    let Some((spec, ensemble)) = of_trees.zip(ensemble) else {
        let arrays = all.into_iter().map(|(spec, bytes)| ArrayData::of_bytes(spec, bytes));
        return (manifest, arrays.collect());
    };
    // The arrays of the trees give way to others, at the end.
    let own = [spec.starts, spec.nodes];
    let kept = (0u32..).zip(&all).filter(|(id, _)| !own.contains(&ArrayId(*id)));
    let mut program = ProgramBuilder::new(0);
    let mut ids = Vec::new();
    for (id, (spec, bytes)) in kept {
        ids.push(id);
        program.array(ArrayData::of_bytes(spec.clone(), bytes.clone()));
    }
    let trees = ranked(&spec, ensemble, &mut program);
    for op in &mut manifest.program.ops {
        match op {
            OpSpec::NodeTrees(_) => *op = OpSpec::Trees(trees.clone()),
            OpSpec::Projection(projection) => {
                for id in [&mut projection.weights, &mut projection.shifts] {
                    let at = ids.iter().position(|old| *old == id.0).unwrap();
                    *id = ArrayId(u32::try_from(at).unwrap());
                }
            }
            _ => {}
        }
    }
    let arrays = program.finish(manifest.program.head).1;
    (manifest, arrays)
}

/// The trees of version 1 by rank.
fn ranked(
    spec: &NodeTreesSpec,
    ensemble: &TreeEnsemble,
    program: &mut ProgramBuilder,
) -> TreesSpec {
    let (combine, weight, base) = match spec.combine {
        Combine::Mean => (forest::Combine::Mean, 1.0, None),
        Combine::Boost { base_score, learning_rate } => {
            (forest::Combine::Sum, learning_rate, Some(base_score))
        }
    };
    let own = ForestSpec {
        n_outputs: spec.n_outputs,
        comparison: Comparison::AtMost,
        round_inputs: false,
        round_sums: false,
        combine,
    };
    let mut packer = Packer::new(own, true);
    if let Some(base) = base {
        packer.base(&[base]);
    }
    for (index, tree) in ensemble.trees().iter().enumerate() {
        let nodes = &ensemble.nodes()[tree.start..tree.end];
        let leaves: Vec<f64> = nodes.iter().map(|node| value(*node)).collect();
        let output = u32::try_from(index / ensemble.trees_per_output()).unwrap();
        let look = |at: usize| match left(nodes[at]) as usize {
            0 => Node::Leaf(&leaves[at..=at]),
            left => Node::Threshold {
                input: feature(nodes[at]),
                threshold: leaves[at],
                missing: Missing::Refused,
                left,
                right: left + 1,
            },
        };
        packer.push(nodes.len(), TreePart { weight, output }, look).unwrap();
    }
    let packed = packer.finish().unwrap();
    TreesSpec {
        input: spec.input,
        probabilities: spec.probabilities,
        forest: packed.spec.clone(),
        arrays: program.trees(&packed),
    }
}

/// The same model as a file of version 2.
pub fn file(first: &[u8]) -> Vec<u8> {
    let (manifest, arrays) = parts(first);
    writer::encode(manifest, arrays).unwrap().0
}
