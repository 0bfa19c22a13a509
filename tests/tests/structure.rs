//! Legs between swings and periods of the calendar, held against a plain retelling: all turning points so far, on every bar anew, and days
//! counted one by one.

use barlang::Bar;
use barlang_tests::data::{self, Data, walk};
use barlang_tests::outputs;
use barlang_tests::run::Value;

/// What `fib_legs` is called with.
#[derive(Clone, Copy)]
struct Call {
    left: usize,
    right: usize,
    leg: usize,
    is_alternating: bool,
    max_age: usize,
    min_size: f64,
    allow_equal: bool,
    freeze: bool,
}

const CALL: Call = Call { left: 2, right: 2, leg: 1, is_alternating: true, max_age: 0, min_size: 0.0, allow_equal: false, freeze: true };

const CALLS: &[Call] = &[
    CALL,
    Call { left: 1, right: 1, ..CALL },
    Call { left: 1, right: 1, leg: 3, allow_equal: true, ..CALL },
    Call { left: 3, right: 1, min_size: 2.0, ..CALL },
    Call { left: 1, right: 2, leg: 2, max_age: 9, min_size: 0.5, ..CALL },
    Call { left: 1, right: 2, leg: 2, max_age: 9, freeze: false, ..CALL },
    Call { is_alternating: false, ..CALL },
    Call { left: 1, right: 1, leg: 2, is_alternating: false, allow_equal: true, min_size: 0.5, ..CALL },
    Call { left: 1, right: 3, is_alternating: false, max_age: 7, ..CALL },
    Call { left: 1, right: 3, is_alternating: false, max_age: 7, freeze: false, ..CALL },
];

impl Call {
    fn source(&self) -> String {
        let Call { left, right, leg, is_alternating, max_age, min_size, allow_equal, freeze } = self;
        let mode = if *is_alternating { "strict_alternating" } else { "latest_valid" };
        format!("fib_legs({left}, {right}, {leg}, \"{mode}\", {max_age}, {min_size}, {allow_equal}, {freeze})")
    }
}

/// A turning point: on which bar it was confirmed, whether it is a high, its price.
#[derive(Clone, Copy)]
struct Turn {
    bar: usize,
    is_high: bool,
    price: f64,
}

/// Those confirmed on a bar, the high before the low.
fn turns(call: &Call, bars: &[Bar], bar: usize) -> Vec<Turn> {
    let Some(first) = bar.checked_sub(call.left + call.right) else { return Vec::new() };
    let turn = |is_high: bool| {
        let price = |at: usize| if is_high { bars[at].high() } else { -bars[at].low() };
        let at = bar - call.right;
        let is_extreme = (first..=bar)
            .filter(|&other| other != at)
            .all(|other| if call.allow_equal { price(at) >= price(other) } else { price(at) > price(other) });
        let price = if is_high { bars[at].high() } else { bars[at].low() };
        is_extreme.then_some(Turn { bar, is_high, price })
    };
    [turn(true), turn(false)].into_iter().flatten().collect()
}

/// Pairs of turning points that may be legs, in order.
fn pairs(call: &Call, turns: &[Turn]) -> Vec<(Turn, Turn)> {
    let mut pairs = Vec::new();
    if call.is_alternating {
        // The furthest turning point of each run of one kind, the latest of equals.
        let mut chain: Vec<Turn> = Vec::new();
        for &turn in turns {
            match chain.last_mut() {
                Some(last) if last.is_high == turn.is_high => {
                    let is_further = if turn.is_high { turn.price >= last.price } else { turn.price <= last.price };
                    *last = if is_further { turn } else { *last };
                }
                _ => chain.push(turn),
            }
        }
        pairs.extend(chain.windows(2).map(|pair| (pair[0], pair[1])));
    } else {
        for (i, &end) in turns.iter().enumerate() {
            let start = turns[..i].iter().rev().find(|start| start.is_high != end.is_high && start.bar < end.bar);
            pairs.extend(start.map(|&start| (start, end)));
        }
    }
    pairs.retain(|(start, end)| {
        let size = if end.is_high { end.price - start.price } else { start.price - end.price };
        end.bar > start.bar && size > 0.0 && 100.0 * size >= call.min_size * start.price.abs()
    });
    pairs
}

/// The outputs of `fib_legs` in their order, bar by bar.
fn legs(call: &Call, bars: &[Bar]) -> Vec<[Option<f64>; 6]> {
    let mut seen: Vec<Turn> = Vec::new();
    let mut is_young = [false, false];
    let mut rows = Vec::new();
    for bar in 0..bars.len() {
        let new = turns(call, bars, bar);
        let looks = !call.freeze || !new.is_empty();
        seen.extend(new);
        let pairs = pairs(call, &seen);
        let mut row = [None; 6];
        for (half, is_up) in [true, false].into_iter().enumerate() {
            let leg = pairs.iter().rev().filter(|(_, end)| end.is_high == is_up).nth(call.leg - 1);
            let Some((start, end)) = leg else { continue };
            if looks {
                is_young[half] = bar - end.bar <= call.max_age;
            }
            if call.max_age == 0 || is_young[half] {
                let values = [start.price, end.price, end.bar as f64];
                row[3 * half..3 * half + 3].copy_from_slice(&values.map(Some));
            }
        }
        rows.push(row);
    }
    rows
}

#[test]
fn legs_are_those_between_all_turning_points_so_far() {
    let mut histories = data::hard();
    histories.push(Data { name: "sp500", bars: data::sp500().bars[..600].to_vec() });
    histories.push(Data { name: "long walk", bars: walk(91, 600, 100.0, 1.0) });
    let mut found = 0;
    for Data { name, bars } in &histories {
        for call in CALLS {
            let source = call.source();
            let columns = outputs(&source, bars);
            for (bar, row) in legs(call, bars).iter().enumerate() {
                for (expected, (output, column)) in row.iter().zip(&columns) {
                    assert_eq!(column.at(bar), Value::Num(*expected), "{source} on {name}, bar {bar}: {output}");
                    found += usize::from(expected.is_some());
                }
            }
        }
    }
    assert!(found > 50_000, "only {found} values");
}

#[test]
fn periods_begin_where_the_calendar_says() {
    const DAY: i64 = 86_400_000_000_000;
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of = |year: i64, month: usize| [31, if is_leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month];
    // 1 January 1890 was a Wednesday, 29,219 days before 1970.
    let (mut year, mut month, mut day, mut weekday) = (1890, 0, 1, 2);
    let (mut bars, mut begins) = (Vec::new(), Vec::new());
    for number in -29_219..60_000 {
        for hour in [0, 23] {
            let time = number * DAY + hour * DAY / 24;
            bars.push(Bar::new(time, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap_or_else(|error| panic!("{error}")));
            let starts = [true, weekday == 0, day == 1, day == 1 && month == 0];
            begins.push(starts.map(|starts| bars.len() == 1 || (hour == 0 && starts)));
        }
        weekday = (weekday + 1) % 7;
        day += 1;
        if day > days_of(year, month) {
            (day, month) = (1, month + 1);
        }
        if month == 12 {
            (month, year) = (0, year + 1);
        }
    }
    for (k, unit) in ["day", "week", "month", "year"].into_iter().enumerate() {
        let column = &outputs(&format!("new_period(\"{unit}\")"), &bars)[0].1;
        for (bar, begins) in begins.iter().enumerate() {
            assert_eq!(column.at(bar), Value::Bool(Some(begins[k])), "{unit}, bar {bar} at {}", bars[bar].time());
        }
    }
}
