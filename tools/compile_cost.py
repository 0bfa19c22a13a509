"""What `ta!` costs to compile: seconds that the first and each further one add to a debug build of a user's crate.

    python3 tools/compile_cost.py [rounds]

Makes a crate in a temporary folder, whose only dependency is `barlang` with `macros`, compiles that once, and then the crate alone without
an expression, with one, and with 22: incremental builds start from nothing each time. The least of the rounds is printed, of the time that
passed and of the processors' time. The machine should have nothing else to do.
"""

import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

PROGRAMS = [
    "rsi(close, {a}) < 30",
    "close > sma(close, {b})",
    "macd(close, {a}, {b}, 9)",
    "bbands(close, {b}, 2.0)",
    "atr({a}) / close",
    "close > highest(high, {b})[1]",
    "cross_over(ema(close, {a}), ema(close, {b}))",
]
MANY = 22


def source(programs: int) -> str:
    lines = ["use barlang::{Bar, Strategy, ta};", "fn main() {", "let bar = Bar::new(0, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap();"]
    for i in range(programs):
        program = PROGRAMS[i % len(PROGRAMS)].format(a=6 + i, b=21 + i)
        lines.append(f"let mut s{i} = ta!({program}); let _ = s{i}.step(&bar);")
    return "\n".join(lines + ["let _ = bar;", "}"])


def build(crate: pathlib.Path, programs: int) -> tuple[float, float]:
    (crate / "src/main.rs").write_text(source(programs))
    shutil.rmtree(crate / "target/debug/incremental", ignore_errors=True)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(["cargo", "build", "--quiet"], cwd=crate, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    passed, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    runtime = pathlib.Path(__file__).resolve().parent.parent / "runtime"
    with tempfile.TemporaryDirectory() as folder:
        crate = pathlib.Path(folder)
        (crate / "src").mkdir()
        (crate / "Cargo.toml").write_text(
            '[package]\nname = "cost"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\n'
            f'barlang = {{ path = "{runtime}", default-features = false, features = ["std", "alloc", "macros"] }}\n'
        )
        cold, _ = build(crate, 1)
        counts = [0, 1, MANY]
        times = {n: [build(crate, n)] for n in counts}
        for _ in range(rounds):
            for n in counts:
                times[n].append(build(crate, n))
        least = {n: [min(of) for of in zip(*times[n], strict=True)] for n in counts}
    print(f"cold build with one `ta!`: {cold:.1f} s")
    for what, at in (("passed", 0), ("of the processors", 1)):
        first, further = least[1][at] - least[0][at], (least[MANY][at] - least[1][at]) / (MANY - 1)
        print(f"seconds {what}: none {least[0][at]:.2f}, the first {first:+.3f}, each further {further:+.4f}")


if __name__ == "__main__":
    main()
