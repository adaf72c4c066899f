//! Terms of documents: like scikit-learn, like the reference, refused where they are wrong.

use model_format::Artifact;
use model_format::manifest::{ColumnStatistics, Manifest};
use model_format::program::OpSpec;
use model_format::program::ops::linear::LinearSpec;
use model_format::program::ops::one_hot::OneHotSpec;
use model_format::program::ops::row_norm::Norm;
use model_format::program::ops::select::SelectSpec;
use model_format::program::ops::terms::{TermCount, TermsSpec};
use model_format::program::ops::unary::{Function, Plain, UnarySpec};
use model_format::program::slot::Run;
use predictor::{ColumnKind, Model};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use tests::columns::{Data, Draft, Value, compare};

use super::refused::assert_refused;

/// A program of one document and these terms, which `edit` changes.
fn draft(terms: &[&str], edit: impl FnOnce(&mut TermsSpec, &mut Draft)) -> Draft {
    let mut draft = Draft::default();
    let input = draft.document();
    let (bytes, ends) = draft.texts(terms);
    let mut op = TermsSpec {
        input,
        n_terms: u32::try_from(terms.len()).unwrap(),
        lower_case: true,
        least_words: 1,
        most_words: 1,
        count: TermCount::Occurrences,
        bytes,
        ends,
        weights: None,
        norm: None,
    };
    edit(&mut op, &mut draft);
    draft.op(OpSpec::Terms(op));
    draft
}

fn rows(documents: &[&str]) -> Vec<Vec<String>> {
    documents.iter().map(|document| vec![(*document).to_owned()]).collect()
}

/// Checks the numbers of a document's terms, and that a model of them predicts like the reference.
fn assert_numbers(mut draft: Draft, document: &str, expected: &[f64]) {
    let values = draft.values(&[document.to_owned()]).unwrap();
    let number = |value: &Value| match value {
        Value::Number(x) => *x,
        other => panic!("{other:?}"),
    };
    let found: Vec<f64> = values[1..].iter().map(number).collect();
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 4e-16 * b.abs();
    assert_eq!(found.len(), expected.len());
    assert!(found.iter().zip(expected).all(near), "{found:?}, expected {expected:?}");
    draft.finish();
    compare(&draft, &rows(&[document, "", "NA", "x"]));
}

const CAT: &str = "The cat sat on the mat; the CAT ran.";

#[test]
fn words_are_those_of_scikit_learn() {
    let terms = ["cat", "mat", "on", "ran", "sat", "the", "zebra"];
    assert_numbers(draft(&terms, |_, _| ()), CAT, &[2.0, 1.0, 1.0, 1.0, 1.0, 3.0, 0.0]);
    // One character is no word; an underscore is part of one.
    let terms = ["cat", "cat_2", "dog", "strasse", "straße", "x", "x2", "été"];
    let summer = "A dog's été: ÉTÉ Straße STRASSE cat_2 x2 x";
    assert_numbers(draft(&terms, |_, _| ()), summer, &[0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 2.0]);
    // Marks are not part of a word, numbers of all kinds are; a sigma at the end has a form of its own.
    let terms = ["ea", "i\u{307}zmir", "zmir", "é", "ʼn", "σοφος", "σοφοσ", "ⅷ²", "ⓐb", "中文"];
    let wise = "ΣΟΦΟΣ İzmir ΣΟΦΟΣ 中文 Ⅷ² ʼn Ⓐb e\u{301}a";
    let expected = [0.0, 0.0, 1.0, 0.0, 1.0, 2.0, 0.0, 1.0, 0.0, 1.0];
    assert_numbers(draft(&terms, |_, _| ()), wise, &expected);
    let as_it_is = |op: &mut TermsSpec, _: &mut Draft| op.lower_case = false;
    let terms = ["CAT", "The", "cat", "the"];
    assert_numbers(draft(&terms, as_it_is), CAT, &[1.0, 1.0, 1.0, 2.0]);
}

#[test]
fn several_words_are_terms_too() {
    let words = |least, most| {
        move |op: &mut TermsSpec, _: &mut Draft| (op.least_words, op.most_words) = (least, most)
    };
    let terms = ["cat", "cat ran", "mat the", "the cat", "the cat sat", "the mat"];
    assert_numbers(draft(&terms, words(1, 2)), CAT, &[2.0, 1.0, 1.0, 2.0, 0.0, 1.0]);
    assert_numbers(draft(&terms, words(2, 3)), CAT, &[0.0, 1.0, 1.0, 2.0, 1.0, 1.0]);
}

