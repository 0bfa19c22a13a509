//! Compiles `strategies/*.ta`.
fn main() {
    barlang_compiler::build::compile("strategies");
}
