//! Files that are either as they were or whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Tells the temporary files of one process apart.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Why a file was not replaced, or not for good.
pub(super) enum Failure {
    /// It is as it was.
    Write(io::Error),
    /// It is the new one, but the folder may forget that in a crash.
    Sync(io::Error),
}

/// Puts bytes in the place of a file: into a temporary file beside it, to the disk, then renamed over it. A link is followed to its file. What a
/// crash left behind of earlier writes is never read.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = rename_over(path, bytes).map_err(Failure::Write)?;
    folder.map_or(Ok(()), |folder| folder.sync_all()).map_err(Failure::Sync)
}

/// All but the last step; gives the folder, if it can be synced.
fn rename_over(path: &Path, bytes: &[u8]) -> io::Result<Option<File>> {
    let path = match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        found => found?,
    };
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The rename itself reaches the disk with the folder; other systems than Unix give no handle on one. A folder that cannot be opened says so
    // before anything is changed.
    let handle = if cfg!(unix) { Some(File::open(folder)?) } else { None };
    let mut temporary = name.to_owned();
    temporary.push(format!(".{}-{}.tmp", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let temporary = folder.join(temporary);
    let written = write(&temporary, bytes).and_then(|()| fs::rename(&temporary, &path));
    if written.is_err() {
        // The error that matters is the first.
        let _ = fs::remove_file(&temporary);
    }
    written.map(|()| handle)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
