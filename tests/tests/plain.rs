//! Where debug assertions are on, a program is compiled in its plain form alone, a bar at a time without anything taken for proved. It gives the
//! same. (The programs of `tests/compiled` have all their forms.)

use barlang::{BarColumns, Interpreter, NumSeries, Strategy, ta};
use barlang_tests::compare::first_difference;
use barlang_tests::data;
use barlang_tests::run::{Column, Run};

/// Holds `ta!(…)` against the interpreter of the same text.
macro_rules! agree {
    ($($program:tt)*) => { agree(stringify!($($program)*), || ta!($($program)*)) };
}

fn agree<T>(source: &str, make: impl Fn() -> T)
where
    T: Strategy<Scalar = f64, Output = Option<f64>, Columns = NumSeries<f64>>,
{
    for data in data::all() {
        let bars = &data.bars[..data.bars.len().min(700)];
        let interpreter = Interpreter::<f64>::new(source).unwrap_or_else(|errors| panic!("{source}: {errors}"));
        let wanted = Run::batch(&interpreter, bars);
        let same = |what: &str, values: Vec<Option<f64>>| {
            if let Some(difference) = first_difference(&wanted, &[Column::Num(values)]) {
                panic!("{source} over {}: {what}: {difference}", data.name);
            }
        };
        let mut strategy = make();
        same("batch", strategy.batch(bars).iter().collect());
        same("step", bars.iter().map(|bar| strategy.step(bar)).collect());
        let field = |of: fn(&barlang::Bar) -> f64| bars.iter().map(of).collect::<Vec<f64>>();
        let time: Vec<i64> = bars.iter().map(barlang::Bar::time).collect();
        let (open, high, low, close, volume) = (
            field(barlang::Bar::open),
            field(barlang::Bar::high),
            field(barlang::Bar::low),
            field(barlang::Bar::close),
            field(barlang::Bar::volume),
        );
        let columns = BarColumns::new(&time, &open, &high, &low, &close, &volume).unwrap_or_else(|error| panic!("{error}"));
        same("batch over columns", strategy.batch_columns(columns).iter().collect());
    }
}

#[test]
fn the_plain_form_gives_the_same() {
    agree!(if cross_over(ema(close, 12), ema(close, 26)) then close else open);
    agree!(stdev(close, 20) + sma(volume, 200));
    agree!(linreg_slope(close, 14) - wma(high, 9)[3]);
    agree!((close - lowest(low, 4)) / range + highest(high, 25)[70]);
    agree!(adx(14));
    agree!(supertrend(10, 3).supertrend);
    agree!(kama(close, 10));
    agree!(cdl_hammer() + cdl_engulfing());
}
