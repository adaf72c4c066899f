//! Random programs of ops on columns whose results are exact.

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
use model_format::program::ops::select::SelectSpec;
use model_format::program::ops::spline::{Extrapolation, SplineSpec};
use model_format::program::ops::unary::{Function, Plain, UnarySpec};
use model_format::program::slot::Run;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Data, Draft, Type};

/// Numbers and choices, used in turn, and over again when they run out.
struct Source<'a> {
    numbers: &'a [f64],
    choices: &'a [u32],
    next: [usize; 2],
}

impl Source<'_> {
    fn number(&mut self) -> f64 {
        self.next[0] += 1;
        self.numbers[self.next[0] % self.numbers.len()]
    }

    fn numbers(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.number()).collect()
    }

    fn ascending(&mut self, n: usize) -> Vec<f64> {
        let mut numbers = self.numbers(n);
        numbers.sort_by(f64::total_cmp);
        numbers.dedup_by(|a, b| *a <= *b);
        numbers
    }

    fn below(&mut self, n: usize) -> usize {
        self.next[1] += 1;
        self.choices[self.next[1] % self.choices.len()] as usize % n
    }
}

/// A random program that is complete, and rows for it.
pub fn draft_and_rows() -> impl Strategy<Value = (Draft, Vec<Vec<String>>)> {
    let number = prop_oneof![
        8 => (-6i32..7).prop_map(|n| f64::from(n) / 2.0),
        4 => -10.0..10.0,
        1 => -1e200..1e200,
        1 => Just(0.0),
    ];
    let column = prop_oneof![3 => Just(0u8), 2 => Just(1u8), 2 => Just(2u8), 1 => Just(3u8)];
    (vec(column, 1..6), vec(number, 1..60), vec(0u32..10_000, 1..90), 1usize..12).prop_flat_map(
        |(columns, numbers, choices, n_ops)| {
            let mut draft = Draft::default();
            for kind in &columns {
                match kind {
                    0 => draft.number(true),
                    1 => draft.number(false),
                    2 => draft.category(&["a", "b", "c"], true),
                    _ => draft.category(&["a", "d"], false),
                };
            }
            let mut source = Source { numbers: &numbers, choices: &choices, next: [0; 2] };
            for _ in 0..n_ops {
                add(&mut draft, &mut source);
            }
            draft.finish();
            let cells: Vec<BoxedStrategy<String>> =
                columns.iter().map(|kind| cell(*kind)).collect();
            (Just(draft), vec(cells, 1..30))
        },
    )
}

fn cell(kind: u8) -> BoxedStrategy<String> {
    let missing = prop_oneof![Just(String::new()), Just("NA".to_owned())];
    match kind {
        0 | 1 => prop_oneof![
            6 => (-6i32..7).prop_map(|n| format!("{:?}", f64::from(n) / 2.0)),
            3 => (-10.0..10.0).prop_map(|x: f64| format!("{x:?}")),
            1 => (-1e200..1e200).prop_map(|x: f64| format!("{x:e}")),
            2 => missing,
        ]
        .boxed(),
        _ => prop_oneof![6 => "[a-e]", 1 => missing].boxed(),
    }
}

/// Consecutive slots that serve, if there are any.
fn run(draft: &Draft, source: &mut Source<'_>, serves: impl Fn(&Type) -> bool) -> Option<Run> {
    let slots: Vec<usize> = (0..draft.types.len()).filter(|i| serves(&draft.types[*i])).collect();
    if slots.is_empty() {
        return None;
    }
    let first = slots[source.below(slots.len())];
    let longest = draft.types[first..].iter().take_while(|of| serves(of)).count();
    let len = 1 + source.below(longest.min(5));
    Some(Run { first: u32::try_from(first).unwrap(), len: u32::try_from(len).unwrap() })
}

