//! What goes wrong outside: processes killed while they write, full disks, files that cannot be read.

use barlang::session::{Execution, ExecutionMode, Session, SessionError, Settings, Snapshot, SnapshotError, Stats};
use barlang::{Bar, Decimal, Interpreter, Live, Strategy};
use barlang_tests::data;
use barlang_tests::random::Random;
use barlang_tests_live::{batch, interpreter, partition, same};
#[cfg(unix)]
use std::fs::Permissions;
use std::io::Write as _;
#[cfg(unix)]
use std::os::unix::{
    fs::{MetadataExt as _, PermissionsExt as _, symlink},
    process::CommandExt as _,
};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

const PROGRAM: &str = "strategy s() { out a = stdev(close, 900); out b = highest(high, 700) - lowest(low, 800); out c = ema(close, 50); }";
/// Says to this file's own program that it is the one to be killed.
const VICTIM: &str = "BARLANG_TESTS_VICTIM";
const KILLS: usize = 200;

fn bars() -> Vec<Bar> {
    data::walk(17, 4_000, 100.0, 1.0)
}

fn session() -> Session<Interpreter> {
    Session::new(interpreter(PROGRAM), partition("A"), Settings::default())
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("barlang-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{error}"));
    folder
}

fn run_self(test: &str, file: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap_or_default());
    command.args([test, "--exact", "--nocapture"]).env(VICTIM, file).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Not a test when run by itself: in a process of its own it goes on from the file, and writes it after every bar, until it is killed.
#[test]
fn victim() {
    let Some(file) = env::var_os(VICTIM) else { return };
    let bars = bars();
    let mut session = session();
    if Path::new(&file).exists() {
        session.load(&file).unwrap_or_else(|error| panic!("{error}"));
    }
    let done = session.stats().bars as usize;
    for bar in bars.iter().cycle().skip(done).take(bars.len() - done) {
        session.append(*bar).unwrap_or_else(|error| panic!("{error}"));
        session.save(&file).unwrap_or_else(|error| panic!("{error}"));
    }
    // Stays to be killed.
    thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_process_killed_while_it_writes_leaves_a_whole_snapshot() {
    let folder = folder("kill");
    let file = folder.join("state");
    let mut random = Random::new(5);
    let (mut last, mut moved, mut started) = (0, 0, 0);
    for kill in 0..KILLS {
        let mut child = run_self("victim", &file).spawn().unwrap_or_else(|error| panic!("{error}"));
        // Until it has begun to write; then any moment.
        let since = fs::metadata(&file).and_then(|meta| meta.modified()).ok();
        for _ in 0..4_000 {
            if fs::metadata(&file).and_then(|meta| meta.modified()).ok() != since {
                started += 1;
                break;
            }
            thread::sleep(Duration::from_micros(500));
        }
        thread::sleep(Duration::from_micros(random.below(25_000) as u64));
        child.kill().and_then(|()| child.wait()).unwrap_or_else(|error| panic!("{error}"));
        let mut session = session();
        session.load(&file).unwrap_or_else(|error| panic!("after kill {kill}: {error}"));
        let bars = session.stats().bars;
        assert!(bars >= last, "kill {kill}: {bars} bars after {last}");
        moved += usize::from(bars > last);
        last = bars;
    }
    println!("{KILLS} kills, {started} while writing, {moved} left a newer state, {last} bars at the end");
    // What the last left behind goes on as if nothing had happened.
    let all = bars();
    let mut session = session();
    session.load(&file).unwrap_or_else(|error| panic!("{error}"));
    let expected = batch(&interpreter::<f64>(PROGRAM), &all);
    let strategy = session.strategy();
    for (bar, expected) in all.iter().zip(&expected).skip(last as usize).take(300) {
        let answer = session.append(*bar).unwrap_or_else(|error| panic!("{error}"));
        assert!(same(&barlang::Live::values(&strategy, &answer.output), expected));
    }
    assert!(started > KILLS / 2 && moved > KILLS / 4);
    fs::remove_dir_all(folder).unwrap_or_else(|error| panic!("{error}"));
}

/// Not a test when run by itself: tries to replace the file where files may not grow, and keeps what was there.
#[test]
fn writer_without_room() {
    let Some(file) = env::var_os(VICTIM) else { return };
    let mut session = session();
    session.load(&file).unwrap_or_else(|error| panic!("{error}"));
    session.append(bars()[100]).unwrap_or_else(|error| panic!("{error}"));
    let before = session.snapshot();
    let Err(SessionError::Snapshot(SnapshotError::File { action: "write", .. })) = session.save(&file) else { panic!("it had room") };
    assert!(session.snapshot() == before);
}

#[cfg(unix)]
#[test]
fn a_disk_without_room_keeps_the_old_snapshot() {
    let folder = folder("full");
    let file = folder.join("state");
    let mut session = session();
    session.initialize(bars()[..100].to_vec()).unwrap_or_else(|error| panic!("{error}"));
    session.save(&file).unwrap_or_else(|error| panic!("{error}"));
    // No file of the child may be longer than a block: the system refuses the write as it would on a full disk.
    let program = env::current_exe().unwrap_or_default();
    let status = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" writer_without_room --exact"])
        .arg(program)
        .env(VICTIM, &file)
        .stdout(Stdio::null())
        .status()
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(status.success());
    let kept: Snapshot = Snapshot::load(&file).unwrap_or_else(|error| panic!("{error}"));
    assert!(kept == session.snapshot());
    let files: Vec<_> = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{error}")).flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(files, ["state"]);
    fs::remove_dir_all(folder).unwrap_or_else(|error| panic!("{error}"));
}

