//! `--reduce`: components between the features and the algorithm.

use model_format::manifest::ReduceMethod;
use model_format::program::Op;

use crate::support::{Work, table};

#[test]
fn a_model_of_components() {
    for (text, method) in [("pca:8", ReduceMethod::Pca), ("svd:8", ReduceMethod::Svd)] {
        let work = Work::sample("churn");
        let args = format!("--target churned --algorithm logistic-regression --reduce {text}");
        let run = work.fit(&args);
        assert!(run.stderr.contains(" features reduced to 8\n"), "{}", run.stderr);
        run.ok();
        let model = work.model();
        assert_eq!(work.option("reduce"), text);
        let Some(Op::Linear(linear)) = model.pipeline().estimator() else { panic!("linear") };
        assert_eq!(linear.outputs().next().unwrap().0.len(), 8);
        let projection = model.pipeline().projection().unwrap();
        assert_eq!((projection.method(), projection.n_components()), (method, 8));
        assert_eq!(projection.n_features(), model.pipeline().schema().n_features());
        assert_eq!(model.pipeline().feature_names().nth(7).unwrap(), "component 8");
        let shifts: Vec<f64> = projection.components().map(|(_, shift)| shift).collect();
        assert_eq!(shifts.iter().any(|s| *s != 0.0), method == ReduceMethod::Pca, "{shifts:?}");
        let file = work.bytes("m.model");
        work.fit(&format!("{args} --threads 1")).ok();
        assert!(work.bytes("m.model") == file);
    }
}

#[test]
fn none_takes_back_what_a_file_says() {
    let work = Work::sample("iris");
    work.put("fit.toml", "target = \"species\"\nreduce = \"pca:2\"\n");
    work.fit_tree("--config fit.toml").ok();
    assert_eq!(work.option("reduce"), "pca:2");
    work.fit_tree("--config fit.toml --reduce none").ok();
    assert_eq!(work.option("reduce"), "none");
}

#[test]
fn what_cannot_be_asked_for() {
    let work = Work::sample("iris");
    let refuses = |text: &str, says: &str| {
        work.refuses(&format!("--target species --reduce {text}"), 2, &format!("error: {says}\n"));
    };
    let near = "--reduce: `pcs` is not one of pca, svd\nhint: did you mean `pca`?";
    refuses("pcs:2", near);
    refuses("umap:2", "--reduce: `umap` is not one of pca, svd");
    refuses("8", "--reduce: `8` is not one of pca, svd");
    for k in ["pca", "pca:", "pca:0", "pca:-1", "pca:two", "pca:2.5", "pca:2:2", "pca:1e9"] {
        let range = "expected pca:K with K from 1 to the number of features";
        refuses(k, &format!("--reduce: found `{k}`, {range}"));
    }
    let of = "120 rows of 4 features, expected";
    refuses("pca:5", &format!("--reduce pca:5: {of} pca:K with K from 1 to 4"));
    refuses("svd:4", &format!("--reduce svd:4: {of} svd:K with K from 1 to 3"));
    let most = u64::MAX;
    refuses(&format!("pca:{most}"), &format!("--reduce pca:{most}: {of} pca:K with K from 1 to 4"));
    for (algorithm, reads) in [("multinomial-nb", "counts"), ("categorical-nb", "categories")] {
        let fact = format!("--reduce pca:2: {algorithm} reads {reads}, components are none");
        let hint = "hint: leave --reduce out, or take gaussian-nb";
        refuses(&format!("pca:2 --algorithm {algorithm}"), &format!("{fact}\n{hint}"));
    }
}

#[test]
fn a_file_with_a_method_that_is_none() {
    let work = Work::sample("iris");
    work.put("fit.toml", "target = \"species\"\nreduce = \"pc:2\"\n");
    let hint = "hint: did you mean `pca`?\n";
    let fact = "error: `fit.toml` line 2: reduce: `pc` is not one of pca, svd\n";
    work.fit("--config fit.toml").fails(2, &format!("{fact}{hint}"));
}

#[test]
fn columns_that_depend_on_each_other() {
    let csv = table("a,b,c,y", 60, |i| {
        let (a, b) = (i * 7 % 31, i * 11 % 37);
        format!("{a},{b},{},{}", a + b, i % 2)
    });
    let work = Work::with(csv);
    work.refuses(
        "--target y --reduce pca:3 --test-fraction 0",
        4,
        "error: --reduce pca:3: the fitted rows span 2 directions of 3 features\n\
         hint: use --reduce pca:2\n",
    );
    work.fit_tree("--target y --reduce pca:2 --test-fraction 0").ok();
}

#[test]
fn a_comparison_of_components() {
    let work = Work::sample("iris");
    let compare = |args: &str| {
        let words = ["compare", "in.csv", "--target", "species"].into_iter();
        work.run(&words.chain(args.split_whitespace()).collect::<Vec<_>>())
    };
    let all = compare("--reduce pca:2 --folds 3 -o m.model").ok();
    for name in ["multinomial-nb reads counts", "categorical-nb reads categories"] {
        assert!(all.contains(&format!("--reduce pca:2: {name}, components are none")), "{all}");
    }
    assert_eq!(work.option("reduce"), "pca:2");
    let n_components = work.model().pipeline().projection().unwrap().n_components();
    assert_eq!(n_components, 2);
    compare("--reduce pca:5").fails(
        2,
        "error: --reduce pca:5: 150 rows of 4 features, expected pca:K with K from 1 to 4\n",
    );
    compare("--reduce svd:2 --algorithms knn,multinomial-nb").fails(
        2,
        "error: --reduce svd:2: multinomial-nb reads counts, components are none\n\
         hint: leave --reduce out, or take gaussian-nb\n",
    );
}
