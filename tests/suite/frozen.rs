//! The models of version 2 that are kept as files.

use std::collections::BTreeSet;
use std::fs;

use model_format::Artifact;
use predictor::Model;
use tests::declared;
use tests::frozen::{ALL, kept};

#[test]
fn models_of_the_library_have_the_same_bytes_as_their_files() {
    for model in ALL {
        for (name, bytes) in model.files() {
            let path = model.folder().join(name);
            let kept =
                fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(kept == bytes, "{} has other bytes", path.display());
        }
        Model::open(model.folder().join("model.model")).unwrap();
    }
}

#[test]
#[ignore = "writes the files of models that are new; run it once for each"]
fn write_the_files_of_new_models() {
    for model in ALL.iter().filter(|model| !model.folder().exists()) {
        fs::create_dir_all(model.folder()).unwrap();
        for (name, bytes) in model.files() {
            fs::write(model.folder().join(name), bytes).unwrap();
        }
    }
}

#[test]
fn every_op_is_in_a_file_that_is_kept() {
    let mut ops = BTreeSet::new();
    for (_, file) in kept() {
        let artifact = Artifact::parse(&file).unwrap();
        assert_eq!(artifact.version(), 2);
        for op in &artifact.manifest().program.ops {
            ops.insert(format!("{op:?}").split('(').next().unwrap().to_owned());
        }
    }
    let all = declared::ops().into_iter().map(|(name, _)| name);
    // The trees of version 1 are in files of version 1 alone.
    let all: BTreeSet<String> = all.filter(|name| name != "NodeTrees").collect();
    assert_eq!(ops, all);
}
