//! Outputs and parameters may be named as Rust's own words.
use barlang::{Bar, Strategy, ta};

ta! {
    /// A name of many words.
    pub strategy a_b_c1(fn: const int = 2) {
        let match = close;
        out type = match + fn;
        out loop = match > 0;
        out self = match;
        out core = match;
        out memory = match > 1;
        out bar = match;
        out seen = match;
    }
}

fn main() {
    let bar = Bar::new(0, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap();
    let out = ABC1::new().step(&bar);
    assert_eq!((out.r#type, out.r#loop, out.self_), (Some(3.0), Some(true), Some(1.0)));
    assert_eq!((out.core, out.memory, out.bar, out.seen), (Some(1.0), Some(false), Some(1.0), Some(1.0)));
    let columns = ABC1::new().batch(&[bar]);
    assert_eq!(columns.r#type.get(0), Some(3.0));
}
