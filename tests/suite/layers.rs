//! Imports run one way: no circle among the modules of a crate, nor among its folders.

use tests::imports::{Imports, crates};

#[test]
fn no_module_imports_its_way_back_to_itself() {
    let crates = crates();
    assert!(crates.len() >= 3, "{crates:?}");
    let mut found = Vec::new();
    for path in crates {
        let imports = Imports::of_crate(&path.join("src"));
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for (what, circles) in
            [("modules", imports.circles()), ("folders", imports.folder_circles())]
        {
            for circle in circles {
                let modules: Vec<String> = circle.iter().map(|m| m.join("::")).collect();
                found.push(format!("{name}, {what}: {}", modules.join(" <-> ")));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn circles_are_found_through_re_exports_children_and_inline_paths() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let circles = || {
        let imports = Imports::of_crate(folder.path());
        let named = |circles: Vec<Vec<Vec<String>>>| -> Vec<String> {
            circles
                .iter()
                .map(|c| c.iter().map(|m| m.join("::")).collect::<Vec<_>>().join(" "))
                .collect()
        };
        (named(imports.circles()), named(imports.folder_circles()))
    };
    write("lib.rs", "mod a;\nmod b;\n#[cfg(test)]\nmod tests;\n");
    write("a.rs", "use crate::b::Inner;\n");
    write("b/mod.rs", "mod inner;\npub(crate) use inner::{Inner, Other as Another};\n");
    write("b/inner.rs", "//! use crate::a::X;\nconst T: &str = \"crate::a\";\n");
    write("tests.rs", "use crate::a::X;\n");
    assert_eq!(circles(), (vec![], vec![]));
    // Back to `a`, which took `Inner` from here by way of a re-export.
    write("b/inner.rs", "fn f() -> impl Sized + use<> { crate::a::x('}', '\\'') }\n");
    assert_eq!(circles(), (vec!["a b::inner".into()], vec!["a b".into()]));
    // Two folders whose files have no circle between them.
    write("b/inner.rs", "");
    write("b/other.rs", "#[cfg(test)]\nmod tests {\n    use crate::b::inner;\n}\nuse crate::a;\n");
    write("b/mod.rs", "mod inner;\nmod other;\npub(crate) use inner::Inner;\n");
    assert_eq!(circles(), (vec![], vec!["a b".into()]));
    // A parent and its child.
    write("b/other.rs", "use super::{self as parent, Thing};\n");
    write("b/mod.rs", "mod inner;\nmod other;\nstruct Thing(other::X);\n");
    assert_eq!(circles().0, ["b b::other"]);
}
