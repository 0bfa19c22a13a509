//! A file that is not there, under the text that names it.
use barlang::ta;

fn main() {
    let _ = ta!(use "missing"; golden_cross(fast = 10).long);
}
