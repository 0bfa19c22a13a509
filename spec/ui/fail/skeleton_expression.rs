//! A broken expression is of no type that anyone could misuse.
use barlang::{Bar, Strategy, ta};

fn main() {
    let bar = Bar::new(0, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap();
    let mut golden = ta!(cross_over(emma(close, 12), ema(close, 0)));
    let long: Option<bool> = golden.step(&bar);
    let series = golden.batch(&[bar]);
    assert_eq!(series.get(0), long);
}
