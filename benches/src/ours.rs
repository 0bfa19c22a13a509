//! barlang itself: each workload as a program, in three executors.

use std::hint::black_box;

use barlang::{Interpreter, Strategy, ta};

use crate::contender::{Contenders, Kind};

ta! {
    pub strategy w1() {
        out cross = cross_over(ema(close, 12), ema(close, 26));
    }
    pub strategy w2() {
        let m = macd(close, 12, 26, 9);
        let b = bbands(close, 20);
        out rsi = rsi(close, 14);
        out macd = m.macd;
        out signal = m.signal;
        out histogram = m.histogram;
        out upper = b.upper;
        out middle = b.middle;
        out lower = b.lower;
        out atr = atr(14);
    }
    pub strategy w3() {
        let c = donchian(20);
        let s = stochastic(14, 3, "sma", 3);
        let a = aroon(25);
        out upper = c.upper;
        out middle = c.middle;
        out lower = c.lower;
        out williams_r = williams_r(14);
        out k = s.k;
        out d = s.d;
        out down = a.down;
        out up = a.up;
    }
    pub strategy w4() {
        out sma = sma(close, 200);
        out stdev = stdev(close, 200);
        out max = max(close, 200);
        out slope = linreg_slope(close, 100);
        out wma = wma(close, 100);
    }
    pub strategy w5() {
        let fast = ema(close, 12);
        let slow = ema(close, 26);
        out long = cross_over(fast, slow) and rsi(close, 14) < 70 and close > sma(close, 200) and atr(14) / close < 0.05;
        out exit = cross_under(fast, slow) or rsi(close, 14) > 80;
    }
}

/// The programs above as text, for the interpreter.
const PROGRAMS: [(&str, &str); 5] = [
    ("W1", "cross_over(ema(close, 12), ema(close, 26))"),
    (
        "W2",
        "strategy w2() { let m = macd(close, 12, 26, 9); let b = bbands(close, 20); out rsi = rsi(close, 14); out macd = m.macd; out signal = \
         m.signal; out histogram = m.histogram; out upper = b.upper; out middle = b.middle; out lower = b.lower; out atr = atr(14); }",
    ),
    (
        "W3",
        "strategy w3() { let c = donchian(20); let s = stochastic(14, 3, \"sma\", 3); let a = aroon(25); out upper = c.upper; out middle = \
         c.middle; out lower = c.lower; out williams_r = williams_r(14); out k = s.k; out d = s.d; out down = a.down; out up = a.up; }",
    ),
    (
        "W4",
        "strategy w4() { out sma = sma(close, 200); out stdev = stdev(close, 200); out max = max(close, 200); out slope = \
         linreg_slope(close, 100); out wma = wma(close, 100); }",
    ),
    (
        "W5",
        "strategy w5() { let fast = ema(close, 12); let slow = ema(close, 26); out long = cross_over(fast, slow) and rsi(close, 14) < 70 and \
         close > sma(close, 200) and atr(14) / close < 0.05; out exit = cross_under(fast, slow) or rsi(close, 14) > 80; }",
    ),
];

/// The bytes of state of each program in the interpreter.
#[must_use]
pub fn interpreted_states() -> [usize; 5] {
    PROGRAMS.map(|(_, program)| Interpreter::<f64>::new(program).expect("the program is right").state_bytes())
}

/// Asks about every bar before it closes, then steps.
fn peeking<S: Strategy<Scalar = f64> + 'static>(contenders: &mut Contenders, workload: &'static str, make: fn() -> S) {
    contenders.add(workload, Kind::Step, "barlang, peek and step", move |h, _| {
        let mut strategy = make();
        for bar in &h.ours {
            black_box(strategy.peek(bar));
            black_box(strategy.step(bar));
        }
    });
}

/// The bytes of state of each compiled strategy.
pub const STATES: [usize; 5] = [size_of::<W1>(), size_of::<W2>(), size_of::<W3>(), size_of::<W4>(), size_of::<W5>()];