/// Adds an op if there is something for it to read.
fn add(draft: &mut Draft, source: &mut Source<'_>) {
    let numeric = |of: &Type| match of {
        Type::Number { .. } => true,
        Type::Code { .. } | Type::Document => false,
    };
    let present = |of: &Type| *of == Type::Number { missing: false };
    let code = |of: &Type| !numeric(of);
    let kind = source.below(13);
    let input = match kind {
        0 | 7 => run(draft, source, |_| true),
        1 | 2 | 3 | 4 | 9 | 10 => run(draft, source, numeric),
        5 | 6 => run(draft, source, code),
        _ => run(draft, source, present),
    };
    let Some(input) = input else { return };
    let n = input.width();
    let op = match kind {
        0 => {
            let again = run(draft, source, |_| true).unwrap_or(input);
            OpSpec::Select(SelectSpec { runs: vec![again, input] })
        }
        1 => OpSpec::Impute(ImputeSpec { input, values: source.numbers(n) }),
        2 => {
            let form = [AffineForm::SubtractDivide, AffineForm::MultiplyAdd][source.below(2)];
            let a = source.numbers(n);
            let b = source.numbers(n).into_iter().map(|x| x.abs().max(0.125)).collect();
            OpSpec::Affine(AffineSpec { input, form, a, b })
        }
        3 => OpSpec::Unary(UnarySpec { input, function: function(source, n) }),
        4 => number_to_code(draft, source, input),
        5 => OpSpec::OneHot(OneHotSpec { input }),
        6 => map_code(draft, source, input),
        7 => {
            let keeps_missing = source.below(2) == 0;
            OpSpec::Require(RequireSpec { input, keeps_missing })
        }
        9 => interpolate(draft, source, input),
        10 => spline(draft, source, input),
        11 => product(draft, source, input),
        12 => {
            let norm = [Norm::Sum, Norm::Euclidean, Norm::Maximum][source.below(3)];
            let least = [5e-324, 1.0][source.below(2)];
            OpSpec::RowNorm(RowNormSpec { input, norm, least })
        }
        _ => {
            let function = Function::Above(source.numbers(n));
            OpSpec::Unary(UnarySpec { input, function })
        }
    };
    draft.op(op);
}

fn function(source: &mut Source<'_>, n: usize) -> Function {
    let plain = [
        Plain::Absolute,
        Plain::Sign,
        Plain::Square,
        Plain::SquareRoot,
        Plain::Reciprocal,
        Plain::Floor,
        Plain::Ceil,
        Plain::Truncate,
        Plain::Round,
        Plain::Binary32,
    ];
    match source.below(5) {
        0 => Function::IsMissing,
        4 => Function::MissingIf(source.numbers(n)),
        1 => {
            let bounds: Vec<Vec<f64>> = (0..n).map(|_| source.ascending(2)).collect();
            let lower = bounds.iter().map(|two| two[0]).collect();
            let upper = bounds.iter().map(|two| *two.get(1).unwrap_or(&f64::INFINITY)).collect();
            Function::Clip { lower, upper }
        }
        _ => Function::Plain(plain[source.below(plain.len())]),
    }
}

fn number_to_code(draft: &mut Draft, source: &mut Source<'_>, input: Run) -> OpSpec {
    let rule = [CodeRule::Equal, CodeRule::BinsFromEdge, CodeRule::BinsToEdge][source.below(3)];
    let n = 1 + source.below(5);
    let lists: Vec<Vec<f64>> = (0..input.len).map(|_| source.ascending(n)).collect();
    let lengths = lists.iter().map(|list| u32::try_from(list.len()).unwrap()).collect();
    let tables = draft.f64s(&lists.concat());
    let missing_category = source.below(2) == 0;
    OpSpec::NumberToCode(NumberToCodeSpec { input, rule, missing_category, lengths, tables })
}

