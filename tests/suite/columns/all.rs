//! A program with every op on columns: predicted, and damaged everywhere.

use model_format::Artifact;
use model_format::program::OpSpec;
use model_format::program::ops::affine::{AffineForm, AffineSpec};
use model_format::program::ops::impute::ImputeSpec;
use model_format::program::ops::interpolate::{InterpolateForm, InterpolateSpec};
use model_format::program::ops::map_code::{CodeTarget, MapCodeSpec};
use model_format::program::ops::number_to_code::{CodeRule, NumberToCodeSpec};
use model_format::program::ops::one_hot::OneHotSpec;
use model_format::program::ops::product::ProductSpec;
use model_format::program::ops::require::RequireSpec;
use model_format::program::ops::row_norm::{Norm, RowNormSpec};
use model_format::program::ops::spline::{Extrapolation, SplineSpec};
use model_format::program::ops::terms::{TermCount, TermsSpec};
use model_format::program::ops::unary::{Function, Plain, UnarySpec};
use model_format::program::slot::Run;
use predictor::Model;
use proptest::prelude::*;
use tests::columns::{Data, Draft, compare};
use tests::compare::row;
use tests::corrupt;

fn draft() -> Draft {
    let mut draft = Draft::default();
    draft.number(true);
    draft.number(false);
    draft.category(&["Bonn", "Trier"], true);
    let document = draft.document();
    let numbers = Run { first: 0, len: 2 };
    let require = RequireSpec { input: Run::one(2), keeps_missing: false };
    let city = draft.op(OpSpec::Require(require));
    draft.op(OpSpec::OneHot(OneHotSpec { input: city }));
    draft.op(OpSpec::Unary(UnarySpec { input: numbers, function: Function::IsMissing }));
    let form = AffineForm::SubtractDivide;
    let (a, b) = (vec![0.5, 0.0], vec![2.0, 0.1]);
    let scaled = draft.op(OpSpec::Affine(AffineSpec { input: numbers, form, a, b }));
    let imputed = draft.op(OpSpec::Impute(ImputeSpec { input: scaled, values: vec![1.0, 2.0] }));
    for function in [
        Function::Plain(Plain::Log1p),
        Function::Above(vec![0.0, 1.5]),
        Function::Clip { lower: vec![0.0, f64::NEG_INFINITY], upper: vec![3.0, 4.0] },
        Function::YeoJohnson(vec![0.5, 1.5]),
        Function::BoxCox(vec![0.5, 0.0]),
        Function::MissingIf(vec![-5.0, 21.0]),
    ] {
        draft.op(OpSpec::Unary(UnarySpec { input: imputed, function }));
    }
    for (rule, missing_category) in [(CodeRule::Equal, true), (CodeRule::BinsFromEdge, false)] {
        let tables = draft.f64s(&[0.25, 1.0, 3.5]);
        let (input, lengths) = (Run::one(imputed.first), vec![3]);
        let op = NumberToCodeSpec { input, rule, missing_category, lengths, tables };
        let input = draft.op(OpSpec::NumberToCode(op));
        draft.op(OpSpec::OneHot(OneHotSpec { input }));
    }
    let (to, tables) = (CodeTarget::Codes(vec![2]), draft.u32s(&[1, 0, u32::MAX]));
    let input = draft.op(OpSpec::MapCode(MapCodeSpec { input: city, to, tables }));
    draft.op(OpSpec::OneHot(OneHotSpec { input }));
    let (to, tables) = (CodeTarget::Numbers, draft.f64s(&[0.5, -0.25, 7.0]));
    draft.op(OpSpec::MapCode(MapCodeSpec { input: city, to, tables }));
    let factors = draft.array(Data::U32(vec![3, 2], vec![0, 0, 0, 1, 1, 2]));
    draft.op(OpSpec::Product(ProductSpec { input: imputed, n_products: 3, factors }));
    let norm = RowNormSpec { input: imputed, norm: Norm::Euclidean, least: 1e-15 };
    draft.op(OpSpec::RowNorm(norm));
    let xs = draft.array(Data::F64(vec![2, 2], vec![0.0, 1.0, 0.0, 30.0]));
    let (ys, form) = (draft.f64s(&[0.0, 1.0]), InterpolateForm::BothWithin(1e-7));
    let op = InterpolateSpec { input: imputed, form, n_points: 2, xs, ys };
    draft.op(OpSpec::Interpolate(op));
    let knots: Vec<f64> = (0..12).map(|i| f64::from(i % 6)).collect();
    let (knots, extrapolation) = (draft.array(Data::F64(vec![2, 6], knots)), Extrapolation::Linear);
    let (input, degree, n_knots) = (imputed, 2, 6);
    let op = SplineSpec { input, degree, extrapolation, drops_last: true, n_knots, knots };
    draft.op(OpSpec::Spline(op));
    let (bytes, ends) = draft.texts(&["at", "at home", "home", "été"]);
    let op = TermsSpec {
        input: document,
        n_terms: 4,
        lower_case: true,
        least_words: 1,
        most_words: 2,
        count: TermCount::Logarithm,
        bytes,
        ends,
        weights: Some(draft.f64s(&[0.5, 1.5, 2.0, 1.0])),
        norm: Some(Norm::Euclidean),
    };
    draft.op(OpSpec::Terms(op));
    draft.finish();
    draft
}

fn rows() -> Vec<Vec<String>> {
    [
        ["1", "2", "Bonn", "At home, AT"],
        ["2.5", "3.5", "", ""],
        ["", "0.01", "Trier", "nowhere"],
        ["1", "-2", "Bonn", "ÉTÉ home"],
        ["1", "2", "Ulm", "x"],
    ]
    .map(|cells| cells.map(str::to_owned).to_vec())
    .to_vec()
}

#[test]
fn all_of_them_in_one_program() {
    let draft = draft();
    let predicted: Vec<bool> = rows().iter().map(|row| draft.predict(row).is_some()).collect();
    assert_eq!(predicted, [true, true, true, false, false]);
    compare(&draft, &rows());
}

/// Sections damaged and sealed again: refused, or a model that predicts or refuses rows, and never a panic.
fn judge(sections: &[Vec<u8>]) {
    let Ok(artifact) = Artifact::parse(&corrupt::join_as(2, sections)) else { return };
    if let Ok(model) = Model::from_artifact(artifact) {
        for cells in rows() {
            let _ = row(&model, &cells).map(|row| model.predict(&[row]));
        }
    }
}

#[test]
fn every_byte_may_be_damaged() {
    let sections = corrupt::split(&draft().encode(&rows()).unwrap());
    for section in 0..sections.len() {
        for at in 0..sections[section].len() {
            for damage in [1u8, 0x80, 0xff] {
                let mut damaged = sections.clone();
                damaged[section][at] ^= damage;
                judge(&damaged);
            }
        }
    }
}

proptest! {
    #[test]
    fn several_bytes_may_be_damaged(
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut sections = corrupt::split(&draft().encode(&rows()).unwrap());
        for (section, at, byte) in damages {
            let section = section.get_mut(&mut sections);
            if !section.is_empty() {
                let at = at.index(section.len());
                section[at] = byte;
            }
        }
        judge(&sections);
    }
}
