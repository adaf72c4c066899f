//! Functions of a number, against what `numpy` 2, `scipy` 1.17 and scikit-learn 1.9 give.

#![allow(
    clippy::approx_constant,
    clippy::excessive_precision,
    clippy::unreadable_literal,
    reason = "numbers as Python prints them"
)]

use model_format::program::ops::unary::{Function, Plain};

use super::assert_like;

#[test]
fn plain_functions_are_those_of_numpy_and_scipy() {
    assert_like(
        &Function::Plain(Plain::Absolute),
        &[("0.1", Some(0.1)), ("2.5", Some(2.5)), ("-3.75", Some(3.75))],
    );
    assert_like(
        &Function::Plain(Plain::Sign),
        &[("3.0", Some(1.0)), ("0.0", Some(0.0)), ("-0.0", Some(0.0)), ("-1e-09", Some(-1.0))],
    );
    assert_like(
        &Function::Plain(Plain::Square),
        &[("0.1", Some(0.010000000000000002)), ("2.5", Some(6.25)), ("-3.75", Some(14.0625))],
    );
    assert_like(
        &Function::Plain(Plain::SquareRoot),
        &[
            ("0.1", Some(0.31622776601683794)),
            ("2.5", Some(1.5811388300841898)),
            ("1000.0", Some(31.622776601683793)),
            ("0.0", Some(0.0)),
            ("-1.0", None),
        ],
    );
    assert_like(
        &Function::Plain(Plain::CubeRoot),
        &[
            ("0.1", Some(0.4641588833612779)),
            ("2.5", Some(1.3572088082974534)),
            ("-3.75", Some(-1.5536162529769295)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Reciprocal),
        &[
            ("0.1", Some(10.0)),
            ("2.5", Some(0.4)),
            ("1000.0", Some(0.001)),
            ("0.0", None),
            ("-1.0", Some(-1.0)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Floor),
        &[("0.1", Some(0.0)), ("2.5", Some(2.0)), ("-3.75", Some(-4.0))],
    );
    assert_like(
        &Function::Plain(Plain::Ceil),
        &[("0.1", Some(1.0)), ("2.5", Some(3.0)), ("-3.75", Some(-3.0))],
    );
    assert_like(
        &Function::Plain(Plain::Truncate),
        &[("0.1", Some(0.0)), ("2.5", Some(2.0)), ("-3.75", Some(-3.0))],
    );
    assert_like(
        &Function::Plain(Plain::Round),
        &[
            ("0.5", Some(0.0)),
            ("1.5", Some(2.0)),
            ("2.5", Some(2.0)),
            ("-2.5", Some(-2.0)),
            ("2.4", Some(2.0)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Binary32),
        &[("0.1", Some(0.10000000149011612)), ("2.5", Some(2.5)), ("-3.75", Some(-3.75))],
    );
    assert_like(
        &Function::Plain(Plain::Exp),
        &[
            ("0.1", Some(1.1051709180756477)),
            ("-3.75", Some(0.023517745856009107)),
            ("700.0", Some(1.0142320547350045e+304)),
            ("710.0", None),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Expm1),
        &[
            ("0.1", Some(0.10517091807564763)),
            ("-3.75", Some(-0.9764822541439909)),
            ("1e-12", Some(1.0000000000005e-12)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Log),
        &[
            ("0.1", Some(-2.3025850929940455)),
            ("2.5", Some(0.9162907318741551)),
            ("1000.0", Some(6.907755278982137)),
            ("0.0", None),
            ("-1.0", None),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Log1p),
        &[
            ("0.1", Some(0.09531017980432487)),
            ("-0.6", Some(-0.916290731874155)),
            ("1e-09", Some(9.999999995e-10)),
            ("-2.0", None),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Log2),
        &[
            ("0.1", Some(-3.321928094887362)),
            ("2.5", Some(1.3219280948873624)),
            ("1000.0", Some(9.965784284662087)),
            ("0.0", None),
            ("-1.0", None),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Log10),
        &[
            ("0.1", Some(-1.0)),
            ("2.5", Some(0.3979400086720376)),
            ("1000.0", Some(3.0)),
            ("0.0", None),
            ("-1.0", None),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Sin),
        &[
            ("0.1", Some(0.09983341664682815)),
            ("2.5", Some(0.5984721441039565)),
            ("-3.75", Some(0.5715613187423437)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Cos),
        &[
            ("0.1", Some(0.9950041652780258)),
            ("2.5", Some(-0.8011436155469337)),
            ("-3.75", Some(-0.8205593573395608)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Tan),
        &[
            ("0.1", Some(0.10033467208545055)),
            ("2.5", Some(-0.7470222972386603)),
            ("-3.75", Some(-0.6965508511114601)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::ArcSin),
        &[
            ("0.1", Some(0.1001674211615598)),
            ("-0.6", Some(-0.6435011087932844)),
            ("1e-09", Some(1e-09)),
            ("-2.0", None),
        ],
    );
    assert_like(
        &Function::Plain(Plain::ArcTan),
        &[
            ("0.1", Some(0.09966865249116204)),
            ("2.5", Some(1.1902899496825317)),
            ("-3.75", Some(-1.3101939350475555)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::ArcSinh),
        &[
            ("0.1", Some(0.09983407889920756)),
            ("2.5", Some(1.6472311463710958)),
            ("-3.75", Some(-2.0322246215338136)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Tanh),
        &[
            ("0.1", Some(0.09966799462495582)),
            ("2.5", Some(0.9866142981514303)),
            ("-3.75", Some(-0.9988944427261528)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::Logistic),
        &[
            ("0.1", Some(0.52497918747894)),
            ("-3.75", Some(0.022977369910025615)),
            ("-800.0", Some(0.0)),
            ("40.0", Some(1.0)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::NormalShare),
        &[
            ("0.1", Some(0.539827837277029)),
            ("2.5", Some(0.9937903346742238)),
            ("-3.75", Some(8.841728520080377e-05)),
            ("-6.5", Some(4.016000583859088e-11)),
        ],
    );
    assert_like(
        &Function::Plain(Plain::NormalQuantile),
        &[
            ("0.1", Some(-1.2815515655446004)),
            ("0.5625", Some(0.1573106846101707)),
            ("1e-07", Some(-5.1993375821928165)),
            ("0.999", Some(3.090232306167813)),
            ("1.25", None),
            ("-0.5", None),
            ("1e-300", Some(-37.0470962993612)),
        ],
    );
}

#[test]
fn yeo_johnson_is_that_of_scikit_learn() {
    assert_like(
        &Function::YeoJohnson(vec![0.0]),
        &[
            ("0.0", Some(0.0)),
            ("3.0", Some(1.3862943611198906)),
            ("1e-09", Some(9.999999995e-10)),
            ("250.5", Some(5.527442989539794)),
            ("-0.75", Some(-1.03125)),
            ("-40.0", Some(-840.0000000000002)),
        ],
    );
    assert_like(
        &Function::YeoJohnson(vec![1.0]),
        &[
            ("0.0", Some(0.0)),
            ("3.0", Some(3.0)),
            ("1e-09", Some(1e-09)),
            ("250.5", Some(250.5)),
            ("-0.75", Some(-0.75)),
            ("-40.0", Some(-40.00000000000001)),
        ],
    );
    assert_like(
        &Function::YeoJohnson(vec![2.0]),
        &[
            ("0.0", Some(0.0)),
            ("3.0", Some(7.499999999999999)),
            ("1e-09", Some(1.0000000005e-09)),
            ("250.5", Some(31625.624999999996)),
            ("-0.75", Some(-0.5596157879354227)),
            ("-40.0", Some(-3.713572066704308)),
        ],
    );
    assert_like(
        &Function::YeoJohnson(vec![0.37]),
        &[
            ("0.0", Some(0.0)),
            ("3.0", Some(1.8112860509641586)),
            ("1e-09", Some(9.99999999685e-10)),
            ("250.5", Some(18.190130254950894)),
            ("-0.75", Some(-0.9139439657616926)),
            ("-40.0", Some(-260.3922572900325)),
        ],
    );
    assert_like(
        &Function::YeoJohnson(vec![-1.5]),
        &[
            ("0.0", Some(0.0)),
            ("3.0", Some(0.5833333333333334)),
            ("1e-09", Some(9.9999999875e-10)),
            ("250.5", Some(0.6664995184463567)),
            ("-0.75", Some(-1.7399390618195412)),
            ("-40.0", Some(-126088.2073051741)),
        ],
    );
    assert_like(
        &Function::YeoJohnson(vec![2.75]),
        &[
            ("0.0", Some(0.0)),
            ("3.0", Some(16.0926669076142)),
            ("1e-09", Some(1.000000000875e-09)),
            ("250.5", Some(1452602.1020115076)),
            ("-0.75", Some(-0.45701842522239766)),
            ("-40.0", Some(-1.2510426167663335)),
        ],
    );
}

#[test]
fn box_cox_is_that_of_scikit_learn_and_has_no_result_up_to_zero() {
    assert_like(
        &Function::BoxCox(vec![0.0]),
        &[
            ("1.0", Some(0.0)),
            ("3.0", Some(1.0986122886681098)),
            ("1e-09", Some(-20.72326583694641)),
            ("250.5", Some(5.523458920524919)),
            ("0", None),
            ("-1", None),
        ],
    );
    assert_like(
        &Function::BoxCox(vec![1.0]),
        &[
            ("1.0", Some(0.0)),
            ("3.0", Some(2.0)),
            ("1e-09", Some(-0.999999999)),
            ("250.5", Some(249.49999999999991)),
            ("0", None),
            ("-1", None),
        ],
    );
    assert_like(
        &Function::BoxCox(vec![0.37]),
        &[
            ("1.0", Some(0.0)),
            ("3.0", Some(1.355494434642731)),
            ("1e-09", Some(-2.701438553672197)),
            ("250.5", Some(18.15935470301431)),
            ("0", None),
            ("-1", None),
        ],
    );
    assert_like(
        &Function::BoxCox(vec![-1.5]),
        &[
            ("1.0", Some(0.0)),
            ("3.0", Some(0.5383666068467498)),
            ("1e-09", Some(-21081851067788.504)),
            ("250.5", Some(0.6664985165605838)),
            ("0", None),
            ("-1", None),
        ],
    );
    assert_like(&Function::BoxCox(vec![-1.5]), &[("1e300", Some(0.6666666666666666))]);
    assert_like(&Function::BoxCox(vec![1.0]), &[("1.5e308", Some(1.500000000000014e+308))]);
}

#[test]
fn a_missing_number_stays_missing_or_becomes_a_flag() {
    assert_like(&Function::Plain(Plain::Exp), &[("", None)]);
    assert_like(&Function::Clip { lower: vec![-1.0], upper: vec![1.0] }, &[("", None)]);
    let sentinel = Function::MissingIf(vec![-999.0]);
    assert_like(&sentinel, &[("-999.0", None), ("", None), ("-998.5", Some(-998.5))]);
    assert_like(&Function::IsMissing, &[("", Some(1.0)), ("NA", Some(1.0)), ("0", Some(0.0))]);
}

#[test]
fn a_bound_may_be_infinite() {
    let below = Function::Clip { lower: vec![f64::NEG_INFINITY], upper: vec![1.0] };
    assert_like(&below, &[("-1e300", Some(-1e300)), ("1.5", Some(1.0)), ("0.5", Some(0.5))]);
    let above = Function::Clip { lower: vec![-2.0], upper: vec![f64::INFINITY] };
    assert_like(&above, &[("-1e300", Some(-2.0)), ("1e300", Some(1e300))]);
}