/// Batch and step of a workload, writing numbers in the order of the outputs.
macro_rules! numbers {
    ($contenders:ident, $name:literal, $strategy:ident, $buffers:ident, $($column:ident)*) => {
        $contenders.add($name, Kind::Batch, "barlang", |h, b| {
            let mut columns = b.numbers.iter_mut();
            $( let $column = columns.next().expect("a column for each output").as_mut_slice(); )*
            $strategy::new().batch_into(&h.ours, $buffers { $($column),* }).expect("the buffers fit");
        });
        $contenders.add($name, Kind::Batch, "barlang, columns", |h, b| {
            let mut columns = b.numbers.iter_mut();
            $( let $column = columns.next().expect("a column for each output").as_mut_slice(); )*
            $strategy::new().batch_columns_into(h.columns, $buffers { $($column),* }).expect("the buffers fit");
        });
        $contenders.add($name, Kind::Step, "barlang", |h, b| {
            #[inline(never)]
            fn step(bars: &[barlang::Bar], $($column: &mut [f64]),*) {
                $( let $column = &mut $column[..bars.len()]; )*
                let mut strategy = $strategy::new();
                for (i, bar) in bars.iter().enumerate() {
                    let out = strategy.step(bar);
                    $( $column[i] = crate::hand::or_nan(out.$column); )*
                }
            }
            let mut columns = b.numbers.iter_mut();
            $( let $column = columns.next().expect("a column for each output"); )*
            step(&h.ours, $($column),*);
        });
        $contenders.add($name, Kind::Step, CALLED, |h, b| {
            let mut columns = b.numbers.iter_mut();
            $( let $column = &mut columns.next().expect("a column for each output")[..h.ours.len()]; )*
            let mut strategy = $strategy::new();
            for (i, bar) in h.ours.iter().enumerate() {
                let out = called(&mut strategy, bar);
                $( $column[i] = crate::hand::or_nan(out.$column); )*
            }
        });
    };
}

/// A step behind a call, as that of a strategy which is a field of a larger thing: its state is in memory, and each bar reads what the one before wrote.
const CALLED: &str = "barlang, called";

#[inline(never)]
fn called<S: Strategy>(strategy: &mut S, bar: &barlang::Bar<S::Scalar>) -> S::Output {
    strategy.step(bar)
}

/// Adds every workload.
pub(crate) fn add_to(contenders: &mut Contenders) {
    contenders.add("W1", Kind::Batch, "barlang", |h, b| {
        W1::new().batch_into(&h.ours, W1Buffers { cross: &mut b.signals[0] }).expect("the buffers fit");
    });
    contenders.add("W1", Kind::Batch, "barlang, columns", |h, b| {
        W1::new().batch_columns_into(h.columns, W1Buffers { cross: &mut b.signals[0] }).expect("the buffers fit");
    });
    contenders.add("W1", Kind::Step, "barlang", |h, b| {
        let mut strategy = W1::new();
        for (bar, cross) in h.ours.iter().zip(&mut b.signals[0]) {
            *cross = strategy.step(bar).cross;
        }
    });
    contenders.add("W1", Kind::Step, CALLED, |h, b| {
        let mut strategy = W1::new();
        for (bar, cross) in h.ours.iter().zip(&mut b.signals[0]) {
            *cross = called(&mut strategy, bar).cross;
        }
    });
    numbers!(contenders, "W2", W2, W2Buffers, rsi macd signal histogram upper middle lower atr);
    numbers!(contenders, "W3", W3, W3Buffers, upper middle lower williams_r k d down up);
    numbers!(contenders, "W4", W4, W4Buffers, sma stdev max slope wma);
    contenders.add("W5", Kind::Batch, "barlang", |h, b| {
        let [long, exit] = &mut b.signals;
        W5::new().batch_into(&h.ours, W5Buffers { long, exit }).expect("the buffers fit");
    });
    contenders.add("W5", Kind::Batch, "barlang, columns", |h, b| {
        let [long, exit] = &mut b.signals;
        W5::new().batch_columns_into(h.columns, W5Buffers { long, exit }).expect("the buffers fit");
    });
    contenders.add("W5", Kind::Step, "barlang", |h, b| {
        let [long, exit] = &mut b.signals;
        let mut strategy = W5::new();
        for ((bar, long), exit) in h.ours.iter().zip(long).zip(exit) {
            let out = strategy.step(bar);
            (*long, *exit) = (out.long, out.exit);
        }
    });
    contenders.add("W5", Kind::Step, CALLED, |h, b| {
        let [long, exit] = &mut b.signals;
        let mut strategy = W5::new();
        for ((bar, long), exit) in h.ours.iter().zip(long).zip(exit) {
            let out = called(&mut strategy, bar);
            (*long, *exit) = (out.long, out.exit);
        }
    });
    peeking(contenders, "W1", W1::new);
    peeking(contenders, "W2", W2::new);
    peeking(contenders, "W3", W3::new);
    peeking(contenders, "W4", W4::new);
    peeking(contenders, "W5", W5::new);
    for (name, program) in PROGRAMS {
        let interpreter: Interpreter = Interpreter::new(program).expect("the program is right");
        let mut table = None;
        contenders.add(name, Kind::Batch, "barlang, interpreted", move |h, _| {
            let table = table.get_or_insert_with(|| interpreter.batch(&h.ours));
            interpreter.batch_into(&h.ours, table).expect("the table fits");
        });
    }
}
