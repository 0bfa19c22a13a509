//! A strategy of one letter: its type has the name of a parameter of the generated code.
#![allow(dead_code)]

barlang::ta! {
    strategy s() {
        out x = close;
    }
}

fn main() {
    let _ = S::<f64>::new();
}
