//! The second comparison, of two characters.
use barlang::ta;

fn main() {
    let _ = ta!(low < open <= close);
}