fn map_code(draft: &mut Draft, source: &mut Source<'_>, input: Run) -> OpSpec {
    let types = &draft.types[input.range()];
    let entries: usize = types
        .iter()
        .map(|of| match of {
            Type::Code { n, unknown } => n + usize::from(*unknown),
            Type::Number { .. } | Type::Document => panic!("no code"),
        })
        .sum();
    let missing = source.below(2) == 0;
    if source.below(2) == 0 {
        let mut numbers = source.numbers(entries);
        if missing {
            let at = source.below(entries);
            numbers[at] = f64::from_bits(0x7ff8_0000_0000_0000);
        }
        let tables = draft.f64s(&numbers);
        return OpSpec::MapCode(MapCodeSpec { input, to: CodeTarget::Numbers, tables });
    }
    let n = 1 + source.below(4);
    let mut codes: Vec<u32> =
        (0..entries).map(|_| u32::try_from(source.below(n)).unwrap()).collect();
    if missing {
        let at = source.below(entries);
        codes[at] = u32::MAX;
    }
    let tables = draft.u32s(&codes);
    let to = CodeTarget::Codes(vec![u32::try_from(n).unwrap(); input.width()]);
    OpSpec::MapCode(MapCodeSpec { input, to, tables })
}

fn interpolate(draft: &mut Draft, source: &mut Source<'_>, input: Run) -> OpSpec {
    let form = [
        InterpolateForm::Forward,
        InterpolateForm::Both,
        InterpolateForm::BothWithin(0.25),
        InterpolateForm::BothWithin(0.0),
    ][source.below(4)];
    let n = 1 + source.below(6);
    let mut all = Vec::new();
    for _ in 0..input.len {
        // Points may have one place.
        let mut xs = source.numbers(n);
        xs.sort_by(f64::total_cmp);
        all.extend(xs);
    }
    let xs = draft.array(Data::F64(vec![input.width(), n], all));
    let ys = source.numbers(n);
    let ys = draft.f64s(&ys);
    let n_points = u32::try_from(n).unwrap();
    OpSpec::Interpolate(InterpolateSpec { input, form, n_points, xs, ys })
}

fn spline(draft: &mut Draft, source: &mut Source<'_>, input: Run) -> OpSpec {
    let extrapolation = [
        Extrapolation::Missing,
        Extrapolation::Constant,
        Extrapolation::Linear,
        Extrapolation::Continue,
        Extrapolation::Periodic,
    ][source.below(5)];
    let degree = source.below(4);
    let n_knots = 2 * degree + 2 + source.below(4).max(degree.saturating_sub(1)).max(1);
    let mut all = Vec::new();
    for _ in 0..input.len {
        let mut knots = source.numbers(n_knots);
        for knot in &mut knots {
            *knot = knot.clamp(-1e6, 1e6);
        }
        knots.sort_by(f64::total_cmp);
        // The ends of the interval differ.
        (degree + 1..n_knots).for_each(|at| knots[at] += 1.0);
        knots.sort_by(f64::total_cmp);
        all.extend(knots);
    }
    let knots = draft.array(Data::F64(vec![input.width(), n_knots], all));
    let drops_last = source.below(3) == 0;
    let (degree, n_knots) = (u32::try_from(degree).unwrap(), u32::try_from(n_knots).unwrap());
    OpSpec::Spline(SplineSpec { input, degree, extrapolation, drops_last, n_knots, knots })
}

fn product(draft: &mut Draft, source: &mut Source<'_>, input: Run) -> OpSpec {
    let n = 1 + source.below(5);
    let mut factors = Vec::new();
    for product in 0..n {
        let before = input.width() + product;
        factors.extend([source.below(before), source.below(before)]);
    }
    let factors = factors.into_iter().map(|at| u32::try_from(at).unwrap()).collect();
    let factors = draft.array(Data::U32(vec![n, 2], factors));
    let n_products = u32::try_from(n).unwrap();
    OpSpec::Product(ProductSpec { input, n_products, factors })
}
