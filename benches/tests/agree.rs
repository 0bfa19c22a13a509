//! Holds that the loops by hand agree: batch and step to the bit, and both with the crate `ta-lib`.

use ::ta_lib::{Core, RetCode};
use barlang_benches::contender::{Buffers, History};
use barlang_benches::hand::{or_nan, w1, w2, w3, w4, w5};
use barlang_benches::peers::ta_lib;

/// Long enough for many flips of every window, and no multiple of any.
const BARS: usize = 5_000;
/// Histories that end within a warm-up, on a flip, beside one, and within a block.
const SHORT: [usize; 14] = [0, 1, 2, 13, 25, 26, 27, 39, 40, 41, 199, 200, 299, 377];

/// Fails unless the columns agree to 1e-9, or to 1e-11 of the price level.
fn assert_near(what: &str, ours: &[f64], theirs: &[f64]) {
    for (i, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        let near = (ours - theirs).abs() <= 1e-9 * theirs.abs() + 1e-9;
        assert!(near || ours.is_nan() && theirs.is_nan(), "{what}, bar {i}: {ours} and {theirs}");
    }
}

fn assert_same(what: &str, batch: &[f64], step: &[f64]) {
    for (i, (batch, step)) in batch.iter().zip(step).enumerate() {
        assert_eq!(batch.to_bits(), step.to_bits(), "{what}, bar {i}: {batch} and {step}");
    }
}

fn theirs(history: &History, work: fn(&Core, &History, &mut Buffers) -> Result<(), RetCode>) -> Buffers {
    let mut buffers = Buffers::new(history.len());
    work(&Core::new(), history, &mut buffers).expect("the periods are valid");
    buffers
}

/// Checks a workload of `N` numbers a bar.
fn check<const N: usize, Out>(
    workload: &str,
    batch: fn(&[barlang_benches::bar::Bar], [&mut [f64]; N]),
    mut stepper: impl FnMut() -> Box<dyn FnMut(&barlang_benches::bar::Bar) -> Out>,
    numbers: fn(Out) -> [Option<f64>; N],
    work: fn(&Core, &History, &mut Buffers) -> Result<(), RetCode>,
) {
    for n in SHORT.into_iter().chain([BARS]) {
        let history = History::new(n);
        let mut columns: [Vec<f64>; N] = std::array::from_fn(|_| vec![7.0; n]);
        batch(&history.bars, columns.each_mut().map(Vec::as_mut_slice));
        let mut step = stepper();
        let rows: Vec<[Option<f64>; N]> = history.bars.iter().map(|bar| numbers(step(bar))).collect();
        for (k, column) in columns.iter().enumerate() {
            let stepped: Vec<f64> = rows.iter().map(|row| or_nan(row[k])).collect();
            assert_same(&format!("{workload}, {n} bars, column {k}"), column, &stepped);
        }
        if n == BARS {
            let theirs = theirs(&history, work);
            for (k, (ours, theirs)) in columns.iter().zip(&theirs.numbers).enumerate() {
                assert_near(&format!("{workload}, column {k}"), ours, theirs);
            }
        }
    }
}

#[test]
fn w1_agrees() {
    for n in SHORT.into_iter().chain([BARS]) {
        let history = History::new(n);
        let mut batch = vec![Some(true); n];
        w1::batch(&history.bars, &mut batch);
        let mut step = w1::Step::default();
        let stepped: Vec<_> = history.bars.iter().map(|bar| step.step(bar)).collect();
        assert_eq!(batch, stepped, "{n} bars");
        if n == BARS {
            assert_eq!(batch, theirs(&history, ta_lib::w1).signals[0]);
            assert!(batch.contains(&Some(true)));
        }
    }
}

#[test]
fn w2_agrees() {
    let stepper = || {
        let mut step = w2::Step::default();
        Box::new(move |bar: &_| step.step(bar)) as Box<dyn FnMut(&_) -> _>
    };
    let numbers = |out: w2::Out| {
        let w2::Out { rsi, macd, signal, histogram, upper, middle, lower, atr } = out;
        [rsi, macd, signal, histogram, upper, middle, lower, atr]
    };
    check("W2", w2::batch, stepper, numbers, ta_lib::w2);
}

#[test]
fn w3_agrees() {
    let stepper = || {
        let mut step = w3::Step::default();
        Box::new(move |bar: &_| step.step(bar)) as Box<dyn FnMut(&_) -> _>
    };
    let numbers = |out: w3::Out| {
        let w3::Out { upper, middle, lower, williams_r, k, d, down, up } = out;
        [upper, middle, lower, williams_r, k, d, down, up]
    };
    check("W3", w3::batch, stepper, numbers, ta_lib::w3);
}

#[test]
fn w4_agrees() {
    let stepper = || {
        let mut step = w4::Step::default();
        Box::new(move |bar: &_| step.step(bar)) as Box<dyn FnMut(&_) -> _>
    };
    let numbers = |out: w4::Out| {
        let w4::Out { sma, stdev, max, slope, wma } = out;
        [sma, stdev, max, slope, wma]
    };
    check("W4", w4::batch, stepper, numbers, ta_lib::w4);
}

#[test]
fn w5_agrees() {
    for n in SHORT.into_iter().chain([BARS]) {
        let history = History::new(n);
        let (mut long, mut exit) = (vec![Some(true); n], vec![Some(true); n]);
        w5::batch(&history.bars, &mut long, &mut exit);
        let mut step = w5::Step::default();
        let stepped: Vec<_> = history.bars.iter().map(|bar| step.step(bar)).collect();
        assert!(stepped.iter().map(|out| out.long).eq(long.iter().copied()), "{n} bars");
        assert!(stepped.iter().map(|out| out.exit).eq(exit.iter().copied()), "{n} bars");
        if n == BARS {
            let [their_long, their_exit] = theirs(&history, ta_lib::w5).signals;
            assert_eq!(long, their_long);
            assert_eq!(exit, their_exit);
            assert!(long.contains(&Some(true)) && exit.contains(&Some(true)));
        }
    }
}

/// barlang's batch against the loop by hand: the same answers, within rounding.
#[test]
fn barlang_gives_what_the_hand_gives() {
    use barlang_benches::contender::{self, BY_HAND, Kind};
    let (mut contenders, buffers) = contender::with_buffers(BARS);
    for workload in ["W1", "W2", "W3", "W4", "W5"] {
        for kind in [Kind::Batch, Kind::Step] {
            let mut answers = |name: &str| {
                let contender = contenders.iter_mut().find(|c| (c.workload, c.name, c.kind) == (workload, name, kind)).expect("it exists");
                *buffers.borrow_mut() = Buffers::new(BARS);
                (contender.run)();
                let buffers = buffers.borrow();
                (buffers.numbers.clone(), buffers.signals.clone())
            };
            let (hand, ours) = (answers(BY_HAND), answers("barlang"));
            for (k, (hand, ours)) in hand.1.iter().zip(&ours.1).enumerate() {
                // At bar 25 a Kleene conjunction can be false already, which the loop of W1 does not look at.
                let differing = hand.iter().zip(ours).skip(26).position(|(hand, ours)| hand != ours);
                assert!(differing.is_none(), "{workload} {kind:?}, signal {k}, bar {differing:?}");
            }
            for (k, (hand, ours)) in hand.0.iter().zip(&ours.0).enumerate() {
                assert_near(&format!("{workload} {kind:?}, column {k}"), ours, hand);
            }
        }
    }
}