#[test]
fn numbers_are_those_of_scikit_learn() {
    use TermCount::{Logarithm, Occurrences, Presence};

    let terms = ["cat", "mat", "on", "ran", "sat", "the"];
    let mat = "mat mat mat cat the zebra";
    let (idf, rare) = (1.287_682_072_451_780_8, 1.693_147_180_559_945_4);
    let of = |count, weighted: bool, norm| {
        draft(&terms, |op, draft| {
            (op.count, op.norm) = (count, norm);
            op.weights = weighted.then(|| draft.f64s(&[1.0, idf, rare, rare, rare, idf]));
        })
    };
    let expected = [1.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    assert_numbers(of(Presence, false, None), mat, &expected);
    let expected = [
        0.370_233_949_043_698_66,
        0.238_371_809_398_298_44,
        0.313_430_283_485_456_43,
        0.313_430_283_485_456_43,
        0.313_430_283_485_456_43,
        0.715_115_428_194_895_4,
    ];
    assert_numbers(of(Occurrences, true, Some(Norm::Euclidean)), CAT, &expected);
    let expected =
        [0.316_849_465_933_157_66, 0.856_236_703_456_684, 0.0, 0.0, 0.0, 0.408_001_376_948_048_33];
    assert_numbers(of(Logarithm, true, Some(Norm::Euclidean)), mat, &expected);
    let expected = [
        0.162_582_372_831_715_26,
        0.628_063_220_376_213_5,
        0.0,
        0.0,
        0.0,
        0.209_354_406_792_071_18,
    ];
    assert_numbers(of(Occurrences, true, Some(Norm::Sum)), mat, &expected);
    let expected = [1.0, 2.098_612_288_668_11, 0.0, 0.0, 0.0, 1.0];
    assert_numbers(of(Logarithm, false, None), mat, &expected);
    let expected = [1.0 / 3.0, 1.0, 0.0, 0.0, 0.0, 1.0 / 3.0];
    assert_numbers(of(Occurrences, false, Some(Norm::Maximum)), mat, &expected);
}

fn word() -> impl Strategy<Value = String> {
    let few = vec![
        "ab",
        "Ab",
        "été",
        "ÉTÉ",
        "a_",
        "x",
        "ΣΟΦΟΣ",
        "σοφος",
        "中文",
        "Ⅷ²",
        "eⒶb",
        "e\u{301}ab",
        "İab",
    ];
    select(few).prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn a_random_vocabulary_predicts_like_the_reference(
        terms in btree_set(vec(word(), 1..4).prop_map(|words| words.join(" ")), 1..12),
        documents in vec(
            vec((word(), select(vec![" ", "-", "\t", "…", "\u{2003}", "_", ""])), 0..12),
            1..30,
        ),
        lower_case in any::<bool>(),
        (least, more) in (1u32..4, 0u32..3),
        count in select(vec![TermCount::Occurrences, TermCount::Presence, TermCount::Logarithm]),
        norm in select(vec![None, Some(Norm::Sum), Some(Norm::Euclidean), Some(Norm::Maximum)]),
        weights in proptest::option::of(vec(-4.0..4.0f64, 12)),
        direct in proptest::option::of(vec(-4.0..4.0f64, 12)),
    ) {
        let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
        let mut draft = draft(&terms, |op, draft| {
            (op.lower_case, op.count, op.norm) = (lower_case, count, norm);
            (op.least_words, op.most_words) = (least, least + more);
            op.weights = weights.map(|weights| draft.f64s(&weights[..terms.len()]));
        });
        match direct {
            // Nothing but sums of products reads the terms.
            Some(coefficients) => {
                let (len, intercepts) = (u32::try_from(terms.len()).unwrap(), draft.f64s(&[0.5]));
                let coefficients = coefficients[..terms.len()].to_vec();
                let coefficients = draft.array(Data::F64(vec![1, terms.len()], coefficients));
                let input = Run { first: 1, len };
                let op = LinearSpec { input, n_outputs: 1, coefficients, intercepts };
                draft.op(OpSpec::Linear(op));
            }
            None => draft.finish(),
        }
        let text = |words: &Vec<(String, &str)>| {
            words.iter().flat_map(|(word, blank)| [word.as_str(), *blank]).collect::<String>()
        };
        let rows: Vec<Vec<String>> = documents.iter().map(|words| vec![text(words)]).collect();
        compare(&draft, &rows);
    }
}

#[test]
fn what_is_wrong_is_refused() {
    let refused = |edit: fn(&mut TermsSpec, &mut Draft), reason: &str| {
        let mut draft = Draft::default();
        draft.document();
        draft.number(true);
        let (bytes, ends) = draft.texts(&["a", "b"]);
        let mut op = TermsSpec {
            input: 0,
            n_terms: 2,
            lower_case: true,
            least_words: 1,
            most_words: 1,
            count: TermCount::Presence,
            bytes,
            ends,
            weights: None,
            norm: None,
        };
        edit(&mut op, &mut draft);
        draft.ops.push(OpSpec::Terms(op));
        assert_refused(&draft, reason);
    };
    let reason = "op 0 (terms), input: slot 1 is a number that may be missing, expected a document";
    refused(|op, _| op.input = 1, reason);
    refused(|op, _| op.input = 9, "op 0 (terms), input: reads 1 slots from 9, there are 2");
    refused(|op, _| op.n_terms = 0, "op 0 (terms), n_terms: found 0, expected 1 to");
    refused(|op, _| op.n_terms = 3, "expected U64 of shape [3]");
    refused(|op, _| op.least_words = 0, "least_words: found 0, expected 1 to 1");
    refused(|op, _| op.least_words = 2, "least_words: found 2, expected 1 to 1");
    refused(|op, _| op.most_words = 0, "most_words: found 0, expected 1 to 8");
    refused(|op, _| op.most_words = 9, "most_words: found 9, expected 1 to 8");
    let terms = |ends: &[u64], bytes: &[u8]| {
        let (ends, bytes) = (Data::U64(ends.to_vec()), Data::U8(bytes.to_vec()));
        (ends, bytes)
    };
    for (ends, bytes, reason) in [
        (&[1, 2], &b"ba"[..], "op 0 (terms), terms: term 1 is not above the one before it"),
        (&[1, 2], b"aa", "terms: term 1 is not above the one before it"),
        (&[0, 2], b"ab", "terms: term 0 is not above the one before it"),
        (&[2, 1], b"ab", "terms: term 1 ends where it cannot"),
        (&[1, 3], b"ab", "terms: term 1 ends where it cannot"),
        (&[1, u64::MAX], b"ab", "terms: term 1 ends where it cannot"),
        (&[1, 2], b"a\xff", "terms: term 1 is not UTF-8"),
        (&[1, 2], b"abc", "terms: 2 bytes belong to terms, the section has 3"),
    ] {
        let mut draft = draft(&["a", "b"], |_, _| ());
        let (ends, bytes) = terms(ends, bytes);
        (draft.arrays[1], draft.arrays[0]) = (ends, bytes);
        assert_refused(&draft, reason);
    }
    let infinite = |op: &mut TermsSpec, draft: &mut Draft| {
        op.weights = Some(draft.f64s(&[1.0, f64::INFINITY]));
    };
    refused(infinite, "element 1 is not a finite number");
    let short = |op: &mut TermsSpec, draft: &mut Draft| op.weights = Some(draft.f64s(&[1.0]));
    refused(short, "expected F64 of shape [2]");
}

#[test]
fn only_terms_read_documents() {
    let mut draft = Draft::default();
    let input = Run::one(draft.document());
    let function = Function::Plain(Plain::Absolute);
    draft.ops.push(OpSpec::Unary(UnarySpec { input, function }));
    assert_refused(&draft, "op 0 (unary), input: slot 0 is a document, expected a number");
    draft.ops.pop();
    draft.ops.push(OpSpec::Select(SelectSpec { runs: vec![input] }));
    assert_refused(
        &draft,
        "op 0 (select), runs: slot 0 is a document, expected a number or a code",
    );
    draft.ops.pop();
    draft.ops.push(OpSpec::OneHot(OneHotSpec { input }));
    assert_refused(&draft, "op 0 (one-hot), input: slot 0 is a document");
}

#[test]
fn a_document_has_statistics_of_its_own() {
    let mut draft = draft(&["cat"], |_, _| ());
    draft.finish();
    let statistics = vec![ColumnStatistics::Document { count: 90, missing: 10 }];
    let edit = |manifest: &mut Manifest| {
        manifest.statistics = Some(statistics.clone());
    };
    let file = draft.encode_edited(&rows(&["a cat"]), edit).unwrap();
    let artifact = Artifact::parse(&file).unwrap();
    assert_eq!(artifact.manifest().statistics, Some(statistics));
    let model = Model::from_artifact(artifact).unwrap();
    let column = model.columns().next().unwrap();
    assert_eq!((column.kind, column.may_be_missing), (ColumnKind::Document, true));
    let mut row = model.row();
    assert!(row.set_number("column 0", 1.0).unwrap_err().to_string().contains("expected text"));
    row.set("column 0", "cat, cat").unwrap();
    let predict =
        |row: &predictor::Row| format!("{:?}", model.predict(std::slice::from_ref(row)).unwrap());
    assert_eq!(predict(&row), "[Value(2.0)]");
    row.set_missing("column 0").unwrap();
    assert_eq!(predict(&row), "[Value(0.0)]");
}