/// Not a test when run by itself: writes into a folder that may be written but not read, where a rename is possible and a sync is not.
#[cfg(unix)]
#[test]
fn writer_into_a_closed_folder() {
    let Some(file) = env::var_os(VICTIM).map(PathBuf::from) else { return };
    let folder = file.parent().unwrap_or(&file);
    fs::create_dir(folder)
        .and_then(|()| fs::set_permissions(folder, Permissions::from_mode(0o300)))
        .unwrap_or_else(|error| panic!("{error}"));
    let said = session().save(&file).expect_err("it cannot be synced").to_string();
    fs::set_permissions(folder, Permissions::from_mode(0o700)).unwrap_or_else(|error| panic!("{error}"));
    assert!(said.contains("cannot write the snapshot") && said.contains("nothing was changed"), "{said}");
    assert!(fs::read_dir(folder).is_ok_and(|mut files| files.next().is_none()), "something was changed");
    fs::remove_dir(folder).unwrap_or_else(|error| panic!("{error}"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_synced_is_left_as_it_was() {
    let folder = folder("closed");
    fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap_or_else(|error| panic!("{error}"));
    // Root may read every folder: a copy of this program, where another user finds it, runs as nobody.
    let program = folder.join("program");
    fs::copy(env::current_exe().unwrap_or_default(), &program).unwrap_or_else(|error| panic!("{error}"));
    let mut command = Command::new(program);
    command.args(["writer_into_a_closed_folder", "--exact"]).env(VICTIM, folder.join("d").join("state"));
    if fs::metadata(&folder).is_ok_and(|folder| folder.uid() == 0) {
        command.uid(65_534).gid(65_534);
    }
    let output = command.current_dir(&folder).output().unwrap_or_else(|error| panic!("{error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let late = SnapshotError::File { action: "sync", path: "state".into(), source: std::io::ErrorKind::Other.into() }.to_string();
    assert!(late.contains("`state` is written, but may not outlast a crash") && !late.contains("nothing was changed"), "{late}");
    fs::remove_dir_all(folder).unwrap_or_else(|error| panic!("{error}"));
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_to_its_file() {
    let folder = folder("link");
    let (file, link) = (folder.join("state"), folder.join("link"));
    let mut session = session();
    session.save(&file).unwrap_or_else(|error| panic!("{error}"));
    symlink("state", &link).unwrap_or_else(|error| panic!("{error}"));
    session.initialize(bars()[..10].to_vec()).unwrap_or_else(|error| panic!("{error}"));
    session.save(&link).unwrap_or_else(|error| panic!("{error}"));
    assert!(fs::symlink_metadata(&link).is_ok_and(|link| link.is_symlink()), "the link is gone");
    assert!(Snapshot::load(&file).is_ok_and(|kept| kept == session.snapshot()));
    fs::remove_dir_all(folder).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = folder("unreadable");
    let file = folder.join("state");
    let mut session = session();
    session.initialize(bars()[..10].to_vec()).unwrap_or_else(|error| panic!("{error}"));
    let before = session.snapshot();
    let mut refused = |path: &Path| {
        let error = session.load(path).expect_err("there is nothing to read").to_string();
        assert!(session.snapshot() == before);
        error
    };
    let missing = refused(&file);
    assert!(missing.contains("cannot read the snapshot") && missing.contains("state"), "{missing}");
    // A folder is no file.
    assert!(refused(&folder).contains("cannot read the snapshot"));
    fs::write(&file, "").unwrap_or_else(|error| panic!("{error}"));
    assert!(refused(&file).contains("0 bytes where there should be"));
    fs::File::create(&file).and_then(|mut file| file.write_all(&[7; 300])).unwrap_or_else(|error| panic!("{error}"));
    assert!(refused(&file).contains("does not begin as a snapshot does"));
    let nowhere = session.save(folder.join("no").join("state")).expect_err("there is no such folder").to_string();
    assert!(nowhere.contains("cannot write the snapshot"), "{nowhere}");
    fs::remove_dir_all(folder).unwrap_or_else(|error| panic!("{error}"));
}

/// Whatever a file holds that is no snapshot of this session, the session goes on as if it had not been asked.
#[test]
fn a_refused_file_leaves_the_session_as_it_was() {
    let folder = folder("refused");
    let file = folder.join("state");
    let bars = bars();
    let source = "strategy s() { out a = ema(close, 5); out b = highest(high, 7); out c = (close > open)[3]; }";
    let other = interpreter::<f64>("strategy s() { out a = ema(close, 6); }");
    let good = {
        let mut session = Session::new(interpreter::<f64>(source), partition("A"), Settings::default());
        session.initialize(bars[..40].to_vec()).unwrap_or_else(|error| panic!("{error}"));
        session.snapshot()
    };
    let mut newer = good.clone();
    newer.header.version += 1;
    let mut elsewhere = good.clone();
    elsewhere.header.partition = Some("B/1m/tests".to_owned());
    let mut no_state = good.clone();
    no_state.nodes.pop();
    let bytes = good.to_bytes();
    let mut documents = vec![
        ("another plan", other.snapshot(None).to_bytes()),
        ("holds `Decimal` numbers", interpreter::<Decimal>(source).snapshot(None).to_bytes()),
        ("has version 2", newer.to_bytes()),
        ("belongs to `B/1m/tests`", elsewhere.to_bytes()),
        ("no state of this strategy", no_state.to_bytes()),
    ];
    documents.extend((0..bytes.len()).step_by(11).map(|len| ("where there should be", bytes[..len].to_vec())));
    documents.extend((0..bytes.len()).map(|at| {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        ("", changed)
    }));
    for execution in [Execution::default(), Execution::new(ExecutionMode::Incremental), Execution::default().shadowed(1.0)] {
        let settings = Settings { execution, ..Settings::default() };
        let mut session = Session::new(interpreter::<f64>(source), partition("A"), settings);
        session.initialize(bars[..60].to_vec()).unwrap_or_else(|error| panic!("{error}"));
        session.replay(bars[50].time()..bars[55].time()).unwrap_or_else(|error| panic!("{error}"));
        let before = (session.snapshot(), session.bars().to_vec(), session.stats());
        for (i, (what, document)) in documents.iter().enumerate() {
            fs::write(&file, document).unwrap_or_else(|error| panic!("{error}"));
            let error = session.load(&file).expect_err("it does not fit").to_string();
            assert!(error.contains(what), "{error}, not {what}");
            let stats = Stats { refusals: i as u64 + 1, ..before.2.clone() };
            assert!(
                (session.snapshot(), session.bars().to_vec(), session.stats()) == (before.0.clone(), before.1.clone(), stats),
                "{error}"
            );
        }
        let expected = batch(&interpreter::<f64>(source), &bars[..70]);
        let strategy = session.strategy();
        for (i, bar) in bars.iter().enumerate().take(70).skip(60) {
            let answer = session.append(*bar).unwrap_or_else(|error| panic!("{error}"));
            assert!(same(&strategy.values(&answer.output), &expected[i]));
        }
        assert_eq!((session.stats().breaches, strategy.plan()), (0, interpreter::<f64>(source).plan()));
    }
    fs::remove_dir_all(folder).unwrap_or_else(|error| panic!("{error}"));
}
